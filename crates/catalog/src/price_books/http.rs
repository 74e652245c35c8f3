//! JSON routes of the price book: endings, prices, margins.

use axum::Extension;
use engines::margin::{MarginClass, MarginRules};
use kernel::{Instant, Problem};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{App, Json, ListAsk, Listed, OpenApiRouter, Path, Query, Result, Staff, routes};

use super::book::{Book, Scheduled};
use super::listing::{self, Ask, SORTS};
use super::report::{MarginCell, Report, ReportRow, Tally, report};
use super::timeline::{self, Standing};
use super::{Books, Cell, Side, ops, store};
use crate::permissions::{MARGINS_READ, PRICES_READ};
use crate::tlds::{Category, Tld};
use crate::views::{MoneyView, percent};

/// The versions of one ending that are shown at most.
const MOST_VERSIONS: u64 = 1_000;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(tlds))
        .routes(routes!(prices))
        .routes(routes!(price))
        .routes(routes!(margins))
        .routes(routes!(sales_lists))
}

/// Which endings.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TldFilter {
    /// `generic`, `country` or `company`.
    #[param(example = "generic")]
    category: Option<String>,
}

/// An ending.
#[derive(Debug, Serialize, ToSchema)]
struct TldView {
    /// The A-label, lower case.
    #[schema(example = "xn--q9jyb4c")]
    ending: String,
    /// As people write it.
    #[schema(example = "みんな")]
    shown: String,
    /// Of ICANN's part of the public suffix list.
    icann: bool,
    /// What kind of registry stands behind it.
    category: Category,
    /// The higher, the more sought-after.
    popularity: i64,
    /// Whether names under it are sold: wanted, and with a sales price.
    sold: bool,
}

impl TldView {
    fn of(book: &Book, tld: &Tld) -> Self {
        let (ending, shown) = (tld.ending.to_string(), tld.shown.to_string());
        Self {
            sold: book.is_sold(&ending),
            ending,
            shown,
            icann: tld.icann,
            category: tld.category,
            popularity: tld.popularity,
        }
    }
}

/// Endings the tenant deals in, the most sought-after first.
#[utoipa::path(get, path = "/api/v1/catalog/tlds", tag = "catalog", params(ListAsk, TldFilter),
    responses((status = 200, description = "Endings", body = Listed<TldView>)))]
async fn tlds(
    ctx: Staff,
    Extension(books): Extension<Books>,
    ask: ListAsk,
    Query(filter): Query<TldFilter>,
) -> Result<Listed<TldView>> {
    ctx.allow(PRICES_READ)?;
    let sort = ask.sort(&["ending"])?.map(|sort| (sort.key, sort.descending));
    let wanted = Ask::read(ask.search(), None, filter.category.as_deref(), sort)?;
    let book = books.book(&ctx).await?;
    let report = report(&book, ctx.now(), &MarginRules::default());
    let rows = page(listing::select(&report, &wanted), &ask)?;
    Ok(Listed::page(rows, &ask, |row| row.tld.ending.to_string()).map(|row| TldView::of(&book, row.tld)))
}

/// Rows from behind the cursor on. The cursor is the last ending shown, so that a price that changes in between neither
/// repeats nor hides others.
fn page<'r, 'b>(rows: Vec<&'r ReportRow<'b>>, ask: &ListAsk) -> Result<Vec<&'r ReportRow<'b>>, Problem> {
    let start = match ask.after::<String>()? {
        None => 0,
        Some(last) => rows
            .iter()
            .position(|row| *row.tld.ending == *last)
            .map_or(0, |at| at + 1),
    };
    let most = usize::try_from(ask.fetch()).unwrap_or(usize::MAX);
    Ok(rows.into_iter().skip(start).take(most).collect())
}

/// Which prices.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PriceFilter {
    /// `all`, `scheduled`, and with the right to see margins: `negative`, `low`, `unpriced`, `no_cost`, `register_negative`,
    /// `renew_negative`, `renew_low`.
    #[param(example = "negative")]
    view: Option<String>,
    /// `generic`, `country` or `company`.
    #[param(example = "country")]
    category: Option<String>,
    /// At which instant, RFC 3339; now if not said.
    #[param(value_type = Option<String>, example = "2027-01-01T00:00:00Z", format = DateTime)]
    at: Option<String>,
}

impl PriceFilter {
    fn at(&self, now: Instant) -> Result<Instant, Problem> {
        let Some(text) = self.at.as_deref() else {
            return Ok(now);
        };
        text.parse().map_err(|_| {
            Problem::new(kernel::ProblemKind::Unreadable, "instant_invalid").field("/at", "instant_invalid")
        })
    }
}

/// What we earn. Only with the right to see margins.
#[derive(Debug, Serialize, ToSchema)]
struct MarginView {
    /// What we pay, ICANN's fee counted; null when not known in this currency.
    cost: Option<MoneyView>,
    /// The registrar account that asks least.
    #[schema(example = "reg_0193400000007000800000000000000a")]
    registrar: Option<String>,
    /// Sale less cost.
    profit: Option<MoneyView>,
    /// Profit as percent of the price.
    #[schema(example = "-5.5556")]
    on_price: Option<String>,
    /// Profit as percent of the cost.
    #[schema(example = "-5.2632")]
    on_cost: Option<String>,
    /// `negative`, `low`, `healthy`, `no_cost` or `no_price`.
    #[schema(example = "negative")]
    class: &'static str,
}

/// The price of one operation for one year.
#[derive(Debug, Serialize, ToSchema)]
struct YearPrice {
    /// What we charge; null when it is not sold.
    price: Option<MoneyView>,
    /// Whether it is a promotion's.
    promotion: bool,
    /// What we earn; null without the right to see it.
    margin: Option<MarginView>,
}

impl YearPrice {
    fn of(cell: &MarginCell, with_margin: bool) -> Self {
        let margin = cell.margin;
        let view = MarginView {
            cost: margin.cost.map(Into::into),
            registrar: cell.registrar.map(|id| id.to_string()),
            profit: margin.profit.map(Into::into),
            on_price: margin.on_price.map(percent),
            on_cost: margin.on_cost.map(percent),
            class: margin.class.name(),
        };
        Self {
            price: margin.price.map(Into::into),
            promotion: cell.promotion,
            margin: with_margin.then_some(view),
        }
    }
}

/// A price that takes effect later.
#[derive(Debug, Serialize, ToSchema)]
struct NextChange {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// Cost or sale.
    side: Side,
    /// `register`, `renew`, `transfer` or `restore`.
    operation: &'static str,
    /// What it will be; null: no such price from then on.
    price: Option<MoneyView>,
}

impl NextChange {
    fn of(change: &Scheduled) -> Self {
        let money = |minor| MoneyView {
            minor,
            currency: change.currency.code(),
        };
        Self {
            at: change.at,
            side: change.side,
            operation: change.operation.name(),
            price: change.minor.map(money),
        }
    }
}

/// The prices of an ending.
#[derive(Debug, Serialize, ToSchema)]
struct PriceView {
    /// The A-label, lower case.
    #[schema(example = "com")]
    ending: String,
    /// As people write it.
    #[schema(example = "com")]
    shown: String,
    /// What kind of registry stands behind it.
    category: Category,
    /// The first year.
    register: YearPrice,
    /// Another year.
    renew: YearPrice,
    /// Bringing a name in.
    transfer: YearPrice,
    /// What changes next.
    next_change: Option<NextChange>,
}

impl PriceView {
    fn of(row: &ReportRow<'_>, margins: bool) -> Self {
        let next = row.next.filter(|change| margins || change.side == Side::Sale);
        Self {
            ending: row.tld.ending.to_string(),
            shown: row.tld.shown.to_string(),
            category: row.tld.category,
            register: YearPrice::of(&row.register, margins),
            renew: YearPrice::of(&row.renew, margins),
            transfer: YearPrice::of(&row.transfer, margins),
            next_change: next.map(NextChange::of),
        }
    }
}

/// The price book: sale, cost and margin of every ending for one year.
#[utoipa::path(get, path = "/api/v1/catalog/prices", tag = "catalog", params(ListAsk, PriceFilter),
    responses((status = 200, description = "Prices", body = Listed<PriceView>)))]
async fn prices(
    ctx: Staff,
    Extension(books): Extension<Books>,
    ask: ListAsk,
    Query(filter): Query<PriceFilter>,
) -> Result<Listed<PriceView>> {
    ctx.allow(PRICES_READ)?;
    let sort = ask.sort(&SORTS)?.map(|sort| (sort.key, sort.descending));
    let wanted = Ask::read(ask.search(), filter.view.as_deref(), filter.category.as_deref(), sort)?;
    if wanted.tells_margins() {
        ctx.allow(MARGINS_READ)?;
    }
    let at = filter.at(ctx.now())?;
    let book = books.book(&ctx).await?;
    let report = report(&book, at, &MarginRules::default());
    let rows = page(listing::select(&report, &wanted), &ask)?;
    let margins = ctx.may(MARGINS_READ);
    Ok(Listed::page(rows, &ask, |row| row.tld.ending.to_string()).map(|row| PriceView::of(row, margins)))
}

/// One version of a price.
#[derive(Debug, Serialize, ToSchema)]
struct VersionView {
    /// Its id, which price traces name.
    #[schema(example = "pri_0193400000007000800000000000000b")]
    id: String,
    /// Cost or sale.
    side: Side,
    /// The registrar account or sales list.
    list: String,
    /// `register`, `renew`, `transfer` or `restore`.
    operation: &'static str,
    /// For how many years.
    years: u8,
    /// `regular`, `first_year`, `promo`, `icann_fee` or `privacy`.
    kind: &'static str,
    /// The amount; null: no such price from then on.
    price: Option<MoneyView>,
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    effective_from: Instant,
    /// Where it stands.
    standing: Standing,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Instant,
    /// By whom.
    recorded_by: String,
    /// The import that brought it.
    import: Option<String>,
}

impl VersionView {
    fn of(cell: &Cell, standing: Standing) -> Self {
        let key = &cell.key;
        Self {
            id: cell.id.to_string(),
            side: key.side,
            list: crate::imports::ListRef::of(key.side, key.list).to_string(),
            operation: key.operation.name(),
            years: key.years,
            kind: key.kind.name(),
            price: cell.amount_minor.map(|minor| MoneyView {
                minor,
                currency: key.currency.code(),
            }),
            effective_from: cell.effective_from,
            standing,
            recorded_at: cell.recorded_at,
            recorded_by: cell.recorded_by.clone(),
            import: cell.import.map(|id| id.to_string()),
        }
    }
}

/// An ending's prices and how they came about.
#[derive(Debug, Serialize, ToSchema)]
struct PriceHistory {
    /// The version of the book.
    book_version: i64,
    /// The prices now.
    now: PriceView,
    /// Every version, the latest first, at most a thousand; costs only with the right to see margins.
    versions: Vec<VersionView>,
}

/// One ending: its prices now and every version of them.
#[utoipa::path(get, path = "/api/v1/catalog/prices/{tld}", tag = "catalog", params(("tld" = String, Path, description = "The ending, as an A-label", example = "com")),
    responses((status = 200, description = "Prices and their versions", body = PriceHistory)))]
async fn price(ctx: Staff, Extension(books): Extension<Books>, Path(tld): Path<String>) -> Result<Json<PriceHistory>> {
    ctx.allow(PRICES_READ)?;
    let book = books.book(&ctx).await?;
    let ending = found(&book, &tld)?;
    let cells = history(&ctx, &ending.ending).await?;
    let margins = ctx.may(MARGINS_READ);
    let row = super::report::row(&book, ending, ctx.now(), &MarginRules::default());
    let versions = timeline::versions(&cells, ctx.now())
        .into_iter()
        .filter(|(cell, _)| margins || cell.key.side == Side::Sale);
    Ok(Json(PriceHistory {
        book_version: book.version,
        now: PriceView::of(&row, margins),
        versions: versions
            .map(|(cell, standing)| VersionView::of(cell, standing))
            .collect(),
    }))
}

/// The ending of a path, or nothing there.
pub(super) fn found<'b>(book: &'b Book, text: &str) -> Result<&'b Tld, Problem> {
    let ascii = crate::tlds::parse(text).map(|ending| ending.ascii).unwrap_or_default();
    book.ending(&ascii).ok_or_else(Problem::not_found)
}

/// Every version of an ending's prices, the latest first.
pub(super) async fn history(ctx: &web::Ctx, ending: &str) -> Result<Vec<Cell>> {
    Ok(ctx
        .read(|read| async move { store::cells_of_ending(read, ending, MOST_VERSIONS).await }.scope_boxed())
        .await?)
}

/// What is earned on the whole book.
#[derive(Debug, Serialize, ToSchema)]
struct MarginReport {
    /// The version of the book.
    book_version: i64,
    /// At which instant.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// All amounts are in this currency.
    #[schema(example = "USD")]
    currency: &'static str,
    /// A margin on price below this is low, in percent.
    #[schema(example = "5.0000")]
    low_below: String,
    /// Registrations: the first year.
    register: Tally,
    /// Renewals.
    renew: Tally,
    /// Transfers.
    transfer: Tally,
    /// The endings that earn least on price, the worst first; 50 at most.
    worst: Vec<PriceView>,
}

/// What is earned: how many margins are negative, low and healthy, and where they are worst.
#[utoipa::path(get, path = "/api/v1/catalog/margins", tag = "catalog", params(PriceFilter),
    responses((status = 200, description = "Margins", body = MarginReport)))]
async fn margins(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Query(filter): Query<PriceFilter>,
) -> Result<Json<MarginReport>> {
    ctx.allow(PRICES_READ)?;
    ctx.allow(MARGINS_READ)?;
    let at = filter.at(ctx.now())?;
    let wanted = Ask::read(
        None,
        filter.view.as_deref(),
        filter.category.as_deref(),
        Some(("margin", false)),
    )?;
    let book = ops::book_at(&ctx, &books, at).await?;
    let rules = MarginRules::default();
    let report = report(&book, at, &rules);
    let worst = listing::select(&report, &wanted)
        .into_iter()
        .filter(|row| row.cells().iter().any(|cell| is_compared(cell)));
    Ok(Json(MarginReport {
        book_version: report.version,
        at,
        currency: report.currency.code(),
        low_below: percent(rules.low_below),
        register: tally(&report, |row| &row.register),
        renew: tally(&report, |row| &row.renew),
        transfer: tally(&report, |row| &row.transfer),
        worst: worst.take(50).map(|row| PriceView::of(row, true)).collect(),
    }))
}

fn is_compared(cell: &MarginCell) -> bool {
    !matches!(cell.class(), MarginClass::NoCost | MarginClass::NoPrice)
}

fn tally<'r>(report: &'r Report<'_>, cell: impl Fn(&'r ReportRow<'r>) -> &'r MarginCell) -> Tally {
    Tally::of(report.rows.iter().map(cell))
}

/// A list of sales prices.
#[derive(Debug, Serialize, ToSchema)]
struct SalesListView {
    /// Its id, which imports name.
    #[schema(value_type = String, example = "sal_0193400000007000800000000000000d")]
    id: kernel::SalesListId,
    /// Short name.
    #[schema(example = "retail")]
    slug: String,
    /// As people call it.
    #[schema(example = "Retail")]
    name: String,
    /// The currency of prices that name none.
    #[schema(example = "USD")]
    currency: &'static str,
    /// Whether the storefront uses it.
    standard: bool,
}

/// Sales lists, the standard one first.
#[utoipa::path(get, path = "/api/v1/catalog/sales-lists", tag = "catalog",
    responses((status = 200, description = "Sales lists", body = Listed<SalesListView>)))]
async fn sales_lists(ctx: Staff) -> Result<Listed<SalesListView>> {
    let lists = ctx
        .read(|read| async move { ops::sales_lists(read).await }.scope_boxed())
        .await?;
    let view = |list: super::SalesList| {
        let super::SalesList {
            id,
            slug,
            name,
            currency,
            standard,
            ..
        } = list;
        SalesListView {
            id,
            slug,
            name,
            currency: currency.code(),
            standard,
        }
    };
    Ok(Listed::whole(lists.into_iter().map(view).collect()))
}
