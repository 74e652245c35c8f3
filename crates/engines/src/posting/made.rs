//! A posting, and the only way to one.

use kernel::{Currency, Money, MoneyError, Rate, Rounding};

use super::account::Account;

/// One line of a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// On which account.
    pub account: Account,
    /// How much, in the currency it happened in: above zero a debit, below zero a credit, never zero.
    pub amount: Money,
    /// What that is worth in the functional currency.
    pub worth: Money,
}

/// Lines whose worths sum to zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    lines: Vec<Line>,
}

/// Why nothing can be posted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostingError {
    /// What moves is an amount above zero; a fee may be zero.
    #[error("{0:?} is not an amount that can move")]
    NotPositive(Money),
    /// A posting moves something from somewhere to somewhere.
    #[error("a posting has two lines at least")]
    TooFewLines,
    /// It is worth less than the smallest unit of the functional currency, where only that counts.
    #[error("{0:?} is worth nothing in the books")]
    WorthNothing(Money),
    /// Debits and credits do not come to the same.
    #[error("debits are {left} more than credits")]
    Unbalanced {
        /// What is left of the debits; below zero where credits are more.
        left: Money,
    },
    /// An amount of the functional currency is worth itself.
    #[error("{amount:?} cannot be worth {worth:?}")]
    WorthAmiss {
        /// The line's amount.
        amount: Money,
        /// What it was said to be worth.
        worth: Money,
    },
    /// A fee or a part is more than the whole.
    #[error("{part:?} is more than the whole, {whole:?}")]
    MoreThanAll {
        /// What was taken for a part.
        part: Money,
        /// Of this.
        whole: Money,
    },
    /// Two currencies, or more than can be held.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Posting {
    /// Its lines: debits, then credits, each in the order of its recipe.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// From lines somebody wrote, or that were stored, if they balance.
    ///
    /// # Errors
    /// `TooFewLines`, `NotPositive` for a line that moves nothing, `WorthAmiss`, `Unbalanced`, or amounts that do not go
    /// together.
    pub fn balanced(lines: Vec<Line>, functional: Currency) -> Result<Self, PostingError> {
        if lines.len() < 2 {
            return Err(PostingError::TooFewLines);
        }
        for Line { amount, worth, .. } in &lines {
            if amount.is_zero() {
                return Err(PostingError::NotPositive(*amount));
            }
            if amount.currency == functional && amount != worth {
                return Err(PostingError::WorthAmiss {
                    amount: *amount,
                    worth: *worth,
                });
            }
        }
        let left = Money::sum(functional, lines.iter().map(|line| line.worth))?;
        if left.is_zero() {
            Ok(Self { lines })
        } else {
            Err(PostingError::Unbalanced { left })
        }
    }

    /// The functional currency: what its lines' worths are of.
    pub fn functional(&self) -> Currency {
        self.lines.first().map_or(Currency::USD, |line| line.worth.currency)
    }

    /// The same the other way: together with its reversal nothing moved.
    ///
    /// # Errors
    /// When an amount cannot be turned round (-9.2e18 minor units).
    pub fn reversed(&self) -> Result<Self, MoneyError> {
        let turned = |line: &Line| {
            Ok(Line {
                amount: line.amount.negate()?,
                worth: line.worth.negate()?,
                ..*line
            })
        };
        Ok(Self {
            lines: self.lines.iter().map(turned).collect::<Result<_, _>>()?,
        })
    }

    /// From lines whose worths are known, and the account that takes what is left of them. Without that line where nothing
    /// is left.
    pub(super) fn closed(mut lines: Vec<Line>, functional: Currency, rest: Account) -> Result<Self, PostingError> {
        let left = Money::sum(functional, lines.iter().map(|line| line.worth))?.negate()?;
        if !left.is_zero() {
            lines.push(Line {
                account: rest,
                amount: left,
                worth: left,
            });
        }
        Self::of_two(lines)
    }

    /// A line on a nominal account that is worth nothing is none; what is left must still move something somewhere.
    fn of_two(mut lines: Vec<Line>) -> Result<Self, PostingError> {
        let first = lines.first().map(|line| line.amount);
        lines.retain(|line| !line.amount.is_zero());
        match first {
            Some(amount) if lines.len() < 2 => Err(PostingError::WorthNothing(amount)),
            _ => Ok(Self { lines }),
        }
    }
}

/// What amounts are worth in the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Valuation {
    /// The company's functional currency.
    pub functional: Currency,
    /// One unit of the posting's currency in it; nothing where they are the same.
    pub rate: Option<Rate>,
}

impl Valuation {
    /// For what happens in the functional currency itself.
    pub const fn home(functional: Currency) -> Self {
        Self { functional, rate: None }
    }

    /// For what happens in another currency.
    pub const fn at(rate: Rate, functional: Currency) -> Self {
        Self {
            functional,
            rate: Some(rate),
        }
    }

    fn of(self, amount: Money) -> Result<Money, MoneyError> {
        match self.rate {
            Some(rate) if amount.currency != self.functional => rate.convert(amount, self.functional, Rounding::HalfUp),
            _ => amount.add(Money::zero(self.functional)),
        }
    }
}

/// Amounts of one currency on two sides that come to the same; what a recipe writes.
#[derive(Debug, Default)]
pub(super) struct Sides {
    debits: Vec<(Account, Money)>,
    credits: Vec<(Account, Money)>,
}

impl Sides {
    /// An amount above zero to the left.
    pub(super) fn debit(mut self, account: Account, amount: Money) -> Self {
        self.debits.push((account, amount));
        self
    }

    /// An amount above zero to the right.
    pub(super) fn credit(mut self, account: Account, amount: Money) -> Self {
        self.credits.push((account, amount));
        self
    }

    /// The posting. The whole is valued once, and each side shares that out by its amounts, so that both sides are worth
    /// the same whatever the rate. Lines on nominal accounts are kept in the functional currency.
    pub(super) fn valued(self, valuation: Valuation) -> Result<Posting, PostingError> {
        let whole = total(&self.debits)?;
        let right = total(&self.credits)?;
        if whole.sub(right)?.minor != 0 {
            return Err(PostingError::MoreThanAll { part: right, whole });
        }
        let worth = valuation.of(whole)?;
        let mut lines = shared(&self.debits, worth)?;
        for line in shared(&self.credits, worth)? {
            lines.push(Line {
                amount: line.amount.negate()?,
                worth: line.worth.negate()?,
                ..line
            });
        }
        Posting::of_two(lines)
    }
}

fn total(side: &[(Account, Money)]) -> Result<Money, PostingError> {
    let currency = side.first().map_or(Currency::USD, |(_, amount)| amount.currency);
    for (_, amount) in side {
        if amount.minor <= 0 {
            return Err(PostingError::NotPositive(*amount));
        }
    }
    Ok(Money::sum(currency, side.iter().map(|(_, amount)| *amount))?)
}

fn shared(side: &[(Account, Money)], worth: Money) -> Result<Vec<Line>, PostingError> {
    let weights: Vec<u64> = side.iter().map(|(_, amount)| amount.minor.unsigned_abs()).collect();
    let lines = side
        .iter()
        .zip(worth.allocate(&weights)?)
        .map(|((account, amount), worth)| Line {
            account: *account,
            amount: if account.role.section().is_nominal() {
                worth
            } else {
                *amount
            },
            worth,
        });
    Ok(lines.collect())
}
