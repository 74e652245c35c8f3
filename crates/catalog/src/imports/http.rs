//! JSON routes of imports: dry run, look, apply.

mod views;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{ImportId, Instant, Problem};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::exposures::views;
use web::{App, Json, ListAsk, Listed, Nothing, Once, OpenApiRouter, Path, Query, Result, Staff, routes};

use self::views::{FindingView, ImportDetail, ImportView, RowView};
use super::model::{Format, NewImport};
use super::plan::{Class, Vanished};
use crate::exposures::{self, Asked};
use crate::imports;
use crate::permissions::MARGINS_READ;
use crate::price_books::Books;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(by_id))
        .routes(routes!(rows))
        .routes(routes!(apply))
}

/// A file to import.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewImportBody {
    /// How the file is written.
    format: Format,
    /// Where its prices go: a registrar account's id for costs, a sales list's for sales prices.
    #[schema(example = "reg_0193400000007000800000000000000a", max_length = 64)]
    list: String,
    /// What the file is called, for people.
    #[schema(example = "prices.csv", max_length = 120)]
    #[serde(default)]
    file_name: String,
    /// The file as text, UTF-8. Up to 1 MiB here; larger ones on the console's page.
    #[schema(example = "tld,operation,years,kind,currency,amount,effective_from\ncom,register,1,regular,USD,11.08,\n")]
    content: String,
    /// From when its prices hold; as soon as the import is applied if not said.
    #[schema(value_type = Option<String>, format = DateTime, example = "2027-01-01T00:00:00Z")]
    #[serde(default)]
    effective_from: Option<Instant>,
    /// What becomes of prices in force that a whole list lacks.
    #[serde(default)]
    vanished: Vanished,
}

impl TryFrom<NewImportBody> for NewImport {
    type Error = Problem;

    fn try_from(body: NewImportBody) -> Result<Self, Problem> {
        let list = body
            .list
            .parse()
            .map_err(|_| Problem::refused("list_unknown").field("/list", "list_unknown"))?;
        let NewImportBody {
            format,
            file_name,
            content,
            effective_from,
            vanished,
            ..
        } = body;
        Ok(Self {
            format,
            list,
            file_name,
            content: content.into_bytes(),
            effective_from,
            vanished,
        })
    }
}

/// Imports, the latest first.
#[utoipa::path(get, path = "/api/v1/catalog/imports", tag = "catalog", params(ListAsk),
    responses((status = 200, description = "Imports", body = Listed<ImportView>)))]
async fn list(ctx: Staff, ask: ListAsk) -> Result<Listed<ImportView>> {
    let after = ask.after::<(i64, Uuid)>()?;
    let most = ask.fetch();
    let rows = ctx
        .read(|read| async move { imports::list(read, after, most).await }.scope_boxed())
        .await?;
    Ok(Listed::page(rows, &ask, |import| {
        (import.created_at.micros(), kernel::Id::uuid(import.id))
    })
    .map(Into::into))
}

/// A dry run: reads the file, compares it with the prices in force and keeps what applying would do. Changes no price.
/// A file with bad cells answers 201 as well, in state `refused`, with every bad cell.
#[utoipa::path(post, path = "/api/v1/catalog/imports", tag = "catalog", request_body = NewImportBody,
    responses((status = 201, description = "What the file would change", body = ImportDetail)))]
async fn create(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(asked): Extension<Asked>,
    once: Once<NewImportBody>,
) -> Result<Response> {
    // Repeated, it is answered as the first time: the file is not read again.
    if let Some(answer) = once.answered(&ctx).await? {
        return Ok(answer);
    }
    let new = NewImport::try_from(once.value.clone())?;
    let new = &new;
    // Reading the file takes long and no lock: it is done before the transaction that keeps the result.
    let prepared = &ctx
        .read(|read| async move { imports::prepare(read, new).await }.scope_boxed())
        .await?;
    let touched = &exposures::of_plan(&ctx, &books, &asked, prepared.import(), prepared.plan()).await?;
    let ctx = &ctx;
    once.write(ctx, StatusCode::CREATED, |tx, _| {
        async move {
            let import = imports::keep(tx, prepared).await?;
            let findings = prepared
                .plan()
                .findings
                .iter()
                .map(|finding| FindingView::of(ctx, finding.clone()))
                .collect();
            Ok(ImportDetail {
                import: import.into(),
                findings,
                exposures: views(touched),
            })
        }
        .scope_boxed()
    })
    .await
}

/// One import and what was wrong with its file.
#[utoipa::path(get, path = "/api/v1/catalog/imports/{id}", tag = "catalog", params(("id" = String, Path, description = "The import")),
    responses((status = 200, description = "The import", body = ImportDetail)))]
async fn by_id(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<ImportId>,
) -> Result<Json<ImportDetail>> {
    let (import, plan) = ctx
        .read(|read| async move { imports::plan_of(read, id).await }.scope_boxed())
        .await?;
    let touched = exposures::of_plan(&ctx, &books, &asked, &import, &plan).await?;
    let findings = plan
        .findings
        .into_iter()
        .map(|finding| FindingView::of(&ctx, finding))
        .collect();
    Ok(Json(ImportDetail {
        import: import.into(),
        findings,
        exposures: views(&touched),
    }))
}

/// Which rows of a plan.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RowFilter {
    /// `added`, `changed`, `unchanged` or `vanished`; all if not said.
    #[param(example = "changed")]
    class: Option<String>,
}

/// What an import changes, price by price, by ending.
#[utoipa::path(get, path = "/api/v1/catalog/imports/{id}/rows", tag = "catalog", params(("id" = String, Path, description = "The import"), ListAsk, RowFilter),
    responses((status = 200, description = "Prices before and after", body = Listed<RowView>)))]
async fn rows(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<ImportId>,
    ask: ListAsk,
    Query(filter): Query<RowFilter>,
) -> Result<Listed<RowView>> {
    let class = class(filter.class.as_deref().unwrap_or_default())?;
    let after = ask.after::<usize>()?;
    let (_, plan) = ctx
        .read(|read| async move { imports::plan_of(read, id).await }.scope_boxed())
        .await?;
    let margins = match ctx.may(MARGINS_READ) {
        true => Some(books.book(&ctx).await?.margin_rules()),
        false => None,
    };
    let search = ask.search().unwrap_or_default().trim_start_matches('.').to_lowercase();
    // A plan never changes, so a row's place in it is a cursor.
    let rows = plan
        .rows
        .iter()
        .enumerate()
        .skip(after.map_or(0, |at| at.saturating_add(1)));
    let wanted =
        rows.filter(|(_, row)| class.is_none_or(|class| row.class == class) && row.key.ending.contains(&search));
    let most = usize::try_from(ask.fetch()).unwrap_or(usize::MAX);
    Ok(Listed::page(wanted.take(most).collect(), &ask, |(at, _)| *at).map(|(_, row)| RowView::of(row, margins)))
}

fn class(name: &str) -> Result<Option<Class>, Problem> {
    Ok(Some(match name {
        "" => return Ok(None),
        "added" => Class::Added,
        "changed" => Class::Changed,
        "unchanged" => Class::Unchanged,
        "vanished" => Class::Vanished,
        _ => {
            return Err(Problem::new(kernel::ProblemKind::Unreadable, "class_unknown").field("/class", "class_unknown"));
        }
    }))
}

/// Puts an import's prices into the book: exactly what the dry run showed, or refuses because the book has changed since.
/// Applying it again answers with what was done.
#[utoipa::path(post, path = "/api/v1/catalog/imports/{id}/apply", tag = "catalog", request_body = Nothing, params(("id" = String, Path, description = "The import")),
    responses((status = 200, description = "Applied", body = ImportView)))]
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
        .read(|read| async move { imports::ready(read, id).await }.scope_boxed())
        .await?;
    let answer = once
        .write(&ctx, StatusCode::OK, |tx, _| {
            async move { imports::apply(tx, applied, ready).await.map(ImportView::from) }.scope_boxed()
        })
        .await?;
    // Whoever applied asks for the new prices next.
    books.refresh(&ctx).await?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use crate::imports::ListRef;

    #[test]
    fn a_list_is_a_registrar_or_a_sales_list() {
        assert!("reg_00000000000000000000000000000001".parse::<ListRef>().is_ok());
        assert!("sal_00000000000000000000000000000001".parse::<ListRef>().is_ok());
        assert!("ten_00000000000000000000000000000001".parse::<ListRef>().is_err());
    }
}
