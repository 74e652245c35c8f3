//! What the program prints about itself: OpenAPI document, events, permissions, routes, configuration.

use std::sync::Arc;

use adapters::antivirus::PassThrough;
use adapters::captcha::{Local, local};
use adapters::transport::Transport;
use async_trait::async_trait;
use platform::Platform;
use platform::clock::SystemClock;
use platform::db::{DatabaseUrl, Db};
use platform::entropy::Entropy;
use platform::ports::{Mail, MailOutcome, Mailer};
use platform::secrets::{MasterKey, Secrets};
use reference::rates::ports::NoFeed;

use crate::cli::Failure;
use crate::config::Config;
use crate::registrars::Endpoints;
use crate::wiring::{self, Declared, Outside, SystemTxt};

/// Nobody's mail: the documents need rooms, not an outside.
struct NoMail;

#[async_trait]
impl Mailer for NoMail {
    async fn send(&self, _mail: &Mail) -> MailOutcome {
        MailOutcome::Later("this process prints documents".to_owned())
    }
}

/// The rooms as declared, over a database in memory that is never asked.
async fn declared() -> Result<Declared, Failure> {
    let clock = Arc::new(SystemClock);
    let db = Db::open(&"sqlite://:memory:".parse::<DatabaseUrl>()?).await?;
    let platform = Platform::new(
        db,
        clock.clone(),
        Entropy::from_seed(1),
        Secrets::new(MasterKey::new(1, [0; 32]), Vec::new()),
    );
    let outside = Outside {
        mailer: Arc::new(NoMail),
        mail_from: "no-reply@localhost".to_owned(),
        captcha: Arc::new(Local::new(&[0; 32], local::Ages::default(), clock.clone())),
        scanner: Arc::new(PassThrough),
        txt_records: Arc::new(SystemTxt),
        registrars: Endpoints {
            godaddy_url: "http://127.0.0.1:1".to_owned(),
            godaddy_calls_per_minute: 1,
            transport: Transport::loopback()?,
        },
        rate_feed: Arc::new(NoFeed),
        price_sources: Transport::loopback()?,
        mailbox: None,
        clock,
    };
    Ok(wiring::declared(&platform, &outside))
}

pub(crate) async fn openapi() -> Result<(), Failure> {
    let document = web::openapi_document(declared().await?.modules);
    println!("{}", serde_json::to_string_pretty(&document)?);
    Ok(())
}

pub(crate) async fn events() -> Result<(), Failure> {
    println!("# Events\n\nFacts the product tells, in the order of their names. Printed by `entrepot events`.");
    let mut events: Vec<_> = declared()
        .await?
        .modules
        .into_iter()
        .flat_map(|module| module.events)
        .collect();
    events.sort_by_key(|event| (event.name, event.version));
    for event in events {
        println!(
            "\n## {}.v{}\n\n```json\n{}\n```",
            event.name,
            event.version,
            serde_json::to_string_pretty(&event.sample)?
        );
    }
    Ok(())
}

pub(crate) async fn permissions() -> Result<(), Failure> {
    print!("{}", declared().await?.identity.matrix().text());
    Ok(())
}

/// API routes from their document, then every page with its methods.
pub(crate) async fn routes() -> Result<(), Failure> {
    let modules = declared().await?.modules;
    let pages = wiring::page_routes(&modules);
    let document = web::openapi_document(modules);
    let paths = document["paths"].as_object().cloned().unwrap_or_default();
    for (path, methods) in paths {
        for method in methods.as_object().into_iter().flat_map(|methods| methods.keys()) {
            println!("api   {:<7} {path}", method.to_uppercase());
        }
    }
    for (path, method) in pages {
        println!("page  {method:<7} {path}");
    }
    Ok(())
}

pub(crate) fn config(config: &Config) -> Result<(), Failure> {
    println!("{}", serde_json::to_string_pretty(config)?);
    Ok(())
}
