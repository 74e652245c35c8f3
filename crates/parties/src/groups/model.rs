//! A customer group and what can happen to one.

use kernel::{Change, GroupId, Instant, Problem};
use serde_json::json;

use super::events::{GroupAdded, GroupChanged, GroupStateChanged};
use crate::party::State;
use crate::values::{self, Faults};

/// What somebody typed about a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupDraft {
    /// Its name: `Wholesale`.
    pub name: String,
    /// What it is for; empty for nothing.
    pub note: String,
}

/// A price level of customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub note: Option<String>,
    /// Given to customers or archived.
    pub state: State,
    /// Raised with every change.
    pub version: i64,
    /// Since when there is one.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

fn read(draft: &GroupDraft) -> Result<(String, Option<String>), Problem> {
    let mut faults = Faults::default();
    let name = faults.required("name", &draft.name, values::MAX_NAME);
    let note = faults.area("note", &draft.note, values::MAX_NOTES);
    faults.done()?;
    Ok((name, note))
}

impl Group {
    /// A new group.
    ///
    /// # Errors
    /// `invalid_fields`.
    pub fn open(id: GroupId, draft: &GroupDraft, now: Instant) -> Result<Change<Self, GroupAdded>, Problem> {
        let (name, note) = read(draft)?;
        let fact = GroupAdded {
            group: id,
            name: name.clone(),
        };
        let group = Self {
            id,
            name,
            note,
            state: State::Active,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        Ok(Change::new(group, fact))
    }

    /// Another name or note; `None` when nothing differs.
    ///
    /// # Errors
    /// `invalid_fields`.
    pub fn edit(self, draft: &GroupDraft, now: Instant) -> Result<Option<Change<Self, GroupChanged>>, Problem> {
        let (name, note) = read(draft)?;
        if (&name, &note) == (&self.name, &self.note) {
            return Ok(None);
        }
        let fact = GroupChanged {
            group: self.id,
            name: name.clone(),
        };
        let before = json!({ "name": self.name });
        let after = Self {
            name,
            note,
            ..self.next(now)
        };
        Ok(Some(Change::from(before, after, fact)))
    }

    /// Given to no more customers; who has it keeps it.
    ///
    /// # Errors
    /// `group_archived` when it is.
    pub fn archive(self, now: Instant) -> Result<Change<Self, GroupStateChanged>, Problem> {
        if self.state == State::Archived {
            return Err(Problem::conflict("group_archived"));
        }
        Ok(self.turn(State::Archived, now))
    }

    /// Given to customers again.
    ///
    /// # Errors
    /// `group_active` when it is.
    pub fn restore(self, now: Instant) -> Result<Change<Self, GroupStateChanged>, Problem> {
        if self.state == State::Active {
            return Err(Problem::conflict("group_active"));
        }
        Ok(self.turn(State::Active, now))
    }

    fn turn(self, state: State, now: Instant) -> Change<Self, GroupStateChanged> {
        let before = json!({ "state": self.state });
        let fact = GroupStateChanged { group: self.id, state };
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
