//! A customer group and what can happen to one.

use kernel::{GroupId, Problem};
use platform::{Permission, Read};
use serde_json::{Value, json};

use super::events::{GroupAdded, GroupChanged, GroupStateChanged};
use super::ops::MAX_GROUPS;
use super::store;
use crate::permissions::{CUSTOMERS_EDIT, CUSTOMERS_READ};
use crate::record::{self, Record, State};
use crate::values::{self, Faults};

/// What somebody typed about a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupDraft {
    /// Its name: `Wholesale`.
    pub name: String,
    /// What it is for; empty for nothing.
    pub note: String,
}

/// The same, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub note: Option<String>,
}

/// A price level of customers. Archived, it is given to no more of them; who has it keeps it.
pub type Group = Record<GroupId, Details>;

impl record::Details for Details {
    type Id = GroupId;
    type Draft = GroupDraft;
    type Added = GroupAdded;
    type Changed = GroupChanged;
    type StateChanged = GroupStateChanged;

    const READ: Permission = CUSTOMERS_READ;
    const EDIT: Permission = CUSTOMERS_EDIT;

    fn read(draft: &GroupDraft, _: Option<&Self>) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let name = faults.required("name", &draft.name, values::MAX_NAME);
        let note = faults.area("note", &draft.note, values::MAX_NOTES);
        faults.done()?;
        Ok(Self { name, note })
    }

    async fn fit(&self, read: &Read, had: Option<&Group>) -> platform::Result<()> {
        let other = store::by_name(read, &self.name).await?;
        if other.is_some_and(|other| Some(other.id) != had.map(|had| had.id)) {
            return Err(Problem::conflict("group_exists").field("/name", "group_exists").into());
        }
        if had.is_none() && store::count(read).await? >= MAX_GROUPS {
            return Err(Problem::conflict("too_many_groups").arg("max", MAX_GROUPS).into());
        }
        Ok(())
    }

    fn differing(&self, other: &Self) -> Vec<&'static str> {
        let mut fields = Vec::new();
        fields.extend((self.name != other.name).then_some("name"));
        fields.extend((self.note != other.note).then_some("note"));
        fields
    }

    fn audited(&self) -> Value {
        json!({ "name": self.name })
    }

    fn added(&self, id: GroupId) -> GroupAdded {
        GroupAdded {
            group: id,
            name: self.name.clone(),
        }
    }

    fn changed(&self, id: GroupId, _: Vec<&'static str>) -> GroupChanged {
        GroupChanged {
            group: id,
            name: self.name.clone(),
        }
    }

    fn state_changed(id: GroupId, state: State) -> GroupStateChanged {
        GroupStateChanged { group: id, state }
    }

    fn is_already(state: State) -> Problem {
        match state {
            State::Active => Problem::conflict("group_active"),
            State::Archived => Problem::conflict("group_archived"),
        }
    }
}
