//! A simulated GoDaddy: an HTTP server that speaks the documented availability protocol, from a register of its own.
//!
//! Written from the documents and not from the adapter: the two share no type, so that a misreading shows.
//! Beside the protocol it has a control path, for people and scripts:
//! `GET|POST|DELETE /_sim/faults` reads, sets (one step or a list of them, see [`Fault`]) and clears the fault script;
//! `GET|DELETE /_sim/calls` reads and clears the log of calls.

mod misbehave;
#[cfg(test)]
mod protocol;
mod register;
mod till;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use kernel::{Clock, Instant};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use self::register::{Register, Saying};
use self::till::Till;
use crate::registrars::faults::{Fault, Step, delay, share};
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
            .route("/v1/domains/available", get(single).post(bulk))
            .route("/_sim/faults", get(read_script).post(write_script).delete(clear_script))
            .route("/_sim/calls", get(read_calls).delete(clear_calls))
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

    /// One call from door to door: the fault, the keys, the limit, the answer.
    async fn handle(&self, question: Question, headers: &HeaderMap) -> Response {
        let (endpoint, count) = (question.endpoint, question.names.as_ref().map_or(0, Vec::len));
        let (number, fault) = self.begin(endpoint, count, headers);
        let response = self.answer(number, &fault, question, headers).await;
        self.end(number, response.status());
        response
    }

    async fn answer(&self, number: u64, fault: &Fault, question: Question, headers: &HeaderMap) -> Response {
        let config = &self.0.config;
        match fault {
            Fault::Down => {
                return failure(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "SERVICE_UNAVAILABLE",
                    "Try again later",
                );
            }
            Fault::Hang => return std::future::pending().await,
            Fault::Slow { p50_ms, p99_ms } => tokio::time::sleep(delay(config.seed, number, *p50_ms, *p99_ms)).await,
            _ => {}
        }
        let key = match self.admit(headers) {
            Ok(key) => key,
            Err(refusal) => return refusal,
        };
        let per_minute = if let Fault::Limited { per_minute } = fault {
            Some(*per_minute)
        } else {
            config.calls_per_minute
        };
        if let Some(wait) = self
            .memory()
            .till
            .take(&key, question.endpoint, per_minute, self.0.clock.now())
        {
            return limited(wait);
        }
        match fault {
            Fault::Flaky { error_rate } if share(config.seed, "flaky", &number.to_string()) < *error_rate => {
                misbehave::breakdown(number)
            }
            Fault::Garbage { kind } => misbehave::garbage(*kind),
            fault => self.speak(fault, question),
        }
    }

    /// The name of the key the caller proved to hold.
    fn admit(&self, headers: &HeaderMap) -> Result<String, Response> {
        let unauthenticated = || {
            failure(
                StatusCode::UNAUTHORIZED,
                "UNABLE_TO_AUTHENTICATE",
                "Unauthorized : Could not authenticate API key/secret",
            )
        };
        let credentials = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (key, secret) = credentials
            .and_then(|value| value.strip_prefix("sso-key "))
            .and_then(|pair| pair.split_once(':'))
            .ok_or_else(unauthenticated)?;
        let known = self
            .0
            .config
            .keys
            .iter()
            .find(|known| known.key == key && known.secret == secret);
        let known = known.ok_or_else(unauthenticated)?;
        if known.allowed {
            Ok(known.key.clone())
        } else {
            Err(failure(
                StatusCode::FORBIDDEN,
                "ACCESS_DENIED",
                "Authenticated user is not allowed access",
            ))
        }
    }

    fn speak(&self, fault: &Fault, question: Question) -> Response {
        let config = &self.0.config;
        let names = match question.names {
            Ok(names) => names,
            Err(refusal) => return refusal,
        };
        if names.len() > config.names_per_call {
            return invalid_body("TOO_MANY_ITEMS", "has too many items", "domains");
        }
        let say = |name: &String| (name.clone(), config.register.say(name, question.full));
        let answers = misbehave::bend(fault, config.seed, names.iter().map(say).collect());
        if question.endpoint == "single" {
            one(answers)
        } else {
            many(answers)
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

/// What a call asks, or the answer to a call that asks nothing legible.
struct Question {
    endpoint: &'static str,
    full: bool,
    names: Result<Vec<String>, Response>,
}

#[derive(Deserialize)]
struct Asked {
    domain: Option<String>,
    #[serde(rename = "checkType")]
    check_type: Option<String>,
}

impl Asked {
    fn full(&self) -> bool {
        self.check_type
            .as_deref()
            .is_some_and(|check| check.eq_ignore_ascii_case("full"))
    }
}

async fn single(State(simulator): State<Simulator>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    let full = asked.full();
    let missing = || {
        failure(
            StatusCode::UNPROCESSABLE_ENTITY,
            "MISSING_DOMAIN",
            "domain must be specified",
        )
    };
    let names = asked
        .domain
        .filter(|name| !name.is_empty())
        .map(|name| vec![name])
        .ok_or_else(missing);
    simulator
        .handle(
            Question {
                endpoint: "single",
                full,
                names,
            },
            &headers,
        )
        .await
}

async fn bulk(
    State(simulator): State<Simulator>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let names = read_names(&headers, &body);
    simulator
        .handle(
            Question {
                endpoint: "bulk",
                full: asked.full(),
                names,
            },
            &headers,
        )
        .await
}

fn read_names(headers: &HeaderMap, body: &[u8]) -> Result<Vec<String>, Response> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    if !kind.starts_with("application/json") {
        return Err(failure(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_CONTENT_TYPE",
            "The content type is not supported",
        ));
    }
    let value: Value =
        serde_json::from_slice(body).map_err(|_| invalid_body("INVALID_JSON", "is not valid JSON", "domains"))?;
    let items = value
        .as_array()
        .ok_or_else(|| invalid_body("UNEXPECTED_TYPE", "is not an array", "domains"))?;
    let name = |(at, item): (usize, &Value)| {
        item.as_str()
            .map(str::to_owned)
            .ok_or_else(|| invalid_body("UNEXPECTED_TYPE", "is not a string", &format!("domains[{at}]")))
    };
    items.iter().enumerate().map(name).collect()
}

fn one(mut answers: Vec<misbehave::Told>) -> Response {
    match answers.pop() {
        Some(misbehave::Told::Row(row)) => Json(row).into_response(),
        Some(misbehave::Told::Error {
            code, message, status, ..
        }) => failure(status, code, message),
        None => failure(
            StatusCode::INTERNAL_SERVER_ERROR,
            "INTERNAL_SERVER_ERROR",
            "Internal server error",
        ),
    }
}

fn many(answers: Vec<misbehave::Told>) -> Response {
    let (mut domains, mut errors) = (Vec::new(), Vec::new());
    for (at, told) in answers.into_iter().enumerate() {
        match told {
            misbehave::Told::Row(row) => domains.push(row),
            misbehave::Told::Error { domain, code, message, status } => errors.push(json!({
                "code": code, "domain": domain, "message": message, "path": format!("domains[{at}]"), "status": status.as_u16(),
            })),
        }
    }
    if errors.is_empty() {
        Json(json!({ "domains": domains })).into_response()
    } else {
        let body = Json(json!({ "domains": domains, "errors": errors }));
        (StatusCode::NON_AUTHORITATIVE_INFORMATION, body).into_response()
    }
}

fn failure(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(json!({ "code": code, "message": message }))).into_response()
}

fn invalid_body(code: &str, message: &str, path: &str) -> Response {
    let body = json!({
        "code": "INVALID_BODY",
        "message": "Request body doesn't fulfill schema, see details in `fields`",
        "fields": [{ "code": code, "message": message, "path": path }],
    });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

fn limited(wait_seconds: u64) -> Response {
    let body = json!({
        "code": "TOO_MANY_REQUESTS",
        "message": "Too many requests received within interval",
        "retryAfterSec": wait_seconds,
    });
    (
        StatusCode::TOO_MANY_REQUESTS,
        [(header::RETRY_AFTER, wait_seconds.to_string())],
        Json(body),
    )
        .into_response()
}

/// One step, or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Script {
    Steps(Vec<Step>),
    Step(Step),
}

async fn read_script(State(simulator): State<Simulator>) -> Json<Vec<Step>> {
    Json(simulator.memory().script.iter().cloned().collect())
}

async fn write_script(State(simulator): State<Simulator>, Json(script): Json<Script>) -> StatusCode {
    match script {
        Script::Steps(steps) => simulator.set_script(steps),
        Script::Step(step) => simulator.set_script([step]),
    }
    StatusCode::NO_CONTENT
}

async fn clear_script(State(simulator): State<Simulator>) -> StatusCode {
    simulator.set_fault(Fault::None);
    StatusCode::NO_CONTENT
}

async fn read_calls(State(simulator): State<Simulator>) -> Json<Vec<Seen>> {
    Json(simulator.calls())
}

async fn clear_calls(State(simulator): State<Simulator>) -> StatusCode {
    simulator.memory().seen.clear();
    StatusCode::NO_CONTENT
}
