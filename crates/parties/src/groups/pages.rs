//! Price levels in the console: the list with how many customers each has, the form.

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kernel::{GroupId, Problem};
use scoped_futures::ScopedFutureExt;
use web::messages::{Words, key};
use web::page::Head;
use web::ui::{self, Field, th, th_num};
use web::{App, Csv, Fields, Form, Path, Query, Result, Staff};

use super::model::{Details, Group, GroupDraft};
use super::ops;
use crate::customers;
use crate::permissions::CUSTOMERS_EDIT;
use crate::record::{self, State};
use crate::views::{self, Asked, EditPage, Filled, ListPage, Row, Typed};

pub(crate) const PATH: &str = "/console/customer-groups";

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/console/customer-groups", get(list).post(add))
        .route("/console/customer-groups.csv", get(csv))
        .route("/console/customer-groups/new", get(new))
        .route("/console/customer-groups/{id}", get(edit).post(save))
        .route("/console/customer-groups/{id}/archive", post(archive))
        .route("/console/customer-groups/{id}/restore", post(restore))
}

fn path(id: GroupId) -> String {
    format!("{PATH}/{id}")
}

async fn load_all(ctx: &Staff) -> Result<Vec<(Group, i64)>> {
    Ok(ctx
        .read(|read| async move { ops::with_counts(read).await }.scope_boxed())
        .await?)
}

async fn list(ctx: Staff, Query(asked): Query<Asked>) -> Result<Response> {
    let groups = load_all(&ctx).await?;
    let (w, list, state) = (ctx.words(), asked.query(PATH), asked.state());
    let count = |state| groups.iter().filter(|(group, _)| group.state == state).count() as u64;
    let (active, archived) = (count(State::Active), count(State::Archived));
    let shown = groups.iter().filter(|(group, _)| group.state == state);
    let may_edit = ctx.may(CUSTOMERS_EDIT);
    let new = may_edit.then(|| (format!("{PATH}/new"), w.t("parties-group-new")));
    let body = ListPage {
        w,
        heading: w.t("parties-groups"),
        lede: w.t("parties-groups-lede"),
        tabs: Some(customers::pages::tabs(w, PATH)),
        views: views::views(w, &list, state, active, archived),
        search: None,
        chips: None,
        heads: vec![th(w.t("parties-name")), th_num(w.t("parties-customers"))],
        rows: shown.map(|(group, number)| row(w, group, *number, may_edit)).collect(),
        empty: views::empty(
            w,
            ui::Icon::Layers,
            [key("parties-no-groups"), key("parties-no-groups-text")],
            state,
            new.clone(),
        ),
        new,
        pager: None,
        list,
    };
    let head = Head::new(w.t("parties-groups")).crumb(w.t("parties-customers"), customers::pages::PATH);
    ctx.console(&head, &body).await
}

fn row(w: &Words, group: &Group, number: i64, may_edit: bool) -> Row {
    let members = format!("{}?group={}", customers::pages::PATH, group.id);
    Row {
        href: if may_edit { path(group.id) } else { members.clone() },
        name: group.details.name.clone(),
        sub: group.details.note.clone().unwrap_or_default(),
        cells: vec![(w.t("parties-customers"), ui::link(members, w.number(number)))],
    }
}

async fn csv(ctx: Staff, Query(asked): Query<Asked>) -> Result<Response> {
    let groups = load_all(&ctx).await?;
    let shown = groups.iter().filter(|(group, _)| group.state == asked.state());
    let head = ["id", "name", "note", "state", "customers"];
    let table = shown.fold(Csv::new("customer-groups.csv", &head), |csv, (group, number)| {
        let note = group.details.note.clone().unwrap_or_default();
        csv.row([
            group.id.to_string(),
            group.details.name.clone(),
            note,
            group.state.key().to_owned(),
            number.to_string(),
        ])
    });
    Ok(table.into_response())
}

fn draft(raw: &Fields) -> GroupDraft {
    GroupDraft {
        name: raw.get("name").to_owned(),
        note: raw.get("note").to_owned(),
    }
}

fn stored(group: &Group) -> Vec<(&'static str, String)> {
    vec![
        ("name", group.details.name.clone()),
        ("note", group.details.note.clone().unwrap_or_default()),
    ]
}

fn blocks(filled: &Filled<'_>) -> Vec<(String, Vec<Field>)> {
    let w = filled.w;
    vec![(
        w.t("parties-group"),
        vec![filled.name(), filled.area("note", w.t("parties-group-note"))],
    )]
}

async fn new(ctx: Staff) -> Result<Response> {
    ctx.allow(CUSTOMERS_EDIT)?;
    page(&ctx, Filled::with(ctx.words(), Vec::new()), None, None).await
}

async fn edit(ctx: Staff, Path(id): Path<GroupId>) -> Result<Response> {
    ctx.allow(CUSTOMERS_EDIT)?;
    let group = load(&ctx, id).await?;
    page(&ctx, Filled::with(ctx.words(), stored(&group)), Some(&group), None).await
}

async fn load(ctx: &Staff, id: GroupId) -> Result<Group> {
    Ok(ctx
        .read(|read| async move { ops::by_id(read, id).await }.scope_boxed())
        .await?)
}

async fn page(ctx: &Staff, filled: Filled<'_>, group: Option<&Group>, problem: Option<&Problem>) -> Result<Response> {
    let w = ctx.words();
    let heading = match group {
        None => w.t("parties-group-new"),
        Some(group) => w.t1("parties-edit-named", "name", &group.details.name),
    };
    let toggle = group.map(|group| views::toggle(w, &path(group.id), group.state));
    let head = Head::new(&heading)
        .crumb(w.t("parties-customers"), customers::pages::PATH)
        .crumb(w.t("parties-groups"), PATH);
    let page = EditPage {
        w,
        heading,
        lede: w.t("parties-group-lede"),
        notice: problem.and_then(|problem| views::stale_notice(w, problem)),
        action: group.map_or_else(|| PATH.to_owned(), |group| path(group.id)),
        csrf: ctx.csrf(),
        hidden: group.map(|group| ("version", group.version.to_string())),
        blocks: blocks(&filled),
        submit: if group.is_some() {
            w.t("parties-save")
        } else {
            w.t("parties-group-add")
        },
        cancel: PATH.to_owned(),
        remove: toggle,
        errors: filled.errors,
    };
    ctx.console(&head.refused_if(problem.is_some()), &page).await
}

async fn add(ctx: Staff, form: Form<Typed>) -> Result<Response> {
    let draft = &draft(&form.raw);
    let saved = ctx
        .write(|tx| async move { ops::add(tx, draft).await }.scope_boxed())
        .await;
    answer(&ctx, saved, &form.raw, None).await
}

async fn save(ctx: Staff, Path(id): Path<GroupId>, form: Form<Typed>) -> Result<Response> {
    let (draft, version) = (&draft(&form.raw), views::typed_version(&form.raw));
    let saved = ctx
        .write(|tx| async move { ops::change(tx, id, version, draft).await }.scope_boxed())
        .await;
    answer(&ctx, saved, &form.raw, Some(id)).await
}

async fn answer(ctx: &Staff, saved: platform::Result<Group>, raw: &Fields, id: Option<GroupId>) -> Result<Response> {
    match saved {
        Ok(group) => {
            let text = ctx.words().t1("parties-saved-named", "name", &group.details.name);
            Ok(views::done(PATH.to_owned(), text, None))
        }
        Err(error) => {
            let problem = views::told(error)?;
            let group = match id {
                Some(id) => Some(load(ctx, id).await?),
                None => None,
            };
            let now = group.as_ref().map(stored).unwrap_or_default();
            let filled = Filled::again(ctx.words(), raw, &problem, now);
            Ok(views::refused(
                page(ctx, filled, group.as_ref(), Some(&problem)).await?,
                &problem,
            ))
        }
    }
}

async fn archive(ctx: Staff, Path(id): Path<GroupId>) -> Result<Response> {
    turn(&ctx, id, State::Archived).await
}

async fn restore(ctx: Staff, Path(id): Path<GroupId>) -> Result<Response> {
    turn(&ctx, id, State::Active).await
}

async fn turn(ctx: &Staff, id: GroupId, state: State) -> Result<Response> {
    let group = ctx
        .write(|tx| async move { record::ops::turn::<Details>(tx, id, None, state).await }.scope_boxed())
        .await?;
    let (undo, _) = views::toggle(ctx.words(), &path(id), group.state);
    let text = views::turned(ctx.words(), &group.details.name, group.state);
    Ok(views::done(PATH.to_owned(), text, Some(undo)))
}
