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
    let cost = cost(row, rules)?;
    let premium = cost.is_some_and(|cost| is_premium(name, cost, period_years.unwrap_or(1), rules.usual_prices));
    Ok(NameState::Free {
        cost,
        period_years,
        premium,
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
        status => CallFailure::Down(
            format!("answered {status} {}", said(&body.code, &body.message))
                .trim_end()
                .to_owned(),
        ),
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status,
            headers: axum::http::HeaderMap::new(),
            body: body.as_bytes().to_vec(),
        }
    }

    fn heard(status: u16, body: &str) -> Result<Vec<NameAnswer>, CallFailure> {
        let rules = Rules {
            currency: "USD".parse().unwrap(),
            usual_prices: &HashMap::new(),
        };
        bulk(&["a.com".to_owned(), "b.com".to_owned()], &answer(status, body), &rules)
    }

    fn states(status: u16, body: &str) -> [NameState; 2] {
        let answers = heard(status, body).unwrap();
        assert_eq!(
            answers.iter().map(|answer| answer.ascii.as_str()).collect::<Vec<_>>(),
            ["a.com", "b.com"]
        );
        answers
            .into_iter()
            .map(|answer| answer.state)
            .collect::<Vec<_>>()
            .try_into()
            .unwrap()
    }

    #[test]
    fn the_documents_example_reads_as_seven_dollars_forty_nine() {
        let body = r#"{"domains":[{"available":true,"currency":"USD","definitive":true,"domain":"a.com","period":1,"price":7490000}]}"#;
        let cost = Some(Money::new(749, "USD".parse().unwrap()));
        let [a, b] = states(200, body);
        assert_eq!(
            a,
            NameState::Free {
                cost,
                period_years: Some(1),
                premium: false
            }
        );
        assert!(matches!(b, NameState::Unknown(_)), "a name left out");
    }

    #[test]
    fn a_row_of_the_wrong_shape_spoils_only_itself() {
        let body = r#"{"domains":[{"domain":"a.com","available":"yes"},7,{"domain":["b.com"]},{"domain":"b.com","available":false}],
            "errors":[null]}"#;
        let [a, b] = states(203, body);
        assert!(matches!(a, NameState::Unknown(_)));
        assert_eq!(b, NameState::Taken);
    }

    #[test]
    fn a_bulk_call_refused_for_one_name_blames_that_name_and_leaves_the_other_unknown() {
        let body = r#"{"code":"INVALID_BODY","fields":[{"path":"domains[1]","code":"INVALID_CHARACTERS","message":"Invalid character(s) error"},
            {"path":"domains[99]","code":"X"},{"path":"["},7]}"#;
        let [a, b] = states(422, body);
        assert!(matches!(a, NameState::Unknown(_)), "{a:?}");
        assert_eq!(
            b,
            NameState::Unsupported("INVALID_CHARACTERS: Invalid character(s) error".to_owned())
        );
    }

    #[test]
    fn the_wait_is_taken_from_the_body_or_the_header_and_kept_within_reason() {
        let limited = |body: &str, header: Option<&str>| {
            let mut answer = answer(429, body);
            answer
                .headers
                .extend(header.map(|value| (header::RETRY_AFTER, value.parse().unwrap())));
            let Err(CallFailure::Limited { retry_after_seconds }) = single(
                "a.com",
                &answer,
                &Rules {
                    currency: "USD".parse().unwrap(),
                    usual_prices: &HashMap::new(),
                },
            ) else {
                panic!("not limited")
            };
            retry_after_seconds
        };
        assert_eq!(
            limited(r#"{"code":"TOO_MANY_REQUESTS","retryAfterSec":17}"#, Some("5")),
            17
        );
        assert_eq!(limited("<html>", Some("5")), 5);
        assert_eq!(limited("{}", None), 60);
        assert_eq!(limited(r#"{"retryAfterSec":0}"#, None), 1);
        assert_eq!(limited(r#"{"retryAfterSec":99999999}"#, None), 3600);
        assert_eq!(limited(r#"{"retryAfterSec":-5}"#, Some("soon")), 60);
    }

    #[test]
    fn the_registrars_words_stay_on_one_line() {
        let Err(CallFailure::Denied(words)) = heard(403, r#"{"code":"ACCESS_DENIED","message":"no\nentry"}"#) else {
            panic!()
        };
        assert_eq!(words, "ACCESS_DENIED: no entry");
    }

    #[test]
    fn a_redirect_or_an_unexpected_status_is_no_answer() {
        for status in [100, 204, 301, 400, 404, 409, 500, 503] {
            assert!(
                matches!(heard(status, "{\"domains\":[]}"), Err(CallFailure::Down(_))),
                "{status}"
            );
        }
    }

    proptest! {
        /// Bytes of any kind and JSON of nearly the right kind: no panic, one row a name, and free only in the clear.
        #[test]
        fn no_answer_makes_a_name_free_without_saying_so(
            noise in ".*",
            available in "true|false|null|1|\"true\"|\\{\\}",
            price in "-?[0-9]{1,22}(\\.[0-9])?|null|\"7\"|1e9",
            currency in "\"USD\"|\"EUR\"|\"usd\"|null|7",
        ) {
            prop_assert!(heard(200, &noise).is_err() || !noise.is_empty());
            let body = format!(r#"{{"domains":[{{"domain":"a.com","available":{available},"price":{price},"currency":{currency}}}]}}"#);
            if let Ok(answers) = heard(200, &body) {
                prop_assert_eq!(answers.len(), 2);
                if let NameState::Free { cost, .. } = &answers[0].state {
                    prop_assert_eq!(available.as_str(), "true");
                    prop_assert!(cost.is_none_or(|cost| cost.minor > 0 && cost.currency.code() == "USD"));
                }
            }
        }
    }
}
