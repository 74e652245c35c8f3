//! What a person posts by hand: adjustments, costs that no other room knows, opening balances.

use engines::posting::{Account, Line, Posting, PostingError, Role};
use jiff::civil::Date;
use kernel::{Currency, Id, Money, MoneyError, Problem, SupplierId};

use super::model::{Kind, NewTransaction};
use crate::accounts::Owner;

/// Longest memo, in characters.
pub(crate) const MAX_MEMO: usize = 500;
/// Most lines of one entry.
pub(crate) const MAX_LINES: usize = 100;
/// The largest amount of a line, in minor units: sums of thousands of them stay far within 64 bits.
pub(crate) const MAX_MINOR: i64 = 1_000_000_000_000;

/// What somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManualEntry {
    /// On which day.
    pub day: Date,
    /// What it is.
    pub memo: String,
    /// The order or trip it belongs to.
    pub about: Option<String>,
    /// Its lines.
    pub lines: Vec<ManualLine>,
}

/// One line of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManualLine {
    /// On which account.
    pub role: Role,
    /// Which supplier's, for what suppliers are owed.
    pub supplier: Option<SupplierId>,
    /// Above zero a debit.
    pub amount: Money,
    /// What that is worth in the functional currency; may be left out where it is of that.
    pub worth: Option<Money>,
}

impl ManualLine {
    fn judged(&self, functional: Currency) -> Result<Line, &'static str> {
        let account = match (Owner::of(self.role), self.supplier) {
            // Customers' accounts follow their invoices and wallets; by hand they would come to say something else.
            (Owner::Customer, _) => return Err("account_not_by_hand"),
            (Owner::Supplier, Some(supplier)) => Account::of(self.role, supplier.uuid()),
            (Owner::Supplier, None) => return Err("supplier_needed"),
            (Owner::Company, None) => Account::the(self.role),
            (Owner::Company, Some(_)) => return Err("supplier_not_here"),
        };
        let worth = match self.worth {
            Some(worth) if worth.currency != functional => return Err("worth_not_functional"),
            Some(worth) => worth,
            None if self.amount.currency == functional => self.amount,
            None => return Err("worth_needed"),
        };
        if self.role.section().is_nominal() && self.amount.currency != functional {
            return Err("nominal_functional_only");
        }
        if [self.amount, worth]
            .iter()
            .any(|money| money.minor.unsigned_abs() > MAX_MINOR.unsigned_abs())
        {
            return Err("amount_too_large");
        }
        // A gain on one side cannot be a loss on the other.
        if worth.minor.signum() * self.amount.minor.signum() < 0 {
            return Err("worth_other_side");
        }
        Ok(Line {
            account,
            amount: self.amount,
            worth,
        })
    }
}

impl ManualEntry {
    /// What it does to the books, if it can be posted.
    ///
    /// # Errors
    /// `invalid_fields` for what is missing or out of bounds, `unbalanced` when debits and credits differ.
    pub(super) fn judged(&self, key: String, functional: Currency) -> Result<NewTransaction, Problem> {
        let mut problem = Problem::refused("invalid_fields");
        let memo = self.memo.trim();
        if memo.is_empty() {
            problem = problem.field("/memo", "required");
        } else if memo.chars().count() > MAX_MEMO {
            problem = problem.field("/memo", "note_too_long");
        }
        if self.about.as_ref().is_some_and(|about| about.chars().count() > 100) {
            problem = problem.field("/about", "about_too_long");
        }
        if self.lines.len() > MAX_LINES {
            problem = problem.field("/entries", "too_many_lines");
        }
        if [Some(&self.memo), self.about.as_ref()]
            .into_iter()
            .flatten()
            .any(|text| text.contains(char::is_control))
        {
            problem = problem.field("/memo", "text_control");
        }
        let mut lines = Vec::with_capacity(self.lines.len());
        for (at, line) in self.lines.iter().enumerate() {
            match line.judged(functional) {
                Ok(line) => lines.push(line),
                Err(code) => problem = problem.field(format!("/entries/{at}"), code),
            }
        }
        if !problem.fields.is_empty() {
            return Err(problem);
        }
        Ok(NewTransaction {
            key,
            kind: Kind::Manual,
            day: self.day,
            posting: Posting::balanced(lines, functional).map_err(refused)?,
            memo: memo.to_owned(),
            source: None,
            about: self.about.clone(),
            rate: None,
        })
    }
}

fn refused(error: PostingError) -> Problem {
    match error {
        PostingError::Unbalanced { left } => Problem::refused("unbalanced").arg("left", left),
        PostingError::WorthAmiss { .. } => Problem::refused("invalid_fields").field("/entries", "worth_amiss"),
        PostingError::TooFewLines => Problem::refused("invalid_fields").field("/entries", "too_few_lines"),
        PostingError::Money(MoneyError::TooLarge) => {
            Problem::refused("invalid_fields").field("/entries", "amount_too_large")
        }
        _ => Problem::refused("invalid_fields").field("/entries", "amount_nothing"),
    }
}

#[cfg(test)]
mod tests {
    use kernel::money::testing::{eur, usd};

    use super::*;

    fn line(role: Role, amount: Money) -> ManualLine {
        ManualLine {
            role,
            supplier: None,
            amount,
            worth: None,
        }
    }

    fn entry(lines: Vec<ManualLine>) -> Result<NewTransaction, Problem> {
        let entry = ManualEntry {
            day: "2027-03-01".parse().unwrap(),
            memo: "Rent".into(),
            about: None,
            lines,
        };
        entry.judged("manual:1".into(), Currency::USD)
    }

    fn codes(lines: Vec<ManualLine>) -> Vec<&'static str> {
        let problem = entry(lines).unwrap_err();
        if problem.fields.is_empty() {
            return vec![problem.code];
        }
        problem.fields.iter().map(|field| field.code).collect()
    }

    #[test]
    fn rent_is_paid_from_the_bank() {
        let posted = entry(vec![
            line(Role::OtherExpense, usd("1200")),
            line(Role::Bank, usd("-1200")),
        ])
        .unwrap();
        assert_eq!(posted.posting.lines().len(), 2);
    }

    #[test]
    fn what_cannot_be_posted_by_hand_is_named_by_line() {
        let bank = line(Role::Bank, usd("-1"));
        let foreign = |worth| ManualLine {
            worth,
            ..line(Role::Bank, eur("1"))
        };
        assert_eq!(codes(vec![bank]), ["too_few_lines"]);
        assert_eq!(codes(vec![line(Role::OtherExpense, usd("2")), bank]), ["unbalanced"]);
        assert_eq!(codes(vec![line(Role::Wallet, usd("1")), bank]), ["account_not_by_hand"]);
        assert_eq!(codes(vec![line(Role::Payable, usd("1")), bank]), ["supplier_needed"]);
        assert_eq!(codes(vec![line(Role::OtherExpense, eur("1")), bank]), ["worth_needed"]);
        assert_eq!(codes(vec![foreign(Some(usd("-1.08"))), bank]), ["worth_other_side"]);
        assert_eq!(codes(vec![foreign(Some(eur("1"))), bank]), ["worth_not_functional"]);
        let huge = line(Role::OtherExpense, Money::new(MAX_MINOR + 1, Currency::USD));
        assert_eq!(codes(vec![huge, bank]), ["amount_too_large"]);
        let nothing = line(Role::OtherExpense, usd("0"));
        assert_eq!(codes(vec![nothing, bank]), ["amount_nothing"]);
    }
}
