//! What happens to the archive, told to others.

use kernel::{ArchiveRunId, DiscountId, Fact, PriceId};
use serde::Serialize;
use uuid::Uuid;

/// Old prices were moved into the archive: some of what a run moves.
#[derive(Clone, Debug, Serialize)]
pub struct PricesArchived {
    /// The run.
    pub run: ArchiveRunId,
    /// How many costs.
    pub costs: i64,
    /// How many sales prices.
    pub sales: i64,
}

/// Archived prices were brought back.
#[derive(Clone, Debug, Serialize)]
pub struct PricesRestored {
    /// Which.
    pub prices: Vec<PriceId>,
    /// How many days they stay at hand, whatever their age.
    pub held_days: i64,
}

/// Somebody asked for a run now rather than tonight.
#[derive(Clone, Debug, Serialize)]
pub struct ArchiveRequested {
    /// The run.
    pub run: ArchiveRunId,
}

/// Ended discounts and coupons were moved into the archive, with all of their versions.
#[derive(Clone, Debug, Serialize)]
pub struct DiscountsArchived {
    /// The run.
    pub run: ArchiveRunId,
    /// Which.
    pub discounts: Vec<DiscountId>,
}

/// Archived discounts and coupons were brought back.
#[derive(Clone, Debug, Serialize)]
pub struct DiscountsRestored {
    /// Which.
    pub discounts: Vec<DiscountId>,
    /// How many days they stay at hand, whatever their age.
    pub held_days: i64,
}

impl Fact for PricesArchived {
    const NAME: &'static str = "catalog.prices.archived";

    fn subject(&self) -> String {
        self.run.to_string()
    }

    fn sample() -> Self {
        Self {
            run: ArchiveRunId::from(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0007)),
            costs: 412,
            sales: 88,
        }
    }
}

impl Fact for PricesRestored {
    const NAME: &'static str = "catalog.prices.restored";

    fn subject(&self) -> String {
        self.prices.first().map(ToString::to_string).unwrap_or_default()
    }

    fn sample() -> Self {
        Self {
            prices: vec![PriceId::from(Uuid::from_u128(
                0x0193_4000_0000_7000_8000_0000_0000_0008,
            ))],
            held_days: 30,
        }
    }
}

impl Fact for DiscountsArchived {
    const NAME: &'static str = "catalog.discounts.archived";

    fn subject(&self) -> String {
        self.run.to_string()
    }

    fn sample() -> Self {
        Self {
            run: ArchiveRunId::from(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0007)),
            discounts: vec![DiscountId::from(Uuid::from_u128(
                0x0193_4000_0000_7000_8000_0000_0000_0009,
            ))],
        }
    }
}

impl Fact for DiscountsRestored {
    const NAME: &'static str = "catalog.discounts.restored";

    fn subject(&self) -> String {
        self.discounts.first().map(ToString::to_string).unwrap_or_default()
    }

    fn sample() -> Self {
        Self {
            discounts: vec![DiscountId::from(Uuid::from_u128(
                0x0193_4000_0000_7000_8000_0000_0000_0009,
            ))],
            held_days: 30,
        }
    }
}

impl Fact for ArchiveRequested {
    const NAME: &'static str = "catalog.archive.requested";

    fn subject(&self) -> String {
        self.run.to_string()
    }

    fn sample() -> Self {
        Self {
            run: ArchiveRunId::from(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0007)),
        }
    }
}
