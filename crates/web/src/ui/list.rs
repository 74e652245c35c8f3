//! Lists: the address is the saved view, so filters, sorting, paging and the CSV are all links of one query.

use std::borrow::Borrow;
use std::fmt::Display;

use askama::Template;
use askama::filters::HtmlSafe;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Html, Icon, escape};
use crate::messages::{AsCount, Words};

/// What may stand unencoded in a query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b',')
    .remove(b':');

/// Where a list stands: its path and the parameters that differ from their defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuery {
    path: String,
    params: Vec<(String, String)>,
}

impl ListQuery {
    /// Parameters that name a place in the list rather than a choice: a changed filter starts at the top again.
    const PLACES: [&'static str; 3] = ["after", "before", "page"];

    /// The list at a path, without parameters.
    #[must_use]
    pub fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            params: Vec::new(),
        }
    }

    /// With a parameter; an empty value means the default and is left out.
    #[must_use]
    pub fn param(mut self, name: &str, value: impl Display) -> Self {
        self.params.retain(|(own, _)| own != name);
        let value = value.to_string();
        if !value.is_empty() {
            self.params.push((name.to_owned(), value));
        }
        self
    }

    /// The value of a parameter, empty when it has its default.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.params
            .iter()
            .find(|(own, _)| own == name)
            .map_or("", |(_, value)| value)
    }

    /// The address with one parameter changed, at the top of the list.
    pub fn with(&self, name: &str, value: impl Display) -> String {
        let mut changed = self.clone();
        if !Self::PLACES.contains(&name) {
            changed.params.retain(|(own, _)| !Self::PLACES.contains(&own.as_str()));
        }
        changed.param(name, value).href()
    }

    /// The address without one parameter.
    #[must_use]
    pub fn without(&self, name: &str) -> String {
        self.with(name, "")
    }

    /// The address of the same list as CSV: the whole of it, with the filter applied.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut whole = self.clone();
        whole.params.retain(|(own, _)| !Self::PLACES.contains(&own.as_str()));
        whole.path.push_str(".csv");
        whole.href()
    }

    /// The address of what is shown.
    #[must_use]
    pub fn href(&self) -> String {
        let mut href = self.path.clone();
        for (index, (name, value)) in self.params.iter().enumerate() {
            href.push(if index == 0 { '?' } else { '&' });
            href.extend(utf8_percent_encode(name, QUERY));
            href.push('=');
            href.extend(utf8_percent_encode(value, QUERY));
        }
        href
    }

    /// Hidden fields for a GET form that changes one parameter and keeps the rest.
    #[must_use]
    pub fn hidden_except(&self, name: &str) -> Html {
        let kept = self
            .params
            .iter()
            .filter(|(own, _)| own != name && !Self::PLACES.contains(&own.as_str()));
        Html::join(kept.map(|(own, value)| super::hidden(own, value)))
    }

    /// The path without parameters.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// A column head that sorts: the first click ascending, the second descending.
pub fn sort_th(list: impl Borrow<ListQuery>, key: &str, label: impl Display) -> Html {
    sortable(list.borrow(), key, &label.to_string(), "")
}

/// The same for a column of numbers.
pub fn sort_th_num(list: impl Borrow<ListQuery>, key: &str, label: impl Display) -> Html {
    sortable(list.borrow(), key, &label.to_string(), r#" class="num""#)
}

fn sortable(list: &ListQuery, key: &str, label: &str, class: &str) -> Html {
    let sort = list.get("sort");
    let (state, next) = match sort.strip_prefix('-') {
        Some(descending) if descending == key => (r#" aria-sort="descending""#, key.to_owned()),
        None if sort == key => (r#" aria-sort="ascending""#, format!("-{key}")),
        _ => ("", key.to_owned()),
    };
    let href = escape(list.with("sort", next));
    Html::trusted(format!(
        r#"<th role="columnheader" scope="col"{class}{state}><a href="{href}">{}</a></th>"#,
        escape(label)
    ))
}

/// A column head.
pub fn th(label: impl Display) -> Html {
    Html::trusted(format!(r#"<th role="columnheader" scope="col">{}</th>"#, escape(label)))
}

/// The head of a column of numbers.
pub fn th_num(label: impl Display) -> Html {
    Html::trusted(format!(
        r#"<th role="columnheader" scope="col" class="num">{}</th>"#,
        escape(label)
    ))
}

/// The foot of a list: what of it is shown, and the way on.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/pager.html")]
pub struct Pager {
    range: String,
    note: String,
    label: String,
    previous_label: String,
    next_label: String,
    previous: Option<String>,
    next: Option<String>,
}

impl HtmlSafe for Pager {}

impl Pager {
    /// "1–50 of 512".
    pub fn new(words: &Words, first: impl AsCount, last: impl AsCount, total: impl AsCount) -> Self {
        let range = words.t3(
            "list-range",
            "first",
            first.count(),
            "last",
            last.count(),
            "total",
            total.count(),
        );
        Self::with_range(words, range)
    }

    /// "50 shown", for lists whose whole length is not counted.
    pub fn cursor(words: &Words, shown: impl AsCount) -> Self {
        Self::with_range(words, words.t1("list-shown", "n", shown.count()))
    }

    fn with_range(words: &Words, range: String) -> Self {
        Self {
            range,
            note: String::new(),
            label: words.t("list-pages"),
            previous_label: words.t("list-previous"),
            next_label: words.t("list-next"),
            previous: None,
            next: None,
        }
    }

    /// With the way back.
    #[must_use]
    pub fn prev(mut self, href: impl Display) -> Self {
        self.previous = Some(href.to_string());
        self
    }

    /// With the way on.
    #[must_use]
    pub fn next(mut self, href: impl Display) -> Self {
        self.next = Some(href.to_string());
        self
    }

    /// With a remark in the middle: where the numbers come from.
    #[must_use]
    pub fn note(mut self, note: impl Display) -> Self {
        self.note = note.to_string();
        self
    }
}

/// A search field that narrows the list: a GET form that keeps the other parameters.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<form class="in-search" role="search" action="{{ path }}"{% if !swap.is_empty() %} data-swap="{{ swap }}"{% endif %}>{{ kept }}{{ Icon::Search }}<label class="sr" for="{{ id }}">{{ label }}</label><input class="input input--sm" id="{{ id }}" name="q" type="search" value="{{ value }}" placeholder="{{ label }}" size="18" autocomplete="off"></form>"#
)]
pub struct SearchBox {
    path: String,
    kept: Html,
    label: String,
    value: String,
    id: String,
    swap: String,
}

impl HtmlSafe for SearchBox {}

impl SearchBox {
    /// The field of a list, named by what it looks through.
    pub fn new(list: &ListQuery, label: impl Display) -> Self {
        Self {
            path: list.path().to_owned(),
            kept: list.hidden_except("q"),
            label: label.to_string(),
            value: list.get("q").to_owned(),
            id: "list-q".to_owned(),
            swap: String::new(),
        }
    }

    /// Filters as you type, replacing one element (`#list`) of the page.
    #[must_use]
    pub fn swap(mut self, selector: impl Display) -> Self {
        self.swap = selector.to_string();
        self
    }

    /// With an id of its own, where a page has two.
    #[must_use]
    pub fn id(mut self, id: impl Display) -> Self {
        self.id = id.to_string();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> ListQuery {
        ListQuery::new("/console/prices")
            .param("q", "käse & co")
            .param("sort", "-name")
            .param("after", "abc")
            .param("view", "")
    }

    #[test]
    fn the_address_is_the_view() {
        assert_eq!(
            list().href(),
            "/console/prices?q=k%C3%A4se%20%26%20co&sort=-name&after=abc"
        );
        assert_eq!(
            list().with("view", "low"),
            "/console/prices?q=k%C3%A4se%20%26%20co&sort=-name&view=low"
        );
        assert_eq!(list().without("q"), "/console/prices?sort=-name");
        assert_eq!(
            list().with("after", "xyz"),
            "/console/prices?q=k%C3%A4se%20%26%20co&sort=-name&after=xyz"
        );
        assert_eq!(list().csv(), "/console/prices.csv?q=k%C3%A4se%20%26%20co&sort=-name");
    }

    #[test]
    fn a_sorted_column_says_so_and_turns_round() {
        let head = sort_th(list(), "name", "Ending").to_string();
        assert!(
            head.contains(r#"aria-sort="descending""#) && head.contains("sort=name\""),
            "{head}"
        );
        let other = sort_th_num(list(), "price", "Price").to_string();
        assert!(
            !other.contains("aria-sort") && other.contains("sort=price\"") && other.contains(r#"class="num""#),
            "{other}"
        );
    }
}
