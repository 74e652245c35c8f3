//! How passwords are kept: Argon2id, 19,456 KiB, two passes, one lane, as a PHC string.
//!
//! Hashing is the one thing here that costs a machine real time and memory, so at most [`PARALLEL`] run at once, on
//! threads of their own, and at most [`QUEUE`] wait; who comes after that is told to come back.

use std::sync::Arc;
use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use kernel::{Problem, ProblemKind};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const PARALLEL: usize = 4;
const QUEUE: usize = 64;
/// The longest password is so many characters of at most four bytes.
const LONGEST_BYTES: usize = 4 * super::MAX_CHARACTERS;

/// A hash nobody's password matches, checked for unknown users so that they take the same time as known ones.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody has this password", b"sixteen bytes !!"));

/// Too many passwords are being checked at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked at this moment")]
pub struct Busy;

impl From<Busy> for Problem {
    fn from(_: Busy) -> Self {
        Problem::new(ProblemKind::TooMany, "sign_in_busy").retry_after(2)
    }
}

/// What checking a password found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// It is the password.
    pub matches: bool,
    /// The stored hash was made with other parameters than today's: store a new one.
    pub outdated: bool,
}

/// Hashes and checks passwords, a few at a time.
#[derive(Clone, Debug)]
pub struct Hasher {
    working: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
}

impl Default for Hasher {
    fn default() -> Self {
        Self {
            working: Arc::new(Semaphore::new(PARALLEL)),
            admitted: Arc::new(Semaphore::new(PARALLEL + QUEUE)),
        }
    }
}

impl Hasher {
    /// The PHC string to keep for `password`.
    ///
    /// # Errors
    /// [`Busy`] when the queue is full.
    pub async fn hash(&self, password: String, salt: [u8; 16]) -> Result<String, Busy> {
        self.run(move || hash_now(&password, &salt)).await
    }

    /// Whether `password` is the one `stored` was made of. Without a stored hash the work is done all the same. A body full
    /// of text is nobody's password: it is not hashed whole, and takes the same time as any wrong one.
    ///
    /// # Errors
    /// [`Busy`] when the queue is full.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<Verified, Busy> {
        let password = if password.len() > LONGEST_BYTES {
            String::new()
        } else {
            password
        };
        self.run(move || match stored {
            Some(stored) => verify_now(&password, &stored),
            None => {
                let _same_work = verify_now(&password, &NOBODY);
                Verified {
                    matches: false,
                    outdated: false,
                }
            }
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let place = self.admitted.clone().try_acquire_owned().map_err(|_| Busy)?;
        let permit = self.working.clone().acquire_owned().await.map_err(|_| Busy)?;
        let held: (OwnedSemaphorePermit, OwnedSemaphorePermit) = (place, permit);
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop(held);
            result
        })
        .await
        .map_err(|_| Busy)
    }
}

fn argon2() -> Argon2<'static> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are constants within Argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(password: &str, salt: &[u8; 16]) -> String {
    argon2()
        .hash_password_with_salt(password.as_bytes(), salt)
        .expect("a salt of 16 bytes and the constant parameters are within Argon2's limits")
        .to_string()
}

fn verify_now(password: &str, stored: &str) -> Verified {
    let Ok(hash) = PasswordHash::new(stored) else {
        return Verified {
            matches: false,
            outdated: true,
        };
    };
    let matches = argon2().verify_password(password.as_bytes(), &hash).is_ok();
    Verified {
        matches,
        outdated: !is_current(&hash),
    }
}

fn is_current(hash: &PasswordHash) -> bool {
    let params = Params::try_from(hash)
        .ok()
        .map(|p| (p.m_cost(), p.t_cost(), p.p_cost()));
    hash.algorithm.as_str() == "argon2id" && params == Some((MEMORY_KIB, PASSES, LANES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_string_names_its_parameters_and_equals_the_reference_vector() {
        // Computed with the reference implementation: argon2 -id -m 19456 (KiB) -t 2 -p 1.
        let stored = hash_now("correct horse", b"saltsaltsaltsalt");
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$"),
            "{stored}"
        );
    }

    #[test]
    fn the_right_password_matches_and_no_other() {
        let stored = hash_now("correct horse", &[7; 16]);
        assert_eq!(
            verify_now("correct horse", &stored),
            Verified {
                matches: true,
                outdated: false
            }
        );
        assert_eq!(
            verify_now("Correct horse", &stored),
            Verified {
                matches: false,
                outdated: false
            }
        );
    }

    #[test]
    fn a_hash_made_with_less_is_recognised_as_outdated() {
        let weak = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(8_192, 1, 1, None).unwrap(),
        );
        let stored = weak
            .hash_password_with_salt(b"correct horse", &[7; 16])
            .unwrap()
            .to_string();
        assert_eq!(
            verify_now("correct horse", &stored),
            Verified {
                matches: true,
                outdated: true
            }
        );
    }

    #[test]
    fn a_broken_hash_matches_nothing() {
        assert!(!verify_now("x", "not a hash").matches);
    }

    #[tokio::test]
    async fn nobody_signs_in_without_a_stored_hash() {
        let hasher = Hasher::default();
        assert!(
            !hasher
                .verify("nobody has this password".to_owned(), None)
                .await
                .unwrap()
                .matches
        );
    }

    #[tokio::test]
    async fn a_text_longer_than_any_password_is_not_hashed_whole_and_matches_nothing() {
        let text = "x".repeat(LONGEST_BYTES + 1);
        let stored = hash_now(&text, b"sixteen bytes !!");
        assert!(!Hasher::default().verify(text, Some(stored)).await.unwrap().matches);
    }

    #[tokio::test]
    async fn the_queue_is_bounded_and_who_comes_late_is_told_so() {
        let hasher = Hasher::default();
        let waiting = hasher
            .admitted
            .clone()
            .acquire_many_owned(u32::try_from(PARALLEL + QUEUE).unwrap())
            .await
            .unwrap();
        assert_eq!(hasher.verify("x".to_owned(), None).await, Err(Busy));
        drop(waiting);
        assert!(hasher.verify("x".to_owned(), None).await.is_ok());
    }
}
