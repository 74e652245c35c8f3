//! The public site's frame around this room's pages, whole or cut in two for pages that come in pieces.

use askama::Template;
use axum::response::Html;
use web::messages::{Words, key};
use web::page::{self, Head, Link};
use web::{Ctx, Result};

/// Where a page's rows go: the page is cut here. Typed text cannot contain it, since it is escaped.
const CUT: &str = "<!--rows-->";

/// What comes before the rows, and what after them.
pub(super) struct Cut {
    pub(super) head: String,
    pub(super) tail: String,
}

/// A page of the public site.
pub(super) fn whole(ctx: &Ctx, head: &Head, body: &impl Template) -> Result<Html<String>> {
    Ok(Html(rendered(ctx, head, body)?))
}

/// A page whose rows are still to come; its body holds `<!--rows-->` once.
pub(super) fn cut(ctx: &Ctx, head: &Head, body: &impl Template) -> Result<Cut> {
    let page = rendered(ctx, head, body)?;
    let (head, tail) = page.split_once(CUT).unwrap_or((&page, ""));
    Ok(Cut {
        head: head.to_owned(),
        tail: tail.to_owned(),
    })
}

fn rendered(ctx: &Ctx, head: &Head, body: &impl Template) -> Result<String> {
    let mut shell = ctx.public_shell();
    // The composition names the site's parts; where it names none, the shop's own pages are them.
    if shell.nav.is_empty() {
        shell.nav = places(ctx.words());
    }
    page::public(&shell, head, body).map_err(|error| platform::Error::internal(error).into())
}

/// The shop's pages, for the menu of the site.
pub fn places(words: &Words) -> Vec<Link> {
    [
        ("/", key("domains-nav-search")),
        ("/bulk", key("domains-nav-bulk")),
        ("/prices", key("domains-nav-prices")),
    ]
    .into_iter()
    .map(|(href, label)| Link::new(href, words.t(label)))
    .collect()
}
