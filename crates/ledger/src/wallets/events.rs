//! What happens to wallets, told to others.

use kernel::{Currency, CustomerId, Fact, Id, LedgerTransactionId, Money, WalletHoldId};
use serde::Serialize;
use uuid::Uuid;

use super::model::Against;

fn sample_customer() -> CustomerId {
    CustomerId::from_uuid(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0012))
}

fn sample_hold() -> WalletHoldId {
    WalletHoldId::from_uuid(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0092))
}

const fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

/// A person changed what is in a wallet.
#[derive(Clone, Debug, Serialize)]
pub struct WalletAdjusted {
    /// Whose.
    pub customer: CustomerId,
    /// Above zero more, below zero less.
    pub amount: Money,
    /// What it was booked against.
    pub against: Against,
    /// Why.
    pub reason: String,
    /// How it was posted.
    pub transaction: LedgerTransactionId,
}

impl Fact for WalletAdjusted {
    const NAME: &'static str = "ledger.wallet.adjusted";

    fn subject(&self) -> String {
        self.customer.to_string()
    }

    fn sample() -> Self {
        Self {
            customer: sample_customer(),
            amount: usd(50_000),
            against: Against::Bank,
            reason: "Bank transfer of 20 November".into(),
            transaction: LedgerTransactionId::from_uuid(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0093)),
        }
    }
}

/// A part of a wallet was set aside.
#[derive(Clone, Debug, Serialize)]
pub struct WalletHeld {
    /// Which part.
    pub hold: WalletHoldId,
    /// Whose.
    pub customer: CustomerId,
    /// How much.
    pub amount: Money,
    /// What for: a printed id.
    pub source: Option<String>,
    /// Of which order or trip: a printed id.
    pub about: Option<String>,
}

impl Fact for WalletHeld {
    const NAME: &'static str = "ledger.wallet.held";

    fn subject(&self) -> String {
        self.hold.to_string()
    }

    fn sample() -> Self {
        Self {
            hold: sample_hold(),
            customer: sample_customer(),
            amount: usd(11_800),
            source: None,
            about: None,
        }
    }
}

/// What was set aside paid for what was ordered.
#[derive(Clone, Debug, Serialize)]
pub struct HoldCaptured {
    /// Which part.
    pub hold: WalletHoldId,
    /// Whose.
    pub customer: CustomerId,
    /// How much of it paid.
    pub captured: Money,
    /// How much is free again.
    pub released: Money,
}

impl Fact for HoldCaptured {
    const NAME: &'static str = "ledger.wallet.hold_captured";

    fn subject(&self) -> String {
        self.hold.to_string()
    }

    fn sample() -> Self {
        Self {
            hold: sample_hold(),
            customer: sample_customer(),
            captured: usd(11_800),
            released: usd(0),
        }
    }
}

/// What was set aside is free again.
#[derive(Clone, Debug, Serialize)]
pub struct HoldReleased {
    /// Which part.
    pub hold: WalletHoldId,
    /// Whose.
    pub customer: CustomerId,
    /// How much.
    pub amount: Money,
}

impl Fact for HoldReleased {
    const NAME: &'static str = "ledger.wallet.hold_released";

    fn subject(&self) -> String {
        self.hold.to_string()
    }

    fn sample() -> Self {
        Self {
            hold: sample_hold(),
            customer: sample_customer(),
            amount: usd(11_800),
        }
    }
}
