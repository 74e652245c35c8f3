//! What happens to suppliers, told to others. Who they are travels sealed.

use kernel::{Fact, Id, Personal, SupplierId};
use serde::Serialize;
use uuid::Uuid;

use super::model::Kind;
use crate::party::Party;
use crate::record::State;

fn sample_supplier() -> SupplierId {
    SupplierId::from_uuid(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0014))
}

/// A supplier is known from now on.
#[derive(Clone, Debug, Serialize)]
pub struct SupplierAdded {
    /// Who.
    pub supplier: SupplierId,
    /// What they sell.
    pub kind: Kind,
    /// Where they are.
    pub country: Option<String>,
    #[serde(skip)]
    pub(crate) party: Party,
}

impl Fact for SupplierAdded {
    const NAME: &'static str = "parties.supplier.added";

    fn subject(&self) -> String {
        self.supplier.to_string()
    }

    fn personal(&self) -> Option<Personal> {
        self.party.personal(self.supplier)
    }

    fn sample() -> Self {
        Self {
            supplier: sample_supplier(),
            kind: Kind::Accommodation,
            country: Some("IN".into()),
            party: Party::sample(),
        }
    }
}

/// Something about a supplier changed.
#[derive(Clone, Debug, Serialize)]
pub struct SupplierChanged {
    /// Who.
    pub supplier: SupplierId,
    /// Names of the fields that differ.
    pub fields: Vec<&'static str>,
    /// What they sell now.
    pub kind: Kind,
    /// Where they are now.
    pub country: Option<String>,
    #[serde(skip)]
    pub(crate) party: Party,
}

impl Fact for SupplierChanged {
    const NAME: &'static str = "parties.supplier.changed";

    fn subject(&self) -> String {
        self.supplier.to_string()
    }

    fn personal(&self) -> Option<Personal> {
        self.party.personal(self.supplier)
    }

    fn sample() -> Self {
        Self {
            supplier: sample_supplier(),
            fields: vec!["phone", "city"],
            kind: Kind::Accommodation,
            country: Some("IN".into()),
            party: Party::sample(),
        }
    }
}

/// A supplier was archived or restored.
#[derive(Clone, Debug, Serialize)]
pub struct SupplierStateChanged {
    /// Who.
    pub supplier: SupplierId,
    /// How they stand now.
    pub state: State,
}

impl Fact for SupplierStateChanged {
    const NAME: &'static str = "parties.supplier.state_changed";

    fn subject(&self) -> String {
        self.supplier.to_string()
    }

    fn sample() -> Self {
        Self {
            supplier: sample_supplier(),
            state: State::Archived,
        }
    }
}
