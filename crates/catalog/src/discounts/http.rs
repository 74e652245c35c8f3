//! JSON routes of discounts and coupons. What a discount touches can be looked at before it is added, changed, ended or
//! taken back, and is then done exactly so or not at all. A coupon touches nobody before somebody enters its code, so there
//! is nothing to look at, neither here nor in the console: `If-Match` guards it.

mod previews;
mod views;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{DiscountId, Instant, Problem};
use platform::Tx;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::{App, IfMatch, Json, ListAsk, Listed, Once, OpenApiRouter, Path, Query, Result, Staff, Tagged, routes};

pub(crate) use self::views::TermsView;
use self::views::{CouponBody, CouponHistory, CouponView, DiscountBody, DiscountHistory, DiscountView};
use super::draft::DiscountDraft;
use super::model::{Discount, Standing};
use super::ops::{self, Sort};
use super::proposal::{Deed, publish};
use crate::Books;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(discounts, add_discount))
        .routes(routes!(discount, change_discount, remove_discount))
        .routes(routes!(end_discount))
        .merge(previews::api())
        .routes(routes!(coupons, add_coupon))
        .routes(routes!(coupon, change_coupon, remove_coupon))
        .routes(routes!(end_coupon))
}

/// Which of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// `past`, `current` or `scheduled`.
    #[param(example = "current")]
    standing: Option<String>,
}

impl Which {
    fn standing(&self) -> Result<Option<Standing>, Problem> {
        let unknown =
            || Problem::new(kernel::ProblemKind::Unreadable, "standing_unknown").field("/standing", "standing_unknown");
        let parse = |text: &str| match text {
            "past" => Ok(Standing::Past),
            "current" => Ok(Standing::Current),
            "scheduled" => Ok(Standing::Scheduled),
            _ => Err(unknown()),
        };
        self.standing
            .as_deref()
            .filter(|text| !text.is_empty())
            .map(parse)
            .transpose()
    }
}

/// When one is to end.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EndDiscount {
    /// At which instant; at once if not said.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Instant>,
    /// The `digest` of a preview: it is then ended exactly as that showed, or not at all (409).
    #[serde(default)]
    #[schema(max_length = 64)]
    preview: Option<String>,
}

/// When a coupon is to end.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EndCoupon {
    /// At which instant; at once if not said.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Instant>,
}

/// What was looked at.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Looked {
    /// The `digest` of a preview: it is then taken back exactly as that showed, or not at all (409).
    #[param(max_length = 64)]
    preview: Option<String>,
}

/// Discounts, the latest begun first.
#[utoipa::path(get, path = "/api/v1/discounts", tag = "catalog", params(ListAsk, Which),
    responses((status = 200, description = "Discounts", body = Listed<DiscountView>)))]
async fn discounts(ctx: Staff, ask: ListAsk, Query(which): Query<Which>) -> Result<Listed<DiscountView>> {
    let now = ctx.now();
    let page = page(&ctx, Sort::Discounts, &ask, &which).await?;
    Ok(page.map(|discount| DiscountView::of(discount, now)))
}

/// Coupons, the latest begun first.
#[utoipa::path(get, path = "/api/v1/coupons", tag = "catalog", params(ListAsk, Which),
    responses((status = 200, description = "Coupons", body = Listed<CouponView>)))]
async fn coupons(ctx: Staff, ask: ListAsk, Query(which): Query<Which>) -> Result<Listed<CouponView>> {
    let now = ctx.now();
    let page = page(&ctx, Sort::Coupons, &ask, &which).await?;
    let uses = ctx
        .read(|read| async move { ops::uses(read).await }.scope_boxed())
        .await?;
    Ok(page.map(|discount| {
        let used = uses.get(&discount.id).copied().unwrap_or_default();
        CouponView::of(discount, used, now)
    }))
}

/// Rows from behind the cursor on, which is the last one shown.
async fn page(ctx: &Staff, sort: Sort, ask: &ListAsk, which: &Which) -> Result<Listed<Discount>> {
    ask.sort(&[])?;
    let standing = which.standing()?;
    let mut rows = ctx
        .read(|read| async move { ops::list(read, sort, standing).await }.scope_boxed())
        .await?;
    if let Some(text) = ask.search().map(str::to_lowercase) {
        let code = |row: &Discount| {
            row.coupon
                .as_ref()
                .map(|coupon| coupon.code.to_lowercase())
                .unwrap_or_default()
        };
        rows.retain(|row| row.name.to_lowercase().contains(&text) || code(row).contains(&text));
    }
    let start = match ask.after::<DiscountId>()? {
        None => 0,
        Some(last) => rows.iter().position(|row| row.id == last).map_or(0, |at| at + 1),
    };
    let most = usize::try_from(ask.fetch()).unwrap_or(usize::MAX);
    let rows = rows.into_iter().skip(start).take(most).collect();
    Ok(Listed::page(rows, ask, |row: &Discount| row.id))
}

/// Add a discount.
#[utoipa::path(post, path = "/api/v1/discounts", tag = "catalog", request_body = DiscountBody,
    responses((status = 201, description = "Added", body = DiscountView)))]
async fn add_discount(ctx: Staff, Extension(books): Extension<Books>, once: Once<DiscountBody>) -> Result<Response> {
    let (books, now) = (&books, ctx.now());
    once.write(&ctx, StatusCode::CREATED, |tx, body| {
        async move {
            let (draft, preview) = body.read();
            let added = match preview {
                Some(digest) => publish(tx, books, &Deed::Add(draft), None, &digest).await?,
                None => ops::add(tx, books, &draft).await?,
            };
            Ok(DiscountView::of(added, now))
        }
        .scope_boxed()
    })
    .await
}

/// One discount, with its version as `ETag`, and every version of it.
#[utoipa::path(get, path = "/api/v1/discounts/{id}", tag = "catalog", params(("id" = String, Path, description = "The discount")),
    responses((status = 200, description = "The discount", body = DiscountHistory)))]
async fn discount(ctx: Staff, Path(id): Path<DiscountId>) -> Result<Tagged<Json<DiscountHistory>>> {
    let (now, (versions, _)) = (ctx.now(), loaded(&ctx, Sort::Discounts, id).await?);
    let version = versions[0].version;
    let views = versions
        .into_iter()
        .map(|version| DiscountView::of(version, now))
        .collect();
    Ok(Tagged(version, Json(DiscountHistory { versions: views })))
}

/// Everything about a discount that has not begun anew. `If-Match` refuses (412) when somebody was quicker.
#[utoipa::path(put, path = "/api/v1/discounts/{id}", tag = "catalog", request_body = DiscountBody,
    params(("id" = String, Path, description = "The discount"), ("If-Match" = Option<String>, Header, description = "The `ETag` the change is based on")),
    responses((status = 200, description = "As it is now", body = DiscountView)))]
async fn change_discount(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<DiscountId>,
    if_match: IfMatch,
    Json(body): Json<DiscountBody>,
) -> Result<Tagged<Json<DiscountView>>> {
    let (books, (draft, preview), now) = (&books, &body.read(), ctx.now());
    let changed = ctx
        .write(|tx| {
            async move {
                if_match.holds(ops::to_change(tx, Sort::Discounts, id).await?.version)?;
                match preview {
                    Some(digest) => publish(tx, books, &Deed::Change(id, draft.clone()), None, digest).await,
                    None => ops::change(tx, books, id, None, draft).await,
                }
            }
            .scope_boxed()
        })
        .await?;
    Ok(Tagged(changed.version, Json(DiscountView::of(changed, now))))
}

/// Take back a discount that has not begun. `If-Match` refuses (412) when somebody was quicker; with the digest of a preview
/// it does exactly what that showed, or refuses (409).
#[utoipa::path(delete, path = "/api/v1/discounts/{id}", tag = "catalog",
    params(("id" = String, Path, description = "The discount"), Looked, ("If-Match" = Option<String>, Header, description = "The `ETag` it is based on")),
    responses((status = 204, description = "Taken back")))]
async fn remove_discount(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<DiscountId>,
    Query(looked): Query<Looked>,
    if_match: IfMatch,
) -> Result<StatusCode> {
    let preview = looked.preview.filter(|digest| !digest.is_empty());
    remove(&ctx, &books, (Sort::Discounts, id), if_match, preview.as_deref()).await
}

/// End a discount that is in force, now or later. `If-Match` refuses (412) when somebody was quicker.
#[utoipa::path(post, path = "/api/v1/discounts/{id}/end", tag = "catalog", request_body = EndDiscount,
    params(("id" = String, Path, description = "The discount"), ("If-Match" = Option<String>, Header, description = "The `ETag` it is based on")),
    responses((status = 200, description = "As it is now", body = DiscountView)))]
async fn end_discount(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<DiscountId>,
    if_match: IfMatch,
    once: Once<EndDiscount>,
) -> Result<Response> {
    let (books, now) = (&books, ctx.now());
    once.write(&ctx, StatusCode::OK, |tx, body| {
        async move {
            if_match.holds(ops::to_change(tx, Sort::Discounts, id).await?.version)?;
            Ok(DiscountView::of(ended(tx, books, id, &body).await?, now))
        }
        .scope_boxed()
    })
    .await
}

/// Add a coupon.
#[utoipa::path(post, path = "/api/v1/coupons", tag = "catalog", request_body = CouponBody,
    responses((status = 201, description = "Added", body = CouponView)))]
async fn add_coupon(ctx: Staff, Extension(books): Extension<Books>, once: Once<CouponBody>) -> Result<Response> {
    let (books, now) = (&books, ctx.now());
    once.write(&ctx, StatusCode::CREATED, |tx, body| {
        async move { Ok(CouponView::of(ops::add(tx, books, &body.into()).await?, 0, now)) }.scope_boxed()
    })
    .await
}

/// One coupon, with its version as `ETag`, and every version of it.
#[utoipa::path(get, path = "/api/v1/coupons/{id}", tag = "catalog", params(("id" = String, Path, description = "The coupon")),
    responses((status = 200, description = "The coupon", body = CouponHistory)))]
async fn coupon(ctx: Staff, Path(id): Path<DiscountId>) -> Result<Tagged<Json<CouponHistory>>> {
    let (now, (versions, uses)) = (ctx.now(), loaded(&ctx, Sort::Coupons, id).await?);
    let version = versions[0].version;
    let views = versions
        .into_iter()
        .map(|version| CouponView::of(version, uses, now))
        .collect();
    Ok(Tagged(version, Json(CouponHistory { versions: views })))
}

/// Everything about a coupon that has not begun anew. `If-Match` refuses (412) when somebody was quicker.
#[utoipa::path(put, path = "/api/v1/coupons/{id}", tag = "catalog", request_body = CouponBody,
    params(("id" = String, Path, description = "The coupon"), ("If-Match" = Option<String>, Header, description = "The `ETag` the change is based on")),
    responses((status = 200, description = "As it is now", body = CouponView)))]
async fn change_coupon(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<DiscountId>,
    if_match: IfMatch,
    Json(body): Json<CouponBody>,
) -> Result<Tagged<Json<CouponView>>> {
    let (books, draft, now) = (&books, &DiscountDraft::from(body), ctx.now());
    let (changed, uses) = ctx
        .write(|tx| {
            async move {
                if_match.holds(ops::to_change(tx, Sort::Coupons, id).await?.version)?;
                let changed = ops::change(tx, books, id, None, draft).await?;
                Ok((changed, ops::uses_of(tx, id).await?))
            }
            .scope_boxed()
        })
        .await?;
    Ok(Tagged(changed.version, Json(CouponView::of(changed, uses, now))))
}

/// Take back a coupon that has not begun. `If-Match` refuses (412) when somebody was quicker.
#[utoipa::path(delete, path = "/api/v1/coupons/{id}", tag = "catalog",
    params(("id" = String, Path, description = "The coupon"), ("If-Match" = Option<String>, Header, description = "The `ETag` it is based on")),
    responses((status = 204, description = "Taken back")))]
async fn remove_coupon(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<DiscountId>,
    if_match: IfMatch,
) -> Result<StatusCode> {
    remove(&ctx, &books, (Sort::Coupons, id), if_match, None).await
}

/// End a coupon that is in force, now or later. `If-Match` refuses (412) when somebody was quicker.
#[utoipa::path(post, path = "/api/v1/coupons/{id}/end", tag = "catalog", request_body = EndCoupon,
    params(("id" = String, Path, description = "The coupon"), ("If-Match" = Option<String>, Header, description = "The `ETag` it is based on")),
    responses((status = 200, description = "As it is now", body = CouponView)))]
async fn end_coupon(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<DiscountId>,
    if_match: IfMatch,
    once: Once<EndCoupon>,
) -> Result<Response> {
    let (books, now) = (&books, ctx.now());
    once.write(&ctx, StatusCode::OK, |tx, body| {
        async move {
            if_match.holds(ops::to_change(tx, Sort::Coupons, id).await?.version)?;
            let ended = ops::end(tx, books, id, None, body.at).await?;
            Ok(CouponView::of(ended, ops::uses_of(tx, id).await?, now))
        }
        .scope_boxed()
    })
    .await
}

/// Ends one, as a preview showed it where one is named.
async fn ended(tx: &mut Tx, books: &Books, id: DiscountId, body: &EndDiscount) -> platform::Result<Discount> {
    match &body.preview {
        Some(digest) => publish(tx, books, &Deed::End(id, body.at), None, digest).await,
        None => ops::end(tx, books, id, None, body.at).await,
    }
}

/// Every version of one, the latest first, and how often it was used.
async fn loaded(ctx: &Staff, sort: Sort, id: DiscountId) -> Result<(Vec<Discount>, i64)> {
    Ok(ctx
        .read(|read| {
            async move {
                ops::by_id(read, sort, id).await?;
                Ok((ops::versions(read, id).await?, ops::uses_of(read, id).await?))
            }
            .scope_boxed()
        })
        .await?)
}

/// Takes one back, as a preview showed it where one is named.
async fn remove(
    ctx: &Staff,
    books: &Books,
    (sort, id): (Sort, DiscountId),
    if_match: IfMatch,
    preview: Option<&str>,
) -> Result<StatusCode> {
    ctx.write(|tx| {
        async move {
            if_match.holds(ops::to_change(tx, sort, id).await?.version)?;
            match preview {
                Some(digest) => publish(tx, books, &Deed::Remove(id), None, digest).await,
                None => ops::remove(tx, books, id, None).await,
            }
        }
        .scope_boxed()
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
