//! The terms of a discount.

use kernel::{CustomerId, GroupId, Money, Percent, Rounding};
use serde::{Deserialize, Serialize};

use super::super::effective::Buyer;
use super::super::words::Operation;

/// Who has a discount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// Whoever buys, strangers too.
    Everybody,
    /// The customers of a group.
    Group(GroupId),
    /// One customer.
    Customer(CustomerId),
}

impl Whom {
    /// Whether the buyer is one of them.
    pub fn covers(self, buyer: Option<Buyer>) -> bool {
        match self {
            Self::Everybody => true,
            Self::Group(group) => buyer.is_some_and(|buyer| buyer.group == Some(group)),
            Self::Customer(customer) => buyer.is_some_and(|buyer| buyer.customer == customer),
        }
    }
}

/// Which TLDs a discount or a rule is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tlds {
    /// All of them, those to come too.
    All,
    /// These, as A-labels in lower case without the leading dot; in alphabetical order, see [`Tlds::these`].
    These(Box<[Box<str>]>),
}

impl Tlds {
    /// A set of TLDs.
    pub fn these<'a>(tlds: impl IntoIterator<Item = &'a str>) -> Self {
        let mut tlds: Vec<Box<str>> = tlds.into_iter().map(Into::into).collect();
        tlds.sort_unstable();
        tlds.dedup();
        Self::These(tlds.into())
    }

    /// Whether a TLD is one of them.
    pub fn has(&self, tld: &str) -> bool {
        match self {
            Self::All => true,
            Self::These(tlds) => tlds.binary_search_by(|one| (**one).cmp(tld)).is_ok(),
        }
    }
}

/// A set of operations; on the wire a list of their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<Operation>", into = "Vec<Operation>")]
pub struct Operations(u8);

impl Operations {
    /// Every operation.
    pub const ALL: Self = Self(0b1111);

    /// Those given.
    pub fn of(operations: &[Operation]) -> Self {
        Self(operations.iter().fold(0, |set, one| set | 1 << *one as u8))
    }

    /// Whether one is among them.
    pub const fn has(self, operation: Operation) -> bool {
        self.0 & (1 << operation as u8) != 0
    }

    /// None at all.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Operation> {
        Operation::ALL.into_iter().filter(move |one| self.has(*one))
    }
}

impl From<Vec<Operation>> for Operations {
    fn from(operations: Vec<Operation>) -> Self {
        Self::of(&operations)
    }
}

impl From<Operations> for Vec<Operation> {
    fn from(operations: Operations) -> Self {
        operations.iter().collect()
    }
}

/// Of which part of a purchase it is taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Years {
    /// The whole of it.
    All,
    /// The first year; the years after it cost what they cost.
    First,
}

impl Years {
    /// Stable name, as stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::First => "first",
        }
    }

    /// From the stored name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::All, Self::First].into_iter().find(|years| years.name() == name)
    }
}

/// How much is taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Off {
    /// A share, above 0 % and up to 100 %.
    Percent(Percent),
    /// An amount above zero, once per purchase.
    Amount(Money),
}

impl Off {
    /// Off so many minor units, not below zero; an amount must have been converted to their currency. Never more than there is.
    pub(crate) fn of(self, base: i64) -> i64 {
        let exact = match self {
            Self::Percent(percent) => Rounding::HalfEven.divide(
                i128::from(base) * i128::from(percent.millionths()),
                i128::from(Percent::WHOLE.millionths()),
            ),
            Self::Amount(amount) => i128::from(amount.minor),
        };
        // Between nothing and the base, so it fits.
        i64::try_from(exact.clamp(0, i128::from(base))).unwrap_or(base)
    }
}

/// What a discount is, from one instant on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Who has it.
    pub whom: Whom,
    /// For which TLDs.
    pub tlds: Tlds,
    /// For which operations.
    pub operations: Operations,
    /// Off the whole purchase or its first year.
    pub years: Years,
    /// How much.
    pub off: Off,
    /// A coupon's: whether it is taken off what another discount leaves. Of no meaning for a discount without a code.
    pub stacks: bool,
}

impl Terms {
    /// Whether it is for this service.
    pub fn fits(&self, tld: &str, operation: Operation) -> bool {
        self.operations.has(operation) && self.tlds.has(tld)
    }
}

/// The longest code of a coupon.
const LONGEST_CODE: usize = 40;

/// A coupon's code as it is kept: capital letters, digits, `-` and `_`, 3 to 40 of them; nothing for any other text.
pub fn coupon_code(text: &str) -> Option<Box<str>> {
    let code = text.trim();
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    ((3..=LONGEST_CODE).contains(&code.len()) && code.bytes().all(sound)).then(|| code.to_ascii_uppercase().into())
}
