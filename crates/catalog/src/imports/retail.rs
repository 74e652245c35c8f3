//! Retail lists as JSON: `{"status": "SUCCESS", "pricing": {"com": {"registration": "11.08", "renewal": …, "transfer": …}}}`.
//!
//! Quirks met in the wild: amounts are strings with thousands' commas; entries with a `specialType` are Handshake names,
//! not of ICANN's root; `0.00` is a price only for transfers (the registries of .uk charge none), anywhere else it means
//! that there is no price. Coupons are no list prices and are not read.

use std::fmt;

use kernel::Currency;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::sheet::{FilePrice, MOST_CELL_BYTES, MOST_ENTRIES, Place, ReadOptions, Reason, Sheet, Weight};
use super::table;
use crate::price_books::{Kind, Operation};

const FIELDS: [(Operation, &str); 3] = [
    (Operation::Register, "registration"),
    (Operation::Renew, "renewal"),
    (Operation::Transfer, "transfer"),
];

/// Reads a retail list.
pub(crate) fn read(bytes: &[u8], options: ReadOptions) -> Sheet {
    let mut sheet = Sheet::default();
    let Some(text) = table::text(bytes, &mut sheet) else {
        return sheet;
    };
    let lines = Lines::of(text);
    let Some(entries) = entries(text, &lines, &mut sheet) else {
        return sheet;
    };
    for (name, raw) in &entries.0 {
        sheet.rows += 1;
        if sheet.rows as usize > MOST_ENTRIES {
            sheet.refuse(lines.place(raw, "/pricing"), "", Reason::TooManyRows);
            break;
        }
        Entry {
            name,
            raw,
            lines: &lines,
            currency: options.currency,
        }
        .read(&mut sheet);
    }
    if sheet.rows == 0 {
        sheet.refuse(Place::FILE, "", Reason::NoRows);
    }
    sheet
}

/// The members of `pricing`, or why there are none.
fn entries<'a>(text: &'a str, lines: &Lines<'a>, sheet: &mut Sheet) -> Option<Members<'a>> {
    let top: Members<'a> = match serde_json::from_str(text) {
        Ok(top) => top,
        Err(fault) => {
            let place = Place {
                line: fault.line() as u32,
                column: fault.column() as u32,
                field: "/",
            };
            sheet.refuse(place, "", Reason::NotJson);
            return None;
        }
    };
    let Some(pricing) = top.get("pricing") else {
        let said = top.get("message").or(top.get("status")).map_or("", RawValue::get);
        sheet.refuse(
            Place {
                line: 1,
                column: 0,
                field: "/pricing",
            },
            said,
            Reason::MissingColumn,
        );
        return None;
    };
    serde_json::from_str(pricing.get())
        .map_err(|_| sheet.refuse(lines.place(pricing, "/pricing"), pricing.get(), Reason::NotJson))
        .ok()
}

struct Entry<'e, 'a> {
    name: &'e str,
    raw: &'a RawValue,
    lines: &'e Lines<'a>,
    currency: Currency,
}

impl Entry<'_, '_> {
    fn read(&self, sheet: &mut Sheet) {
        let pointer = format!("/pricing/{}", self.name);
        let place = self.lines.place(self.raw, &pointer);
        if self.name.len() > MOST_CELL_BYTES {
            return sheet.refuse(place, self.name, Reason::CellTooLong);
        }
        let Ok(fields) = serde_json::from_str::<Members<'_>>(self.raw.get()) else {
            return sheet.refuse(place, self.raw.get(), Reason::NotJson);
        };
        if fields.get("specialType").is_some_and(|kind| kind.get() != "null") {
            return sheet.leave_out(place, self.name, Reason::Handshake);
        }
        let Some(ending) = sheet.ending(place, self.name, Weight::LeftOut) else {
            return;
        };
        if !sheet.first_time(ending.clone()) {
            return sheet.refuse(place, self.name, Reason::Duplicate);
        }
        for (operation, field) in FIELDS {
            self.price(sheet, &fields, &ending, operation, field);
        }
    }

    fn price(&self, sheet: &mut Sheet, fields: &Members<'_>, ending: &str, operation: Operation, field: &str) {
        let pointer = format!("/pricing/{}/{field}", self.name);
        let Some(raw) = fields.get(field) else {
            return sheet.refuse(self.lines.place(self.raw, &pointer), "", Reason::Empty);
        };
        let place = self.lines.place(raw, &pointer);
        let text = serde_json::from_str::<String>(raw.get()).unwrap_or_else(|_| raw.get().to_owned());
        let amount = if operation == Operation::Transfer {
            sheet.amount(place, &text, self.currency)
        } else {
            sheet.price(place, &text, self.currency)
        };
        let Some(amount_minor) = amount else { return };
        sheet.prices.push(FilePrice {
            line: place.line,
            ending: ending.to_owned(),
            operation,
            years: 1,
            kind: Kind::Regular,
            currency: self.currency,
            amount_minor,
            effective_from: None,
        });
    }
}

/// An object's members in order, a repeated name included, their values still text.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| *value)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Vec<(String, &'de RawValue)>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut members = Vec::new();
                // One more than allowed is enough to say that there are too many.
                while let Some(member) = map.next_entry()? {
                    if members.len() <= MOST_ENTRIES {
                        members.push(member);
                    }
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Collect).map(Members)
    }
}

/// Finds line and column of a value borrowed from the text.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let breaks = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(at, _)| at + 1);
        Self {
            text,
            starts: std::iter::once(0).chain(breaks).collect(),
        }
    }

    fn place<'p>(&self, value: &RawValue, field: &'p str) -> Place<'p> {
        let offset = (value.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        Place {
            line: line as u32,
            column: (offset - self.starts[line - 1]) as u32 + 1,
            field,
        }
    }
}
