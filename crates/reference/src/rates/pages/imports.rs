//! Imports of histories, the latest first.

use askama::Template;
use axum::response::Response;
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::ui::{self, Html, Icon, Tabs, Tone};
use web::{Csv, Result, Staff};

use super::super::imports::{self, ImportCounts, ImportState, RateImport};
use super::{IMPORT, IMPORTS, below, tabs};

/// Imports the page shows.
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

pub(super) fn state(w: &Words, state: ImportState) -> Html {
    match state {
        ImportState::Previewed => ui::badge(Tone::Info, w.t("rates-state-previewed")),
        ImportState::Refused => ui::badge(Tone::Bad, w.t("rates-state-refused")),
        ImportState::Applied => ui::badge(Tone::Ok, w.t("rates-state-applied")),
    }
}
