//! The words a price is found by.

use kernel::RegistrarId;
use serde::{Deserialize, Serialize};

/// Whose prices: what a registrar takes from us, or what we take from customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// Sales prices. Lists of customer groups will stand beside it.
    Sales,
    /// The costs of one registrar account.
    Registrar(RegistrarId),
}

/// What is done with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Operation {
    /// Bought new.
    Register,
    /// Extended.
    Renew,
    /// Brought here from another registrar.
    Transfer,
    /// Taken back from redemption.
    Restore,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Register, Self::Renew, Self::Transfer, Self::Restore];

    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Renew => "renew",
            Self::Transfer => "transfer",
            Self::Restore => "restore",
        }
    }

    /// From the stored name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name() == name)
    }

    /// Whether it can be asked for this many years. A transfer may add no year (.uk), a restore need not renew.
    pub const fn offers(self, years: u8) -> bool {
        match self {
            Self::Register | Self::Renew => years >= 1 && years <= 10,
            Self::Transfer | Self::Restore => years <= 10,
        }
    }
}

/// What kind of price a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Kind {
    /// The lasting price of a term. For a restore, years 0 is the fee alone (the renewal comes on top) and years n is
    /// the price with n years included: registrars quote it either way.
    Regular,
    /// The price of the first year, for everybody.
    FirstYear,
    /// A price for a while.
    Promo,
    /// ICANN's fee, per year; costs only, years 1.
    IcannFee,
    /// Privacy, per year; costs only, years 1.
    Privacy,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Regular,
        Self::FirstYear,
        Self::Promo,
        Self::IcannFee,
        Self::Privacy,
    ];

    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::FirstYear => "first_year",
            Self::Promo => "promo",
            Self::IcannFee => "icann_fee",
            Self::Privacy => "privacy",
        }
    }

    /// From the stored name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it is a part of a cost that comes on top of the registrar's price.
    pub const fn is_fee(self) -> bool {
        matches!(self, Self::IcannFee | Self::Privacy)
    }

    /// Whether a price of this kind can be for this many years. What is charged per year is kept as the price of one.
    pub const fn has_term(self, operation: Operation, years: u8) -> bool {
        match self {
            Self::Regular => operation.offers(years),
            Self::Promo => operation.offers(years) && years > 0,
            Self::FirstYear | Self::IcannFee | Self::Privacy => years == 1,
        }
    }
}
