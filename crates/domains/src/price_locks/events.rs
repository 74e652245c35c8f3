//! What happens to price locks, told to others.

use kernel::{CustomerId, Fact, Id, Instant, Money, PriceLockId};
use serde::Serialize;
use uuid::Uuid;

/// Prices were locked.
#[derive(Clone, Debug, Serialize)]
pub struct PriceLocked {
    /// The lock.
    pub id: PriceLockId,
    /// For whom, if for somebody.
    pub customer: Option<CustomerId>,
    /// The exact total, without tax.
    pub total: Money,
    /// How many names.
    pub names: usize,
    /// The version of the price book they were read from.
    pub book_version: i64,
    /// Until when they hold.
    pub expires_at: Instant,
    /// The fingerprints of the prices, in the order of the names.
    pub fingerprints: Vec<String>,
}

impl Fact for PriceLocked {
    const NAME: &'static str = "domains.price.locked";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        let uuid = |last: u128| Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0000 + last);
        Self {
            id: PriceLockId::from_uuid(uuid(0x31)),
            customer: Some(CustomerId::from_uuid(uuid(0x11))),
            total: Money::new(3_199, kernel::Currency::USD),
            names: 1,
            book_version: 12,
            expires_at: "2026-11-21T09:15:00Z".parse().expect("a literal instant"),
            fingerprints: vec!["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into()],
        }
    }
}
