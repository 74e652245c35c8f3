//! Numbers what was saved, in commit order: events get a position, audit entries a sequence number and their place in
//! the tenant's hash chain.
//!
//! Rows are written unnumbered, so that writers do not wait for one another and no reader's cursor can skip a row that
//! commits late. On the embedded database the leader of a group commit numbers just before it commits; on PostgreSQL
//! one leader does so in a transaction of its own.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Statement, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::Result;

/// Rows of each kind numbered in one go.
const AT_ONCE: usize = 2_000;

/// What one go has left over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// Nothing that was there when it began.
    None,
    /// More than fits into one go.
    Some,
}

#[derive(FromQueryResult)]
struct Head {
    last: i64,
}

#[derive(FromQueryResult)]
struct Unnumbered {
    tenant_id: Uuid,
    id: Uuid,
}

/// Numbers everything that has no number yet.
pub(super) async fn number_all(transaction: &DatabaseTransaction) -> Result<()> {
    while number(transaction).await? == Rest::Some {}
    Ok(())
}

async fn number(transaction: &DatabaseTransaction) -> Result<Rest> {
    let events = number_events(transaction).await?;
    let entries = chain_audit(transaction).await?;
    Ok(if events.max(entries) < AT_ONCE {
        Rest::None
    } else {
        Rest::Some
    })
}

/// A transaction of PostgreSQL's one leader. It asks to lead only when there is something to number, so that looking
/// costs next to nothing; when another process leads, that one numbers.
pub(super) async fn number_as_leader(transaction: &DatabaseTransaction) -> Result<Rest> {
    #[derive(FromQueryResult)]
    struct Lock {
        held: bool,
    }
    let sql = "SELECT pg_try_advisory_xact_lock(823477001) AS held \
               WHERE EXISTS (SELECT 1 FROM event WHERE position IS NULL) OR EXISTS (SELECT 1 FROM audit WHERE seq IS NULL)";
    let lock = Lock::find_by_statement(statement(transaction, sql, vec![]))
        .one(transaction)
        .await?;
    if lock.is_some_and(|lock| lock.held) {
        number(transaction).await
    } else {
        Ok(Rest::None)
    }
}

fn statement(transaction: &DatabaseTransaction, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(transaction.get_database_backend(), sql, values)
}

async fn run(transaction: &DatabaseTransaction, sql: &str, values: Vec<Value>) -> Result<()> {
    transaction.execute_raw(statement(transaction, sql, values)).await?;
    Ok(())
}

/// How many.
async fn number_events(transaction: &DatabaseTransaction) -> Result<usize> {
    let sql = format!("SELECT tenant_id, id FROM event WHERE position IS NULL ORDER BY id LIMIT {AT_ONCE}");
    let events = Unnumbered::find_by_statement(statement(transaction, &sql, vec![]))
        .all(transaction)
        .await?;
    if events.is_empty() {
        return Ok(0);
    }
    let numbered = events.len();
    let head = statement(transaction, "SELECT last FROM event_head", vec![]);
    let mut last = Head::find_by_statement(head)
        .one(transaction)
        .await?
        .map_or(0, |head| head.last);
    for event in events {
        last += 1;
        let sql = "UPDATE event SET position = $1 WHERE tenant_id = $2 AND id = $3";
        run(
            transaction,
            sql,
            vec![last.into(), event.tenant_id.into(), event.id.into()],
        )
        .await?;
    }
    run(transaction, "UPDATE event_head SET last = $1", vec![last.into()]).await?;
    Ok(numbered)
}

/// What the hash of an audit entry covers, beside the hash before it.
#[derive(FromQueryResult, Clone)]
pub(crate) struct AuditRow {
    pub(crate) tenant_id: Uuid,
    pub(crate) id: Uuid,
    pub(crate) at: i64,
    pub(crate) actor: String,
    pub(crate) act: String,
    pub(crate) subject: String,
    pub(crate) detail: String,
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) trace_id: String,
}

impl AuditRow {
    /// SHA-256 over the length-prefixed fields in this order, so that no two entries can read alike.
    pub(crate) fn hash(&self, seq: i64, previous: &[u8]) -> Vec<u8> {
        let mut hash = Sha256::new();
        let (seq, at) = (seq.to_be_bytes(), self.at.to_be_bytes());
        let texts = [&self.actor, &self.act, &self.subject, &self.detail, &self.trace_id].map(String::as_bytes);
        let fixed: [&[u8]; 5] = [previous, self.tenant_id.as_bytes(), self.id.as_bytes(), &seq, &at];
        for part in fixed.into_iter().chain(texts).chain(self.sealed.as_deref()) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().to_vec()
    }
}

#[derive(FromQueryResult)]
struct ChainHead {
    seq: i64,
    hash: Vec<u8>,
}

/// How many.
async fn chain_audit(transaction: &DatabaseTransaction) -> Result<usize> {
    let sql = format!("SELECT * FROM audit WHERE seq IS NULL ORDER BY id LIMIT {AT_ONCE}");
    let rows = AuditRow::find_by_statement(statement(transaction, &sql, vec![]))
        .all(transaction)
        .await?;
    let chained = rows.len();
    let mut heads: BTreeMap<Uuid, ChainHead> = BTreeMap::new();
    for row in rows {
        let head = match heads.entry(row.tenant_id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(chain_head(transaction, row.tenant_id).await?),
        };
        let seq = head.seq + 1;
        *head = ChainHead {
            seq,
            hash: row.hash(seq, &head.hash),
        };
        let sql = "UPDATE audit SET seq = $1, hash = $2 WHERE tenant_id = $3 AND id = $4";
        let values = vec![
            seq.into(),
            head.hash.clone().into(),
            row.tenant_id.into(),
            row.id.into(),
        ];
        run(transaction, sql, values).await?;
    }
    for (tenant, head) in heads {
        let sql = "INSERT INTO audit_head (tenant_id, seq, hash) VALUES ($1, $2, $3) \
                   ON CONFLICT (tenant_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash";
        run(transaction, sql, vec![tenant.into(), head.seq.into(), head.hash.into()]).await?;
    }
    Ok(chained)
}

async fn chain_head(transaction: &DatabaseTransaction, tenant: Uuid) -> Result<ChainHead> {
    let sql = "SELECT seq, hash FROM audit_head WHERE tenant_id = $1";
    let head = ChainHead::find_by_statement(statement(transaction, sql, vec![tenant.into()]))
        .one(transaction)
        .await?;
    Ok(head.unwrap_or(ChainHead {
        seq: 0,
        hash: Vec::new(),
    }))
}
