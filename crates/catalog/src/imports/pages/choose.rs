//! Choosing what to import: a file or pasted text, its format, where its prices go. A refusal shows again what was typed.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Instant, Problem};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Field, FormErrors};
use web::{Fields, FileKind, Result, See, Staff, Upload};

use super::{Format, format_name};
use crate::imports;
use crate::imports::model::{ListRef, NewImport};
use crate::imports::plan::Vanished;
use crate::permissions::PRICES_IMPORT;
use crate::{registrars, sales_lists};

#[derive(Template)]
#[template(path = "pages/import.html")]
struct ImportPage<'a> {
    w: &'a Words,
    errors: FormErrors,
    csrf: String,
    format: Field,
    list: Field,
    file: Field,
    pasted: Field,
    effective_from: Field,
    vanished: Field,
}

pub(super) async fn form(ctx: Staff) -> Result<Response> {
    ctx.allow(PRICES_IMPORT)?;
    show(&ctx, &Fields::default(), FormErrors::none()).await
}

pub(super) async fn preview(ctx: Staff, upload: Upload) -> Result<Response> {
    ctx.allow(PRICES_IMPORT)?;
    match keep(&ctx, &upload).await {
        Ok(id) => Ok(See::other(format!("/console/prices/imports/{id}")).into_response()),
        Err(platform::Error::Problem(problem))
            if problem.kind == kernel::ProblemKind::Refused || problem.kind == kernel::ProblemKind::NotFound =>
        {
            let errors = FormErrors::of(ctx.words(), &problem);
            let page = show(&ctx, &upload.fields, errors).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

async fn keep(ctx: &web::Ctx, upload: &Upload) -> platform::Result<kernel::ImportId> {
    let new = read(ctx, upload)?;
    let new = &new;
    let prepared = ctx
        .read(|read| async move { imports::prepare(read, new).await }.scope_boxed())
        .await?;
    let prepared = &prepared;
    Ok(ctx
        .write(|tx| async move { imports::keep(tx, prepared).await }.scope_boxed())
        .await?
        .id)
}

/// The form as an import; the file counts before the pasted text.
fn read(ctx: &web::Ctx, upload: &Upload) -> Result<NewImport, Problem> {
    let fields = &upload.fields;
    let format = Format::parse(fields.get("format"))
        .filter(|format| Format::OF_FILES.contains(format))
        .ok_or_else(|| Problem::refused("format_unknown").field("/format", "format_unknown"))?;
    let list: ListRef = fields
        .get("list")
        .parse()
        .map_err(|_| Problem::refused("list_unknown").field("/list", "list_unknown"))?;
    let pasted = fields.get("pasted");
    let (file_name, content) = match upload.file("file", &[FileKind::Text, FileKind::Unknown]) {
        Ok(file) => (file.name.clone(), file.content.to_vec()),
        Err(problem) if problem.code == "upload_empty" && !pasted.trim().is_empty() => {
            (ctx.t("catalog-pasted"), pasted.as_bytes().to_vec())
        }
        Err(problem) => return Err(problem),
    };
    let vanished = if fields.get("vanished") == "withdraw" {
        Vanished::Withdraw
    } else {
        Vanished::Keep
    };
    Ok(NewImport {
        format,
        list,
        file_name,
        content,
        effective_from: effective_from(ctx, fields.get("effective_from"))?,
        vanished,
    })
}

/// A date as its first instant where the person's clock is; empty: at once.
pub(crate) fn effective_from(ctx: &web::Ctx, text: &str) -> Result<Option<Instant>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || Problem::refused("date_invalid").field("/effective_from", "date_invalid");
    let date: jiff::civil::Date = text.parse().map_err(|_| wrong())?;
    let zoned = date.in_tz(ctx.words().zone_name()).map_err(|_| wrong())?;
    Ok(Some(Instant::from_timestamp(zoned.timestamp())))
}

async fn show(ctx: &web::Ctx, typed: &Fields, errors: FormErrors) -> Result<Response> {
    let w = ctx.words();
    let lists = lists(ctx).await?;
    let formats = Format::OF_FILES.map(|format| (format.name(), format_name(w, format)));
    let vanished = [
        ("keep", w.t("catalog-vanished-keep")),
        ("withdraw", w.t("catalog-vanished-withdraw")),
    ];
    let error = |name: &str| errors.get(name);
    let refused = !errors.is_empty();
    let page = ImportPage {
        w,
        csrf: ctx.csrf(),
        format: Field::select("format", w.t("catalog-format"), &formats)
            .value(typed.get("format"))
            .hint(w.t("catalog-format-hint"))
            .error(error("format")),
        list: Field::select("list", w.t("catalog-list"), &lists)
            .value(typed.get("list"))
            .hint(w.t("catalog-list-hint"))
            .error(error("list")),
        file: Field::file("file", w.t("catalog-file"))
            .accept(".csv,.json,.txt")
            .hint(w.t("catalog-file-hint"))
            .error(error("file")),
        pasted: Field::textarea("pasted", w.t("catalog-paste"))
            .value(typed.get("pasted"))
            .hint(w.t("catalog-paste-hint"))
            .error(error("pasted")),
        effective_from: Field::date("effective_from", w.t("catalog-from"))
            .value(typed.get("effective_from"))
            .hint(w.t1("catalog-from-hint", "zone", w.zone_name()))
            .error(error("effective_from")),
        vanished: Field::select("vanished", w.t("catalog-vanished"), &vanished)
            .value(typed.get("vanished"))
            .hint(w.t("catalog-vanished-hint")),
        errors,
    };
    let head = Head::new(w.t("catalog-import"))
        .crumb(w.t("nav-domains"), "")
        .crumb(w.t("catalog-prices"), "/console/prices");
    ctx.console(&head.refused_if(refused), &page).await
}

/// Every list prices can go to: registrars' costs and sales lists.
pub(crate) async fn lists(ctx: &web::Ctx) -> Result<Vec<(String, String)>> {
    let (registrars, sales) = ctx
        .read(|read| async move { Ok((registrars::list(read).await?, sales_lists::list(read).await?)) }.scope_boxed())
        .await?;
    let w = ctx.words();
    let costs = registrars.into_iter().map(|registrar| {
        (
            registrar.id.to_string(),
            w.t2(
                "catalog-costs-of",
                "name",
                registrar.name,
                "currency",
                registrar.currency.code(),
            ),
        )
    });
    let sales = sales.into_iter().map(|list| {
        (
            list.id.to_string(),
            w.t2("catalog-sales-of", "name", list.name, "currency", list.currency.code()),
        )
    });
    Ok(costs.chain(sales).collect())
}
