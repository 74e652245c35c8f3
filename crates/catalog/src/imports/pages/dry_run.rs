//! The dry run: what a file would change, price by price with the margin before and after, and every bad cell; apply.

mod csv;
mod rows;
mod showing;

use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engines::margin::MarginRules;
use kernel::ImportId;
use scoped_futures::ScopedFutureExt;
use web::exposures::card;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Html, Icon, ListQuery, Pager, SearchBox, Tile, Tone, Views};
use web::{Path, Query, Result, See, Staff};

use self::rows::{FindingRow, Row};
use self::showing::{Asked, Showing, Wanted};
use super::{State, format_name, state_badge};
use crate::exposures::{self, Exposure};
use crate::imports;
use crate::imports::model::{Format, Import};
use crate::imports::ops;
use crate::imports::plan::{Class, Plan};
use crate::permissions::{MARGINS_READ, PRICES_IMPORT};
use crate::price_books::Books;

pub(super) use self::csv::csv;

/// How many prices or findings a page shows.
const ON_A_PAGE: usize = 100;

#[derive(Template)]
#[template(path = "pages/dry_run.html")]
struct DryRunPage<'a> {
    w: &'a Words,
    title: String,
    about: String,
    state: Html,
    alert: ui::Alert,
    tiles: Html,
    touches: Option<Html>,
    views: Views,
    search: SearchBox,
    rows: Vec<Row>,
    findings: Vec<FindingRow>,
    shows_findings: bool,
    margins: bool,
    pager: Pager,
    can_apply: bool,
    apply: String,
    apply_label: String,
    csrf: String,
    csv: String,
}

pub(super) async fn dry_run(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(asking): Extension<exposures::Asked>,
    Path(id): Path<ImportId>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (import, plan) = ctx
        .read(|read| async move { ops::plan_of(read, id).await }.scope_boxed())
        .await?;
    let alert = standing(ctx.words(), &import);
    let touched = exposures::of_plan(&ctx, &books, &asking, &import, &plan).await?;
    let rules = books.book(&ctx).await?.margin_rules();
    show(&ctx, &import, (&plan, rules), &asked, alert, &touched).await
}

async fn show(
    ctx: &web::Ctx,
    import: &Import,
    (plan, rules): (&Plan, MarginRules),
    asked: &Asked,
    alert: ui::Alert,
    touched: &[Exposure],
) -> Result<Response> {
    let w = ctx.words();
    let margins = ctx.may(MARGINS_READ);
    let wanted = Wanted::of(asked, import);
    let list = wanted.query(format!("/console/prices/imports/{}", import.id));
    let csv_list = wanted.query(format!("/console/prices/imports/{}/rows", import.id));
    let rows = wanted.rows(plan);
    let shows_findings = wanted.show == Showing::Findings;
    let total = if shows_findings {
        plan.findings.len()
    } else {
        rows.len()
    };
    let first = (asked.page.unwrap_or(1).max(1) - 1)
        .saturating_mul(ON_A_PAGE)
        .min(total);
    let last = total.min(first.saturating_add(ON_A_PAGE));
    let applying = plan.rows.iter().filter(|row| row.writes()).count();
    let page = DryRunPage {
        w,
        title: import.file_name.clone(),
        about: w.t3(
            "catalog-import-about",
            "format",
            format_name(w, import.format),
            "list",
            &import.list_name,
            "rows",
            import.rows,
        ),
        state: state_badge(w, import.state),
        alert,
        tiles: tiles(w, &list, import),
        touches: (import.state == State::Previewed).then(|| card(w, touched)),
        views: views(w, &list, import, wanted.show),
        search: SearchBox::new(&list, w.t("catalog-filter")),
        rows: if shows_findings {
            Vec::new()
        } else {
            rows[first..last].iter().map(|row| rows::row(w, row, &rules)).collect()
        },
        findings: if shows_findings {
            plan.findings[first..last]
                .iter()
                .map(|finding| rows::finding(w, finding))
                .collect()
        } else {
            Vec::new()
        },
        shows_findings,
        margins,
        pager: pager(w, &list, first, last, total),
        can_apply: import.state == State::Previewed && !import.is_of_a_source() && ctx.may(PRICES_IMPORT),
        apply: format!("/console/prices/imports/{}/apply", import.id),
        apply_label: w.t1("catalog-apply", "n", applying),
        csrf: ctx.csrf(),
        csv: csv_list.csv(),
    };
    let head = Head::new(w.t1("catalog-import-named", "name", &import.file_name)).crumb(w.t("nav-domains"), "");
    let head = head
        .crumb(w.t("catalog-prices"), "/console/prices")
        .crumb(w.t("catalog-imports"), "/console/prices/imports");
    ctx.console(&head, &page).await
}

fn views(w: &Words, list: &ListQuery, import: &Import, current: Showing) -> Views {
    Showing::ALL
        .into_iter()
        .fold(Views::new(w.t("catalog-views")), |views, show| {
            views.view(
                list.with("show", show.name()),
                show.label(w),
                Some(i64::from(show.count(import))),
                show == current,
            )
        })
}

fn tiles(w: &Words, list: &ListQuery, import: &Import) -> Html {
    let tile =
        |show: Showing| Tile::new(show.label(w), w.number(show.count(import))).href(list.with("show", show.name()));
    ui::tiles([
        tile(Showing::Class(Class::Added)),
        tile(Showing::Class(Class::Changed)),
        tile(Showing::Class(Class::Unchanged)),
        Tile::new(w.t("catalog-tile-bad"), w.number(import.counts.bad)).href(list.with("show", "findings")),
        Tile::new(w.t("catalog-tile-left-out"), w.number(import.counts.left_out)).href(list.with("show", "findings")),
    ])
}

fn pager(w: &Words, list: &ListQuery, first: usize, last: usize, total: usize) -> Pager {
    let page = first / ON_A_PAGE + 1;
    let mut pager = Pager::new(w, if total == 0 { 0 } else { first + 1 }, last, total);
    if page > 1 {
        pager = pager.prev(list.with("page", page - 1));
    }
    if last < total {
        pager = pager.next(list.with("page", page + 1));
    }
    pager
}

/// Where the import stands, in a sentence.
fn standing(w: &Words, import: &Import) -> ui::Alert {
    match import.state {
        State::Previewed if import.format == Format::PriceRules => {
            ui::alert(Tone::Info, w.t("catalog-dry-run"), w.t("catalog-dry-run-text")).action(
                format!("/console/prices/rules/runs/{}", import.id),
                w.t("catalog-made-by-rules"),
            )
        }
        State::Previewed => ui::alert(Tone::Info, w.t("catalog-dry-run"), w.t("catalog-dry-run-text")),
        State::Refused => ui::alert(
            Tone::Bad,
            w.t("catalog-refused"),
            w.t1("catalog-refused-text", "n", import.counts.bad),
        ),
        State::Applied => {
            let at = import.applied_at.map(|at| w.date_time_zoned(at)).unwrap_or_default();
            ui::alert(
                Tone::Ok,
                w.t("catalog-applied"),
                w.t2(
                    "catalog-applied-text",
                    "at",
                    at,
                    "version",
                    import.applied_version.unwrap_or_default(),
                ),
            )
        }
    }
}

async fn put_in_force(ctx: &Staff, books: &Books, id: ImportId) -> platform::Result<Import> {
    let ready = &ctx
        .read(|read| async move { imports::ready(read, id).await }.scope_boxed())
        .await?;
    ctx.write(|tx| async move { imports::apply(tx, books, ready).await }.scope_boxed())
        .await
}

pub(super) async fn apply(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(asking): Extension<exposures::Asked>,
    Path(id): Path<ImportId>,
) -> Result<Response> {
    match put_in_force(&ctx, &books, id).await {
        Ok(import) => {
            // Whoever applied looks at the new prices next.
            books.refresh(&ctx).await?;
            let done = ctx.words().t1(
                "catalog-applied-flash",
                "version",
                import.applied_version.unwrap_or_default(),
            );
            Ok(See::other(format!("/console/prices/imports/{id}"))
                .flash(Flash::done(done))
                .into_response())
        }
        // The book has moved on: the same page says so and offers to compare anew.
        Err(platform::Error::Problem(problem)) if problem.kind == kernel::ProblemKind::Conflict => {
            let (import, plan) = ctx
                .read(|read| async move { ops::plan_of(read, id).await }.scope_boxed())
                .await?;
            let w = ctx.words();
            let alert = ui::alert(Tone::Bad, w.t("catalog-not-applied"), w.problem(&problem))
                .action("/console/prices/import", w.t("catalog-import-again"));
            let touched = exposures::of_plan(&ctx, &books, &asking, &import, &plan).await?;
            let rules = books.book(&ctx).await?.margin_rules();
            let page = show(&ctx, &import, (&plan, rules), &Asked::default(), alert, &touched).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}
