//! Reports, from what accounts come to.

use std::collections::BTreeMap;

use engines::posting::{Role, Section};
use jiff::civil::Date;
use kernel::{Currency, Money, MoneyError};

/// What all accounts of a role and a currency come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrialLine {
    /// What they are for.
    pub role: Role,
    /// On them, in their currency; above zero a debit.
    pub balance: Money,
    /// What that is worth in the functional currency.
    pub worth: Money,
}

/// What is on every account at the end of a day. Debits and credits come to the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialBalance {
    /// That day; none for all that was ever posted.
    pub on: Option<Date>,
    /// What the books are kept in.
    pub functional: Currency,
    /// The lines, in the order of the chart.
    pub lines: Vec<TrialLine>,
    /// What the debits are worth.
    pub debits: Money,
    /// What the credits are worth: as much, below zero.
    pub credits: Money,
}

impl TrialBalance {
    /// From what accounts come to.
    pub(super) fn of(on: Option<Date>, functional: Currency, mut lines: Vec<TrialLine>) -> Result<Self, MoneyError> {
        lines.retain(|line| !line.balance.is_zero() || !line.worth.is_zero());
        lines.sort_by_key(|line| (line.role, line.balance.currency.code()));
        let sum = |debits: bool| {
            let worths = lines.iter().map(|line| line.worth);
            Money::sum(functional, worths.filter(|worth| worth.is_negative() != debits))
        };
        let (debits, credits) = (sum(true)?, sum(false)?);
        Ok(Self {
            on,
            functional,
            lines,
            debits,
            credits,
        })
    }

    /// Whether it balances; a ledger that does not has been tampered with.
    pub fn balances(&self) -> bool {
        i128::from(self.debits.minor) + i128::from(self.credits.minor) == 0
    }
}

/// What sections of accounts come to, by role, each above zero on the side it is meant for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sums {
    /// By role, in the order of the chart.
    pub lines: Vec<(Role, Money)>,
    /// All together.
    pub total: Money,
}

impl Sums {
    fn of(section: Section, functional: Currency, lines: &[TrialLine]) -> Result<Self, MoneyError> {
        let mut by_role: BTreeMap<Role, Money> = BTreeMap::new();
        for line in lines.iter().filter(|line| line.role.section() == section) {
            let sum = by_role.entry(line.role).or_insert(Money::zero(functional));
            *sum = sum.add(line.worth)?;
        }
        let side = if section.is_raised_by_debits() { 1 } else { -1 };
        let lines = by_role
            .into_iter()
            .map(|(role, sum)| Ok((role, sum.times(side)?)))
            .collect::<Result<Vec<_>, MoneyError>>()?;
        let total = Money::sum(functional, lines.iter().map(|(_, sum)| *sum))?;
        Ok(Self { lines, total })
    }
}

/// What the company has and owes at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceSheet {
    /// That day; none for all that was ever posted.
    pub on: Option<Date>,
    /// What it has.
    pub assets: Sums,
    /// What it owes.
    pub liabilities: Sums,
    /// What its owners have in it, without the result.
    pub equity: Sums,
    /// Earned less spent, since the books were opened.
    pub result: Money,
}

impl BalanceSheet {
    pub(super) fn of(trial: &TrialBalance) -> Result<Self, MoneyError> {
        let sums = |section| Sums::of(section, trial.functional, &trial.lines);
        Ok(Self {
            on: trial.on,
            assets: sums(Section::Assets)?,
            liabilities: sums(Section::Liabilities)?,
            equity: sums(Section::Equity)?,
            result: sums(Section::Income)?.total.sub(sums(Section::Expenses)?.total)?,
        })
    }

    /// Whether what the company has is what it owes and what its owners have in it.
    pub fn balances(&self) -> bool {
        let right = [self.liabilities.total, self.equity.total, self.result];
        i128::from(self.assets.total.minor) == right.iter().map(|sum| i128::from(sum.minor)).sum::<i128>()
    }
}

/// What was earned and spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfitAndLoss {
    /// Earned.
    pub income: Sums,
    /// Spent.
    pub expenses: Sums,
    /// What is left.
    pub result: Money,
}

impl ProfitAndLoss {
    pub(super) fn of(functional: Currency, lines: &[TrialLine]) -> Result<Self, MoneyError> {
        let income = Sums::of(Section::Income, functional, lines)?;
        let expenses = Sums::of(Section::Expenses, functional, lines)?;
        let result = income.total.sub(expenses.total)?;
        Ok(Self {
            income,
            expenses,
            result,
        })
    }
}

/// What came to an account's lines between two moments: the later less the earlier.
pub(super) fn less(later: Vec<TrialLine>, earlier: &[TrialLine]) -> Result<Vec<TrialLine>, MoneyError> {
    let before = |line: &TrialLine| {
        earlier
            .iter()
            .find(|before| before.role == line.role && before.balance.currency == line.balance.currency)
    };
    let line = |line: TrialLine| match before(&line) {
        Some(before) => Ok(TrialLine {
            balance: line.balance.sub(before.balance)?,
            worth: line.worth.sub(before.worth)?,
            ..line
        }),
        None => Ok(line),
    };
    later.into_iter().map(line).collect()
}
