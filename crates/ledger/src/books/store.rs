//! The row of a company's books.

use kernel::{Currency, Instant, Problem, ProblemKind};
use platform::{Error, Read, Result, Sql, Stored, Writer};
use sea_orm::FromQueryResult;

use super::model::Books;

const BOOKS: Sql =
    Sql::tenant("SELECT functional, closed_until, version, opened_at FROM ledger_books WHERE tenant_id = $1");
const OPEN: Sql = Sql::tenant(
    "INSERT INTO ledger_books (tenant_id, functional, closed_until, version, opened_at) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (tenant_id) DO NOTHING",
);
const CLOSE: Sql =
    Sql::tenant("UPDATE ledger_books SET closed_until = $2, version = $3 WHERE tenant_id = $1 AND version = $4");

#[derive(FromQueryResult)]
struct Row {
    functional: String,
    closed_until: String,
    version: i64,
    opened_at: i64,
}

/// The books, if there are any.
pub(crate) async fn get(read: &Read) -> Result<Option<Books>> {
    let row: Option<Row> = read.sql(BOOKS).one().await?;
    row.map(|row| {
        let closed = Some(row.closed_until).filter(|day| !day.is_empty());
        Ok(Books {
            functional: Currency::parse(&row.functional).map_err(Error::internal)?,
            closed_until: closed.map(|day| day.parse().map_err(Error::internal)).transpose()?,
            version: row.version,
            opened_at: Instant::from_micros(row.opened_at),
        })
    })
    .transpose()
}

impl Stored for Books {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let closed = self.closed_until.map(|day| day.to_string()).unwrap_or_default();
        let written = if self.version == 1 {
            let row = writer.sql(OPEN).bind(self.functional.code()).bind(closed);
            row.bind(self.version).bind(self.opened_at.micros()).execute().await?
        } else {
            let row = writer.sql(CLOSE).bind(closed).bind(self.version);
            row.bind(self.version - 1).execute().await?
        };
        match (written, self.version) {
            (1, _) => Ok(()),
            (_, 1) => Err(Problem::conflict("books_open").into()),
            _ => Err(Problem::new(ProblemKind::Stale, "stale").into()),
        }
    }
}
