//! What the simulators of price sources share: the prices on their shelves, the ways they misbehave, the calls they saw.
//!
//! Each speaks its own provider's protocol and shares no type with its adapter, so that a misreading shows. Beside the
//! protocol each has a control path, for people and scripts:
//! `GET|POST|DELETE /_sim/faults` reads, sets (one step or a list of them, see [`Fault`]) and clears the fault script;
//! `GET|DELETE /_sim/calls` reads and clears the log of calls;
//! `POST /_sim/prices` sets prices: `[{"tld": "com", "operation": "register", "years": 1, "minor": 1350}]`.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::{get, post};
use kernel::{Clock, Instant};
use serde::{Deserialize, Serialize};

use crate::registrars::faults::{Garbage, delay};
use crate::transport::CORRELATION_HEADER;

/// One way to misbehave. As JSON: `{"mode": "lie", "lie": "ten_times"}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Fault {
    /// Answers at once, as documented.
    #[default]
    None,
    /// Answers late: half within `p50_ms`, 99 in 100 within `p99_ms`.
    Slow {
        /// The median.
        p50_ms: u32,
        /// The 99th percentile.
        p99_ms: u32,
    },
    /// Answers 503 to everything.
    Down,
    /// Takes the call and never answers.
    Hang,
    /// Answers 429.
    Limited {
        /// What it asks to wait.
        retry_after_seconds: u32,
    },
    /// Answers 200 with something that is no answer.
    Garbage {
        /// Which.
        #[serde(default)]
        kind: Garbage,
    },
    /// Answers in form and false in content.
    Lie {
        /// Which.
        lie: Lie,
    },
}

/// What a false answer claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lie {
    /// Prices in another currency.
    Currency,
    /// Prices of nothing.
    Zero,
    /// Prices below zero.
    Negative,
    /// No price for one year where longer terms have one.
    MissingYear,
    /// Ten times the price.
    TenTimes,
    /// Half of the endings gone.
    HalfGone,
    /// No ending left.
    AllGone,
}

/// A fault and for how many calls it lasts; without a number until it is replaced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The fault.
    #[serde(flatten)]
    pub fault: Fault,
    /// How many calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls: Option<u32>,
}

impl From<Fault> for Step {
    fn from(fault: Fault) -> Self {
        Self { fault, calls: None }
    }
}

/// What one ending costs, in cents, by years; a term that is not there is not offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shelf {
    /// Registration.
    pub register: BTreeMap<u8, i64>,
    /// Renewal.
    pub renew: BTreeMap<u8, i64>,
    /// Transfer.
    pub transfer: BTreeMap<u8, i64>,
    /// Restore, with the renewal in it.
    pub restore: Option<i64>,
    /// A promotion for registration: its price, and until when it lasts in seconds since 1970.
    pub promotion: Option<(i64, i64)>,
}

impl Shelf {
    /// One year of each, and a restore.
    pub fn yearly(register: i64, renew: i64, transfer: i64) -> Self {
        Self {
            register: BTreeMap::from([(1, register)]),
            renew: BTreeMap::from([(1, renew)]),
            transfer: BTreeMap::from([(1, transfer)]),
            restore: None,
            promotion: None,
        }
    }

    fn bent(&mut self, change: impl Fn(i64) -> i64) {
        let terms = [&mut self.register, &mut self.renew, &mut self.transfer];
        for minor in terms.into_iter().flat_map(BTreeMap::values_mut) {
            *minor = change(*minor);
        }
    }
}

/// Prices by ending.
pub type Shelves = BTreeMap<String, Shelf>;

/// One call as the simulator saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// When it came.
    pub at: Instant,
    /// What it asked.
    pub what: String,
    /// The caller's correlation id.
    pub request_id: Option<String>,
}

/// A simulator's memory. Cheap to clone: all clones are one.
#[derive(Clone)]
pub struct Backstage(Arc<Inner>);

struct Inner {
    clock: Arc<dyn Clock>,
    memory: Mutex<Memory>,
}

struct Memory {
    shelves: Shelves,
    script: VecDeque<Step>,
    seen: VecDeque<Seen>,
    calls: u64,
}

/// Calls remembered.
const LOG_CAP: usize = 2000;

impl Backstage {
    /// With these prices, and no fault.
    pub fn new(shelves: Shelves, clock: Arc<dyn Clock>) -> Self {
        let memory = Memory {
            shelves,
            script: VecDeque::new(),
            seen: VecDeque::new(),
            calls: 0,
        };
        Self(Arc::new(Inner {
            clock,
            memory: Mutex::new(memory),
        }))
    }

    /// Replaces the fault script. After its last counted step the simulator behaves.
    pub fn set_script(&self, steps: impl IntoIterator<Item = Step>) {
        self.memory().script = steps.into_iter().collect();
    }

    /// Misbehaves in this one way until told otherwise.
    pub fn set_fault(&self, fault: Fault) {
        self.set_script([fault.into()]);
    }

    /// Changes the prices.
    pub fn reprice(&self, change: impl FnOnce(&mut Shelves)) {
        change(&mut self.memory().shelves);
    }

    /// The calls seen, oldest first.
    pub fn calls(&self) -> Vec<Seen> {
        self.memory().seen.iter().cloned().collect()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // A panic elsewhere leaves a log, at worst one line short.
        self.0.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The present, for what the simulator dates.
    pub(super) fn now_seconds(&self) -> i64 {
        self.0.clock.now().micros().div_euclid(1_000_000)
    }

    /// Notes a call and does what the fault script says: the prices to tell and whether the currency is a lie, or the
    /// answer given in their place.
    pub(super) async fn meet(&self, what: &str, headers: &HeaderMap) -> Result<Told, Response> {
        let (number, fault) = self.begin(what, headers);
        let lie = match fault {
            Fault::None => None,
            Fault::Slow { p50_ms, p99_ms } => {
                tokio::time::sleep(delay(7, number, p50_ms, p99_ms)).await;
                None
            }
            Fault::Down => return Err((StatusCode::SERVICE_UNAVAILABLE, "down").into_response()),
            Fault::Hang => {
                tokio::time::sleep(Duration::from_secs(3600)).await;
                None
            }
            Fault::Limited { retry_after_seconds } => {
                let wait = [(header::RETRY_AFTER, retry_after_seconds.to_string())];
                return Err((StatusCode::TOO_MANY_REQUESTS, wait, "slow down").into_response());
            }
            Fault::Garbage { kind } => return Err(garbage(kind)),
            Fault::Lie { lie } => Some(lie),
        };
        Ok(Told {
            shelves: bent(self.memory().shelves.clone(), lie),
            other_currency: lie == Some(Lie::Currency),
        })
    }

    fn begin(&self, what: &str, headers: &HeaderMap) -> (u64, Fault) {
        let at = self.0.clock.now();
        let mut memory = self.memory();
        memory.calls += 1;
        let request_id = headers
            .get(CORRELATION_HEADER)
            .and_then(|id| id.to_str().ok())
            .map(str::to_owned);
        memory.seen.push_back(Seen {
            at,
            what: what.to_owned(),
            request_id,
        });
        if memory.seen.len() > LOG_CAP {
            memory.seen.pop_front();
        }
        (memory.calls, next_fault(&mut memory.script))
    }

    /// The control path.
    pub(super) fn control(&self) -> Router {
        Router::new()
            .route("/_sim/faults", get(read_script).post(write_script).delete(clear_script))
            .route("/_sim/calls", get(read_calls).delete(clear_calls))
            .route("/_sim/prices", post(write_prices))
            .with_state(self.clone())
    }
}

/// What a simulator tells now.
pub(super) struct Told {
    pub(super) shelves: Shelves,
    pub(super) other_currency: bool,
}

fn bent(mut shelves: Shelves, lie: Option<Lie>) -> Shelves {
    match lie {
        None | Some(Lie::Currency) => {}
        Some(Lie::Zero) => shelves.values_mut().for_each(|shelf| shelf.bent(|_| 0)),
        Some(Lie::Negative) => shelves.values_mut().for_each(|shelf| shelf.bent(|minor| -minor)),
        Some(Lie::TenTimes) => shelves.values_mut().for_each(|shelf| shelf.bent(|minor| minor * 10)),
        Some(Lie::MissingYear) => {
            for shelf in shelves.values_mut() {
                for terms in [&mut shelf.register, &mut shelf.renew] {
                    let one = terms.remove(&1).unwrap_or_default();
                    terms.entry(2).or_insert(one * 2);
                }
            }
        }
        Some(Lie::HalfGone) => {
            let mut keep = false;
            shelves.retain(|_, _| {
                keep = !keep;
                keep
            });
        }
        Some(Lie::AllGone) => shelves.clear(),
    }
    shelves
}

fn garbage(kind: Garbage) -> Response {
    let json = |text: String| ([(header::CONTENT_TYPE, "application/json")], text).into_response();
    match kind {
        Garbage::Html => Html("<!doctype html><title>Maintenance</title><p>Back soon").into_response(),
        Garbage::Truncated => {
            json(r#"{"result":"success","status":"SUCCESS","code":0,"pricing":{"com":{"regis"#.to_owned())
        }
        Garbage::Oversized => json(format!(r#"{{"padding":"{}"}}"#, "x".repeat(5 * 1024 * 1024))),
        Garbage::Nonsense => json(r#"{"result":7,"status":[],"code":"sure","pricing":"yes","data":4}"#.to_owned()),
        Garbage::Empty => json(String::new()),
        Garbage::Deep => json("[".repeat(100_000)),
    }
}

/// Cents as decimal text.
pub(super) fn decimal(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100)
}

/// What is left of the fault script.
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

/// One step, or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Script {
    Steps(Vec<Step>),
    Step(Step),
}

/// A price to set; without an amount the term is no longer offered.
#[derive(Deserialize)]
struct NewPrice {
    tld: String,
    operation: String,
    years: u8,
    minor: Option<i64>,
}

async fn read_script(State(backstage): State<Backstage>) -> Json<Vec<Step>> {
    Json(backstage.memory().script.iter().cloned().collect())
}

async fn write_script(State(backstage): State<Backstage>, Json(script): Json<Script>) -> StatusCode {
    match script {
        Script::Steps(steps) => backstage.set_script(steps),
        Script::Step(step) => backstage.set_script([step]),
    }
    StatusCode::NO_CONTENT
}

async fn clear_script(State(backstage): State<Backstage>) -> StatusCode {
    backstage.set_script([]);
    StatusCode::NO_CONTENT
}

async fn read_calls(State(backstage): State<Backstage>) -> Json<Vec<Seen>> {
    Json(backstage.calls())
}

async fn clear_calls(State(backstage): State<Backstage>) -> StatusCode {
    backstage.memory().seen.clear();
    StatusCode::NO_CONTENT
}

async fn write_prices(State(backstage): State<Backstage>, Json(prices): Json<Vec<NewPrice>>) -> StatusCode {
    let mut memory = backstage.memory();
    for price in prices {
        let shelf = memory.shelves.entry(price.tld).or_default();
        let terms = match price.operation.as_str() {
            "register" => &mut shelf.register,
            "renew" => &mut shelf.renew,
            "transfer" => &mut shelf.transfer,
            _ => return StatusCode::UNPROCESSABLE_ENTITY,
        };
        match price.minor {
            Some(minor) => terms.insert(price.years, minor),
            None => terms.remove(&price.years),
        };
    }
    StatusCode::NO_CONTENT
}
