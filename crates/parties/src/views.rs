//! The pages of customers, suppliers, groups and contacts are of the same few shapes; these are they.

mod filled;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Problem, ProblemKind};
use serde::Deserialize;
use web::messages::Words;
use web::page::Flash;
use web::ui::{self, Alert, Chips, Field, FormErrors, Html, Icon, ListQuery, Pager, SearchBox, Tabs, Tone, Views};
use web::{Result, See};

use crate::record::State;

pub(crate) use filled::{Filled, Typed, party_draft, stale_notice, typed_version};

/// A list.
#[derive(Template)]
#[template(path = "pages/list.html")]
pub(crate) struct ListPage<'a> {
    pub(crate) w: &'a Words,
    pub(crate) heading: String,
    pub(crate) lede: String,
    pub(crate) tabs: Option<Tabs>,
    pub(crate) list: ListQuery,
    pub(crate) new: Option<(String, String)>,
    pub(crate) views: Views,
    pub(crate) search: Option<SearchBox>,
    pub(crate) chips: Option<Chips>,
    pub(crate) heads: Vec<Html>,
    pub(crate) rows: Vec<Row>,
    pub(crate) empty: ui::Empty,
    pub(crate) pager: Option<Pager>,
}

/// A row of a list: a name that leads somewhere, and cells with the names of their columns.
pub(crate) struct Row {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) sub: String,
    pub(crate) cells: Vec<(String, Html)>,
}

/// A form.
#[derive(Template)]
#[template(path = "pages/edit.html")]
pub(crate) struct EditPage<'a> {
    pub(crate) w: &'a Words,
    pub(crate) errors: FormErrors,
    pub(crate) heading: String,
    pub(crate) lede: String,
    pub(crate) notice: Option<Alert>,
    pub(crate) action: String,
    pub(crate) csrf: String,
    pub(crate) hidden: Option<(&'static str, String)>,
    pub(crate) blocks: Vec<(String, Vec<Field>)>,
    pub(crate) submit: String,
    pub(crate) cancel: String,
    pub(crate) remove: Option<(String, String)>,
}

/// What a list page can be asked beside order, place and search.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    pub(crate) view: Option<String>,
    pub(crate) sort: Option<String>,
    pub(crate) q: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) kind: Option<String>,
}

impl Asked {
    /// Which state the view shows.
    pub(crate) fn state(&self) -> State {
        if self.view.as_deref() == Some("archived") {
            State::Archived
        } else {
            State::Active
        }
    }

    /// The list these belong to.
    pub(crate) fn query(&self, path: &str) -> ListQuery {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        ListQuery::new(path)
            .param("q", text(&self.q))
            .param(
                "view",
                if self.state() == State::Archived {
                    "archived"
                } else {
                    ""
                },
            )
            .param("sort", text(&self.sort))
            .param("group", text(&self.group))
            .param("kind", text(&self.kind))
    }
}

/// The two saved views of every list here.
pub(crate) fn views(w: &Words, list: &ListQuery, shown: State, active: u64, archived: u64) -> Views {
    let count = |n: u64| i64::try_from(n).ok();
    Views::new(w.t("parties-views"))
        .view(
            list.with("view", ""),
            w.t("parties-active"),
            count(active),
            shown == State::Active,
        )
        .view(
            list.with("view", "archived"),
            w.t("parties-archived"),
            count(archived),
            shown == State::Archived,
        )
}

/// How somebody stands, in a word.
pub(crate) fn state_badge(w: &Words, state: State) -> Html {
    match state {
        State::Active => ui::badge(Tone::Ok, w.t("parties-active")),
        State::Archived => ui::badge(Tone::None, w.t("parties-archived")),
    }
}

/// Where somebody is archived or restored, whichever they are not, and what the button says.
pub(crate) fn toggle(w: &Words, own: &str, state: State) -> (String, String) {
    match state {
        State::Active => (format!("{own}/archive"), w.t("parties-archive")),
        State::Archived => (format!("{own}/restore"), w.t("parties-restore")),
    }
}

/// What is said once somebody was archived or restored.
pub(crate) fn turned(w: &Words, name: &str, state: State) -> String {
    match state {
        State::Active => w.t1("parties-restored-named", "name", name),
        State::Archived => w.t1("parties-archived-named", "name", name),
    }
}

/// An empty list: `none` are the keys of what it says, `new` leads to the form of the first one.
pub(crate) fn empty(
    w: &Words,
    icon: Icon,
    none: [&'static str; 2],
    state: State,
    new: Option<(String, String)>,
) -> ui::Empty {
    if state == State::Archived {
        return ui::Empty::new(icon, w.t("parties-none-archived"), w.t("parties-none-archived-text"));
    }
    let empty = ui::Empty::new(icon, w.t(none[0]), w.t(none[1]));
    match new {
        Some((href, label)) => empty.primary(href, label),
        None => empty,
    }
}

/// Those that are there, with commas between them.
pub(crate) fn joined<'a>(parts: impl IntoIterator<Item = Option<&'a str>>) -> Option<String> {
    let there: Vec<&str> = parts.into_iter().flatten().collect();
    (!there.is_empty()).then(|| there.join(", "))
}

/// Text that stands where HTML is wanted.
pub(crate) fn text(text: impl Into<String>) -> Html {
    #[derive(Template)]
    #[template(ext = "html", source = "<bdi>{{ text }}</bdi>")]
    struct Plain {
        text: String,
    }
    Html::of(&Plain { text: text.into() })
}

/// The same, or a dash for nothing.
pub(crate) fn text_or_dash(value: Option<&str>) -> Html {
    text(value.unwrap_or("–"))
}

/// An address one can write to, or a dash.
pub(crate) fn mail_link(email: Option<&str>) -> Html {
    email.map_or_else(|| text("–"), |email| ui::link(format!("mailto:{email}"), email))
}

/// What a person is told on the page; a failure of ours goes on to the error page.
pub(crate) fn told(error: platform::Error) -> Result<Problem> {
    match error {
        platform::Error::Problem(problem)
            if !matches!(problem.kind, ProblemKind::NotFound | ProblemKind::Forbidden) =>
        {
            Ok(problem)
        }
        other => Err(other.into()),
    }
}

/// The page of a refused form, with the status that fits.
pub(crate) fn refused(page: Response, problem: &Problem) -> Response {
    let status = match problem.kind {
        ProblemKind::Conflict => StatusCode::CONFLICT,
        ProblemKind::Stale => StatusCode::PRECONDITION_FAILED,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    (status, page).into_response()
}

/// On to a page, where a sentence says what was done and a button takes it back.
pub(crate) fn done(path: String, text: String, undo: Option<String>) -> Response {
    let flash = Flash {
        undo,
        ..Flash::done(text)
    };
    See::other(path).flash(flash).into_response()
}
