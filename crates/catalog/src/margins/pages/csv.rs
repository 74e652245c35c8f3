//! The list as CSV: the same filter, every row.

use axum::Extension;
use kernel::{Money, Percent};
use reference::RateBooks;
use web::{Csv, Query, Result, Staff};

use super::List;
use crate::archive;
use crate::margins::ask::{Asked, Choice};
use crate::margins::rates::Held;
use crate::margins::report::{MarginReport, MarginRow};
use crate::permissions::MARGINS_READ;
use crate::price_books::Books;
use crate::views::percent;

const COLUMNS: [&str; 17] = [
    "tld",
    "registrar",
    "operation",
    "class",
    "reason",
    "currency",
    "price",
    "cost",
    "profit",
    "margin_on_price",
    "margin_on_cost",
    "listed_price",
    "listed_currency",
    "charged_cost",
    "charged_currency",
    "rate",
    "rate_quoted_at",
];

pub(super) async fn csv(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    Query(asked): Query<Asked>,
    Query(list): Query<List>,
) -> Result<Csv> {
    ctx.allow(MARGINS_READ)?;
    let book = books.book(&ctx).await?;
    let wanted = asked.read(Choice::of(&book), list.q.as_deref(), ctx.now())?;
    let book = archive::book_at(&ctx, &books, wanted.question.at).await?;
    let held = Held::of(&ctx, &rates, book.settings.currency_conversion_markup).await?;
    let report = wanted.report(&book, held.rates());
    let rows = wanted.rows(&report).into_iter().map(|row| cells(&report, row));
    Ok(Csv::new("margins.csv", &COLUMNS).rows(rows))
}

fn cells(report: &MarginReport<'_>, row: &MarginRow<'_>) -> [String; COLUMNS.len()] {
    let amount = |amount: Option<Money>| amount.map(Money::decimal).unwrap_or_default();
    let currency = |amount: Option<Money>| amount.map(|money| money.currency.code().to_owned()).unwrap_or_default();
    let share = |share: Option<Percent>| share.map(percent).unwrap_or_default();
    let quoted = row.found.cost_rate.and_then(|place| report.rates[place].quoted.ok());
    let margin = row.found.margin;
    [
        row.tld.ending.to_string(),
        row.registrar
            .map(|registrar| registrar.name.clone())
            .unwrap_or_default(),
        row.found.service.name().to_owned(),
        row.found.margin.class.name().to_owned(),
        row.found
            .reason
            .map(|reason| reason.code().to_owned())
            .unwrap_or_default(),
        report.question.currency.code().to_owned(),
        amount(margin.price),
        amount(margin.cost),
        amount(margin.profit),
        share(margin.on_price),
        share(margin.on_cost),
        amount(row.found.price),
        currency(row.found.price),
        amount(row.found.cost),
        currency(row.found.cost),
        quoted.map(|quoted| quoted.applied.to_string()).unwrap_or_default(),
        quoted
            .and_then(|quoted| quoted.quoted_at())
            .map(|at| at.to_string())
            .unwrap_or_default(),
    ]
}
