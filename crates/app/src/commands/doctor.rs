//! `doctor`: looks at configuration, database, providers, clock and disk, and says how to mend what it finds.

use std::process::ExitCode;
use std::time::Duration;

use platform::db::Migrator;
use serde::Serialize;

use crate::cli::Failure;
use crate::commands::tenants;
use crate::config::Config;
use crate::{serve, wiring};

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
    let mut findings = vec![
        finding(
            "configuration",
            config.trusted_proxies().map(|_| "reads well".to_owned()),
        ),
        finding("disk", disk(config)),
        finding("mail", mail(config).await),
        finding("registrar", reach(&config.registrars.godaddy_url).await),
    ];
    match serve::connect(config).await {
        Err(error) => findings.push(finding("database", Err(format!("{error}; look at database.url")))),
        Ok(platform) => {
            findings.push(finding(
                "database",
                platform
                    .db()
                    .ping()
                    .await
                    .map(|()| "answers".to_owned())
                    .map_err(|error| error.to_string()),
            ));
            findings.push(finding("schema", schema(&platform).await));
            findings.push(finding("audit chain", audit(&platform).await));
            let late = platform::jobs::admin::keeping_up(&platform).await;
            findings.push(finding(
                "jobs",
                match late {
                    Ok(true) => Ok("nothing is late".to_owned()),
                    Ok(false) => Err(
                        "jobs have been due for more than a minute: is `entrepot work` (or `serve --all`) running?"
                            .to_owned(),
                    ),
                    Err(error) => Err(error.to_string()),
                },
            ));
        }
    }
    findings
}

fn disk(config: &Config) -> Result<String, String> {
    let folder = &config.data.folder;
    let probe = folder.join(".doctor");
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&probe, b"x"))
        .and_then(|()| std::fs::remove_file(&probe));
    written
        .map(|()| format!("{} can be written", folder.display()))
        .map_err(|error| format!("{} cannot be written: {error}", folder.display()))
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

async fn schema(platform: &platform::Platform) -> Result<String, String> {
    let migrator = Migrator::new(wiring::migrations());
    serve::refuse_newer(platform.db(), &migrator)
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

async fn audit(platform: &platform::Platform) -> Result<String, String> {
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
