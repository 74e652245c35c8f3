//! An offer: what a name costs, or why it cannot be offered.
//!
//! | state | means | price | may be bought |
//! | --- | --- | --- | --- |
//! | available | a registrar says it is free | yes, unless it is premium or has none | with its token |
//! | taken | registered or reserved | no; yes where a transfer or renewal is asked | a transfer or renewal, with its token |
//! | invalid | not a name; the reason says why | no | no |
//! | unknown | nobody could say in time, or nobody sells the ending | yes where there is one | no; ask again |
//!
//! Costs and margins are not part of an offer: buyers see what is here.

use std::sync::Arc;

use engines::pricing::{Amounts, Operation};
use jiff::SignedDuration;
use kernel::{Currency, FieldProblem, Instant, Problem};

use super::explained::Explained;
use super::name::{DomainName, InvalidName};

/// Most names one check may hold.
pub const MOST_NAMES: usize = 500;
/// How long a price shown is a price kept.
pub const PRICE_HOLDS: SignedDuration = SignedDuration::from_mins(15);

/// What a check asks for.
#[derive(Clone, Debug)]
pub struct PriceCheck {
    /// Names as people wrote them; at most [`MOST_NAMES`], duplicates allowed.
    pub names: Vec<String>,
    /// What is to be done with them.
    pub operation: Operation,
    /// For how many years: 1 to 10; a transfer or restore may be for none.
    pub years: u8,
    /// In which currency; the tenant's standard list's when not said.
    pub currency: Option<Currency>,
    /// How long to wait for registrars.
    pub patience: std::time::Duration,
}

impl PriceCheck {
    /// How long the API waits when not told otherwise.
    pub const PATIENCE: std::time::Duration = std::time::Duration::from_millis(1_500);
    /// The longest it waits.
    pub const LONGEST_PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

    /// One year, the tenant's currency, the usual patience.
    pub fn of(names: Vec<String>) -> Self {
        Self {
            names,
            operation: Operation::Register,
            years: 1,
            currency: None,
            patience: Self::PATIENCE,
        }
    }

    /// Whether it can be answered at all; a bad name is no reason against, it gets its own row.
    ///
    /// # Errors
    /// When there are too many names, or years and patience are out of range.
    pub fn validate(&self) -> Result<(), Refusal> {
        if self.names.len() > MOST_NAMES {
            return Err(Refusal::TooManyNames {
                asked: self.names.len(),
            });
        }
        if !self.operation.offers(self.years) {
            return Err(Refusal::YearsOutOfRange);
        }
        if self.patience.is_zero() || self.patience > Self::LONGEST_PATIENCE {
            return Err(Refusal::DeadlineOutOfRange);
        }
        Ok(())
    }
}

/// What a caller can be told about a check as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// More than [`MOST_NAMES`].
    #[error("{asked} names are too many for one check")]
    TooManyNames { asked: usize },
    /// Not 1 to 10, nor 0 for what may add no year.
    #[error("years must be 1 to 10")]
    YearsOutOfRange,
    /// Not a currency of ISO 4217.
    #[error("{code:?} is not a currency")]
    CurrencyUnknown { code: String },
    /// Not 1 ms to 10 s.
    #[error("the deadline must be 1 to 10,000 ms")]
    DeadlineOutOfRange,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::TooManyNames { asked } => {
                let problem = Self::refused("too_many_names")
                    .arg("asked", asked)
                    .arg("most", MOST_NAMES);
                of_field(problem, "/names")
            }
            Refusal::YearsOutOfRange => of_field(Self::refused("years_out_of_range"), "/years"),
            Refusal::CurrencyUnknown { code } => {
                let shown: String = code.chars().take(20).collect();
                of_field(Self::refused("currency_unknown").arg("code", shown), "/currency")
            }
            Refusal::DeadlineOutOfRange => of_field(Self::refused("deadline_out_of_range"), "/deadline_ms"),
        }
    }
}

/// The problem, which is that of one field.
pub(crate) fn of_field(mut problem: Problem, pointer: &'static str) -> Problem {
    let (code, args) = (problem.code, problem.args.clone());
    problem.fields.push(FieldProblem {
        pointer: pointer.into(),
        code,
        args,
    });
    problem
}

impl From<Refusal> for platform::Error {
    fn from(refusal: Refusal) -> Self {
        Problem::from(refusal).into()
    }
}

/// Whether a name can be bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OfferState {
    /// Free.
    Available,
    /// Registered or reserved.
    Taken,
    /// Not a name.
    Invalid,
    /// Not known.
    Unknown,
}

impl OfferState {
    /// As sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Taken => "taken",
            Self::Invalid => "invalid",
            Self::Unknown => "unknown",
        }
    }
}

/// Why a row is not simply available with a price. Its sentence is found by its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Stable, machine-readable.
    pub code: &'static str,
    /// The value its sentence names, where it names one.
    pub value: Option<String>,
}

impl Reason {
    /// A reason that names no value.
    pub const fn of(code: &'static str) -> Self {
        Self { code, value: None }
    }

    /// Whether asking again soon may bring another answer.
    pub fn is_passing(&self) -> bool {
        matches!(
            self.code,
            "registrar_slow" | "registrar_down" | "registrar_limited" | "registrar_unsure" | "no_registrar"
        )
    }
}

impl From<&InvalidName> for Reason {
    fn from(why: &InvalidName) -> Self {
        Self {
            code: why.code(),
            value: why.detail(),
        }
    }
}

/// Where an answer came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Asked just now.
    Live,
    /// Kept from a moment ago, by us or by the registrar.
    Cache,
}

/// One row of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The text asked about, as it was written.
    pub asked: String,
    /// The name it is; nothing when it is none.
    pub name: Option<DomainName>,
    /// Whether it can be bought.
    pub state: OfferState,
    /// The registry sells it above its list price.
    pub premium: bool,
    /// Why it is not simply available with a price.
    pub reason: Option<Reason>,
    /// What it costs.
    pub price: Option<Amounts>,
    /// Why it costs that.
    pub explained: Option<Arc<Explained>>,
    /// Where the answer came from.
    pub source: Source,
    /// When the registrar said so.
    pub checked_at: Instant,
    /// Until when the price holds.
    pub valid_until: Option<Instant>,
    /// Lets a checkout take this price and no other.
    pub token: Option<String>,
}

impl Offer {
    /// A row for a text that is no name.
    pub(super) fn invalid(asked: String, why: &InvalidName, now: Instant) -> Self {
        let reason = Some(Reason::from(why));
        Self {
            reason,
            ..Self::blank(asked, None, OfferState::Invalid, now)
        }
    }

    /// A row with nothing but its state.
    pub(super) fn blank(asked: String, name: Option<DomainName>, state: OfferState, checked_at: Instant) -> Self {
        Self {
            asked,
            name,
            state,
            premium: false,
            reason: None,
            price: None,
            explained: None,
            source: Source::Live,
            checked_at,
            valid_until: None,
            token: None,
        }
    }
}
