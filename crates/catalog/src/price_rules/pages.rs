//! Price rules in the console: the rules in their order, trying them on one ending, running them; adding and editing.

mod edit;
mod run;

use askama::Template;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};
use kernel::{PriceRuleId, SalesListId};
use reference::RateBooks;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Field, FormErrors, Html, Icon, ListQuery, Tabs, Tone};
use web::{App, Csv, Path, Query, Result, Staff};

use self::run::LineRow;
use super::model::PriceRule;
use super::run::Run;
use super::terms::RuleTerms;
use super::{ops, sentence};
use crate::forms::{done, told};
use crate::imports::{self, Import};
use crate::permissions::{MARGINS_READ, PRICES_EDIT, PRICES_IMPORT};
use crate::price_books::{Book, Books};
use crate::sales_lists::{self, SalesList};
use crate::tld_groups::{self, TldGroup};

const PATH: &str = "/console/prices/rules";

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/console/prices/rules", get(list).post(edit::add))
        .route("/console/prices/rules.csv", get(csv))
        .route("/console/prices/rules/new", get(edit::new))
        .route("/console/prices/rules/starter", post(starter))
        .route("/console/prices/rules/run", get(run::form).post(run::preview))
        .route("/console/prices/rules/runs/{id}", get(run::show))
        .route("/console/prices/rules/runs/{id}/lines.csv", get(run::csv))
        .route("/console/prices/rules/runs/{id}/apply", post(run::apply))
        .route("/console/prices/rules/{id}", get(edit::edit).post(edit::save))
        .route("/console/prices/rules/{id}/up", post(up))
        .route("/console/prices/rules/{id}/down", post(down))
        .route("/console/prices/rules/{id}/enable", post(enable))
        .route("/console/prices/rules/{id}/disable", post(disable))
}

fn head(w: &Words, title: String) -> Head {
    Head::new(title)
        .crumb(w.t("nav-domains"), "")
        .crumb(w.t("catalog-prices"), "/console/prices")
}

#[derive(Template)]
#[template(path = "pages/price_rules.html")]
struct RulesPage<'a> {
    w: &'a Words,
    tabs: Tabs,
    list: ListQuery,
    rows: Vec<Row>,
    runs: Vec<RunRow>,
    may_edit: bool,
    empty: ui::Empty,
    no_list: bool,
    csrf: String,
    errors: FormErrors,
    tld: Field,
    of_list: Field,
    tried: Option<Tried>,
}

struct Row {
    id: PriceRuleId,
    place: String,
    name: String,
    matches: String,
    does: String,
    list: String,
    state: Html,
    enabled: bool,
    up: String,
    down: String,
    toggle: String,
    is_first: bool,
    is_last: bool,
}

/// How many dry runs the page shows.
const LATELY: usize = 10;

/// A dry run of late.
struct RunRow {
    href: String,
    list: String,
    changes: String,
    state: Html,
    created: Html,
}

impl RunRow {
    fn of(w: &Words, run: &Import) -> Self {
        let (added, changed) = (run.counts.added, run.counts.changed);
        Self {
            href: format!("{PATH}/runs/{}", run.id),
            list: w.t1("catalog-run-of", "list", &run.list_name),
            changes: w.t2("catalog-changes", "added", added, "changed", changed),
            state: imports::state_badge(w, run.state),
            created: ui::when(w, run.created_at),
        }
    }
}

/// What the rules make for the ending somebody tried.
struct Tried {
    title: String,
    lines: Vec<LineRow>,
    skipped: Vec<String>,
}

/// What the page needs to say what rules do.
struct Around {
    rules: Vec<PriceRule>,
    runs: Vec<Import>,
    lists: Vec<SalesList>,
    groups: Vec<TldGroup>,
}

async fn around(ctx: &Staff) -> Result<Around> {
    let may_run = ctx.may(PRICES_EDIT);
    Ok(ctx
        .read(|read| {
            async move {
                Ok(Around {
                    rules: ops::list(read).await?,
                    runs: if may_run { ops::runs(read).await? } else { Vec::new() },
                    lists: sales_lists::all(read).await?,
                    groups: tld_groups::all(read).await?,
                })
            }
            .scope_boxed()
        })
        .await?)
}

/// The ending to try the rules on, and of which list.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(rename = "try")]
    tld: Option<String>,
    list: Option<String>,
}

async fn list(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    ctx.allow(MARGINS_READ)?;
    let around = around(&ctx).await?;
    let book = books.book(&ctx).await?;
    let (w, may_edit) = (ctx.words(), ctx.may(PRICES_EDIT));
    let (tried, errors) = if may_edit {
        tried(&ctx, (&books, &rates), &around, &asked).await?
    } else {
        (None, FormErrors::none())
    };
    let lists: Vec<(String, String)> = around
        .lists
        .iter()
        .map(|list| (list.id.to_string(), list.name.clone()))
        .collect();
    let page = RulesPage {
        w,
        tabs: crate::price_books::tabs(w, PATH, ctx.may(PRICES_IMPORT)),
        list: ListQuery::new(PATH),
        rows: rows(w, &around, &book),
        runs: around.runs.iter().take(LATELY).map(|run| RunRow::of(w, run)).collect(),
        may_edit,
        empty: empty(w, may_edit),
        no_list: around.lists.is_empty(),
        csrf: ctx.csrf(),
        tld: Field::text("try", w.t("catalog-ending"))
            .value(asked.tld.as_deref().unwrap_or_default())
            .placeholder("com")
            .autocomplete("off")
            .error(errors.get("tlds")),
        of_list: Field::select("list", w.t("catalog-sales-list"), &lists)
            .value(asked.list.as_deref().unwrap_or_default())
            .error(errors.get("list")),
        errors,
        tried,
    };
    ctx.console(&head(w, w.t("catalog-price-rules")), &page).await
}

fn empty(w: &Words, may_edit: bool) -> ui::Empty {
    let empty = ui::Empty::new(
        Icon::Bolt,
        w.t("catalog-no-price-rules"),
        w.t("catalog-no-price-rules-text"),
    );
    if may_edit {
        empty.link("/console/prices/rules/new", w.t("catalog-price-rule-new"))
    } else {
        empty
    }
}

fn rows(w: &Words, around: &Around, book: &Book) -> Vec<Row> {
    let last = around.rules.len().saturating_sub(1);
    let list_name = |id: SalesListId| {
        around
            .lists
            .iter()
            .find(|list| list.id == id)
            .map(|list| list.name.clone())
    };
    let row = |(at, rule): (usize, &PriceRule)| {
        let (enabled, name) = (rule.terms.enabled, &rule.terms.name);
        Row {
            id: rule.id,
            place: w.number(at + 1),
            matches: sentence::matches(w, rule, &around.groups),
            does: sentence::does(w, &rule.terms, book),
            list: list_name(rule.terms.list).unwrap_or_default(),
            state: if enabled {
                ui::badge(Tone::Ok, w.t("catalog-rule-on"))
            } else {
                ui::badge(Tone::None, w.t("catalog-rule-off"))
            },
            up: w.t1("catalog-rule-up-named", "name", name),
            down: w.t1("catalog-rule-down-named", "name", name),
            toggle: if enabled {
                w.t1("catalog-rule-disable-named", "name", name)
            } else {
                w.t1("catalog-rule-enable-named", "name", name)
            },
            name: name.clone(),
            enabled,
            is_first: at == 0,
            is_last: at == last,
        }
    };
    around.rules.iter().enumerate().map(row).collect()
}

async fn tried(
    ctx: &Staff,
    (books, rates): (&Books, &RateBooks),
    around: &Around,
    asked: &Asked,
) -> Result<(Option<Tried>, FormErrors)> {
    let w = ctx.words();
    let tld = asked.tld.as_deref().unwrap_or_default().trim();
    let named = asked.list.as_deref().and_then(|id| id.parse().ok());
    let Some(list) = named
        .or_else(|| around.lists.first().map(|list| list.id))
        .filter(|_| !tld.is_empty())
    else {
        return Ok((None, FormErrors::none()));
    };
    let (book, held) = (books.book(ctx).await?, ops::rates(ctx, books, rates).await?);
    let rates = held.rates();
    let run = ctx
        .read(|read| async move { ops::try_on(read, rates, list, tld).await }.scope_boxed())
        .await;
    match run {
        Ok(run) => Ok((Some(shown(w, &book, tld, &run)), FormErrors::none())),
        Err(error) => Ok((None, FormErrors::of(w, &told(error)?))),
    }
}

fn shown(w: &Words, book: &Book, tld: &str, run: &Run) -> Tried {
    let mut skipped: Vec<String> = run
        .skipped
        .iter()
        .map(|skipped| run::skipped_sentence(w, skipped))
        .collect();
    if run.lines.is_empty() && skipped.is_empty() {
        skipped.push(w.t("catalog-try-unknown"));
    }
    Tried {
        title: w.t1("catalog-tried", "tld", format!(".{}", tld.trim_start_matches('.'))),
        lines: run.lines.iter().map(|line| LineRow::of(w, book, run, line)).collect(),
        skipped,
    }
}

/// Every rule with what it says.
async fn csv(ctx: Staff) -> Result<Csv> {
    let around = around(&ctx).await?;
    let csv = Csv::new(
        "price-rules.csv",
        &["place", "id", "version", "name", "list", "enabled", "terms"],
    );
    let rows = (1_usize..).zip(&around.rules).map(|(place, rule)| {
        let list = around.lists.iter().find(|list| list.id == rule.terms.list);
        [
            place.to_string(),
            rule.id.to_string(),
            rule.version.to_string(),
            rule.terms.name.clone(),
            list.map(|list| list.slug.clone()).unwrap_or_default(),
            rule.terms.enabled.to_string(),
            serde_json::to_string(&RuleTerms::from(&rule.terms)).unwrap_or_default(),
        ]
    });
    Ok(rows.fold(csv, |csv, row| csv.row(row)))
}

/// A rule to begin with, for those who have none.
async fn starter(ctx: Staff) -> Result<Response> {
    let name = &ctx.t("catalog-starter-name");
    let rule = ctx
        .write(|tx| async move { ops::starter(tx, name).await }.scope_boxed())
        .await?;
    Ok(done(
        PATH,
        ctx.words().t1("catalog-saved-named", "name", &rule.terms.name),
        None,
    ))
}

async fn up(ctx: Staff, Path(id): Path<PriceRuleId>) -> Result<Response> {
    step(&ctx, id, true).await
}

async fn down(ctx: Staff, Path(id): Path<PriceRuleId>) -> Result<Response> {
    step(&ctx, id, false).await
}

async fn step(ctx: &Staff, id: PriceRuleId, up: bool) -> Result<Response> {
    ctx.write(|tx| async move { ops::step(tx, id, up).await }.scope_boxed())
        .await?;
    Ok(done(PATH, ctx.t("catalog-rule-moved"), None))
}

async fn enable(ctx: Staff, Path(id): Path<PriceRuleId>) -> Result<Response> {
    toggle(&ctx, id, true).await
}

async fn disable(ctx: Staff, Path(id): Path<PriceRuleId>) -> Result<Response> {
    toggle(&ctx, id, false).await
}

async fn toggle(ctx: &Staff, id: PriceRuleId, enabled: bool) -> Result<Response> {
    let rule = ctx
        .write(|tx| async move { ops::enable(tx, id, enabled).await }.scope_boxed())
        .await?;
    let w = ctx.words();
    let (text, back) = if enabled {
        (w.t1("catalog-rule-enabled-named", "name", &rule.terms.name), "disable")
    } else {
        (w.t1("catalog-rule-disabled-named", "name", &rule.terms.name), "enable")
    };
    Ok(done(PATH, text, Some(format!("{PATH}/{id}/{back}"))))
}
