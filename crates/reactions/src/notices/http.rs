//! JSON routes of notices.

use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Instant, NoticeId};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::messages::Words;
use web::{App, ListAsk, Listed, Once, OpenApiRouter, Query, Result, Staff, routes};

use super::model::{Seen, tone_key};
use super::ops;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(mark_read))
}

/// A line in the console's bell.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Notice)]
struct NoticeView {
    /// Its id.
    #[schema(value_type = String, example = "ntc_01934000000070008000000000000016")]
    id: NoticeId,
    /// What happened, in the caller's language.
    #[schema(example = "An import was applied: 18 renewals are sold below cost")]
    title: String,
    /// Stable name of the title.
    #[schema(example = "notice-prices-imported")]
    kind: String,
    /// Where in the console to look at it.
    #[schema(example = "/console/prices")]
    href: String,
    /// `none`, `ok`, `warn`, `bad`, `info` or `brand`.
    #[schema(example = "warn")]
    tone: &'static str,
    /// How often it happened.
    times: i64,
    /// Whether the caller has read it.
    read: bool,
    /// When it happened last.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
}

impl NoticeView {
    fn of(words: &Words, seen: Seen) -> Self {
        let Seen { notice, read } = seen;
        Self {
            title: notice.title(words),
            id: notice.id,
            tone: tone_key(notice.tone),
            kind: notice.title_key,
            href: notice.href,
            times: notice.times,
            read,
            created_at: notice.created_at,
        }
    }
}

/// Which notices.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct NoticeFilter {
    /// Only those the caller has not read.
    #[serde(default)]
    #[param(required = false)]
    unread: bool,
}

/// Notices for the caller, newest first.
#[utoipa::path(get, path = "/api/v1/notices", tag = "notices", params(ListAsk, NoticeFilter),
    responses((status = 200, description = "A page of notices", body = Listed<NoticeView>)))]
async fn list(ctx: Staff, ask: ListAsk, Query(filter): Query<NoticeFilter>) -> Result<Listed<NoticeView>> {
    ask.sort(&[])?;
    let after = ask.after::<(i64, Uuid)>()?;
    let rows = ask.fetch();
    let found = ctx
        .read(|read| async move { ops::list(read, filter.unread, after, rows).await }.scope_boxed())
        .await?;
    let page = Listed::page(found, &ask, place);
    Ok(page.map(|seen| NoticeView::of(ctx.words(), seen)))
}

/// Where a notice stands in the order of the list.
pub(super) fn place(seen: &Seen) -> (i64, Uuid) {
    (seen.notice.created_at.micros(), seen.notice.id.into())
}

/// What to mark as read: these, or all.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "all": true }))]
struct MarkRead {
    /// These notices; at most 500.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 500)]
    ids: Vec<NoticeId>,
    /// All that the caller has.
    #[serde(default)]
    all: bool,
}

/// What is left.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct StillUnread {
    /// How many the caller has not read.
    unread: u64,
}

/// Mark notices as read.
#[utoipa::path(post, path = "/api/v1/notices/read", tag = "notices", request_body = MarkRead,
    responses((status = 200, description = "Marked", body = StillUnread)))]
async fn mark_read(ctx: Staff, once: Once<MarkRead>) -> Result<Response> {
    once.write(&ctx, StatusCode::OK, |tx, what| {
        async move {
            if what.all {
                ops::mark_all(tx).await?;
            } else {
                ops::mark(tx, &what.ids).await?;
            }
            let unread = ops::unread(tx).await?.count;
            Ok(StillUnread { unread })
        }
        .scope_boxed()
    })
    .await
}
