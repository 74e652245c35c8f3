//! Importing a history: choosing the file, what it would add and what is wrong with it, recording it.

use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{ImportId, Problem, ProblemKind};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Flash;
use web::ui::{self, Alert, Field, FormErrors, Html, Icon, Tabs, Tile, Tone};
use web::{Csv, Fields, FileKind, Path, Result, See, Staff, Upload};

use super::super::books::RateBooks;
use super::super::imports::{self, ImportCounts, ImportState, NewRateImport, Preview, RateImport};
use super::{BOARD, IMPORT, IMPORTS, below, tabs, told};
use crate::permissions::RATES_EDIT;

/// Imports and days a page shows.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "pages/rate_imports.html")]
struct ImportsPage<'a> {
    w: &'a Words,
    tabs: Tabs,
    new: &'static str,
    csv: &'static str,
    rows: Vec<Row>,
    empty: ui::Empty,
}

struct Row {
    href: String,
    name: String,
    counts: String,
    state: Html,
    created: Html,
}

async fn latest(ctx: &Staff, most: usize) -> Result<Vec<RateImport>> {
    let most = most as u64;
    Ok(ctx
        .read(|read| async move { imports::list(read, None, most).await }.scope_boxed())
        .await?)
}

pub(super) async fn list(ctx: Staff) -> Result<Response> {
    let all = latest(&ctx, SHOWN).await?;
    let w = ctx.words();
    let row = |import: RateImport| Row {
        href: format!("{IMPORTS}/{}", import.id),
        counts: w.t2(
            "rates-counts",
            "added",
            import.counts.added,
            "known",
            import.counts.known,
        ),
        state: state(w, import.state),
        created: ui::when(w, import.created_at),
        name: import.file_name,
    };
    let page = ImportsPage {
        w,
        tabs: tabs(w, IMPORTS, true),
        new: IMPORT,
        csv: "/console/rates/imports.csv",
        rows: all.into_iter().map(row).collect(),
        empty: ui::Empty::new(Icon::Upload, w.t("rates-no-imports"), w.t("rates-no-imports-text"))
            .primary(IMPORT, w.t("rates-import")),
    };
    ctx.console(&below(w, w.t("rates-imports")), &page).await
}

/// The latest thousand imports as CSV.
pub(super) async fn csv(ctx: Staff) -> Result<Csv> {
    let head = [
        "id",
        "created_at",
        "file_name",
        "state",
        "added",
        "known",
        "held",
        "bad",
        "applied_at",
    ];
    let csv = Csv::new("rate-imports.csv", &head);
    Ok(latest(&ctx, 1_000).await?.into_iter().fold(csv, |csv, import| {
        let ImportCounts {
            added,
            known,
            held,
            bad,
        } = import.counts;
        let mut cells = vec![
            import.id.to_string(),
            import.created_at.to_string(),
            import.file_name,
            import.state.name().to_owned(),
        ];
        cells.extend([added, known, held, bad].map(|count| count.to_string()));
        cells.push(import.applied_at.map(|at| at.to_string()).unwrap_or_default());
        csv.row(cells)
    }))
}

fn state(w: &Words, state: ImportState) -> Html {
    match state {
        ImportState::Previewed => ui::badge(Tone::Info, w.t("rates-state-previewed")),
        ImportState::Refused => ui::badge(Tone::Bad, w.t("rates-state-refused")),
        ImportState::Applied => ui::badge(Tone::Ok, w.t("rates-state-applied")),
    }
}

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

pub(super) async fn form(ctx: Staff) -> Result<Response> {
    ctx.allow(RATES_EDIT)?;
    choose(&ctx, &Fields::default(), None).await
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
        Err(problem) => Err(problem),
    }
}

#[derive(Template)]
#[template(path = "pages/rate_import_one.html")]
struct OnePage<'a> {
    w: &'a Words,
    csrf: String,
    name: String,
    state: Html,
    about: String,
    apply: Option<String>,
    apply_label: String,
    alert: Option<Alert>,
    tiles: Html,
    findings: Vec<Finding>,
    days: Vec<Day>,
    more: String,
}

struct Finding {
    line: u64,
    column: String,
    value: String,
    reason: String,
}

struct Day {
    date: String,
    line: u64,
    rates: String,
    held: String,
    becomes: Html,
}

pub(super) async fn show(ctx: Staff, Path(id): Path<ImportId>) -> Result<Response> {
    one(&ctx, id, None).await
}

async fn one(ctx: &Staff, id: ImportId, problem: Option<&Problem>) -> Result<Response> {
    let (import, preview) = ctx
        .read(|read| async move { imports::by_id(read, id).await }.scope_boxed())
        .await?;
    let w = ctx.words();
    let days = preview.as_ref().map(|preview| days(w, preview)).unwrap_or_default();
    let all = preview.as_ref().map_or(0, |preview| preview.days().count());
    let can_apply = import.state == ImportState::Previewed && import.counts.added > 0;
    let page = OnePage {
        w,
        csrf: ctx.csrf(),
        state: state(w, import.state),
        about: w.t2(
            "rates-read",
            "when",
            w.date_time(import.created_at),
            "kb",
            import.size_bytes.div_ceil(1024),
        ),
        apply: can_apply.then(|| format!("{IMPORTS}/{id}/apply")),
        apply_label: w.t1("rates-record-days", "n", import.counts.added),
        alert: alert(w, &import, problem),
        tiles: tiles(w, import.counts),
        findings: preview.as_ref().map(|preview| findings(w, preview)).unwrap_or_default(),
        more: if all > days.len() {
            w.t2("rates-days-shown", "shown", days.len(), "all", all)
        } else {
            String::new()
        },
        days,
        name: import.file_name,
    };
    let head = below(w, page.name.clone())
        .crumb(w.t("rates-imports"), IMPORTS)
        .refused_if(problem.is_some());
    let shown = ctx.console(&head, &page).await?;
    let status = if problem.is_some() {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    Ok((status, shown).into_response())
}

fn alert(w: &Words, import: &RateImport, problem: Option<&Problem>) -> Option<Alert> {
    if let Some(problem) = problem {
        return Some(ui::alert(Tone::Bad, w.t("rates-not-recorded"), w.problem(problem)));
    }
    let counts = import.counts;
    match import.state {
        ImportState::Refused => {
            let why = Problem::conflict("rate_import_bad").arg("n", counts.bad);
            Some(ui::alert(Tone::Bad, w.t("rates-not-recorded"), w.problem(&why)))
        }
        ImportState::Previewed if counts.added == 0 => Some(ui::alert(
            Tone::Info,
            w.t("rates-nothing-new"),
            w.t("rates-nothing-new-text"),
        )),
        ImportState::Previewed if counts.held > 0 => Some(ui::alert(
            Tone::Warn,
            w.t1("rates-some-wait", "n", counts.held),
            w.t("rates-some-wait-text"),
        )),
        ImportState::Previewed | ImportState::Applied => None,
    }
}

fn tiles(w: &Words, counts: ImportCounts) -> Html {
    ui::tiles([
        Tile::new(w.t("rates-tile-added"), w.number(counts.added)),
        Tile::new(w.t("rates-tile-known"), w.number(counts.known)),
        Tile::new(w.t("rates-tile-held"), w.number(counts.held)),
        Tile::new(w.t("rates-tile-bad"), w.number(counts.bad)),
    ])
}

fn findings(w: &Words, preview: &Preview) -> Vec<Finding> {
    let all = preview.findings().iter();
    all.map(|finding| Finding {
        line: finding.line,
        column: finding.column.clone(),
        value: finding.value.clone(),
        reason: w.coded(&finding.code, &[]),
    })
    .collect()
}

/// The latest days of the file; new ones with what waits first among what they bring.
fn days(w: &Words, preview: &Preview) -> Vec<Day> {
    let latest = preview.days().rev().take(SHOWN);
    latest
        .map(|(day, known)| Day {
            date: w.date(day.quoted_at),
            line: day.line,
            rates: w.number(day.rates.len()),
            held: day
                .held
                .iter()
                .map(|held| held.quote.code())
                .collect::<Vec<_>>()
                .join(", "),
            becomes: if known {
                ui::badge(Tone::None, w.t("rates-day-known"))
            } else {
                ui::badge(Tone::Ok, w.t("rates-day-new"))
            },
        })
        .collect()
}

pub(super) async fn apply(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    Path(id): Path<ImportId>,
) -> Result<Response> {
    let (import, preview) = ctx
        .read(|read| async move { imports::by_id(read, id).await }.scope_boxed())
        .await?;
    let Some(preview) = preview.as_ref() else {
        return Ok(See::other(format!("{IMPORTS}/{id}")).into_response());
    };
    let applied = &books;
    let outcome = ctx
        .write(|tx| async move { imports::apply(tx, applied, preview).await }.scope_boxed())
        .await;
    match outcome {
        Ok(import) => {
            let told = ctx.words().t1("rates-days-recorded", "n", import.counts.added);
            Ok(See::other(BOARD).flash(Flash::done(told)).into_response())
        }
        Err(platform::Error::Problem(problem)) if problem.kind == ProblemKind::Conflict => {
            one(&ctx, import.id, Some(&problem)).await
        }
        Err(error) => Err(error.into()),
    }
}
