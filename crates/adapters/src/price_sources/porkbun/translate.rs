//! From Porkbun's list to claims.

use catalog::imports::Reason;
use catalog::sync::ports::{Claim, Note, Part, SourceFailure};
use engines::pricing::{Kind, Operation};

use crate::price_sources::members::Members;
use crate::price_sources::wire::{not_json, utf8, words};
use crate::transport::Answer;

const FIELDS: [(Operation, &str); 3] = [
    (Operation::Register, "registration"),
    (Operation::Renew, "renewal"),
    (Operation::Transfer, "transfer"),
];

/// Every price of the list.
pub(super) fn prices(answer: &Answer) -> Result<Part, SourceFailure> {
    let body: Members<'_> = serde_json::from_str(utf8(answer)?).map_err(|fault| not_json(&fault))?;
    match body.text("status").as_str() {
        "SUCCESS" => {}
        "ERROR" => return Err(SourceFailure::Refused(words(&body.text("message")))),
        _ => return Err(SourceFailure::Failed("the answer does not say how it went".to_owned())),
    }
    let pricing = body
        .get("pricing")
        .and_then(Members::of)
        .ok_or_else(|| SourceFailure::Failed("the answer has no pricing".to_owned()))?;
    let mut part = Part {
        parts: Some(1),
        ..Part::default()
    };
    for (tld, value) in &pricing.0 {
        match Members::of(value) {
            Some(entry) => read_entry(&mut part, tld, &entry),
            None => part.notes.push(note(tld, tld, value.get(), Reason::NotJson)),
        }
    }
    Ok(part)
}

fn read_entry(part: &mut Part, tld: &str, entry: &Members<'_>) {
    let special = entry.text("specialType");
    if !special.is_empty() {
        part.notes.push(note(tld, tld, &special, Reason::Handshake));
        return;
    }
    for (operation, field) in FIELDS {
        let amount = entry.text(field);
        if amount.is_empty() {
            part.notes.push(note(tld, &format!("{tld}/{field}"), "", Reason::Empty));
            continue;
        }
        part.claims.push(Claim {
            tld: tld.to_owned(),
            operation,
            years: 1,
            kind: Kind::Regular,
            currency: entry_currency(entry),
            amount,
        });
    }
}

/// The list is in US dollars and names no currency. An entry that named another would not be believed.
fn entry_currency(entry: &Members<'_>) -> String {
    let named = entry.text("currency");
    if named.is_empty() { "USD".to_owned() } else { named }
}

fn note(tld: &str, field: &str, value: &str, reason: Reason) -> Note {
    Note {
        tld: tld.to_owned(),
        field: field.to_owned(),
        value: words(value),
        reason,
    }
}
