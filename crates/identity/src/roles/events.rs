//! What happens to roles, told to others.

use std::collections::BTreeSet;

use kernel::{Fact, Id, RoleId};
use serde::Serialize;
use uuid::Uuid;

/// A role of the tenant's own was made, changed or removed.
#[derive(Clone, Debug, Serialize)]
pub struct RoleChanged {
    /// Which.
    pub role: RoleId,
    /// Its name.
    pub name: String,
    /// What it permits now; nothing when removed.
    pub permissions: BTreeSet<String>,
    /// Whether it is gone.
    pub removed: bool,
}

impl Fact for RoleChanged {
    const NAME: &'static str = "identity.role.changed";

    fn subject(&self) -> String {
        self.role.to_string()
    }

    fn sample() -> Self {
        let permissions = ["identity.users.read".to_owned()].into();
        Self {
            role: RoleId::from_uuid(Uuid::from_u128(3)),
            name: "Night desk".into(),
            permissions,
            removed: false,
        }
    }
}
