//! Error pages: what happened, why, and what to do next. Nothing of the inside is shown but the number to ask with.

use askama::Template;

use super::{Head, Link, PlainShell, Tenant, plain};
use crate::messages::{Words, key};
use crate::problem::ProblemView;
use crate::ui::Icon;

/// The body of an error page, for any of the shells.
#[derive(Clone, Debug, Template)]
#[template(path = "page/error.html")]
pub struct ErrorBody<'a> {
    w: &'a Words,
    icon: Icon,
    title: String,
    /// What happened: the problem's own sentence.
    what: String,
    fields: Vec<String>,
    /// What to do next.
    next: String,
    actions: Vec<Link>,
    trace_id: String,
}

/// What each status advises to do next.
const NEXT: [(u16, &str); 11] = [
    (400, key("page-error-400-next")),
    (401, key("page-error-401-next")),
    (403, key("page-error-403-next")),
    (404, key("page-error-404-next")),
    (405, key("page-error-404-next")),
    (409, key("page-error-409-next")),
    (412, key("page-error-409-next")),
    (413, key("page-error-413-next")),
    (422, key("page-error-422-next")),
    (429, key("page-error-429-next")),
    (503, key("page-error-503-next")),
];

impl<'a> ErrorBody<'a> {
    /// The page of a problem.
    #[must_use]
    pub fn new(w: &'a Words, view: &ProblemView) -> Self {
        let next = NEXT
            .iter()
            .find(|(status, _)| *status == view.status)
            .map_or(key("page-error-500-next"), |(_, key)| *key);
        Self {
            w,
            icon: icon(view.status),
            title: view.title.clone(),
            what: view.detail.clone(),
            fields: view.fields.clone(),
            next: w.t(next),
            actions: actions(w, view),
            trace_id: view.trace_id.clone(),
        }
    }
}

fn icon(status: u16) -> Icon {
    match status {
        401 | 403 => Icon::Lock,
        404 | 405 => Icon::Search,
        409 | 412 => Icon::Refresh,
        429 | 503 => Icon::Clock,
        _ => Icon::Warning,
    }
}

/// The ways on, the likeliest first.
fn actions(w: &Words, view: &ProblemView) -> Vec<Link> {
    let home = if view.console { "/console" } else { "/" };
    let home = Link::new(
        home,
        w.t(if view.console {
            key("page-to-console")
        } else {
            key("page-to-site")
        }),
    );
    match &view.sign_in {
        Some(sign_in) => vec![Link::new(sign_in, w.t("page-sign-in")), home],
        None => vec![home],
    }
}

/// A whole error page in the bare frame, in the colours of the tenant where one was found.
#[must_use]
pub fn error_page(words: &Words, view: &ProblemView) -> String {
    let shell = match &view.site {
        Some(site) => {
            let tenant = Tenant {
                name: site.name.clone(),
                kind: String::new(),
                slug: site.slug.clone(),
                theme: site.theme,
                logo: site.logo.clone(),
            };
            PlainShell::of(words.clone(), &tenant)
        }
        None => PlainShell::new(words.clone()),
    };
    let head = Head::new(&view.title);
    plain(&shell, &head, &ErrorBody::new(words, view)).unwrap_or_else(|error| {
        tracing::error!(%error, "the error page did not render");
        crate::problem::plain_page(words, view)
    })
}
