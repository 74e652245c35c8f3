//! Relative links in the documentation lead to files that exist, and to headings that exist in them.

use std::path::{Path, PathBuf};

use crate::{
    finding::Finding,
    scan::line_of,
    workspace::{Workspace, text},
};

/// Every link of a Markdown file that leads nowhere.
pub(crate) fn check(house: &Workspace) -> Vec<Finding> {
    house
        .files(".", "md")
        .iter()
        .flat_map(|file| in_file(house, file))
        .collect()
}

fn in_file(house: &Workspace, file: &Path) -> Vec<Finding> {
    let page = without_code(&text(file));
    let place = |at: usize| format!("{}:{}", shown(house, file), line_of(&page, at));
    let broken = links(&page)
        .into_iter()
        .filter_map(|(at, target)| Some((at, target, fault(file, target)?)));
    broken
        .map(|(at, target, fault)| Finding::new(place(at), format!("the link to `{target}` {fault}")))
        .collect()
}

fn shown(house: &Workspace, file: &Path) -> String {
    house.shown(file).trim_start_matches("./").to_owned()
}

/// Fenced blocks and code spans hold no links; they are blanked so that lines keep their numbers.
fn without_code(page: &str) -> String {
    let mut fenced = false;
    let mut out = String::with_capacity(page.len());
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            out.push_str(&without_spans(line));
        }
        out.push('\n');
    }
    out
}

fn without_spans(line: &str) -> String {
    let keep = |(index, part): (usize, &str)| {
        if index % 2 == 0 {
            part.to_owned()
        } else {
            " ".repeat(part.len())
        }
    };
    line.split('`').enumerate().map(keep).collect::<Vec<_>>().join("'")
}

fn links(page: &str) -> Vec<(usize, &str)> {
    let starts = page
        .match_indices("](")
        .map(|(at, mark)| (at, &page[at + mark.len()..]));
    starts
        .filter_map(|(at, rest)| Some((at, rest.split([')', ' ', '\n']).next()?)))
        .collect()
}

/// What is wrong with a target as seen from this file; nothing for addresses of the web, which no test may need.
fn fault(file: &Path, target: &str) -> Option<String> {
    if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, heading) = target.split_once('#').unwrap_or((target, ""));
    let goal: PathBuf = if path.is_empty() {
        file.to_path_buf()
    } else {
        file.parent()?.join(path)
    };
    if !goal.exists() {
        return Some("leads to no file".to_owned());
    }
    let misses = !heading.is_empty()
        && goal.extension().is_some_and(|e| e == "md")
        && !headings(&text(&goal)).contains(&heading.to_owned());
    misses.then(|| format!("names no heading of {path}"))
}

/// Headings as the anchors that forges make of them.
fn headings(page: &str) -> Vec<String> {
    let lines = page.lines().filter(|line| line.starts_with('#'));
    lines.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
}

fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn broken_links_and_headings_are_found() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("b.md"), "# Add a module\n").unwrap();
        let page = "[ok](b.md) [ok](b.md#add-a-module) [web](https://example.com)\n`[code](no.md)`\n[bad](c.md)\n[bad](b.md#gone)\n";
        fs::write(folder.path().join("a.md"), page).unwrap();
        let found = check(&Workspace::at(folder.path()));
        let places: Vec<&str> = found.iter().map(|finding| finding.place.as_str()).collect();
        assert_eq!(places, ["a.md:3", "a.md:4"]);
    }
}
