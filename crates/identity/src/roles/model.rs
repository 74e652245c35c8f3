//! Roles, pure: the built-in ones, which permissions each gets, and who may give which role to whom.
//!
//! Built-in roles are computed from what the rooms declare, so a new release's permissions are there at once; roles of
//! a tenant's own are lists of permissions it chose. A customer has no role: the portal's rules are the rooms' own.

use std::collections::BTreeSet;

use kernel::{Problem, ProblemKind, RoleId};

use crate::permissions::OWNERS_MANAGE;

/// Roles every tenant has. They cannot be edited; a tenant copies one to change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuiltIn {
    /// Everything, and the only one who makes owners.
    Owner,
    /// Everything but making owners.
    Admin,
    /// Price books, imports, margins.
    PricingManager,
    /// Queries, quotes, customers.
    SalesAgent,
    /// Supplier requests, jobs, dead letters.
    Operations,
    /// Invoices, payments, ledger.
    Finance,
    /// Reads, changes nothing.
    Support,
}

impl BuiltIn {
    /// All, in the order they are shown.
    pub const ALL: [Self; 7] = [
        Self::Owner,
        Self::Admin,
        Self::PricingManager,
        Self::SalesAgent,
        Self::Operations,
        Self::Finance,
        Self::Support,
    ];

    /// Stable name, as stored and as rooms write it in their defaults.
    pub fn key(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::PricingManager => "pricing_manager",
            Self::SalesAgent => "sales_agent",
            Self::Operations => "operations",
            Self::Finance => "finance",
            Self::Support => "support",
        }
    }

    /// Reads a stored name.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }

    /// The message with its name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Owner => "identity-role-owner",
            Self::Admin => "identity-role-admin",
            Self::PricingManager => "identity-role-pricing-manager",
            Self::SalesAgent => "identity-role-sales-agent",
            Self::Operations => "identity-role-operations",
            Self::Finance => "identity-role-finance",
            Self::Support => "identity-role-support",
        }
    }

    /// Whether a room means this role by `name`; rooms also use the short names.
    fn is_meant_by(self, name: &str) -> bool {
        match name {
            "pricing" => self == Self::PricingManager,
            "sales" => self == Self::SalesAgent,
            "ops" => self == Self::Operations,
            "viewer" => self == Self::Support,
            other => self.key() == other,
        }
    }
}

/// One permission a room declared, with the roles it belongs to by default.
#[derive(Clone, Copy, Debug)]
pub struct Declared {
    /// `room.thing.verb`.
    pub permission: &'static str,
    /// Names of built-in roles.
    pub roles: &'static [&'static str],
}

/// All permissions of the product and who gets them by default.
#[derive(Clone, Debug, Default)]
pub struct Matrix {
    declared: Vec<Declared>,
}

impl Matrix {
    /// From what the rooms declare.
    pub fn new(mut declared: Vec<Declared>) -> Self {
        declared.sort_by_key(|d| d.permission);
        declared.dedup_by_key(|d| d.permission);
        Self { declared }
    }

    /// Every permission, sorted.
    pub fn permissions(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.declared.iter().map(|d| d.permission)
    }

    /// Whether a room declared `permission`.
    pub fn knows(&self, permission: &str) -> bool {
        self.permissions().any(|known| known == permission)
    }

    /// What a built-in role may do. Owner and admin: everything any room declared.
    pub fn of(&self, role: BuiltIn) -> BTreeSet<String> {
        let gets = |d: &&Declared| match role {
            BuiltIn::Owner => true,
            BuiltIn::Admin => d.permission != OWNERS_MANAGE.0,
            _ => d.roles.iter().any(|name| role.is_meant_by(name)),
        };
        self.declared
            .iter()
            .filter(gets)
            .map(|d| d.permission.to_owned())
            .collect()
    }

    /// Names of roles that rooms wrote and nobody knows: a misspelling, found by a test.
    pub fn unknown_roles(&self) -> Vec<(&'static str, &'static str)> {
        let all = self
            .declared
            .iter()
            .flat_map(|d| d.roles.iter().map(|role| (d.permission, *role)));
        all.filter(|(_, name)| *name != "customer" && !BuiltIn::ALL.iter().any(|role| role.is_meant_by(name)))
            .collect()
    }

    /// The matrix as text, to be committed and reviewed: one row a permission, one column a role.
    pub fn text(&self) -> String {
        let width = self
            .permissions()
            .map(str::len)
            .max()
            .unwrap_or(0)
            .max("permission".len());
        let sets = BuiltIn::ALL.map(|role| (role.key(), self.of(role)));
        let header: String = sets.iter().map(|(key, _)| format!("  {key}")).collect();
        let mut text = format!("{:<width$}{header}\n", "permission");
        for permission in self.permissions() {
            let cell = |(key, set): &(&str, BTreeSet<String>)| {
                format!("  {:<1$}", if set.contains(permission) { "x" } else { "." }, key.len())
            };
            let row: String = sets.iter().map(cell).collect();
            text.push_str(format!("{permission:<width$}{row}").trim_end());
            text.push('\n');
        }
        text
    }
}

/// A role as a tenant has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Name for people; of a built-in one its key.
    pub name: String,
    /// Which built-in role it is, if one.
    pub built_in: Option<BuiltIn>,
    /// What a role of the tenant's own permits; empty for built-in ones, which ask the [`Matrix`].
    pub permissions: BTreeSet<String>,
    /// Raised with each change.
    pub version: i64,
}

impl Role {
    /// What the role is called where no language is known: a sentence-case name.
    pub fn title(&self) -> String {
        let Some(built_in) = self.built_in else {
            return self.name.clone();
        };
        let words = built_in.key().replace('_', " ");
        let mut letters = words.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    /// What somebody with this role may do.
    pub fn grants(&self, matrix: &Matrix) -> BTreeSet<String> {
        match self.built_in {
            Some(built_in) => matrix.of(built_in),
            None => self.permissions.iter().filter(|p| matrix.knows(p)).cloned().collect(),
        }
    }
}

/// What all `roles` together permit.
pub fn union<'r>(matrix: &Matrix, roles: impl IntoIterator<Item = &'r Role>) -> BTreeSet<String> {
    roles.into_iter().flat_map(|role| role.grants(matrix)).collect()
}

/// Longest name of a role.
pub(crate) const NAME_CHARACTERS: usize = 60;

/// Reads a name for a role of the tenant's own.
///
/// # Errors
/// Empty, too long, or a built-in role's.
pub fn parse_name(text: &str) -> Result<String, Problem> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let refused = |code| Err(Problem::refused("invalid_fields").field("/name", code));
    if name.is_empty() {
        return refused("required");
    }
    if name.chars().count() > NAME_CHARACTERS {
        return refused("too_long");
    }
    if BuiltIn::parse(&name.to_lowercase().replace(' ', "_")).is_some() {
        return refused("role_name_built_in");
    }
    Ok(name)
}

/// Nobody gives away what they do not have.
///
/// # Errors
/// `beyond_own_permissions` naming the first permission that is missing.
pub fn may_give(own: &platform::Grants, given: &BTreeSet<String>) -> Result<(), Problem> {
    let missing = match own {
        platform::Grants::Everything => None,
        platform::Grants::Nothing => given.iter().next(),
        platform::Grants::These(own) => given.iter().find(|permission| !own.contains(*permission)),
    };
    match missing {
        None => Ok(()),
        Some(permission) => {
            Err(Problem::new(ProblemKind::Forbidden, "beyond_own_permissions").arg("permission", permission))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::Id;
    use uuid::Uuid;

    use super::*;

    fn matrix() -> Matrix {
        Matrix::new(vec![
            Declared {
                permission: "catalog.prices.read",
                roles: &["pricing", "sales", "viewer"],
            },
            Declared {
                permission: "catalog.prices.write",
                roles: &["pricing_manager"],
            },
            Declared {
                permission: OWNERS_MANAGE.0,
                roles: &["owner"],
            },
        ])
    }

    fn set(permissions: &[&str]) -> BTreeSet<String> {
        permissions.iter().map(|p| (*p).to_owned()).collect()
    }

    #[test]
    fn built_in_roles_get_what_rooms_say_and_the_owner_everything() {
        let matrix = matrix();
        assert_eq!(
            matrix.of(BuiltIn::PricingManager),
            set(&["catalog.prices.read", "catalog.prices.write"])
        );
        assert_eq!(matrix.of(BuiltIn::Support), set(&["catalog.prices.read"]));
        assert_eq!(matrix.of(BuiltIn::Owner).len(), 3);
        assert!(!matrix.of(BuiltIn::Admin).contains(OWNERS_MANAGE.0));
        assert!(matrix.of(BuiltIn::Finance).is_empty());
        assert!(matrix.unknown_roles().is_empty());
    }

    #[test]
    fn a_misspelt_role_is_found() {
        let matrix = Matrix::new(vec![Declared {
            permission: "x.y.z",
            roles: &["finanse"],
        }]);
        assert_eq!(matrix.unknown_roles(), [("x.y.z", "finanse")]);
    }

    #[test]
    fn the_matrix_prints_as_a_table() {
        let text = matrix().text();
        let mut lines = text.lines();
        assert_eq!(
            lines.next(),
            Some("permission              owner  admin  pricing_manager  sales_agent  operations  finance  support")
        );
        assert_eq!(
            lines.next(),
            Some("catalog.prices.read     x      x      x                x            .           .        x")
        );
    }

    #[test]
    fn nobody_gives_away_what_they_do_not_have() {
        let own = platform::Grants::These(Arc::new(set(&["a", "b"])));
        assert!(may_give(&own, &set(&["a"])).is_ok());
        assert_eq!(
            may_give(&own, &set(&["a", "c"])).unwrap_err().code,
            "beyond_own_permissions"
        );
        assert!(may_give(&platform::Grants::Everything, &set(&["c"])).is_ok());
        assert!(may_give(&platform::Grants::Nothing, &set(&["c"])).is_err());
    }

    #[test]
    fn a_permission_that_no_room_declares_any_more_grants_nothing() {
        let role = Role {
            id: RoleId::from_uuid(Uuid::nil()),
            name: "Night desk".into(),
            built_in: None,
            permissions: set(&["catalog.prices.read", "gone.long.ago"]),
            version: 1,
        };
        assert_eq!(role.grants(&matrix()), set(&["catalog.prices.read"]));
    }

    #[test]
    fn names_are_tidied_and_built_in_ones_refused() {
        assert_eq!(parse_name("  Night   desk "), Ok("Night desk".to_owned()));
        for bad in ["", "  ", "Owner", "sales agent", &"x".repeat(61)] {
            assert!(parse_name(bad).is_err(), "{bad}");
        }
    }
}
