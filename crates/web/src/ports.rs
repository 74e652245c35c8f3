//! What the edge needs of those who know tenants and people: identity implements it, `app/wiring` plugs it in.

use std::sync::Arc;

use async_trait::async_trait;
use kernel::{Instant, LinkId, SessionId, TenantId, UserId};
use platform::{Result, Scope, Who};
use uuid::Uuid;

use crate::cookies::Audience;

/// What pages show of the person signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserSummary {
    /// Who.
    pub id: UserId,
    /// Shown name.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// What they are here, in words: "Owner", "Pricing manager".
    pub role: String,
    /// Where the picture is, if there is one.
    pub avatar: Option<String>,
    /// Time zone, IANA name; the tenant's when none is set.
    pub zone: Option<String>,
}

/// Somebody whose identity is established, and what they may do. Shared: an implementation may keep and reuse it.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Tenant, actor and grants.
    pub scope: Scope,
    /// The person; for an API key the one who made it.
    pub user: Option<UserSummary>,
    /// The session, when signed in with a cookie or an access token.
    pub session: Option<SessionId>,
    /// When the password or second factor was last shown, for what asks to show it again.
    pub signed_in_at: Option<Instant>,
    /// Requests per minute, where the caller has a pace of its own.
    pub per_minute: Option<u32>,
    /// Language chosen by the person, as a tag.
    pub language: Option<String>,
}

impl Caller {
    /// Somebody not signed in.
    pub fn visitor(scope: Scope) -> Self {
        Self {
            scope,
            user: None,
            session: None,
            signed_in_at: None,
            per_minute: None,
            language: None,
        }
    }

    /// Who acts.
    pub fn who(&self) -> Who {
        self.scope.actor().who
    }
}

/// A tenant's face to the outside.
#[derive(Clone, Debug)]
pub struct Site {
    /// A visitor's scope at this tenant.
    pub visitor: Scope,
    /// The tenant's short name in host names.
    pub slug: String,
    /// Shown name.
    pub name: String,
    /// Scheme and host of its site, without a slash at the end; what links in mails start with.
    pub base_url: String,
    /// Language tag: words.
    pub language: String,
    /// Region tag: digits and dates.
    pub region: String,
    /// Time zone, IANA name.
    pub zone: String,
    /// Currency, ISO 4217.
    pub currency: String,
    /// Colours.
    pub theme: crate::theme::Theme,
    /// Where the logo is, if there is one.
    pub logo: Option<String>,
}

impl Site {
    /// Which tenant.
    pub fn tenant(&self) -> TenantId {
        self.visitor.tenant()
    }
}

/// What a link of one purpose opens.
#[derive(Clone, Debug)]
pub struct LinkGrant {
    /// A scope whose actor is the link.
    pub scope: Scope,
    /// Which link.
    pub link: LinkId,
    /// The one object it opens.
    pub subject: Uuid,
}

/// Establishes who calls. `None` always means: these credentials are not valid, and says nothing of why.
#[async_trait]
pub trait Authenticate: Send + Sync {
    /// An API key or access token. Its tenant is its own; the edge compares it with the host's.
    async fn bearer(&self, token: &str) -> Result<Option<Arc<Caller>>>;

    /// The session behind a cookie, of this tenant and this login only.
    async fn session(&self, site: &Site, audience: Audience, cookie: &str) -> Result<Option<Arc<Caller>>>;

    /// What a link's token opens. Looking does not spend it.
    async fn link(&self, site: &Site, purpose: &'static str, token: &str) -> Result<Option<LinkGrant>>;
}

/// Finds the tenant of a host. Asked with every request, so it answers from memory.
#[async_trait]
pub trait Hosts: Send + Sync {
    /// The tenant whose site answers at `host` (lower case, no port).
    async fn site(&self, host: &str) -> Result<Option<Arc<Site>>>;

    /// The site of a tenant.
    async fn of_tenant(&self, tenant: TenantId) -> Result<Option<Arc<Site>>>;
}
