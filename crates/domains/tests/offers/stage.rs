//! A tenant with the two real price lists, two registrar accounts whose behaviour a test sets, and the whole edge.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use catalog::Books;
use catalog::imports::{Format, ListRef, NewImport, Vanished};
use catalog::registrars::{AdapterKind, NewRegistrar, Sells};
use catalog::sales_lists::NewSalesList;
use catalog::seed::{self, SeedOptions};
use domains::Counter;
use domains::portfolio::Adoption;
use domains::ports::{CallFailure, Capabilities, Errand, NameAnswer, NameState, Registrar, Registrars};
use jiff::SignedDuration;
use kernel::{Currency, CustomerId, DomainId, Instant, RegistrarId};
use parties::PartyDraft;
use parties::customers::CustomerDraft;
use platform::{Ctx, Result};
use reference::RateBooks;
use scoped_futures::ScopedFutureExt;
pub(crate) use testkit::hidden;
use testkit::{People, TestInstallation, console_cookie};
use web::Budget;
use web::testing::{Answer, Ask};

pub(crate) const SHOP: &str = "northwind.localhost:8080";
/// Names that a tenant may have sent to registrars at once.
pub(crate) const NAMES_BURST: usize = 1_000;

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
        _errand: Errand,
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

impl Adapters {
    fn know(&self, ids: [RegistrarId; 2], doubles: [&Arc<Double>; 2]) {
        let known = ids.into_iter().zip(doubles.map(Arc::clone));
        self.0.lock().unwrap().extend(known);
    }
}

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
    pub(crate) books: Books,
    /// The first tenant's registrar accounts.
    pub(crate) accounts: [RegistrarId; 2],
    adapters: Arc<Adapters>,
    pub(crate) counter: Counter,
    pub(crate) router: Router,
    /// Asked first: it has costs.
    pub(crate) first: Arc<Double>,
    /// Sells every ending, at no known cost.
    pub(crate) second: Arc<Double>,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::around(|_, _, _| Vec::new()).await
    }

    /// The same with more rooms around.
    pub(crate) async fn around(more: impl FnOnce(&TestInstallation, &Books, &RateBooks) -> Vec<web::Module>) -> Self {
        let installation = TestInstallation::new(&migrations()).await;
        let tenant = TestInstallation::tenant(1);
        let ctx = installation.system(tenant);
        let (books, rates) = (Books::new(), RateBooks::new());
        let (first, second) = (Double::usual(), Double::usual());
        let adapters = Arc::new(Adapters::default());
        let ids = prices(&ctx, &books).await;
        adapters.know(ids, [&first, &second]);
        let clock = installation.clock.clone();
        let names_budget = Budget::new(clock, domains::NAMES_BUDGET, 60, u32::try_from(NAMES_BURST).unwrap());
        let ports = || domains::Ports {
            registrars: Arc::clone(&adapters) as Arc<dyn Registrars>,
            books: books.clone(),
            rates: rates.clone(),
            names_budget: names_budget.clone(),
        };
        let counter = Counter::new(ports());
        let mut modules = more(&installation, &books, &rates);
        modules.push(domains::module(ports()));
        let people = People::of(&installation)
            .with("epk_shop", 1, [])
            .with("epk_admin", 1, [EDIT, "catalog.prices.read"])
            .with("epk_seller", 1, SELLER)
            .with("epk_stranger", 2, SELLER)
            .with("epk_buyer", 1, ["catalog.margins.read"])
            .with("epk_neighbour", 2, ["catalog.margins.read"])
            .with("epk_prices", 1, PRICES)
            .with("epk_no_names", 1, PRICES[1..].iter().copied())
            .with("epk_rates", 1, ["reference.rates.read", "reference.rates.edit"])
            .with("prices", 1, PRICES)
            .with("seller", 1, SELLER)
            .with("admin", 1, [EDIT])
            .with("nobody", 1, []);
        let testkit::Stage {
            router, installation, ..
        } = testkit::Stage::new(installation, people, modules);
        Self {
            ctx: installation.visitor(tenant),
            installation,
            accounts: ids,
            books,
            adapters,
            counter,
            router,
            first,
            second,
        }
    }
}

impl Stage {
    /// A visitor of another tenant, which has prices and accounts of its own at the same two registrars.
    pub(crate) async fn neighbour(&self) -> Ctx {
        let tenant = TestInstallation::tenant(2);
        let ids = prices(&self.installation.system(tenant), &self.books).await;
        self.adapters.know(ids, [&self.first, &self.second]);
        self.installation.visitor(tenant)
    }

    /// Puts prices into the standard sales list: rows of our own CSV format.
    pub(crate) async fn schedule(&self, rows: &str) {
        let ctx = self.installation.system(TestInstallation::tenant(1));
        let lists = ctx
            .read(|read| async move { catalog::sales_lists::list(read).await }.scope_boxed())
            .await
            .unwrap();
        self.import(ListRef::Sales(lists[0].id), rows).await;
    }

    /// Puts costs under one of the two accounts.
    pub(crate) async fn schedule_cost(&self, account: usize, rows: &str) {
        self.import(ListRef::Registrar(self.accounts[account]), rows).await;
    }

    async fn import(&self, list: ListRef, rows: &str) {
        let ctx = self.installation.system(TestInstallation::tenant(1));
        let content = format!("tld,operation,years,kind,currency,amount,effective_from\n{rows}\n");
        let new = &NewImport {
            format: Format::PricesCsv,
            list,
            file_name: "prices.csv".into(),
            content: content.into_bytes(),
            effective_from: None,
            vanished: Vanished::Keep,
        };
        let books = &self.books;
        ctx.write(|tx| async move { catalog::imports::import_bytes(tx, books, new).await }.scope_boxed())
            .await
            .unwrap();
    }

    /// A customer of a tenant.
    pub(crate) async fn customer(&self, tenant: u128, name: &str) -> CustomerId {
        let ctx = self.installation.system(TestInstallation::tenant(tenant));
        let draft = &CustomerDraft {
            party: PartyDraft {
                name: name.into(),
                ..PartyDraft::default()
            },
            ..CustomerDraft::default()
        };
        ctx.write(|tx| async move { parties::customers::ops::add(tx, draft).await }.scope_boxed())
            .await
            .unwrap()
            .id
    }

    /// A name as the portfolio takes it in: registered ten days ago, for a year.
    pub(crate) fn held(&self, name: &str, customer: CustomerId) -> Adoption {
        let now = self.ctx.now();
        Adoption {
            name: name.into(),
            customer,
            registrar: self.accounts[0],
            registered_at: now.minus(SignedDuration::from_hours(240)),
            expires_at: now.plus(SignedDuration::from_hours(24 * 355)),
            auto_renew: true,
            premium: false,
            years: 1,
        }
    }

    /// Takes names into the first tenant's portfolio.
    pub(crate) async fn adopt(&self, adoptions: &[Adoption]) -> Result<Vec<DomainId>> {
        let ctx = self.installation.system(TestInstallation::tenant(1));
        let book = &self.books.book(&ctx).await?;
        ctx.write(|tx| async move { domains::portfolio::ops::adopt(tx, book, adoptions).await }.scope_boxed())
            .await
    }

    /// Moves the clock on to an instant.
    pub(crate) fn travel_to(&self, instant: &str) {
        let there: Instant = instant.parse().unwrap();
        self.installation.clock.advance(there.since(self.ctx.now()));
    }

    /// A page of the console as staff with these cookies' rights sees it: `admin` or `nobody`.
    pub(crate) async fn console(&self, who: &str, path: &str) -> Answer {
        Ask::get(SHOP, path)
            .header("cookie", &console_cookie(who))
            .send(&self.router)
            .await
    }

    /// Sends a form of the console with the token of the page it stands on.
    pub(crate) async fn send_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.console("admin", path).await;
        let csrf = hidden(&shown.text(), "csrf");
        let body = testkit::form([("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()));
        Ask::post_form(SHOP, path, body)
            .header("cookie", &format!("{}; {}", console_cookie("admin"), shown.cookies()))
            .send(&self.router)
            .await
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
        kind: AdapterKind::None,
        sells,
        rank,
        currency: Currency::USD,
        credentials: None,
    }
}

/// Who sells: prices, names and customers.
const SELLER: [&str; 4] = [
    "catalog.prices.read",
    "domains.names.read",
    "domains.prices.lock",
    "parties.customers.read",
];

/// Who publishes prices, discounts and rates; the first right is to see names.
const PRICES: [&str; 8] = [
    "domains.names.read",
    "catalog.prices.read",
    "catalog.margins.read",
    "catalog.prices.edit",
    "catalog.prices.import",
    "reference.rates.read",
    "reference.rates.edit",
    "parties.customers.read",
];

/// Every room's tables that this one stands on, and its own.
pub(crate) fn migrations() -> Vec<platform::db::Migration> {
    [
        parties::MIGRATIONS,
        reference::MIGRATIONS,
        catalog::MIGRATIONS,
        domains::MIGRATIONS,
    ]
    .concat()
}

/// The right to change how the storefront shows prices.
const EDIT: &str = "domains.storefront.edit";
