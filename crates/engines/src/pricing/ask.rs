//! What can be asked of a price book, and what it answers.

use kernel::{Currency, Instant, Money, PriceId, RegistrarId};
use serde::{Deserialize, Serialize};

use crate::fx::NoRate;

use super::trace::{Step, Trace};
use super::words::Operation;

/// The sales price of which service?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceAsk<'a> {
    /// The TLD as an A-label, lower case, without the leading dot: `com`, `co.uk`.
    pub tld: &'a str,
    /// What is to be done with the name.
    pub operation: Operation,
    /// For how many years: 1 to 10; 0 for a restore that does not renew or a transfer that adds no year.
    pub years: u8,
    /// In which currency.
    pub currency: Currency,
    /// The moment of purchase.
    pub at: Instant,
}

/// The cost of which service, at which registrar?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostAsk<'a> {
    /// Who would be paid.
    pub registrar: RegistrarId,
    /// For what.
    pub service: PriceAsk<'a>,
    /// Whether privacy is bought too.
    pub with_privacy: bool,
}

/// The amounts of an answer, all in the currency asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    /// For everything asked.
    pub total: Money,
    /// Of which for the first year, fees included; nothing where the term has a price of its own or adds no year.
    pub first_year: Option<Money>,
    /// What one more year costs at the price in force at the purchase; nothing where there is none.
    pub renewal: Option<Money>,
    /// For how many years.
    pub years: u8,
    /// The promotion the price owes itself to.
    pub promotion: Option<Promotion>,
}

/// A promotional price was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promotion {
    /// The promotional price: of the first year, or of the whole term where the promotion is for a term of its own.
    pub price: Money,
    /// What it would have been without; nothing where there is no such price.
    pub instead_of: Option<Money>,
}

/// A price with its explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// The amounts.
    pub amounts: Amounts,
    /// Why they are so.
    pub trace: Trace,
}

impl Priced {
    /// The versions of the cells this price was made of, in the order they were used.
    pub fn versions(&self) -> impl Iterator<Item = PriceId> {
        self.trace.steps().iter().map(|step: &Step| step.version)
    }
}

/// Why there is no price. Missing is told apart from zero, which is a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NotPriced {
    /// Not a number of years this operation can be asked for.
    #[error("this operation cannot be bought for that many years")]
    TermNotOffered,
    /// The list has nothing for this TLD.
    #[error("this TLD is not on the list")]
    TldNotPriced,
    /// The TLD is on the list, the operation is not.
    #[error("this operation has no price for this TLD")]
    OperationNotPriced,
    /// There are prices, but none in the currency asked for, and converting is not allowed.
    #[error("there is no price in this currency")]
    CurrencyNotPriced,
    /// The first price begins later, or the price was withdrawn.
    #[error("no price is in force at that moment")]
    NoPriceInForce,
    /// Years 2 to n need a renewal price, and none is in force.
    #[error("no renewal price is in force for the years after the first")]
    RenewalNotPriced,
    /// A fee that comes on top is known in another currency than the price, and not in the price's own.
    #[error("a fee on top has no amount in the currency of the price")]
    FeeNotPriced,
    /// Privacy is wanted, and it has no price in the currency of the price. Missing is not free.
    #[error("privacy has no price in the currency of the price")]
    PrivacyNotPriced,
    /// It would have to be converted, and no exchange rate leads to the currency asked for.
    #[error("there is no exchange rate to this currency")]
    RateMissing,
    /// It would have to be converted, and the exchange rate is older than allowed.
    #[error("the exchange rate to this currency is too old to be used")]
    RateStale,
    /// The sum is beyond what money can hold.
    #[error("the total is too large")]
    TotalTooLarge,
}

impl NotPriced {
    /// Stable, machine-readable.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TermNotOffered => "term_not_offered",
            Self::TldNotPriced => "tld_not_priced",
            Self::OperationNotPriced => "operation_not_priced",
            Self::CurrencyNotPriced => "currency_not_priced",
            Self::NoPriceInForce => "no_price_in_force",
            Self::RenewalNotPriced => "renewal_not_priced",
            Self::FeeNotPriced => "fee_not_priced",
            Self::PrivacyNotPriced => "privacy_not_priced",
            Self::RateMissing => "rate_missing",
            Self::RateStale => "rate_stale",
            Self::TotalTooLarge => "total_too_large",
        }
    }
}

impl From<NoRate> for NotPriced {
    fn from(reason: NoRate) -> Self {
        match reason {
            NoRate::Missing => Self::RateMissing,
            NoRate::Stale => Self::RateStale,
            NoRate::TooLarge => Self::TotalTooLarge,
        }
    }
}
