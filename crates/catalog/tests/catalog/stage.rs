//! A tenant's site around the room's routes, with people who may more or less.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use catalog::Books;
use catalog::seed::Seeded;
use kernel::{ApiKeyId, Id, TenantId, UserId};
use platform::ports::{Captcha, CaptchaWidget, Humanity, Scanner, Verdict};
use platform::{Actor, Grants, Result, ScopeMint, Who};
use testkit::TestInstallation;
use uuid::Uuid;
use web::{App, Audience, Authenticate, BareFrame, Caller, Hosts, LinkGrant, Parts, Site, UserSummary, WebConfig};

pub(crate) const HOST: &str = "northwind.localhost:8080";

/// The room behind the edge.
pub(crate) struct Stage {
    pub(crate) router: Router,
    pub(crate) seeded: Seeded,
    _test: TestInstallation,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let test = crate::common::installation().await;
        let ctx = test.system(TestInstallation::tenant(1));
        let books = Books::new();
        let seeded = crate::common::seeded(&ctx, &books).await;
        let people = Arc::new(People(test.mint.clone()));
        let parts = Parts {
            platform: test.platform.clone(),
            config: WebConfig::new([7; 32]),
            authenticate: people.clone(),
            hosts: people,
            captcha: Arc::new(Nobody),
            scanner: Arc::new(Nobody),
            checks: Vec::new(),
            frame: Arc::new(BareFrame),
        };
        let modules = vec![catalog::module(books.clone())];
        let app = App::new(parts, &modules).unwrap();
        let router = web::router(&app, modules, Router::new());
        Self {
            router,
            seeded,
            _test: test,
        }
    }
}

/// Who the bearer tokens and cookies stand for: `manager` may everything here, `seller` sees prices, `nobody` nothing;
/// `stranger` is the manager of another tenant.
struct People(ScopeMint);

const ALL: &[&str] = &[
    "catalog.prices.read",
    "catalog.margins.read",
    "catalog.prices.edit",
    "catalog.prices.import",
    "catalog.registrars.edit",
];

impl People {
    fn caller(&self, name: &str, page: bool) -> Option<Arc<Caller>> {
        let (tenant, grants) = match name {
            "manager" => (1, ALL),
            "seller" => (1, &ALL[..1]),
            "nobody" => (1, &ALL[..0]),
            "stranger" => (2, ALL),
            _ => return None,
        };
        let user = UserId::from_uuid(Uuid::from_u128(7));
        let who = if page {
            Who::Staff(user)
        } else {
            Who::ApiKey(ApiKeyId::from_uuid(Uuid::from_u128(8)), user)
        };
        let grants: BTreeSet<String> = grants.iter().map(|grant| (*grant).to_owned()).collect();
        let actor = Actor {
            who,
            grants: Grants::These(Arc::new(grants)),
            test_mode: false,
        };
        let user = UserSummary {
            id: user,
            name: "Ada".into(),
            email: "ada@example.com".into(),
            role: "Pricing".into(),
            avatar: None,
            zone: None,
        };
        Some(Arc::new(Caller {
            user: Some(user),
            ..Caller::visitor(self.0.scope(TestInstallation::tenant(tenant), actor))
        }))
    }

    fn site(&self, tenant: TenantId) -> Arc<Site> {
        Arc::new(Site {
            visitor: self.0.visitor(tenant),
            slug: "northwind".into(),
            name: "Northwind".into(),
            base_url: "http://northwind.localhost:8080".into(),
            language: "en-US".into(),
            region: "en-US".into(),
            zone: "UTC".into(),
            currency: "USD".into(),
            theme: web::theme::Theme::default(),
            logo: None,
        })
    }
}

#[async_trait]
impl Authenticate for People {
    async fn bearer(&self, token: &str) -> Result<Option<Arc<Caller>>> {
        Ok(self.caller(token, false))
    }

    async fn session(&self, _: &Site, _: Audience, cookie: &str) -> Result<Option<Arc<Caller>>> {
        Ok(self.caller(cookie, true))
    }

    async fn link(&self, _: &Site, _: &'static str, _: &str) -> Result<Option<LinkGrant>> {
        Ok(None)
    }
}

#[async_trait]
impl Hosts for People {
    async fn site(&self, host: &str) -> Result<Option<Arc<Site>>> {
        Ok((host == "northwind.localhost").then(|| self.site(TestInstallation::tenant(1))))
    }

    async fn of_tenant(&self, tenant: TenantId) -> Result<Option<Arc<Site>>> {
        Ok(Some(self.site(tenant)))
    }
}

struct Nobody;

#[async_trait]
impl Captcha for Nobody {
    fn widget(&self) -> Option<CaptchaWidget> {
        None
    }

    async fn verify(&self, _: &str, _: &str, _: Option<std::net::IpAddr>) -> Humanity {
        Humanity::Human
    }
}

#[async_trait]
impl Scanner for Nobody {
    async fn scan(&self, _: &[u8]) -> std::result::Result<Verdict, String> {
        Ok(Verdict::Clean)
    }
}
