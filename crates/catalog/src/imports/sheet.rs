//! What reading a file gives: the prices in it and everything that was wrong with it, cell by cell.
//!
//! A finding either *refuses* the file (nothing of it may be applied) or says that a row was *left out*: providers'
//! lists carry entries that are no prices of ours (Handshake names, endings nobody can register), and a whole list is
//! not thrown away for them. In a file written in our own format everything counts.

use std::collections::{HashMap, HashSet};

use kernel::{Currency, Instant};
use serde::{Deserialize, Serialize};

use super::amount::AmountFault;
use super::model::ListRef;
use crate::price_books::{CellKey, Kind, Operation};
use crate::tlds::ending::EndingFault;

/// Most bytes a file may have.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;
/// Most rows a file in our own format may have: a price each.
pub(crate) const MOST_ROWS: usize = 100_000;
/// Most rows or entries a provider's list may have: up to four prices each.
pub(crate) const MOST_ENTRIES: usize = 25_000;
/// Most columns a row may have.
pub(crate) const MOST_COLUMNS: usize = 32;
/// Most bytes one cell may have.
pub(crate) const MOST_CELL_BYTES: usize = 256;
/// Most findings kept of one file; what comes after is only counted.
pub(crate) const MOST_FINDINGS: usize = 1_000;

/// One price as a file states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FilePrice {
    /// The line it stands in, counted from 1.
    pub line: u32,
    /// The ending, as an A-label.
    pub ending: String,
    /// What is priced.
    pub operation: Operation,
    /// For how many years.
    pub years: u8,
    /// Regular, first-year, promotional, or a fee.
    pub kind: Kind,
    /// In which currency.
    pub currency: Currency,
    /// The amount.
    pub amount_minor: i64,
    /// From when, where the row says so itself.
    pub effective_from: Option<Instant>,
}

impl FilePrice {
    /// What it is the price of, in the list it goes to.
    pub(crate) fn key(&self, list: ListRef) -> CellKey {
        CellKey {
            side: list.side(),
            list: list.uuid(),
            ending: self.ending.clone(),
            currency: self.currency,
            operation: self.operation,
            years: self.years,
            kind: self.kind,
        }
    }
}

/// Why a cell, row or file cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The file is larger than [`MOST_BYTES`].
    FileTooLarge,
    /// The file has no price in it.
    NoRows,
    /// More rows than [`MOST_ROWS`], or in a provider's list more than [`MOST_ENTRIES`].
    TooManyRows,
    /// More columns than [`MOST_COLUMNS`].
    TooManyColumns,
    /// A cell of more than [`MOST_CELL_BYTES`].
    CellTooLong,
    /// Not UTF-8.
    NotUtf8,
    /// Not the JSON this format is.
    NotJson,
    /// Not readable as CSV.
    NotCsv,
    /// A column the format needs is not in the first row.
    MissingColumn,
    /// A column named twice.
    RepeatedColumn,
    /// The row has another number of cells than the first row.
    RaggedRow,
    /// Nothing in a cell that needs a value.
    Empty,
    /// Looks like a spreadsheet formula.
    Formula,
    /// Under zero.
    Negative,
    /// Zero where that cannot be a price.
    Zero,
    /// Not a number.
    NotANumber,
    /// Commas elsewhere than between thousands.
    Grouping,
    /// More decimals than the currency has.
    TooManyDecimals,
    /// Too large for a price.
    TooLarge,
    /// Not written as an ending.
    NotAnEnding,
    /// Not an ending of the public suffix list: nobody can register names under it.
    UnknownEnding,
    /// A Handshake name: not in ICANN's root.
    Handshake,
    /// The same price twice.
    Duplicate,
    /// Not one of the operations.
    UnknownOperation,
    /// Not one of the kinds.
    UnknownKind,
    /// Not a term this operation and kind of price can have.
    BadYears,
    /// Not the code of a currency.
    UnknownCurrency,
    /// Not a date or an instant.
    BadInstant,
    /// Takes effect before now; past prices are locked.
    InThePast,
    /// Takes effect further ahead than prices may be scheduled.
    TooFarAhead,
    /// In another currency than the list a source feeds.
    WrongCurrency,
    /// The price of one year is missing that is in force, while those of more years are there.
    MissingYear,
    /// Many times the price in force, or a small part of it.
    Jump,
    /// The source says that this is not offered.
    NotOffered,
    /// Comes on top of another price and cannot be told apart from it.
    FeeOnTop,
}

impl Reason {
    /// The message that says it.
    pub fn key(self) -> String {
        let code = serde_json::to_value(self)
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default();
        format!("catalog-reason-{}", code.replace('_', "-"))
    }
}

impl From<AmountFault> for Reason {
    fn from(fault: AmountFault) -> Self {
        match fault {
            AmountFault::Empty => Self::Empty,
            AmountFault::Formula => Self::Formula,
            AmountFault::Negative => Self::Negative,
            AmountFault::NotANumber => Self::NotANumber,
            AmountFault::Grouping => Self::Grouping,
            AmountFault::TooManyDecimals => Self::TooManyDecimals,
            AmountFault::TooLarge => Self::TooLarge,
        }
    }
}

/// What a finding means for the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// The file cannot be applied until it is mended.
    Refused,
    /// The row is left out; the rest can be applied.
    LeftOut,
}

/// One thing wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The line, counted from 1; 0 for the file as a whole.
    pub line: u32,
    /// The column, counted from 1; 0 for the whole line.
    pub column: u32,
    /// The column's name, or the JSON path.
    pub field: String,
    /// What stands there, shortened.
    pub value: String,
    /// Why it cannot be used.
    pub reason: Reason,
    /// What that means.
    pub weight: Weight,
}

/// The prices of a file and what was wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// Rows or entries read.
    pub rows: u32,
    /// The prices, in the file's order.
    pub prices: Vec<FilePrice>,
    /// The first [`MOST_FINDINGS`] findings.
    pub findings: Vec<Finding>,
    /// Findings that refuse the file, kept or not.
    pub bad: u32,
    /// Rows left out, kept as findings or not.
    pub left_out: u32,
    seen: HashSet<String>,
    /// Endings read before, as they are written: a file names one in row after row.
    endings: HashMap<String, String>,
}

/// What a reader must know beside the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadOptions {
    /// The currency of amounts that name none.
    pub currency: Currency,
    /// The present: earlier prices are locked.
    pub now: Instant,
    /// How far ahead prices may be scheduled.
    pub latest: Instant,
}

/// Where in a file something stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// Name of the column or JSON path.
    pub field: &'a str,
}

impl Place<'_> {
    /// The file as a whole.
    pub(crate) const FILE: Place<'static> = Place {
        line: 0,
        column: 0,
        field: "",
    };
}

impl Sheet {
    /// Notes a finding that refuses the file.
    pub(crate) fn refuse(&mut self, place: Place<'_>, value: &str, reason: Reason) {
        self.bad += 1;
        self.note(place, value, reason, Weight::Refused);
    }

    /// Notes a row left out.
    pub(crate) fn leave_out(&mut self, place: Place<'_>, value: &str, reason: Reason) {
        self.left_out += 1;
        self.note(place, value, reason, Weight::LeftOut);
    }

    fn note(&mut self, place: Place<'_>, value: &str, reason: Reason, weight: Weight) {
        let Place { line, column, field } = place;
        let finding = || Finding {
            line,
            column,
            field: shorten(field),
            value: shorten(value),
            reason,
            weight,
        };
        if reason == Reason::TooManyRows {
            // What ended the reading is said first, however much was found before.
            self.findings.truncate(MOST_FINDINGS - 1);
            self.findings.insert(0, finding());
        } else if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding());
        }
    }

    /// Whether `key` comes up for the first time in this file.
    pub(crate) fn first_time(&mut self, key: String) -> bool {
        self.seen.insert(key)
    }

    /// Reads an ending. Providers' lists leave unknown ones out, in our own format they refuse the file.
    pub(crate) fn ending(&mut self, place: Place<'_>, text: &str, unknown: Weight) -> Option<String> {
        if let Some(known) = self.endings.get(text) {
            return Some(known.clone());
        }
        match (crate::tlds::ending::parse(text), unknown) {
            (Ok(ending), _) => {
                self.endings.insert(text.to_owned(), ending.ascii.clone());
                return Some(ending.ascii);
            }
            (Err(EndingFault::NotAName), _) => self.refuse(
                place,
                text,
                if text.trim().is_empty() {
                    Reason::Empty
                } else {
                    Reason::NotAnEnding
                },
            ),
            (Err(EndingFault::Unknown), Weight::Refused) => self.refuse(place, text, Reason::UnknownEnding),
            (Err(EndingFault::Unknown), Weight::LeftOut) => self.leave_out(place, text, Reason::UnknownEnding),
        }
        None
    }

    /// Reads an amount; a fault refuses the file.
    pub(crate) fn amount(&mut self, place: Place<'_>, text: &str, currency: Currency) -> Option<i64> {
        super::amount::parse_minor(text, currency)
            .map_err(|fault| self.refuse(place, text, fault.into()))
            .ok()
    }

    /// Reads an amount that must be above zero.
    pub(crate) fn price(&mut self, place: Place<'_>, text: &str, currency: Currency) -> Option<i64> {
        let minor = self.amount(place, text, currency)?;
        if minor == 0 {
            self.refuse(place, text, Reason::Zero);
            return None;
        }
        Some(minor)
    }
}

/// At most 80 characters of what was found, control characters shown as spaces.
fn shorten(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let mut short: String = text.chars().take(80).map(plain).collect();
    if text.chars().nth(80).is_some() {
        short.push('…');
    }
    short
}
