//! A supplier and what can happen to one.

use kernel::{Change, Instant, Problem, SupplierId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::events::{SupplierAdded, SupplierChanged, SupplierStateChanged};
use crate::party::{Party, PartyDraft, State};
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

impl Details {
    /// Judges a draft.
    ///
    /// # Errors
    /// `invalid_fields` with every fault.
    pub fn read(draft: &SupplierDraft) -> Result<Self, Problem> {
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
}

/// Who the tenant buys from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supplier {
    /// Its id.
    pub id: SupplierId,
    /// Who they are.
    pub details: Details,
    /// Traded with or archived.
    pub state: State,
    /// Raised with every change.
    pub version: i64,
    /// Since when they are known.
    pub created_at: Instant,
    /// When they were last changed.
    pub updated_at: Instant,
}

impl Supplier {
    /// A new supplier.
    pub fn open(id: SupplierId, details: Details, now: Instant) -> Change<Self, SupplierAdded> {
        let fact = SupplierAdded {
            supplier: id,
            kind: details.kind,
            country: details.party.country.clone(),
            party: details.party.clone(),
        };
        let supplier = Self {
            id,
            details,
            state: State::Active,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        Change::new(supplier, fact)
    }

    /// Other details; `None` when nothing differs.
    pub fn edit(self, details: Details, now: Instant) -> Option<Change<Self, SupplierChanged>> {
        let fields = self.details.differing(&details);
        if fields.is_empty() {
            return None;
        }
        let before = json!({ "kind": self.details.kind, "country": self.details.party.country });
        let fact = SupplierChanged {
            supplier: self.id,
            fields,
            kind: details.kind,
            country: details.party.country.clone(),
            party: details.party.clone(),
        };
        Some(Change::from(
            before,
            Self {
                details,
                ..self.next(now)
            },
            fact,
        ))
    }

    /// Offered nowhere from now on.
    ///
    /// # Errors
    /// `supplier_archived` when they are.
    pub fn archive(self, now: Instant) -> Result<Change<Self, SupplierStateChanged>, Problem> {
        if self.state == State::Archived {
            return Err(Problem::conflict("supplier_archived"));
        }
        Ok(self.turn(State::Archived, now))
    }

    /// Traded with again.
    ///
    /// # Errors
    /// `supplier_active` when they are.
    pub fn restore(self, now: Instant) -> Result<Change<Self, SupplierStateChanged>, Problem> {
        if self.state == State::Active {
            return Err(Problem::conflict("supplier_active"));
        }
        Ok(self.turn(State::Active, now))
    }

    fn turn(self, state: State, now: Instant) -> Change<Self, SupplierStateChanged> {
        let before = json!({ "state": self.state });
        let fact = SupplierStateChanged {
            supplier: self.id,
            state,
        };
        Change::from(
            before,
            Self {
                state,
                ..self.next(now)
            },
            fact,
        )
    }

    fn next(self, now: Instant) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Fact, Id};
    use uuid::Uuid;

    use super::*;

    fn details(name: &str) -> Details {
        let party = PartyDraft {
            name: name.into(),
            email: "asha@example.in".into(),
            ..PartyDraft::default()
        };
        Details::read(&SupplierDraft {
            party,
            ..SupplierDraft::default()
        })
        .unwrap()
    }

    fn supplier() -> Supplier {
        let id = SupplierId::from_uuid(Uuid::from_u128(1));
        Supplier::open(id, details("Asha Nair"), Instant::from_micros(1)).after
    }

    #[test]
    fn an_edit_names_what_changed_and_an_empty_one_is_none() {
        let now = Instant::from_micros(2);
        assert!(supplier().edit(details(" Asha Nair "), now).is_none());
        let change = supplier().edit(details("Asha Menon"), now).unwrap();
        assert_eq!(change.fact.fields, ["name"]);
        assert_eq!((change.after.version, change.after.updated_at), (2, now));
    }

    #[test]
    fn archiving_and_restoring_alternate() {
        let now = Instant::from_micros(2);
        assert_eq!(supplier().restore(now).unwrap_err().code, "supplier_active");
        let archived = supplier().archive(now).unwrap().after;
        assert_eq!(archived.clone().archive(now).unwrap_err().code, "supplier_archived");
        assert_eq!(archived.restore(now).unwrap().after.state, State::Active);
    }

    #[test]
    fn no_payload_says_who_somebody_is() {
        let change = supplier().edit(details("Asha Menon"), Instant::from_micros(2)).unwrap();
        let payload = serde_json::to_string(&change.fact).unwrap();
        assert!(!payload.contains("Asha") && !payload.contains('@'), "{payload}");
        assert!(
            change
                .fact
                .personal()
                .unwrap()
                .values
                .to_string()
                .contains("Asha Menon")
        );
    }
}
