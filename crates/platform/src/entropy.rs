//! Where ids and secrets come from: the operating system in `serve`, a seed in tests and in `simulate`.

use std::sync::Mutex;

use kernel::{Id, Instant};
use rand::rngs::ChaCha20Rng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

/// A source of random bytes and of time-ordered ids.
pub struct Entropy(Mutex<State>);

struct State {
    rng: ChaCha20Rng,
    last_millis: u64,
    counter: u16,
}

impl Entropy {
    /// Seeded by the operating system.
    pub fn from_system() -> Self {
        Self::from_rng(rand::make_rng())
    }

    /// The same bytes for the same seed.
    pub fn from_seed(seed: u64) -> Self {
        Self::from_rng(ChaCha20Rng::seed_from_u64(seed))
    }

    fn from_rng(rng: ChaCha20Rng) -> Self {
        Self(Mutex::new(State {
            rng,
            last_millis: 0,
            counter: 0,
        }))
    }

    /// Random bytes for secrets and nonces.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.lock().rng.fill_bytes(&mut bytes);
        bytes
    }

    /// A number below `bound`, for jitter. Zero when `bound` is zero.
    pub fn below(&self, bound: u64) -> u64 {
        if bound == 0 {
            0
        } else {
            u64::from_le_bytes(self.bytes()) % bound
        }
    }

    /// A new id (UUID version 7). Ids of one process ascend, also within a millisecond and when the clock steps back.
    pub fn id<I: Id>(&self, now: Instant) -> I {
        I::from_uuid(self.uuid(now))
    }

    /// A new UUID version 7; see [`Entropy::id`].
    pub fn uuid(&self, now: Instant) -> Uuid {
        let millis = u64::try_from(now.micros() / 1000).unwrap_or(0);
        let mut state = self.lock();
        if millis > state.last_millis {
            (state.last_millis, state.counter) = (millis, 0);
        } else if state.counter == 0x0fff {
            (state.last_millis, state.counter) = (state.last_millis + 1, 0);
        } else {
            state.counter += 1;
        }
        let mut random = [0; 10];
        state.rng.fill_bytes(&mut random);
        [random[0], random[1]] = state.counter.to_be_bytes();
        uuid::Builder::from_unix_timestamp_millis(state.last_millis, &random).into_uuid()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_process_ascend_even_when_the_clock_steps_back() {
        let entropy = Entropy::from_seed(1);
        let at = |micros| entropy.uuid(Instant::from_micros(micros));
        let ids: Vec<Uuid> = std::iter::repeat_n(2_000_000, 5000)
            .chain([1_000_000])
            .map(at)
            .collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        assert_eq!(Entropy::from_seed(7).bytes::<16>(), Entropy::from_seed(7).bytes::<16>());
        assert_ne!(Entropy::from_seed(7).bytes::<16>(), Entropy::from_seed(8).bytes::<16>());
    }
}
