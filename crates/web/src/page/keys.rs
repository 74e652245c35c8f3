//! The console's menu as a page shows it, and the keys that lead through it.

use std::collections::BTreeMap;

use askama::Template;

use crate::messages::Words;
use crate::ui::{Icon, Tone};

/// A place in the menu, or something to do from anywhere.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// Its word.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Its drawing.
    pub icon: Icon,
    /// The keys that lead there, `g p` or `c q`; empty for none.
    pub keys: &'static str,
    /// A number beside it, in a tone.
    pub count: Option<(u64, Tone)>,
}

impl NavItem {
    /// A place without keys and without a number.
    pub fn new(label: impl Into<String>, href: impl Into<String>, icon: Icon) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
            icon,
            keys: "",
            count: None,
        }
    }

    /// With the keys that lead there.
    #[must_use]
    pub fn keys(mut self, keys: &'static str) -> Self {
        self.keys = keys;
        self
    }

    /// With a number beside it; nothing is shown for zero.
    #[must_use]
    pub fn count(mut self, number: u64, tone: Tone) -> Self {
        self.count = (number > 0).then_some((number, tone));
        self
    }

    /// The keys one by one, in capitals, for display.
    pub(super) fn caps(&self) -> Vec<String> {
        self.keys.split_whitespace().map(str::to_uppercase).collect()
    }

    /// Whether a path lies at or below this place.
    pub(super) fn leads_to(&self, path: &str) -> bool {
        let rest = path.strip_prefix(self.href.as_str());
        rest.is_some_and(|rest| rest.is_empty() || (rest.starts_with('/') && self.href != "/console"))
    }
}

/// A part of the menu under its heading; an empty heading for the places above all headings.
#[derive(Clone, Debug)]
pub struct NavSection {
    /// The heading.
    pub title: String,
    /// Its places.
    pub items: Vec<NavItem>,
}

/// Which of the places a path belongs to: the one with the longest address that leads to it.
pub(super) fn current<'a>(items: impl Iterator<Item = &'a NavItem>, path: &str) -> String {
    let candidates = items.filter(|item| item.leads_to(path)).map(|item| item.href.as_str());
    candidates.max_by_key(|href| href.len()).unwrap_or_default().to_owned()
}

/// What is wrong with a table of keys: two places with the same ones, or a form nobody can type. The application's
/// test calls this with every entry of every room.
#[must_use]
pub fn key_clashes<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    let mut complaints = Vec::new();
    for (href, keys) in entries {
        if keys.is_empty() {
            continue;
        }
        let shaped = matches!(keys.as_bytes(), [b'g' | b'c', b' ', b'a'..=b'z']);
        if !shaped {
            complaints.push(format!("{href}: `{keys}` is not g or c, a space and a letter"));
        }
        if let Some(other) = seen.insert(keys, href).filter(|other| *other != href) {
            complaints.push(format!("{href} and {other} share the keys `{keys}`"));
        }
    }
    complaints
}

/// The list of keys, as the page `/console/keys` and as the dialog behind `?`.
#[derive(Clone, Debug, Template)]
#[template(path = "page/keys.html")]
pub struct KeysBody<'a> {
    pub(super) w: &'a Words,
    pub(super) rows: Vec<(Vec<String>, String)>,
}

impl askama::filters::HtmlSafe for KeysBody<'_> {}

impl<'a> KeysBody<'a> {
    /// The keys of these places, below those that hold everywhere.
    pub fn new<'b>(w: &'a Words, items: impl Iterator<Item = &'b NavItem>) -> Self {
        let one = |key: &str, text: String| (vec![key.to_owned()], text);
        let mut rows = vec![
            (vec!["Ctrl".to_owned(), "K".to_owned()], w.t("keys-palette")),
            one("/", w.t("keys-search")),
            one("?", w.t("keys-list")),
            one("Esc", w.t("keys-close")),
        ];
        rows.extend(
            items
                .filter(|item| !item.keys.is_empty())
                .map(|item| (item.caps(), item.label.clone())),
        );
        Self { w, rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_places_may_not_share_their_keys() {
        let table = [
            ("/console/prices", "g p"),
            ("/console/people", "g p"),
            ("/console", "g h"),
            ("/x", ""),
            ("/y", "q q"),
        ];
        assert_eq!(
            key_clashes(table),
            [
                "/console/people and /console/prices share the keys `g p`",
                "/y: `q q` is not g or c, a space and a letter"
            ]
        );
    }

    #[test]
    fn the_longest_address_is_the_current_place() {
        let items =
            ["/console", "/console/prices", "/console/prices/imports"].map(|href| NavItem::new("x", href, Icon::Home));
        assert_eq!(
            current(items.iter(), "/console/prices/imports/imp_1"),
            "/console/prices/imports"
        );
        assert_eq!(current(items.iter(), "/console/pricesheet"), "");
        assert_eq!(current(items.iter(), "/console"), "/console");
    }
}
