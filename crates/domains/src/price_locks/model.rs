//! A price lock, and what prices do to it afterwards.

use engines::pricing::{Amounts, Buyer, EffectiveAsk, NotPriced, Operation, PriceAsk, Pricing, Trace, effective_bare};
use kernel::{Change, Currency, CustomerId, Instant, Money, MoneyError, PriceLockId, SalesListId};

use super::events::PriceLocked;
use crate::offers::{DomainName, Explained};

/// Most names of one lock.
pub const MOST_LINES: usize = 100;

/// What is to be locked.
#[derive(Clone, Debug, Default)]
pub struct LockAsk {
    /// Names as people write them, at most [`MOST_LINES`]; none where a token names one.
    pub names: Vec<LockName>,
    /// In which currency; the tenant's standard list's when not said.
    pub currency: Option<Currency>,
    /// For whom.
    pub customer: Option<CustomerId>,
    /// A coupon's code, as it was typed.
    pub coupon: Option<String>,
    /// A price token, whose price is taken instead of today's.
    pub token: Option<String>,
}

/// One name and what is to be done with it.
#[derive(Clone, Debug)]
pub struct LockName {
    /// The name, as people write it.
    pub name: String,
    /// What is to be done.
    pub operation: Operation,
    /// For how many years.
    pub years: u8,
}

/// Prices that hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceLock {
    /// Its id: the quote's.
    pub id: PriceLockId,
    /// For whom, if for somebody.
    pub customer: Option<CustomerId>,
    /// The coupon's code, as it was typed.
    pub coupon: Option<String>,
    /// The exact total, without tax: the sum of its lines.
    pub total: Money,
    /// By name, in the order asked.
    pub lines: Vec<LockLine>,
    /// The sales list the prices are of.
    pub sales_list: SalesListId,
    /// The version of the price book they were read from.
    pub book_version: i64,
    /// The version of the exchange rates; 0 where none were looked at.
    pub rates_version: i64,
    /// The moment they were in force at.
    pub priced_at: Instant,
    /// Until when they hold.
    pub expires_at: Instant,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it: a printed id, or `system`.
    pub created_by: String,
}

/// The locked price of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockLine {
    /// The name.
    pub name: DomainName,
    /// The amounts, without tax.
    pub amounts: Amounts,
    /// What each year costs, where the price is made year by year; empty where the term has a price of its own.
    pub by_year: Vec<Money>,
    /// Every step to the price.
    pub trace: Trace,
    /// The trace's canonical text.
    pub canonical: String,
    /// SHA-256 of that text, as 64 hexadecimal digits.
    pub fingerprint: String,
}

impl LockLine {
    /// A price as it was found.
    pub(crate) fn new(name: DomainName, explained: &Explained) -> Self {
        Self {
            name,
            amounts: explained.amounts,
            by_year: explained.by_year(),
            canonical: explained.trace.canonical(),
            trace: explained.trace.clone(),
            fingerprint: explained.fingerprint.clone(),
        }
    }

    /// What is done with the name.
    pub fn operation(&self) -> Operation {
        self.trace.ask().operation
    }
}

/// What today's prices make of a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repriced {
    /// The lock's total is to be charged: nothing changed, or the lock still holds against a rise.
    Unchanged {
        /// The lock's total.
        total: Money,
    },
    /// The lock holds no longer and prices have risen: the customer is asked again.
    Rise {
        /// What was locked.
        from: Money,
        /// What it costs now.
        to: Money,
    },
    /// Prices have fallen: less is charged.
    Fall {
        /// What was locked.
        from: Money,
        /// What it costs now.
        to: Money,
    },
}

impl Repriced {
    /// What may be charged without asking the customer again; nothing after a rise.
    pub const fn chargeable(self) -> Option<Money> {
        match self {
            Self::Unchanged { total } => Some(total),
            Self::Fall { to, .. } => Some(to),
            Self::Rise { .. } => None,
        }
    }
}

impl PriceLock {
    /// A lock of these lines; its total is theirs.
    ///
    /// # Errors
    /// When the sum cannot be held.
    pub(crate) fn sum(currency: Currency, lines: &[LockLine]) -> Result<Money, MoneyError> {
        lines
            .iter()
            .try_fold(Money::zero(currency), |sum, line| sum.add(line.amounts.total))
    }

    /// The decision to lock.
    pub(crate) fn open(self) -> Change<Self, PriceLocked> {
        let fact = PriceLocked {
            id: self.id,
            customer: self.customer,
            total: self.total,
            names: self.lines.len(),
            book_version: self.book_version,
            expires_at: self.expires_at,
            fingerprints: self.lines.iter().map(|line| line.fingerprint.clone()).collect(),
        };
        Change::new(self, fact)
    }

    /// Whether it still holds.
    pub fn holds(&self, now: Instant) -> bool {
        now < self.expires_at
    }

    /// What a total of today's prices makes of the lock.
    pub fn against(&self, today: Money, now: Instant) -> Repriced {
        let (from, to) = (self.total, today);
        if to.minor < from.minor {
            Repriced::Fall { from, to }
        } else if to == from || self.holds(now) {
            Repriced::Unchanged { total: from }
        } else {
            Repriced::Rise { from, to }
        }
    }

    /// The same names with the same coupon at the prices, rates and discounts in force at `now`. `buyer` is the lock's
    /// customer with the group they are in now.
    ///
    /// # Errors
    /// When one of them has no price any more. While the lock holds that is no obstacle: its total is charged.
    pub fn reprice(&self, pricing: &Pricing<'_>, buyer: Option<Buyer>, now: Instant) -> Result<Repriced, NotPriced> {
        let today = self
            .lines
            .iter()
            .try_fold(Money::zero(self.total.currency), |sum, line| {
                let ask = EffectiveAsk {
                    service: PriceAsk {
                        at: now,
                        ..line.trace.ask()
                    },
                    buyer,
                    coupon: self.coupon.as_deref(),
                };
                sum.add(effective_bare(pricing, &ask)?.amounts.total)
                    .map_err(|_| NotPriced::TotalTooLarge)
            });
        match today {
            Ok(today) => Ok(self.against(today, now)),
            Err(_) if self.holds(now) => Ok(Repriced::Unchanged { total: self.total }),
            Err(why) => Err(why),
        }
    }
}
