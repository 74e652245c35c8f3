//! The room on a stage: two tenants, staff who may see and staff who may not, a table of rules, something that happens.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot prepare its ground should stop there"
)]

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use kernel::{ApiKeyId, Change, Fact, Id, TenantId, UserId};
use platform::events::Relay;
use platform::jobs::Worker;
use platform::ports::{Captcha, CaptchaWidget, Humanity, Scanner, Verdict};
use platform::{Actor, Grants, Permission, Result, Scope, ScopeMint, Who};
use reactions::{NoticeRule, Rules, When};
use scoped_futures::ScopedFutureExt;
use serde::Serialize;
use testkit::TestInstallation;
use uuid::Uuid;
use web::testing::{Answer, Ask};
use web::ui::Tone;
use web::{Audience, Authenticate, Caller, Hosts, LinkGrant, Module, Site, UserSummary, WebConfig};

pub(crate) const NORTH: &str = "northwind.localhost";

/// What one may see the tests' notices with.
pub(crate) const SEE: Permission = Permission("sample.things.see");

/// The table of the tests.
pub(crate) struct Table;

impl Rules for Table {
    const NOTICES: &'static [NoticeRule] = &[
        NoticeRule::new(
            "sample.thing.happened",
            SEE,
            "sample-notice-many",
            "/console/things/{subject}",
            Tone::Warn,
        )
        .when(When::Above("/number", 0)),
        NoticeRule::new(
            "sample.thing.happened",
            SEE,
            "sample-notice-you",
            "/console/you",
            Tone::Info,
        )
        .to_user("/user"),
        NoticeRule::new(
            "platform.job.died",
            SEE,
            "sample-notice-died",
            "/console/jobs/{subject}",
            Tone::Bad,
        ),
    ];
}

/// A room that has the words of the notices, as the app does.
fn words() -> Module {
    Module {
        messages: vec![(
            "en-US",
            "sample-notice-many = { $number ->\n    [one] One thing\n   *[other] { $number } things\n} at { $subject }\nsample-notice-you = You were named\nsample-notice-died = A job of kind { $kind } died",
        )],
        ..Module::new("sample")
    }
}

/// Something that happened in the tests.
#[derive(Clone, Serialize)]
pub(crate) struct Happened {
    pub(crate) subject: &'static str,
    pub(crate) number: i64,
    pub(crate) user: Option<String>,
}

impl Fact for Happened {
    const NAME: &'static str = "sample.thing.happened";

    fn subject(&self) -> String {
        self.subject.to_owned()
    }

    fn sample() -> Self {
        Self {
            subject: "thing",
            number: 1,
            user: None,
        }
    }
}

/// A frame whose bell is this room's.
struct Bell;

#[async_trait]
impl web::Frame for Bell {
    async fn notices(&self, ctx: &web::Ctx) -> Result<web::page::Notices> {
        reactions::notices::ops::for_bell(ctx).await
    }
}

/// Everything a test touches.
pub(crate) struct Stage {
    pub(crate) router: Router,
    pub(crate) installation: TestInstallation,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let installation = TestInstallation::new(reactions::MIGRATIONS).await;
        let modules: Vec<Module> = vec![reactions::module::<Table>(), words()];
        let people = Arc::new(People {
            mint: installation.mint.clone(),
        });
        let parts = web::Parts {
            platform: installation.platform.clone(),
            config: WebConfig::new([7; 32]),
            authenticate: people.clone(),
            hosts: people,
            captcha: Arc::new(Trusting),
            scanner: Arc::new(Trusting),
            checks: Vec::new(),
            frame: Arc::new(Bell),
        };
        let app = web::App::new(parts, &modules).unwrap();
        let router = web::router(&app, modules, Router::new());
        Self { router, installation }
    }

    pub(crate) async fn send(&self, ask: Ask) -> Answer {
        ask.send(&self.router).await
    }

    /// A page as a member of staff sees it: `staff`, `reader` or `nobody`.
    pub(crate) async fn page(&self, who: &str, path: &str) -> Answer {
        self.send(Ask::get(NORTH, path).header("cookie", &cookie(who))).await
    }

    /// Sends a form with the token of the page at `from`.
    pub(crate) async fn post(&self, from: &str, to: &str) -> Answer {
        let shown = self.page("staff", from).await;
        let body = format!("csrf={}", hidden(&shown.text(), "csrf"));
        self.send(Ask::post_form(NORTH, to, body).header("cookie", &cookie("staff")))
            .await
    }

    /// Something happens, is relayed, and what follows is done.
    pub(crate) async fn happens(&self, fact: Happened) {
        let fact = &fact;
        let tell = self.system();
        tell.write(|tx| async move { tx.save(Change::new((), fact.clone())).await }.scope_boxed())
            .await
            .unwrap();
        self.settle().await;
    }

    /// Relays what happened and runs what follows.
    pub(crate) async fn settle(&self) {
        let module = reactions::module::<Table>();
        let relay = Relay::new(self.installation.platform.clone(), module.subscribers);
        relay.run_once().await.unwrap();
        let worker = Worker::new(self.installation.platform.clone(), module.jobs, &module.queues);
        worker.run_due().await.unwrap();
    }

    /// The tenant's own context.
    pub(crate) fn system(&self) -> platform::Ctx {
        self.installation.system(TestInstallation::tenant(1))
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
        let granted: &[Permission] = if rights == "staff" { &[SEE] } else { &[] };
        let grants = Grants::These(Arc::new(
            granted.iter().map(|permission| permission.0.to_owned()).collect(),
        ));
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
