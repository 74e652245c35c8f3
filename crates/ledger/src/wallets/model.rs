//! A wallet, and parts of it that are set aside.

use engines::posting::{Account, Role};
use jiff::civil::Date;
use kernel::{Change, Currency, CustomerId, Id, Instant, Money, Problem, Rate, WalletHoldId};
use serde_json::json;
use uuid::Uuid;

use super::events::{HoldCaptured, HoldReleased, WalletHeld};

/// Longest reason somebody gives, in characters.
pub(crate) const MAX_REASON: usize = 500;
/// The largest amount that moves at once, in minor units.
pub(crate) const MAX_MINOR: i64 = 1_000_000_000_000;

/// What a customer has paid in, in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wallet {
    /// Whose.
    pub customer: CustomerId,
    /// What can be spent.
    pub available: Money,
    /// What is set aside for what was ordered.
    pub held: Money,
}

/// What a wallet's change by hand is booked against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// Money came to the bank, or went from it.
    Bank,
    /// A gift, or its return: an expense.
    Goodwill,
}

impl Against {
    /// Its account.
    pub(super) const fn account(self) -> Account {
        match self {
            Self::Bank => Account::the(Role::Bank),
            Self::Goodwill => Account::the(Role::Adjustment),
        }
    }

    /// Its stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::Goodwill => "goodwill",
        }
    }

    /// The one with this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Bank, Self::Goodwill]
            .into_iter()
            .find(|against| against.name() == name)
    }
}

/// A change by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// The caller's name of it: done once.
    pub key: String,
    /// Whose wallet.
    pub customer: CustomerId,
    /// Above zero more in the wallet, below zero less.
    pub amount: Money,
    /// What it is booked against.
    pub against: Against,
    /// Why. Kept for ever: no names of people.
    pub reason: String,
    /// On which day, where the company is.
    pub day: Date,
    /// One unit of the wallet's currency in the functional one; needed to put in another currency.
    pub rate: Option<Rate>,
}

impl Adjustment {
    /// Refuses what cannot be.
    pub(super) fn judged(&self, functional: Currency) -> Result<(), Problem> {
        let mut problem = Problem::refused("invalid_fields");
        if self.amount.is_zero() {
            problem = problem.field("/amount", "amount_nothing");
        } else if self.amount.minor.unsigned_abs() > MAX_MINOR.unsigned_abs() {
            problem = problem.field("/amount", "amount_too_large");
        }
        let reason = self.reason.trim();
        if reason.is_empty() {
            problem = problem.field("/reason", "required");
        } else if reason.chars().count() > MAX_REASON {
            problem = problem.field("/reason", "note_too_long");
        }
        if reason.contains(char::is_control) {
            problem = problem.field("/reason", "text_control");
        }
        if self.amount.currency != functional && !self.amount.is_negative() && self.rate.is_none() {
            problem = problem.field("/amount", "rate_needed");
        }
        if problem.fields.is_empty() {
            Ok(())
        } else {
            Err(problem)
        }
    }
}

/// How a part that was set aside stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoldState {
    /// Set aside.
    Held,
    /// Paid for what was ordered; what was not needed is free again.
    Captured,
    /// Free again.
    Released,
}

impl HoldState {
    /// Its stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Captured => "captured",
            Self::Released => "released",
        }
    }

    /// The state with this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Held, Self::Captured, Self::Released]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// What is to be set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewHold {
    /// The caller's name of it: set aside once, however often it is tried. At most 200 characters.
    pub key: String,
    /// Whose wallet.
    pub customer: CustomerId,
    /// How much.
    pub amount: Money,
    /// What for, in a few words. No names of people.
    pub memo: String,
    /// The printed id of what it is for.
    pub source: Option<String>,
    /// The printed id of the order or trip it belongs to.
    pub about: Option<String>,
    /// On which day, where the company is.
    pub day: Date,
}

/// A part of a wallet that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its id.
    pub id: WalletHoldId,
    /// The caller's name of it.
    pub key: String,
    /// Whose wallet.
    pub customer: CustomerId,
    /// How much.
    pub amount: Money,
    /// How much of that paid for what was ordered.
    pub captured: Money,
    /// How it stands.
    pub state: HoldState,
    /// What for.
    pub memo: String,
    /// The printed id of what it is for.
    pub source: Option<String>,
    /// The printed id of the order or trip it belongs to.
    pub about: Option<String>,
    /// Since when.
    pub held_at: Instant,
    /// When it was captured or released.
    pub settled_at: Option<Instant>,
}

impl Hold {
    /// Sets a part of a wallet aside.
    ///
    /// # Errors
    /// `invalid_fields` for an amount that is none.
    pub(super) fn begin(id: WalletHoldId, new: &NewHold, now: Instant) -> Result<Change<Self, WalletHeld>, Problem> {
        if new.amount.minor <= 0 || new.amount.minor > MAX_MINOR {
            let code = if new.amount.minor <= 0 {
                "amount_nothing"
            } else {
                "amount_too_large"
            };
            return Err(Problem::refused("invalid_fields").field("/amount", code));
        }
        let hold = Self {
            id,
            key: new.key.clone(),
            customer: new.customer,
            amount: new.amount,
            captured: Money::zero(new.amount.currency),
            state: HoldState::Held,
            memo: new.memo.clone(),
            source: new.source.clone(),
            about: new.about.clone(),
            held_at: now,
            settled_at: None,
        };
        let fact = WalletHeld {
            hold: id,
            customer: new.customer,
            amount: new.amount,
            source: new.source.clone(),
            about: new.about.clone(),
        };
        Ok(Change::new(hold, fact))
    }

    /// The answer to the same again.
    ///
    /// # Errors
    /// `key_reused` for something else under the key, `hold_settled` when it is no longer held.
    pub(super) fn again(self, new: &NewHold) -> Result<Self, Problem> {
        let same = self.customer == new.customer
            && self.amount == new.amount
            && self.source == new.source
            && self.about == new.about;
        if !same {
            return Err(Problem::conflict("key_reused").arg("key", &new.key));
        }
        self.held()?;
        Ok(self)
    }

    /// A part of it, or all, pays for what was ordered; the rest is free again.
    ///
    /// # Errors
    /// `hold_settled`, or `hold_too_small` for more than was set aside.
    pub(super) fn capture(&self, amount: Money, now: Instant) -> Result<Change<Self, HoldCaptured>, Problem> {
        let state = self.held()?;
        let fits = amount.currency == self.amount.currency && amount.minor > 0 && amount.minor <= self.amount.minor;
        if !fits {
            return Err(Problem::conflict("hold_too_small")
                .arg("held", self.amount)
                .arg("asked", amount));
        }
        let after = Self {
            captured: amount,
            state: HoldState::Captured,
            settled_at: Some(now),
            ..self.clone()
        };
        let fact = HoldCaptured {
            hold: self.id,
            customer: self.customer,
            captured: amount,
            released: Money::new(self.amount.minor - amount.minor, amount.currency),
        };
        Ok(Change::from(state, after, fact))
    }

    /// It is free again.
    ///
    /// # Errors
    /// `hold_settled`.
    pub(super) fn release(&self, now: Instant) -> Result<Change<Self, HoldReleased>, Problem> {
        let state = self.held()?;
        let after = Self {
            state: HoldState::Released,
            settled_at: Some(now),
            ..self.clone()
        };
        let fact = HoldReleased {
            hold: self.id,
            customer: self.customer,
            amount: self.amount,
        };
        Ok(Change::from(state, after, fact))
    }

    fn held(&self) -> Result<serde_json::Value, Problem> {
        match self.state {
            HoldState::Held => Ok(json!({ "state": self.state })),
            HoldState::Captured | HoldState::Released => {
                Err(Problem::conflict("hold_settled").arg("state", self.state.name()))
            }
        }
    }

    /// Its account of what is free, and the one of what is set aside.
    pub(super) fn accounts(&self) -> [Account; 2] {
        accounts(self.customer)
    }
}

/// A customer's account of what is free, and the one of what is set aside.
pub(super) fn accounts(customer: CustomerId) -> [Account; 2] {
    let whose: Uuid = customer.uuid();
    [Account::of(Role::Wallet, whose), Account::of(Role::WalletHeld, whose)]
}

#[cfg(test)]
mod tests {
    use kernel::money::testing::usd;

    use super::*;

    fn held(amount: &str) -> Hold {
        let new = NewHold {
            key: "order:1".into(),
            customer: CustomerId::NONE,
            amount: usd(amount),
            memo: String::new(),
            source: None,
            about: None,
            day: "2027-03-01".parse().unwrap(),
        };
        Hold::begin(WalletHoldId::NONE, &new, Instant::EPOCH).unwrap().after
    }

    #[test]
    fn what_is_set_aside_is_captured_or_released_once_and_never_more_of_it() {
        let hold = held("100");
        let captured = hold.capture(usd("60"), Instant::EPOCH).unwrap();
        assert_eq!((captured.fact.captured, captured.fact.released), (usd("60"), usd("40")));
        assert_eq!(
            hold.capture(usd("100.01"), Instant::EPOCH).unwrap_err().code,
            "hold_too_small"
        );
        assert_eq!(captured.after.release(Instant::EPOCH).unwrap_err().code, "hold_settled");
        let released = hold.release(Instant::EPOCH).unwrap().after;
        assert_eq!(
            released.capture(usd("1"), Instant::EPOCH).unwrap_err().code,
            "hold_settled"
        );
    }
}
