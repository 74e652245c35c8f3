//! Which tenant, and who acts: the `Scope` that every query, job and cache key is built from.
//!
//! A `Scope` cannot be made by a room. One [`ScopeMint`] exists, made in `app/wiring` and handed to those who establish
//! identity: sign-in and API keys, host look-up, link tokens. Jobs get theirs back from the row the scope was stored in.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use kernel::{ApiKeyId, LinkId, Problem, ProblemKind, TenantId, UserId};

use crate::Result;

/// The right to do one kind of thing: `room.thing.verb`. Each room declares its own as constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission(pub &'static str);

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What an actor may do.
#[derive(Clone, Debug)]
pub enum Grants {
    /// Nothing that needs a permission: visitors and customers.
    Nothing,
    /// Exactly these.
    These(Arc<BTreeSet<String>>),
    /// Everything within the tenant: the system's own work.
    Everything,
}

impl Grants {
    /// Whether `permission` is among them.
    pub fn allow(&self, permission: Permission) -> bool {
        match self {
            Self::Nothing => false,
            Self::These(these) => these.contains(permission.0),
            Self::Everything => true,
        }
    }
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// Somebody at the tenant's public site, not signed in.
    Visitor,
    /// A signed-in member of the tenant's staff.
    Staff(UserId),
    /// A signed-in end customer of the tenant.
    Customer(UserId),
    /// A program with an API key, on behalf of the user who made the key.
    ApiKey(ApiKeyId, UserId),
    /// Somebody holding a link of one purpose.
    Link(LinkId),
    /// The product itself: jobs, cron, relays.
    System,
    /// The operator of the installation.
    Operator,
}

impl Who {
    /// The user behind the act, if one is known.
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::Staff(user) | Self::Customer(user) | Self::ApiKey(_, user) => Some(user),
            Self::Visitor | Self::Link(_) | Self::System | Self::Operator => None,
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Visitor => f.write_str("visitor"),
            Self::Staff(user) | Self::Customer(user) => write!(f, "{user}"),
            Self::ApiKey(key, _) => write!(f, "{key}"),
            Self::Link(link) => write!(f, "{link}"),
            Self::System => f.write_str("system"),
            Self::Operator => f.write_str("operator"),
        }
    }
}

/// Who acts and what they may do.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Who.
    pub who: Who,
    /// What they may do.
    pub grants: Grants,
    /// Works on test data only: a test API key.
    pub test_mode: bool,
}

impl Actor {
    /// The product itself, allowed everything within the tenant.
    pub(crate) fn system() -> Self {
        Self {
            who: Who::System,
            grants: Grants::Everything,
            test_mode: false,
        }
    }
}

/// One tenant and one actor. Only a [`ScopeMint`] makes it.
#[derive(Clone, Debug)]
pub struct Scope {
    tenant: TenantId,
    actor: Arc<Actor>,
}

impl Scope {
    pub(crate) fn system(tenant: TenantId) -> Self {
        Self {
            tenant,
            actor: Arc::new(Actor::system()),
        }
    }

    /// Whose data.
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Refuses when the actor lacks `permission`.
    ///
    /// # Errors
    /// `forbidden` (403) naming the permission.
    pub fn allow(&self, permission: Permission) -> Result<()> {
        if self.actor.grants.allow(permission) {
            return Ok(());
        }
        Err(Problem::new(ProblemKind::Forbidden, "forbidden")
            .arg("permission", permission)
            .into())
    }
}

/// Makes scopes. Made once, in `app/wiring`; whoever holds it is trusted to have established the identity.
#[derive(Clone, Debug)]
pub struct ScopeMint(());

impl ScopeMint {
    /// The one mint of this process. Called by `app/wiring` (and tests) only; `cargo xtask check-arrows` sees to it.
    pub fn the_only_one() -> Self {
        Self(())
    }

    /// A scope for an actor whose identity the caller has established.
    pub fn scope(&self, tenant: TenantId, actor: Actor) -> Scope {
        Scope {
            tenant,
            actor: Arc::new(actor),
        }
    }

    /// A scope for somebody at the tenant's public site.
    pub fn visitor(&self, tenant: TenantId) -> Scope {
        self.scope(
            tenant,
            Actor {
                who: Who::Visitor,
                grants: Grants::Nothing,
                test_mode: false,
            },
        )
    }

    /// A scope for the product's own work in one tenant: demo seed, imports from the command line.
    pub fn system(&self, tenant: TenantId) -> Scope {
        Scope::system(tenant)
    }
}
