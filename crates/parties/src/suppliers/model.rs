//! A supplier and what can happen to one.

use kernel::{Problem, SupplierId};
use platform::Permission;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::events::{SupplierAdded, SupplierChanged, SupplierStateChanged};
use crate::party::{Party, PartyDraft};
use crate::permissions::{SUPPLIERS_EDIT, SUPPLIERS_READ};
use crate::record::{self, Record, State};
use crate::values::Faults;

/// What a supplier sells to the tenant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SupplierKind)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Domain names.
    Registrar,
    /// Rooms.
    Accommodation,
    /// Rides.
    Transfer,
    /// Tours, tickets, lessons.
    Activity,
    /// The time of a person who leads.
    Guide,
    /// Anything else.
    #[default]
    Other,
}

impl Kind {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 6] = [
        Self::Registrar,
        Self::Accommodation,
        Self::Transfer,
        Self::Activity,
        Self::Guide,
        Self::Other,
    ];

    /// As the database keeps it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Registrar => "registrar",
            Self::Accommodation => "accommodation",
            Self::Transfer => "transfer",
            Self::Activity => "activity",
            Self::Guide => "guide",
            Self::Other => "other",
        }
    }

    /// The kind of a key.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == text)
    }
}

/// What somebody typed about a supplier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SupplierDraft {
    /// Name, ways to reach them, address, notes.
    pub party: PartyDraft,
    /// What they sell.
    pub kind: Kind,
    /// Their website; empty for none.
    pub website: String,
}

/// The same, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// Name, ways to reach them, address, notes.
    pub party: Party,
    /// What they sell.
    pub kind: Kind,
    /// Their website.
    pub website: Option<String>,
}

/// Who the tenant buys from.
pub type Supplier = Record<SupplierId, Details>;

/// Which suppliers a list asks for: those of a state, of a kind, of some words.
pub type Filter = crate::seek::Filter<Kind>;

impl record::Details for Details {
    type Id = SupplierId;
    type Draft = SupplierDraft;
    type Added = SupplierAdded;
    type Changed = SupplierChanged;
    type StateChanged = SupplierStateChanged;

    const READ: Permission = SUPPLIERS_READ;
    const EDIT: Permission = SUPPLIERS_EDIT;

    fn read(draft: &SupplierDraft, _: Option<&Self>) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let party = Party::read(&draft.party, &mut faults);
        let website = faults.website("website", &draft.website);
        faults.done()?;
        Ok(Self {
            party,
            kind: draft.kind,
            website,
        })
    }

    fn differing(&self, other: &Self) -> Vec<&'static str> {
        let mut fields = self.party.differing(&other.party);
        fields.extend((self.kind != other.kind).then_some("kind"));
        fields.extend((self.website != other.website).then_some("website"));
        fields
    }

    fn audited(&self) -> Value {
        json!({ "kind": self.kind, "country": self.party.country })
    }

    fn added(&self, id: SupplierId) -> SupplierAdded {
        SupplierAdded {
            supplier: id,
            kind: self.kind,
            country: self.party.country.clone(),
            party: self.party.clone(),
        }
    }

    fn changed(&self, id: SupplierId, fields: Vec<&'static str>) -> SupplierChanged {
        SupplierChanged {
            supplier: id,
            fields,
            kind: self.kind,
            country: self.party.country.clone(),
            party: self.party.clone(),
        }
    }

    fn state_changed(id: SupplierId, state: State) -> SupplierStateChanged {
        SupplierStateChanged { supplier: id, state }
    }

    fn is_already(state: State) -> Problem {
        match state {
            State::Active => Problem::conflict("supplier_active"),
            State::Archived => Problem::conflict("supplier_archived"),
        }
    }
}
