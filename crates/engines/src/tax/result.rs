//! What an assessment says: taxes line by line, totals by component, and why.

use jiff::civil::Date;
use kernel::{Currency, Money, Percent};
use serde::{Deserialize, Serialize};

use super::charge::Treatment;
use super::matching::Mismatch;
use super::words::Region;

/// The taxes of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// Of all amounts.
    pub currency: Currency,
    /// One for each line, in their order.
    pub lines: Vec<AssessedLine>,
    /// By jurisdiction, tax and component, in that order; each the exact sum of the lines'.
    pub totals: Vec<ComponentTotal>,
    /// Without tax.
    pub net: Money,
    /// Our taxes.
    pub tax: Money,
    /// Both together.
    pub gross: Money,
    /// Collected for the buyer's own account.
    pub collected: Money,
    /// What the buyer pays: gross and collected.
    pub payable: Money,
}

/// The taxes of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessedLine {
    /// Its price without tax.
    pub net: Money,
    /// With tax, without what is collected.
    pub gross: Money,
    /// By rule, bracket and place; an exemption is one of nothing.
    pub taxes: Vec<Tax>,
    /// Every rule for its kind of supply, and whether it applied.
    pub looked_at: Vec<Looked>,
}

/// One tax of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tax {
    /// By which rule.
    pub rule: Box<str>,
    /// Whose tax.
    pub jurisdiction: Region,
    /// The tax.
    pub code: Box<str>,
    /// Its part.
    pub component: Box<str>,
    /// The place of supply.
    pub place: Region,
    /// The nights it is of, where the line has nights.
    pub nights: Vec<Date>,
    /// Of what it is a share, without itself, rounded to the minor unit; zero for amounts each.
    pub base: Money,
    /// How much of it.
    pub rate: AppliedRate,
    /// The tax.
    pub amount: Money,
    /// It is in the line's price.
    pub included: bool,
    /// It is collected for the buyer's own account.
    pub collected: bool,
    /// It may not be stated on the invoice.
    pub hidden: bool,
    /// The law.
    pub legal_ref: Box<str>,
    /// What the invoice must say.
    pub invoice_note: Option<Box<str>>,
    /// Somebody reviewed the rule.
    pub reviewed: bool,
}

/// The rate that made a tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppliedRate {
    /// A share of the base.
    Percent(Percent),
    /// An amount so many times.
    Each {
        /// The amount.
        each: Money,
        /// How many times.
        times: u64,
    },
    /// Nothing, and why.
    Nothing(Treatment),
}

/// What a component comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentTotal {
    /// Whose tax.
    pub jurisdiction: Region,
    /// The tax.
    pub code: Box<str>,
    /// Its part.
    pub component: Box<str>,
    /// It is collected for the buyer's own account.
    pub collected: bool,
    /// The sum of the lines' bases.
    pub base: Money,
    /// The sum of the lines' amounts.
    pub amount: Money,
}

/// A rule that was looked at for a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looked {
    /// Its id.
    pub rule: Box<str>,
    /// To how many parts of the line it applied: nights and places, or the line as a whole.
    pub applied: u32,
    /// Of how many.
    pub of: u32,
    /// Why it did not apply to the others, each reason once.
    pub why_not: Vec<Mismatch>,
}

impl Assessment {
    /// The lines, by their place, that no rule speaks of, not even as exempt. Who is registered for a tax should not issue
    /// them: that nothing is due on them is nobody's finding.
    pub fn uncovered(&self) -> impl Iterator<Item = usize> {
        self.lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.taxes.is_empty())
            .map(|(at, _)| at)
    }

    /// All taxes of all lines.
    pub fn taxes(&self) -> impl Iterator<Item = &Tax> {
        self.lines.iter().flat_map(|line| &line.taxes)
    }
}
