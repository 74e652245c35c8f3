//! The two kinds of pages the room has in the console: a table, and a stack of cards with a form in each.

use askama::Template;
use web::ui::{self, Empty, Field, FormErrors, Html, Pager, SearchBox, Views};

/// A list of things.
#[derive(Template)]
#[template(path = "pages/table.html")]
pub(crate) struct TablePage {
    pub(crate) heading: String,
    pub(crate) lede: String,
    pub(crate) actions: Vec<Action>,
    pub(crate) filters: Option<(Views, SearchBox)>,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Row>,
    pub(crate) empty: Empty,
    pub(crate) pager: Option<Pager>,
}

/// A link that looks like a button.
pub(crate) struct Action {
    pub(crate) href: String,
    pub(crate) label: String,
    pub(crate) primary: bool,
}

impl Action {
    pub(crate) fn new(href: impl Into<String>, label: String) -> Self {
        Self {
            href: href.into(),
            label,
            primary: false,
        }
    }

    pub(crate) fn primary(href: impl Into<String>, label: String) -> Self {
        Self {
            primary: true,
            ..Self::new(href, label)
        }
    }
}

/// One row: what it is, and a cell for every column after the first.
pub(crate) struct Row {
    pub(crate) href: Option<String>,
    pub(crate) lead: String,
    pub(crate) sub: String,
    pub(crate) cells: Vec<Html>,
}

impl Row {
    /// The cells with the columns they stand in.
    fn labelled<'r>(&'r self, columns: &'r [String]) -> impl Iterator<Item = (&'r String, &'r Html)> {
        columns.iter().skip(1).zip(&self.cells)
    }
}

/// A stack of cards.
#[derive(Template)]
#[template(path = "pages/cards.html")]
pub(crate) struct CardsPage {
    pub(crate) heading: String,
    pub(crate) lede: String,
    pub(crate) errors: FormErrors,
    pub(crate) csrf: String,
    pub(crate) cards: Vec<Card>,
}

/// One card: some text, perhaps a form.
#[derive(Default)]
pub(crate) struct Card {
    pub(crate) id: &'static str,
    pub(crate) title: String,
    pub(crate) lede: String,
    pub(crate) body: Option<Html>,
    pub(crate) forms: Vec<CardForm>,
}

/// A form in a card.
#[derive(Default)]
pub(crate) struct CardForm {
    pub(crate) action: String,
    pub(crate) hidden: Vec<(&'static str, String)>,
    pub(crate) fields: Vec<Field>,
    /// More to fill in than fields, after them.
    pub(crate) more: Option<Html>,
    pub(crate) submit: String,
    pub(crate) danger: bool,
    pub(crate) upload: bool,
}

/// Names and values.
#[derive(Template)]
#[template(
    ext = "html",
    source = "<dl class=\"dl\">{% for (name, value) in pairs %}<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl>"
)]
pub(crate) struct Pairs {
    pub(crate) pairs: Vec<(String, Html)>,
}

/// Text where HTML is asked for.
#[derive(Template)]
#[template(ext = "html", source = "{{ text }}")]
struct Text<'t> {
    text: &'t str,
}

/// Text, escaped.
pub(crate) fn text(text: impl AsRef<str>) -> Html {
    Html::of(&Text { text: text.as_ref() })
}

/// Codes and keys that are shown once.
#[derive(Template)]
#[template(
    ext = "html",
    source = "<ul class=\"list\">{% for code in codes %}<li><code>{{ code }}</code></li>{% endfor %}</ul>"
)]
pub(crate) struct Codes<'c> {
    pub(crate) codes: &'c [String],
}
