//! `verify audit`: recomputes what must add up. Exit 1 and the first difference if anything does not.

use std::process::ExitCode;

use serde::Serialize;

use crate::cli::Failure;
use crate::commands::tenants;
use crate::config::Config;
use crate::database;

/// What was found of a company's audit log.
#[derive(Serialize)]
struct Verified {
    tenant: String,
    /// How many entries hold, from the first.
    entries: i64,
    /// The number of the first that does not.
    broken_at: Option<i64>,
}

pub(crate) async fn audit(config: Config, tenant: Option<&str>, json: bool) -> Result<ExitCode, Failure> {
    let platform = database::existing(&config).await?;
    let mut all = Vec::new();
    for (tenant, ctx) in tenants::contexts(&platform, tenant).await? {
        let (entries, broken_at) = match platform::audit::verify(&ctx).await? {
            Ok(entries) => (entries, None),
            Err(broken) => (broken.seq - 1, Some(broken.seq)),
        };
        all.push(Verified {
            tenant,
            entries,
            broken_at,
        });
    }
    if json {
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        all.iter().for_each(print);
    }
    let holds = all.iter().all(|verified| verified.broken_at.is_none());
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print(verified: &Verified) {
    let Verified {
        tenant,
        entries,
        broken_at,
    } = verified;
    match broken_at {
        None => println!("{tenant}: {entries} audit entries, the chain holds"),
        Some(seq) => println!("{tenant}: the audit chain breaks at entry {seq}; {entries} before it hold"),
    }
}
