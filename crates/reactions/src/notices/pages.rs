//! The page behind the bell.

use askama::Template;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kernel::NoticeId;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use uuid::Uuid;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Html, Icon, ListQuery, Pager, Tone, Views};
use web::{App, Form, ListAsk, Listed, Path, Query, Result, See, Staff};

use super::http::place;
use super::model::Seen;
use super::ops;

pub(crate) const PATH: &str = "/console/notices";

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/console/notices", get(list))
        .route("/console/notices/read", post(mark_all))
        .route("/console/notices/{id}", get(open))
        .route("/console/notices/{id}/read", post(mark_one))
}

/// Where a notice leads through, so that it counts as read.
pub(crate) fn path(id: NoticeId) -> String {
    format!("{PATH}/{id}")
}

#[derive(Template)]
#[template(path = "pages/notices.html")]
struct NoticesPage<'a> {
    w: &'a Words,
    csrf: String,
    unread: u64,
    views: Views,
    rows: Vec<Row>,
    empty: ui::Empty,
    pager: Pager,
}

struct Row {
    href: String,
    title: String,
    badge: Html,
    times: String,
    at: Html,
    mark: Option<String>,
}

#[derive(Deserialize)]
struct Asked {
    view: Option<String>,
}

#[derive(Deserialize)]
struct Nothing {}

async fn list(ctx: Staff, ask: ListAsk, Query(asked): Query<Asked>) -> Result<Response> {
    let all = asked.view.as_deref() == Some("all");
    let after = ask.after::<(i64, Uuid)>()?;
    let rows = ask.fetch();
    let (found, unread) = ctx
        .read(|read| {
            async move {
                let found = ops::list(read, !all, after, rows).await?;
                Ok((found, ops::unread(read).await?.count))
            }
            .scope_boxed()
        })
        .await?;
    let page = Listed::page(found, &ask, place);
    let (w, query) = (
        ctx.words(),
        ListQuery::new(PATH).param("view", if all { "all" } else { "" }),
    );
    let mut pager = Pager::cursor(w, page.data.len());
    if let Some(next) = &page.next {
        pager = pager.next(query.with("after", next));
    }
    let body = NoticesPage {
        w,
        csrf: ctx.csrf(),
        unread,
        views: Views::new(w.t("reactions-views"))
            .view(
                query.with("view", ""),
                w.t("reactions-unread"),
                i64::try_from(unread).ok(),
                !all,
            )
            .view(query.with("view", "all"), w.t("reactions-all"), None, all),
        rows: page.data.iter().map(|seen| row(&ctx, seen)).collect(),
        empty: ui::Empty::new(Icon::Bell, w.t("reactions-none"), w.t("reactions-none-text")),
        pager,
    };
    ctx.console(&Head::new(w.t("reactions-notices")), &body).await
}

fn row(ctx: &Staff, seen: &Seen) -> Row {
    let (w, notice) = (ctx.words(), &seen.notice);
    let badge = match notice.tone {
        Tone::Bad => ui::badge(Tone::Bad, w.t("reactions-tone-bad")),
        Tone::Warn => ui::badge(Tone::Warn, w.t("reactions-tone-warn")),
        Tone::Ok => ui::badge(Tone::Ok, w.t("reactions-tone-ok")),
        Tone::None | Tone::Info | Tone::Brand => ui::badge(Tone::Info, w.t("reactions-tone-info")),
    };
    Row {
        href: path(notice.id),
        title: notice.title(w),
        badge,
        times: if notice.times > 1 {
            w.t1("reactions-times", "n", notice.times)
        } else {
            String::new()
        },
        at: ui::ago(w, notice.created_at, ctx.now()),
        mark: (!seen.read).then(|| format!("{}/read", path(notice.id))),
    }
}

/// Leads on to what a notice is about. It stays unread: a GET changes nothing, and browsers follow links ahead of people.
async fn open(ctx: Staff, Path(id): Path<NoticeId>) -> Result<See> {
    let notice = ctx
        .read(|read| async move { ops::by_id(read, id).await }.scope_boxed())
        .await?;
    Ok(See::other(notice.href))
}

async fn mark_one(ctx: Staff, Path(id): Path<NoticeId>, _: Form<Nothing>) -> Result<See> {
    ctx.write(|tx| async move { ops::open(tx, id).await.map(|_| ()) }.scope_boxed())
        .await?;
    Ok(See::other(PATH))
}

async fn mark_all(ctx: Staff, _: Form<Nothing>) -> Result<Response> {
    ctx.write(|tx| async move { ops::mark_all(tx).await }.scope_boxed())
        .await?;
    Ok(See::other(PATH)
        .flash(Flash::done(ctx.t("reactions-all-read")))
        .into_response())
}
