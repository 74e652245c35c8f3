//! A simulated exchangerate-api.com: an HTTP server that speaks the documented protocol of `latest`, from a market of its own.
//!
//! Written from the documents and not from the adapter: the two share no type, so that a misreading shows.
//! Beside the protocol it has a control path: `GET|POST|DELETE /_sim/faults` reads, sets and clears what it does wrong.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::get;
use jiff::tz::TimeZone;
use kernel::{Clock, Currency};
use serde::{Deserialize, Serialize};

use crate::fx::market;

/// One way to misbehave. As JSON: `{"mode": "slow", "ms": 3000}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Fault {
    /// Answers as documented.
    #[default]
    None,
    /// Answers late.
    Slow {
        /// By how much.
        ms: u64,
    },
    /// Takes the question and never answers.
    Hang,
    /// 503 to every question.
    Down,
    /// A web page with status 200.
    Html,
    /// JSON that ends in the middle.
    Truncated,
    /// Speaks of another base than it was asked of.
    WrongBase,
    /// One currency is worth nothing.
    Zero,
    /// One currency is worth ten times what it is. No adapter can see through this one; whoever keeps rates has to.
    Tenfold,
    /// Says its rates are of tomorrow.
    Tomorrow,
    /// The account was never confirmed.
    InactiveAccount,
    /// The plan's questions are used up.
    QuotaReached,
}

/// The simulator. All clones are one.
#[derive(Clone)]
pub struct Simulator(Arc<Inner>);

struct Inner {
    key: String,
    clock: Arc<dyn Clock>,
    state: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    fault: Fault,
    calls: u64,
    /// Questions left; unlimited when absent.
    quota: Option<u64>,
}

/// The currency that is lied about.
const LIED_ABOUT: Currency = Currency::INR;
const A_DAY: i64 = 86_400;

impl Simulator {
    /// A service that knows one key.
    pub fn new(key: impl Into<String>, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            key: key.into(),
            clock,
            state: Mutex::default(),
        }))
    }

    /// Its routes.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/v6/{key}/latest/{base}", get(latest))
            .route("/_sim/faults", get(read_fault).post(write_fault).delete(clear_fault))
            .fallback(malformed)
            .with_state(self.clone())
    }

    /// Misbehaves in this way until told otherwise.
    pub fn set_fault(&self, fault: Fault) {
        self.memory().fault = fault;
    }

    /// Answers so many questions more.
    pub fn set_quota(&self, quota: u64) {
        self.memory().quota = Some(quota);
    }

    /// How often it was asked.
    pub fn calls(&self) -> u64 {
        self.memory().calls
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the question; what it meets, and whether the plan still covers it.
    fn begin(&self) -> (Fault, bool) {
        let mut memory = self.memory();
        memory.calls += 1;
        let covered = memory.quota != Some(0);
        memory.quota = memory.quota.map(|left| left.saturating_sub(1));
        (memory.fault, covered)
    }

    fn answer(&self, key: &str, base: &str, fault: Fault, covered: bool) -> Response {
        if key != self.0.key {
            return refused(StatusCode::FORBIDDEN, "invalid-key");
        }
        if fault == Fault::InactiveAccount {
            return refused(StatusCode::FORBIDDEN, "inactive-account");
        }
        if fault == Fault::QuotaReached || !covered {
            return refused(StatusCode::TOO_MANY_REQUESTS, "quota-reached");
        }
        let asked = base.to_ascii_uppercase();
        match market::currencies().find(|currency| currency.code() == asked) {
            Some(base) => self.rates(base, fault),
            None => refused(StatusCode::NOT_FOUND, "unsupported-code"),
        }
    }

    fn rates(&self, base: Currency, fault: Fault) -> Response {
        let now = self.0.clock.now().micros().div_euclid(1_000_000);
        let mut last = now.div_euclid(A_DAY) * A_DAY;
        if fault == Fault::Tomorrow {
            last += A_DAY;
        }
        let spoken_of = match fault {
            Fault::WrongBase if base == Currency::EUR => Currency::USD,
            Fault::WrongBase => Currency::EUR,
            _ => base,
        };
        let body = body(spoken_of, last, fault);
        let body = match fault {
            Fault::Truncated => body[..body.len() / 2].to_owned(),
            _ => body,
        };
        ([(header::CONTENT_TYPE, "application/json")], body).into_response()
    }
}

/// The documented answer, figures written as the service writes them: numbers, small ones with an exponent.
fn body(base: Currency, last: i64, fault: Fault) -> String {
    let moment = |seconds: i64| {
        let timestamp = jiff::Timestamp::from_second(seconds).unwrap_or_default();
        let utc = timestamp.to_zoned(TimeZone::UTC);
        utc.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
    };
    let day = jiff::Timestamp::from_second(last).unwrap_or_default();
    let day = day.to_zoned(TimeZone::UTC).date();
    let next = last + A_DAY + 1;
    let mut rates = format!("\"{base}\":1");
    for quote in market::currencies().filter(|quote| *quote != base) {
        let worth = market::worth(base, quote, day).unwrap_or_default();
        let worth = match fault {
            Fault::Zero if quote == LIED_ABOUT => 0,
            Fault::Tenfold if quote == LIED_ABOUT => worth * 10,
            _ => worth,
        };
        let _ = write!(rates, ",\"{quote}\":{}", figure(worth));
    }
    // A unit of account that is no currency in use, as the service has some.
    rates.push_str(",\"XDR\":0.7333");
    format!(
        r#"{{"result":"success","documentation":"https://www.exchangerate-api.com/docs","terms_of_use":"https://www.exchangerate-api.com/terms","time_last_update_unix":{last},"time_last_update_utc":"{}","time_next_update_unix":{next},"time_next_update_utc":"{}","base_code":"{base}","conversion_rates":{{{rates}}}}}"#,
        moment(last),
        moment(next),
    )
}

fn figure(worth: i128) -> String {
    match worth {
        0 => "0".to_owned(),
        // Below a ten-thousandth: 3.812e-5.
        small if small < 10_000 => format!("{small}e-8"),
        small if small < 100_000_000 => market::written(small, 8),
        large => market::written(large, 4),
    }
}

fn refused(status: StatusCode, error: &'static str) -> Response {
    let body = serde_json::json!({
        "result": "error",
        "documentation": "https://www.exchangerate-api.com/docs",
        "terms-of-use": "https://www.exchangerate-api.com/terms",
        "error-type": error,
    });
    (status, Json(body)).into_response()
}

async fn latest(State(simulator): State<Simulator>, Path((key, base)): Path<(String, String)>) -> Response {
    let (fault, covered) = simulator.begin();
    match fault {
        Fault::Slow { ms } => tokio::time::sleep(Duration::from_millis(ms)).await,
        Fault::Hang => std::future::pending().await,
        Fault::Down => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Fault::Html => return Html("<h1>Back soon</h1>").into_response(),
        _ => {}
    }
    simulator.answer(&key, &base, fault, covered)
}

async fn malformed(State(simulator): State<Simulator>) -> Response {
    simulator.begin();
    refused(StatusCode::BAD_REQUEST, "malformed-request")
}

async fn read_fault(State(simulator): State<Simulator>) -> Json<Fault> {
    Json(simulator.memory().fault)
}

async fn write_fault(State(simulator): State<Simulator>, Json(fault): Json<Fault>) -> StatusCode {
    simulator.set_fault(fault);
    StatusCode::NO_CONTENT
}

async fn clear_fault(State(simulator): State<Simulator>) -> StatusCode {
    simulator.set_fault(Fault::None);
    StatusCode::NO_CONTENT
}
