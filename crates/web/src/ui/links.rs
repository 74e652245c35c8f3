//! Rows of links: tabs, saved views, filters. Each is a page of its own; the current one is marked.

use std::fmt::Display;

use askama::Template;
use askama::filters::HtmlSafe;

use super::Icon;
use super::small::safe_href;

#[derive(Clone, Debug)]
struct Tab {
    href: String,
    text: String,
    count: Option<i64>,
    current: bool,
}

impl Tab {
    fn new(href: &impl Display, text: &impl Display, count: Option<i64>, current: bool) -> Self {
        Self {
            href: safe_href(&href.to_string()).to_owned(),
            text: text.to_string(),
            count,
            current,
        }
    }
}

/// Tabs are pages: a row of links, one of them current.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<nav class="tabs" aria-label="{{ label }}">{% for tab in tabs %}<a href="{{ tab.href }}"{% if tab.current %} aria-current="page"{% endif %}>{{ tab.text }}{% if let Some(n) = tab.count %} <span class="count">{{ n }}</span>{% endif %}</a>{% endfor %}</nav>"#
)]
pub struct Tabs {
    label: String,
    tabs: Vec<Tab>,
}

impl HtmlSafe for Tabs {}

impl Tabs {
    /// An empty row with its name for those who hear the page.
    pub fn new(label: impl Display) -> Self {
        Self {
            label: label.to_string(),
            tabs: Vec::new(),
        }
    }

    /// With one more page.
    #[must_use]
    pub fn tab(mut self, href: impl Display, text: impl Display, count: Option<i64>, current: bool) -> Self {
        self.tabs.push(Tab::new(&href, &text, count, current));
        self
    }
}

/// Saved views of one list.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<nav class="views" aria-label="{{ label }}">{% for view in views %}<a href="{{ view.href }}"{% if view.current %} aria-current="true"{% endif %}>{{ view.text }}{% if let Some(n) = view.count %} <span class="muted">{{ n }}</span>{% endif %}</a>{% endfor %}</nav>"#
)]
pub struct Views {
    label: String,
    views: Vec<Tab>,
}

impl HtmlSafe for Views {}

impl Views {
    /// An empty row with its name for those who hear the page.
    pub fn new(label: impl Display) -> Self {
        Self {
            label: label.to_string(),
            views: Vec::new(),
        }
    }

    /// With one more view.
    #[must_use]
    pub fn view(mut self, href: impl Display, text: impl Display, count: Option<i64>, current: bool) -> Self {
        self.views.push(Tab::new(&href, &text, count, current));
        self
    }
}

/// Filters in force, each with a way out, and filters that could be set.
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<div class="row">{% for (text, href, set) in chips %}<a class="chip"{% if *set %} data-set{% endif %} href="{{ href }}">{% if *set %}{{ text }} {{ Icon::Close }}{% else %}{{ Icon::Plus }}{{ text }}{% endif %}</a>{% endfor %}</div>"#
)]
pub struct Chips {
    chips: Vec<(String, String, bool)>,
}

impl HtmlSafe for Chips {}

impl Chips {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With a filter in force; the link takes it away.
    #[must_use]
    pub fn set(mut self, text: impl Display, remove_href: impl Display) -> Self {
        self.chips
            .push((text.to_string(), safe_href(&remove_href.to_string()).to_owned(), true));
        self
    }

    /// With a filter that can be set.
    #[must_use]
    pub fn add(mut self, text: impl Display, href: impl Display) -> Self {
        self.chips
            .push((text.to_string(), safe_href(&href.to_string()).to_owned(), false));
        self
    }
}
