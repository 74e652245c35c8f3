//! Choosing the history to import. A refusal shows again what was pasted.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{ImportId, Problem};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::ui::{self, Field, FormErrors};
use web::{Fields, FileKind, Query, Result, See, Staff, Upload};

use super::super::imports::{self, NewRateImport, RateImport};
use super::{BOARD, IMPORT, IMPORTS, below, told};
use crate::permissions::RATES_EDIT;

#[derive(Template)]
#[template(path = "pages/rate_import.html")]
struct ChoosePage<'a> {
    w: &'a Words,
    errors: FormErrors,
    csrf: String,
    action: &'static str,
    cancel: &'static str,
    file: Field,
    pasted: Field,
}

/// Which import's lines to begin with.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Again {
    of: String,
}

pub(super) async fn form(ctx: Staff, Query(again): Query<Again>) -> Result<Response> {
    ctx.allow(RATES_EDIT)?;
    let lines = match again.of.parse::<ImportId>() {
        Ok(id) => {
            ctx.read(|read| async move { imports::lines(read, id).await }.scope_boxed())
                .await?
        }
        Err(_) => None,
    };
    let typed = lines.into_iter().map(|lines| ("pasted".to_owned(), lines)).collect();
    choose(&ctx, &typed, None).await
}

async fn choose(ctx: &Staff, typed: &Fields, problem: Option<&Problem>) -> Result<Response> {
    let w = ctx.words();
    let errors = problem.map_or_else(FormErrors::none, |problem| FormErrors::of(w, problem));
    let page = ChoosePage {
        w,
        csrf: ctx.csrf(),
        action: IMPORT,
        cancel: BOARD,
        // The bank's file is one text, wherever it came from: what is wrong with it stands beside both.
        file: Field::file("file", w.t("rates-file"))
            .accept(".csv,.txt")
            .hint(w.t("rates-file-hint"))
            .error(errors.get("file").or_else(|| errors.get("content"))),
        pasted: Field::textarea("pasted", w.t("rates-paste"))
            .value(typed.get("pasted"))
            .hint(w.t("rates-paste-hint")),
        errors,
    };
    let head = below(w, w.t("rates-import")).refused_if(problem.is_some());
    let shown = ctx.console(&head, &page).await?;
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok((status, shown).into_response())
}

pub(super) async fn preview(ctx: Staff, upload: Upload) -> Result<Response> {
    ctx.allow(RATES_EDIT)?;
    match kept(&ctx, &upload).await {
        Ok(import) => Ok(See::other(format!("{IMPORTS}/{}", import.id)).into_response()),
        Err(error) => choose(&ctx, &upload.fields, Some(&told(error)?)).await,
    }
}

async fn kept(ctx: &Staff, upload: &Upload) -> platform::Result<RateImport> {
    let new = &chosen(ctx, upload)?;
    let preview = &ctx
        .read(|read| async move { imports::prepare(read, new).await }.scope_boxed())
        .await?;
    ctx.write(|tx| async move { imports::keep(tx, preview).await }.scope_boxed())
        .await
}

/// The file counts before the pasted text.
fn chosen(ctx: &Staff, upload: &Upload) -> Result<NewRateImport, Problem> {
    let pasted = upload.fields.get("pasted");
    match upload.file("file", &[FileKind::Text, FileKind::Unknown]) {
        Ok(file) => Ok(NewRateImport {
            file_name: file.name.clone(),
            content: file.content.to_vec(),
        }),
        Err(problem) if problem.code == "upload_empty" && !pasted.trim().is_empty() => Ok(NewRateImport {
            file_name: ctx.t("rates-pasted"),
            content: pasted.as_bytes().to_vec(),
        }),
        Err(problem) if problem.code == "upload_empty" => {
            Err(Problem::refused("ecb_missing").field("/file", "ecb_missing"))
        }
        Err(problem) => Err(problem),
    }
}
