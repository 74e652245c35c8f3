//! Records: what the room keeps of customers, suppliers and price levels. None is ever deleted: it is archived and
//! restored, and every change raises its version. A slice states what its details are; what can happen to a record is the
//! same for all.

pub(crate) mod http;
pub(crate) mod ops;
pub(crate) mod store;

use kernel::{Change, Fact, Id, Instant, Problem};
use platform::{Permission, Read};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Whether somebody is traded with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = PartyState)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Traded with.
    #[default]
    Active,
    /// Kept for what refers to it; offered nowhere.
    Archived,
}

impl State {
    /// As the database keeps it.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Archived => "archived",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Archived]
            .into_iter()
            .find(|state| state.key() == text)
    }
}

/// A customer, supplier or price level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<I, D> {
    /// Its id.
    pub id: I,
    /// Who or what it is.
    pub details: D,
    /// Active or archived.
    pub state: State,
    /// Raised with every change.
    pub version: i64,
    /// Since when it is known.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// The record of these details.
pub(crate) type Of<D> = Record<<D as Details>::Id, D>;

/// What one kind of record states: how its details are judged, which facts tell of it, who may see and change it.
pub trait Details: Clone + Send + Sync + 'static {
    /// The record's id.
    type Id: Id + DeserializeOwned;
    /// The same as somebody typed it.
    type Draft: Send + Sync + 'static;
    /// There is a new record.
    type Added: Fact;
    /// A record has other details.
    type Changed: Fact;
    /// A record was archived or restored.
    type StateChanged: Fact;

    /// To see such records.
    const READ: Permission;
    /// To add, change, archive and restore them.
    const EDIT: Permission;

    /// Judges a draft. What no draft says stays as it was in `had`.
    ///
    /// # Errors
    /// `invalid_fields` with every fault.
    fn read(draft: &Self::Draft, had: Option<&Self>) -> Result<Self, Problem>;

    /// Refuses what clashes with other records; `had` is the record as it is kept, `None` for a new one.
    ///
    /// # Errors
    /// The refusal, or the database.
    fn fit(&self, read: &Read, had: Option<&Of<Self>>) -> impl Future<Output = platform::Result<()>> + Send {
        let _ = (read, had);
        async { Ok(()) }
    }

    /// Names of the fields that differ.
    fn differing(&self, other: &Self) -> Vec<&'static str>;

    /// What the audit log shows of what was. No personal values.
    fn audited(&self) -> Value;

    /// The fact that there is a new record.
    fn added(&self, id: Self::Id) -> Self::Added;
    /// The fact that these fields have become what they are.
    fn changed(&self, id: Self::Id, fields: Vec<&'static str>) -> Self::Changed;
    /// The fact that a record was archived or restored.
    fn state_changed(id: Self::Id, state: State) -> Self::StateChanged;

    /// The refusal to bring a record into the state it is in.
    fn is_already(state: State) -> Problem;
}

impl<D: Details> Record<D::Id, D> {
    /// A new record.
    pub(crate) fn open(id: D::Id, details: D, now: Instant) -> Change<Self, D::Added> {
        let fact = details.added(id);
        let record = Self {
            id,
            details,
            state: State::Active,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        Change::new(record, fact)
    }

    /// Other details; `None` when nothing differs.
    pub(crate) fn edit(self, details: D, now: Instant) -> Option<Change<Self, D::Changed>> {
        let fields = self.details.differing(&details);
        if fields.is_empty() {
            return None;
        }
        let fact = details.changed(self.id, fields);
        let before = self.details.audited();
        let after = Self {
            details,
            ..self.next(now)
        };
        Some(Change::from(before, after, fact))
    }

    /// Archived or restored.
    ///
    /// # Errors
    /// When it is so already.
    pub(crate) fn turn(self, state: State, now: Instant) -> Result<Change<Self, D::StateChanged>, Problem> {
        if self.state == state {
            return Err(D::is_already(state));
        }
        let before = json!({ "state": self.state });
        let fact = D::state_changed(self.id, state);
        let after = Self {
            state,
            ..self.next(now)
        };
        Ok(Change::from(before, after, fact))
    }

    /// The next version.
    pub(crate) fn next(self, now: Instant) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }
}

/// Refuses when the thing has another version than the one a change is based on.
pub(crate) fn based_on(expected: Option<i64>, version: i64) -> Result<(), Problem> {
    if expected.is_some_and(|expected| expected != version) {
        return Err(stale());
    }
    Ok(())
}

/// Somebody was quicker.
pub(crate) fn stale() -> Problem {
    Problem::new(kernel::ProblemKind::Stale, "stale")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{PartyDraft, customers, groups, suppliers};

    fn of<D: Details>(draft: &D::Draft) -> Of<D> {
        let id = D::Id::from_uuid(Uuid::from_u128(1));
        Record::open(id, D::read(draft, None).unwrap(), Instant::from_micros(1)).after
    }

    fn asha(name: &str) -> PartyDraft {
        PartyDraft {
            name: name.into(),
            email: "asha@example.in".into(),
            ..PartyDraft::default()
        }
    }

    fn customer(name: &str) -> customers::CustomerDraft {
        customers::CustomerDraft {
            party: asha(name),
            ..Default::default()
        }
    }

    fn supplier(name: &str) -> suppliers::SupplierDraft {
        suppliers::SupplierDraft {
            party: asha(name),
            ..Default::default()
        }
    }

    fn group(name: &str) -> groups::GroupDraft {
        groups::GroupDraft {
            name: name.into(),
            ..Default::default()
        }
    }

    /// An edit to the same, and one to another name.
    fn renamed<D: Details>(draft: fn(&str) -> D::Draft) -> D::Changed {
        let now = Instant::from_micros(2);
        let record = of::<D>(&draft("Asha Nair"));
        let same = D::read(&draft(" Asha Nair "), None).unwrap();
        assert!(record.clone().edit(same, now).is_none());
        let change = record.edit(D::read(&draft("Asha Menon"), None).unwrap(), now).unwrap();
        assert_eq!((change.after.version, change.after.updated_at), (2, now));
        change.fact
    }

    #[test]
    fn an_edit_names_what_changed_and_an_empty_one_is_none() {
        assert_eq!(renamed::<customers::Details>(customer).fields, ["name"]);
        assert_eq!(renamed::<suppliers::Details>(supplier).fields, ["name"]);
        assert_eq!(renamed::<groups::Details>(group).name, "Asha Menon");
    }

    #[test]
    fn no_payload_says_who_somebody_is() {
        fn sealed(fact: &impl Fact) {
            let payload = serde_json::to_string(fact).unwrap();
            assert!(!payload.contains("Asha") && !payload.contains('@'), "{payload}");
            let told = fact.personal().unwrap().values.to_string();
            assert!(told.contains("Asha Menon"), "{told}");
        }
        sealed(&renamed::<customers::Details>(customer));
        sealed(&renamed::<suppliers::Details>(supplier));
    }

    fn alternates<D: Details>(record: &Of<D>, already: [&str; 2]) {
        let now = Instant::from_micros(2);
        let refused = |record: &Of<D>, state| record.clone().turn(state, now).err().map(|problem| problem.code);
        assert_eq!(refused(record, State::Active), Some(already[0]));
        let archived = record.clone().turn(State::Archived, now).ok().unwrap().after;
        assert_eq!(refused(&archived, State::Archived), Some(already[1]));
        let restored = archived.turn(State::Active, now).ok().unwrap().after;
        assert_eq!((restored.state, restored.version), (State::Active, 3));
    }

    #[test]
    fn archiving_and_restoring_alternate() {
        alternates(
            &of::<customers::Details>(&customer("Asha")),
            ["customer_active", "customer_archived"],
        );
        alternates(
            &of::<suppliers::Details>(&supplier("Asha")),
            ["supplier_active", "supplier_archived"],
        );
        alternates(
            &of::<groups::Details>(&group("Wholesale")),
            ["group_active", "group_archived"],
        );
    }
}
