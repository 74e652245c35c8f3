//! What a file would change: every price of it against the prices in force, decided before anything is written.
//!
//! The plan is kept with the import and applied as it stands. Should the prices it was made against no longer be in
//! force by then, applying refuses (`holds`), because the person who looked at the plan saw something else.

use std::collections::{BTreeSet, HashMap, HashSet};

use engines::margin::{Margin, MarginRules, margin};
use kernel::{Currency, Instant, Money, Timeline};
use serde::{Deserialize, Serialize};

use super::model::ListRef;
use super::sheet::{FilePrice, Finding};
use crate::price_books::{BookCell, CellKey, Kind, Operation, Side};
use crate::price_rules::Run;

/// What becomes of one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Had no price before.
    Added,
    /// Had another one.
    Changed,
    /// Has the same one.
    Unchanged,
    /// In force, and not in the file.
    Vanished,
}

/// What to do with prices that are in force and not in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Vanished {
    /// They stay in force.
    #[default]
    Keep,
    /// They end: what they price is no longer sold from then on.
    Withdraw,
}

/// One price, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRow {
    /// What becomes of it.
    pub class: Class,
    /// The line of the file; 0 for a vanished one.
    pub line: u32,
    /// The key of the price.
    pub key: CellKey,
    /// The price in force at that instant, in minor units.
    pub before: Option<i64>,
    /// The price that will be.
    pub after: Option<i64>,
    /// The fees that come on top of a cost, before.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub fees_before: i64,
    /// And after.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub fees_after: i64,
    /// From when, where not at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_from: Option<Instant>,
    /// What stands against it: the cost of a sales price, the sales price of a cost, in the same currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<i64>,
    /// A remark for staff that goes into the book with it: which rule made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(minor: &i64) -> bool {
    *minor == 0
}

impl PlanRow {
    /// The margins before and after, where the price stands against one of the other side; fees have none of their own.
    pub fn margins(&self, rules: &MarginRules) -> Option<(Option<Margin>, Option<Margin>)> {
        let against = Money::new(self.against?, self.key.currency);
        let money = |minor: Option<i64>, fees: i64| minor.map(|minor| Money::new(minor + fees, self.key.currency));
        let of = |own: Option<Money>| {
            let (cost, price) = if self.key.side == Side::Cost {
                (own?, against)
            } else {
                (against, own?)
            };
            margin(Some(cost), Some(price), rules).ok()
        };
        Some((
            of(money(self.before, self.fees_before)),
            of(money(self.after, self.fees_after)),
        ))
    }

    /// Whether applying writes a cell for it.
    pub fn writes(&self) -> bool {
        matches!(self.class, Class::Added | Class::Changed) || (self.class == Class::Vanished && self.after.is_none())
    }
}

/// How many prices of each class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Counts {
    /// Prices that are new.
    pub added: u32,
    /// Prices that change.
    pub changed: u32,
    /// Prices that stay as they are.
    pub unchanged: u32,
    /// Prices in force that the file lacks.
    pub vanished: u32,
    /// Cells that refuse the file.
    pub bad: u32,
    /// Rows left out.
    pub left_out: u32,
}

/// The whole of it, as kept with the import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Every price of the file and every vanished one, by ending.
    pub rows: Vec<PlanRow>,
    /// What was wrong with the file.
    pub findings: Vec<Finding>,
    /// How price rules made these prices, where they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Run>,
}

/// The prices of one list over time; nothing where a price was withdrawn.
#[derive(Debug, Default)]
pub(crate) struct Standing(HashMap<CellKey, Timeline<Option<i64>>>);

impl Standing {
    /// From cells that are not superseded.
    pub(crate) fn of(cells: impl IntoIterator<Item = BookCell>) -> Self {
        let mut prices: HashMap<CellKey, Timeline<Option<i64>>> = HashMap::new();
        for cell in cells {
            let of_key = prices.entry(cell.key).or_default();
            of_key.set_from(cell.effective_from, cell.amount_minor);
        }
        Self(prices)
    }

    /// The price in force at an instant.
    pub(crate) fn at(&self, key: &CellKey, at: Instant) -> Option<i64> {
        self.begun(key, at).flatten()
    }

    /// What begun last by an instant: a price, or that there is none any more; nothing when nothing has begun.
    fn begun(&self, key: &CellKey, at: Instant) -> Option<Option<i64>> {
        self.0.get(key)?.at(at).copied()
    }

    /// Every price in force at an instant.
    pub(crate) fn all_at(&self, at: Instant) -> impl Iterator<Item = (&CellKey, i64)> {
        let in_force = move |(key, prices): (_, &Timeline<Option<i64>>)| Some((key, prices.at(at).copied().flatten()?));
        self.0.iter().filter_map(in_force)
    }
}

/// What the plan is made for.
pub(crate) struct Target<'a> {
    /// The list the prices go to.
    pub list: ListRef,
    /// The instant for prices that name none.
    pub at: Instant,
    /// What becomes of prices not in the file; nothing when the format is no whole list.
    pub vanished: Option<Vanished>,
    /// What stands against a price of that key at an instant.
    pub against: &'a dyn Fn(&CellKey, Instant) -> Option<i64>,
}

/// Compares a file's prices with those of its list.
pub(crate) fn plan(prices: &[FilePrice], list: &Standing, target: &Target<'_>) -> Vec<PlanRow> {
    let mut rows: Vec<PlanRow> = prices.iter().map(|price| row(price, list, target)).collect();
    if let Some(vanished) = target.vanished {
        let named: HashSet<&CellKey> = rows.iter().map(|row| &row.key).collect();
        let gone: Vec<PlanRow> = list
            .all_at(target.at)
            .filter(|(key, _)| !named.contains(key))
            .map(|(key, minor)| gone(key, minor, vanished, target))
            .collect();
        rows.extend(gone);
    }
    add_fees(&mut rows, list, target.at);
    rows.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
    rows
}

/// Gives each cost the ICANN fees of its years, before and after: the margin counts them. A cost whose fee is known in another
/// currency alone is not known whole, so no margin is told of it.
fn add_fees(rows: &mut [PlanRow], list: &Standing, at: Instant) {
    let fees: HashMap<CellKey, Option<i64>> = rows
        .iter()
        .filter(|row| row.key.kind == Kind::IcannFee)
        .map(|row| (row.key.clone(), row.after))
        .collect();
    let charged_in: BTreeSet<Currency> = fees.keys().chain(list.0.keys()).map(|key| key.currency).collect();
    for row in rows
        .iter_mut()
        .filter(|row| row.key.side == Side::Cost && !row.key.kind.is_fee())
    {
        let at = row.effective_from.unwrap_or(at);
        let fee = |currency| {
            let key = CellKey {
                kind: Kind::IcannFee,
                years: 1,
                currency,
                ..row.key.clone()
            };
            let before = list.at(&key, at);
            (before, fees.get(&key).copied().flatten().or(before))
        };
        let (own, years) = (row.key.currency, i64::from(row.key.years));
        let (before, after) = fee(own);
        let mut others = charged_in.iter().filter(|currency| **currency != own);
        if after.is_none() && others.any(|other| fee(*other).1.is_some()) {
            row.against = None;
        }
        (row.fees_before, row.fees_after) = (before.unwrap_or(0) * years, after.unwrap_or(0) * years);
    }
}

fn sort_key(row: &PlanRow) -> (&str, Operation, u8, Kind, Option<Instant>) {
    (
        &row.key.ending,
        row.key.operation,
        row.key.years,
        row.key.kind,
        row.effective_from,
    )
}

fn row(price: &FilePrice, list: &Standing, target: &Target<'_>) -> PlanRow {
    let key = price.key(target.list);
    let at = price.effective_from.unwrap_or(target.at);
    let before = list.at(&key, at);
    let class = match before {
        None => Class::Added,
        Some(minor) if minor == price.amount_minor => Class::Unchanged,
        Some(_) => Class::Changed,
    };
    PlanRow {
        class,
        line: price.line,
        before,
        after: Some(price.amount_minor),
        fees_before: 0,
        fees_after: 0,
        effective_from: price.effective_from,
        against: (target.against)(&key, at),
        note: None,
        key,
    }
}

fn gone(key: &CellKey, minor: i64, vanished: Vanished, target: &Target<'_>) -> PlanRow {
    PlanRow {
        class: Class::Vanished,
        line: 0,
        before: Some(minor),
        after: (vanished == Vanished::Keep).then_some(minor),
        fees_before: 0,
        fees_after: 0,
        effective_from: None,
        against: (target.against)(key, target.at),
        note: None,
        key: key.clone(),
    }
}

/// Why a plan can no longer be applied as it was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outdated {
    /// Another price is in force than the one shown.
    PricesMoved,
    /// A price of the file was to take effect at an instant that has passed.
    TooLate,
}

/// Whether what the plan showed as "before" is so when its prices begin, at `from` where a price does not say so itself.
/// `begun` are the prices of the list that begin from the comparison on: of all others the version of the book tells.
pub(crate) fn holds(rows: &[PlanRow], begun: &Standing, from: Instant, now: Instant) -> Result<(), Outdated> {
    for row in rows {
        if row.effective_from.is_some_and(|from| from < now) {
            return Err(Outdated::TooLate);
        }
        let moved = begun.begun(&row.key, row.effective_from.unwrap_or(from));
        if moved.is_some_and(|moved| moved != row.before) {
            return Err(Outdated::PricesMoved);
        }
    }
    Ok(())
}

/// Counts rows by class.
pub(crate) fn count(rows: &[PlanRow]) -> Counts {
    let mut counts = Counts::default();
    for row in rows {
        match row.class {
            Class::Added => counts.added += 1,
            Class::Changed => counts.changed += 1,
            Class::Unchanged => counts.unchanged += 1,
            Class::Vanished => counts.vanished += 1,
        }
    }
    counts
}

#[cfg(test)]
mod tests;
