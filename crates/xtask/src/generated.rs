//! Documents that the program prints about itself are committed, and fresh.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use crate::{
    finding::Finding,
    workspace::{Workspace, text},
};

/// One document and the command of the program that prints it.
pub(crate) struct Document {
    pub(crate) command: &'static str,
    pub(crate) path: &'static str,
}

/// All of them.
pub(crate) const DOCUMENTS: &[Document] = &[
    Document {
        command: "openapi",
        path: "docs/openapi.json",
    },
    Document {
        command: "events",
        path: "docs/events.md",
    },
    Document {
        command: "permissions",
        path: "docs/permissions.txt",
    },
    Document {
        command: "routes",
        path: "docs/routes.txt",
    },
];

/// Whether the committed document is what the program prints; `write` makes it so.
pub(crate) fn check(house: &Workspace, document: &Document, write: bool) -> Vec<Finding> {
    let printed = match printed(house, document.command) {
        Ok(printed) => printed,
        Err(error) => return vec![Finding::new(document.path, error)],
    };
    let path = house.path(document.path);
    if write {
        return match fs::write(&path, printed) {
            Ok(()) => Vec::new(),
            Err(error) => vec![Finding::new(document.path, error.to_string())],
        };
    }
    difference(document, &text(&path), &printed).into_iter().collect()
}

fn difference(document: &Document, committed: &str, printed: &str) -> Option<Finding> {
    if committed == printed {
        return None;
    }
    let line = committed
        .lines()
        .zip(printed.lines())
        .take_while(|(a, b)| a == b)
        .count();
    let at = |page: &str| page.lines().nth(line).unwrap_or("(end)").trim().to_owned();
    let advice = format!(
        "out of date: it says `{}` where the program prints `{}`; run `cargo xtask {} --write` and read the difference",
        at(committed),
        at(printed),
        document.command
    );
    Some(Finding::new(format!("{}:{}", document.path, line + 1), advice))
}

fn printed(house: &Workspace, command: &str) -> Result<String, String> {
    let output = run(house, command).map_err(|error| format!("the program could not be run: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "`entrepot {command}` failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("`entrepot {command}` printed something that is no text"))
}

fn run(house: &Workspace, command: &str) -> std::io::Result<Output> {
    if let Some(program) = std::env::var_os("ENTREPOT_BIN").map(PathBuf::from) {
        return Command::new(program).arg(command).current_dir(house.root()).output();
    }
    Command::new("cargo")
        .args(["run", "--quiet", "--package", "entrepot", "--", command])
        .current_dir(house.root())
        .output()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_named() {
        let finding = difference(&DOCUMENTS[1], "# Events\nold\n", "# Events\nnew\n").unwrap();
        assert_eq!(finding.place, "docs/events.md:2");
        assert!(finding.advice.contains("says `old` where the program prints `new`"));
        assert!(difference(&DOCUMENTS[1], "same", "same").is_none());
    }
}
