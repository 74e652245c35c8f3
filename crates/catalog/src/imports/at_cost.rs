//! At-cost lists: `tld,price,renewal,icann_fee`, what a registrar charges a reseller for a year. The ICANN fee comes on
//! top of the registrar's price, every year, and is a part of the cost that stays visible as such. The list says nothing
//! of transfers, so neither do we.

use super::sheet::{FilePrice, MOST_ENTRIES, ReadOptions, Reason, Sheet, Weight};
use super::table::{Row, each_row};
use crate::price_books::{Kind, Operation};

const COLUMNS: &[&str] = &["tld", "price", "renewal", "icann_fee"];

/// Reads an at-cost list.
pub(crate) fn read(bytes: &[u8], options: ReadOptions) -> Sheet {
    each_row(bytes, COLUMNS, MOST_ENTRIES, |sheet, row| read_row(sheet, row, options))
}

fn read_row(sheet: &mut Sheet, row: &Row<'_>, options: ReadOptions) {
    let (place, text) = row.cell("tld");
    let Some(ending) = sheet.ending(place, text, Weight::LeftOut) else {
        return;
    };
    if !sheet.first_time(ending.clone()) {
        sheet.refuse(place, text, Reason::Duplicate);
        return;
    }
    let (place, text) = row.cell("icann_fee");
    let fee = sheet.amount(place, text, options.currency);
    for (operation, column) in [(Operation::Register, "price"), (Operation::Renew, "renewal")] {
        let (place, text) = row.cell(column);
        let price = sheet.price(place, text, options.currency);
        let amounts = [(Kind::Regular, price), (Kind::IcannFee, fee)];
        sheet.prices.extend(amounts.into_iter().filter_map(|(kind, amount)| {
            let (ending, currency) = (ending.clone(), options.currency);
            amount.map(|amount_minor| FilePrice {
                line: row.line,
                ending,
                operation,
                years: 1,
                kind,
                currency,
                amount_minor,
                effective_from: None,
            })
        }));
    }
}
