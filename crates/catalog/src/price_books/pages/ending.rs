//! One ending: its prices now, sale over cost as steps, every version.

use askama::Template;
use axum::Extension;
use axum::response::Response;
use kernel::{Id, Instant};
use reference::RateBooks;
use scoped_futures::ScopedFutureExt;
use uuid::Uuid;
use web::charts::{self, Change, Steps};
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Html, Mark, Timeline};
use web::{Path, Result, Staff};

use super::{PriceCell, money};
use crate::archive;
use crate::exposures::Ground;
use crate::permissions::{MARGINS_READ, PRICES_EDIT, PRICES_READ};
use crate::price_books::report::{MarginCell, ReportRow};
use crate::price_books::timeline::{self, Standing};
use crate::price_books::{Book, Books, Cell, Side, ops};
use crate::price_changes::{self, ChangeRow};
use crate::sales_lists::{self, SalesList};
use crate::tlds::Tld;

/// How long before the first change and after the last the chart runs.
const MARGIN_OF_TIME: jiff::SignedDuration = jiff::SignedDuration::from_hours(24 * 60);

#[derive(Template)]
#[template(path = "pages/ending.html")]
struct EndingPage<'a> {
    w: &'a Words,
    shown: String,
    ascii: String,
    category: String,
    margins: bool,
    operations: Vec<OperationView>,
    timeline: Timeline,
    /// Where what was archived of it is listed, for those who may see costs.
    archived: Option<String>,
    versions: Vec<VersionRow>,
    registrars: String,
    changes: Vec<ChangeRow>,
    new_change: Option<String>,
    csrf: String,
}

struct OperationView {
    label: String,
    cell: PriceCell,
    on_cost: String,
    chart: Html,
}

struct VersionRow {
    side: String,
    list: String,
    what: String,
    amount: String,
    from: String,
    standing: String,
    recorded: String,
    note: String,
}

pub(super) async fn ending(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    Path(tld): Path<String>,
) -> Result<Response> {
    ctx.allow(PRICES_READ)?;
    let margins = ctx.may(MARGINS_READ);
    let book = books.book(&ctx).await?;
    let tld = ops::ending(&book, &tld)?;
    let (cells, lists, changes) = ctx
        .read(|read| {
            async move {
                Ok((
                    ops::history(read, &tld.ending).await?,
                    sales_lists::list(read).await?,
                    price_changes::changes(read, &tld.ending, margins).await?,
                ))
            }
            .scope_boxed()
        })
        .await?;
    let (w, now) = (ctx.words(), ctx.now());
    let ground = &Ground::at(&ctx, &rates, &book, now).await?;
    let steps = timeline::steps(&book, tld, ground, &cells);
    let current = crate::price_books::report::row(&book, tld, ground, now);
    let show = Shown {
        w,
        now,
        margins,
        book: &book,
        lists: &lists,
    };
    let page = EndingPage {
        w,
        shown: format!(".{}", tld.shown),
        ascii: tld.ending.to_string(),
        category: category(w, tld),
        margins,
        operations: show.operations(&current, &steps),
        timeline: show.timeline(&steps),
        archived: margins.then(|| format!("{}?tld={}", archive::PRICES_PATH, tld.ending)),
        versions: timeline::versions(&cells, now)
            .into_iter()
            .take(200)
            .map(|(cell, standing)| show.version(cell, standing))
            .collect(),
        registrars: sellers(&book, tld),
        changes: price_changes::rows(&ctx, &changes, book.settings.allow_editing_future_prices, &|change| {
            show.list_name(change.list.side(), change.list.uuid())
        }),
        new_change: ctx
            .may(PRICES_EDIT)
            .then(|| format!("/console/tlds/{}/prices/new", tld.ending)),
        csrf: ctx.csrf(),
    };
    let head = Head::new(&page.shown)
        .crumb(w.t("nav-domains"), "")
        .crumb(w.t("catalog-prices"), "/console/prices");
    ctx.console(&head, &page).await
}

fn category(w: &Words, tld: &Tld) -> String {
    use crate::tlds::Category;
    match tld.category {
        Category::Generic => w.t("catalog-category-generic"),
        Category::Country => w.t("catalog-category-country"),
        Category::Company => w.t("catalog-category-company"),
    }
}

fn sellers(book: &Book, tld: &Tld) -> String {
    let names: Vec<&str> = book
        .sellers(&tld.ending)
        .iter()
        .filter_map(|id| book.registrar(*id))
        .map(|registrar| registrar.name.as_str())
        .collect();
    names.join(", ")
}

/// One operation's part of a row.
type Pick = for<'r, 'b> fn(&'r ReportRow<'b>) -> &'r MarginCell;

/// Who looks at what, and when.
struct Shown<'a> {
    w: &'a Words,
    now: Instant,
    margins: bool,
    book: &'a Book,
    lists: &'a [SalesList],
}

impl Shown<'_> {
    fn operations(&self, current: &ReportRow<'_>, steps: &[(Instant, ReportRow<'_>)]) -> Vec<OperationView> {
        let w = self.w;
        let picks: [(String, Pick); 3] = [
            (w.t("catalog-register"), |row| &row.register),
            (w.t("catalog-renew"), |row| &row.renew),
            (w.t("catalog-transfer"), |row| &row.transfer),
        ];
        let view = |(label, pick): (String, Pick)| {
            let cell = pick(current);
            let on_cost = cell
                .margin
                .on_cost
                .filter(|_| self.margins)
                .map(|share| w.t1("catalog-on-cost", "percent", super::percent(w, share)));
            OperationView {
                chart: self.chart(&label, pick, steps),
                cell: PriceCell::of(w, cell, self.margins),
                on_cost: on_cost.unwrap_or_default(),
                label,
            }
        };
        picks.into_iter().map(view).collect()
    }

    fn chart(&self, label: &str, pick: Pick, steps: &[(Instant, ReportRow<'_>)]) -> Html {
        let changes = |value: fn(&MarginCell) -> Option<i64>| -> Vec<Change> {
            steps
                .iter()
                .filter_map(|(at, row)| value(pick(row)).map(|value| Change { at: at.micros(), value }))
                .collect()
        };
        let (sale, cost) = (
            changes(MarginCell::sale),
            if self.margins {
                changes(MarginCell::cost)
            } else {
                Vec::new()
            },
        );
        let (Some((first, _)), Some((last, _))) = (steps.first(), steps.last()) else {
            return Html::default();
        };
        let from = (*first).min(self.now).minus(MARGIN_OF_TIME);
        let until = (*last).max(self.now).plus(MARGIN_OF_TIME);
        let title = self.w.t1("catalog-chart", "operation", label);
        charts::steps(&Steps {
            title: &title,
            sale: &sale,
            cost: &cost,
            span: (from.micros(), until.micros()),
            now: self.now.micros(),
            today: &self.w.t("catalog-today"),
            label: &|minor| money(self.w, minor, self.book.currency),
            date: &|at| self.w.date(at),
        })
    }

    /// What was in force from each instant on, the latest first.
    fn timeline(&self, steps: &[(Instant, ReportRow<'_>)]) -> Timeline {
        let now_at = steps.iter().rposition(|(at, _)| *at <= self.now);
        steps
            .iter()
            .enumerate()
            .rev()
            .take(100)
            .fold(Timeline::new(), |timeline, (index, (at, row))| {
                let mark = match now_at {
                    _ if *at > self.now => Mark::Next,
                    Some(current) if current == index => Mark::Now,
                    _ => Mark::Past,
                };
                let timeline = timeline.item(mark, self.headline(*at, row), self.others(row), Some((*at, self.w)));
                match row.register.on_price().filter(|_| self.margins) {
                    Some(on_price) => timeline.badge(tone(&row.register), super::percent(self.w, on_price)),
                    None => timeline,
                }
            })
    }

    fn headline(&self, at: Instant, row: &ReportRow<'_>) -> String {
        let price = self.amount(row.register.sale());
        self.w.t2("catalog-price-from", "price", price, "date", self.w.date(at))
    }

    fn others(&self, row: &ReportRow<'_>) -> String {
        let (renew, transfer) = (self.amount(row.renew.sale()), self.amount(row.transfer.sale()));
        match row.register.cost().filter(|_| self.margins) {
            Some(cost) => self.w.t3(
                "catalog-others-and-cost",
                "renew",
                renew,
                "transfer",
                transfer,
                "cost",
                self.amount(Some(cost)),
            ),
            None => self.w.t2("catalog-others", "renew", renew, "transfer", transfer),
        }
    }

    fn amount(&self, minor: Option<i64>) -> String {
        minor.map_or_else(
            || self.w.t("catalog-none"),
            |minor| money(self.w, minor, self.book.currency),
        )
    }

    fn list_name(&self, side: Side, list: Uuid) -> String {
        let name = match side {
            Side::Cost => self.book.registrar(list.into()).map(|registrar| &registrar.name),
            Side::Sale => self
                .lists
                .iter()
                .find(|own| own.id.uuid() == list)
                .map(|list| &list.name),
        };
        name.cloned().unwrap_or_default()
    }

    fn version(&self, cell: &Cell, standing: Standing) -> VersionRow {
        let w = self.w;
        let key = &cell.key;
        let standing = match standing {
            Standing::Past => w.t("catalog-past"),
            Standing::Current => w.t("catalog-current"),
            Standing::Scheduled => w.t("catalog-scheduled"),
            Standing::Superseded => w.t("catalog-superseded"),
        };
        VersionRow {
            side: super::side(w, key.side),
            list: self.list_name(key.side, key.list),
            what: w.t3(
                "catalog-what",
                "operation",
                super::operation(w, key.operation),
                "years",
                i64::from(key.years),
                "kind",
                kind(w, key.kind),
            ),
            amount: cell
                .amount_minor
                .map_or_else(|| w.t("catalog-withdrawn"), |minor| money(w, minor, key.currency)),
            from: w.date_time(cell.effective_from),
            standing,
            recorded: w.date_time(cell.recorded_at),
            note: cell.note.clone().filter(|_| self.margins).unwrap_or_default(),
        }
    }
}

fn tone(cell: &MarginCell) -> web::ui::Tone {
    use engines::margin::MarginClass;
    match cell.class() {
        MarginClass::Negative => web::ui::Tone::Bad,
        MarginClass::Low => web::ui::Tone::Warn,
        MarginClass::Healthy => web::ui::Tone::Ok,
        MarginClass::NotComparable | MarginClass::NoCost | MarginClass::NoPrice => web::ui::Tone::None,
    }
}

/// The words for a kind of price.
pub(crate) fn kind(w: &Words, kind: crate::price_books::Kind) -> String {
    use crate::price_books::Kind;
    match kind {
        Kind::Regular => w.t("catalog-kind-regular"),
        Kind::FirstYear => w.t("catalog-kind-first-year"),
        Kind::Promo => w.t("catalog-kind-promo"),
        Kind::IcannFee => w.t("catalog-kind-icann-fee"),
        Kind::Privacy => w.t("catalog-kind-privacy"),
    }
}
