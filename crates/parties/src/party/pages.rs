//! The pages of customers and suppliers: the list, one of them, the form. Each slice says in `Pages` what is its own.

mod form;
mod history;
mod list;

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use kernel::Problem;
use platform::Read;
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Alert, Field, Html, Icon, Tabs, Timeline};
use web::{App, Fields, Path, Result, Staff};

use super::Party;
use crate::contacts::{self, Owner};
use crate::record::{Of, State, ops};
use crate::seek::Many;
use crate::views::{self, Asked, Filled};

/// Message keys of the words that differ.
pub(crate) struct Titles {
    /// All of them: `Customers`.
    pub(crate) many: &'static str,
    pub(crate) lede: &'static str,
    pub(crate) find: &'static str,
    pub(crate) none: &'static str,
    pub(crate) none_text: &'static str,
    pub(crate) new: &'static str,
    pub(crate) new_lede: &'static str,
    pub(crate) add: &'static str,
    /// What they are classed by: `Price level`.
    pub(crate) class: &'static str,
}

/// What the pages of customers and of suppliers differ in.
pub(crate) trait Pages: Many<Id: Into<Owner>> {
    /// Other records that their pages speak of: the price levels of customers.
    type Beside: Send + Sync;

    const TITLES: Titles;
    const ICON: Icon;
    const PATH: &'static str;
    /// The parameter a list is narrowed by.
    const CLASS: &'static str;
    /// The columns of their CSV, apart from each other by spaces.
    const CSV: &'static str;

    /// What all customers and suppliers have.
    fn party(&self) -> &Party;

    fn beside(read: &Read) -> impl Future<Output = platform::Result<Self::Beside>> + Send;

    /// Tabs above the list.
    fn list_tabs(_: &Words) -> Option<Tabs> {
        None
    }

    /// The class a list is narrowed to.
    fn asked(asked: &Asked) -> Option<Self::Class>;

    /// What a narrowed list says it is narrowed to.
    fn chip(w: &Words, class: Self::Class, beside: &Self::Beside) -> Option<String>;

    /// Their class, in a table.
    fn class_cell(&self, w: &Words, beside: &Self::Beside) -> Html;

    /// What stands under their name in the list.
    fn row_sub(&self) -> String {
        String::new()
    }

    /// What stands under their name on their own pages.
    fn head_sub(&self, w: &Words) -> String;

    /// What is known of them, before and after what is known of all.
    fn facts(&self, w: &Words, beside: &Self::Beside) -> [Vec<(String, Html)>; 2];

    /// A row of their CSV.
    fn csv(record: &Of<Self>, beside: &Self::Beside) -> Vec<String>;

    /// The form as typed.
    fn draft(raw: &Fields) -> Result<Self::Draft, Problem>;

    /// The form's own fields as they are kept.
    fn stored(&self) -> Vec<(&'static str, String)>;

    /// The same of somebody new.
    fn blank() -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// The fields of the form that say who they are.
    fn who(filled: &Filled<'_>) -> Vec<Field>;

    /// The fields of the form that say on which terms they are traded with.
    fn terms(filled: &Filled<'_>, had: Option<&Self>, beside: &Self::Beside) -> Vec<Field>;

    /// A word on a refusal that a form alone does not explain.
    fn notice(_: &Words, _: &Problem) -> Option<Alert> {
        None
    }
}

/// The routes of one slice, all but those of its contacts.
pub(crate) fn routes<D: Pages>() -> Router<App> {
    let at = |rest: &str| format!("{}{rest}", D::PATH);
    Router::new()
        .route(&at(""), get(list::show::<D>).post(form::add::<D>))
        .route(&at(".csv"), get(list::csv::<D>))
        .route(&at("/new"), get(form::new::<D>))
        .route(&at("/{id}"), get(overview::<D>).post(form::save::<D>))
        .route(&at("/{id}/edit"), get(form::edit::<D>))
        .route(&at("/{id}/activity"), get(activity::<D>))
        .route(&at("/{id}/archive"), post(archive::<D>))
        .route(&at("/{id}/restore"), post(restore::<D>))
}

/// The page of one of them.
pub(crate) fn path<D: Pages>(id: D::Id) -> String {
    format!("{}/{id}", D::PATH)
}

/// The head of the pages about one customer or supplier.
#[derive(Template)]
#[template(path = "pages/party_head.html")]
struct PartyHead<'a> {
    w: &'a Words,
    name: String,
    sub: String,
    badge: Html,
    tabs: Tabs,
    may_edit: bool,
    csrf: String,
    edit: String,
    toggle: String,
    toggle_label: String,
}

/// What is known of one customer or supplier.
#[derive(Template)]
#[template(path = "pages/overview.html")]
struct OverviewPage<'a> {
    w: &'a Words,
    head: Html,
    facts: Vec<(String, Html)>,
    notes: Vec<String>,
}

/// What happened to one customer or supplier.
#[derive(Template)]
#[template(path = "pages/activity.html")]
struct ActivityPage<'a> {
    w: &'a Words,
    head: Html,
    timeline: Timeline,
}

/// A customer or supplier with what their pages show beside them.
struct Shown<D: Pages> {
    record: Of<D>,
    contacts: u64,
    beside: D::Beside,
}

async fn load<D: Pages>(ctx: &Staff, id: D::Id) -> Result<Shown<D>> {
    Ok(ctx
        .read(|read| {
            async move {
                Ok(Shown {
                    record: ops::by_id::<D>(read, id).await?,
                    contacts: contacts::store::count(read, id.into()).await?,
                    beside: D::beside(read).await?,
                })
            }
            .scope_boxed()
        })
        .await?)
}

/// Title and crumbs of a page about one, and the head above its content, for other slices' pages about them.
pub(crate) async fn head_of<D: Pages>(ctx: &Staff, id: D::Id, current: &str) -> Result<(Head, Html)> {
    let shown = load::<D>(ctx, id).await?;
    Ok((title::<D>(ctx, shown.record.details.name()), head(ctx, &shown, current)))
}

fn title<D: Pages>(ctx: &Staff, name: &str) -> Head {
    Head::new(name).crumb(ctx.t(D::TITLES.many), D::PATH)
}

fn head<D: Pages>(ctx: &Staff, shown: &Shown<D>, current: &str) -> Html {
    let (w, record) = (ctx.words(), &shown.record);
    let base = path::<D>(record.id);
    let (toggle, toggle_label) = views::toggle(w, &base, record.state);
    Html::of(&PartyHead {
        w,
        name: record.details.name().to_owned(),
        sub: record.details.head_sub(w),
        badge: views::state_badge(w, record.state),
        tabs: tabs(w, &base, current, shown.contacts),
        may_edit: ctx.may(D::EDIT),
        csrf: ctx.csrf(),
        edit: format!("{base}/edit"),
        toggle,
        toggle_label,
    })
}

/// What the pages about one of them are called, and where they are.
fn tabs(w: &Words, base: &str, current: &str, contacts: u64) -> Tabs {
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

async fn overview<D: Pages>(ctx: Staff, Path(id): Path<D::Id>) -> Result<Response> {
    let shown = load::<D>(&ctx, id).await?;
    let (w, details) = (ctx.words(), &shown.record.details);
    let party = details.party();
    let reach = vec![
        (w.t("parties-email"), views::mail_link(party.email.as_deref())),
        (w.t("parties-phone"), views::text_or_dash(party.phone.as_deref())),
        (w.t("parties-tax-id"), views::text_or_dash(party.tax_id.as_deref())),
        (w.t("parties-address"), views::text_or_dash(party.address().as_deref())),
    ];
    let since = (w.t("parties-known-since"), ui::when(w, shown.record.created_at));
    let [before, after] = details.facts(w, &shown.beside);
    let page = OverviewPage {
        w,
        head: head(&ctx, &shown, ""),
        facts: before.into_iter().chain(reach).chain(after).chain([since]).collect(),
        notes: party
            .notes
            .iter()
            .flat_map(|notes| notes.lines().map(str::to_owned))
            .collect(),
    };
    ctx.console(&title::<D>(&ctx, &party.name), &page).await
}

async fn activity<D: Pages>(ctx: Staff, Path(id): Path<D::Id>) -> Result<Response> {
    let shown = load::<D>(&ctx, id).await?;
    let page = ActivityPage {
        w: ctx.words(),
        head: head(&ctx, &shown, "activity"),
        timeline: history::of(&ctx, id.to_string()).await?,
    };
    ctx.console(&title::<D>(&ctx, shown.record.details.name()), &page).await
}

async fn archive<D: Pages>(ctx: Staff, Path(id): Path<D::Id>) -> Result<Response> {
    turn::<D>(&ctx, id, State::Archived).await
}

async fn restore<D: Pages>(ctx: Staff, Path(id): Path<D::Id>) -> Result<Response> {
    turn::<D>(&ctx, id, State::Active).await
}

async fn turn<D: Pages>(ctx: &Staff, id: D::Id, state: State) -> Result<Response> {
    let record = ctx
        .write(|tx| async move { ops::turn::<D>(tx, id, None, state).await }.scope_boxed())
        .await?;
    let own = path::<D>(id);
    let (undo, _) = views::toggle(ctx.words(), &own, record.state);
    let text = views::turned(ctx.words(), record.details.name(), record.state);
    Ok(views::done(own, text, Some(undo)))
}
