//! `verify audit`: recomputes what must add up. Exit 1 and the first difference if anything does not.

use std::process::ExitCode;

use crate::cli::{Failure, Verify};
use crate::commands::tenants;
use crate::config::Config;
use crate::serve;

pub(crate) async fn run(config: Config, what: Verify, tenant: Option<String>) -> Result<ExitCode, Failure> {
    let platform = serve::connect(&config).await?;
    let Verify::Audit = what;
    for (slug, ctx) in tenants::contexts(&platform, tenant.as_deref()).await? {
        match platform::audit::verify(&ctx).await? {
            Ok(entries) => println!("{slug}: {entries} audit entries, the chain holds"),
            Err(broken) => {
                println!("{slug}: the audit chain breaks at entry {}", broken.seq);
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
