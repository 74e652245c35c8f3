//! `doctor`: looks at configuration, database, providers, clock and disk, and says how to mend what it finds.

use std::process::ExitCode;
use std::time::Duration;

use adapters::captcha::{recaptcha, turnstile};
use platform::Platform;
use platform::audit::Filter;
use platform::db::Migrator;
use scoped_futures::ScopedFutureExt;
use serde::Serialize;

use crate::cli::Failure;
use crate::commands::tenants;
use crate::config::{CaptchaKind, Config};
use crate::{database, wiring};

/// Microseconds by which clocks of several machines may differ.
const CLOCK_TOLERANCE: i64 = 5_000_000;

/// One thing looked at.
#[derive(Serialize)]
struct Finding {
    what: &'static str,
    ok: bool,
    text: String,
}

pub(crate) async fn run(config: Config, json: bool) -> Result<ExitCode, Failure> {
    let findings = look(&config).await;
    if json {
        println!("{}", serde_json::to_string_pretty(&findings)?);
    } else {
        for finding in &findings {
            println!(
                "{}  {}: {}",
                if finding.ok { "ok   " } else { "MEND " },
                finding.what,
                finding.text
            );
        }
    }
    Ok(if findings.iter().all(|finding| finding.ok) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn finding(what: &'static str, outcome: Result<String, String>) -> Finding {
    match outcome {
        Ok(text) => Finding { what, ok: true, text },
        Err(text) => Finding { what, ok: false, text },
    }
}

async fn look(config: &Config) -> Vec<Finding> {
    let right = config.check().map(|()| "reads well".to_owned());
    let mut findings = vec![
        finding("configuration", right.map_err(|error| error.to_string())),
        finding("disk", disk(config)),
        finding("mail", mail(config).await),
        finding("registrar", reach(&config.registrars.godaddy_url).await),
    ];
    let captcha = match config.captcha.kind {
        CaptchaKind::Local => None,
        CaptchaKind::Turnstile => Some(turnstile::BASE_URL),
        CaptchaKind::Recaptcha => Some(recaptcha::BASE_URL),
    };
    if config.exchange_rates.key.reveal().is_ok_and(|key| !key.is_empty()) {
        findings.push(finding("exchange rates", reach(&config.exchange_rates.url).await));
    }
    if let Some(url) = captcha {
        findings.push(finding("captcha", reach(url).await));
    }
    match database::existing(config).await {
        Err(error) => findings.push(finding("database", Err(error.to_string()))),
        Ok(platform) => findings.extend(look_inside(&platform).await),
    }
    findings
}

/// What the database tells, once it can be opened.
async fn look_inside(platform: &Platform) -> Vec<Finding> {
    let mut findings = vec![finding("database", whole(platform).await)];
    let schema = schema(platform).await;
    let is_usable = schema.is_ok();
    findings.push(finding("schema", schema));
    if is_usable {
        findings.push(finding("audit chain", audit(platform).await));
        findings.push(finding("clock", clock(platform).await));
        findings.push(finding("jobs", jobs(platform).await));
    }
    findings
}

async fn whole(platform: &Platform) -> Result<String, String> {
    let db = platform.db();
    db.ping().await.map_err(|error| error.to_string())?;
    let damaged = |error| format!("{error}; stop the program and `entrepot restore` a backup");
    db.check().await.map_err(damaged)?;
    Ok("answers, and is whole".to_owned())
}

/// A clock that went back shows in the audit log, whose newest entry cannot lie ahead.
async fn clock(platform: &Platform) -> Result<String, String> {
    let told = |error: &dyn std::fmt::Display| error.to_string();
    let tenants = tenants::contexts(platform, None).await.map_err(|error| told(&error))?;
    for (slug, ctx) in tenants {
        let newest = ctx
            .read(|read| async move { platform::audit::list(read, &Filter::default(), None, 1).await }.scope_boxed())
            .await
            .map_err(|error| told(&error))?;
        let ahead = newest
            .first()
            .map_or(0, |entry| entry.at.micros() - platform.now().micros());
        if ahead > CLOCK_TOLERANCE {
            return Err(format!(
                "it stands {} seconds before the newest entry of {slug}'s audit log: set it, and let NTP keep it",
                ahead / 1_000_000
            ));
        }
    }
    Ok(format!("{}, which is after everything that happened", platform.now()))
}

async fn jobs(platform: &Platform) -> Result<String, String> {
    match platform::jobs::admin::keeping_up(platform).await {
        Ok(true) => Ok("nothing is late".to_owned()),
        Ok(false) => {
            Err("jobs have been due for more than a minute: is `entrepot work` (or `serve --all`) running?".to_owned())
        }
        Err(error) => Err(error.to_string()),
    }
}

fn disk(config: &Config) -> Result<String, String> {
    let folder = &config.data.folder;
    if !folder.is_dir() {
        return Err(format!(
            "there is no folder {}; name another as data.folder, or make it",
            folder.display()
        ));
    }
    let probe = folder.join(".doctor");
    let written = std::fs::write(&probe, b"x").and_then(|()| std::fs::remove_file(&probe));
    written
        .map(|()| format!("{} can be written", folder.display()))
        .map_err(|error| {
            format!(
                "{} cannot be written: {error}; give the program's user the right to, or free some space",
                folder.display()
            )
        })
}

async fn mail(config: &Config) -> Result<String, String> {
    if config.mail.host.is_empty() {
        return Err("no mail server: mail waits in the queue until mail.host is set".to_owned());
    }
    let address = format!("{}:{}", config.mail.host, config.mail.port);
    connect(&address).await.map(|()| format!("{address} answers"))
}

async fn reach(url: &str) -> Result<String, String> {
    let rest = url
        .split("://")
        .nth(1)
        .unwrap_or(url)
        .split('/')
        .next()
        .unwrap_or_default();
    let port = if url.starts_with("https") { 443 } else { 80 };
    let address = if rest.contains(':') {
        rest.to_owned()
    } else {
        format!("{rest}:{port}")
    };
    connect(&address).await.map(|()| format!("{address} answers"))
}

async fn connect(address: &str) -> Result<(), String> {
    let attempt = tokio::time::timeout(Duration::from_secs(5), tokio::net::TcpStream::connect(address)).await;
    match attempt {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(format!(
            "{address} does not answer: {error}; look at the address and the firewall"
        )),
        Err(_) => Err(format!(
            "{address} did not answer for five seconds; look at the address and the firewall"
        )),
    }
}

async fn schema(platform: &Platform) -> Result<String, String> {
    let migrator = Migrator::new(wiring::migrations());
    database::refuse_newer(platform.db(), &migrator)
        .await
        .map_err(|error| error.to_string())?;
    let status = migrator
        .status(platform.db())
        .await
        .map_err(|error| error.to_string())?;
    let missing = status.iter().filter(|step| !step.applied).count();
    if missing == 0 {
        Ok("up to date".to_owned())
    } else {
        Err(format!("{missing} migrations have not run: `entrepot migrate up`"))
    }
}

async fn audit(platform: &Platform) -> Result<String, String> {
    let mut entries = 0;
    let tenants = tenants::contexts(platform, None)
        .await
        .map_err(|error| error.to_string())?;
    for (slug, ctx) in tenants {
        match platform::audit::verify(&ctx).await.map_err(|error| error.to_string())? {
            Ok(of_tenant) => entries += of_tenant,
            Err(broken) => {
                return Err(format!(
                    "the chain of {slug} breaks at entry {}: restore a backup from before, or find out who changed it",
                    broken.seq
                ));
            }
        }
    }
    Ok(format!("{entries} entries hold"))
}
