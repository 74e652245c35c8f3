//! The security sheet names the test that proves each row; a test that is gone or renamed takes the proof with it, so
//! every name must lead to something.
//!
//! In the tests column a code span is the name of a test function, the path of a file, or a command of this program.

use crate::{
    finding::Finding,
    workspace::{Workspace, text},
};

const SHEET: &str = "docs/security.md";

/// Every name in the sheet that leads nowhere, and every row that claims a test and names none.
pub(crate) fn check(house: &Workspace) -> Vec<Finding> {
    let sources: Vec<String> = house.files("crates", "rs").iter().map(|file| text(file)).collect();
    let known = |name: &str| sources.iter().any(|source| source.contains(&format!("fn {name}(")));
    let exists = |name: &str| house.path(name).exists();
    let rows = text(&house.path(SHEET));
    let faults = rows
        .lines()
        .enumerate()
        .filter_map(|(at, line)| Some((at + 1, cells(line)?)));
    faults
        .flat_map(|(line, row)| {
            faults_of(&row, &known, &exists)
                .into_iter()
                .map(move |fault| Finding::new(format!("{SHEET}:{line}"), fault))
        })
        .collect()
}

struct Row<'a> {
    name: &'a str,
    tests: &'a str,
    score: &'a str,
}

fn cells(line: &str) -> Option<Row<'_>> {
    let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
    let numbered = cells.first()?.strip_prefix('S')?.parse::<u32>().is_ok();
    (numbered && cells.len() == 5).then(|| Row {
        name: cells[0],
        tests: cells[3],
        score: cells[4],
    })
}

fn faults_of(row: &Row<'_>, known: &dyn Fn(&str) -> bool, exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    let names: Vec<&str> = row.tests.split('`').skip(1).step_by(2).collect();
    let mut faults: Vec<String> = names
        .iter()
        .filter(|name| !leads_somewhere(name, known, exists))
        .map(|name| format!("{} names `{name}`, which is neither a test nor a file here", row.name))
        .collect();
    if row.score == "2" && names.is_empty() {
        faults.push(format!("{} has score 2 and names no test", row.name));
    }
    faults
}

fn leads_somewhere(name: &str, known: &dyn Fn(&str) -> bool, exists: &dyn Fn(&str) -> bool) -> bool {
    if name.starts_with("cargo xtask ") {
        return true;
    }
    if name.contains('/') { exists(name) } else { known(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(line: &str) -> usize {
        let row = cells(line).unwrap();
        faults_of(&row, &|name| name == "a_key_works", &|path| {
            path == "tests-e2e/suites/access.test.mjs"
        })
        .len()
    }

    #[test]
    fn a_proof_that_is_gone_is_found() {
        assert_eq!(
            faults(
                "| S1 | req | V1 | `a_key_works`, `tests-e2e/suites/access.test.mjs`, `cargo xtask check-sql` | 2 |"
            ),
            0
        );
        assert_eq!(faults("| S1 | req | V1 | `renamed_since` | 1 |"), 1);
        assert_eq!(faults("| S1 | req | V1 | by hand | 2 |"), 1);
        assert!(cells("| row | requirement | IDs | tests | score |").is_none());
    }
}
