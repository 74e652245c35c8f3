//! R14: what is owed in another currency is paid, and the rate has moved meanwhile.

use kernel::{Money, MoneyError};

use super::account::{Account, Role};
use super::made::{Line, Posting, PostingError};

/// What is open on an account in another currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booked {
    /// Still owed, in its own currency.
    pub open: Money,
    /// What that is worth in the books: at the rate of the day it was booked.
    pub worth: Money,
}

/// What came in for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Where the money is now.
    pub at: Account,
    /// What came, in its own currency.
    pub amount: Money,
    /// What that is worth in the books today.
    pub worth: Money,
    /// How much of what is open it pays, in that one's currency.
    pub pays: Money,
}

impl Booked {
    /// What a part of it is worth. The last part takes what is left, so that nothing is open at the end.
    ///
    /// # Errors
    /// `NotPositive`, `MoreThanAll`, or another currency than that of what is open.
    pub fn worth_of(&self, part: Money) -> Result<Money, PostingError> {
        let left = self.open.sub(part)?;
        if part.minor <= 0 {
            return Err(PostingError::NotPositive(part));
        }
        if left.is_negative() {
            return Err(PostingError::MoreThanAll { part, whole: self.open });
        }
        let weights = [part.minor.unsigned_abs(), left.minor.unsigned_abs()];
        let [worth, _] = self.worth.allocate(&weights)?[..] else {
            return Err(MoneyError::NoWeights.into());
        };
        Ok(worth)
    }
}

impl Booked {
    /// In the functional currency: worth itself.
    pub const fn home(open: Money) -> Self {
        Self { open, worth: open }
    }

    /// What is left of it after a part.
    ///
    /// # Errors
    /// As [`Booked::worth_of`].
    pub fn less(&self, part: Money) -> Result<Self, PostingError> {
        Ok(Self {
            open: self.open.sub(part)?,
            worth: self.worth.sub(self.worth_of(part)?)?,
        })
    }
}

/// What stands on one account pays what is owed on another, each at its own worth; the difference is lost or gained to the
/// exchange rate. What is paid beyond what is owed keeps the worth it came with.
///
/// # Errors
/// See [`PostingError`].
pub fn pay_from(from: (Account, &Booked), owed: (Account, &Booked), amount: Money) -> Result<Posting, PostingError> {
    let (from, owed) = ((from.0, from.1.worth_of(amount)?), owed);
    let pays = Money::new(amount.minor.min(owed.1.open.minor.max(0)), amount.currency);
    let weights = [pays.minor.unsigned_abs(), amount.sub(pays)?.minor.unsigned_abs()];
    let [_, beyond] = from.1.allocate(&weights)?[..] else {
        return Err(MoneyError::NoWeights.into());
    };
    let paid = if pays.is_zero() {
        Money::zero(beyond.currency)
    } else {
        owed.1.worth_of(pays)?
    };
    let line = |account, amount, worth| Line { account, amount, worth };
    let lines = vec![
        line(from.0, amount, from.1),
        line(owed.0, amount.negate()?, paid.add(beyond)?.negate()?),
    ];
    Posting::closed(lines, from.1.currency, Account::the(Role::FxRealised))
}

/// A payment of what is owed on `owed`. What it came to less than was booked is lost to the exchange rate; what it came to
/// more is gained, a credit on the same account.
///
/// # Errors
/// See [`PostingError`].
pub fn settle_foreign(owed: Account, booked: &Booked, settled: &Settled) -> Result<Posting, PostingError> {
    if settled.amount.minor <= 0 {
        return Err(PostingError::NotPositive(settled.amount));
    }
    let worth = booked.worth_of(settled.pays)?;
    let lines = vec![
        Line {
            account: settled.at,
            amount: settled.amount,
            worth: settled.worth,
        },
        Line {
            account: owed,
            amount: settled.pays.negate()?,
            worth: worth.negate()?,
        },
    ];
    Posting::closed(lines, booked.worth.currency, Account::the(Role::FxRealised))
}

/// What is in a wallet goes out of it again, at the worth it went in with: to the bank, or to where it had been given from.
///
/// # Errors
/// See [`PostingError`].
pub fn debit_wallet(wallet: Account, booked: &Booked, to: Account, amount: Money) -> Result<Posting, PostingError> {
    if !to.role.section().is_nominal() {
        return carry(wallet, booked, to, amount);
    }
    let worth = booked.worth_of(amount)?;
    let line = Line {
        account: wallet,
        amount,
        worth,
    };
    Posting::closed(vec![line], booked.worth.currency, to)
}

/// An amount moves from one account to another of the same currency and takes its worth with it: what was put into a wallet
/// at one rate is set aside at that rate.
///
/// # Errors
/// See [`PostingError`].
pub fn carry(from: Account, booked: &Booked, to: Account, amount: Money) -> Result<Posting, PostingError> {
    let worth = booked.worth_of(amount)?;
    let line = |account, amount, worth| Line { account, amount, worth };
    let lines = vec![line(from, amount, worth), line(to, amount.negate()?, worth.negate()?)];
    Posting::balanced(lines, booked.worth.currency)
}
