//! The room on a stage: two tenants, staff with all rights, with reading only, and with none.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot prepare its ground should stop there"
)]

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use kernel::{ApiKeyId, Id, TenantId, UserId};
use platform::ports::{Captcha, CaptchaWidget, Humanity, Scanner, Verdict};
use platform::{Actor, Grants, Permission, Result, Scope, ScopeMint, Who};
use testkit::TestInstallation;
use uuid::Uuid;
use web::testing::{Answer, Ask};
use web::{Audience, Authenticate, Caller, Hosts, LinkGrant, Module, Site, UserSummary, WebConfig};

pub(crate) const NORTH: &str = "northwind.localhost";

/// Everything a test touches.
pub(crate) struct Stage {
    pub(crate) router: Router,
    /// Its database goes with it.
    _installation: TestInstallation,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let installation = TestInstallation::new(parties::MIGRATIONS).await;
        let modules: Vec<Module> = vec![parties::module()];
        let all = modules
            .iter()
            .flat_map(|module| &module.permissions)
            .map(|info| info.permission)
            .collect();
        let people = Arc::new(People {
            mint: installation.mint.clone(),
            all,
        });
        let parts = web::Parts {
            platform: installation.platform.clone(),
            config: WebConfig::new([7; 32]),
            authenticate: people.clone(),
            hosts: people,
            captcha: Arc::new(Trusting),
            scanner: Arc::new(Trusting),
            checks: Vec::new(),
            frame: Arc::new(web::BareFrame),
        };
        let app = web::App::new(parts, &modules).unwrap();
        let router = web::router(&app, modules, Router::new());
        Self {
            router,
            _installation: installation,
        }
    }

    pub(crate) async fn send(&self, ask: Ask) -> Answer {
        ask.send(&self.router).await
    }

    /// A page as a member of staff sees it: `staff`, `reader` or `nobody`.
    pub(crate) async fn page(&self, who: &str, path: &str) -> Answer {
        self.send(Ask::get(NORTH, path).header("cookie", &cookie(who))).await
    }

    /// Sends a form with the token of the page at `from`.
    pub(crate) async fn post(&self, from: &str, to: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.page("staff", from).await;
        let csrf = hidden(&shown.text(), "csrf");
        let mut cookies = vec![cookie("staff")];
        cookies.extend(Some(shown.cookies()).filter(|set| !set.is_empty()));
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let pairs = [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied());
        let body: Vec<String> = pairs
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        let ask = Ask::post_form(NORTH, to, body.join("&")).header("cookie", &cookies.join("; "));
        self.send(ask).await
    }
}

/// The value of a hidden field.
pub(crate) fn hidden(page: &str, name: &str) -> String {
    let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or("");
    after.split('"').next().unwrap_or("").to_owned()
}

fn cookie(who: &str) -> String {
    format!("console={who}; __Host-console={who}")
}

struct People {
    mint: ScopeMint,
    all: BTreeSet<Permission>,
}

fn tenant(number: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(number))
}

impl People {
    fn scope(&self, of: u128, who: Who, grants: Grants) -> Scope {
        let actor = Actor {
            who,
            grants,
            test_mode: false,
        };
        self.mint.scope(tenant(of), actor)
    }

    fn caller(&self, of: u128, rights: &str, who: fn(UserId) -> Who) -> Arc<Caller> {
        let id = UserId::from_uuid(Uuid::from_u128(of * 100 + rights.len() as u128));
        let granted = self
            .all
            .iter()
            .map(|permission| permission.0)
            .filter(|name| match rights {
                "staff" => true,
                "reader" => name.ends_with(".read"),
                _ => false,
            });
        let grants = Grants::These(Arc::new(granted.map(str::to_owned).collect()));
        let user = Some(UserSummary {
            id,
            name: "Ada".into(),
            email: "ada@example.com".into(),
            role: "Sales".into(),
            avatar: None,
            zone: None,
        });
        Arc::new(Caller {
            user,
            per_minute: Some(100_000),
            ..Caller::visitor(self.scope(of, who(id), grants))
        })
    }

    fn site_of(&self, number: u128) -> Arc<Site> {
        let slug = if number == 1 { "northwind" } else { "saffron" };
        Arc::new(Site {
            visitor: self.mint.visitor(tenant(number)),
            slug: slug.into(),
            name: slug.into(),
            base_url: format!("http://{slug}.localhost"),
            language: "en-US".into(),
            region: "en-US".into(),
            zone: "UTC".into(),
            currency: "USD".into(),
            theme: web::theme::Theme::default(),
            logo: None,
        })
    }
}

fn key(user: UserId) -> Who {
    Who::ApiKey(ApiKeyId::from_uuid(Uuid::from_u128(9)), user)
}

#[async_trait]
impl Authenticate for People {
    async fn bearer(&self, token: &str) -> Result<Option<Arc<Caller>>> {
        Ok(match token {
            "staff" | "reader" | "nobody" => Some(self.caller(1, token, key)),
            "stranger" => Some(self.caller(2, "staff", key)),
            _ => None,
        })
    }

    async fn session(&self, site: &Site, audience: Audience, cookie: &str) -> Result<Option<Arc<Caller>>> {
        let known = ["staff", "reader", "nobody"].contains(&cookie);
        let here = site.tenant() == tenant(1) && matches!(audience, Audience::Console);
        Ok((known && here).then(|| self.caller(1, cookie, Who::Staff)))
    }

    async fn link(&self, _: &Site, _: &'static str, _: &str) -> Result<Option<LinkGrant>> {
        Ok(None)
    }
}

#[async_trait]
impl Hosts for People {
    async fn site(&self, host: &str) -> Result<Option<Arc<Site>>> {
        Ok(match host {
            NORTH => Some(self.site_of(1)),
            "saffron.localhost" => Some(self.site_of(2)),
            _ => None,
        })
    }

    async fn of_tenant(&self, of: TenantId) -> Result<Option<Arc<Site>>> {
        Ok([1, 2]
            .into_iter()
            .find(|number| tenant(*number) == of)
            .map(|number| self.site_of(number)))
    }
}

struct Trusting;

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
