//! An account of the books.

use engines::posting::{Account, Booked, Role};
use kernel::{Currency, CustomerId, Id, LedgerAccountId, Money, SupplierId};
use uuid::Uuid;

/// What makes an account one: there is never a second with the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purpose {
    /// What it is for and whose it is.
    pub account: Account,
    /// What it is kept in.
    pub currency: Currency,
}

/// Whose accounts a role has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The company's own; one for all, or one for each of its gateways, banks and taxes.
    Company,
    /// A customer's.
    Customer,
    /// A supplier's or an agent's.
    Supplier,
}

impl Owner {
    /// Of a role.
    pub const fn of(role: Role) -> Self {
        match role {
            Role::Receivable | Role::Wallet | Role::WalletHeld | Role::Unapplied => Self::Customer,
            Role::Payable => Self::Supplier,
            _ => Self::Company,
        }
    }

    /// The printed id of one.
    pub fn print(self, whose: Uuid) -> String {
        match self {
            Self::Customer => CustomerId::from_uuid(whose).to_string(),
            Self::Supplier => SupplierId::from_uuid(whose).to_string(),
            Self::Company => whose.simple().to_string(),
        }
    }
}

impl Purpose {
    /// Whether its balance may go to the side it is not meant for. A customer's wallet may not: what is not there cannot be
    /// spent.
    pub const fn overdraws(&self) -> bool {
        !matches!(self.account.role, Role::Wallet | Role::WalletHeld)
    }

    /// The three in one text, which no other purpose has.
    pub(crate) fn key(&self) -> String {
        let Account { role, of } = self.account;
        let whose = of.unwrap_or_default();
        format!("{}/{}/{}", role.path(), whose.simple(), self.currency.code())
    }

    /// Its name as plain-text accounting writes it: `assets:receivable:cus_…`, without the currency.
    pub fn path(&self) -> String {
        let Account { role, of } = self.account;
        match of {
            Some(whose) => format!("{}:{}", role.path(), Owner::of(role).print(whose)),
            None => role.path().to_owned(),
        }
    }
}

/// An account with what is on it. Debits are above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerAccount {
    /// Its id.
    pub id: LedgerAccountId,
    /// What it is for.
    pub purpose: Purpose,
    /// What is on it, in its currency.
    pub balance: Money,
    /// What that is worth in the functional currency, as booked.
    pub worth: Money,
    /// How many entries it has.
    pub entries: i64,
}

impl LedgerAccount {
    /// What is open on it, above zero on the side it is meant for.
    ///
    /// # Errors
    /// When the balance cannot be turned round.
    pub fn booked(&self) -> Result<Booked, kernel::MoneyError> {
        if self.purpose.account.role.section().is_raised_by_debits() {
            return Ok(Booked {
                open: self.balance,
                worth: self.worth,
            });
        }
        Ok(Booked {
            open: self.balance.negate()?,
            worth: self.worth.negate()?,
        })
    }
}
