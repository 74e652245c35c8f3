//! The committed fixtures (real price lists and the like) are the ones that tests and numbers in the documents were
//! made with: each file's SHA-256 stands in `fixtures/SHA256SUMS`, in the format of `sha256sum`.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::{
    finding::Finding,
    workspace::{Workspace, text},
};

const LIST: &str = "fixtures/SHA256SUMS";

/// Every fixture that differs from its fingerprint, has none, or is gone; `write` records what is there.
pub(crate) fn check(house: &Workspace, write: bool) -> Vec<Finding> {
    let now = fingerprints(&house.path("fixtures"));
    if write {
        let lines: String = now.iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect();
        return match fs::write(house.path(LIST), lines) {
            Ok(()) => Vec::new(),
            Err(error) => vec![Finding::new(LIST, error.to_string())],
        };
    }
    compare(&recorded(&text(&house.path(LIST))), &now)
}

fn compare(recorded: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<Finding> {
    let changed = now.iter().filter(|(name, sum)| recorded.get(*name) != Some(sum)).map(|(name, _)| {
        Finding::new(format!("fixtures/{name}"), "not the file whose fingerprint is recorded; if the change is meant, run `cargo xtask fixtures --write`")
    });
    let gone = recorded.keys().filter(|name| !now.contains_key(*name));
    changed
        .chain(gone.map(|name| {
            Finding::new(
                format!("fixtures/{name}"),
                "recorded in fixtures/SHA256SUMS, but missing",
            )
        }))
        .collect()
}

fn recorded(list: &str) -> BTreeMap<String, String> {
    list.lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(sum, name)| (name.to_owned(), sum.to_owned()))
        .collect()
}

fn fingerprints(folder: &Path) -> BTreeMap<String, String> {
    let mut files = Vec::new();
    below(folder, &mut files);
    let name = |path: &PathBuf| path.strip_prefix(folder).ok().map(|short| short.display().to_string());
    let named = files.iter().filter_map(|path| Some((name(path)?, path)));
    let data = named.filter(|(name, _)| name != "SHA256SUMS" && !name.ends_with(".md"));
    data.map(|(name, path)| (name, hex::encode(Sha256::digest(fs::read(path).unwrap_or_default()))))
        .collect()
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        if path.is_dir() {
            below(&path, files)
        } else {
            files.push(path)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_a_new_and_a_missing_fixture_are_found() {
        let recorded = recorded("aa  same.csv\nbb  changed.csv\ncc  gone.csv\n");
        let now = recorded_now(&[("same.csv", "aa"), ("changed.csv", "00"), ("new.csv", "dd")]);
        let places: Vec<String> = compare(&recorded, &now)
            .into_iter()
            .map(|finding| finding.place)
            .collect();
        assert_eq!(
            places,
            ["fixtures/changed.csv", "fixtures/new.csv", "fixtures/gone.csv"]
        );
    }

    fn recorded_now(files: &[(&str, &str)]) -> BTreeMap<String, String> {
        files
            .iter()
            .map(|(name, sum)| (name.to_string(), sum.to_string()))
            .collect()
    }
}
