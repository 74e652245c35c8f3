//! Files and functions that one no longer reads at once: worth a look, never a failure.

use std::path::Path;

use crate::{
    finding::Finding,
    scan::{blanked, functions},
    workspace::{Workspace, text},
};

const LONG_FILE: usize = 500;
const LONG_FUNCTION: usize = 70;

/// Names of what has grown past a screenful or two.
pub(crate) fn look(house: &Workspace) -> Vec<Finding> {
    let files = house.files("crates", "rs");
    let product = files.iter().filter(|file| !house.shown(file).contains("/tests/"));
    product.flat_map(|file| in_file(house, file)).collect()
}

fn in_file(house: &Workspace, file: &Path) -> Vec<Finding> {
    let source = text(file);
    let shown = house.shown(file);
    let mut found = Vec::new();
    let lines = source.lines().count();
    if lines > LONG_FILE {
        found.push(Finding::new(&shown, format!("{lines} lines in one file")));
    }
    for function in functions(&blanked(&source)) {
        let lines = function.last_line - function.line + 1;
        if lines > LONG_FUNCTION {
            found.push(Finding::new(
                format!("{shown}:{}", function.line),
                format!("`{}` has {lines} lines", function.name),
            ));
        }
    }
    found
}
