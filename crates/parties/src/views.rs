//! The pages of customers, suppliers, groups and contacts are of the same few shapes; these are they.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Problem, ProblemKind};
use platform::audit;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::Flash;
use web::ui::{
    self, Alert, Chips, Field, FormErrors, Html, Icon, ListQuery, Mark, Pager, SearchBox, Tabs, Timeline, Tone, Views,
};
use web::{Ctx, Fields, Result, See, Staff};

use crate::party::{Party, PartyDraft, State};
use crate::values;

/// A list.
#[derive(Template)]
#[template(path = "pages/list.html")]
pub(crate) struct ListPage<'a> {
    pub(crate) w: &'a Words,
    pub(crate) heading: String,
    pub(crate) lede: String,
    pub(crate) tabs: Option<Tabs>,
    pub(crate) list: ListQuery,
    pub(crate) new: Option<(&'static str, String)>,
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
    pub(crate) hidden: Vec<(&'static str, String)>,
    pub(crate) blocks: Vec<(String, Vec<Field>)>,
    pub(crate) submit: String,
    pub(crate) cancel: String,
    pub(crate) remove: Option<(String, String)>,
}

/// The head of the pages about one customer or supplier.
#[derive(Template)]
#[template(path = "pages/party_head.html")]
pub(crate) struct PartyHead<'a> {
    pub(crate) w: &'a Words,
    pub(crate) name: String,
    pub(crate) sub: String,
    pub(crate) badge: Html,
    pub(crate) tabs: Tabs,
    pub(crate) may_edit: bool,
    pub(crate) csrf: String,
    pub(crate) edit: String,
    pub(crate) toggle: String,
    pub(crate) toggle_label: String,
}

/// What is known of one customer or supplier.
#[derive(Template)]
#[template(path = "pages/overview.html")]
pub(crate) struct OverviewPage<'a> {
    pub(crate) w: &'a Words,
    pub(crate) head: Html,
    pub(crate) facts: Vec<(String, Html)>,
    pub(crate) notes: Vec<String>,
}

/// What happened to one customer or supplier.
#[derive(Template)]
#[template(path = "pages/activity.html")]
pub(crate) struct ActivityPage<'a> {
    pub(crate) w: &'a Words,
    pub(crate) head: Html,
    pub(crate) timeline: Timeline,
}

/// A form whose fields are all text; they are read from what was typed.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Typed {}

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

/// What stands in a form's fields, what is wrong with them, and what somebody else saved meanwhile.
pub(crate) struct Filled<'a> {
    pub(crate) w: &'a Words,
    pub(crate) errors: FormErrors,
    pub(crate) values: Vec<(&'static str, String)>,
    pub(crate) meanwhile: Vec<(&'static str, String)>,
}

impl<'a> Filled<'a> {
    /// A form with these values.
    pub(crate) fn with(w: &'a Words, values: Vec<(&'static str, String)>) -> Self {
        Self {
            w,
            errors: FormErrors::none(),
            values,
            meanwhile: Vec::new(),
        }
    }

    /// A refused form as it was typed. `stored` is what is saved by now, shown where somebody else was quicker.
    pub(crate) fn again(
        w: &'a Words,
        names: &[&'static str],
        raw: &Fields,
        problem: &Problem,
        stored: Vec<(&'static str, String)>,
    ) -> Self {
        let values: Vec<_> = names.iter().map(|name| (*name, raw.get(name).to_owned())).collect();
        let differs = |(name, text): &(&'static str, String)| raw.get(name).trim() != text.as_str();
        let meanwhile = if problem.kind == ProblemKind::Stale {
            stored.into_iter().filter(differs).collect()
        } else {
            Vec::new()
        };
        Self {
            w,
            errors: FormErrors::of(w, problem),
            values,
            meanwhile,
        }
    }

    /// A field with its value, its error and, where somebody was quicker, what they saved.
    pub(crate) fn fill(&self, name: &str, field: Field) -> Field {
        let find =
            |list: &[(&'static str, String)]| list.iter().find(|(own, _)| *own == name).map(|(_, text)| text.clone());
        let field = field
            .value(find(&self.values).unwrap_or_default())
            .error(self.errors.get(name));
        match find(&self.meanwhile) {
            Some(saved) if saved.is_empty() => field.hint(self.w.t("parties-emptied-meanwhile")),
            Some(saved) => field.hint(self.w.t1("parties-saved-meanwhile", "value", saved)),
            None => field,
        }
    }

    fn bounded(&self, name: &str, label: String, max: usize) -> Field {
        self.fill(name, Field::text(name, label).attr("maxlength", max))
    }

    /// How to reach somebody.
    pub(crate) fn reach(&self) -> Vec<Field> {
        let w = self.w;
        vec![
            self.fill(
                "email",
                Field::email("email", w.t("parties-email"))
                    .autocomplete("off")
                    .attr("maxlength", values::MAX_EMAIL),
            ),
            self.bounded("phone", w.t("parties-phone"), values::MAX_PHONE)
                .attr("inputmode", "tel"),
        ]
    }

    /// Where somebody is.
    pub(crate) fn place(&self) -> Vec<Field> {
        let w = self.w;
        let country = self.bounded("country", w.t("parties-country"), 2);
        vec![
            self.bounded("street", w.t("parties-street"), values::MAX_STREET),
            self.bounded("city", w.t("parties-city"), values::MAX_CITY),
            self.bounded("region", w.t("parties-region"), values::MAX_CITY),
            self.bounded("postal_code", w.t("parties-postal-code"), values::MAX_POSTAL_CODE),
            if self.meanwhile.is_empty() {
                country.hint(w.t("parties-country-hint"))
            } else {
                country
            },
        ]
    }

    /// A name that must be given.
    pub(crate) fn name(&self) -> Field {
        self.bounded("name", self.w.t("parties-name"), values::MAX_NAME)
            .required()
    }

    /// One line of text.
    pub(crate) fn line(&self, name: &str, label: String, max: usize) -> Field {
        self.bounded(name, label, max)
    }

    /// Several lines of text.
    pub(crate) fn area(&self, name: &str, label: String) -> Field {
        self.fill(
            name,
            Field::textarea(name, label)
                .attr("maxlength", values::MAX_NOTES)
                .attr("rows", 4),
        )
    }
}

/// Names of the fields that every party's form has.
pub(crate) const PARTY_FIELDS: [&str; 10] = [
    "name",
    "email",
    "phone",
    "tax_id",
    "street",
    "city",
    "region",
    "postal_code",
    "country",
    "notes",
];

/// A party as typed.
pub(crate) fn party_draft(raw: &Fields) -> PartyDraft {
    let text = |name: &str| raw.get(name).to_owned();
    PartyDraft {
        name: text("name"),
        email: text("email"),
        phone: text("phone"),
        tax_id: text("tax_id"),
        street: text("street"),
        city: text("city"),
        region: text("region"),
        postal_code: text("postal_code"),
        country: text("country"),
        notes: text("notes"),
    }
}

/// A party as a form shows it.
pub(crate) fn party_values(party: &Party) -> Vec<(&'static str, String)> {
    let fields = party.fields().into_iter();
    fields
        .map(|(name, value)| (name, value.unwrap_or_default().to_owned()))
        .collect()
}

/// The version a form was shown with.
pub(crate) fn typed_version(raw: &Fields) -> Option<i64> {
    raw.get("version").parse().ok()
}

/// What stands above a form that somebody else was quicker with.
pub(crate) fn stale_notice(w: &Words, problem: &Problem) -> Option<Alert> {
    (problem.kind == ProblemKind::Stale).then(|| {
        ui::alert(
            Tone::Warn,
            w.t("parties-changed-meanwhile"),
            w.t("parties-changed-meanwhile-text"),
        )
    })
}

/// The name of a field, as forms and histories say it.
fn field_label(w: &Words, field: &str) -> String {
    match field {
        "name" => w.t("parties-name"),
        "company" => w.t("parties-company"),
        "email" => w.t("parties-email"),
        "phone" => w.t("parties-phone"),
        "tax_id" => w.t("parties-tax-id"),
        "street" => w.t("parties-street"),
        "city" => w.t("parties-city"),
        "region" => w.t("parties-region"),
        "postal_code" => w.t("parties-postal-code"),
        "country" => w.t("parties-country"),
        "notes" => w.t("parties-notes"),
        "group_id" => w.t("parties-group"),
        "kind" => w.t("parties-kind"),
        "website" => w.t("parties-website"),
        _ => field.to_owned(),
    }
}

/// The last hundred things that happened to a customer or supplier. Whoever may see them may see this.
pub(crate) async fn history(ctx: &Staff, subject: String) -> Result<Timeline> {
    let filter = &audit::Filter {
        subject: Some(subject),
        ..audit::Filter::default()
    };
    let entries = ctx
        .read(|read| async move { audit::list(read, filter, None, 100).await }.scope_boxed())
        .await?;
    let w = ctx.words();
    let add = |timeline: Timeline, entry: &audit::Entry| {
        let mark = if entry.act.ends_with(".added") {
            Mark::Ok
        } else {
            Mark::Past
        };
        timeline.item(mark, act(w, entry), actor(ctx, &entry.actor), Some((entry.at, w)))
    };
    Ok(entries.iter().fold(Timeline::new(), add))
}

fn act(w: &Words, entry: &audit::Entry) -> String {
    let now = &entry.detail["now"];
    match entry.act.as_str() {
        "parties.customer.added" | "parties.supplier.added" => w.t("parties-act-added"),
        "parties.customer.changed" | "parties.supplier.changed" => {
            let fields = now["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
            let labels: Vec<String> = fields
                .iter()
                .filter_map(|f| f.as_str())
                .map(|f| field_label(w, f))
                .collect();
            w.t1("parties-act-changed", "fields", labels.join(", "))
        }
        "parties.customer.state_changed" | "parties.supplier.state_changed" => match now["state"].as_str() {
            Some("archived") => w.t("parties-act-archived"),
            _ => w.t("parties-act-restored"),
        },
        "parties.customer.linked" => w.t("parties-act-linked"),
        "parties.contact.added" => w.t("parties-act-contact-added"),
        "parties.contact.changed" => w.t("parties-act-contact-changed"),
        "parties.contact.removed" => w.t("parties-act-contact-removed"),
        other => other.to_owned(),
    }
}

/// Who did it, as far as this room can say.
fn actor(ctx: &Ctx, actor: &str) -> String {
    let w = ctx.words();
    if ctx.user().is_some_and(|user| user.id.to_string() == actor) {
        return w.t("parties-by-you");
    }
    match actor.split('_').next() {
        Some("usr") => w.t("parties-by-colleague"),
        Some("key") => w.t("parties-by-key"),
        Some("visitor") => w.t("parties-by-visitor"),
        _ => w.t("parties-by-system"),
    }
}

/// What the pages about one customer or supplier are called, and where they are.
pub(crate) fn tabs(w: &Words, base: &str, current: &str, contacts: u64) -> Tabs {
    let tab = |tabs: Tabs, name: &str, label: String, count| {
        let href = if name.is_empty() {
            base.to_owned()
        } else {
            format!("{base}/{name}")
        };
        tabs.tab(href, label, count, name == current)
    };
    let tabs = tab(Tabs::new(w.t("parties-parts")), "", w.t("parties-overview"), None);
    let tabs = tab(tabs, "contacts", w.t("parties-contacts"), i64::try_from(contacts).ok());
    tab(tabs, "activity", w.t("parties-activity"), None)
}

/// The icon of an empty list of people.
pub(crate) const PEOPLE: Icon = Icon::People;
