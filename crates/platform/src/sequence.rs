//! Gap-free numbers: the next one of a series, given in the transaction that uses it. A transaction that is taken back
//! gives its number back too; two that want the same series wait for one another.

use kernel::Id;
use sea_orm::FromQueryResult;

use crate::db::Sql;
use crate::{Result, Tx};

#[derive(FromQueryResult)]
struct Last {
    last: i64,
}

const NEXT: Sql =
    Sql::tenant("UPDATE sequence SET last = last + 1 WHERE tenant_id = $1 AND series = $2 RETURNING last");

/// The next number of `series`, from 1.
///
/// # Errors
/// When the database fails.
pub async fn next(tx: &mut Tx, series: &str) -> Result<i64> {
    if let Some(row) = tx.sql(NEXT).bind(series).one::<Last>().await? {
        return Ok(row.last);
    }
    let sql = "INSERT INTO sequence (tenant_id, series, last) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING";
    tx.execute(sql, vec![tx.tenant().uuid().into(), series.into()]).await?;
    let row = tx.sql(NEXT).bind(series).one::<Last>().await?;
    row.map(|row| row.last)
        .ok_or_else(|| crate::Error::internal("a series that was just begun is gone"))
}
