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
use web::testing::{Answer, Ask};
use web::{App, Audience, Authenticate, BareFrame, Caller, Hosts, LinkGrant, Parts, Site, UserSummary, WebConfig};

pub(crate) const HOST: &str = "northwind.localhost:8080";

/// The room behind the edge.
pub(crate) struct Stage {
    pub(crate) router: Router,
    pub(crate) seeded: Seeded,
    pub(crate) test: TestInstallation,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let test = crate::common::installation().await;
        let ctx = test.system(TestInstallation::tenant(1));
        let books = Books::new();
        let seeded = crate::common::seeded(&ctx, &books).await;
        let router = router(&test, books);
        Self { router, seeded, test }
    }
}

/// The room's routes, whatever there is behind them.
pub(crate) fn router(test: &TestInstallation, books: Books) -> Router {
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
    let modules = vec![catalog::module(books)];
    let app = App::new(parts, &modules).unwrap();
    web::router(&app, modules, Router::new())
}

/// A GET of the API with a key.
pub(crate) async fn api(stage: &Stage, path: &str, token: &str) -> Answer {
    Ask::get(HOST, path).bearer(token).send(&stage.router).await
}

/// A GET of a page by somebody signed in.
pub(crate) async fn page(stage: &Stage, path: &str, cookie: &str) -> Answer {
    Ask::get(HOST, path)
        .header("cookie", &format!("__Host-console={cookie}; console={cookie}"))
        .send(&stage.router)
        .await
}

/// The value of a hidden field of a page.
pub(crate) fn hidden(page: &str, name: &str) -> String {
    let at = page.find(&format!("name=\"{name}\"")).unwrap();
    let value = page[at..].split("value=\"").nth(1).unwrap();
    value.split('"').next().unwrap().to_owned()
}

/// Fields as a form with a file sends them.
pub(crate) fn multipart(fields: &[(&str, &str)]) -> String {
    let parts: String = fields
        .iter()
        .map(|(name, value)| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"))
        .collect();
    format!("{parts}--b--\r\n")
}

/// A POST of a page by the manager.
pub(crate) async fn send(stage: &Stage, path: &str, kind: &str, body: String) -> Answer {
    let ask =
        Ask::new(axum::http::Method::POST, HOST, path).header("cookie", "__Host-console=manager; console=manager");
    ask.header("content-type", kind)
        .header("origin", "http://northwind.localhost:8080")
        .body(body)
        .send(&stage.router)
        .await
}

/// A page's form, filled in and sent by the manager.
pub(crate) async fn submit(stage: &Stage, form_at: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
    let form = page(stage, form_at, "manager").await.text();
    let csrf = hidden(&form, "csrf");
    let pairs = fields.iter().copied().chain([("csrf", csrf.as_str())]);
    let encoded: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", encode(value))).collect();
    send(stage, action, "application/x-www-form-urlencoded", encoded.join("&")).await
}

fn encode(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// Who the bearer tokens and cookies stand for: `manager` may everything here, `seller` sees prices, `importer` imports
/// them as well and sees no costs, `nobody` nothing; `stranger` is the manager of another tenant.
struct People(ScopeMint);

const ALL: &[&str] = &[
    "catalog.prices.read",
    "catalog.margins.read",
    "catalog.prices.edit",
    "catalog.prices.import",
    "catalog.registrars.edit",
];

const IMPORTER: &[&str] = &["catalog.prices.read", "catalog.prices.import"];

impl People {
    fn caller(&self, name: &str, page: bool) -> Option<Arc<Caller>> {
        let (tenant, grants) = match name {
            "manager" => (1, ALL),
            "seller" => (1, &ALL[..1]),
            "importer" => (1, IMPORTER),
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
