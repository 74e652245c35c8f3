//! The simulator's faults, applied: breakdowns, garbage, and answers bent out of truth.

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};

use super::refusal::Refusal;
use super::register::Saying;
use crate::registrars::faults::{Fault, Garbage, Lie, share};

/// What the simulator will tell about one name.
pub(super) enum Told {
    Row(Value),
    Error {
        domain: String,
        code: &'static str,
        message: &'static str,
        status: StatusCode,
    },
}

/// A 5xx; which one goes by the call's number.
pub(super) fn breakdown(number: u64) -> Response {
    match number % 3 {
        0 => (
            StatusCode::BAD_GATEWAY,
            Html("<html><body><h1>502 Bad Gateway</h1></body></html>"),
        )
            .into_response(),
        1 => Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "INTERNAL_SERVER_ERROR",
            "Internal server error",
        )
        .into_response(),
        _ => Refusal::new(
            StatusCode::GATEWAY_TIMEOUT,
            "GATEWAY_TIMEOUT",
            "The upstream service did not answer",
        )
        .into_response(),
    }
}

/// A 200 that is no answer.
pub(super) fn garbage(kind: Garbage) -> Response {
    let json = |text: String| ([(header::CONTENT_TYPE, "application/json")], text).into_response();
    match kind {
        Garbage::Html => Html("<!doctype html><title>Maintenance</title><p>Back soon").into_response(),
        Garbage::Truncated => json(r#"{"domains":[{"domain":"shop.com","available":true,"defin"#.to_owned()),
        Garbage::Oversized => json(format!(
            r#"{{"domains":[],"padding":"{}"}}"#,
            "x".repeat(5 * 1024 * 1024)
        )),
        Garbage::Nonsense => json(r#"{"domains":{"shop.com":"yes"},"domain":7,"available":"sure"}"#.to_owned()),
        Garbage::Empty => json(String::new()),
        Garbage::Deep => json("[".repeat(100_000)),
    }
}

/// The register's sayings as the fault would have them told.
pub(super) fn bend(fault: &Fault, seed: u64, sayings: Vec<(String, Saying)>) -> Vec<Told> {
    let honest = sayings
        .into_iter()
        .map(|(name, saying)| tell(fault, seed, name, &saying));
    match fault {
        Fault::Lie { lie: Lie::OtherNames } => {
            let rename = |row: &mut Value| (row["domain"], row["available"]) = (json!("another-name.com"), json!(true));
            honest.map(|told| set(told, rename, true)).collect()
        }
        Fault::Lie { lie: Lie::Twice } => honest.flat_map(twice).collect(),
        Fault::Lie { lie } => honest
            .map(|told| set(told, |row| lie_about(*lie, row), *lie == Lie::AllFree))
            .collect(),
        _ => honest.collect(),
    }
}

fn tell(fault: &Fault, seed: u64, domain: String, saying: &Saying) -> Told {
    if let Fault::Partial { share: lost } = fault
        && share(seed, "partial", &domain) < *lost
    {
        let (code, message) = ("TEMPORARILY_UNAVAILABLE", "The registry did not answer in time");
        return Told::Error {
            domain,
            code,
            message,
            status: StatusCode::INTERNAL_SERVER_ERROR,
        };
    }
    match *saying {
        Saying::Free {
            price_micros,
            period,
            definitive,
        } => Told::Row(json!({
            "domain": domain, "available": true, "definitive": definitive,
            "price": price_micros, "currency": "USD", "period": period,
        })),
        Saying::Taken { definitive } => {
            Told::Row(json!({ "domain": domain, "available": false, "definitive": definitive }))
        }
        Saying::Refused { code, message } => Told::Error {
            domain,
            code,
            message,
            status: StatusCode::UNPROCESSABLE_ENTITY,
        },
    }
}

/// Changes a row; only one of a free name unless `all`.
fn set(told: Told, change: impl Fn(&mut Value), all: bool) -> Told {
    match told {
        Told::Row(mut row) => {
            if all || row["available"] == json!(true) {
                change(&mut row);
            }
            Told::Row(row)
        }
        error @ Told::Error { .. } => error,
    }
}

fn lie_about(lie: Lie, row: &mut Value) {
    match lie {
        Lie::Currency => row["currency"] = json!("INR"),
        Lie::NegativePrice => row["price"] = json!(-7_490_000),
        Lie::ZeroPrice => row["price"] = json!(0),
        Lie::HugePrice => row["price"] = json!(i64::MAX),
        Lie::FractionalPrice => row["price"] = json!(7.49),
        Lie::Period => row["period"] = json!(0),
        Lie::AllFree => row["available"] = json!(true),
        Lie::OtherNames | Lie::Twice => {}
    }
}

fn twice(told: Told) -> Vec<Told> {
    match told {
        Told::Row(row) => {
            let mut other = row.clone();
            other["available"] = json!(row["available"] != json!(true));
            vec![Told::Row(row), Told::Row(other)]
        }
        error @ Told::Error { .. } => vec![error],
    }
}
