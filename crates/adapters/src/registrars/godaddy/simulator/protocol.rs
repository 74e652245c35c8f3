//! The protocol: from a request to the documented answer, by way of the keys, the limit and the fault.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusal::Refusal;
use super::{Simulator, misbehave};
use crate::registrars::faults::{Fault, delay, share};

/// Its routes.
pub(super) fn routes() -> Router<Simulator> {
    Router::new().route("/v1/domains/available", get(single).post(bulk))
}

/// What a call asks, or the answer to a call that asks nothing legible.
struct Question {
    endpoint: &'static str,
    full: bool,
    names: Result<Vec<String>, Refusal>,
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
        Refusal::new(
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

fn read_names(headers: &HeaderMap, body: &[u8]) -> Result<Vec<String>, Refusal> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    if !kind.starts_with("application/json") {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_CONTENT_TYPE",
            "The content type is not supported",
        ));
    }
    let value: Value = serde_json::from_slice(body)
        .map_err(|_| Refusal::invalid_body("INVALID_JSON", "is not valid JSON", "domains"))?;
    let items = value
        .as_array()
        .ok_or_else(|| Refusal::invalid_body("UNEXPECTED_TYPE", "is not an array", "domains"))?;
    let name = |(at, item): (usize, &Value)| {
        item.as_str()
            .map(str::to_owned)
            .ok_or_else(|| Refusal::invalid_body("UNEXPECTED_TYPE", "is not a string", &format!("domains[{at}]")))
    };
    items.iter().enumerate().map(name).collect()
}

fn one(mut answers: Vec<misbehave::Told>) -> Response {
    match answers.pop() {
        Some(misbehave::Told::Row(row)) => Json(row).into_response(),
        Some(misbehave::Told::Error {
            code, message, status, ..
        }) => Refusal::new(status, code, message).into_response(),
        None => Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "INTERNAL_SERVER_ERROR",
            "Internal server error",
        )
        .into_response(),
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

impl Simulator {
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
                return Refusal::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "SERVICE_UNAVAILABLE",
                    "Try again later",
                )
                .into_response();
            }
            Fault::Hang => return std::future::pending().await,
            Fault::Slow { p50_ms, p99_ms } => tokio::time::sleep(delay(config.seed, number, *p50_ms, *p99_ms)).await,
            _ => {}
        }
        let key = match self.admit(headers) {
            Ok(key) => key,
            Err(refusal) => return refusal.into_response(),
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
            return Refusal::limited(wait).into_response();
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
    fn admit(&self, headers: &HeaderMap) -> Result<String, Refusal> {
        let credentials = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (key, secret) = credentials
            .and_then(|value| value.strip_prefix("sso-key "))
            .and_then(|pair| pair.split_once(':'))
            .ok_or_else(Refusal::unauthenticated)?;
        let known = self
            .0
            .config
            .keys
            .iter()
            .find(|known| known.key == key && known.secret == secret);
        let known = known.ok_or_else(Refusal::unauthenticated)?;
        if known.allowed {
            Ok(known.key.clone())
        } else {
            Err(Refusal::access_denied())
        }
    }

    fn speak(&self, fault: &Fault, question: Question) -> Response {
        let config = &self.0.config;
        let names = match question.names {
            Ok(names) => names,
            Err(refusal) => return refusal.into_response(),
        };
        if names.len() > config.names_per_call {
            return Refusal::invalid_body("TOO_MANY_ITEMS", "has too many items", "domains").into_response();
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
