//! What the outside sends us, stored raw and once before anybody reads it.

use kernel::{Id, Instant};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::db::Sql;
use crate::{Read, Result, Tx};

/// A stored call.
#[derive(Clone, Debug)]
pub struct Received {
    /// Its id here.
    pub id: Uuid,
    /// Headers as JSON.
    pub headers: serde_json::Value,
    /// The body, byte for byte.
    pub body: Vec<u8>,
    /// When it came.
    pub received_at: Instant,
}

/// Stores a call of `source` under the sender's own `key`. `None` when that key came before: the same call again.
///
/// # Errors
/// When the database fails.
pub async fn receive(
    tx: &mut Tx,
    source: &str,
    key: &str,
    headers: &serde_json::Value,
    body: &[u8],
) -> Result<Option<Uuid>> {
    let sql = "INSERT INTO inbox (tenant_id, id, source, key, headers, body, received_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    let id: kernel::EventId = tx.new_id();
    let values = vec![
        tx.tenant().uuid().into(),
        id.uuid().into(),
        source.into(),
        key.into(),
        headers.to_string().into(),
        body.to_vec().into(),
        tx.now().micros().into(),
    ];
    Ok((tx.execute(sql, values).await? == 1).then(|| id.uuid()))
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    headers: String,
    body: Vec<u8>,
    received_at: i64,
}

const BY_ID: Sql = Sql::tenant("SELECT id, headers, body, received_at FROM inbox WHERE tenant_id = $1 AND id = $2");

/// A stored call.
///
/// # Errors
/// When the database fails.
pub async fn by_id(read: &Read, id: Uuid) -> Result<Option<Received>> {
    let Some(row) = read.sql(BY_ID).bind(id).one::<Row>().await? else {
        return Ok(None);
    };
    let headers = serde_json::from_str(&row.headers)?;
    Ok(Some(Received {
        id: row.id,
        headers,
        body: row.body,
        received_at: Instant::from_micros(row.received_at),
    }))
}

/// Marks a call as read, in the transaction of its effect; `false` when it was read before.
///
/// # Errors
/// When the database fails.
pub async fn mark_read(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let sql = "UPDATE inbox SET read_at = $1 WHERE tenant_id = $2 AND id = $3 AND read_at IS NULL";
    Ok(tx
        .execute(
            sql,
            vec![tx.now().micros().into(), tx.tenant().uuid().into(), id.into()],
        )
        .await?
        == 1)
}
