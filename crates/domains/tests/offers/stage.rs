//! A tenant with the two real price lists, two registrar accounts whose behaviour a test sets, and the whole edge.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use catalog::Books;
use catalog::price_books::NewSalesList;
use catalog::registrars::{NewRegistrar, Sells};
use catalog::seed::{self, SeedOptions};
use domains::Counter;
use domains::ports::{CallFailure, Capabilities, NameAnswer, NameState, Registrar, Registrars};
use kernel::{ApiKeyId, Currency, Id, Instant, RegistrarId, TenantId, UserId};
use platform::ports::{Captcha, CaptchaWidget, Humanity, Scanner, Verdict};
use platform::{Actor, Ctx, Grants, Result, Who};
use scoped_futures::ScopedFutureExt;
use testkit::TestInstallation;
use uuid::Uuid;
use web::{App, Audience, Authenticate, BareFrame, Caller, Hosts, LinkGrant, Parts, Site, WebConfig};

pub(crate) const SHOP: &str = "northwind.localhost:8080";

/// How a registrar double answers a call: how long it takes, and what comes.
pub(crate) type Behaviour =
    Arc<dyn Fn(&[String]) -> (Duration, std::result::Result<Vec<NameAnswer>, CallFailure>) + Send + Sync>;

/// A registrar account whose behaviour a test sets.
pub(crate) struct Double {
    behaviour: Mutex<Behaviour>,
    calls: AtomicUsize,
}

impl Double {
    /// Names with `taken` in them are taken, with `premium` premium, with `slow` take 60 s, with `unsure` are not known.
    fn usual() -> Arc<Self> {
        let behaviour: Behaviour = Arc::new(|names| {
            let slow = names.iter().any(|name| name.contains("slow"));
            let answers = names.iter().map(|name| answer(name)).collect();
            (Duration::from_millis(if slow { 60_000 } else { 5 }), Ok(answers))
        });
        Arc::new(Self {
            behaviour: Mutex::new(behaviour),
            calls: AtomicUsize::new(0),
        })
    }

    pub(crate) fn behave(
        &self,
        behaviour: impl Fn(&[String]) -> (Duration, std::result::Result<Vec<NameAnswer>, CallFailure>)
        + Send
        + Sync
        + 'static,
    ) {
        *self.behaviour.lock().unwrap() = Arc::new(behaviour);
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

pub(crate) fn answer(name: &str) -> NameAnswer {
    let state = if name.contains("taken") {
        NameState::Taken
    } else if name.contains("unsure") {
        NameState::Unknown("try later".into())
    } else {
        NameState::Free {
            cost: None,
            period_years: Some(1),
            premium: name.contains("premium"),
        }
    };
    NameAnswer {
        ascii: name.to_owned(),
        state,
        definitive: true,
    }
}

#[async_trait]
impl Registrar for Double {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            names_per_call: 50,
            calls_at_once: 10,
            calls_per_minute: 10_000,
        }
    }

    async fn availability(
        &self,
        names: &[String],
        _deadline: Instant,
    ) -> std::result::Result<Vec<NameAnswer>, CallFailure> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let behaviour = Arc::clone(&self.behaviour.lock().unwrap());
        let (delay, outcome) = behaviour(names);
        tokio::time::sleep(delay).await;
        outcome
    }
}

/// Adapters known by slug would do for one account; a test knows them by id once they are made.
#[derive(Default)]
struct Adapters(Mutex<HashMap<RegistrarId, Arc<Double>>>);

#[async_trait]
impl Registrars for Adapters {
    async fn registrar(&self, _: &Ctx, account: RegistrarId) -> Result<Option<Arc<dyn Registrar>>> {
        Ok(self
            .0
            .lock()
            .unwrap()
            .get(&account)
            .map(|double| Arc::clone(double) as Arc<dyn Registrar>))
    }
}

/// Everything a test touches.
pub(crate) struct Stage {
    pub(crate) installation: TestInstallation,
    pub(crate) ctx: Ctx,
    pub(crate) counter: Counter,
    pub(crate) router: Router,
    /// Asked first: it has costs.
    pub(crate) first: Arc<Double>,
    /// Sells every ending, at no known cost.
    pub(crate) second: Arc<Double>,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let installation = TestInstallation::new(catalog::MIGRATIONS).await;
        let tenant = TestInstallation::tenant(1);
        let ctx = installation.system(tenant);
        let books = Books::new();
        let (first, second) = (Double::usual(), Double::usual());
        let adapters = Arc::new(Adapters::default());
        let ids = prices(&ctx, &books).await;
        adapters
            .0
            .lock()
            .unwrap()
            .extend([(ids[0], Arc::clone(&first)), (ids[1], Arc::clone(&second))]);
        let ports = domains::Ports {
            registrars: Arc::clone(&adapters) as Arc<dyn Registrars>,
            books: books.clone(),
        };
        let router = router(&installation, domains::module(ports));
        let counter = Counter::new(books, adapters);
        let ctx = installation.visitor(tenant);
        Self {
            installation,
            ctx,
            counter,
            router,
            first,
            second,
        }
    }
}

/// The real lists under one account, and a second account that sells everything.
async fn prices(ctx: &Ctx, books: &Books) -> [RegistrarId; 2] {
    let options = SeedOptions {
        effective_from: "2026-01-01T00:00:00Z".parse().unwrap(),
        registrar: account("atcost", 1, Sells::Priced),
        sales_list: NewSalesList {
            slug: "retail".into(),
            name: "Retail".into(),
            currency: Currency::USD,
            standard: true,
        },
    };
    let options = &options;
    ctx.write(|tx| {
        async move {
            let seeded = seed::real_lists(tx, books, options).await?;
            let second = catalog::registrars::add(tx, books, account("second", 2, Sells::All)).await?;
            Ok([seeded.registrar.id, second.id])
        }
        .scope_boxed()
    })
    .await
    .unwrap()
}

fn account(slug: &str, rank: i64, sells: Sells) -> NewRegistrar {
    NewRegistrar {
        slug: slug.into(),
        name: slug.into(),
        kind: "double".into(),
        sells,
        rank,
        currency: Currency::USD,
        credentials: None,
    }
}

fn router(installation: &TestInstallation, module: web::Module) -> Router {
    let people = Arc::new(People {
        visitor: installation.visitor(TestInstallation::tenant(1)).scope().clone(),
        key: key_scope(installation),
    });
    let parts = Parts {
        platform: installation.platform.clone(),
        config: WebConfig::new([7; 32]),
        authenticate: people.clone(),
        hosts: people,
        captcha: Arc::new(NoCaptcha),
        scanner: Arc::new(NoScanner),
        checks: Vec::new(),
        frame: Arc::new(BareFrame),
    };
    let modules = vec![module];
    let app = App::new(parts, &modules).unwrap();
    web::router(&app, modules, Router::new())
}

fn key_scope(installation: &TestInstallation) -> platform::Scope {
    let who = Who::ApiKey(
        ApiKeyId::from_uuid(Uuid::from_u128(5)),
        UserId::from_uuid(Uuid::from_u128(6)),
    );
    let actor = Actor {
        who,
        grants: Grants::These(Arc::new(BTreeSet::new())),
        test_mode: false,
    };
    installation.mint.scope(TestInstallation::tenant(1), actor)
}

struct People {
    visitor: platform::Scope,
    key: platform::Scope,
}

impl People {
    fn site(&self) -> Arc<Site> {
        Arc::new(Site {
            visitor: self.visitor.clone(),
            slug: "northwind".into(),
            name: "Northwind".into(),
            base_url: format!("http://{SHOP}"),
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
        Ok((token == "epk_shop").then(|| Arc::new(Caller::visitor(self.key.clone()))))
    }

    async fn session(&self, _: &Site, _: Audience, _: &str) -> Result<Option<Arc<Caller>>> {
        Ok(None)
    }

    async fn link(&self, _: &Site, _: &'static str, _: &str) -> Result<Option<LinkGrant>> {
        Ok(None)
    }
}

#[async_trait]
impl Hosts for People {
    async fn site(&self, host: &str) -> Result<Option<Arc<Site>>> {
        Ok((host == "northwind.localhost").then(|| self.site()))
    }

    async fn of_tenant(&self, of: TenantId) -> Result<Option<Arc<Site>>> {
        Ok((of == TestInstallation::tenant(1)).then(|| self.site()))
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

struct NoScanner;

#[async_trait]
impl Scanner for NoScanner {
    async fn scan(&self, _: &[u8]) -> std::result::Result<Verdict, String> {
        Ok(Verdict::Clean)
    }
}
