//! Accounts by what they are for.

use uuid::Uuid;

/// A part of the chart of accounts; says which side raises a balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// What the company has. Debits raise it.
    Assets,
    /// What it owes. Credits raise it.
    Liabilities,
    /// What its owners have in it. Credits raise it.
    Equity,
    /// What it earned. Credits raise it.
    Income,
    /// What it spent. Debits raise it.
    Expenses,
}

impl Section {
    /// All of them, in the order of the chart.
    pub const ALL: [Self; 5] = [
        Self::Assets,
        Self::Liabilities,
        Self::Equity,
        Self::Income,
        Self::Expenses,
    ];

    /// Whether debits raise its balances; in the others credits do.
    pub const fn is_raised_by_debits(self) -> bool {
        matches!(self, Self::Assets | Self::Expenses)
    }

    /// Whether its accounts are kept in the functional currency alone: what was earned and spent is a result of the books,
    /// and nobody owes it in another currency.
    pub const fn is_nominal(self) -> bool {
        matches!(self, Self::Income | Self::Expenses)
    }
}

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident = $section:ident, $path:literal;)+) => {
        /// What an account is for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role { $($(#[$doc])* $role,)+ }

        impl Role {
            /// All of them, in the order of the chart.
            pub const ALL: &'static [Self] = &[$(Self::$role,)+];

            /// Which part of the chart it belongs to.
            pub const fn section(self) -> Section {
                match self { $(Self::$role => Section::$section,)+ }
            }

            /// Its stable name, as plain-text accounting writes accounts.
            pub const fn path(self) -> &'static str {
                match self { $(Self::$role => $path,)+ }
            }

            /// The role with this name.
            pub fn parse(path: &str) -> Option<Self> {
                match path { $($path => Some(Self::$role),)+ _ => None }
            }
        }
    };
}

roles! {
    /// Money at a bank.
    Bank = Assets, "assets:bank";
    /// Money that a payment gateway holds for us until it pays out.
    Gateway = Assets, "assets:gateway";
    /// What customers owe.
    Receivable = Assets, "assets:receivable";
    /// What a gateway took back while a payer disputes.
    Disputed = Assets, "assets:disputed";
    /// Tax paid to suppliers that the state gives back.
    InputTax = Assets, "assets:tax:input";
    /// What customers put into their wallets.
    Wallet = Liabilities, "liabilities:wallet";
    /// The part of a wallet that is set aside for an order.
    WalletHeld = Liabilities, "liabilities:wallet-held";
    /// Payments that no invoice took yet.
    Unapplied = Liabilities, "liabilities:unapplied";
    /// What suppliers and agents are owed.
    Payable = Liabilities, "liabilities:payable";
    /// Tax on sales, owed to the state.
    OutputTax = Liabilities, "liabilities:tax:output";
    /// Money whose owner is not clear, until a person decides.
    Suspense = Liabilities, "liabilities:suspense";
    /// What the company was begun with, and results of years gone by.
    Equity = Equity, "equity";
    /// Sold, without tax.
    Sales = Income, "income:sales";
    /// Earned otherwise: interest, a supplier's bonus.
    OtherIncome = Income, "income:other";
    /// Paid for what was sold.
    Cost = Expenses, "expenses:cogs";
    /// What gateways keep of payments.
    GatewayFee = Expenses, "expenses:fees:gateway";
    /// What gateways charge for disputes.
    DisputeFee = Expenses, "expenses:fees:dispute";
    /// Lost in disputes.
    Chargebacks = Expenses, "expenses:chargebacks";
    /// Earned by agents.
    Commission = Expenses, "expenses:commission";
    /// Given to customers out of goodwill, and corrections of their wallets.
    Adjustment = Expenses, "expenses:adjustments";
    /// Spent otherwise: rent, wages, software.
    OtherExpense = Expenses, "expenses:other";
    /// Lost, or below zero gained, because a rate moved between invoice and payment.
    FxRealised = Expenses, "expenses:fx:realised";
}

/// An account: what it is for and, where there is one for each, whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    /// What it is for.
    pub role: Role,
    /// The customer, supplier, agent, gateway account, bank account or tax component; nothing where there is one for all.
    pub of: Option<Uuid>,
}

impl Account {
    /// The one account of a role.
    pub const fn the(role: Role) -> Self {
        Self { role, of: None }
    }

    /// The account of somebody or something.
    pub fn of(role: Role, whose: impl Into<Uuid>) -> Self {
        Self {
            role,
            of: Some(whose.into()),
        }
    }
}
