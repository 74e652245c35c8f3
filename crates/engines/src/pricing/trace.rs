//! Why a price is what it is, rule by rule: small enough to be made with every price, written out only when read.
//!
//! A trace holds all that the price was made from, so that it can be computed again from a book with the same knowledge,
//! and it has one canonical text, so that equal prices have equal fingerprints.

use std::fmt::Write as _;

use kernel::{Currency, Instant, Money, PriceId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ask::{CostAsk, NotPriced, PriceAsk};
use super::book::PriceBook;
use super::rules;
use super::words::{List, Operation};

/// The rule a step applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The first year at the promotional price.
    PromotionalFirstYear,
    /// The first year at the first-year price.
    FirstYear,
    /// The first year at the regular price.
    RegularYear,
    /// What is charged though no year is added: a restore's fee, a transfer without a year.
    WithoutYears,
    /// Years at the renewal price in force at the purchase.
    RenewalYears,
    /// The whole term at a promotional price of its own.
    PromotionalTerm,
    /// The whole term at a price of its own, which need not be n times a year's.
    WholeTerm,
    /// ICANN's fee, per year.
    IcannFee,
    /// Privacy, per year.
    Privacy,
}

impl Rule {
    /// Stable name, as in JSON and in message keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PromotionalFirstYear => "promotional_first_year",
            Self::FirstYear => "first_year",
            Self::RegularYear => "regular_year",
            Self::WithoutYears => "without_years",
            Self::RenewalYears => "renewal_years",
            Self::PromotionalTerm => "promotional_term",
            Self::WholeTerm => "whole_term",
            Self::IcannFee => "icann_fee",
            Self::Privacy => "privacy",
        }
    }
}

/// One rule applied: `times` the amount of one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The rule.
    pub rule: Rule,
    /// The cell it took.
    pub version: PriceId,
    /// Since when that cell is in force.
    pub effective_from: Instant,
    /// The cell's amount, in minor units of the trace's currency.
    pub unit: i64,
    /// How many times.
    pub times: u8,
    /// What it made, in minor units.
    pub amount: i64,
}

/// What was asked and every step to the answer. The amounts of the steps sum to the total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    pub(super) list: List,
    pub(super) tld: Box<str>,
    pub(super) operation: Operation,
    pub(super) years: u8,
    pub(super) with_privacy: bool,
    pub(super) currency: Currency,
    pub(super) at: Instant,
    pub(super) known_at: Instant,
    pub(super) steps: Vec<Step>,
    pub(super) total: i64,
}

impl Trace {
    /// Whose price this explains.
    pub const fn list(&self) -> List {
        self.list
    }

    /// What was asked; a cost's registrar is in [`Trace::list`].
    pub fn ask(&self) -> PriceAsk<'_> {
        PriceAsk {
            tld: &self.tld,
            operation: self.operation,
            years: self.years,
            currency: self.currency,
            at: self.at,
        }
    }

    /// The moment whose knowledge the book held.
    pub const fn known_at(&self) -> Instant {
        self.known_at
    }

    /// The steps, in the order they were applied.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The total.
    pub const fn total(&self) -> Money {
        Money::new(self.total, self.currency)
    }

    /// Whether every step's amount is its unit times its number, and all of them make the total.
    pub fn adds_up(&self) -> bool {
        let made = |step: &Step| i128::from(step.unit) * i128::from(step.times) == i128::from(step.amount);
        let sum: i128 = self.steps.iter().map(|step| i128::from(step.amount)).sum();
        self.steps.iter().all(made) && sum == i128::from(self.total)
    }

    /// Computes the same question again. With a book of the same knowledge the answer's text is the same to the byte;
    /// where it is not, either the book or the stored trace has been altered.
    pub fn replay(&self, book: &PriceBook) -> Result<Self, NotPriced> {
        let priced = match self.list {
            List::Sales => rules::price(book, &self.ask()),
            List::Registrar(registrar) => rules::cost(
                book,
                &CostAsk {
                    registrar,
                    service: self.ask(),
                    with_privacy: self.with_privacy,
                },
            ),
        };
        priced.map(|priced| priced.trace)
    }

    /// The one way to write this trace down: a line for the question, a line for each step, a line for the total.
    pub fn canonical(&self) -> String {
        let mut text = String::with_capacity(128 + 128 * self.steps.len());
        self.write(&mut text).expect("writing to a string cannot fail");
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let currency = self.currency;
        let amount = |minor| Money::new(minor, currency).decimal();
        text.push_str("price/1 ");
        match self.list {
            List::Sales => text.push_str("sales"),
            List::Registrar(registrar) => write!(text, "cost {registrar}")?,
        }
        let privacy = if self.with_privacy { " with privacy" } else { "" };
        let (tld, operation, years) = (&self.tld, self.operation.name(), self.years);
        writeln!(
            text,
            " {operation} {tld} years {years}{privacy} {currency} at {} known {}",
            self.at, self.known_at
        )?;
        for step in &self.steps {
            let (rule, unit, times, made) = (step.rule.name(), amount(step.unit), step.times, amount(step.amount));
            writeln!(
                text,
                "{rule} {unit} x {times} = {made} by {} since {}",
                step.version, step.effective_from
            )?;
        }
        writeln!(text, "total {}", amount(self.total))
    }

    /// SHA-256 of the canonical text, as 64 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        hex::encode(Sha256::digest(self.canonical()))
    }
}
