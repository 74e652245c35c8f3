//! `export audit --tenant SLUG`: a tenant's audit log as CSV, to be kept and verified elsewhere.

use clap::{Args, ValueEnum};
use platform::audit::{self, Filter};
use scoped_futures::ScopedFutureExt;
use web::Csv;

use crate::cli::{Failure, Place};
use crate::commands::tenants;
use crate::config::Config;
use crate::serve;

#[derive(Args)]
pub(crate) struct Export {
    /// What.
    kind: Kind,
    /// The company.
    #[arg(long, value_name = "SLUG")]
    tenant: String,
    #[command(flatten)]
    place: Place,
}

#[derive(ValueEnum, Clone, Copy)]
enum Kind {
    /// The audit log, newest first.
    Audit,
}

/// Entries read at once.
const PAGE: u64 = 1_000;

pub(crate) async fn run(export: Export, config: Config) -> Result<(), Failure> {
    let Kind::Audit = export.kind;
    let platform = serve::connect(&export.place.apply(config)?).await?;
    let (_, ctx) = tenants::contexts(&platform, Some(&export.tenant)).await?.remove(0);
    let mut csv = Csv::new(
        "audit.csv",
        &["seq", "at", "actor", "act", "subject", "detail", "trace_id"],
    );
    let mut before = None;
    loop {
        let entries = ctx
            .read(|read| async move { audit::list(read, &Filter::default(), before, PAGE).await }.scope_boxed())
            .await?;
        let Some(last) = entries.last() else { break };
        before = Some(last.id);
        for entry in entries {
            let seq = entry.seq.map(|seq| seq.to_string()).unwrap_or_default();
            csv = csv.row([
                seq,
                entry.at.to_string(),
                entry.actor,
                entry.act,
                entry.subject,
                entry.detail.to_string(),
                entry.trace_id,
            ]);
        }
    }
    print!("{}", csv.as_str());
    Ok(())
}
