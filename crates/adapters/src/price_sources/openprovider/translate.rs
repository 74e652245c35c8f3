//! From Openprovider's answers to claims.

use catalog::imports::Reason;
use catalog::sync::ports::{Claim, Note, Part, SourceFailure};
use engines::pricing::{Kind, Operation};
use kernel::Instant;
use serde_json::value::RawValue;

use super::client::PAGE;
use crate::price_sources::members::Members;
use crate::price_sources::wire::{not_json, utf8, words};
use crate::transport::Answer;

/// The data of an answer whose code is 0; anything else is a refusal in its words, but for maintenance, which passes.
fn data(answer: &Answer) -> Result<Members<'_>, SourceFailure> {
    let refused = matches!(answer.status, 401 | 403);
    let body: Members<'_> = utf8(answer)
        .and_then(|text| serde_json::from_str(text).map_err(|fault| not_json(&fault)))
        .map_err(|failure| {
            if refused {
                SourceFailure::Refused(format!("answered {}", answer.status))
            } else {
                failure
            }
        })?;
    if body.text("maintenance") == "true" {
        return Err(SourceFailure::Failed("it is under maintenance".to_owned()));
    }
    if body.text("code") != "0" {
        let said = format!("{} (code {})", body.text("desc"), body.text("code"));
        return Err(SourceFailure::Refused(words(&said)));
    }
    body.get("data")
        .and_then(Members::of)
        .ok_or_else(|| SourceFailure::Failed("the answer has no data".to_owned()))
}

/// The token of a login.
pub(super) fn token(answer: &Answer) -> Result<String, SourceFailure> {
    let token = data(answer)?.text("token");
    if token.is_empty() {
        return Err(SourceFailure::Failed("the login gave no token".to_owned()));
    }
    Ok(token)
}

/// A page of TLDs with their prices.
pub(super) fn page(answer: &Answer, offset: u32, now: Instant) -> Result<Part, SourceFailure> {
    let data = data(answer)?;
    let results: Vec<&RawValue> = match data.get("results").map(RawValue::get) {
        None | Some("null") => Vec::new(),
        Some(text) => serde_json::from_str(text).map_err(|fault| not_json(&fault))?,
    };
    let total: u32 = data
        .text("total")
        .parse()
        .map_err(|_| SourceFailure::Failed("the answer does not say how many there are".to_owned()))?;
    let here = u32::try_from(results.len()).unwrap_or(u32::MAX);
    let end = offset.saturating_add(here);
    if here == 0 && offset < total {
        return Err(SourceFailure::Failed("a page is empty before the end".to_owned()));
    }
    let mut part = Part {
        next: (end < total).then(|| end.to_string()),
        parts: Some(total.div_ceil(PAGE).max(1)),
        ..Part::default()
    };
    for value in results {
        match Members::of(value) {
            Some(tld) => read_tld(&mut part, &tld, now),
            None => part.notes.push(note("", "results", value.get(), Reason::NotJson)),
        }
    }
    Ok(part)
}

/// A price in the reseller's currency.
struct Amount {
    currency: String,
    amount: String,
}

/// The reseller's part of a price; nothing when there is none.
fn reseller(price: &Members<'_>) -> Option<Amount> {
    let own = Members::of(price.get("reseller")?)?;
    let (currency, amount) = (own.text("currency"), own.text("price"));
    (!amount.is_empty()).then_some(Amount { currency, amount })
}

fn member<'a>(of: &Members<'a>, name: &str) -> Option<Members<'a>> {
    of.get(name).filter(|value| value.get() != "null").and_then(Members::of)
}

fn read_tld(part: &mut Part, tld: &Members<'_>, now: Instant) {
    let name = tld.text("name");
    let Some(prices) = member(tld, "prices") else {
        part.notes
            .push(note(&name, &format!("{name}/prices"), "", Reason::Empty));
        return;
    };
    let least = prices.text("min_period").parse().unwrap_or(1).max(1);
    registration(part, &name, &prices, least, now);
    let further = [
        (Operation::Renew, "renew_price", "renew_available", least),
        (Operation::Transfer, "transfer_price", "transfer_available", 1),
        (Operation::Restore, "restore_price", "", 1),
    ];
    for (operation, field, available, years) in further {
        let place = format!("{name}/{field}");
        if tld.text(available) == "false" {
            part.notes.push(note(&name, &place, "", Reason::NotOffered));
            continue;
        }
        match member(&prices, field).as_ref().and_then(reseller) {
            Some(amount) => part.claims.push(claim(&name, operation, years, Kind::Regular, amount)),
            // Not every registry restores; a price that has to be there is missed.
            None if operation == Operation::Restore => {}
            None => part.notes.push(note(&name, &place, "", Reason::Empty)),
        }
    }
}

/// What a registration costs: the list's price, ours where we have one, and beside it the promotion while one lasts.
fn registration(part: &mut Part, name: &str, prices: &Members<'_>, years: u8, now: Instant) {
    let own = member(prices, "reseller_price");
    let promotion = own.as_ref().and_then(|own| member(own, "promotion_details"));
    let ours = own.as_ref().and_then(reseller);
    let listed = member(prices, "create_price").as_ref().and_then(reseller);
    let (regular, promotional) = match &promotion {
        Some(promotion) => {
            let usual = member(promotion, "non_promo_price").as_ref().and_then(reseller);
            (usual.or(listed), ours.filter(|_| lasts(promotion, now)))
        }
        None => (ours.or(listed), None),
    };
    match regular {
        Some(amount) => part
            .claims
            .push(claim(name, Operation::Register, years, Kind::Regular, amount)),
        None => part
            .notes
            .push(note(name, &format!("{name}/create_price"), "", Reason::Empty)),
    }
    if let Some(amount) = promotional {
        part.claims
            .push(claim(name, Operation::Register, years, Kind::Promo, amount));
    }
}

/// Whether a promotion holds now; its dates are seconds since 1970, as text.
fn lasts(promotion: &Members<'_>, now: Instant) -> bool {
    let second = |name: &str| promotion.text(name).parse::<i64>().ok();
    let now = now.micros().div_euclid(1_000_000);
    second("start_date").is_none_or(|start| start <= now) && second("end_date").is_some_and(|end| now < end)
}

fn claim(tld: &str, operation: Operation, years: u8, kind: Kind, amount: Amount) -> Claim {
    Claim {
        tld: tld.to_owned(),
        operation,
        years,
        kind,
        currency: amount.currency,
        amount: amount.amount,
    }
}

fn note(tld: &str, field: &str, value: &str, reason: Reason) -> Note {
    Note {
        tld: tld.to_owned(),
        field: field.to_owned(),
        value: words(value),
        reason,
    }
}
