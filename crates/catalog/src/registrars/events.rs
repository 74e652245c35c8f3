//! What happens to registrar accounts, told to others. Never a word of their credentials.

use kernel::{Currency, Fact, RegistrarId};
use serde::Serialize;

use super::model::{AdapterKind, Sells};

/// A registrar account was added.
#[derive(Clone, Debug, Serialize)]
pub struct RegistrarAdded {
    /// The account.
    pub id: RegistrarId,
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The adapter's kind.
    pub kind: AdapterKind,
    /// What it charges in.
    pub currency: Currency,
}

/// An account is described differently, or has other credentials.
#[derive(Clone, Debug, Serialize)]
pub struct RegistrarChanged {
    /// The account.
    pub id: RegistrarId,
    /// Its name now.
    pub name: String,
    /// Which endings it sells now.
    pub sells: Sells,
    /// Its place now; lower is asked first.
    pub rank: i64,
    /// What it charges in now.
    pub currency: Currency,
    /// Its credentials were replaced.
    pub credentials_replaced: bool,
}

/// No more names are bought through the account.
#[derive(Clone, Debug, Serialize)]
pub struct RegistrarPaused {
    /// The account.
    pub id: RegistrarId,
}

/// Names are bought through the account again.
#[derive(Clone, Debug, Serialize)]
pub struct RegistrarResumed {
    /// The account.
    pub id: RegistrarId,
}

fn sample_id() -> RegistrarId {
    RegistrarId::from(uuid::Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0001))
}

impl Fact for RegistrarAdded {
    const NAME: &'static str = "catalog.registrar.added";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        Self {
            id: sample_id(),
            slug: "godaddy".into(),
            name: "GoDaddy".into(),
            kind: AdapterKind::GoDaddy,
            currency: Currency::USD,
        }
    }
}

impl Fact for RegistrarChanged {
    const NAME: &'static str = "catalog.registrar.changed";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        Self {
            id: sample_id(),
            name: "GoDaddy".into(),
            sells: Sells::Priced,
            rank: 2,
            currency: Currency::USD,
            credentials_replaced: true,
        }
    }
}

impl Fact for RegistrarPaused {
    const NAME: &'static str = "catalog.registrar.paused";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        Self { id: sample_id() }
    }
}

impl Fact for RegistrarResumed {
    const NAME: &'static str = "catalog.registrar.resumed";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        Self { id: sample_id() }
    }
}
