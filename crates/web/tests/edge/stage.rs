//! Two tenants with their people and keys in memory, and a handful of routes.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use kernel::{ApiKeyId, Id, LinkId, TenantId, UserId};
use platform::Tx;
use platform::entropy::Entropy;
use platform::ports::{Captcha, CaptchaWidget, Humanity, Scanner, Verdict};
use platform::secrets::{MasterKey, Secrets};
use platform::{Actor, Grants, Permission, Platform, Result, Scope, ScopeMint, Who};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use testkit::TestDatabase;
use uuid::Uuid;
use web::testing::HandClock;
use web::{
    App, Audience, Authenticate, BareFrame, Caller, Check, Ctx, Customer, Form, Hosts, Json, LinkCtx, LinkGrant,
    LinkPurpose, ListAsk, Listed, Live, LiveEvent, Module, Once, OpenApiRouter, OperatorCtx, Parts, Path, See, Site,
    Staff, Upload, UserSummary, Visit, WebConfig, routes,
};

pub(crate) const NORTH: &str = "northwind.localhost:8080";
pub(crate) const SAFFRON: &str = "saffron.localhost:8080";

/// Everything a test touches.
pub(crate) struct Stage {
    pub(crate) router: Router,
    pub(crate) app: App,
    pub(crate) clock: Arc<HandClock>,
    _database: TestDatabase,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut WebConfig)) -> Self {
        let database = TestDatabase::new(&[]).await;
        let clock = HandClock::at("2027-03-01T10:00:00Z");
        let key = MasterKey::parse(1, &"00".repeat(32)).unwrap();
        let platform = Platform::new(
            database.db.clone(),
            clock.clone(),
            Entropy::from_seed(1),
            Secrets::new(key, Vec::new()),
        );
        let mut config = WebConfig::new([7; 32]);
        change(&mut config);
        let people = Arc::new(People(ScopeMint::the_only_one()));
        let parts = Parts {
            platform,
            config,
            authenticate: people.clone(),
            hosts: people,
            captcha: Arc::new(NoCaptcha),
            scanner: Arc::new(Eicar),
            checks: vec![Check::new("database", || async { Ok(()) })],
            frame: Arc::new(BareFrame),
        };
        let modules = vec![sample()];
        let app = App::new(parts, &modules).unwrap();
        let router = web::router(&app, modules, Router::new());
        Self {
            router,
            app,
            clock,
            _database: database,
        }
    }
}

impl Stage {
    /// Northwind's own work.
    pub(crate) fn north(&self) -> platform::Ctx {
        let platform = self.app.platform();
        platform.ctx(ScopeMint::the_only_one().system(tenant(1)), platform.new_trace())
    }
}

struct People(ScopeMint);

fn tenant(number: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(number))
}

impl People {
    fn scope(&self, of: u128, who: Who, grants: Grants) -> Scope {
        self.0.scope(
            tenant(of),
            Actor {
                who,
                grants,
                test_mode: false,
            },
        )
    }

    fn caller(&self, of: u128, who: Who, per_minute: Option<u32>) -> Arc<Caller> {
        let grants = Grants::These(Arc::new(BTreeSet::from(["sample.see".to_owned()])));
        let user = who.user().map(|id| UserSummary {
            id,
            name: "Ada".into(),
            email: "ada@example.com".into(),
            role: "Owner".into(),
            avatar: None,
            zone: None,
        });
        Arc::new(Caller {
            user,
            per_minute,
            ..Caller::visitor(self.scope(of, who, grants))
        })
    }

    fn site_of(&self, number: u128) -> Option<Arc<Site>> {
        let (slug, language) = [(1, ("northwind", "en-US")), (2, ("saffron", "en-IN"))]
            .iter()
            .find(|(n, _)| *n == number)?
            .1;
        Some(Arc::new(Site {
            visitor: self.0.visitor(tenant(number)),
            slug: slug.into(),
            name: slug.into(),
            base_url: format!("http://{slug}.localhost:8080"),
            language: language.into(),
            region: "en-US".into(),
            zone: "UTC".into(),
            currency: "USD".into(),
            theme: web::theme::Theme::default(),
            logo: None,
        }))
    }
}

fn user(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

#[async_trait]
impl Authenticate for People {
    async fn bearer(&self, token: &str) -> Result<Option<Arc<Caller>>> {
        let key = |number| Who::ApiKey(ApiKeyId::from_uuid(Uuid::from_u128(number)), user(number));
        Ok(match token {
            "epk_north" => Some(self.caller(1, key(11), None)),
            "epk_slow" => Some(self.caller(1, key(12), Some(12))),
            "epk_saffron" => Some(self.caller(2, key(21), None)),
            "customer_north" => Some(self.caller(1, Who::Customer(user(13)), None)),
            _ => None,
        })
    }

    async fn session(&self, site: &Site, audience: Audience, cookie: &str) -> Result<Option<Arc<Caller>>> {
        let north = site.tenant() == tenant(1);
        Ok(match (audience, cookie) {
            (Audience::Console, "staff") if north => Some(self.caller(1, Who::Staff(user(14)), None)),
            (Audience::Site, "buyer") if north => Some(self.caller(1, Who::Customer(user(15)), None)),
            // A mistake an implementation could make: somebody of another tenant.
            (_, "stranger") => Some(self.caller(2, Who::Staff(user(22)), None)),
            _ => None,
        })
    }

    async fn link(&self, site: &Site, purpose: &'static str, token: &str) -> Result<Option<LinkGrant>> {
        if (purpose, token) != ("quote", "good") || site.tenant() != tenant(1) {
            return Ok(None);
        }
        let link = LinkId::from_uuid(Uuid::from_u128(31));
        let scope = self.scope(1, Who::Link(link), Grants::Nothing);
        Ok(Some(LinkGrant {
            scope,
            link,
            subject: Uuid::from_u128(99),
        }))
    }
}

#[async_trait]
impl Hosts for People {
    async fn site(&self, host: &str) -> Result<Option<Arc<Site>>> {
        Ok(match host {
            "northwind.localhost" | "shop.example" => self.site_of(1),
            "saffron.localhost" => self.site_of(2),
            _ => None,
        })
    }

    async fn of_tenant(&self, of: TenantId) -> Result<Option<Arc<Site>>> {
        Ok([1, 2]
            .into_iter()
            .find(|number| tenant(*number) == of)
            .and_then(|number| self.site_of(number)))
    }
}

struct NoCaptcha;

#[async_trait]
impl Captcha for NoCaptcha {
    fn widget(&self) -> Option<CaptchaWidget> {
        None
    }

    async fn verify(&self, _: &str, _: &str, _: Option<std::net::IpAddr>) -> Humanity {
        Humanity::Human
    }
}

/// Finds the usual test string, and cannot scan what starts with `?`.
struct Eicar;

#[async_trait]
impl Scanner for Eicar {
    async fn scan(&self, content: &[u8]) -> Result<Verdict, String> {
        match content {
            [b'?', ..] => Err("no scanner".into()),
            content if content.starts_with(b"EICAR") => Ok(Verdict::Infected("eicar".into())),
            _ => Ok(Verdict::Clean),
        }
    }
}

const SEE: Permission = Permission("sample.see");
const CHANGE: Permission = Permission("sample.change");

#[derive(Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Thing {
    name: String,
    years: Option<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ThingForm {
    name: String,
}

struct Quote;

impl LinkPurpose for Quote {
    const NAME: &'static str = "quote";
}

fn sample() -> Module {
    let api = OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one))
        .routes(routes!(boom))
        .routes(routes!(slow))
        .routes(routes!(look))
        .routes(routes!(counted));
    let pages = Router::new()
        .route("/", get(home))
        .route("/console", get(console))
        .route("/console/things", get(form_page).post(save))
        .route("/console/upload", post(upload))
        .route("/account", get(account))
        .route("/l/{token}", get(link))
        .route("/live", get(live))
        .route("/api/v1/operator/tenants", get(operator));
    let public_routes = vec!["get /api/v1/boom"];
    Module {
        api,
        pages,
        public_routes,
        ..Module::new("sample")
    }
}

#[utoipa::path(get, path = "/api/v1/things", params(ListAsk), responses((status = 200, body = Listed<Thing>)))]
async fn list(ctx: Staff, ask: ListAsk) -> web::Result<Listed<Thing>> {
    ctx.allow(SEE)?;
    let after = ask.after::<usize>()?.map_or(0, |last| last + 1);
    let names = ["alpha", "=beta", "gamma"];
    let rows = names.iter().enumerate().skip(after).map(|(at, name)| {
        (
            at,
            Thing {
                name: (*name).into(),
                years: Some(1),
            },
        )
    });
    Ok(Listed::page(rows.collect(), &ask, |(at, _)| *at).map(|(_, thing)| thing))
}

#[utoipa::path(post, path = "/api/v1/things", request_body = Thing, responses((status = 200, body = Thing)))]
async fn create(ctx: Staff, Json(thing): Json<Thing>) -> web::Result<Json<Thing>> {
    if thing.name == "forbidden" {
        ctx.allow(CHANGE)?;
    }
    Ok(Json(thing))
}

#[utoipa::path(get, path = "/api/v1/things/{id}", params(("id" = String, Path)), responses((status = 200, body = Thing)))]
async fn one(_: Staff, Path(id): Path<UserId>) -> Json<Thing> {
    Json(Thing {
        name: id.to_string(),
        years: None,
    })
}

#[utoipa::path(get, path = "/api/v1/boom", responses((status = 200)))]
async fn boom() -> web::Result<Json<Thing>> {
    panic!("the secret is 42")
}

#[derive(Serialize, utoipa::ToSchema)]
struct Made {
    made: i64,
}

/// Counts in the database, so that what is rolled back does not count.
#[utoipa::path(post, path = "/api/v1/counted", request_body = Thing, responses((status = 201, body = Made)))]
async fn counted(ctx: Staff, once: Once<Thing>) -> web::Result<Response> {
    let work = async |tx: &mut Tx, thing: Thing| {
        let made = platform::sequence::next(tx, "counted").await?;
        match thing.name.as_str() {
            "refuse" => Err(kernel::Problem::conflict("forbidden").into()),
            "forbidden" => tx.allow(CHANGE).map(|()| Made { made }),
            _ => Ok(Made { made }),
        }
    };
    once.write(&ctx, StatusCode::CREATED, |tx, thing| {
        async move { work(tx, thing).await }.scope_boxed()
    })
    .await
}

/// Signals when it has written, long after a client may have hung up.
#[utoipa::path(post, path = "/api/v1/slow", responses((status = 200)))]
async fn slow(axum::extract::State(app): axum::extract::State<App>) -> web::Result<()> {
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    app.limits().budget("unused", 1, 1);
    WRITTEN.store(true, std::sync::atomic::Ordering::SeqCst);
    Ok(())
}

/// A POST that only reads, and is over when nobody waits for it any more.
#[utoipa::path(post, path = "/api/v1/looks", responses((status = 200)), extensions(("x-read-only" = json!(true))))]
async fn look() -> web::Result<()> {
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    LOOKED.store(true, std::sync::atomic::Ordering::SeqCst);
    Ok(())
}

pub(crate) static LOOKED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

pub(crate) static WRITTEN: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

async fn home(visit: Visit) -> String {
    match visit {
        Visit::Own(_) => "installation".into(),
        Visit::Tenant(ctx) => ctx.site().name.clone(),
    }
}

async fn console(ctx: Staff) -> String {
    format!("{} {}", ctx.user().map_or("", |user| &user.name), ctx.may(SEE))
}

async fn form_page(ctx: Ctx) -> String {
    ctx.csrf()
}

async fn save(ctx: Ctx, form: Form<ThingForm>) -> See {
    let flash = web::page::Flash::done(format!("Saved {}", form.value.name));
    let _ = ctx;
    See::other("/console").flash(flash)
}

async fn upload(_: Staff, upload: Upload) -> web::Result<String> {
    let file = upload.file("file", &[web::FileKind::Text])?;
    Ok(format!(
        "{} {} {}",
        file.name,
        file.content.len(),
        upload.fields.get("note")
    ))
}

async fn account(ctx: Customer) -> String {
    ctx.user().map(|user| user.email.clone()).unwrap_or_default()
}

async fn link(link: LinkCtx<Quote>) -> String {
    link.subject().to_string()
}

async fn live(_: Ctx) -> impl axum::response::IntoResponse {
    let events = [
        LiveEvent::new("row", "<p>a\nb\r</p>"),
        LiveEvent {
            id: Some("7".into()),
            ..LiveEvent::new("end", "{}")
        },
    ];
    Live::new(futures::stream::iter(events))
}

async fn operator(operator: OperatorCtx) -> String {
    operator.reason().to_owned()
}
