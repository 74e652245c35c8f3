//! The audit log: who did what to what, as a hash chain per tenant that verifies offline.
//!
//! Personal values are sealed under the person's own key; the chain hashes the ciphertext. Destroying the key erases
//! the person and leaves the chain whole.

use kernel::{AuditId, Id, Personal};
use sea_orm::{FromQueryResult, Value};
use serde_json::json;
use uuid::Uuid;

use crate::db::{AuditRow, Sql};
use crate::{Ctx, Result, Tx};

/// Personal values of an event or audit entry, unreadable without the person's key.
#[derive(Clone)]
pub(crate) struct Sealed {
    pub(crate) person: Uuid,
    pub(crate) values: Vec<u8>,
}

#[derive(FromQueryResult)]
struct PersonKey {
    sealed_key: Option<Vec<u8>>,
}

const PERSON_KEY: Sql = Sql::tenant("SELECT sealed_key FROM person_key WHERE tenant_id = $1 AND person_id = $2");

/// Seals personal values under the person's key, made at first need. An erased person's values are dropped.
pub(crate) async fn seal(tx: &mut Tx, personal: Option<Personal>) -> Result<Option<Sealed>> {
    let Some(Personal { person, values }) = personal else {
        return Ok(None);
    };
    let key = match person_key(tx, person).await? {
        Some(found) => found.sealed_key,
        None => make_person_key(tx, person).await?,
    };
    let Some(sealed_key) = key else { return Ok(None) };
    let key = tx.secrets().open(tx.tenant(), "person_key", &sealed_key)?;
    let values = crate::secrets::seal_with(&key, &tx.secret_bytes(), values.to_string().as_bytes())?;
    Ok(Some(Sealed { person, values }))
}

async fn person_key(tx: &Tx, person: Uuid) -> Result<Option<PersonKey>> {
    tx.sql(PERSON_KEY).bind(person).one().await
}

/// Another transaction may be making the same key: whichever commits first counts, so the row is read back.
async fn make_person_key(tx: &mut Tx, person: Uuid) -> Result<Option<Vec<u8>>> {
    let key: [u8; 32] = tx.secret_bytes();
    let sealed = tx.seal_secret("person_key", &key);
    let sql = "INSERT INTO person_key (tenant_id, person_id, sealed_key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    tx.execute(sql, vec![tx.tenant().uuid().into(), person.into(), sealed.into()])
        .await?;
    Ok(person_key(tx, person).await?.and_then(|found| found.sealed_key))
}

/// Writes an audit entry; [`Tx::save`] calls it.
pub(crate) async fn record(
    tx: &mut Tx,
    act: &str,
    subject: &str,
    was: Option<serde_json::Value>,
    now: serde_json::Value,
    sealed: Option<Sealed>,
) -> Result<()> {
    const SQL: &str = "INSERT INTO audit (tenant_id, id, at, actor, act, subject, detail, person_id, sealed, trace_id) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let detail = match was {
        Some(was) => json!({ "was": was, "now": now }),
        None => json!({ "now": now }),
    };
    let (person, sealed) = sealed.map(|sealed| (sealed.person, sealed.values)).unzip();
    let values: Vec<Value> = vec![
        tx.tenant().uuid().into(),
        tx.new_id::<AuditId>().uuid().into(),
        tx.now().micros().into(),
        tx.actor().who.to_string().into(),
        act.into(),
        subject.into(),
        detail.to_string().into(),
        person.into(),
        sealed.into(),
        tx.trace_id().to_string().into(),
    ];
    tx.execute(SQL, values).await.map(|_| ())
}

/// Notes something that changed nothing and must be seen all the same: a denial, a failed sign-in, an export.
/// `subject` is the printed id of what it was about; `detail` holds no personal values.
///
/// # Errors
/// When the database fails.
pub async fn note(
    tx: &mut Tx,
    act: &'static str,
    subject: &str,
    detail: serde_json::Value,
    personal: Option<Personal>,
) -> Result<()> {
    let sealed = seal(tx, personal).await?;
    record(tx, act, subject, None, detail, sealed).await
}

/// The first entry of a tenant's chain that does not verify.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenChain {
    /// Its number.
    pub seq: i64,
}

#[derive(FromQueryResult)]
struct Place {
    seq: i64,
    hash: Vec<u8>,
}

/// Recomputes a tenant's chain; how many entries it has, or the first that does not fit.
///
/// # Errors
/// When the database fails.
pub async fn verify(ctx: &Ctx) -> Result<std::result::Result<i64, BrokenChain>> {
    use scoped_futures::ScopedFutureExt;

    let (mut last, mut previous) = (0_i64, Vec::new());
    loop {
        let rows = ctx
            .read(|read| async move { page(read, last).await }.scope_boxed())
            .await?;
        if rows.is_empty() {
            return Ok(Ok(last));
        }
        for (row, place) in rows {
            if place.seq != last + 1 || row.hash(place.seq, &previous) != place.hash {
                return Ok(Err(BrokenChain { seq: last + 1 }));
            }
            (last, previous) = (place.seq, place.hash);
        }
    }
}

async fn page(read: &mut crate::Read, after: i64) -> Result<Vec<(AuditRow, Place)>> {
    // All columns: `AuditRow` and `Place` name those they read, and are the only list of what the hash covers.
    const ROWS: Sql = Sql::tenant("SELECT * FROM audit WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT 1000");
    struct Chained(AuditRow, Place);
    impl FromQueryResult for Chained {
        fn from_query_result(row: &sea_orm::QueryResult, prefix: &str) -> std::result::Result<Self, sea_orm::DbErr> {
            Ok(Self(
                AuditRow::from_query_result(row, prefix)?,
                Place::from_query_result(row, prefix)?,
            ))
        }
    }
    let rows = read.sql(ROWS).bind(after).all::<Chained>().await?;
    Ok(rows.into_iter().map(|Chained(row, place)| (row, place)).collect())
}

/// An audit entry as a person sees it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its place in the chain; none for the moment until it is numbered.
    pub seq: Option<i64>,
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: kernel::Instant,
    /// Who: the printed id of a user or key, `visitor`, `system`.
    pub actor: String,
    /// What happened.
    pub act: String,
    /// To what.
    pub subject: String,
    /// `was` and `now`.
    pub detail: serde_json::Value,
    /// Joins it with the request.
    pub trace_id: String,
}

/// Which entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// By this actor (its printed id).
    pub actor: Option<String>,
    /// Acts that begin with this: `identity.sign_in`.
    pub act: Option<String>,
    /// About this (its printed id).
    pub subject: Option<String>,
}

#[derive(FromQueryResult)]
struct EntryRow {
    seq: Option<i64>,
    id: Uuid,
    at: i64,
    actor: String,
    act: String,
    subject: String,
    detail: String,
    trace_id: String,
}

const LIST: Sql = Sql::tenant(
    "SELECT seq, id, at, actor, act, subject, detail, trace_id FROM audit \
     WHERE tenant_id = $1 AND ($2 = '' OR actor = $2) AND substr(act, 1, length($3)) = $3 AND ($4 = '' OR subject = $4) AND id < $5 \
     ORDER BY id DESC LIMIT $6",
);

/// Entries, newest first; those before `before` when it is given. Personal values stay sealed.
///
/// # Errors
/// When the database fails.
pub async fn list(read: &crate::Read, filter: &Filter, before: Option<AuditId>, limit: u64) -> Result<Vec<Entry>> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let query = read
        .sql(LIST)
        .bind(text(&filter.actor))
        .bind(text(&filter.act))
        .bind(text(&filter.subject))
        .bind(before.map_or(Uuid::max(), Id::uuid))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX));
    query
        .all::<EntryRow>()
        .await?
        .into_iter()
        .map(EntryRow::entry)
        .collect()
}

impl EntryRow {
    fn entry(self) -> Result<Entry> {
        Ok(Entry {
            seq: self.seq,
            id: AuditId::from_uuid(self.id),
            at: kernel::Instant::from_micros(self.at),
            actor: self.actor,
            act: self.act,
            subject: self.subject,
            detail: serde_json::from_str(&self.detail)?,
            trace_id: self.trace_id,
        })
    }
}
