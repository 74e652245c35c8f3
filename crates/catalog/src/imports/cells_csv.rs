//! Our own CSV format, one price a row: `tld,operation,years,kind,currency,amount,effective_from`.
//!
//! What each column may hold is in the room's README. Somebody wrote this file for us, so every bad cell refuses it.

use kernel::{Currency, Instant};

use super::sheet::{FilePrice, MOST_ROWS, Place, ReadOptions, Reason, Sheet, Weight};
use super::table::{Row, each_row};
use crate::price_books::{Kind, Operation, Side};

const NEEDED: &[&str] = &["tld", "operation", "amount"];

/// Reads a file in our own format.
pub(crate) fn read(bytes: &[u8], side: Side, options: ReadOptions) -> Sheet {
    each_row(bytes, NEEDED, MOST_ROWS, |sheet, row| {
        read_row(sheet, row, side, options)
    })
}

fn read_row(sheet: &mut Sheet, row: &Row<'_>, side: Side, options: ReadOptions) {
    let (place, text) = row.cell("tld");
    let ending = sheet.ending(place, text, Weight::Refused);
    let operation = word(
        sheet,
        row.cell("operation"),
        None,
        Operation::parse,
        Reason::UnknownOperation,
    );
    let years = word(sheet, row.cell("years"), Some(1), years, Reason::BadYears);
    let kind = word(
        sheet,
        row.cell("kind"),
        Some(Kind::Regular),
        |name| kind_of(side, name),
        Reason::UnknownKind,
    );
    let currency = word(
        sheet,
        row.cell("currency"),
        Some(options.currency),
        |code| Currency::parse(code).ok(),
        Reason::UnknownCurrency,
    );
    let effective_from = effective_from(sheet, row.cell("effective_from"), options);
    let (place, text) = row.cell("amount");
    let (Some(currency), Some(operation)) = (currency, operation) else {
        return;
    };
    let zero_is_a_price = operation == Operation::Transfer || kind.is_some_and(Kind::is_fee);
    let amount = if zero_is_a_price {
        sheet.amount(place, text, currency)
    } else {
        sheet.price(place, text, currency)
    };
    let (Some(ending), Some(years), Some(kind), Some(effective_from), Some(amount_minor)) =
        (ending, years, kind, effective_from, amount)
    else {
        return;
    };
    if !kind.has_term(operation, years) {
        let (place, text) = row.cell("years");
        return sheet.refuse(place, text, Reason::BadYears);
    }
    let price = FilePrice {
        line: row.line,
        ending,
        operation,
        years,
        kind,
        currency,
        amount_minor,
        effective_from,
    };
    if sheet.first_time(format!(
        "{}/{operation:?}/{years}/{kind:?}/{}/{effective_from:?}",
        price.ending,
        currency.code()
    )) {
        sheet.prices.push(price);
    } else {
        let (place, text) = row.cell("tld");
        sheet.refuse(place, text, Reason::Duplicate);
    }
}

/// Reads one cell of a closed set; empty means `otherwise`, where there is one.
fn word<T>(
    sheet: &mut Sheet,
    (place, text): (Place<'_>, &str),
    otherwise: Option<T>,
    parse: impl Fn(&str) -> Option<T>,
    reason: Reason,
) -> Option<T> {
    let value = if text.is_empty() { otherwise } else { parse(text) };
    if value.is_none() {
        sheet.refuse(place, text, if text.is_empty() { Reason::Empty } else { reason });
    }
    value
}

/// Fees are parts of costs; a sales list has none.
fn kind_of(side: Side, name: &str) -> Option<Kind> {
    Kind::parse(name).filter(|kind| side == Side::Cost || !kind.is_fee())
}

fn years(text: &str) -> Option<u8> {
    text.parse().ok().filter(|years| *years <= 10)
}

/// The instant of a cell: `Some(None)` for an empty one, nothing for one that was refused.
fn effective_from(
    sheet: &mut Sheet,
    (place, text): (Place<'_>, &str),
    options: ReadOptions,
) -> Option<Option<Instant>> {
    if text.is_empty() {
        return Some(None);
    }
    let instant = instant(text);
    let reason = match instant {
        None => Reason::BadInstant,
        Some(at) if at < options.now => Reason::InThePast,
        Some(at) if at > options.latest => Reason::TooFarAhead,
        Some(_) => return Some(instant),
    };
    sheet.refuse(place, text, reason);
    None
}

/// A date as midnight UTC, or an RFC 3339 instant.
fn instant(text: &str) -> Option<Instant> {
    if let Ok(date) = text.parse::<jiff::civil::Date>()
        && text.len() == 10
    {
        return date
            .to_zoned(jiff::tz::TimeZone::UTC)
            .ok()
            .map(|zoned| Instant::from_timestamp(zoned.timestamp()));
    }
    text.parse().ok()
}
