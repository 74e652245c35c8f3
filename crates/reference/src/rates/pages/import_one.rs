//! One import: what it would add, what of it would be in force and touch something, what is wrong with it; recording it.

use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{ImportId, Problem, ProblemKind};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::exposures::card;
use web::messages::Words;
use web::page::Flash;
use web::ui::{self, Alert, Html, Tile, Tone};
use web::{Form, Path, Result, See, Staff};

use super::super::books::RateBooks;
use super::super::ecb;
use super::super::effect::Asked;
use super::super::imports::{self, ImportCounts, ImportState, Preview, RateImport, Review};
use super::imports::state;
use super::{BOARD, IMPORT, IMPORTS, below, steps};

/// Days the page shows.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "pages/rate_import_one.html")]
struct OnePage<'a> {
    w: &'a Words,
    csrf: String,
    name: String,
    state: Html,
    about: String,
    apply: Option<Apply>,
    alert: Option<Alert>,
    tiles: Html,
    rates: Html,
    touches: Html,
    findings: Vec<Finding>,
    days: Vec<Day>,
    more: String,
}

/// The button that records what is shown.
struct Apply {
    action: String,
    label: String,
    digest: String,
}

struct Finding {
    place: String,
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

/// What a kept import is looked at with.
#[derive(Clone, Copy)]
struct Desk<'a> {
    ctx: &'a Staff,
    books: &'a RateBooks,
    asked: &'a Asked,
}

pub(super) async fn show(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<ImportId>,
) -> Result<Response> {
    let desk = Desk {
        ctx: &ctx,
        books: &books,
        asked: &asked,
    };
    desk.show(id, None).await
}

impl Desk<'_> {
    /// The import as it is by now: recorded, or with what recording it would do.
    async fn show(self, id: ImportId, problem: Option<&Problem>) -> Result<Response> {
        let (import, preview) = self
            .ctx
            .read(|read| async move { imports::by_id(read, id).await }.scope_boxed())
            .await?;
        let review = match &preview {
            Some(preview) if import.counts.added > 0 => {
                imports::review(self.ctx, self.books, self.asked, preview).await?
            }
            _ => None,
        };
        self.page(import, preview.as_ref(), review.as_ref(), problem).await
    }

    async fn page(
        self,
        import: RateImport,
        preview: Option<&Preview>,
        review: Option<&Review>,
        problem: Option<&Problem>,
    ) -> Result<Response> {
        let w = self.ctx.words();
        let days = preview.map(|preview| days(w, preview)).unwrap_or_default();
        let all = preview.map_or(0, |preview| preview.days().count());
        let page = OnePage {
            w,
            csrf: self.ctx.csrf(),
            state: state(w, import.state),
            about: w.t2(
                "rates-read",
                "when",
                w.date_time(import.created_at),
                "kb",
                import.size_bytes.div_ceil(1024),
            ),
            apply: review.map(|review| Apply {
                action: format!("{IMPORTS}/{}/apply", import.id),
                label: w.t1("rates-record-days", "n", import.counts.added),
                digest: review.digest.clone(),
            }),
            alert: alert(w, &import, problem),
            tiles: tiles(w, import.counts),
            rates: review
                .map(|review| steps::card(w, &review.rates, w.t("rates-review-none")))
                .unwrap_or_default(),
            touches: review.map(|review| card(w, &review.exposures)).unwrap_or_default(),
            findings: preview.map(|preview| findings(w, preview)).unwrap_or_default(),
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
        let shown = self.ctx.console(&head, &page).await?;
        let status = if problem.is_some() {
            StatusCode::CONFLICT
        } else {
            StatusCode::OK
        };
        Ok((status, shown).into_response())
    }
}

fn alert(w: &Words, import: &RateImport, problem: Option<&Problem>) -> Option<Alert> {
    if let Some(problem) = problem {
        return Some(ui::alert(Tone::Bad, w.t("rates-not-recorded"), w.problem(problem)));
    }
    let counts = import.counts;
    match import.state {
        ImportState::Refused => {
            let why = Problem::conflict("rate_import_bad").arg("n", counts.bad);
            let alert = ui::alert(Tone::Bad, w.t("rates-not-recorded"), w.problem(&why));
            Some(alert.action(format!("{IMPORT}?of={}", import.id), w.t("rates-mend")))
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
        place: w.t1("rates-at-line", "n", i64::try_from(finding.line).unwrap_or(i64::MAX)),
        column: finding.column.clone(),
        value: finding.value.clone(),
        reason: w.coded(&finding.code, &[]),
    })
    .collect()
}

/// Some days of the file: those with what waits for a person first, then others that are new, then what is known; of each the
/// latest first.
fn days(w: &Words, preview: &Preview) -> Vec<Day> {
    let waits = |(day, known): &(&ecb::Day, bool)| !known && !day.held.is_empty();
    let is_new = |(day, known): &(&ecb::Day, bool)| !known && day.held.is_empty();
    let latest = || preview.days().rev();
    let ordered = latest()
        .filter(waits)
        .chain(latest().filter(is_new))
        .chain(latest().filter(|(_, known)| *known));
    ordered
        .take(SHOWN)
        .map(|(day, known)| Day {
            date: w.date(day.quoted_at),
            line: day.line,
            rates: w.number(day.rates.len()),
            held: held(w, day),
            becomes: if known {
                ui::badge(Tone::None, w.t("rates-day-known"))
            } else {
                ui::badge(Tone::Ok, w.t("rates-day-new"))
            },
        })
        .collect()
}

/// The currencies of a day that wait for a person.
fn held(w: &Words, day: &ecb::Day) -> String {
    if day.held.is_empty() {
        return w.t("rates-unknown");
    }
    let codes: Vec<_> = day.held.iter().map(|held| held.quote.code()).collect();
    codes.join(", ")
}

/// What was looked at.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Agreed {
    publish: String,
}

/// Records what was looked at. What has become another thing is shown again as it is now.
pub(super) async fn apply(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<ImportId>,
    form: Form<Agreed>,
) -> Result<Response> {
    let (_, preview) = ctx
        .read(|read| async move { imports::by_id(read, id).await }.scope_boxed())
        .await?;
    let Some(preview) = preview.as_ref() else {
        return Ok(See::other(format!("{IMPORTS}/{id}")).into_response());
    };
    let (applied, shown) = (&books, form.value.publish.as_str());
    let outcome = ctx
        .write(|tx| async move { imports::apply(tx, applied, preview, shown).await }.scope_boxed())
        .await;
    match outcome {
        Ok(import) => {
            // Whoever recorded them sees the board with them.
            books.refresh(&ctx).await?;
            let told = ctx.words().t1("rates-days-recorded", "n", import.counts.added);
            Ok(See::other(BOARD).flash(Flash::done(told)).into_response())
        }
        Err(platform::Error::Problem(problem)) if problem.kind == ProblemKind::Conflict => {
            let desk = Desk {
                ctx: &ctx,
                books: &books,
                asked: &asked,
            };
            desk.show(id, Some(&problem)).await
        }
        Err(error) => Err(error.into()),
    }
}
