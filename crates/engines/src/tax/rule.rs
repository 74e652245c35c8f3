//! One rule of tax law, as data.

use std::collections::BTreeSet;

use jiff::civil::Date;
use kernel::Percent;
use serde::{Deserialize, Serialize};

use super::charge::{Rate, SlabBasis};
use super::facets::{Base, BuyerIn, Charged, Customer, DateBasis, Disputed, PlaceRule, RoundingPolicy, SellerIn};
use super::words::{Code, Region};

/// One component of one tax, for some supplies, for some days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxRule {
    /// Its id, named by every tax it makes. 1 to 120 characters.
    pub id: Box<str>,
    /// Whose tax it is: it is due where the place of supply lies in this.
    pub jurisdiction: Region,
    /// The tax: `GST`, `VAT`, `TCS`.
    pub code: Box<str>,
    /// The part of it: `CGST`, `City sales tax`. One line bears at most one rule of a component.
    pub component: Box<str>,
    /// The supplies it is for, at least one.
    pub supplies: BTreeSet<Code>,
    /// For which customers.
    #[serde(default)]
    pub customer: Customer,
    /// For buyers in which country, as against the jurisdiction's.
    #[serde(default)]
    pub buyer_in: BuyerIn,
    /// For sellers where, as against the place of supply.
    #[serde(default)]
    pub seller_in: SellerIn,
    /// How the place of supply is found.
    pub place: PlaceRule,
    /// Only where the place lies in one of these parts of the jurisdiction; in all of it when empty.
    #[serde(default)]
    pub within: BTreeSet<Region>,
    /// Not where it lies in one of these.
    #[serde(default)]
    pub except: BTreeSet<Region>,
    /// Only for a line that has all these flags: the conditions of the law, as established by whoever sells.
    #[serde(default)]
    pub requires: BTreeSet<Code>,
    /// Not for a line that has all these flags: for the residual rule beside one that requires them. Empty: for any line.
    #[serde(default)]
    pub unless: BTreeSet<Code>,
    /// Only for stays of some length.
    #[serde(default)]
    pub stay: StayLength,
    /// Only for some nights of a stay.
    #[serde(default)]
    pub nights: NightWindow,
    /// Of what.
    #[serde(default)]
    pub base: Base,
    /// Which share of the base is the taxable value; all of it when left out.
    #[serde(default)]
    pub value_share: Option<Percent>,
    /// The share performed abroad is exempt, up to this share; nothing is when left out.
    #[serde(default)]
    pub abroad_exempt_up_to: Option<Percent>,
    /// How much.
    pub rate: Rate,
    /// The rate where a buyer has no tax number, where it is another.
    #[serde(default)]
    pub without_number: Option<WithoutNumber>,
    /// In the price or on top.
    #[serde(default)]
    pub charged: Charged,
    /// It is collected for the buyer's own tax account: shown and paid beside the price, and no part of it.
    #[serde(default)]
    pub collected: bool,
    /// The law forbids to state it on the invoice.
    #[serde(default)]
    pub hidden: bool,
    /// How it becomes whole.
    #[serde(default)]
    pub rounding: RoundingPolicy,
    /// Which day decides whether it is in force.
    pub date_basis: DateBasis,
    /// The first day it is in force.
    pub valid_from: Date,
    /// The first day it no longer is; open when left out.
    #[serde(default)]
    pub valid_to: Option<Date>,
    /// The law.
    pub legal_ref: Box<str>,
    /// What an invoice must say where it applied: `Margin scheme - Travel agents`.
    #[serde(default)]
    pub invoice_note: Option<Box<str>>,
    /// Who reviewed it; nobody yet when left out.
    #[serde(default)]
    pub reviewed_by: Option<Box<str>>,
    /// Which of its fields sources read differently.
    #[serde(default)]
    pub disputed: BTreeSet<Disputed>,
}

/// How long a stay is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StayLength {
    /// At least so many nights.
    pub min: Option<u32>,
    /// At most so many.
    pub max: Option<u32>,
}

/// Which nights of a stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NightWindow {
    /// Not the first so many.
    pub excluded: u32,
    /// At most so many after those.
    pub max: Option<u32>,
}

/// The rate where a buyer has no tax number: a multiple of the rule's, within bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithoutNumber {
    /// So many times the rate.
    pub times: u8,
    /// But at least this.
    pub at_least: Percent,
    /// And at most this.
    pub at_most: Percent,
}

impl WithoutNumber {
    /// The rate in place of `percent`.
    pub(super) fn instead_of(self, percent: Percent) -> Percent {
        let more = Percent::from_millionths(percent.millionths().saturating_mul(self.times.into()));
        more.max(self.at_least).min(self.at_most)
    }
}

impl TaxRule {
    /// Which value picks its bracket, where it has brackets.
    pub fn slab_basis(&self) -> Option<SlabBasis> {
        match &self.rate {
            Rate::Slabs { basis, .. } => Some(*basis),
            Rate::Flat(_) | Rate::Progressive(_) => None,
        }
    }
}
