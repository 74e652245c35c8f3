//! Groups of endings in the console: the list and its CSV, adding, editing.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use kernel::TldGroupId;
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Field, Icon, ListQuery, Tabs};
use web::{App, Csv, Fields, Form, Path, Result, Staff};

use super::model::{TldGroup, TldGroupEdit};
use super::ops;
use crate::forms::{Block, EditForm, Filled, Typed, Values, done, told, typed_version};
use crate::permissions::{PRICES_EDIT, PRICES_IMPORT};

const PATH: &str = "/console/prices/groups";

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/console/prices/groups", get(list).post(add))
        .route("/console/prices/groups.csv", get(csv))
        .route("/console/prices/groups/new", get(new))
        .route("/console/prices/groups/{id}", get(edit).post(save))
}

#[derive(Template)]
#[template(path = "pages/tld_groups.html")]
struct TldGroupsPage<'a> {
    w: &'a Words,
    tabs: Tabs,
    list: ListQuery,
    rows: Vec<Row>,
    may_edit: bool,
    empty: ui::Empty,
}

struct Row {
    href: String,
    name: String,
    count: String,
    some: String,
}

/// How many endings of a group its row names.
const NAMED: usize = 12;

async fn load_all(ctx: &Staff) -> Result<Vec<TldGroup>> {
    Ok(ctx
        .read(|read| async move { ops::list(read).await }.scope_boxed())
        .await?)
}

async fn list(ctx: Staff) -> Result<Response> {
    let groups = load_all(&ctx).await?;
    let (w, may_edit) = (ctx.words(), ctx.may(PRICES_EDIT));
    let page = TldGroupsPage {
        w,
        tabs: crate::price_books::tabs(w, PATH, ctx.may(PRICES_IMPORT)),
        list: ListQuery::new(PATH),
        rows: groups.iter().map(|group| row(w, group)).collect(),
        may_edit,
        empty: empty(w, may_edit),
    };
    ctx.console(&head(w, w.t("catalog-tld-groups")), &page).await
}

fn head(w: &Words, title: String) -> Head {
    Head::new(title)
        .crumb(w.t("nav-domains"), "")
        .crumb(w.t("catalog-prices"), "/console/prices")
}

fn row(w: &Words, group: &TldGroup) -> Row {
    let named: Vec<String> = group.endings.iter().take(NAMED).map(|tld| format!(".{tld}")).collect();
    let more = if group.endings.len() > NAMED { " …" } else { "" };
    Row {
        href: format!("{PATH}/{}", group.id),
        name: group.name.clone(),
        count: w.number(group.endings.len()),
        some: format!("{}{more}", named.join(" ")),
    }
}

fn empty(w: &Words, may_edit: bool) -> ui::Empty {
    let empty = ui::Empty::new(
        Icon::Layers,
        w.t("catalog-no-tld-groups"),
        w.t("catalog-no-tld-groups-text"),
    );
    if may_edit {
        empty.primary("/console/prices/groups/new", w.t("catalog-tld-group-new"))
    } else {
        empty
    }
}

/// One ending a row.
async fn csv(ctx: Staff) -> Result<Csv> {
    let csv = Csv::new("tld-groups.csv", &["group", "tld"]);
    let groups = load_all(&ctx).await?;
    let pairs = groups
        .iter()
        .flat_map(|group| group.endings.iter().map(|tld| [&group.name, tld]));
    Ok(pairs.fold(csv, |csv, pair| csv.row(pair)))
}

async fn new(ctx: Staff) -> Result<Response> {
    ctx.allow(PRICES_EDIT)?;
    page(&ctx, Filled::with(ctx.words(), Values::new()), None).await
}

async fn edit(ctx: Staff, Path(id): Path<TldGroupId>) -> Result<Response> {
    ctx.allow(PRICES_EDIT)?;
    let group = load(&ctx, id).await?;
    page(&ctx, Filled::with(ctx.words(), stored(&group)), Some(&group)).await
}

async fn load(ctx: &Staff, id: TldGroupId) -> Result<TldGroup> {
    Ok(ctx
        .read(|read| async move { ops::by_id(read, id).await }.scope_boxed())
        .await?)
}

async fn add(ctx: Staff, form: Form<Typed>) -> Result<Response> {
    ctx.allow(PRICES_EDIT)?;
    let new = &read(&form.raw);
    let saved = ctx
        .write(|tx| async move { ops::add(tx, new).await }.scope_boxed())
        .await;
    answer(&ctx, saved, &form.raw, None).await
}

async fn save(ctx: Staff, Path(id): Path<TldGroupId>, form: Form<Typed>) -> Result<Response> {
    ctx.allow(PRICES_EDIT)?;
    let (edit, shown) = (&read(&form.raw), typed_version(&form.raw));
    let saved = ctx
        .write(|tx| async move { ops::change(tx, id, shown, edit).await }.scope_boxed())
        .await;
    answer(&ctx, saved, &form.raw, Some(id)).await
}

/// On to the groups, or the form again with everything that was typed.
async fn answer(
    ctx: &Staff,
    saved: platform::Result<TldGroup>,
    typed: &Fields,
    id: Option<TldGroupId>,
) -> Result<Response> {
    let error = match saved {
        Ok(group) => {
            let text = ctx.words().t1("catalog-saved-named", "name", &group.name);
            return Ok(done(PATH, text, None));
        }
        Err(error) => error,
    };
    let problem = told(error)?;
    let group = match id {
        Some(id) => Some(load(ctx, id).await?),
        None => None,
    };
    let stored = group.as_ref().map(stored).unwrap_or_default();
    let filled = Filled::again(ctx.words(), typed, &problem, stored);
    page(ctx, filled, group.as_ref()).await
}

fn read(typed: &Fields) -> TldGroupEdit {
    TldGroupEdit {
        name: typed.get("name").to_owned(),
        tlds: crate::values::words(typed.get("tlds")),
    }
}

fn stored(group: &TldGroup) -> Values {
    let endings: Vec<&str> = group.endings.iter().map(String::as_str).collect();
    vec![("name", group.name.clone()), ("tlds", endings.join(" "))]
}

async fn page(ctx: &Staff, filled: Filled<'_>, group: Option<&TldGroup>) -> Result<Response> {
    let w = ctx.words();
    let heading = match group {
        None => w.t("catalog-tld-group-new"),
        Some(group) => w.t1("catalog-edit-named", "name", &group.name),
    };
    let name = Field::text("name", w.t("catalog-name"))
        .required()
        .attr("maxlength", 120)
        .autocomplete("off");
    let tlds = Field::textarea("tlds", w.t("catalog-tld-group-tlds")).attr("rows", 8);
    let block = Block {
        title: w.t("catalog-tld-group"),
        text: w.t("catalog-tld-group-text"),
        fields: vec![
            filled.field("name", name),
            filled.field("tlds", tlds.hint(w.t("catalog-tlds-hint"))),
        ],
    };
    let form = EditForm {
        lede: w.t("catalog-tld-groups-lede"),
        action: group.map_or_else(|| PATH.to_owned(), |group| format!("{PATH}/{}", group.id)),
        blocks: vec![block],
        submit: group.map_or_else(|| w.t("catalog-tld-group-add"), |_| w.t("catalog-save")),
        cancel: PATH,
        version: group.map(|group| group.version),
        aside: None,
        heading: heading.clone(),
    };
    filled
        .show(ctx, head(w, heading).crumb(w.t("catalog-tld-groups"), PATH), form)
        .await
}
