//! Who the edge knows in a test: two tenants' sites, and people by name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use kernel::{ApiKeyId, TenantId, UserId};
use platform::ports::{Captcha, CaptchaWidget, Humanity, Scanner, Verdict};
use platform::{Actor, Grants, Platform, Result, ScopeMint, Who};
use web::{Audience, Authenticate, Caller, Hosts, LinkGrant, Site, UserSummary};

use crate::TestInstallation;

/// The host of tenant 1.
pub const NORTH: &str = "northwind.localhost";
/// The host of tenant 2.
pub const SAFFRON: &str = "saffron.localhost";

/// People whose name is both their bearer token and the value of their console's cookie.
pub struct People {
    platform: Platform,
    mint: ScopeMint,
    known: BTreeMap<&'static str, Person>,
}

struct Person {
    tenant: TenantId,
    user: UserId,
    key: ApiKeyId,
    permissions: Arc<BTreeSet<String>>,
}

impl People {
    /// Nobody yet.
    pub fn of(installation: &TestInstallation) -> Self {
        Self {
            platform: installation.platform.clone(),
            mint: installation.mint.clone(),
            known: BTreeMap::new(),
        }
    }

    /// With a member of a tenant's staff who may do exactly this.
    #[must_use]
    pub fn with<'p>(
        mut self,
        name: &'static str,
        tenant: u128,
        permissions: impl IntoIterator<Item = &'p str>,
    ) -> Self {
        let person = Person {
            tenant: TestInstallation::tenant(tenant),
            user: self.platform.new_id(),
            key: self.platform.new_id(),
            permissions: Arc::new(permissions.into_iter().map(str::to_owned).collect()),
        };
        self.known.insert(name, person);
        self
    }

    /// The id of somebody.
    pub fn user(&self, name: &str) -> UserId {
        self.known[name].user
    }

    fn caller(&self, person: &Person, who: Who) -> Arc<Caller> {
        let actor = Actor {
            who,
            grants: Grants::These(Arc::clone(&person.permissions)),
            test_mode: false,
        };
        let user = UserSummary {
            id: person.user,
            name: "Ada".into(),
            email: "ada@example.com".into(),
            role: "Sales".into(),
            avatar: None,
            zone: None,
        };
        Arc::new(Caller {
            user: Some(user),
            per_minute: Some(100_000),
            ..Caller::visitor(self.mint.scope(person.tenant, actor))
        })
    }

    fn site_of(&self, host: &str, tenant: TenantId) -> Arc<Site> {
        let slug = host.split('.').next().unwrap_or_default();
        Arc::new(Site {
            visitor: self.mint.visitor(tenant),
            slug: slug.into(),
            name: slug.into(),
            base_url: format!("http://{host}:8080"),
            language: "en-US".into(),
            region: "en-US".into(),
            zone: "UTC".into(),
            currency: "USD".into(),
            theme: web::theme::Theme::default(),
            logo: None,
        })
    }
}

fn sites() -> [(&'static str, TenantId); 2] {
    [
        (NORTH, TestInstallation::tenant(1)),
        (SAFFRON, TestInstallation::tenant(2)),
    ]
}

#[async_trait]
impl Authenticate for People {
    async fn bearer(&self, token: &str) -> Result<Option<Arc<Caller>>> {
        let person = self.known.get(token);
        Ok(person.map(|person| self.caller(person, Who::ApiKey(person.key, person.user))))
    }

    async fn session(&self, site: &Site, audience: Audience, cookie: &str) -> Result<Option<Arc<Caller>>> {
        let person = self
            .known
            .get(cookie)
            .filter(|person| person.tenant == site.tenant() && matches!(audience, Audience::Console));
        Ok(person.map(|person| self.caller(person, Who::Staff(person.user))))
    }

    async fn link(&self, _: &Site, _: &'static str, _: &str) -> Result<Option<LinkGrant>> {
        Ok(None)
    }
}

#[async_trait]
impl Hosts for People {
    async fn site(&self, host: &str) -> Result<Option<Arc<Site>>> {
        let found = sites().into_iter().find(|(name, _)| *name == host);
        Ok(found.map(|(host, tenant)| self.site_of(host, tenant)))
    }

    async fn of_tenant(&self, of: TenantId) -> Result<Option<Arc<Site>>> {
        let found = sites().into_iter().find(|(_, tenant)| *tenant == of);
        Ok(found.map(|(host, tenant)| self.site_of(host, tenant)))
    }
}

/// Takes everybody for a person and every file for clean.
pub struct Trusting;

#[async_trait]
impl Captcha for Trusting {
    fn widget(&self) -> Option<CaptchaWidget> {
        None
    }

    async fn verify(&self, _: &str, _: &str, _: Option<std::net::IpAddr>) -> Humanity {
        Humanity::Human
    }
}

#[async_trait]
impl Scanner for Trusting {
    async fn scan(&self, _: &[u8]) -> std::result::Result<Verdict, String> {
        Ok(Verdict::Clean)
    }
}
