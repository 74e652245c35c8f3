//! The books at a glance: what there is, what is owed, how the year goes. Where there are no books yet, how to open them.

use askama::Template;
use axum::response::{IntoResponse, Response};
use engines::posting::Section;
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Currency, Instant, Money, MoneyError, Problem};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::charts::{self, Bars, Group};
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Field, FormErrors, Html, Icon, Tabs, Tile, Tone};
use web::{Form, Result, See, Staff};

use super::journal::{self as listed, Row};
use super::{BOOKS, ENTER, REPORTS, TRANSACTIONS, WALLETS, answered, tabs, told};
use crate::books::{self, Books};
use crate::exports::Format;
use crate::http::parts::today;
use crate::journal::{self, Listing, Transaction};
use crate::permissions::{LEDGER_CLOSE, LEDGER_POST, LEDGER_READ, WALLETS_READ};
use crate::reports::{self, BalanceSheet, MonthLine, ProfitAndLoss};

/// Transactions the page names.
const LATEST: i64 = 8;
/// Months the chart shows.
const MONTHS: i32 = 12;

#[derive(Template)]
#[template(path = "pages/open.html")]
struct OpenPage<'a> {
    w: &'a Words,
    csrf: String,
    action: &'static str,
    errors: FormErrors,
    empty: ui::Empty,
    /// For those who may open them.
    field: Option<Field>,
}

#[derive(Template)]
#[template(path = "pages/overview.html")]
struct OverviewPage<'a> {
    w: &'a Words,
    tabs: Tabs,
    lede: String,
    enter: Option<&'static str>,
    tiles: Html,
    /// Nothing to draw before something was earned or spent.
    chart: Option<Html>,
    months: Vec<MonthRow>,
    rows: Vec<Row>,
    empty: ui::Empty,
    reports: [(String, String); 3],
    downloads: Vec<(String, &'static str)>,
    journal: &'static str,
}

struct MonthRow {
    label: String,
    income: String,
    expenses: String,
    result: String,
    lost: bool,
}

/// A month's income and expenses, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Month {
    first: Date,
    income: i64,
    expenses: i64,
}

struct Loaded {
    sheet: BalanceSheet,
    year: ProfitAndLoss,
    months: Vec<MonthLine>,
    latest: Vec<Transaction>,
}

/// The currency the books are to be kept in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Opening {
    functional: String,
}

pub(super) async fn show(ctx: Staff) -> Result<Response> {
    match super::opened(&ctx).await? {
        Some(books) => overview(&ctx, &books).await,
        None => opening(&ctx, &ctx.site().currency, None).await,
    }
}

pub(super) async fn open(ctx: Staff, form: Form<Opening>) -> Result<Response> {
    ctx.allow(LEDGER_CLOSE)?;
    let typed = form.value.functional.trim().to_owned();
    let unknown = |_| Problem::refused("invalid_fields").field("/functional", "currency_unknown");
    let opened = match Currency::parse(&typed).map_err(unknown) {
        Ok(currency) => {
            ctx.write(|tx| async move { books::open(tx, currency).await }.scope_boxed())
                .await
        }
        Err(problem) => Err(problem.into()),
    };
    match opened {
        Ok(books) => {
            let text = ctx.words().t1("ledger-opened", "currency", books.functional.code());
            Ok(See::other(BOOKS).flash(Flash::done(text)).into_response())
        }
        Err(error) => {
            let problem = told(error)?;
            opening(&ctx, &typed, Some(&problem)).await
        }
    }
}

/// What books are, and the form that opens them.
async fn opening(ctx: &Staff, chosen: &str, problem: Option<&Problem>) -> Result<Response> {
    ctx.allow(LEDGER_READ)?;
    let w = ctx.words();
    let errors = problem.map_or_else(FormErrors::none, |problem| FormErrors::of(w, problem));
    let all: Vec<_> = Currency::all()
        .map(|currency| (currency.code(), currency.code()))
        .collect();
    let field = ctx.may(LEDGER_CLOSE).then(|| {
        Field::select("functional", w.t("ledger-functional"), &all)
            .value(chosen)
            .hint(w.t("ledger-functional-hint"))
            .error(errors.get("functional"))
    });
    let text = if field.is_some() {
        w.t("ledger-not-open-text")
    } else {
        w.t("ledger-not-open-ask")
    };
    let page = OpenPage {
        w,
        csrf: ctx.csrf(),
        action: BOOKS,
        errors,
        empty: ui::Empty::new(Icon::Book, w.t("ledger-not-open"), text),
        field,
    };
    let head = Head::new(w.t("ledger-books")).crumb(w.t("nav-money"), "");
    let shown = ctx.console(&head.refused_if(problem.is_some()), &page).await?;
    Ok(answered(shown, problem))
}

async fn overview(ctx: &Staff, books: &Books) -> Result<Response> {
    let today = today(ctx)?;
    let from = today.first_of_month().saturating_sub((MONTHS - 1).months());
    let loaded = load(ctx, from, today).await?;
    let (w, functional) = (ctx.words(), books.functional);
    let months = by_month(&loaded.months, from);
    let page = OverviewPage {
        w,
        tabs: tabs(ctx, BOOKS),
        lede: lede(w, books),
        enter: ctx.may(LEDGER_POST).then_some(ENTER),
        tiles: tiles(ctx, &loaded, &months).map_err(platform::Error::internal)?,
        chart: months
            .iter()
            .any(|month| (month.income, month.expenses) != (0, 0))
            .then(|| chart(w, functional, &months)),
        months: months
            .iter()
            .rev()
            .map(|month| month_row(w, functional, month))
            .collect(),
        rows: loaded.latest.iter().map(|row| listed::row(w, row)).collect(),
        empty: ui::Empty::new(Icon::Book, w.t("ledger-none-posted"), w.t("ledger-none-posted-text")),
        reports: super::reports::links(w),
        downloads: Format::ALL
            .map(|format| {
                (
                    format!("{}?format={}", super::JOURNAL, format.name()),
                    format.file_name(),
                )
            })
            .into(),
        journal: TRANSACTIONS,
    };
    ctx.console(&Head::new(w.t("ledger-books")).crumb(w.t("nav-money"), ""), &page)
        .await
}

async fn load(ctx: &Staff, from: Date, today: Date) -> Result<Loaded> {
    let latest = &Listing {
        limit: LATEST,
        ..Listing::default()
    };
    let loaded = ctx.read(|read| {
        async move {
            Ok(Loaded {
                sheet: reports::balance_sheet(read, Some(today)).await?,
                year: reports::profit_and_loss(read, today.first_of_year(), today).await?,
                months: reports::months(read, from, today).await?,
                latest: journal::list(read, latest).await?,
            })
        }
        .scope_boxed()
    });
    Ok(loaded.await?)
}

fn lede(w: &Words, books: &Books) -> String {
    let kept = w.t1("ledger-kept-in", "currency", books.functional.code());
    match books.closed_until {
        Some(day) => format!("{kept} {}", w.t1("ledger-closed-until", "day", w.day(day))),
        None => kept,
    }
}

fn tiles(ctx: &Staff, loaded: &Loaded, months: &[Month]) -> Result<Html, MoneyError> {
    use engines::posting::Role;
    let (w, sheet) = (ctx.words(), &loaded.sheet);
    let to = |report: &str| format!("{REPORTS}?report={report}");
    let in_wallets = sheet.liabilities.lines.iter();
    let in_wallets = in_wallets.filter(|(role, _)| matches!(role, Role::Wallet | Role::WalletHeld));
    let in_wallets = Money::sum(sheet.liabilities.total.currency, in_wallets.map(|(_, sum)| *sum))?;
    let results: Vec<i64> = months
        .iter()
        .map(|month| month.income.saturating_sub(month.expenses))
        .collect();
    let result = loaded.year.result;
    let tone = if result.is_negative() { Tone::Bad } else { Tone::Ok };
    let wallets = Tile::new(w.t("ledger-in-wallets"), w.price(in_wallets));
    Ok(ui::tiles([
        Tile::new(w.t("ledger-has"), w.price(sheet.assets.total)).href(to("balance-sheet")),
        Tile::new(w.t("ledger-owes"), w.price(sheet.liabilities.total)).href(to("balance-sheet")),
        if ctx.may(WALLETS_READ) {
            wallets.href(WALLETS)
        } else {
            wallets
        },
        Tile::new(w.t("ledger-result-of-year"), w.price(result))
            .href(to("profit-and-loss"))
            .spark(&results, tone, w.t("ledger-result-by-month")),
    ]))
}

/// Income and expenses of each month from `from` on, in their order.
fn by_month(lines: &[MonthLine], from: Date) -> Vec<Month> {
    let month = |at: i32| {
        let first = from.saturating_add(at.months());
        let name = crate::journal::periods::Grain::Month.period(first);
        let of = |section: Section| {
            let worths = lines
                .iter()
                .filter(|line| line.month == name && line.role.section() == section)
                .map(|line| line.worth.minor);
            worths.fold(0_i64, i64::saturating_add)
        };
        Month {
            first,
            income: of(Section::Income).saturating_neg(),
            expenses: of(Section::Expenses),
        }
    };
    (0..MONTHS).map(month).collect()
}

/// The month in words.
fn label(w: &Words, month: &Month) -> String {
    match month.first.in_tz(w.zone_name()) {
        Ok(start) => w.month(Instant::from_timestamp(start.timestamp())),
        Err(_) => month.first.to_string(),
    }
}

/// Each bar is as high as what was earned: what was spent below, what is left above. What was spent beyond it is a third part.
fn chart(w: &Words, functional: Currency, months: &[Month]) -> Html {
    let price = |minor: i64| w.price(Money::new(minor, functional));
    let group = |month: &Month| Group {
        label: label(w, month),
        title: w.t3(
            "ledger-month-finding",
            "month",
            label(w, month),
            "income",
            price(month.income),
            "expenses",
            price(month.expenses),
        ),
        values: vec![
            month.expenses.min(month.income),
            month.income.saturating_sub(month.expenses.max(0)),
            month.expenses.saturating_sub(month.income.max(0)),
        ],
    };
    let groups: Vec<Group> = months.iter().map(group).collect();
    let sum = |of: fn(&Month) -> i64| price(months.iter().map(of).fold(0, i64::saturating_add));
    charts::bars(&Bars {
        title: &w.t2(
            "ledger-year-finding",
            "income",
            sum(|month| month.income),
            "expenses",
            sum(|month| month.expenses),
        ),
        groups: &groups,
        label: &price,
    })
}

fn month_row(w: &Words, functional: Currency, month: &Month) -> MonthRow {
    let exact = |minor: i64| w.exact(Money::new(minor, functional));
    let result = month.income.saturating_sub(month.expenses);
    MonthRow {
        label: label(w, month),
        income: exact(month.income),
        expenses: exact(month.expenses),
        result: exact(result),
        lost: result < 0,
    }
}

#[cfg(test)]
mod tests {
    use engines::posting::Role;
    use kernel::money::testing::usd;

    use super::*;

    #[test]
    fn every_month_has_its_bar_and_income_is_above_zero() {
        let line = |month: &str, role, worth| MonthLine {
            month: month.into(),
            role,
            worth: usd(worth),
        };
        let lines = [
            line("2026-11", Role::Sales, "-100"),
            line("2026-11", Role::Cost, "80"),
            line("2026-11", Role::OtherExpense, "30"),
            line("2026-11", Role::Bank, "50"),
            line("2025-11", Role::Sales, "-7"),
        ];
        let months = by_month(&lines, "2025-12-01".parse().unwrap());
        assert_eq!(months.len(), 12);
        let last = months[11];
        assert_eq!(
            (last.first.to_string().as_str(), last.income, last.expenses),
            ("2026-11-01", 10_000, 11_000)
        );
        assert!(
            months[..11]
                .iter()
                .all(|month| (month.income, month.expenses) == (0, 0))
        );
    }
}
