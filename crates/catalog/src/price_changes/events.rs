//! What happens to prices, told to others. Costs are nobody's business outside: their amounts are in the audit log alone.

use kernel::{Fact, Id, Instant, PriceChangeId, SalesListId};
use serde::Serialize;
use uuid::Uuid;

use super::model::Step;
use crate::price_books::{Kind, Operation, Side};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Prices were set, for now or later.
    Scheduled,
    /// A change that had not taken effect became another.
    Edited,
    /// A change was taken back before it took effect.
    Cancelled,
}

/// Prices of one list and ending change at one instant.
#[derive(Clone, Debug, Serialize)]
pub struct PricesChanged {
    /// The change.
    pub id: PriceChangeId,
    /// What was done.
    pub deed: Deed,
    /// The registrar account or sales list.
    pub list: String,
    /// Cost or sale.
    pub side: Side,
    /// Of which ending, as an A-label.
    pub ending: String,
    /// From when.
    pub effective_from: Instant,
    /// Until when its promotional prices hold, where that was said.
    pub until: Option<Instant>,
    /// The version of the book that holds it.
    pub book_version: i64,
    /// Its prices.
    pub prices: Vec<PriceChanged>,
}

/// One price of it.
#[derive(Clone, Debug, Serialize)]
pub struct PriceChanged {
    /// For what.
    pub operation: Operation,
    /// For how many years.
    pub years: u8,
    /// Which price of that operation, or which fee.
    pub kind: Kind,
    /// In which currency.
    pub currency: kernel::Currency,
    /// The price before, in minor units; null where there was none, and for costs.
    pub before: Option<i64>,
    /// The price from then on, in minor units; null where there is none, and for costs.
    pub after: Option<i64>,
}

impl PriceChanged {
    /// As the event tells it.
    pub(super) fn of(step: &Step) -> Self {
        let told = |minor: Option<i64>| minor.filter(|_| step.key.side == Side::Sale);
        Self {
            operation: step.key.operation,
            years: step.key.years,
            kind: step.key.kind,
            currency: step.key.currency,
            before: told(step.before),
            after: told(step.after),
        }
    }
}

impl Fact for PricesChanged {
    const NAME: &'static str = "catalog.prices.changed";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        let id = |last: u128| Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0000 + last);
        Self {
            id: PriceChangeId::from_uuid(id(9)),
            deed: Deed::Edited,
            list: SalesListId::from_uuid(id(2)).to_string(),
            side: Side::Sale,
            ending: "com".into(),
            effective_from: Instant::from_micros(1_803_859_200_000_000),
            until: None,
            book_version: 8,
            prices: vec![PriceChanged {
                operation: Operation::Register,
                years: 1,
                kind: Kind::Regular,
                currency: kernel::Currency::USD,
                before: Some(1400),
                after: Some(1350),
            }],
        }
    }
}
