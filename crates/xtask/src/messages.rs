//! One message, one place: the house joins every room's words, and a key that two files define stops the program at start.

use std::collections::BTreeMap;
use std::path::Path;

use crate::{
    finding::Finding,
    workspace::{Workspace, text},
};

/// Every key that stands more than once among the files of one language.
pub(crate) fn check(house: &Workspace) -> Vec<Finding> {
    let files = house.files("crates", "ftl");
    let read: Vec<(String, String, String)> = files
        .iter()
        .map(|file| (language(file), house.shown(file), text(file)))
        .collect();
    twice(&read)
        .into_iter()
        .map(|(key, places)| {
            Finding::new(
                places.join(", "),
                format!("`{key}` is defined more than once; rename one"),
            )
        })
        .collect()
}

/// `messages/en-US.ftl` and `messages/en-US/sync.ftl` are both of `en-US`.
fn language(file: &Path) -> String {
    let parts: Vec<_> = file.iter().map(|part| part.to_string_lossy()).collect();
    let after = parts.iter().position(|part| part == "messages").map_or(0, |at| at + 1);
    parts[after].trim_end_matches(".ftl").to_owned()
}

/// Keys with more than one place, from texts with their language and name.
fn twice(files: &[(String, String, String)]) -> Vec<(String, Vec<String>)> {
    let mut places: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for (language, name, text) in files {
        for (number, key) in keys(text) {
            places
                .entry((language, key))
                .or_default()
                .push(format!("{name}:{number}"));
        }
    }
    let many = places.into_iter().filter(|(_, places)| places.len() > 1);
    many.map(|((_, key), places)| (key.to_owned(), places)).collect()
}

/// Keys begin a line; attributes, selectors and what goes on are indented.
fn keys(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let key = |line: &'_ str| line.split_once('=').map(|(key, _)| key.trim_end().len());
    text.lines().enumerate().filter_map(move |(at, line)| {
        let name = &line[..key(line)?];
        let is_key = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        is_key.then_some((at + 1, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> (String, String, String) {
        (language(Path::new(name)), name.to_owned(), text.to_owned())
    }

    #[test]
    fn a_key_of_two_rooms_is_named_with_both_places() {
        let files = [
            file("crates/a/messages/en-US.ftl", "# words\nerror-many = Many\n"),
            file(
                "crates/b/messages/en-US/x.ftl",
                "other = { $n ->\n    [one] One = 1\n}\nerror-many = Too many\n",
            ),
        ];
        let places = ["crates/a/messages/en-US.ftl:2", "crates/b/messages/en-US/x.ftl:4"].map(str::to_owned);
        assert_eq!(twice(&files), [("error-many".to_owned(), places.to_vec())]);
    }

    #[test]
    fn two_languages_have_the_same_keys() {
        let files = [
            file("crates/a/messages/en-US.ftl", "hello = Hello\n"),
            file("crates/a/messages/fr.ftl", "hello = Bonjour\n"),
        ];
        assert!(twice(&files).is_empty());
    }
}
