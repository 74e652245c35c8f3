//! JSON routes of price rules: the rules, their order, dry runs of what they make, applying one.

mod views;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{ImportId, Instant, PriceRuleId, Problem, ProblemKind, SalesListId};
use reference::RateBooks;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::{
    App, IfMatch, Json, ListAsk, Listed, Nothing, Once, OpenApiRouter, Path, Query, Result, Staff, Tagged, routes,
};

use self::views::{LineView, RuleVersionView, RuleView, RunHead, RunView, SkippedView, Tried};
use super::ops::{self, NewRun};
use super::run::Run;
use super::terms::RuleTerms;
use crate::exposures::{self, Asked};
use crate::permissions::{MARGINS_READ, PRICES_EDIT};
use crate::price_books::Books;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(reorder))
        .routes(routes!(preview))
        .routes(routes!(try_on))
        .routes(routes!(runs))
        .routes(routes!(run))
        .routes(routes!(lines))
        .routes(routes!(skipped))
        .routes(routes!(apply))
        .routes(routes!(one, change))
        .routes(routes!(versions))
        .routes(routes!(disable))
        .routes(routes!(enable))
}

/// Price rules in their order: the first that fits makes a price (at most 200).
#[utoipa::path(get, path = "/api/v1/price-rules", tag = "catalog",
    responses((status = 200, description = "Rules", body = Listed<RuleView>)))]
async fn list(ctx: Staff) -> Result<Listed<RuleView>> {
    let rules = ctx
        .read(|read| async move { ops::list(read).await }.scope_boxed())
        .await?;
    Ok(Listed::whole(rules).map(RuleView::from))
}

/// Add a price rule, the last in order. It changes no price: preview what the rules make, then apply that.
#[utoipa::path(post, path = "/api/v1/price-rules", tag = "catalog", request_body = RuleTerms,
    responses((status = 201, description = "Added", body = RuleView)))]
async fn create(ctx: Staff, once: Once<RuleTerms>) -> Result<Response> {
    once.write(&ctx, StatusCode::CREATED, |tx, body| {
        async move { Ok(RuleView::from(ops::add(tx, &body).await?)) }.scope_boxed()
    })
    .await
}

/// One rule, with its version as `ETag`.
#[utoipa::path(get, path = "/api/v1/price-rules/{id}", tag = "catalog", params(("id" = String, Path, description = "The rule")),
    responses((status = 200, description = "The rule", body = RuleView)))]
async fn one(ctx: Staff, Path(id): Path<PriceRuleId>) -> Result<Tagged<Json<RuleView>>> {
    let rule = ctx
        .read(|read| async move { ops::by_id(read, id).await }.scope_boxed())
        .await?;
    Ok(Tagged(rule.version, Json(rule.into())))
}

/// Everything a rule says anew; what it said stays on record as a version. `If-Match` refuses (412) when somebody was
/// quicker.
#[utoipa::path(put, path = "/api/v1/price-rules/{id}", tag = "catalog", request_body = RuleTerms,
    params(("id" = String, Path, description = "The rule"), ("If-Match" = Option<String>, Header, description = "The `ETag` the change is based on")),
    responses((status = 200, description = "As it is now", body = RuleView)))]
async fn change(
    ctx: Staff,
    Path(id): Path<PriceRuleId>,
    if_match: IfMatch,
    Json(body): Json<RuleTerms>,
) -> Result<Tagged<Json<RuleView>>> {
    let edit = &body;
    let rule = ctx
        .write(|tx| {
            async move {
                if_match.holds(ops::by_id(tx, id).await?.version)?;
                ops::change(tx, id, None, edit).await
            }
            .scope_boxed()
        })
        .await?;
    Ok(Tagged(rule.version, Json(rule.into())))
}

/// What a rule said over time, the latest first (at most 200 versions).
#[utoipa::path(get, path = "/api/v1/price-rules/{id}/versions", tag = "catalog", params(("id" = String, Path, description = "The rule")),
    responses((status = 200, description = "Versions", body = Listed<RuleVersionView>)))]
async fn versions(ctx: Staff, Path(id): Path<PriceRuleId>) -> Result<Listed<RuleVersionView>> {
    let versions = ctx
        .read(|read| async move { ops::versions(read, id).await }.scope_boxed())
        .await?;
    Ok(Listed::whole(versions).map(RuleVersionView::from))
}

/// Switch a rule off: it makes no prices. Those it made stay.
#[utoipa::path(post, path = "/api/v1/price-rules/{id}/disable", tag = "catalog", request_body = Nothing,
    params(("id" = String, Path, description = "The rule")),
    responses((status = 200, description = "As it is now", body = RuleView)))]
async fn disable(ctx: Staff, Path(id): Path<PriceRuleId>, once: Once<Nothing>) -> Result<Response> {
    once.write(&ctx, StatusCode::OK, |tx, _| {
        async move { Ok(RuleView::from(ops::enable(tx, id, false).await?)) }.scope_boxed()
    })
    .await
}

/// Switch a rule on again.
#[utoipa::path(post, path = "/api/v1/price-rules/{id}/enable", tag = "catalog", request_body = Nothing,
    params(("id" = String, Path, description = "The rule")),
    responses((status = 200, description = "As it is now", body = RuleView)))]
async fn enable(ctx: Staff, Path(id): Path<PriceRuleId>, once: Once<Nothing>) -> Result<Response> {
    once.write(&ctx, StatusCode::OK, |tx, _| {
        async move { Ok(RuleView::from(ops::enable(tx, id, true).await?)) }.scope_boxed()
    })
    .await
}

/// Rules in another order.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PriceRuleOrder {
    /// Every rule once, the first asked first.
    #[schema(value_type = Vec<String>, max_items = 200, example = json!(["prl_01934000000070008000000000000052"]))]
    rules: Vec<PriceRuleId>,
}

/// Ask the rules in another order. Refused (409) when rules were added meanwhile.
#[utoipa::path(put, path = "/api/v1/price-rules/order", tag = "catalog", request_body = PriceRuleOrder,
    responses((status = 200, description = "Rules in their order", body = Listed<RuleView>)))]
async fn reorder(ctx: Staff, Json(body): Json<PriceRuleOrder>) -> Result<Listed<RuleView>> {
    let order = &body.rules;
    let rules = ctx
        .write(|tx| async move { ops::reorder(tx, order.clone()).await }.scope_boxed())
        .await?;
    Ok(Listed::whole(rules).map(RuleView::from))
}

/// What to run rules for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"list": "sal_0193400000007000800000000000000d"}))]
struct NewPriceRun {
    /// The sales list whose rules are run.
    #[schema(value_type = String, example = "sal_0193400000007000800000000000000d")]
    list: SalesListId,
    /// Only these TLDs; all if none is named.
    #[serde(default)]
    #[schema(max_items = 2000)]
    tlds: Vec<String>,
    /// From when the prices hold; as soon as they are applied if not said.
    #[schema(value_type = Option<String>, format = DateTime, example = "2027-01-01T00:00:00Z")]
    #[serde(default)]
    effective_from: Option<Instant>,
}

/// A dry run: runs the rules of a sales list over the book and keeps what applying would do, with the margins before and
/// after. Changes no price.
#[utoipa::path(post, path = "/api/v1/price-rules/preview", tag = "catalog", request_body = NewPriceRun,
    responses((status = 201, description = "What the rules make", body = RunView)))]
async fn preview(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    Extension(asked): Extension<Asked>,
    once: Once<NewPriceRun>,
) -> Result<Response> {
    // Repeated, it is answered as the first time, whatever the rules would make by now.
    if let Some(answer) = once.answered(&ctx).await? {
        return Ok(answer);
    }
    let NewPriceRun {
        list,
        tlds,
        effective_from,
    } = once.value.clone();
    let new = &NewRun {
        list,
        tlds,
        effective_from,
        name: ctx.t("catalog-rules-run"),
    };
    let held = ops::rates(&ctx, &books, &rates).await?;
    let rates = held.rates();
    // Making the prices takes long and no lock: it is done before the transaction that keeps them.
    let prepared = &ctx
        .read(|read| async move { ops::preview(read, rates, new).await }.scope_boxed())
        .await?;
    let touched = &exposures::of_plan(&ctx, &books, &asked, prepared.import(), prepared.plan()).await?;
    once.write(&ctx, StatusCode::CREATED, |tx, _| {
        async move {
            let import = ops::keep(tx, prepared).await?;
            Ok(RunView::of(
                &import,
                prepared.plan().run.as_ref().unwrap_or(&Run::default()),
                touched,
            ))
        }
        .scope_boxed()
    })
    .await
}

/// Which ending, by which rules.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TryAsk {
    /// The TLD.
    #[param(required = true, example = "com")]
    tld: Option<String>,
    /// The sales list.
    #[param(required = true, example = "sal_0193400000007000800000000000000d")]
    list: Option<String>,
}

/// What the rules of a sales list make for one TLD, step by step. Nothing is kept.
#[utoipa::path(get, path = "/api/v1/price-rules/try", tag = "catalog", params(TryAsk),
    responses((status = 200, description = "Prices, and what none is made for", body = Tried)))]
async fn try_on(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    Query(ask): Query<TryAsk>,
) -> Result<Json<Tried>> {
    // Who may not try is told so, whatever was asked.
    ctx.allow(PRICES_EDIT)?;
    ctx.allow(MARGINS_READ)?;
    let list: SalesListId = ask.list.unwrap_or_default().parse().map_err(|_| {
        Problem::new(ProblemKind::Unreadable, "sales_list_unknown").field("/list", "sales_list_unknown")
    })?;
    let held = ops::rates(&ctx, &books, &rates).await?;
    let (tld, rates) = (&ask.tld.unwrap_or_default(), held.rates());
    let run = ctx
        .read(|read| async move { ops::try_on(read, rates, list, tld).await }.scope_boxed())
        .await?;
    Ok(Json(Tried::of(&run)))
}

/// Dry runs of rules, the latest first (at most 200).
#[utoipa::path(get, path = "/api/v1/price-rules/runs", tag = "catalog",
    responses((status = 200, description = "Dry runs", body = Listed<RunHead>)))]
async fn runs(ctx: Staff) -> Result<Listed<RunHead>> {
    let runs = ctx
        .read(|read| async move { ops::runs(read).await }.scope_boxed())
        .await?;
    Ok(Listed::whole(runs).map(|import| RunHead::of(&import)))
}

/// A dry run of rules: what they make in sum, and the margins before and after.
#[utoipa::path(get, path = "/api/v1/price-rules/runs/{id}", tag = "catalog", params(("id" = String, Path, description = "The dry run")),
    responses((status = 200, description = "The dry run", body = RunView)))]
async fn run(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<ImportId>,
) -> Result<Json<RunView>> {
    let (import, plan, run) = ctx
        .read(|read| async move { ops::run_of(read, id).await }.scope_boxed())
        .await?;
    let touched = exposures::of_plan(&ctx, &books, &asked, &import, &plan).await?;
    Ok(Json(RunView::of(&import, &run, &touched)))
}

/// Every price a dry run makes, by TLD: its cost, its rule, the steps, the margins before and after.
#[utoipa::path(get, path = "/api/v1/price-rules/runs/{id}/lines", tag = "catalog", params(("id" = String, Path, description = "The dry run"), ListAsk),
    responses((status = 200, description = "Prices", body = Listed<LineView>)))]
async fn lines(ctx: Staff, Path(id): Path<ImportId>, ask: ListAsk) -> Result<Listed<LineView>> {
    let after = ask.after::<usize>()?;
    let (_, _, run) = ctx
        .read(|read| async move { ops::run_of(read, id).await }.scope_boxed())
        .await?;
    let search = searched(&ask);
    // A dry run never changes, so a line's place in it is a cursor.
    let lines = run
        .lines
        .iter()
        .enumerate()
        .skip(after.map_or(0, |at| at.saturating_add(1)));
    let wanted = lines.filter(|(_, line)| line.ending.contains(&search));
    let most = usize::try_from(ask.fetch()).unwrap_or(usize::MAX);
    Ok(Listed::page(wanted.take(most).collect(), &ask, |(at, _)| *at).map(|(_, line)| LineView::of(&run, line)))
}

/// What a dry run makes no price for, by TLD, and why. The prices in force stay.
#[utoipa::path(get, path = "/api/v1/price-rules/runs/{id}/skipped", tag = "catalog", params(("id" = String, Path, description = "The dry run"), ListAsk),
    responses((status = 200, description = "TLDs and reasons", body = Listed<SkippedView>)))]
async fn skipped(ctx: Staff, Path(id): Path<ImportId>, ask: ListAsk) -> Result<Listed<SkippedView>> {
    let after = ask.after::<usize>()?;
    let (_, _, run) = ctx
        .read(|read| async move { ops::run_of(read, id).await }.scope_boxed())
        .await?;
    let search = searched(&ask);
    let all = run
        .skipped
        .iter()
        .enumerate()
        .skip(after.map_or(0, |at| at.saturating_add(1)));
    let wanted = all.filter(|(_, skipped)| skipped.ending.contains(&search));
    let most = usize::try_from(ask.fetch()).unwrap_or(usize::MAX);
    Ok(Listed::page(wanted.take(most).collect(), &ask, |(at, _)| *at).map(|(_, skipped)| SkippedView::from(skipped)))
}

fn searched(ask: &ListAsk) -> String {
    ask.search().unwrap_or_default().trim_start_matches('.').to_lowercase()
}

/// Puts the prices of a dry run into the book: exactly what it shows, or refuses because the book or the exchange
/// rates it was made with have changed since.
/// Applying it again answers with what was done.
#[utoipa::path(post, path = "/api/v1/price-rules/runs/{id}/apply", tag = "catalog", request_body = Nothing, params(("id" = String, Path, description = "The dry run")),
    responses((status = 200, description = "Applied", body = RunView)))]
async fn apply(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<ImportId>,
    once: Once<Nothing>,
) -> Result<Response> {
    if let Some(answer) = once.answered(&ctx).await? {
        return Ok(answer);
    }
    let applied = &books;
    let ready = &ctx
        .read(|read| async move { ops::ready_to_apply(read, id).await }.scope_boxed())
        .await?;
    let run = &ready.run();
    let answer = once
        .write(&ctx, StatusCode::OK, |tx, _| {
            async move { Ok(RunView::of(&ops::apply(tx, applied, ready).await?, run, &[])) }.scope_boxed()
        })
        .await?;
    // Whoever applied asks for the new prices next.
    books.refresh(&ctx).await?;
    Ok(answer)
}
