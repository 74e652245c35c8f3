//! `entrepot demo`: the whole product with nothing set up. Seeds two companies, starts a simulator of every provider on
//! loopback, serves, and says where everything is. Runs again on the same data.

mod price_sources;
mod seed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use adapters::antivirus::PassThrough;
use adapters::captcha::{Local, local};
use adapters::fx::exchangerate_api::simulator::Simulator as RateSimulator;
use adapters::fx::exchangerate_api::{Account, ExchangerateApi};
use adapters::loopback::{self, Served};
use adapters::mail::{Mailbox, Settings, Smtp, mailbox};
use adapters::registrars::faults::Fault;
use adapters::registrars::godaddy::simulator;
use adapters::transport::Transport;
use kernel::Clock;
use platform::clock::SystemClock;
use platform::config::SecretText;
use platform::{Platform, telemetry};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use crate::cli::{Demo, Failure};
use crate::config::Config;
use crate::database;
use crate::registrars::Endpoints;
use crate::serve::{self, Roles};
use crate::wiring::{self, Outside, SystemTxt};

/// What `demo.json` tells: addresses, sign-ins, keys.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Card {
    /// The installation's own site.
    pub(crate) url: String,
    /// Prometheus metrics.
    pub(crate) metrics_url: String,
    /// The companies.
    pub(crate) tenants: Vec<TenantCard>,
    /// Everybody's password.
    pub(crate) password: String,
    /// Where each provider's simulator answers.
    pub(crate) simulators: BTreeMap<String, String>,
}

/// One company.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TenantCard {
    /// Its short name.
    pub(crate) slug: String,
    /// Its site.
    pub(crate) url: String,
    /// A key for the API.
    pub(crate) api_key: String,
    /// Its staff.
    pub(crate) staff: Vec<StaffCard>,
    /// Customers who can sign in at its site.
    pub(crate) customers: Vec<CustomerCard>,
}

/// A member of staff.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StaffCard {
    pub(crate) email: String,
    pub(crate) role: String,
}

/// A customer who can sign in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CustomerCard {
    pub(crate) email: String,
}

/// Key and secret that the simulator of GoDaddy knows.
const GODADDY: (&str, &str) = ("demo-key", "demo-secret");
/// Key that the simulated feed of exchange rates knows.
const EXCHANGE_RATES: &str = "demo-key";

/// Runs the demo until it is stopped.
pub(crate) async fn run(demo: Demo, mut config: Config) -> Result<(), Failure> {
    let make_folder = std::fs::create_dir_all(&demo.data);
    make_folder.map_err(|error| {
        format!(
            "{} cannot be made: {error}; name another folder with --data",
            demo.data.display()
        )
    })?;
    // The address first: a second demo on a taken one must leave the data alone.
    let listener = serve::bind(demo.listen, "another address with --listen")?;
    let address = listener.local_addr()?;
    config.data.folder.clone_from(&demo.data);
    config.server.public_url = format!("http://localhost:{}", address.port());
    let embedded = || format!("sqlite://{}", demo.data.join("entrepot.db").display());
    config.database.url = SecretText::Plain(demo.database.unwrap_or_else(embedded));
    let _hold = database::hold_alone(&config)?;
    if demo.fresh {
        start_over(&demo.data)?;
    }

    let metrics = telemetry::measure()?;
    let platform = database::open(&config).await?;
    let simulated = Simulated::start(&demo.data, &platform).await?;
    let web = serve::web_config(&config, &platform, true)?;
    let house = wiring::build(platform, web, &config.server.public_url, &simulated.outside)?;

    let file = demo.data.join("demo.json");
    let before = read_card(&file);
    let known = before.as_ref().map(|card| card.password.clone());
    if known.is_some() && demo.password.is_some() && known != demo.password {
        return Err(format!(
            "the demo's people have the password of its first start, which is in {}; --fresh starts over with another",
            file.display()
        )
        .into());
    }
    let password = demo
        .password
        .or(known)
        .unwrap_or_else(|| format!("demo-{}", hex::encode(house.platform.entropy().bytes::<6>())));
    let tenants = seed::run(
        &house,
        &config.server.public_url,
        &password,
        before.as_ref(),
        &simulated.urls,
    )
    .await?;
    let metrics_listener = TcpListener::bind("127.0.0.1:0").await?;
    let card = Card {
        url: config.server.public_url.clone(),
        metrics_url: format!("http://{}/metrics", metrics_listener.local_addr()?),
        tenants,
        password,
        simulators: simulated.urls.clone(),
    };
    serve::serve_metrics(metrics_listener, metrics, &house);
    write_card(&file, &card)?;
    print_card(&card, &file);
    serve::run_roles(house, Roles::serve(true), Some(listener), None, serve::stop_on_signal()).await
}

/// Every provider, simulated on loopback; stops with it.
struct Simulated {
    outside: Outside,
    urls: BTreeMap<String, String>,
    _servers: Vec<Served>,
}

impl Simulated {
    async fn start(data: &Path, platform: &Platform) -> Result<Self, Failure> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let mut register = simulator::Config::new(7, GODADDY.0, GODADDY.1);
        // A demo that starves at sixty calls a minute would show the limit and nothing else.
        register.calls_per_minute = None;
        register.register = simulator::Register::from_price_list(7, &endings_sold()?)?;
        register.fault = Fault::Slow {
            p50_ms: 60,
            p99_ms: 600,
        };
        let godaddy = simulator::Simulator::new(register, Arc::clone(&clock));
        let godaddy = loopback::serve_on_any_port(godaddy.router()).await?;
        let rates = RateSimulator::new(EXCHANGE_RATES, Arc::clone(&clock));
        let rates = loopback::serve_on_any_port(rates.router()).await?;
        let account = Account {
            base_url: rates.url(),
            key: EXCHANGE_RATES.to_owned(),
        };
        let rate_feed = ExchangerateApi::try_new(account, Transport::loopback()?, Arc::clone(&clock))?;
        let priced = price_sources::Simulated::start(&clock).await?;
        let mailbox = Mailbox::open(
            Some(data.join("mailbox")),
            mailbox::Limits::default(),
            Arc::clone(&clock),
        )?;
        let smtp = mailbox.serve_on_any_port().await?;
        let key = platform.secrets().derive("captcha.local");
        let outside = Outside {
            mailer: Arc::new(Smtp::try_new(Settings::loopback(smtp.address()), Arc::clone(&clock))?),
            mail_from: "no-reply@demo.localhost".to_owned(),
            captcha: Arc::new(Local::new(&key, local::Ages::default(), Arc::clone(&clock))),
            scanner: Arc::new(PassThrough),
            txt_records: Arc::new(SystemTxt),
            registrars: Endpoints {
                godaddy_url: godaddy.url(),
                godaddy_calls_per_minute: 6_000,
                transport: Transport::loopback()?,
            },
            rate_feed: Arc::new(rate_feed),
            price_sources: Transport::loopback()?,
            mailbox: Some(mailbox),
            clock,
        };
        let mut urls = BTreeMap::from([
            ("godaddy".to_owned(), godaddy.url()),
            ("exchangerate_api".to_owned(), rates.url()),
            ("smtp".to_owned(), format!("smtp://{}", smtp.address())),
        ]);
        urls.extend(priced.urls());
        let mut servers = vec![godaddy, rates, smtp];
        servers.extend(priced.servers);
        Ok(Self {
            outside,
            urls,
            _servers: servers,
        })
    }
}

/// What the simulated registrar sells: the at-cost list, and every further ending of the retail list at that list's
/// renewal price, so that the storefront has nothing it cannot ask about.
fn endings_sold() -> Result<String, Failure> {
    #[derive(Deserialize)]
    struct Retail {
        pricing: BTreeMap<String, Ending>,
    }
    #[derive(Deserialize)]
    struct Ending {
        renewal: String,
        #[serde(rename = "specialType")]
        special: Option<String>,
    }
    let mut list = std::str::from_utf8(catalog::fixtures::AT_COST_CSV)?
        .trim_end()
        .to_owned();
    let known: BTreeSet<String> = list
        .lines()
        .filter_map(|line| line.split(',').next())
        .map(str::to_owned)
        .collect();
    let retail: Retail = serde_json::from_slice(catalog::fixtures::RETAIL_JSON)?;
    let further = retail
        .pricing
        .into_iter()
        .filter(|(ending, sold)| sold.special.is_none() && !known.contains(ending));
    for (ending, sold) in further {
        let price = sold.renewal.replace(',', "");
        list.push_str(&format!("\n{ending},{price},{price},0"));
    }
    Ok(list)
}

/// Removes what a demo keeps in its folder, and nothing else that may be there.
fn start_over(data: &Path) -> Result<(), Failure> {
    let gone = |outcome: std::io::Result<()>| match outcome {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    for file in [
        "entrepot.db",
        "entrepot.db-wal",
        "entrepot.db-shm",
        "entrepot.db.workers",
        "demo.json",
        "secrets.key",
    ] {
        gone(std::fs::remove_file(data.join(file)))?;
    }
    gone(std::fs::remove_dir_all(data.join("mailbox")))?;
    Ok(())
}

fn read_card(file: &Path) -> Option<Card> {
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

/// Written beside and renamed, so that whoever waits for the file never reads half of it.
fn write_card(file: &Path, card: &Card) -> Result<(), Failure> {
    let unfinished = file.with_extension("unfinished");
    std::fs::write(&unfinished, serde_json::to_vec_pretty(card)?)?;
    std::fs::rename(&unfinished, file)?;
    Ok(())
}

fn print_card(card: &Card, file: &Path) {
    println!("Entrepot is ready.  All companies: {}/", card.url);
    for tenant in &card.tenants {
        println!("\n{}", tenant.slug);
        println!("  site     {}/", tenant.url);
        println!("  console  {}/console", tenant.url);
        for person in &tenant.staff {
            println!("           {:<34} {}", person.email, person.role);
        }
        for customer in &tenant.customers {
            println!("           {:<34} customer", customer.email);
        }
        println!("  API key  {}", tenant.api_key);
    }
    println!("\nEverybody's password: {}", card.password);
    println!(
        "API documentation: {}/api/docs/   metrics: {}",
        card.url, card.metrics_url
    );
    println!(
        "All of this is also in {}. Stop with Ctrl-C; the data stays.",
        file.display()
    );
}
