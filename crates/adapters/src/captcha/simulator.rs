//! A simulated `siteverify`, of both services: `/turnstile/v0/siteverify` and `/recaptcha/api/siteverify`.
//!
//! Tokens are issued from code ([`Simulator::issue`]), as a browser would get them, and pass once. The published dummy
//! secrets behave as documented.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::post;
use axum::{Form, Router};
use serde_json::{Value, json};

/// How it misbehaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// It judges.
    #[default]
    None,
    /// 503 to every question.
    Down,
    /// 503 to the next question, after having spent its token; then it judges.
    LosesAnswer,
    /// A web page with status 200.
    Garbage,
}

/// The simulator. All clones are one.
#[derive(Clone)]
pub struct Simulator(Arc<Inner>);

struct Inner {
    secret: String,
    state: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    tokens: HashMap<String, Token>,
    /// Answers by secret and Turnstile's idempotency key.
    answers: HashMap<(String, String), Value>,
    fault: Fault,
    calls: u64,
}

struct Token {
    hostname: String,
    action: String,
    score: f64,
    spent: bool,
}

impl Simulator {
    /// A service that knows one site's secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            secret: secret.into(),
            state: Mutex::default(),
        }))
    }

    /// Its routes.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/turnstile/v0/siteverify", post(siteverify))
            .route("/recaptcha/api/siteverify", post(siteverify))
            .with_state(self.clone())
    }

    /// A token for a person who solved the challenge on a form of `hostname`; `score` is reCAPTCHA's.
    pub fn issue(&self, hostname: &str, action: &str, score: f64) -> String {
        let mut memory = self.memory();
        let name = format!("token-{}", memory.tokens.len() + 1);
        let token = Token {
            hostname: hostname.to_owned(),
            action: action.to_owned(),
            score,
            spent: false,
        };
        memory.tokens.insert(name.clone(), token);
        name
    }

    /// Misbehaves in this way until told otherwise.
    pub fn set_fault(&self, fault: Fault) {
        self.memory().fault = fault;
    }

    /// How often it was asked.
    pub fn calls(&self) -> u64 {
        self.memory().calls
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, fields: &HashMap<String, String>) -> Response {
        let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        let mut memory = self.memory();
        memory.calls += 1;
        let question = (field("secret").to_owned(), field("idempotency_key").to_owned());
        let repeated = memory.answers.get(&question).cloned();
        let verdict = repeated.unwrap_or_else(|| memory.judge(&self.0.secret, field("secret"), field("response")));
        if !field("idempotency_key").is_empty() {
            memory.answers.insert(question, verdict.clone());
        }
        match memory.fault {
            Fault::None => Json(verdict).into_response(),
            Fault::Down => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            Fault::LosesAnswer => {
                memory.fault = Fault::None;
                StatusCode::SERVICE_UNAVAILABLE.into_response()
            }
            Fault::Garbage => Html("<h1>Back soon</h1>").into_response(),
        }
    }
}

impl Memory {
    fn judge(&mut self, ours: &str, secret: &str, response: &str) -> Value {
        let refuse = |code: &str| json!({ "success": false, "error-codes": [code] });
        match secret {
            "" => return refuse("missing-input-secret"),
            _ if secret.starts_with("1x0000") => {
                return json!({ "success": true, "hostname": "example.com", "action": "test", "error-codes": [] });
            }
            _ if secret.starts_with("2x0000") => return refuse("invalid-input-response"),
            _ if secret.starts_with("3x0000") => return refuse("timeout-or-duplicate"),
            _ if secret != ours => return refuse("invalid-input-secret"),
            _ => {}
        }
        match self.tokens.get_mut(response) {
            None if response.is_empty() => refuse("missing-input-response"),
            None => refuse("invalid-input-response"),
            Some(token) if token.spent => refuse("timeout-or-duplicate"),
            Some(token) => {
                token.spent = true;
                json!({
                    "success": true, "hostname": token.hostname, "action": token.action, "score": token.score,
                    "challenge_ts": "2026-11-21T09:00:00Z", "error-codes": [],
                })
            }
        }
    }
}

async fn siteverify(State(simulator): State<Simulator>, Form(fields): Form<HashMap<String, String>>) -> Response {
    simulator.answer(&fields)
}
