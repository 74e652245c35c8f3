//! Pages obey the content security policy by construction: no style attribute, no handler attribute, no script or
//! style element with content of its own, no `javascript:` address.

use std::path::Path;

use crate::{
    finding::Finding,
    scan::line_of,
    workspace::{Workspace, text},
};

/// Every place in a page template that the policy would refuse (mail is exempt: mail clients know nothing but inline
/// style), and every place outside the shell that lets text through without escaping it.
pub(crate) fn check(house: &Workspace) -> Vec<Finding> {
    let files = house.files("crates", "html");
    let pages = files.iter().filter(|file| !house.shown(file).contains("/mails/"));
    let rooms = files
        .iter()
        .filter(|file| !house.shown(file).starts_with("crates/web/"));
    pages
        .flat_map(|file| in_file(house, file))
        .chain(rooms.flat_map(|file| unescaped(house, file)))
        .collect()
}

/// Web's shell and components pass what they have rendered; a room's template shows what people typed.
fn unescaped(house: &Workspace, file: &Path) -> Vec<Finding> {
    let page = text(file);
    let marks = page.match_indices("|safe").chain(page.match_indices("| safe"));
    marks
        .map(|(at, _)| Finding::new(format!("{}:{}", house.shown(file), line_of(&page, at)), UNESCAPED))
        .collect()
}

const UNESCAPED: &str = "`|safe` turns escaping off; let a component of web::ui render it";

fn in_file(house: &Workspace, file: &Path) -> Vec<Finding> {
    let page = text(file);
    let place = |at: usize| format!("{}:{}", house.shown(file), line_of(&page, at));
    refused(&page)
        .into_iter()
        .map(|(at, advice)| Finding::new(place(at), advice))
        .collect()
}

fn refused(page: &str) -> Vec<(usize, &'static str)> {
    let lower = page.to_ascii_lowercase();
    let mut found = Vec::new();
    for (at, tag) in tags(&lower) {
        if has_attribute(tag, |name| name == "style") {
            found.push((
                at,
                "a style attribute; use a class, an SVG attribute or <progress value>",
            ));
        }
        if has_attribute(tag, |name| {
            name.len() > 2 && name.starts_with("on") && name.chars().all(|c| c.is_ascii_alphabetic())
        }) {
            found.push((at, "a handler attribute; a module in assets listens instead"));
        }
        if tag.starts_with("<script") && !has_attribute(tag, |name| name == "src") {
            found.push((at, "a script without src; move it into a module in assets"));
        }
        if tag.starts_with("<style") {
            found.push((at, "a style element; move it into the stylesheet"));
        }
        if tag.contains("javascript:") {
            found.push((at, "a javascript: address; use a form or a button"));
        }
    }
    found
}

/// Opening tags with their place; quotes and template expressions may hold `>`.
fn tags(page: &str) -> Vec<(usize, &str)> {
    let starts = page
        .match_indices('<')
        .filter(|(at, _)| page[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic()));
    starts
        .map(|(at, _)| (at, &page[at..at + tag_length(&page[at..])]))
        .collect()
}

fn tag_length(text: &str) -> usize {
    let mut quote = None;
    let mut depth = 0i32;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '{') => depth += 1,
            (None, '}') => depth -= 1,
            (None, '"' | '\'') if depth == 0 => quote = Some(c),
            (Some(open), close) if open == close => quote = None,
            (None, '>') if depth <= 0 => return at,
            _ => {}
        }
    }
    text.len()
}

fn has_attribute(tag: &str, wanted: impl Fn(&str) -> bool) -> bool {
    let mut outside = String::new();
    let mut quote = None;
    for c in tag.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), close) if open == close => quote = None,
            (None, c) => outside.push(c),
            _ => {}
        }
    }
    let words = outside.split(|c: char| c.is_whitespace());
    words
        .skip(1)
        .filter_map(|word| word.split_once('='))
        .any(|(name, _)| wanted(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_policy_refuses_is_found() {
        assert_eq!(refused("<p style=\"color:red\">").len(), 1);
        assert_eq!(refused("<a class='x'\n onclick='go()'>").len(), 1);
        assert_eq!(refused("<script>go()</script>").len(), 1);
        assert_eq!(refused("<style>p{}</style>").len(), 1);
        assert_eq!(refused("<a href=\"javascript:go()\">").len(), 1);
    }

    #[test]
    fn what_the_policy_allows_passes() {
        let page = "<script type=\"module\" src=\"/assets/ui.js\"></script><a title=\"style=1 onclick=2\" data-once=\"x\">\
                    <p class=\"{% if a > b %}on{% endif %}\">one onion = two</p>";
        assert_eq!(refused(page), []);
    }
}
