//! Writing rows by the thousand: few statements, each always the same text, so that the database reads it once. What all
//! rows share is bound once.
//!
//! Each database has its own best way. PostgreSQL takes a column of thousands of rows as one array. The embedded database
//! takes the rows' values one by one; it looks every *named* parameter up by walking the list of names, which for a
//! statement of thousands takes longer than writing its rows, so they stand at nameless places and only what is shared has
//! names.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::OnceLock;

use sea_orm::{DbBackend, Value};

use crate::{Error, Result};

/// Rows of one statement on the embedded database: up to sixty columns stay under what it takes as parameters.
const ROWS_EMBEDDED: usize = 500;
/// And on PostgreSQL: arrays of a megabyte or so.
const ROWS_POSTGRES: usize = 5_000;

/// How many rows one statement writes.
pub(super) const fn rows_at_once(backend: DbBackend) -> usize {
    match backend {
        DbBackend::Postgres => ROWS_POSTGRES,
        _ => ROWS_EMBEDDED,
    }
}

/// A table that takes rows by the thousand: a `static` of the slice's `store.rs`, made of names in the source alone.
/// [`super::Writer::insert_rows`] writes them.
#[derive(Debug)]
pub struct Bulk<const SHARED: usize, const OWN: usize> {
    table: &'static str,
    shared: [&'static str; SHARED],
    own: [&'static str; OWN],
    /// What becomes of a row that is there already.
    conflict: &'static str,
    /// The statement of a full chunk of the embedded database.
    embedded: OnceLock<String>,
    /// The statement of any chunk of PostgreSQL.
    postgres: OnceLock<String>,
}

impl<const SHARED: usize, const OWN: usize> Bulk<SHARED, OWN> {
    /// Rows of this table with the columns they share and those each has of its own; the tenant's is stamped, not named. A
    /// row that is there already refuses the statement.
    pub const fn into(table: &'static str, shared: [&'static str; SHARED], own: [&'static str; OWN]) -> Self {
        Self::into_where(table, shared, own, "")
    }

    /// As [`Bulk::into`], with an `ON CONFLICT` clause that says what becomes of a row that is there already.
    pub const fn into_where(
        table: &'static str,
        shared: [&'static str; SHARED],
        own: [&'static str; OWN],
        conflict: &'static str,
    ) -> Self {
        Self {
            table,
            shared,
            own,
            conflict,
            embedded: OnceLock::new(),
            postgres: OnceLock::new(),
        }
    }

    /// The statement that writes these rows, with its first values; the tenant's and the shared ones follow them.
    pub(super) fn statement(&self, backend: DbBackend, rows: Vec<[Value; OWN]>) -> Result<(Cow<'_, str>, Vec<Value>)> {
        match (backend, rows.first()) {
            (DbBackend::Postgres, Some(first)) => {
                let text = match self.postgres.get() {
                    Some(text) => text,
                    None => {
                        let text = self.of_arrays(first)?;
                        self.postgres.get_or_init(|| text)
                    }
                };
                Ok((text.into(), arrays(&rows)?))
            }
            _ => Ok((self.of_values(rows.len()), rows.into_iter().flatten().collect())),
        }
    }

    fn of_values(&self, rows: usize) -> Cow<'_, str> {
        if rows == ROWS_EMBEDDED {
            Cow::Borrowed(self.embedded.get_or_init(|| self.values_text(rows)))
        } else {
            Cow::Owned(self.values_text(rows))
        }
    }

    fn values_text(&self, rows: usize) -> String {
        let row = format!("({}, {})", self.shared_places(rows * OWN), ["?"; OWN].join(", "));
        self.text(&format!("VALUES {}", vec![row; rows].join(", ")))
    }

    fn of_arrays(&self, row: &[Value; OWN]) -> Result<String> {
        let arrays = (1..)
            .zip(row)
            .map(|(n, value)| Ok(format!("${n}::text::{}[]", type_of(value)?)));
        let arrays = arrays.collect::<Result<Vec<_>>>()?.join(", ");
        let (shared, own) = (self.shared_places(OWN), self.own.join(", "));
        Ok(self.text(&format!("SELECT {shared}, own.* FROM unnest({arrays}) AS own ({own})")))
    }

    /// The places of the tenant and of what is shared, after so many others.
    fn shared_places(&self, others: usize) -> String {
        let places: Vec<String> = (others + 1..=others + 1 + SHARED).map(|n| format!("${n}")).collect();
        places.join(", ")
    }

    fn text(&self, rows: &str) -> String {
        let columns: Vec<&str> = self.shared.into_iter().chain(self.own).collect();
        let (table, columns, conflict) = (self.table, columns.join(", "), self.conflict);
        let text = format!("INSERT INTO {table} (tenant_id, {columns}) {rows} {conflict}");
        text.trim_end().to_owned()
    }
}

/// A question about the rows of many keys, made of names in the source alone. [`super::Read::among`] asks it.
#[derive(Clone, Copy, Debug)]
pub struct Among {
    columns: &'static str,
    table: &'static str,
    key: &'static str,
}

impl Among {
    /// Columns of this table, looked up by a column that is unique within a tenant.
    pub const fn of(columns: &'static str, table: &'static str, key: &'static str) -> Self {
        Self { columns, table, key }
    }

    /// The question about these keys, and its values. `held`: nobody else changes the rows until the transaction ends; the
    /// embedded database has one writer and needs no words for it.
    pub(super) fn statement(self, backend: DbBackend, keys: Vec<Value>, held: bool) -> Result<(String, Vec<Value>)> {
        let Self { columns, table, key } = self;
        let ask = |tenant: usize, keys: &str| {
            format!("SELECT {columns} FROM {table} WHERE tenant_id = ${tenant} AND {key} {keys} ORDER BY {key}")
        };
        match (backend, keys.first()) {
            (DbBackend::Postgres, Some(first)) => {
                let one = ask(2, &format!("= ANY($1::text::{}[])", type_of(first)?));
                let rows: Vec<[Value; 1]> = keys.into_iter().map(|key| [key]).collect();
                Ok((if held { one + " FOR UPDATE" } else { one }, arrays(&rows)?))
            }
            _ => Ok((
                ask(keys.len() + 1, &format!("IN ({})", vec!["?"; keys.len()].join(", "))),
                keys,
            )),
        }
    }
}

/// PostgreSQL's type of a value.
fn type_of(value: &Value) -> Result<&'static str> {
    match value {
        Value::Uuid(_) => Ok("uuid"),
        Value::String(_) => Ok("text"),
        Value::BigInt(_) => Ok("bigint"),
        Value::Bool(_) => Ok("boolean"),
        other => Err(Error::internal(format!("no column of many rows: {other:?}"))),
    }
}

/// The columns of these rows as PostgreSQL writes arrays.
fn arrays<const OWN: usize>(rows: &[[Value; OWN]]) -> Result<Vec<Value>> {
    let mut arrays = [const { String::new() }; OWN];
    for (number, row) in rows.iter().enumerate() {
        for (array, value) in arrays.iter_mut().zip(row) {
            array.push(if number == 0 { '{' } else { ',' });
            write_element(array, value)?;
        }
    }
    let closed = arrays.into_iter().map(|array| (array + "}").into());
    Ok(closed.collect())
}

fn write_element(array: &mut String, value: &Value) -> Result<()> {
    let written = match value {
        Value::Uuid(Some(id)) => write!(array, "{id}"),
        Value::BigInt(Some(number)) => write!(array, "{number}"),
        Value::Bool(Some(flag)) => write!(array, "{flag}"),
        Value::String(Some(text)) => {
            array.push('"');
            for c in text.chars() {
                if matches!(c, '"' | '\\') {
                    array.push('\\');
                }
                array.push(c);
            }
            array.push('"');
            Ok(())
        }
        Value::Uuid(None) | Value::BigInt(None) | Value::Bool(None) | Value::String(None) => write!(array, "NULL"),
        other => return Err(Error::internal(format!("no column of many rows: {other:?}"))),
    };
    written.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    static CELLS: Bulk<1, 2> = Bulk::into("cells", ["version"], ["id", "name"]);

    fn row(id: i64, name: Option<&str>) -> [Value; 2] {
        [id.into(), name.map(str::to_owned).into()]
    }

    #[test]
    fn the_embedded_database_takes_values_at_nameless_places() {
        let (text, values) = CELLS
            .statement(DbBackend::Sqlite, vec![row(1, Some("a")), row(2, None)])
            .unwrap();
        assert_eq!(
            text,
            "INSERT INTO cells (tenant_id, version, id, name) VALUES ($5, $6, ?, ?), ($5, $6, ?, ?)"
        );
        assert_eq!(values.len(), 4);
    }

    #[test]
    fn a_full_chunk_is_always_the_same_text() {
        let full = || vec![row(1, None); ROWS_EMBEDDED];
        let (once, _) = CELLS.statement(DbBackend::Sqlite, full()).unwrap();
        let (again, _) = CELLS.statement(DbBackend::Sqlite, full()).unwrap();
        assert!(matches!(once, Cow::Borrowed(_)) && once.as_ptr() == again.as_ptr());
    }

    #[test]
    fn postgres_takes_columns_as_arrays() {
        let odd = r#"a "b" \ {c,d}"#;
        let (text, values) = CELLS
            .statement(DbBackend::Postgres, vec![row(1, Some(odd)), row(2, None)])
            .unwrap();
        assert_eq!(
            text,
            "INSERT INTO cells (tenant_id, version, id, name) SELECT $3, $4, own.* \
             FROM unnest($1::text::bigint[], $2::text::text[]) AS own (id, name)"
        );
        assert_eq!(values, ["{1,2}".into(), r#"{"a \"b\" \\ {c,d}",NULL}"#.into()]);
    }

    #[test]
    fn a_row_that_is_there_already_is_treated_as_the_clause_says() {
        static SEEN: Bulk<1, 1> = Bulk::into_where("seen", ["at"], ["name"], "ON CONFLICT DO NOTHING");
        let (text, _) = SEEN.statement(DbBackend::Sqlite, vec![[Value::from("a")]]).unwrap();
        assert!(text.ends_with("($2, $3, ?) ON CONFLICT DO NOTHING"), "{text}");
    }

    #[test]
    fn rows_of_many_keys_are_asked_for_at_once() {
        let among = Among::of("id, name", "cells", "name");
        let ask = |backend| among.statement(backend, vec!["a".into(), "b".into()], true).unwrap();
        let (text, values) = ask(DbBackend::Sqlite);
        assert_eq!(
            text,
            "SELECT id, name FROM cells WHERE tenant_id = $3 AND name IN (?, ?) ORDER BY name"
        );
        assert_eq!(values.len(), 2);
        let (text, values) = ask(DbBackend::Postgres);
        assert!(
            text.ends_with("name = ANY($1::text::text[]) ORDER BY name FOR UPDATE"),
            "{text}"
        );
        assert_eq!(values, [r#"{"a","b"}"#.into()]);
    }

    #[test]
    fn a_kind_of_value_that_has_no_array_is_refused() {
        static ODD: Bulk<1, 1> = Bulk::into("odd", ["at"], ["share"]);
        assert!(
            ODD.statement(DbBackend::Postgres, vec![[Value::from(0.5_f64)]])
                .is_err()
        );
    }
}
