//! Every dependency's licence is one that `deny.toml` allows, and none of the crates it bans is built.
//!
//! cargo-deny does this and more (it knows advisories); this needs nothing but cargo, so that it runs everywhere.

use std::{collections::BTreeSet, process::Command};

use crate::{
    finding::Finding,
    workspace::{Workspace, text},
};

/// Every package with a licence or a name that `deny.toml` does not allow.
pub(crate) fn check(house: &Workspace) -> Vec<Finding> {
    let rules: toml::Table = match text(&house.path("deny.toml")).parse() {
        Ok(rules) => rules,
        Err(error) => return vec![Finding::new("deny.toml", error.to_string())],
    };
    match packages(house) {
        Ok(packages) => packages
            .iter()
            .filter_map(|package| judge(package, &allowed(&rules), &banned(&rules)))
            .collect(),
        Err(error) => vec![Finding::new("cargo tree", error)],
    }
}

struct Package {
    name: String,
    version: String,
    licence: String,
}

/// The packages that are really built into something here; the lock file lists more.
fn packages(house: &Workspace) -> Result<Vec<Package>, String> {
    let output = Command::new("cargo")
        .args([
            "tree",
            "--workspace",
            "--locked",
            "--offline",
            "--prefix",
            "none",
            "--format",
            "{p}|{l}",
        ])
        .current_dir(house.root())
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    let lines: BTreeSet<String> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_owned)
        .collect();
    Ok(lines.iter().filter_map(|line| package(line)).collect())
}

/// `serde v1.0.229|MIT OR Apache-2.0`, with `(proc-macro)` or a path after the version, and `(*)` where it stood before.
fn package(line: &str) -> Option<Package> {
    let (package, licence) = line.split_once('|')?;
    let licence = licence.trim_end_matches(" (*)");
    let mut words = package.split_whitespace();
    Some(Package {
        name: words.next()?.to_owned(),
        version: words.next()?.to_owned(),
        licence: licence.trim().to_owned(),
    })
}

fn allowed(rules: &toml::Table) -> BTreeSet<String> {
    let list = rules
        .get("licenses")
        .and_then(|section| section.get("allow"))
        .and_then(toml::Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|licence| Some(licence.as_str()?.to_owned()))
        .collect()
}

fn banned(rules: &toml::Table) -> BTreeSet<String> {
    let list = rules
        .get("bans")
        .and_then(|section| section.get("deny"))
        .and_then(toml::Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.get("name")?.as_str()?.to_owned()))
        .collect()
}

fn judge(package: &Package, allowed: &BTreeSet<String>, banned: &BTreeSet<String>) -> Option<Finding> {
    let place = format!("{} {}", package.name, package.version);
    if banned.contains(&package.name) {
        return Some(Finding::new(
            place,
            "deny.toml bans this crate; see the reason there and use `cargo tree -i` to find who wants it",
        ));
    }
    if accepts(&package.licence, allowed) {
        return None;
    }
    let advice = format!(
        "its licence `{}` is not one that deny.toml allows; do without it, or allow the licence with a reason",
        package.licence
    );
    Some(Finding::new(place, advice))
}

/// An SPDX expression: any of an OR, each of an AND; `/` is an old way to write OR.
fn accepts(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let tokens = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = tokens.split_whitespace().collect();
    !words.is_empty() && Expression { words: &words, at: 0 }.any(allowed)
}

struct Expression<'a> {
    words: &'a [&'a str],
    at: usize,
}

impl Expression<'_> {
    fn any(&mut self, allowed: &BTreeSet<String>) -> bool {
        let mut good = self.each(allowed);
        while self.skip("OR") {
            good |= self.each(allowed);
        }
        good
    }

    fn each(&mut self, allowed: &BTreeSet<String>) -> bool {
        let mut good = self.one(allowed);
        while self.skip("AND") {
            good &= self.one(allowed);
        }
        good
    }

    fn one(&mut self, allowed: &BTreeSet<String>) -> bool {
        if self.skip("(") {
            let good = self.any(allowed);
            self.skip(")");
            return good;
        }
        let mut name = self.words.get(self.at).copied().unwrap_or_default().to_owned();
        self.at += 1;
        if self.skip("WITH") {
            name = format!("{name} WITH {}", self.words.get(self.at).copied().unwrap_or_default());
            self.at += 1;
        }
        allowed.contains(&name)
    }

    fn skip(&mut self, word: &str) -> bool {
        let here = self.words.get(self.at) == Some(&word);
        self.at += usize::from(here);
        here
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licence_expressions_are_read_as_spdx_says() {
        let allowed: BTreeSet<String> = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "ISC"]
            .map(str::to_owned)
            .into();
        for good in [
            "MIT",
            "MIT/GPL-3.0",
            "GPL-2.0 OR (MIT AND ISC)",
            "Apache-2.0 WITH LLVM-exception OR X",
            "ISC AND (X OR MIT)",
        ] {
            assert!(accepts(good, &allowed), "{good}");
        }
        for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "ISC AND (X OR Y)"] {
            assert!(!accepts(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn a_line_of_the_tree_is_read() {
        let read = package("serde_derive v1.0.229 (proc-macro)|MIT OR Apache-2.0").unwrap();
        assert_eq!(
            (read.name.as_str(), read.version.as_str(), read.licence.as_str()),
            ("serde_derive", "v1.0.229", "MIT OR Apache-2.0")
        );
    }

    #[test]
    fn a_banned_crate_is_named() {
        let package = Package {
            name: "openssl".to_owned(),
            version: "1.0.0".to_owned(),
            licence: "MIT".to_owned(),
        };
        let set = |word: &str| BTreeSet::from([word.to_owned()]);
        assert!(judge(&package, &set("MIT"), &set("openssl")).is_some());
        assert!(judge(&package, &set("MIT"), &set("ring")).is_none());
    }
}
