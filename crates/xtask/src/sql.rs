//! SQL only with parameters: a statement built with `format!` is how a name becomes a command.

use std::path::Path;

use crate::{
    finding::Finding,
    scan::line_of,
    workspace::{Workspace, text},
};

const VERBS: &[&str] = &[
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "DELETE ",
    "WHERE ",
    "select ",
    "insert into",
    "delete from",
];

/// The files whose business is to write portable statements for two databases out of constants of our own.
const EXEMPT: &[&str] = &["crates/platform/src/", "crates/testkit/", "crates/xtask/"];

/// Every `format!` whose text reads like a statement.
pub(crate) fn check(house: &Workspace) -> Vec<Finding> {
    let files = house.files("crates", "rs");
    files
        .iter()
        .filter(|file| !exempt(&house.shown(file)))
        .flat_map(|file| in_file(house, file))
        .collect()
}

fn exempt(path: &str) -> bool {
    EXEMPT.iter().any(|start| path.starts_with(start)) || path.contains("/tests/")
}

fn in_file(house: &Workspace, file: &Path) -> Vec<Finding> {
    let source = text(file);
    suspicious(&source)
        .into_iter()
        .map(|line| Finding::new(format!("{}:{line}", house.shown(file)), ADVICE))
        .collect()
}

const ADVICE: &str = "a statement built with format!; write it as a constant with $1, $2 … and bind the values";

fn suspicious(source: &str) -> Vec<usize> {
    let calls = source
        .match_indices("format!(")
        .map(|(at, call)| (at, &source[at + call.len()..]));
    calls
        .filter(|(_, rest)| literal(rest).is_some_and(is_statement))
        .map(|(at, _)| line_of(source, at))
        .collect()
}

fn literal(rest: &str) -> Option<&str> {
    let text = rest.trim_start().strip_prefix('"')?;
    text.split('"').next()
}

fn is_statement(text: &str) -> bool {
    VERBS.iter().any(|verb| text.trim_start().starts_with(verb)) && text.contains('{')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_with_a_value_inside_is_found() {
        assert_eq!(
            suspicious("\nlet sql = format!(\"SELECT id FROM users WHERE email = '{email}'\");"),
            [2]
        );
        assert_eq!(
            suspicious("format!(\n  \"DELETE FROM sessions WHERE id = {}\", id)"),
            [1]
        );
    }

    #[test]
    fn prose_is_no_statement() {
        assert!(suspicious("format!(\"{count} rows were selected\"); format!(\"SELECT 1\")").is_empty());
    }
}
