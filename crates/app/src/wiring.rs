//! Puts the house together: plain values, no container. The one place that makes a `ScopeMint` and names every room.

use std::collections::BTreeSet;
use std::sync::Arc;

use adapters::transport::Transport;
use async_trait::async_trait;
use axum::Router;
use catalog::Books;
use identity::Identity;
use kernel::Clock;
use platform::cron::Cron;
use platform::db::{Db, Migration, Migrator};
use platform::events::Relay;
use platform::jobs::Worker;
use platform::ports::{Captcha, Mailer, Scanner};
use platform::{Platform, ScopeMint};
use reference::RateBooks;
use reference::rates::ports::RateFeed;
use web::{App, Budget, Check, LimitConfig, Module, WebConfig};

use crate::frame::ConsoleFrame;
use crate::price_sources::Sources;
use crate::registrars::Connected;
pub use crate::registrars::Endpoints;
use crate::{flows, screens};

/// Everything of the outside that the house needs.
pub struct Outside {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Hands mail over.
    pub mailer: Arc<dyn Mailer>,
    /// Whom mail comes from.
    pub mail_from: String,
    /// Proof of a human.
    pub captcha: Arc<dyn Captcha>,
    /// Looks at uploads.
    pub scanner: Arc<dyn Scanner>,
    /// Looks up TXT records.
    pub txt_records: Arc<dyn identity::TxtRecords>,
    /// Where registrars answer.
    pub registrars: Endpoints,
    /// Says what currencies are worth today.
    pub rate_feed: Arc<dyn RateFeed>,
    /// How price sources are called: their addresses are typed by tenants.
    pub price_sources: Transport,
    /// The demo's mailbox, shown in the console.
    pub mailbox: Option<adapters::mail::Mailbox>,
}

/// The house, ready to serve, work and tick.
pub struct House {
    /// The installation.
    pub platform: Platform,
    /// Who is who.
    pub identity: Identity,
    /// Prices in memory.
    pub books: Books,
    /// Exchange rates in memory.
    pub rates: RateBooks,
    /// Makes scopes; for seeds and commands of this process.
    pub mint: ScopeMint,
    /// The edge's state.
    pub app: App,
    /// The HTTP face.
    pub router: Router,
    /// Every page it serves: path and method.
    pub pages: BTreeSet<(String, &'static str)>,
    /// Runs jobs.
    pub worker: Worker,
    /// Hands events over.
    pub relay: Relay,
    /// Starts what is due.
    pub cron: Cron,
}

/// Every room, as declared for this process.
struct Rooms {
    identity: Identity,
    books: Books,
    rates: RateBooks,
    modules: Vec<Module>,
}

fn rooms(platform: &Platform, mint: &ScopeMint, public_url: &str, limits: &LimitConfig, outside: &Outside) -> Rooms {
    let identity = Identity::new(identity::Ports {
        platform: platform.clone(),
        mint: mint.clone(),
        public_url: public_url.to_owned(),
        mailer: Arc::clone(&outside.mailer),
        mail_from: outside.mail_from.clone(),
        txt_records: Arc::clone(&outside.txt_records),
    });
    let (books, rates) = (Books::new(), RateBooks::new());
    let registrars = Connected::new(
        outside.registrars.clone(),
        books.clone(),
        mint.clone(),
        Arc::clone(&outside.clock),
    );
    let sources = Sources::new(outside.price_sources.clone(), Arc::clone(&outside.clock));
    let exposures = Arc::new([Arc::new(domains::Holdings) as Arc<dyn catalog::Exposures>]);
    let mut modules = vec![
        screens::module(&books, &rates, outside.mailbox.clone()),
        parties::module(),
        reference::module(reference::Ports {
            rates: rates.clone(),
            feed: Arc::clone(&outside.rate_feed),
            exposures: Arc::new([catalog::exposures::of_rates(books.clone(), exposures.clone())]),
            mint: mint.clone(),
        }),
        catalog::module(catalog::Ports {
            books: books.clone(),
            rates: rates.clone(),
            referrers: Arc::new([Arc::new(domains::Holdings) as Arc<dyn catalog::archive::Referrers>]),
            price_sources: Arc::new(sources),
            exposures,
            hosts: Arc::new(identity.clone()),
            mail_from: outside.mail_from.clone(),
        }),
        ledger::module(),
        domains::module(domains::Ports {
            registrars: Arc::new(registrars),
            books: books.clone(),
            rates: rates.clone(),
            names_budget: Budget::new(
                Arc::clone(&outside.clock),
                domains::NAMES_BUDGET,
                limits.registrar_names_per_second,
                limits.registrar_names_burst,
            ),
        }),
        identity::module(&identity),
        reactions::module::<screens::NoticeRules>(),
    ];
    modules.push(mail_module(&outside.mailer));
    modules.push(flows_module());
    identity.learn_permissions(&modules);
    Rooms {
        identity,
        books,
        rates,
        modules,
    }
}

/// The queue of mail, which belongs to no room.
fn mail_module(mailer: &Arc<dyn Mailer>) -> Module {
    let mut module = Module::new("mail");
    module.jobs = vec![platform::mail::handler(Arc::clone(mailer))];
    module.queues = vec![platform::mail::QUEUE];
    module
}

/// Stories that cross rooms.
fn flows_module() -> Module {
    let mut module = Module::new("flows");
    module.jobs = vec![flows::customer_sign_up::handler()];
    module.subscribers = vec![flows::customer_sign_up::subscriber()];
    module
}

/// The schema's history, every room's.
pub fn migrations() -> Vec<Migration> {
    [
        identity::migrations(),
        parties::MIGRATIONS.to_vec(),
        catalog::MIGRATIONS.to_vec(),
        reference::MIGRATIONS.to_vec(),
        domains::MIGRATIONS.to_vec(),
        ledger::MIGRATIONS.to_vec(),
        reactions::MIGRATIONS.to_vec(),
    ]
    .concat()
}

/// Puts the house together over an open, migrated database.
///
/// # Errors
/// When the rooms' words do not parse.
pub fn build(
    platform: Platform,
    config: WebConfig,
    public_url: &str,
    outside: &Outside,
) -> Result<House, web::messages::Fault> {
    let mint = ScopeMint::the_only_one();
    let Rooms {
        identity,
        books,
        rates,
        modules,
    } = rooms(&platform, &mint, public_url, &config.limits, outside);
    let parts = web::Parts {
        platform: platform.clone(),
        config,
        authenticate: Arc::new(identity.clone()),
        hosts: Arc::new(identity.clone()),
        captcha: Arc::clone(&outside.captcha),
        scanner: Arc::clone(&outside.scanner),
        checks: checks(&platform),
        frame: Arc::new(ConsoleFrame),
    };
    let app = App::new(parts, &modules)?;
    let handlers: Vec<_> = modules.iter().flat_map(|module| module.jobs.iter().cloned()).collect();
    let queues: Vec<_> = modules
        .iter()
        .flat_map(|module| module.queues.iter().copied())
        .collect();
    let subscribers = modules
        .iter()
        .flat_map(|module| module.subscribers.iter().copied())
        .collect();
    let schedules = modules.iter().flat_map(|module| module.cron.iter().copied()).collect();
    let worker = Worker::new(platform.clone(), handlers, &queues);
    let relay = Relay::new(platform.clone(), subscribers);
    let cron = Cron::new(platform.clone(), schedules);
    let pages = page_routes(&modules);
    let router = web::router(&app, modules, screens::installation::routes());
    let router = screens::installation::at_own_hosts(&app, router);
    Ok(House {
        platform,
        identity,
        books,
        rates,
        mint,
        app,
        router,
        pages,
        worker,
        relay,
        cron,
    })
}

/// Every page that is served and how, sorted: path and method.
pub fn page_routes(modules: &[Module]) -> BTreeSet<(String, &'static str)> {
    let mut all = web::page_routes(modules);
    all.extend(web::served(&screens::installation::routes()));
    all
}

/// What must hold for `/readyz`.
fn checks(platform: &Platform) -> Vec<Check> {
    let (database, schema, jobs) = (platform.clone(), platform.clone(), platform.clone());
    vec![
        Check::new("database", move || {
            let platform = database.clone();
            async move { platform.db().ping().await.map_err(|error| error.to_string()) }
        }),
        Check::new("migrations", move || {
            let platform = schema.clone();
            async move { migrated(platform.db()).await }
        }),
        Check::new("jobs", move || {
            let platform = jobs.clone();
            async move {
                match platform::jobs::admin::keeping_up(&platform).await {
                    Ok(true) => Ok(()),
                    Ok(false) => {
                        Err("jobs have been due for more than a minute: is `entrepot work` running?".to_owned())
                    }
                    Err(error) => Err(error.to_string()),
                }
            }
        }),
    ]
}

async fn migrated(db: &Db) -> Result<(), String> {
    let status = Migrator::new(migrations())
        .status(db)
        .await
        .map_err(|error| error.to_string())?;
    let missing = status.iter().filter(|step| !step.applied).count();
    if missing == 0 {
        Ok(())
    } else {
        Err(format!("{missing} migrations have not run: `entrepot migrate up`"))
    }
}

/// The rooms' declarations without a running installation: for the documents the program prints about itself.
pub(crate) struct Declared {
    pub(crate) identity: Identity,
    pub(crate) modules: Vec<Module>,
}

pub(crate) fn declared(platform: &Platform, outside: &Outside) -> Declared {
    let (mint, limits) = (ScopeMint::the_only_one(), LimitConfig::default());
    let Rooms { identity, modules, .. } = rooms(platform, &mint, "http://localhost:8080", &limits, outside);
    Declared { identity, modules }
}

/// The system's resolvers, asked when somebody proves a domain.
pub struct SystemTxt;

#[async_trait]
impl identity::TxtRecords for SystemTxt {
    async fn texts(&self, name: &str) -> Result<Vec<String>, String> {
        adapters::dns::SystemResolver::try_new()?.texts(name).await
    }
}
