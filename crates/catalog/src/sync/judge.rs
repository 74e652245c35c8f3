//! What of a source's claims is believed. Pure: claims, the prices in force and the terms in, prices and reasons out.
//!
//! A claim is rejected when it names another currency than the list's, is zero where zero is no price, is for a term that
//! does not exist, stands twice, or is many times (or a small part of) the price in force. A price for two years or more
//! whose one-year price has gone missing is rejected too. What a rejected claim is about keeps its price: it has not vanished.

use std::collections::{HashMap, HashSet};

use kernel::{Currency, Instant};

use super::ports::{Claim, Note, Part};
use super::terms::Terms;
use crate::imports::{FilePrice, Finding, Place, Reason, Sheet, Standing, Weight};
use crate::price_books::{CellKey, Kind, Operation, Side};

/// What is believed and what is not.
#[derive(Debug, Default)]
pub(super) struct Judged {
    /// The prices that are.
    pub(super) prices: Vec<FilePrice>,
    /// What is not, and why; the first thousand.
    pub(super) findings: Vec<Finding>,
    /// How many prices are not.
    pub(super) rejected: u32,
    /// How many of those because they are far from the price in force.
    pub(super) jumps: u32,
    /// Entries that are no prices of ours.
    pub(super) left_out: u32,
    /// Prices the source stated.
    pub(super) rows: u32,
    /// Endings it told a believable price of.
    pub(super) seen: Vec<String>,
    spoken: Spoken,
}

/// What the source speaks of: only of that can it cease to speak.
#[derive(Debug, Default)]
struct Spoken {
    currency: Option<Currency>,
    /// The longest term stated, by operation and kind.
    terms: HashMap<(Operation, Kind), u8>,
    /// Of what a claim was rejected.
    doubted: HashSet<(String, Operation)>,
}

impl Judged {
    /// Whether the source would have named a price if it still had it.
    pub(super) fn would_name(&self, terms: &Terms, key: &CellKey) -> bool {
        let spoken = &self.spoken;
        let told = |kind: Kind| spoken.terms.get(&(key.operation, kind)).copied();
        let term = match key.kind {
            // A source that has no promotion at the moment has ceased to speak of it.
            Kind::Promo => told(Kind::Promo).or_else(|| told(Kind::Regular)),
            kind => told(kind),
        };
        spoken.currency == Some(key.currency)
            && term.is_some_and(|longest| key.years <= longest)
            && terms.filter.takes(&key.ending)
            && !spoken.doubted.contains(&(key.ending.clone(), key.operation))
    }
}

/// What claims are judged by.
pub(super) struct Measure<'a> {
    pub(super) terms: &'a Terms,
    pub(super) currency: Currency,
    pub(super) standing: &'a Standing,
    pub(super) now: Instant,
}

/// Judges everything a source told.
pub(super) fn judge(parts: &[Part], measure: &Measure<'_>) -> Judged {
    let mut bench = Bench {
        measure,
        sheet: Sheet::default(),
        endings: HashMap::new(),
        spoken: Spoken {
            currency: Some(measure.currency),
            ..Spoken::default()
        },
        jumps: 0,
    };
    for claim in parts.iter().flat_map(|part| &part.claims) {
        bench.claim(claim);
    }
    for note in parts.iter().flat_map(|part| &part.notes) {
        bench.note(note);
    }
    bench.missing_years();
    bench.judged()
}

struct Bench<'a> {
    measure: &'a Measure<'a>,
    sheet: Sheet,
    /// What an ending as it is written is called here; nothing when it is none.
    endings: HashMap<String, Option<String>>,
    spoken: Spoken,
    jumps: u32,
}

impl Bench<'_> {
    fn claim(&mut self, claim: &Claim) {
        self.sheet.rows += 1;
        let field = format!(
            "{}/{}/{}/{}",
            claim.tld,
            claim.operation.name(),
            claim.years,
            claim.kind.name()
        );
        let place = Place {
            line: self.sheet.rows,
            column: 0,
            field: &field,
        };
        let Some(ending) = self.ending(place, &claim.tld) else {
            return;
        };
        if !self.measure.terms.filter.takes(&ending) {
            self.sheet.rows -= 1;
            return;
        }
        let longest = self.spoken.terms.entry((claim.operation, claim.kind)).or_default();
        *longest = claim.years.max(*longest);
        match self.price(place, claim, &ending) {
            Some(price) => self.sheet.prices.push(price),
            None => {
                self.spoken.doubted.insert((ending, claim.operation));
            }
        }
    }

    /// The ending a text names. An unknown one is noted once.
    fn ending(&mut self, place: Place<'_>, text: &str) -> Option<String> {
        if let Some(known) = self.endings.get(text) {
            return known.clone();
        }
        let place = Place { field: text, ..place };
        let ending = self.sheet.ending(place, text, Weight::LeftOut);
        self.endings.insert(text.to_owned(), ending.clone());
        ending
    }

    /// The price a claim states, if it can be believed.
    fn price(&mut self, place: Place<'_>, claim: &Claim, ending: &str) -> Option<FilePrice> {
        let Measure { currency, terms, .. } = *self.measure;
        if !claim.currency.trim().eq_ignore_ascii_case(currency.code()) {
            self.sheet.refuse(place, &claim.currency, Reason::WrongCurrency);
            return None;
        }
        let is_a_cost = terms.list.side() == Side::Cost;
        if !claim.kind.has_term(claim.operation, claim.years) {
            self.sheet.refuse(place, &claim.years.to_string(), Reason::BadYears);
            return None;
        }
        if claim.kind.is_fee() && !is_a_cost {
            self.sheet.refuse(place, claim.kind.name(), Reason::UnknownKind);
            return None;
        }
        let amount_minor = if claim.operation == Operation::Transfer || claim.kind.is_fee() {
            self.sheet.amount(place, &claim.amount, currency)?
        } else {
            self.sheet.price(place, &claim.amount, currency)?
        };
        let price = FilePrice {
            line: place.line,
            ending: ending.to_owned(),
            operation: claim.operation,
            years: claim.years,
            kind: claim.kind,
            currency,
            amount_minor,
            effective_from: None,
        };
        let key = price.key(terms.list);
        if !self
            .sheet
            .first_time(format!("{ending}{}", &place.field[claim.tld.len()..]))
        {
            self.sheet.refuse(place, &claim.amount, Reason::Duplicate);
            return None;
        }
        self.near(place, claim, &key, amount_minor).then_some(price)
    }

    /// Whether an amount is near enough to the price in force; that of a promotion is measured by the regular price.
    fn near(&mut self, place: Place<'_>, claim: &Claim, key: &CellKey, after: i64) -> bool {
        let at = |key: &CellKey| self.measure.standing.at(key, self.measure.now);
        let Some(before) = at(key).filter(|before| *before > 0) else {
            return true;
        };
        let most = i128::from(self.measure.terms.largest_jump_hundredths);
        let (low, high) = (before.min(after), before.max(after));
        if i128::from(high) * 100 <= i128::from(low) * most {
            return true;
        }
        let was = kernel::Money::new(before, key.currency).decimal();
        self.sheet
            .refuse(place, &format!("{} ({was})", claim.amount), Reason::Jump);
        self.jumps += 1;
        false
    }

    /// What the adapter left aside. A promotion that is not offered says nothing of the price.
    fn note(&mut self, note: &Note) {
        let place = Place {
            line: 0,
            column: 0,
            field: &note.field,
        };
        match note.reason {
            Reason::Handshake | Reason::NotOffered | Reason::FeeOnTop => {
                self.sheet.leave_out(place, &note.value, note.reason);
            }
            reason => {
                self.sheet.rows += 1;
                self.sheet.refuse(place, &note.value, reason);
                if let Ok(ending) = crate::tlds::parse(&note.tld) {
                    let doubted = Operation::ALL.map(|operation| (ending.ascii.clone(), operation));
                    self.spoken.doubted.extend(doubted);
                }
            }
        }
    }

    /// Rejects prices of terms whose one-year price is in force and has gone missing.
    fn missing_years(&mut self) {
        let mut with_one_year: HashSet<(&str, Operation)> = HashSet::new();
        let mut longer: HashMap<(&str, Operation), &FilePrice> = HashMap::new();
        for price in self.sheet.prices.iter().filter(|price| price.kind == Kind::Regular) {
            let named = (price.ending.as_str(), price.operation);
            if price.years == 1 {
                with_one_year.insert(named);
            } else if price.years > 1 {
                longer.entry(named).or_insert(price);
            }
        }
        let in_force = |price: &FilePrice| {
            let one = FilePrice {
                years: 1,
                ..price.clone()
            };
            let key = one.key(self.measure.terms.list);
            self.measure.standing.at(&key, self.measure.now).is_some()
        };
        let missing: Vec<(String, Operation, u32)> = longer
            .iter()
            .filter(|(named, price)| !with_one_year.contains(*named) && in_force(price))
            .map(|((ending, operation), price)| ((*ending).to_owned(), *operation, price.line))
            .filter(|(ending, operation, _)| !self.spoken.doubted.contains(&(ending.clone(), *operation)))
            .collect();
        for (ending, operation, line) in missing {
            let before = self.sheet.prices.len();
            self.sheet
                .prices
                .retain(|price| price.ending != ending || price.operation != operation);
            let field = format!("{ending}/{}/1/regular", operation.name());
            let place = Place {
                line,
                column: 0,
                field: &field,
            };
            self.sheet.refuse(place, "", Reason::MissingYear);
            let removed = before - self.sheet.prices.len();
            self.sheet.bad += u32::try_from(removed.saturating_sub(1)).unwrap_or(u32::MAX);
            self.spoken.doubted.insert((ending, operation));
        }
    }

    fn judged(self) -> Judged {
        let Self {
            sheet, spoken, jumps, ..
        } = self;
        let seen: HashSet<&str> = sheet.prices.iter().map(|price| price.ending.as_str()).collect();
        let mut seen: Vec<String> = seen.into_iter().map(str::to_owned).collect();
        seen.sort_unstable();
        Judged {
            seen,
            findings: sheet.findings,
            rejected: sheet.bad,
            jumps,
            left_out: sheet.left_out,
            rows: sheet.rows,
            prices: sheet.prices,
            spoken,
        }
    }
}

#[cfg(test)]
mod tests;
