//! Running the rules: for which endings and from when; then the dry run, every price with its cost, rule and steps, the
//! margins before and after with the worst first, and what no price was made for.

mod csv;
mod rows;
mod showing;

use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{ImportId, Problem, ProblemKind};
use reference::RateBooks;
use scoped_futures::ScopedFutureExt;
use web::exposures::card;
use web::messages::Words;
use web::page::Flash;
use web::ui::{self, Field, FormErrors, Icon, ListQuery, Pager, SearchBox, Tone, Views};
use web::{Fields, Form, Path, Query, Result, See, Staff};

use self::rows::{SkippedRow, TallyRow};
use self::showing::{Asked, Showing, Wanted};
use super::{PATH, head};
use crate::exposures::{self, Exposure};
use crate::forms::{Typed, told};
use crate::imports::{self, Import, State};
use crate::permissions::{MARGINS_READ, PRICES_EDIT};
use crate::price_books::{Book, Books};
use crate::price_rules::ops::{self, NewRun};
use crate::price_rules::run::Run;
use crate::price_rules::sentence;
use crate::sales_lists::{self, SalesList};
use crate::values;

pub(super) use self::csv::csv;
pub(super) use self::rows::{LineRow, skipped_sentence};

/// How many prices a page shows.
const ON_A_PAGE: usize = 100;

#[derive(Template)]
#[template(path = "pages/price_run_new.html")]
struct NewRunPage<'a> {
    w: &'a Words,
    errors: FormErrors,
    csrf: String,
    list: Field,
    tlds: Field,
    effective_from: Field,
}

async fn lists(ctx: &Staff) -> Result<Vec<SalesList>> {
    ctx.allow(PRICES_EDIT)?;
    ctx.allow(MARGINS_READ)?;
    Ok(ctx
        .read(|read| async move { sales_lists::all(read).await }.scope_boxed())
        .await?)
}

pub(super) async fn form(ctx: Staff) -> Result<Response> {
    let lists = lists(&ctx).await?;
    ask(&ctx, &lists, &Fields::default(), FormErrors::none()).await
}

async fn ask(ctx: &Staff, lists: &[SalesList], typed: &Fields, errors: FormErrors) -> Result<Response> {
    let w = ctx.words();
    let choices: Vec<(String, String)> = lists
        .iter()
        .map(|list| (list.id.to_string(), format!("{} ({})", list.name, list.currency.code())))
        .collect();
    let page = NewRunPage {
        w,
        csrf: ctx.csrf(),
        list: Field::select("list", w.t("catalog-sales-list"), &choices)
            .value(typed.get("list"))
            .hint(w.t("catalog-run-list-hint"))
            .error(errors.get("list")),
        tlds: Field::textarea("tlds", w.t("catalog-run-tlds"))
            .value(typed.get("tlds"))
            .hint(w.t("catalog-run-tlds-hint"))
            .error(errors.get("tlds")),
        effective_from: Field::date("effective_from", w.t("catalog-from"))
            .value(typed.get("effective_from"))
            .hint(w.t1("catalog-from-hint", "zone", w.zone_name()))
            .error(errors.get("effective_from")),
        errors,
    };
    let head = head(w, w.t("catalog-run-rules")).crumb(w.t("catalog-price-rules"), PATH);
    ctx.console(&head, &page).await
}

pub(super) async fn preview(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    form: Form<Typed>,
) -> Result<Response> {
    let lists = lists(&ctx).await?;
    match kept(&ctx, &books, &rates, &form.raw).await {
        Ok(import) => Ok(See::other(format!("{PATH}/runs/{}", import.id)).into_response()),
        Err(error) => {
            let errors = FormErrors::of(ctx.words(), &told(error)?);
            let page = ask(&ctx, &lists, &form.raw, errors).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

async fn kept(ctx: &Staff, books: &Books, rates: &RateBooks, typed: &Fields) -> platform::Result<Import> {
    let unknown = |_| Problem::refused("invalid_fields").field("/list", "sales_list_unknown");
    let new = &NewRun {
        list: typed.get("list").parse().map_err(unknown)?,
        tlds: values::words(typed.get("tlds")),
        effective_from: imports::typed_date(ctx, typed.get("effective_from"))?,
        name: ctx.t("catalog-rules-run"),
    };
    let held = ops::rates(ctx, books, rates).await?;
    let rates = held.rates();
    let prepared = &ctx
        .read(|read| async move { ops::preview(read, rates, new).await }.scope_boxed())
        .await?;
    ctx.write(|tx| async move { ops::keep(tx, prepared).await }.scope_boxed())
        .await
}

#[derive(Template)]
#[template(path = "pages/price_run.html")]
struct RunPage<'a> {
    w: &'a Words,
    title: String,
    about: String,
    state: ui::Html,
    alert: ui::Alert,
    touches: Option<ui::Html>,
    tallies: Vec<TallyRow>,
    low: String,
    healthy: String,
    views: Views,
    search: SearchBox,
    lines: Vec<LineRow>,
    skipped: Vec<SkippedRow>,
    shows_skipped: bool,
    pager: Pager,
    rules: Vec<String>,
    can_apply: bool,
    apply: String,
    apply_label: String,
    csrf: String,
    csv: String,
}

pub(super) async fn show(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(asking): Extension<exposures::Asked>,
    Path(id): Path<ImportId>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (import, plan, run) = load(&ctx, id).await?;
    let book = books.book(&ctx).await?;
    let alert = standing(ctx.words(), &import);
    let touched = exposures::of_plan(&ctx, &books, &asking, &import, &plan).await?;
    page(&ctx, &book, &import, &run, &asked, alert, &touched).await
}

async fn load(ctx: &Staff, id: ImportId) -> Result<(Import, imports::Plan, Run)> {
    Ok(ctx
        .read(|read| async move { ops::run_of(read, id).await }.scope_boxed())
        .await?)
}

async fn page(
    ctx: &Staff,
    book: &Book,
    import: &Import,
    run: &Run,
    asked: &Asked,
    alert: ui::Alert,
    touched: &[Exposure],
) -> Result<Response> {
    let w = ctx.words();
    let wanted = Wanted::of(asked);
    let own = format!("{PATH}/runs/{}", import.id);
    let list = wanted.query(own.clone());
    let (lines, skipped) = (wanted.lines(run), wanted.skipped(run));
    let shows_skipped = wanted.show == Showing::Skipped;
    let total = if shows_skipped { skipped.len() } else { lines.len() };
    let first = (asked.page.unwrap_or(1).max(1) - 1)
        .saturating_mul(ON_A_PAGE)
        .min(total);
    let last = total.min(first.saturating_add(ON_A_PAGE));
    let writes = import.counts.added + import.counts.changed;
    let page = RunPage {
        w,
        title: w.t1("catalog-run-of", "list", &import.list_name),
        about: about(w, import, run),
        state: imports::state_badge(w, import.state),
        alert,
        touches: (import.state == State::Previewed).then(|| card(w, touched)),
        tallies: rows::tallies(w, run),
        low: w.t1("catalog-run-low", "limit", sentence::percent(w, run.low_below)),
        healthy: w.t1("catalog-run-healthy", "limit", sentence::percent(w, run.low_below)),
        views: views(w, &list, run, wanted.show),
        search: SearchBox::new(&list, w.t("catalog-filter")),
        lines: lines
            .iter()
            .take(if shows_skipped { 0 } else { last })
            .skip(first)
            .map(|line| LineRow::of(w, book, run, line))
            .collect(),
        skipped: skipped
            .iter()
            .take(if shows_skipped { last } else { 0 })
            .skip(first)
            .map(|skipped| SkippedRow::of(w, skipped))
            .collect(),
        shows_skipped,
        pager: pager(w, &list, first, last, total),
        rules: rows::rules(w, run),
        can_apply: import.state == State::Previewed && ctx.may(PRICES_EDIT),
        apply: format!("{own}/apply"),
        apply_label: w.t1("catalog-apply", "n", writes),
        csrf: ctx.csrf(),
        csv: wanted.query(format!("{own}/lines")).csv(),
    };
    let head = head(w, page.title.clone()).crumb(w.t("catalog-price-rules"), PATH);
    ctx.console(&head, &page).await
}

fn about(w: &Words, import: &Import, run: &Run) -> String {
    let text = w.t2(
        "catalog-run-about",
        "prices",
        run.lines.len(),
        "skipped",
        run.skipped.len(),
    );
    match import.effective_from {
        None => text,
        Some(at) => format!("{text} {}", w.t1("catalog-run-from", "at", w.date_time_zoned(at))),
    }
}

fn views(w: &Words, list: &ListQuery, run: &Run, current: Showing) -> Views {
    Showing::ALL
        .into_iter()
        .fold(Views::new(w.t("catalog-views")), |views, show| {
            let count = i64::try_from(show.count(run)).unwrap_or(i64::MAX);
            views.view(
                list.with("show", show.name()),
                show.label(w, run),
                Some(count),
                show == current,
            )
        })
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

/// Where the dry run stands, in a sentence.
fn standing(w: &Words, import: &Import) -> ui::Alert {
    if import.state != State::Applied {
        return ui::alert(Tone::Info, w.t("catalog-dry-run"), w.t("catalog-dry-run-text"));
    }
    let at = import.applied_at.map(|at| w.date_time_zoned(at)).unwrap_or_default();
    let version = import.applied_version.unwrap_or_default();
    let text = w.t2("catalog-applied-text", "at", at, "version", version);
    ui::alert(Tone::Ok, w.t("catalog-applied"), text)
}

async fn put_in_force(ctx: &Staff, books: &Books, id: ImportId) -> platform::Result<Import> {
    let ready = &ctx
        .read(|read| async move { ops::ready_to_apply(read, id).await }.scope_boxed())
        .await?;
    ctx.write(|tx| async move { ops::apply(tx, books, ready).await }.scope_boxed())
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
            let version = import.applied_version.unwrap_or_default();
            let done = ctx.words().t1("catalog-applied-flash", "version", version);
            Ok(See::other(format!("{PATH}/runs/{id}"))
                .flash(Flash::done(done))
                .into_response())
        }
        // The book has moved on: the same page says so and offers to run the rules anew.
        Err(platform::Error::Problem(problem)) if problem.kind == ProblemKind::Conflict => {
            let (import, plan, run) = load(&ctx, id).await?;
            let touched = exposures::of_plan(&ctx, &books, &asking, &import, &plan).await?;
            let (w, book) = (ctx.words(), books.book(&ctx).await?);
            let alert = ui::alert(Tone::Bad, w.t("catalog-not-applied"), w.t("catalog-run-outdated"))
                .action("/console/prices/rules/run", w.t("catalog-run-again"));
            let page = page(&ctx, &book, &import, &run, &Asked::default(), alert, &touched).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}
