//! `Idempotency-Key`: the answer of a POST is kept with the change it made, in the same transaction. The same key again
//! gets the same answer; with another body it is refused.

use jiff::SignedDuration;
use kernel::Id;
use sea_orm::FromQueryResult;

use crate::db::Sql;
use crate::{Read, Result, Tx};

/// How long answers are kept.
pub const KEPT: SignedDuration = SignedDuration::from_hours(72);

/// An answer as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers worth repeating, by name.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What a key means for the request that carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// New: do the work, then [`answer`] in the same transaction.
    Fresh,
    /// Done before: repeat this.
    Replay(Answer),
    /// Used before for something else.
    Mismatch,
}

#[derive(FromQueryResult)]
struct Row {
    fingerprint: Vec<u8>,
    status: i32,
    headers: String,
    body: Vec<u8>,
}

const BY_KEY: Sql = Sql::tenant(
    "SELECT fingerprint, status, headers, body FROM idempotency WHERE tenant_id = $1 AND actor = $2 AND key = $3",
);

/// Claims `key` for this actor and transaction. `fingerprint` is a hash of method, path and body. A second transaction
/// with the same key waits for the first (on PostgreSQL at the row, on the embedded database at its turn to write).
///
/// # Errors
/// When the database fails.
pub async fn claim(tx: &mut Tx, key: &str, fingerprint: &[u8]) -> Result<Claim> {
    let actor = tx.actor().who.to_string();
    forget_if_old(tx, &actor, key).await?;
    let sql = "INSERT INTO idempotency (tenant_id, actor, key, fingerprint, status, headers, body, created_at) \
               VALUES ($1, $2, $3, $4, 0, '[]', $5, $6) ON CONFLICT DO NOTHING";
    let values = vec![
        tx.tenant().uuid().into(),
        actor.as_str().into(),
        key.into(),
        fingerprint.to_vec().into(),
        Vec::<u8>::new().into(),
        tx.now().micros().into(),
    ];
    if tx.execute(sql, values).await? == 1 {
        return Ok(Claim::Fresh);
    }
    match tx.sql(BY_KEY).bind(actor).bind(key).one::<Row>().await? {
        Some(row) => claimed_before(row, fingerprint),
        None => Err(crate::Error::internal(
            "an idempotency key vanished while it was looked at",
        )),
    }
}

const KEPT_BY_KEY: Sql = Sql::tenant(
    "SELECT fingerprint, status, headers, body FROM idempotency \
     WHERE tenant_id = $1 AND actor = $2 AND key = $3 AND created_at >= $4",
);

/// What a key means, without claiming it: for work that calls the world before its transaction and must not call twice.
///
/// # Errors
/// When the database fails.
pub async fn look(read: &Read, key: &str, fingerprint: &[u8]) -> Result<Claim> {
    let query = read.sql(KEPT_BY_KEY).bind(read.actor().who.to_string()).bind(key);
    match query.bind(read.now().minus(KEPT).micros()).one::<Row>().await? {
        Some(row) => claimed_before(row, fingerprint),
        None => Ok(Claim::Fresh),
    }
}

fn claimed_before(row: Row, fingerprint: &[u8]) -> Result<Claim> {
    if row.fingerprint != fingerprint {
        return Ok(Claim::Mismatch);
    }
    Ok(Claim::Replay(Answer {
        status: u16::try_from(row.status).unwrap_or(500),
        headers: serde_json::from_str(&row.headers)?,
        body: row.body,
    }))
}

async fn forget_if_old(tx: &mut Tx, actor: &str, key: &str) -> Result<()> {
    let sql = "DELETE FROM idempotency WHERE tenant_id = $1 AND actor = $2 AND key = $3 AND created_at < $4";
    let oldest = tx.now().minus(KEPT).micros();
    tx.execute(
        sql,
        vec![tx.tenant().uuid().into(), actor.into(), key.into(), oldest.into()],
    )
    .await
    .map(|_| ())
}

/// Keeps the answer given under a key that this transaction claimed.
///
/// # Errors
/// When the database fails.
pub async fn answer(tx: &mut Tx, key: &str, answer: &Answer) -> Result<()> {
    let sql =
        "UPDATE idempotency SET status = $1, headers = $2, body = $3 WHERE tenant_id = $4 AND actor = $5 AND key = $6";
    let values = vec![
        i32::from(answer.status).into(),
        serde_json::to_string(&answer.headers)?.into(),
        answer.body.clone().into(),
        tx.tenant().uuid().into(),
        tx.actor().who.to_string().into(),
        key.into(),
    ];
    tx.execute(sql, values).await.map(|_| ())
}

const FORGET: Sql = Sql::tenant("DELETE FROM idempotency WHERE tenant_id = $1 AND created_at < $2");

/// Forgets a tenant's answers that are older than [`KEPT`]; how many.
///
/// # Errors
/// When the database fails.
pub async fn forget_old(tx: &mut Tx) -> Result<u64> {
    let oldest = tx.now().minus(KEPT).micros();
    tx.bookkeeping("answers past their time")
        .sql(FORGET)
        .bind(oldest)
        .execute()
        .await
}
