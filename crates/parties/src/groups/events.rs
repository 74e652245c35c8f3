//! What happens to customer groups, told to others.

use kernel::{Fact, GroupId, Id};
use serde::Serialize;
use uuid::Uuid;

use crate::record::State;

fn sample_group() -> GroupId {
    GroupId::from_uuid(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0013))
}

/// There is a new price level.
#[derive(Clone, Debug, Serialize)]
pub struct GroupAdded {
    /// Which.
    pub group: GroupId,
    /// Its name.
    pub name: String,
}

impl Fact for GroupAdded {
    const NAME: &'static str = "parties.group.added";

    fn subject(&self) -> String {
        self.group.to_string()
    }

    fn sample() -> Self {
        Self {
            group: sample_group(),
            name: "Wholesale".into(),
        }
    }
}

/// A price level has another name or note.
#[derive(Clone, Debug, Serialize)]
pub struct GroupChanged {
    /// Which.
    pub group: GroupId,
    /// Its name now.
    pub name: String,
}

impl Fact for GroupChanged {
    const NAME: &'static str = "parties.group.changed";

    fn subject(&self) -> String {
        self.group.to_string()
    }

    fn sample() -> Self {
        Self {
            group: sample_group(),
            name: "Wholesale".into(),
        }
    }
}

/// A price level was archived or restored.
#[derive(Clone, Debug, Serialize)]
pub struct GroupStateChanged {
    /// Which.
    pub group: GroupId,
    /// How it stands now.
    pub state: State,
}

impl Fact for GroupStateChanged {
    const NAME: &'static str = "parties.group.state_changed";

    fn subject(&self) -> String {
        self.group.to_string()
    }

    fn sample() -> Self {
        Self {
            group: sample_group(),
            state: State::Archived,
        }
    }
}
