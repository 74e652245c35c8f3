//! Finds message keys that are used and nowhere defined, without running a page.
//!
//! It reads the room's sources and templates as text and knows these forms, each with a literal key:
//! `.t("…")`, `.t1("…"`, `.t2("…"`, `.t3("…"`, `.args("…"`, `key("…")`; and problem codes in `refused("…")`,
//! `conflict("…")`, `ProblemKind::X, "…"` and `.field(pointer, "…")`, which stand for `error-…`; and rights declared as
//! `: Permission = Permission("…")`, which stand for their [`PermissionKeys`]. A key put together at run time otherwise is
//! not seen: list its possible values with [`key`](super::key) beside the code.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use self::plain_fluent::defined;
use super::PermissionKeys;

/// Complaints about one room: keys used and not defined in the fallback language, keys of other languages that the
/// fallback does not have, keys it lacks, and attributes that the CSP forbids in its templates. Empty when all is well.
#[must_use]
pub fn room(manifest_dir: &str, files: &[(&str, &str)]) -> Vec<String> {
    let root = Path::new(manifest_dir);
    let mut complaints = missing(root, files);
    complaints.extend(languages(files));
    complaints.extend(forbidden(&root.join("templates")));
    complaints
}

/// Keys the room's texts use that neither it nor web defines in the fallback language.
fn missing(root: &Path, files: &[(&str, &str)]) -> Vec<String> {
    let known = of_language(files, super::FALLBACK)
        .chain(of_language(super::WEB, super::FALLBACK))
        .collect::<BTreeSet<_>>();
    let mut complaints = Vec::new();
    for path in texts(&root.join("src"), "rs")
        .into_iter()
        .chain(texts(&root.join("templates"), "html"))
    {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for key in used(&product_code(&text)) {
            if !known.contains(&key) {
                complaints.push(format!(
                    "{}: no message `{key}`",
                    path.strip_prefix(root).unwrap_or(&path).display()
                ));
            }
        }
    }
    complaints
}

/// Where the languages of one room differ in their keys.
fn languages(files: &[(&str, &str)]) -> Vec<String> {
    let fallback: BTreeSet<String> = of_language(files, super::FALLBACK).collect();
    let tags: BTreeSet<&str> = files
        .iter()
        .map(|(tag, _)| *tag)
        .filter(|tag| *tag != super::FALLBACK)
        .collect();
    let mut complaints = Vec::new();
    for tag in tags {
        let own: BTreeSet<String> = of_language(files, tag).collect();
        complaints.extend(
            fallback
                .difference(&own)
                .map(|key| format!("{tag}: `{key}` is not translated")),
        );
        complaints.extend(
            own.difference(&fallback)
                .map(|key| format!("{tag}: `{key}` is unknown to {}", super::FALLBACK)),
        );
    }
    complaints
}

fn of_language<'a>(files: &'a [(&'a str, &'a str)], tag: &'a str) -> impl Iterator<Item = String> + 'a {
    files
        .iter()
        .filter(move |(own, _)| *own == tag)
        .flat_map(|(_, text)| defined(text))
}

/// Inline styles, inline handlers and inline scripts in the templates below a folder.
#[must_use]
pub fn forbidden(templates: &Path) -> Vec<String> {
    let mut complaints = Vec::new();
    for path in texts(templates, "html").into_iter().chain(texts(templates, "svg")) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for (number, line) in text.lines().enumerate() {
            if let Some(what) = inline(line) {
                complaints.push(format!(
                    "{}:{}: {what} would break the content security policy",
                    path.display(),
                    number + 1
                ));
            }
        }
    }
    complaints
}

/// What a line of markup does that the policy forbids.
fn inline(line: &str) -> Option<&'static str> {
    let line = line.to_ascii_lowercase();
    if line.contains(" style=") {
        return Some("a style attribute");
    }
    if line.contains("<style") {
        return Some("a style element");
    }
    if line
        .split("<script")
        .skip(1)
        .any(|rest| rest.split('>').next().is_some_and(|tag| !tag.contains(" src=")))
    {
        return Some("an inline script");
    }
    let handler = |rest: &str| {
        rest.find('=')
            .is_some_and(|end| end > 2 && rest[..end].bytes().all(|byte| byte.is_ascii_lowercase()))
    };
    if line.split(" on").skip(1).any(handler) {
        return Some("an inline event handler");
    }
    line.contains("javascript:").then_some("a javascript: address")
}

/// The part of a source file that ships: tests and comments may speak of keys that do not exist.
fn product_code(text: &str) -> String {
    let shipped = text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text);
    shipped
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect()
}

/// The keys a text uses in the forms this module knows.
fn used(text: &str) -> BTreeSet<String> {
    const KEYS: [&str; 6] = [".t(", ".t1(", ".t2(", ".t3(", ".args(", "key("];
    const CODES: [&str; 3] = ["refused(", "conflict(", "coded("];
    let mut found = BTreeSet::new();
    for form in KEYS {
        found.extend(
            literals_after(text, form)
                .filter(|literal| literal.contains('-'))
                .map(str::to_owned),
        );
    }
    for form in CODES {
        found.extend(literals_after(text, form).map(|code| format!("error-{code}")));
    }
    found.extend(
        after_kind(text)
            .chain(after_pointer(text))
            .map(|code| format!("error-{code}")),
    );
    found.extend(
        rights(text)
            .map(PermissionKeys::of)
            .flat_map(|keys| [keys.room, keys.label, keys.about]),
    );
    found
}

/// The rights a text declares as constants.
fn rights(text: &str) -> impl Iterator<Item = &str> {
    text.split(": Permission = Permission(\"")
        .skip(1)
        .filter_map(|rest| rest.split_once('"').map(|(right, _)| right))
}

/// Literals that directly follow a form, line breaks between allowed.
fn literals_after<'a>(text: &'a str, form: &'static str) -> impl Iterator<Item = &'a str> {
    text.match_indices(form).filter_map(move |(at, _)| {
        let joined =
            form.starts_with('.') || !text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
        joined.then(|| literal(text[at + form.len()..].trim_start())).flatten()
    })
}

/// `ProblemKind::Conflict, "code"`.
fn after_kind(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("ProblemKind::").filter_map(|(at, _)| {
        let (kind, rest) = text[at..].split_once(',')?;
        (kind.len() < 40).then(|| literal(rest.trim_start())).flatten()
    })
}

/// `.field("/pointer", "code")`; the pointer may be any expression without a comma in it.
fn after_pointer(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(".field(").filter_map(|(at, form)| {
        let (pointer, rest) = text[at + form.len()..].split_once(", ")?;
        (!pointer.contains(['\n', ';'])).then(|| literal(rest)).flatten()
    })
}

/// The string literal a text begins with, if it looks like a key or a code.
fn literal(text: &str) -> Option<&str> {
    let (literal, _) = text.strip_prefix('"')?.split_once('"')?;
    let shaped = literal.starts_with(|first: char| first.is_ascii_lowercase())
        && literal
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_');
    shaped.then_some(literal)
}

/// Files below a folder with an ending, in order.
fn texts(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return found;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            found.extend(texts(&path, ending));
        } else if path.extension().is_some_and(|own| own == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Reading keys off a Fluent file without its parser: a message begins a line with its key and an equals sign.
mod plain_fluent {
    /// The keys a file defines.
    pub(super) fn defined(text: &str) -> impl Iterator<Item = String> {
        text.lines()
            .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
            .filter_map(|line| {
                let (key, _) = line.split_once('=')?;
                let key = key.trim_end();
                key.bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
                    .then(|| key.to_owned())
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_seen_in_sources_and_templates() {
        let text = r#"{{ w.t("shop-a") }} w.t1("shop-b", "n", 1) key("shop-c") words.args(
            "shop-d", &[]) Problem::refused("bad_name") Problem::new(ProblemKind::Conflict, "taken")
            .field(format!("/x"), "not_a_number") monkey("shop-no") .t("nodash")
            pub const SELL: Permission = Permission("shop.old_goods.sell"); Permission("shop.no.declaration")"#;
        let found: Vec<String> = used(text).into_iter().collect();
        assert_eq!(
            found,
            [
                "error-bad_name",
                "error-not_a_number",
                "error-taken",
                "shop-a",
                "shop-b",
                "shop-c",
                "shop-d",
                "shop-permission-old-goods-sell",
                "shop-permission-old-goods-sell-about",
                "shop-permissions-about"
            ]
        );
    }

    #[test]
    fn inline_styles_handlers_and_scripts_are_seen() {
        assert!(inline(r#"<p style="color: red">"#).is_some());
        assert!(inline(r#"<button onclick="go()">"#).is_some());
        assert!(inline("<script>alert(1)</script>").is_some());
        assert!(inline(r#"<a href="javascript:x">"#).is_some());
        assert!(inline(r#"<script type="module" src="/a/ui.js"></script> once = more"#).is_none());
        assert!(inline(r#"<td headers="one">sold on = yes"#).is_none());
    }

    #[test]
    fn a_language_with_a_key_too_few_is_told() {
        let complaints = languages(&[("en-US", "a-b = 1\na-c = 2\n"), ("de-DE", "a-b = 1\na-x = 2\n")]);
        assert_eq!(
            complaints,
            ["de-DE: `a-c` is not translated", "de-DE: `a-x` is unknown to en-US"]
        );
    }

    #[test]
    fn webs_own_words_are_all_there() {
        assert_eq!(
            room(env!("CARGO_MANIFEST_DIR"), super::super::WEB),
            Vec::<String>::new()
        );
    }

    #[test]
    fn no_template_of_the_house_breaks_the_policy() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("web lies in crates/");
        let rooms = fs::read_dir(crates)
            .unwrap()
            .flatten()
            .map(|room| room.path().join("templates"));
        assert_eq!(
            rooms.flat_map(|templates| forbidden(&templates)).collect::<Vec<_>>(),
            Vec::<String>::new()
        );
    }
}
