//! Claiming, proving and giving up domains of one's own.

use kernel::{Change, HostId, Problem, ProblemKind};
use platform::{Ctx, Read, Result, Tx};
use scoped_futures::ScopedFutureExt;

use super::events::HostChanged;
use super::model::{OwnHost, TxtRecords, parse_host};
use super::store::{self, Claimed, Removed, Verified};
use crate::permissions::SETTINGS_EDIT;
use crate::versions;

const MOST_HOSTS: usize = 20;

/// Domains of the tenant.
///
/// # Errors
/// Without the permission.
pub async fn list(read: &Read) -> Result<Vec<OwnHost>> {
    read.allow(SETTINGS_EDIT)?;
    store::all(read).await
}

/// A domain is claimed; it answers once its proof is found.
///
/// # Errors
/// No host name, the installation's own, or claimed before.
pub async fn claim(tx: &mut Tx, own_host: &str, text: &str) -> Result<OwnHost> {
    tx.allow(SETTINGS_EDIT)?;
    let host = parse_host(text, own_host)?;
    if store::all(tx).await?.len() >= MOST_HOSTS {
        return Err(Problem::refused("too_many_hosts").arg("most", MOST_HOSTS).into());
    }
    let proof = format!("entrepot-{}", hex::encode(tx.secret_bytes::<16>()));
    let claimed = OwnHost {
        id: tx.new_id(),
        host: host.clone(),
        proof,
        created_at: tx.now(),
        checked_at: None,
        verified_at: None,
    };
    let fact = HostChanged {
        host_id: claimed.id,
        host,
        what: "claimed",
    };
    match tx.save(Change::new(Claimed(claimed), fact)).await {
        Err(error) if error.is_unique_violation() => {
            Err(Problem::refused("invalid_fields").field("/host", "host_claimed").into())
        }
        outcome => Ok(outcome?.0),
    }
}

/// Looks for the proof and, when it is there, lets the tenant's site answer at the domain.
///
/// # Errors
/// `host_unproved` when the record is not there (yet), `dns_unavailable` when it could not be asked, `host_taken` when
/// another tenant has proved it.
pub async fn verify(ctx: &Ctx, records: &dyn TxtRecords, id: HostId) -> Result<OwnHost> {
    ctx.allow(SETTINGS_EDIT)?;
    let claimed = ctx.read(|r| store::by_id(r, id).scope_boxed()).await?;
    let texts = records.texts(&claimed.record_name()).await;
    let found = texts.map(|texts| texts.iter().any(|text| text.trim() == claimed.proof));
    let (claimed, found) = (&claimed, &found);
    let proved = ctx
        .write(|tx| note_proof(tx, claimed, matches!(found, Ok(true))).scope_boxed())
        .await?;
    match (found, proved) {
        (Err(_), _) => Err(Problem::new(ProblemKind::Unavailable, "dns_unavailable")
            .retry_after(60)
            .into()),
        (Ok(_), true) => ctx.read(|r| store::by_id(r, id).scope_boxed()).await,
        (Ok(_), false) => Err(Problem::refused("host_unproved")
            .arg("name", claimed.record_name())
            .arg("proof", &claimed.proof)
            .into()),
    }
}

async fn note_proof(tx: &mut Tx, claimed: &OwnHost, found: bool) -> Result<bool> {
    if !found {
        store::mark_checked(&mut tx.bookkeeping("when the proof was last looked for"), claimed.id).await?;
        return Ok(false);
    }
    let fact = HostChanged {
        host_id: claimed.id,
        host: claimed.host.clone(),
        what: "verified",
    };
    match tx.save(Change::new(Verified(claimed.id), fact)).await {
        Err(error) if error.is_unique_violation() => return Err(Problem::refused("host_taken").into()),
        outcome => outcome?,
    };
    versions::raise(tx).await?;
    Ok(true)
}

/// A domain is given up; the site stops answering there.
///
/// # Errors
/// When there is none such.
pub async fn remove(tx: &mut Tx, id: HostId) -> Result<()> {
    tx.allow(SETTINGS_EDIT)?;
    let host = store::by_id(tx, id).await?;
    let fact = HostChanged {
        host_id: id,
        host: host.host,
        what: "removed",
    };
    tx.save(Change::new(Removed(id), fact)).await?;
    versions::raise(tx).await
}
