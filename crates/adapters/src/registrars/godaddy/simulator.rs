//! A simulated GoDaddy: an HTTP server that speaks the documented availability protocol, from a register of its own.
//!
//! Written from the documents and not from the adapter: the two share no type, so that a misreading shows.
//! Beside the protocol it has a control path, for people and scripts:
//! `GET|POST|DELETE /_sim/faults` reads, sets (one step or a list of them, see [`Fault`]) and clears the fault script;
//! `GET|DELETE /_sim/calls` reads and clears the log of calls.

mod control;
#[cfg(test)]
mod documents;
mod misbehave;
mod protocol;
mod refusal;
mod register;
mod till;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, StatusCode};
use kernel::{Clock, Instant};
use serde::Serialize;

pub use self::register::{Register, Saying};
use self::till::Till;
use crate::registrars::faults::{Fault, Step};
use crate::transport::CORRELATION_HEADER;

/// A key of an account.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its name.
    pub key: String,
    /// Its secret.
    pub secret: String,
    /// `false` for an account below GoDaddy's threshold for the availability API: 403 `ACCESS_DENIED`.
    pub allowed: bool,
}

/// How a simulator is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// Decides which names are taken, which are premium, and every chance of the fault script.
    pub seed: u64,
    /// Who may call.
    pub keys: Vec<Key>,
    /// Calls a minute, key and endpoint; GoDaddy's is 60. `None`: no limit, so that a demo does not starve.
    pub calls_per_minute: Option<u32>,
    /// Most names of a bulk call; GoDaddy's is 500.
    pub names_per_call: usize,
    /// The endings sold, and the price of each.
    pub register: Register,
    /// What it does wrong from the start.
    pub fault: Fault,
}

impl Config {
    /// GoDaddy's own limits, one key, a few common endings, no fault.
    pub fn new(seed: u64, key: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            seed,
            keys: vec![Key {
                key: key.into(),
                secret: secret.into(),
                allowed: true,
            }],
            calls_per_minute: Some(60),
            names_per_call: 500,
            register: Register::small(seed),
            fault: Fault::None,
        }
    }
}

/// One call as the simulator saw it.
#[derive(Clone, Debug, Serialize)]
pub struct Seen {
    /// Counted from 1.
    pub number: u64,
    /// When it came.
    pub at: Instant,
    /// `single` or `bulk`.
    pub endpoint: &'static str,
    /// How many names it asked about.
    pub names: usize,
    /// The caller's correlation id.
    pub request_id: Option<String>,
    /// The status it was answered with; none while it is under way or hanging.
    pub status: Option<u16>,
}

/// A running simulator's memory. Cheap to clone: all clones are one.
#[derive(Clone)]
pub struct Simulator(Arc<Inner>);

struct Inner {
    config: Config,
    clock: Arc<dyn Clock>,
    state: Mutex<Memory>,
}

struct Memory {
    script: VecDeque<Step>,
    till: Till,
    seen: VecDeque<Seen>,
    calls: u64,
}

/// Calls remembered.
const LOG_CAP: usize = 2000;

/// The simulator's router. To steer it from code, keep a [`Simulator`] and use [`Simulator::router`].
pub fn router(config: Config, clock: Arc<dyn Clock>) -> Router {
    Simulator::new(config, clock).router()
}

impl Simulator {
    /// A simulator that nobody has called.
    pub fn new(config: Config, clock: Arc<dyn Clock>) -> Self {
        let script = VecDeque::from([Step::from(config.fault.clone())]);
        let memory = Memory {
            script,
            till: Till::default(),
            seen: VecDeque::new(),
            calls: 0,
        };
        Self(Arc::new(Inner {
            config,
            clock,
            state: Mutex::new(memory),
        }))
    }

    /// Its routes.
    pub fn router(&self) -> Router {
        Router::new()
            .merge(protocol::routes())
            .merge(control::routes())
            .layer(DefaultBodyLimit::max(256 * 1024))
            .with_state(self.clone())
    }

    /// Replaces the fault script. After its last counted step the simulator behaves.
    pub fn set_script(&self, steps: impl IntoIterator<Item = Step>) {
        self.memory().script = steps.into_iter().collect();
    }

    /// Misbehaves in this one way until told otherwise.
    pub fn set_fault(&self, fault: Fault) {
        self.set_script([fault.into()]);
    }

    /// The calls seen, oldest first.
    pub fn calls(&self) -> Vec<Seen> {
        self.memory().seen.iter().cloned().collect()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // A panic elsewhere leaves counters, at worst off by one.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the call; its number and the fault it meets.
    fn begin(&self, endpoint: &'static str, names: usize, headers: &HeaderMap) -> (u64, Fault) {
        let mut memory = self.memory();
        memory.calls += 1;
        let number = memory.calls;
        let request_id = headers
            .get(CORRELATION_HEADER)
            .and_then(|id| id.to_str().ok())
            .map(str::to_owned);
        let seen = Seen {
            number,
            at: self.0.clock.now(),
            endpoint,
            names,
            request_id,
            status: None,
        };
        memory.seen.push_back(seen);
        if memory.seen.len() > LOG_CAP {
            memory.seen.pop_front();
        }
        (number, next_fault(&mut memory.script))
    }

    fn end(&self, number: u64, status: StatusCode) {
        if let Some(seen) = self.memory().seen.iter_mut().rev().find(|seen| seen.number == number) {
            seen.status = Some(status.as_u16());
        }
    }
}

fn next_fault(script: &mut VecDeque<Step>) -> Fault {
    let Some(step) = script.front_mut() else {
        return Fault::None;
    };
    let fault = step.fault.clone();
    if let Some(calls) = &mut step.calls {
        *calls = calls.saturating_sub(1);
        if *calls == 0 {
            script.pop_front();
        }
    }
    fault
}
