//! Migrations keep to what both databases understand the same way, and to the tenant.
//!
//! Every table has `tenant_id` at the head of its key, or stands in `ACROSS` with the reason why it belongs to no tenant;
//! a foreign key carries the tenant, so that even wrong code cannot link across; types are the portable ones; each step
//! has its way down; no two have the same number.

use std::{collections::BTreeMap, path::Path};

use crate::{
    finding::Finding,
    workspace::{Workspace, text},
};

/// The tables that belong to no tenant, and why. A new one is a decision.
const ACROSS: &[(&str, &str)] = &[
    (
        "event_head",
        "the one counter that numbers events of all tenants in commit order",
    ),
    ("event_cursor", "how far a subscriber has read, over all tenants"),
    ("job_queue", "a queue's pace and pause, which all tenants' jobs share"),
    (
        "cron_run",
        "the claim on one due moment of a schedule, before it fans out to tenants",
    ),
];

/// Types whose values come back differently from the two databases, or whose names only one knows.
const UNPORTABLE: &[&str] = &[
    "TIMESTAMP",
    "TIMESTAMPTZ",
    "DATETIME",
    "DATE",
    "TIME",
    "NUMERIC",
    "DECIMAL",
    "REAL",
    "DOUBLE",
    "FLOAT",
    "SERIAL",
    "BIGSERIAL",
    "AUTOINCREMENT",
    "BLOB",
    "BYTEA",
    "JSON",
    "JSONB",
    "UUID",
    "VARCHAR",
];

/// Everything in `crates/*/migrations` that breaks a rule.
pub(crate) fn check(house: &Workspace) -> Vec<Finding> {
    let files = house.files("crates", "sql");
    let mut found: Vec<Finding> = files.iter().flat_map(|file| in_file(house, file)).collect();
    found.extend(clashes(&files.iter().map(|file| house.shown(file)).collect::<Vec<_>>()));
    found
}

fn in_file(house: &Workspace, file: &Path) -> Vec<Finding> {
    let shown = house.shown(file);
    let mut found: Vec<Finding> = name_fault(&shown)
        .into_iter()
        .map(|fault| Finding::new(&shown, fault))
        .collect();
    if let Some(way) = shown.strip_suffix(".up.sql") {
        if !house.path(&format!("{way}.down.sql")).exists() {
            found.push(Finding::new(&shown, "has no way down; write the .down.sql beside it"));
        }
        found.extend(faults(&text(file)).into_iter().map(|fault| Finding::new(&shown, fault)));
    }
    found
}

/// `crates/catalog/migrations/20261121_040_catalog_tlds.up.sql`
fn name_fault(path: &str) -> Option<String> {
    let room = path.split('/').nth(1)?;
    let name = path.rsplit('/').next()?;
    let words: Vec<&str> = name.splitn(4, '_').collect();
    let numbers = |word: &str, length: usize| word.len() == length && word.bytes().all(|b| b.is_ascii_digit());
    let good = words.len() == 4 && numbers(words[0], 8) && numbers(words[1], 3) && words[2] == room;
    let named = good && (name.ends_with(".up.sql") || name.ends_with(".down.sql"));
    (!named).then(|| format!("is not named YYYYMMDD_NNN_{room}_what.up.sql or .down.sql"))
}

fn clashes(paths: &[String]) -> Vec<Finding> {
    let mut by_number: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for path in paths.iter().filter(|path| path.ends_with(".up.sql")) {
        let name = path.rsplit('/').next().unwrap_or_default();
        by_number
            .entry(name.split('_').nth(1).unwrap_or_default())
            .or_default()
            .push(path);
    }
    let twice = by_number.into_values().filter(|paths| paths.len() > 1);
    twice
        .map(|paths| {
            Finding::new(
                paths[1],
                format!("has the number of {}; migrations of all rooms have one order", paths[0]),
            )
        })
        .collect()
}

fn faults(sql: &str) -> Vec<String> {
    let plain: String = sql
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n");
    plain
        .split(';')
        .filter_map(created_table)
        .flat_map(|(name, body)| table_faults(name, body))
        .collect()
}

/// Name and body of a `CREATE TABLE`.
fn created_table(statement: &str) -> Option<(&str, &str)> {
    let rest = statement.trim().strip_prefix("CREATE TABLE")?.trim_start();
    let rest = rest.strip_prefix("IF NOT EXISTS").unwrap_or(rest).trim_start();
    let (name, body) = rest.split_once('(')?;
    Some((name.trim(), body))
}

fn table_faults(name: &str, body: &str) -> Vec<String> {
    let mut found = Vec::new();
    let words: Vec<&str> = body
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ','))
        .filter(|word| !word.is_empty())
        .collect();
    if ACROSS.iter().any(|(table, _)| *table == name) {
        return found;
    }
    if !words.contains(&"tenant_id") {
        found.push(format!(
            "`{name}` has no tenant_id; if it belongs to no tenant, say why in crates/xtask/src/migrations.rs"
        ));
    } else if !keyed_by_tenant(body) {
        found.push(format!("the key of `{name}` does not begin with tenant_id"));
    }
    let unportable = UNPORTABLE.iter().filter(|word| words.contains(word));
    found.extend(unportable.map(|word| {
        format!(
            "`{name}` uses {word}; instants and money are BIGINT, and {{uuid}}, {{json}}, {{bytes}} stand for the rest"
        )
    }));
    let links = body.match_indices("FOREIGN KEY").map(|(at, _)| &body[at..]);
    let loose = links.filter(|link| !link.split(')').next().unwrap_or_default().contains("tenant_id"));
    found.extend(loose.map(|_| format!("a foreign key of `{name}` does not carry the tenant")));
    found
}

fn keyed_by_tenant(body: &str) -> bool {
    let own_line = body.split("PRIMARY KEY").nth(1).is_some_and(|rest| {
        rest.trim_start()
            .trim_start_matches('(')
            .trim_start()
            .starts_with("tenant_id")
    });
    let of_column = body
        .split(',')
        .any(|column| column.trim().starts_with("tenant_id ") && column.contains("PRIMARY KEY"));
    own_line || of_column
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "-- users of a tenant; DATE is only a word here\nCREATE TABLE users (\n tenant_id {uuid} NOT NULL,\n id {uuid},\n at BIGINT,\n \
                        role_id {uuid},\n PRIMARY KEY (tenant_id, id),\n FOREIGN KEY (tenant_id, role_id) REFERENCES roles (tenant_id, id)\n);\n";

    #[test]
    fn a_table_of_a_tenant_with_portable_types_passes() {
        assert_eq!(faults(GOOD), Vec::<String>::new());
        assert_eq!(
            faults("CREATE TABLE tenants (tenant_id {uuid} NOT NULL PRIMARY KEY, slug TEXT);"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_table_without_the_tenant_is_found() {
        assert!(faults("CREATE TABLE users (id {uuid} PRIMARY KEY);")[0].contains("no tenant_id"));
        assert!(faults(&GOOD.replace("KEY (tenant_id, id)", "KEY (id)"))[0].contains("does not begin with tenant_id"));
        assert!(
            faults(&GOOD.replace("FOREIGN KEY (tenant_id, role_id)", "FOREIGN KEY (role_id)"))[0]
                .contains("does not carry the tenant")
        );
    }

    #[test]
    fn a_type_that_only_one_database_keeps_exactly_is_found() {
        assert!(faults(&GOOD.replace("at BIGINT", "at TIMESTAMP"))[0].contains("uses TIMESTAMP"));
        assert!(faults(&GOOD.replace("id {uuid},", "price NUMERIC(10,2),"))[0].contains("uses NUMERIC"));
    }

    #[test]
    fn names_and_numbers_have_one_order() {
        assert_eq!(
            name_fault("crates/catalog/migrations/20261121_040_catalog_tlds.up.sql"),
            None
        );
        assert!(name_fault("crates/catalog/migrations/20261121_040_tlds.up.sql").is_some());
        let same = [
            "crates/a/migrations/20261121_040_a_x.up.sql",
            "crates/b/migrations/20261122_040_b_y.up.sql",
        ];
        assert_eq!(clashes(&same.map(str::to_owned)).len(), 1);
    }
}
