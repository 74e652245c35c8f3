//! From WHMCS's answers to claims.

use catalog::imports::Reason;
use catalog::sync::ports::{Claim, Note, Part, SourceFailure};
use engines::pricing::{Kind, Operation};
use kernel::Currency;
use serde_json::value::RawValue;

use crate::price_sources::members::{Members, text};
use crate::price_sources::wire::{not_json, utf8, words};
use crate::transport::Answer;

/// The body of an answer that says `success`; what else it says is a refusal.
fn success(answer: &Answer) -> Result<Members<'_>, SourceFailure> {
    let body: Members<'_> = serde_json::from_str(utf8(answer)?).map_err(|fault| not_json(&fault))?;
    match body.text("result").as_str() {
        "success" => Ok(body),
        "error" => Err(SourceFailure::Refused(words(&body.text("message")))),
        _ if matches!(answer.status, 401 | 403) => Err(SourceFailure::Refused(format!("answered {}", answer.status))),
        _ => Err(SourceFailure::Failed("the answer does not say how it went".to_owned())),
    }
}

/// The id of a currency. The documents print the list flattened, `currencies[currency][0][id]`; what is sent is nested.
pub(super) fn currency_id(answer: &Answer, currency: Currency) -> Result<String, SourceFailure> {
    let body = success(answer).map_err(|failure| refused_page(answer, failure))?;
    let found = match body.get("currencies").and_then(Members::of) {
        Some(nested) => nested.get("currency").and_then(|list| nested_id(list, currency)),
        None => flattened_id(&body, currency),
    };
    found.ok_or_else(|| SourceFailure::Refused(format!("there is no currency {} there", currency.code())))
}

/// A web page instead of JSON is a refusal when its status says so: an allow-list of addresses answers that way.
fn refused_page(answer: &Answer, failure: SourceFailure) -> SourceFailure {
    match failure {
        SourceFailure::Failed(_) if matches!(answer.status, 401 | 403) => {
            SourceFailure::Refused(format!("answered {}", answer.status))
        }
        other => other,
    }
}

fn nested_id(list: &RawValue, currency: Currency) -> Option<String> {
    let items: Vec<&RawValue> = serde_json::from_str(list.get()).ok()?;
    items
        .into_iter()
        .filter_map(Members::of)
        .find(|item| item.text("code").eq_ignore_ascii_case(currency.code()))
        .map(|item| item.text("id"))
        .filter(|id| is_id(id))
}

fn flattened_id(body: &Members<'_>, currency: Currency) -> Option<String> {
    let named = |(key, value): &(String, &RawValue)| {
        let place = key.strip_suffix("[code]")?;
        text(value)
            .eq_ignore_ascii_case(currency.code())
            .then(|| body.text(&format!("{place}[id]")))
    };
    body.0.iter().find_map(named).filter(|id| is_id(id))
}

fn is_id(text: &str) -> bool {
    (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Every price of an answer.
pub(super) fn prices(answer: &Answer) -> Result<Part, SourceFailure> {
    let body = success(answer).map_err(|failure| refused_page(answer, failure))?;
    let currency = body
        .get("currency")
        .and_then(Members::of)
        .map(|currency| currency.text("code"))
        .unwrap_or_default();
    let pricing = body
        .get("pricing")
        .and_then(Members::of)
        .ok_or_else(|| SourceFailure::Failed("the answer has no pricing".to_owned()))?;
    let mut part = Part {
        parts: Some(2),
        ..Part::default()
    };
    for (tld, value) in &pricing.0 {
        match Members::of(value) {
            Some(entry) => read_entry(&mut part, tld, &entry, &currency),
            None => note(&mut part, tld, tld, value.get(), Reason::NotJson),
        }
    }
    Ok(part)
}

const OPERATIONS: [(Operation, &str); 3] = [
    (Operation::Register, "register"),
    (Operation::Renew, "renew"),
    (Operation::Transfer, "transfer"),
];

fn read_entry(part: &mut Part, tld: &str, entry: &Members<'_>, currency: &str) {
    for (operation, field) in OPERATIONS {
        let Some(value) = entry.get(field) else { continue };
        let place = format!("{tld}/{field}");
        let Some(terms) = Members::of(value) else {
            note(part, tld, &place, value.get(), Reason::BadYears);
            continue;
        };
        for (years, amount) in &terms.0 {
            let (place, amount) = (format!("{place}/{years}"), text(amount));
            let Ok(years) = years.parse::<u8>() else {
                note(part, tld, &place, years, Reason::BadYears);
                continue;
            };
            if is_off(&amount) {
                note(part, tld, &place, &amount, Reason::NotOffered);
                continue;
            }
            part.claims.push(Claim {
                tld: tld.to_owned(),
                operation,
                years,
                kind: Kind::Regular,
                currency: currency.to_owned(),
                amount,
            });
        }
    }
    for field in ["grace_period", "redemption_period"] {
        if let Some(value) = entry
            .get(field)
            .filter(|value| !matches!(value.get(), "null" | "[]" | "\"\""))
        {
            note(part, tld, &format!("{tld}/{field}"), value.get(), Reason::FeeOnTop);
        }
    }
}

/// -1, however many decimals it is written with.
fn is_off(amount: &str) -> bool {
    let (whole, decimals) = amount.trim().split_once('.').unwrap_or((amount.trim(), ""));
    whole == "-1" && decimals.bytes().all(|byte| byte == b'0')
}

fn note(part: &mut Part, tld: &str, field: &str, value: &str, reason: Reason) {
    part.notes.push(Note {
        tld: tld.to_owned(),
        field: field.to_owned(),
        value: words(value),
        reason,
    });
}

#[cfg(test)]
mod tests;
