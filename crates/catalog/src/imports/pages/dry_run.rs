//! The dry run: what a file would change, price by price with the margin before and after, and every bad cell; apply.

use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engines::margin::{Margin, MarginClass};
use kernel::ImportId;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Html, Icon, ListQuery, Pager, SearchBox, Tile, Tone, Views};
use web::{Csv, Path, Query, Result, See, Staff};

use super::{State, format_name, state_badge};
use crate::imports::model::Import;
use crate::imports::ops;
use crate::imports::plan::{Class, Plan, PlanRow};
use crate::imports::sheet::{Finding, Weight};
use crate::permissions::{MARGINS_READ, PRICES_IMPORT};
use crate::price_books::{self, Books};

/// How many prices or findings a page shows.
const ON_A_PAGE: usize = 100;

/// Which part of the plan is shown.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    show: Option<String>,
    q: Option<String>,
    page: Option<usize>,
}

#[derive(Template)]
#[template(path = "pages/dry_run.html")]
struct DryRunPage<'a> {
    w: &'a Words,
    title: String,
    about: String,
    state: Html,
    alert: ui::Alert,
    tiles: Html,
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

struct Row {
    ending: String,
    what: String,
    line: String,
    before: String,
    after: String,
    changed: bool,
    class: Html,
    margin_before: String,
    margin_after: Html,
    from: String,
}

struct FindingRow {
    place: String,
    field: String,
    value: String,
    reason: String,
    weight: Html,
}

pub(super) async fn dry_run(ctx: Staff, Path(id): Path<ImportId>, Query(asked): Query<Asked>) -> Result<Response> {
    let (import, plan) = ctx
        .read(|read| async move { ops::plan_of(read, id).await }.scope_boxed())
        .await?;
    let alert = standing(ctx.words(), &import);
    show(&ctx, &import, &plan, &asked, alert).await
}

async fn show(ctx: &web::Ctx, import: &Import, plan: &Plan, asked: &Asked, alert: ui::Alert) -> Result<Response> {
    let w = ctx.words();
    let margins = ctx.may(MARGINS_READ);
    let view = Showing::of(asked, import);
    let search = asked
        .q
        .as_deref()
        .unwrap_or_default()
        .trim()
        .trim_start_matches('.')
        .to_lowercase();
    let list = ListQuery::new(format!("/console/prices/imports/{}", import.id))
        .param("q", &search)
        .param("show", view.name());
    let csv_list = ListQuery::new(format!("/console/prices/imports/{}/rows", import.id))
        .param("q", &search)
        .param("show", view.name());
    let rows: Vec<&PlanRow> = plan
        .rows
        .iter()
        .filter(|row| view.holds(row) && row.key.ending.contains(&search))
        .collect();
    let shows_findings = view == Showing::Findings;
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
        views: views(w, &list, import, view),
        search: SearchBox::new(&list, w.t("catalog-filter")),
        rows: if shows_findings {
            Vec::new()
        } else {
            rows[first..last].iter().map(|row| self::row(w, row)).collect()
        },
        findings: if shows_findings {
            plan.findings[first..last]
                .iter()
                .map(|finding| self::finding(w, finding))
                .collect()
        } else {
            Vec::new()
        },
        shows_findings,
        margins,
        pager: pager(w, &list, first, last, total),
        can_apply: import.state == State::Previewed && ctx.may(PRICES_IMPORT),
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

/// Which rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Showing {
    Changes,
    Class(Class),
    Findings,
}

impl Showing {
    const ALL: [Self; 6] = [
        Self::Changes,
        Self::Class(Class::Added),
        Self::Class(Class::Changed),
        Self::Class(Class::Unchanged),
        Self::Class(Class::Vanished),
        Self::Findings,
    ];

    /// What the address says; a refused file opens on what is wrong with it.
    fn of(asked: &Asked, import: &Import) -> Self {
        let otherwise = if import.state == State::Refused {
            Self::Findings
        } else {
            Self::Changes
        };
        let name = asked.show.as_deref().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|show| show.name() == name)
            .unwrap_or(otherwise)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Class(Class::Added) => "added",
            Self::Class(Class::Changed) => "changed",
            Self::Class(Class::Unchanged) => "unchanged",
            Self::Class(Class::Vanished) => "vanished",
            Self::Findings => "findings",
        }
    }

    fn holds(self, row: &PlanRow) -> bool {
        match self {
            Self::Changes => row.class != Class::Unchanged,
            Self::Class(class) => row.class == class,
            Self::Findings => false,
        }
    }

    fn label(self, w: &Words) -> String {
        match self {
            Self::Changes => w.t("catalog-show-changes"),
            Self::Class(class) => class_name(w, class),
            Self::Findings => w.t("catalog-show-findings"),
        }
    }

    fn count(self, import: &Import) -> u32 {
        let counts = import.counts;
        match self {
            Self::Changes => counts.added + counts.changed + counts.vanished,
            Self::Class(Class::Added) => counts.added,
            Self::Class(Class::Changed) => counts.changed,
            Self::Class(Class::Unchanged) => counts.unchanged,
            Self::Class(Class::Vanished) => counts.vanished,
            Self::Findings => counts.bad + counts.left_out,
        }
    }
}

fn class_name(w: &Words, class: Class) -> String {
    match class {
        Class::Added => w.t("catalog-class-added"),
        Class::Changed => w.t("catalog-class-changed"),
        Class::Unchanged => w.t("catalog-class-unchanged"),
        Class::Vanished => w.t("catalog-class-vanished"),
    }
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

fn row(w: &Words, row: &PlanRow) -> Row {
    let key = &row.key;
    let money = |minor: Option<i64>| minor.map(|minor| w.money(minor, key.currency.exponent(), key.currency.code()));
    let (before, after) = row.margins().unwrap_or_default();
    let tone = match row.class {
        Class::Added => Tone::Brand,
        Class::Changed => Tone::Info,
        Class::Unchanged => Tone::None,
        Class::Vanished => Tone::Warn,
    };
    let (operation, kind) = (price_books::operation(w, key.operation), price_books::kind(w, key.kind));
    Row {
        ending: format!(".{}", key.ending),
        what: w.t3(
            "catalog-what",
            "operation",
            operation,
            "years",
            i64::from(key.years),
            "kind",
            kind,
        ),
        line: if row.line == 0 {
            String::new()
        } else {
            w.number(row.line)
        },
        before: money(row.before).unwrap_or_else(|| w.t("catalog-none")),
        after: money(row.after).unwrap_or_else(|| w.t("catalog-withdrawn")),
        changed: row.before != row.after && row.before.is_some(),
        class: ui::badge(tone, class_name(w, row.class)),
        margin_before: before
            .and_then(|margin| margin.on_price)
            .map(|share| price_books::percent(w, share))
            .unwrap_or_default(),
        margin_after: after.map(|margin| margin_badge(w, &margin)).unwrap_or_default(),
        from: row.effective_from.map(|at| w.date_time(at)).unwrap_or_default(),
    }
}

fn margin_badge(w: &Words, margin: &Margin) -> Html {
    let Some(share) = margin.on_price else {
        return Html::default();
    };
    let tone = match margin.class {
        MarginClass::Negative => Tone::Bad,
        MarginClass::Low => Tone::Warn,
        MarginClass::Healthy | MarginClass::NoCost | MarginClass::NoPrice => Tone::Ok,
    };
    ui::badge(tone, price_books::percent(w, share))
}

fn finding(w: &Words, finding: &Finding) -> FindingRow {
    let weight = match finding.weight {
        Weight::Refused => ui::badge(Tone::Bad, w.t("catalog-weight-refused")),
        Weight::LeftOut => ui::badge(Tone::None, w.t("catalog-weight-left-out")),
    };
    FindingRow {
        place: match (finding.line, finding.column) {
            (0, _) => w.t("catalog-whole-file"),
            (line, 0) => w.t1("catalog-at-line", "line", line),
            (line, column) => w.t2("catalog-at-line-column", "line", line, "column", column),
        },
        field: finding.field.clone(),
        value: finding.value.clone(),
        reason: w.t(&finding.reason.key()),
        weight,
    }
}

pub(super) async fn apply(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<ImportId>,
) -> Result<Response> {
    let applied = &books;
    match ctx
        .write(|tx| async move { ops::apply(tx, applied, id).await }.scope_boxed())
        .await
    {
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
            let page = show(&ctx, &import, &plan, &Asked::default(), alert).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// The plan as CSV: the rows shown, all of them.
pub(super) async fn csv(ctx: Staff, Path(id): Path<ImportId>, Query(asked): Query<Asked>) -> Result<Csv> {
    let (import, plan) = ctx
        .read(|read| async move { ops::plan_of(read, id).await }.scope_boxed())
        .await?;
    let view = Showing::of(&asked, &import);
    if view == Showing::Findings {
        let csv = Csv::new(
            "findings.csv",
            &["line", "column", "field", "value", "reason", "weight"],
        );
        return Ok(plan.findings.iter().fold(csv, |csv, finding| {
            let weight = if finding.weight == Weight::Refused {
                "refused"
            } else {
                "left_out"
            };
            csv.row([
                &finding.line.to_string(),
                &finding.column.to_string(),
                &finding.field,
                &finding.value,
                &ctx.t(&finding.reason.key()),
                weight,
            ])
        }));
    }
    let search = asked
        .q
        .as_deref()
        .unwrap_or_default()
        .trim()
        .trim_start_matches('.')
        .to_lowercase();
    let csv = Csv::new(
        "import.csv",
        &[
            "class",
            "line",
            "ending",
            "operation",
            "years",
            "kind",
            "currency",
            "before",
            "after",
            "effective_from",
        ],
    );
    let rows = plan
        .rows
        .iter()
        .filter(|row| view.holds(row) && row.key.ending.contains(&search));
    Ok(rows.fold(csv, |csv, row| {
        let key = &row.key;
        let amount = |minor: Option<i64>| {
            minor
                .map(|minor| kernel::Money::new(minor, key.currency).decimal())
                .unwrap_or_default()
        };
        let class = Showing::Class(row.class).name();
        let from = row.effective_from.map(|at| at.to_string()).unwrap_or_default();
        let (line, years, before, after) = (
            row.line.to_string(),
            key.years.to_string(),
            amount(row.before),
            amount(row.after),
        );
        csv.row([
            class,
            &line,
            &key.ending,
            key.operation.name(),
            &years,
            key.kind.name(),
            key.currency.code(),
            &before,
            &after,
            &from,
        ])
    }))
}
