//! What is taxed: lines of one document, and what is known of who sells and buys and when.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use kernel::{Currency, Money, MoneyError};
use serde::{Deserialize, Serialize};

use super::facets::Customer;
use super::words::{Code, Region};

/// One line of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxLine {
    /// What kind of supply it is.
    pub supply: Code,
    /// Circumstances of it that rules ask for.
    pub flags: BTreeSet<Code>,
    /// Its price for all units, nights and persons, after discounts. A line that takes something off others is below zero;
    /// its own size picks its brackets, so a discount on a night belongs in the night's price.
    pub price: Money,
    /// Whether tax is in that price.
    pub price_is: PriceIs,
    /// It takes a charge back: every amount of it has its sign turned, amounts per room and night as well.
    pub credit: bool,
    /// What was bought in for it, with the suppliers' tax: of one transaction, for a margin scheme.
    pub cost: Option<Money>,
    /// The airline's basic fare, where an agent's service is valued by it.
    pub basic_fare: Option<Money>,
    /// Rooms or other units.
    pub rooms: u32,
    /// Who stays.
    pub guests: Vec<Guest>,
    /// The nights of a stay, or the days of another service, in their order; their prices sum to the line's.
    pub nights: Vec<Night>,
    /// Where the house is that it is of.
    pub property: Option<Region>,
    /// Where it is performed.
    pub performed: Vec<PerformedIn>,
    /// How much of it is performed abroad.
    pub abroad: Option<Abroad>,
}

/// Whether tax is in a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceIs {
    /// Tax comes on top.
    WithoutTax,
    /// Tax is in it.
    WithTax,
}

/// One who stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Guest {
    /// An adult.
    Adult,
    /// A child, by completed years.
    Child(u8),
}

/// A night of a stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Night {
    /// The day it begins on, where the house is.
    pub on: Date,
    /// Its part of the line's price, all units.
    pub price: Money,
    /// What the house declares for one unit of it, without tax.
    pub declared_tariff: Option<Money>,
}

/// A place in which a service is performed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerformedIn {
    /// Where.
    pub place: Region,
    /// Its part, as against the others': days, or values.
    pub parts: u64,
}

/// How much of a service is performed abroad: so many of so many parts. For an Indian tour in half days: twelve hours or
/// more are a whole day, less are half of one. For a margin scheme in costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Abroad {
    /// Abroad.
    pub parts: u32,
    /// In all.
    pub of: u32,
}

/// What is known of a document as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxFacts {
    /// The currency of all its lines.
    pub currency: Currency,
    /// Where the registration or establishment is that sells.
    pub seller: Region,
    /// Who buys.
    pub buyer: Buyer,
    /// When.
    pub dates: TaxDates,
    /// By tax code, what the buyer's amounts of the year came to before this document: for progressive rates. For a credit
    /// note, before the document it takes back.
    pub accumulated: BTreeMap<Box<str>, Money>,
}

/// Who buys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buyer {
    /// A taxable person ([`Customer::B2b`]) or not ([`Customer::B2c`]).
    pub class: Customer,
    /// Where a taxable person is registered, or the address on record of anybody else.
    pub place: Option<Region>,
    /// Whether they gave the tax number that a collection asks for: an Indian PAN.
    pub has_tax_number: bool,
}

/// The days of a document, where the seller is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxDates {
    /// Of the invoice.
    pub invoiced: Date,
    /// Of the payment, once there is one.
    pub paid: Option<Date>,
    /// Of the booking, where there was one.
    pub booked: Option<Date>,
}

impl TaxLine {
    /// A line of one unit and nothing else known of it.
    pub const fn new(supply: Code, price: Money, price_is: PriceIs) -> Self {
        Self {
            supply,
            flags: BTreeSet::new(),
            price,
            price_is,
            credit: false,
            cost: None,
            basic_fare: None,
            rooms: 1,
            guests: Vec::new(),
            nights: Vec::new(),
            property: None,
            performed: Vec::new(),
            abroad: None,
        }
    }

    /// The line that takes this one back.
    ///
    /// # Errors
    /// When an amount cannot be negated.
    pub fn reversed(&self) -> Result<Self, MoneyError> {
        let negate = |amount: Option<Money>| amount.map(Money::negate).transpose();
        let night = |night: &Night| {
            Ok(Night {
                price: night.price.negate()?,
                ..*night
            })
        };
        Ok(Self {
            price: self.price.negate()?,
            credit: !self.credit,
            cost: negate(self.cost)?,
            basic_fare: negate(self.basic_fare)?,
            nights: self.nights.iter().map(night).collect::<Result<_, MoneyError>>()?,
            ..self.clone()
        })
    }

    /// -1 for what takes a charge back.
    pub(super) const fn sign(&self) -> i64 {
        if self.credit { -1 } else { 1 }
    }
}

impl Night {
    /// The nights from check-in to the day before check-out, the price split evenly.
    ///
    /// # Errors
    /// When there is no night between the two.
    pub fn evenly(check_in: Date, check_out: Date, price: Money) -> Result<Vec<Self>, MoneyError> {
        let days: Vec<Date> = check_in
            .series(jiff::Span::new().days(1))
            .take_while(|day| *day < check_out)
            .collect();
        let prices = price.allocate(&vec![1; days.len()])?;
        let night = |(on, price)| Self {
            on,
            price,
            declared_tariff: None,
        };
        Ok(days.into_iter().zip(prices).map(night).collect())
    }
}

impl Abroad {
    /// Half days of a tour, from the hours of each of its days abroad and at home: twelve or more are a whole day.
    pub fn half_days(abroad_hours: &[u32], home_hours: &[u32]) -> Self {
        let halves = |hours: &[u32]| hours.iter().map(|hours| if *hours >= 12 { 2 } else { 1 }).sum::<u32>();
        let parts = halves(abroad_hours);
        Self {
            parts,
            of: parts + halves(home_hours),
        }
    }
}
