//! From GoDaddy's answers to our words. Everything in an answer is a claim: a name nobody asked about is ignored, a
//! row that contradicts itself or states an impossible price is *unknown*, and nothing but a clean row makes a name free.

use std::collections::HashMap;

use axum::http::header;
use domains::ports::{CallFailure, NameAnswer, NameState};
use kernel::{Currency, Money};
use serde::Deserialize;
use serde_json::Value;

use super::micros::Micros;
use crate::transport::Answer;

/// What an answer is judged by.
pub(super) struct Rules<'a> {
    pub(super) currency: Currency,
    pub(super) usual_prices: &'a HashMap<String, Money>,
}

/// The body of an error.
#[derive(Deserialize, Default)]
struct Failure {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    fields: Vec<Value>,
    #[serde(rename = "retryAfterSec", default)]
    retry_after_sec: Value,
}

/// One name's row of an answer. Each field may be missing or of any type until looked at.
#[derive(Deserialize)]
struct Row {
    domain: String,
    #[serde(default)]
    available: Value,
    #[serde(default)]
    definitive: Value,
    #[serde(default)]
    price: Value,
    #[serde(default)]
    currency: Value,
    #[serde(default)]
    period: Value,
}

/// One name's row of the errors of a partial answer.
#[derive(Deserialize)]
struct ErrorRow {
    domain: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    status: Value,
}

#[derive(Deserialize)]
struct Bulk {
    domains: Vec<Value>,
    #[serde(default)]
    errors: Vec<Value>,
}

/// Reads the answer to a question about one name.
pub(super) fn single(asked: &str, answer: &Answer, rules: &Rules<'_>) -> Result<Vec<NameAnswer>, CallFailure> {
    match answer.status {
        200 | 203 => {
            let row: Row = parse(&answer.body)?;
            let heard = if same(&row.domain, asked) {
                judge(asked, &row, rules)
            } else {
                unknown(asked, "answered about another name")
            };
            Ok(vec![heard])
        }
        422 => {
            let failure: Failure = parse(&answer.body)?;
            Ok(vec![refused(asked, &failure.code, &failure.message)])
        }
        _ => Err(failed(answer)),
    }
}

/// Reads the answer to a question about several names: one row for each, in the order asked.
pub(super) fn bulk(asked: &[String], answer: &Answer, rules: &Rules<'_>) -> Result<Vec<NameAnswer>, CallFailure> {
    match answer.status {
        200 | 203 => {
            let body: Bulk = parse(&answer.body)?;
            let mut heard = Heard::about(asked);
            for row in body
                .domains
                .into_iter()
                .filter_map(|row| serde_json::from_value::<Row>(row).ok())
            {
                heard.note(&row.domain, |name| judge(name, &row, rules));
            }
            for row in body
                .errors
                .into_iter()
                .filter_map(|row| serde_json::from_value::<ErrorRow>(row).ok())
            {
                heard.note(&row.domain, |name| error_row(name, &row));
            }
            Ok(heard.answers(asked, "no answer for this name"))
        }
        422 => {
            let failure: Failure = parse(&answer.body)?;
            Ok(blame(asked, &failure))
        }
        _ => Err(failed(answer)),
    }
}

/// What was heard of each name asked about.
struct Heard(HashMap<String, Option<NameAnswer>>);

impl Heard {
    fn about(asked: &[String]) -> Self {
        Self(asked.iter().map(|name| (name.to_ascii_lowercase(), None)).collect())
    }

    fn note(&mut self, domain: &str, judge: impl FnOnce(&str) -> NameAnswer) {
        let name = domain.to_ascii_lowercase();
        let Some(slot) = self.0.get_mut(&name) else { return };
        let answer = judge(&name);
        *slot = match slot.take() {
            Some(before) if before != answer => Some(unknown(&name, "answered twice, each time otherwise")),
            _ => Some(answer),
        };
    }

    fn answers(&self, asked: &[String], silence: &str) -> Vec<NameAnswer> {
        let answer = |name: &String| {
            let heard = self.0.get(&name.to_ascii_lowercase()).cloned().flatten();
            NameAnswer {
                ascii: name.clone(),
                ..heard.unwrap_or_else(|| unknown(name, silence))
            }
        };
        asked.iter().map(answer).collect()
    }
}

fn judge(name: &str, row: &Row, rules: &Rules<'_>) -> NameAnswer {
    let state = match row.available.as_bool() {
        Some(false) => NameState::Taken,
        Some(true) => free(name, row, rules).unwrap_or_else(|doubt| NameState::Unknown(doubt.to_owned())),
        None => NameState::Unknown("does not say whether it is available".to_owned()),
    };
    let definitive = row.definitive.as_bool().unwrap_or(false) && !matches!(state, NameState::Unknown(_));
    NameAnswer {
        ascii: name.to_owned(),
        state,
        definitive,
    }
}

fn free(name: &str, row: &Row, rules: &Rules<'_>) -> Result<NameState, &'static str> {
    let period_years = period(&row.period)?;
    // "Only returned if tld is offered": a name that is free elsewhere is of no use here.
    let Some(cost) = cost(row, rules)? else {
        return Ok(NameState::Unsupported(
            "free, and its ending not offered here".to_owned(),
        ));
    };
    Ok(NameState::Free {
        cost: Some(cost),
        period_years,
        premium: is_premium(name, cost, period_years.unwrap_or(1), rules.usual_prices),
    })
}

fn period(stated: &Value) -> Result<Option<u8>, &'static str> {
    match stated {
        Value::Null => Ok(None),
        stated => match stated.as_u64() {
            Some(years @ 1..=10) => Ok(u8::try_from(years).ok()),
            _ => Err("states an impossible period"),
        },
    }
}

fn cost(row: &Row, rules: &Rules<'_>) -> Result<Option<Money>, &'static str> {
    if row.price.is_null() {
        return Ok(None);
    }
    // The specification's default when the field is missing.
    let stated = if row.currency.is_null() {
        Some("USD")
    } else {
        row.currency.as_str()
    };
    let currency = stated
        .and_then(|code| code.parse::<Currency>().ok())
        .ok_or("states a price in no known currency")?;
    if currency != rules.currency {
        return Err("states a price in a currency the account is not billed in");
    }
    let price = row
        .price
        .as_i64()
        .and_then(Micros::price)
        .ok_or("states an impossible price")?;
    price
        .money(currency)
        .map(Some)
        .ok_or("states a price too fine for its currency")
}

/// Dearer than one and a half times what its ending usually costs.
fn is_premium(name: &str, cost: Money, years: u8, usual_prices: &HashMap<String, Money>) -> bool {
    let usual = name.split_once('.').and_then(|(_, ending)| usual_prices.get(ending));
    usual.is_some_and(|usual| {
        usual.currency == cost.currency && 2 * i128::from(cost.minor) > 3 * i128::from(usual.minor) * i128::from(years)
    })
}

fn error_row(name: &str, row: &ErrorRow) -> NameAnswer {
    match row.status.as_u64() {
        Some(400 | 422) => refused(name, &row.code, &row.message),
        _ => unknown(name, &said(&row.code, &row.message)),
    }
}

/// A name the registrar refuses for good. A reserved one is taken, by the registry.
fn refused(name: &str, code: &str, message: &str) -> NameAnswer {
    let state = if code.to_ascii_uppercase().contains("RESERVED") {
        NameState::Taken
    } else {
        NameState::Unsupported(said(code, message))
    };
    NameAnswer {
        ascii: name.to_owned(),
        state,
        definitive: true,
    }
}

/// A bulk call refused because of some of its names: those its `fields` point at are refused, the others unknown.
fn blame(asked: &[String], failure: &Failure) -> Vec<NameAnswer> {
    let mut heard = Heard::about(asked);
    for field in &failure.fields {
        let word = |key: &str| field.get(key).and_then(Value::as_str).unwrap_or_default();
        if let Some(name) = index(word("path")).and_then(|at| asked.get(at)) {
            heard.note(name, |name| refused(name, word("code"), word("message")));
        }
    }
    heard.answers(asked, "refused together with other names")
}

/// The number in a path like `domains[3]` or `$[3]`.
fn index(path: &str) -> Option<usize> {
    path.split_once('[')?.1.split_once(']')?.0.parse().ok()
}

fn failed(answer: &Answer) -> CallFailure {
    let body: Failure = serde_json::from_slice(&answer.body).unwrap_or_default();
    match answer.status {
        401 | 403 => CallFailure::Denied(said(&body.code, &body.message)),
        429 => CallFailure::Limited {
            retry_after_seconds: wait(&body, answer),
        },
        status => {
            let words = format!("answered {status} {}", said(&body.code, &body.message));
            let words = words.trim_end().to_owned();
            if matches!(status, 400..=499) {
                CallFailure::Refused(words)
            } else {
                CallFailure::Down(words)
            }
        }
    }
}

/// Seconds to wait: what the body says, else the header, else a minute; within an hour, whatever they say.
fn wait(body: &Failure, answer: &Answer) -> u32 {
    let header = || {
        answer
            .headers
            .get(header::RETRY_AFTER)?
            .to_str()
            .ok()?
            .trim()
            .parse::<u64>()
            .ok()
    };
    let seconds = body.retry_after_sec.as_u64().or_else(header).unwrap_or(60);
    u32::try_from(seconds.clamp(1, 3600)).unwrap_or(3600)
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, CallFailure> {
    // The body is not repeated: it may be anything, and these words reach a log.
    serde_json::from_slice(body).map_err(|error| {
        CallFailure::Down(format!(
            "unreadable answer of {} bytes ({:?})",
            body.len(),
            error.classify()
        ))
    })
}

fn same(domain: &str, asked: &str) -> bool {
    domain.eq_ignore_ascii_case(asked)
}

fn unknown(name: &str, doubt: &str) -> NameAnswer {
    NameAnswer {
        ascii: name.to_owned(),
        state: NameState::Unknown(doubt.to_owned()),
        definitive: false,
    }
}

/// The registrar's words, fit for one line of a page or a log.
fn said(code: &str, message: &str) -> String {
    let words = match (code, message) {
        ("", message) => message.to_owned(),
        (code, "") => code.to_owned(),
        (code, message) => format!("{code}: {message}"),
    };
    words
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(200)
        .collect()
}

#[cfg(test)]
mod tests;
