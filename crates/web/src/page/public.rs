//! The frame of a tenant's public site and of its customers' pages. Sets no cookie and needs none.

use askama::Template;

use super::{CSRF_FIELD, DocumentHead, Flash, Head, Link, Scheme, Tenant, clock_words};
use crate::messages::Words;
use crate::ui::{self, Icon, Tone};

/// A menu behind a button: currencies, languages.
#[derive(Clone, Debug)]
pub struct Choices {
    /// On the button.
    pub label: String,
    /// What can be chosen, and whether it is.
    pub links: Vec<(Link, bool)>,
}

/// What the frame of a public page shows beside the page itself.
#[derive(Clone)]
pub struct PublicShell {
    /// The visitor's words.
    pub words: Words,
    /// The path of the request, for the current place in the menu.
    pub path: String,
    /// The token for the frame's own forms; empty for a visitor, who has none of them.
    pub csrf: String,
    /// The tenant.
    pub tenant: Tenant,
    /// The site's parts.
    pub nav: Vec<Link>,
    /// Currency or language, where there is a choice.
    pub choices: Option<Choices>,
    /// The customer's name, once signed in.
    pub customer: Option<String>,
    /// The customer's own pages, behind their name.
    pub account: Vec<Link>,
    /// The cart: where it is and how many things lie in it. None where there is no cart.
    pub cart: Option<(String, u64)>,
    /// Who runs the site and from where.
    pub imprint: String,
    /// Legal pages.
    pub legal: Vec<Link>,
    /// What was just done.
    pub flash: Option<Flash>,
    /// Light or dark.
    pub scheme: Scheme,
}

#[derive(Template)]
#[template(path = "page/public.html")]
struct PublicPage<'a, B: Template> {
    s: &'a PublicShell,
    w: &'a Words,
    document: DocumentHead<'a>,
    head: &'a Head,
    clock: String,
    body: &'a B,
}

/// A page of the public site. Its body brings its own `.wrap`, since a band may run from edge to edge.
///
/// # Errors
/// When the body does not render.
pub fn public(shell: &PublicShell, head: &Head, body: &impl Template) -> askama::Result<String> {
    let w = &shell.words;
    let document = DocumentHead::new(w, head, &shell.tenant.name, shell.tenant.theme_url());
    PublicPage {
        s: shell,
        w,
        document,
        head,
        clock: clock_words(w),
        body,
    }
    .render()
}
