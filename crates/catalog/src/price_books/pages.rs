//! The price book in the console: the list, its CSV, one ending over time.

mod ending;
mod list;

pub(crate) use ending::kind;
pub(crate) use list::tabs;

use axum::routing::get;
use axum::{Extension, Router};
use engines::margin::MarginClass;
use kernel::{Currency, Money};
use reference::RateBooks;
use web::messages::Words;
use web::ui::{self, Html, Tone};
use web::{App, Csv, Query, Result, Staff};

use super::listing::{self, Ask};
use super::report::{MarginCell, report};
use super::{Books, Side};
use crate::exposures::Ground;
use crate::permissions::{MARGINS_READ, PRICES_READ};

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/console/prices", get(list::prices))
        .route("/console/prices.csv", get(csv))
        .route("/console/prices/{tld}", get(ending::ending))
}

/// An amount as the page shows it.
fn money(w: &Words, minor: i64, currency: Currency) -> String {
    w.money(minor, currency.exponent(), currency.code())
}

/// Sale, cost and margin of one operation, as a table's cell shows them.
struct PriceCell {
    sale: String,
    cost: String,
    badge: Html,
}

impl PriceCell {
    fn of(w: &Words, cell: &MarginCell, margins: bool) -> Self {
        let amount = |amount: Option<Money>| amount.map(|money| self::money(w, money.minor, money.currency));
        let none = || w.t("catalog-none");
        Self {
            sale: amount(cell.margin.price).unwrap_or_else(none),
            cost: if margins {
                amount(cell.margin.cost).unwrap_or_default()
            } else {
                String::new()
            },
            badge: if margins { badge(w, cell) } else { Html::default() },
        }
    }
}

/// The margin on price with the colour of its class; nothing where there is none.
fn badge(w: &Words, cell: &MarginCell) -> Html {
    let tone = match cell.class() {
        MarginClass::Negative => Tone::Bad,
        MarginClass::Low => Tone::Warn,
        MarginClass::Healthy => Tone::Ok,
        MarginClass::NotComparable => return ui::badge(Tone::None, w.t("catalog-margin-not-comparable")),
        MarginClass::NoCost | MarginClass::NoPrice => return Html::default(),
    };
    match cell.on_price() {
        Some(on_price) => ui::badge(tone, percent(w, on_price)),
        // A free service has no margin on its price; what it costs stands below.
        None => ui::badge(tone, w.t("catalog-free")),
    }
}

/// A percentage with one decimal, `-5.6%`; from a hundred on without, so that it stays short.
pub(crate) fn percent(w: &Words, percent: kernel::Percent) -> String {
    let millionths = percent.millionths();
    if millionths.abs() < kernel::Percent::WHOLE.millionths() {
        return w.percent(millionths);
    }
    let whole = kernel::Rounding::HalfEven.divide(i128::from(millionths), 10_000);
    w.t1("catalog-percent", "n", i64::try_from(whole).unwrap_or(i64::MAX))
}

/// The list as CSV: the same filter, every row.
async fn csv(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    Query(query): Query<list::Asked>,
) -> Result<Csv> {
    ctx.allow(PRICES_READ)?;
    let margins = ctx.may(MARGINS_READ);
    let wanted = query.read(margins)?;
    let book = books.book(&ctx).await?;
    let ground = Ground::at(&ctx, &rates, &book, ctx.now()).await?;
    let report = report(&book, &ground, ctx.now());
    let csv = Csv::new(
        "prices.csv",
        if margins {
            &WITH_MARGINS[..]
        } else {
            &WITHOUT_MARGINS[..]
        },
    );
    Ok(listing::select(&report, &wanted).into_iter().fold(csv, |csv, row| {
        let mut cells = vec![
            row.tld.ending.to_string(),
            row.tld.shown.to_string(),
            report.currency.code().to_owned(),
        ];
        for cell in row.cells() {
            cells.extend(csv_cells(cell, margins));
        }
        csv.row(cells)
    }))
}

const WITHOUT_MARGINS: [&str; 6] = ["ending", "shown", "currency", "register", "renew", "transfer"];
const WITH_MARGINS: [&str; 18] = [
    "ending",
    "shown",
    "currency",
    "register",
    "register_cost",
    "register_margin_on_price",
    "register_margin_on_cost",
    "register_class",
    "renew",
    "renew_cost",
    "renew_margin_on_price",
    "renew_margin_on_cost",
    "renew_class",
    "transfer",
    "transfer_cost",
    "transfer_margin_on_price",
    "transfer_margin_on_cost",
    "transfer_class",
];

fn csv_cells(cell: &MarginCell, margins: bool) -> Vec<String> {
    let amount = |amount: Option<Money>| amount.map(Money::decimal).unwrap_or_default();
    let share = |share: Option<kernel::Percent>| share.map(crate::views::percent).unwrap_or_default();
    let margin = cell.margin;
    let mut cells = vec![amount(margin.price)];
    if margins {
        cells.extend([
            amount(margin.cost),
            share(margin.on_price),
            share(margin.on_cost),
            margin.class.name().to_owned(),
        ]);
    }
    cells
}

/// What an address asks of the list: the page and the CSV read the same.
impl list::Asked {
    /// Reads it; views that tell margins are refused to those who may not see them.
    fn read(&self, margins: bool) -> Result<Ask> {
        let sort = self.sort.as_deref().unwrap_or_default();
        let (descending, key) = sort.strip_prefix('-').map_or((false, sort), |key| (true, key));
        let sort = listing::SORTS
            .iter()
            .find(|known| **known == key)
            .map(|key| (*key, descending));
        let wanted = Ask::read(
            self.q.as_deref(),
            self.view.as_deref(),
            self.category.as_deref(),
            sort,
            margins,
        )?;
        if wanted.tells_margins() && !margins {
            return Err(kernel::Problem::new(kernel::ProblemKind::Forbidden, "forbidden")
                .arg("permission", MARGINS_READ)
                .into());
        }
        Ok(wanted)
    }
}

/// The words for a side.
fn side(w: &Words, side: Side) -> String {
    match side {
        Side::Cost => w.t("catalog-side-cost"),
        Side::Sale => w.t("catalog-side-sale"),
    }
}

/// The words for an operation.
pub(crate) fn operation(w: &Words, operation: super::Operation) -> String {
    use super::Operation;
    match operation {
        Operation::Register => w.t("catalog-register"),
        Operation::Renew => w.t("catalog-renew"),
        Operation::Transfer => w.t("catalog-transfer"),
        Operation::Restore => w.t("catalog-restore"),
    }
}
