//! The bare frame: one card in the middle. For signing in, for links from mails, for error pages, for the installation.

use askama::Template;

use super::{DocumentHead, Flash, Head, Scheme};
use crate::messages::Words;
use crate::ui::Tone;

/// What the bare frame shows beside its card.
#[derive(Clone)]
pub struct PlainShell {
    /// The visitor's words.
    pub words: Words,
    /// The name above the card: the tenant's, or the product's.
    pub name: String,
    /// Where the name leads.
    pub home: String,
    /// The address of the colours; empty for the product's own.
    pub theme_url: String,
    /// Where the logo is, if there is one.
    pub logo: Option<String>,
    /// What was just done.
    pub flash: Option<Flash>,
    /// Light or dark.
    pub scheme: Scheme,
    /// A wider card, for lists.
    pub wide: bool,
}

impl PlainShell {
    /// The product's own frame.
    #[must_use]
    pub fn new(words: Words) -> Self {
        Self {
            name: words.t("page-product"),
            words,
            home: "/".to_owned(),
            theme_url: String::new(),
            logo: None,
            flash: None,
            scheme: Scheme::System,
            wide: false,
        }
    }

    /// The frame of a tenant.
    #[must_use]
    pub fn of(words: Words, tenant: &super::Tenant) -> Self {
        Self {
            name: tenant.name.clone(),
            theme_url: tenant.theme_url(),
            logo: tenant.logo.clone(),
            ..Self::new(words)
        }
    }
}

#[derive(Template)]
#[template(path = "page/plain.html")]
struct PlainPage<'a, B: Template> {
    s: &'a PlainShell,
    w: &'a Words,
    document: DocumentHead<'a>,
    body: &'a B,
}

/// A page in the bare frame. The body begins with its `<h1>`; title and card are here.
///
/// # Errors
/// When the body does not render.
pub fn plain(shell: &PlainShell, head: &Head, body: &impl Template) -> askama::Result<String> {
    let w = &shell.words;
    let document = DocumentHead::new(w, head, &shell.name, shell.theme_url.clone());
    PlainPage {
        s: shell,
        w,
        document,
        body,
    }
    .render()
}
