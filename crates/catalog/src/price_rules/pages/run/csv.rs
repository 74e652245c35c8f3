//! A dry run as CSV: what the page shows, all of it.

use axum::Extension;
use engines::margin::Margin;
use kernel::{ImportId, Money};
use web::{Csv, Path, Query, Result, Staff};

use super::rows::reason;
use super::showing::{Asked, Showing, Wanted};
use crate::price_books::{Book, Books};
use crate::price_rules::run::{Line, Run};
use crate::price_rules::sentence;

pub(in crate::price_rules::pages) async fn csv(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<ImportId>,
    Query(asked): Query<Asked>,
) -> Result<Csv> {
    let (_, _, run) = super::load(&ctx, id).await?;
    let wanted = Wanted::of(&asked);
    let w = ctx.words();
    if wanted.show == Showing::Skipped {
        let csv = Csv::new("not-priced.csv", &["tld", "operations", "reason", "why"]);
        return Ok(wanted.skipped(&run).into_iter().fold(csv, |csv, skipped| {
            let operations: Vec<&str> = skipped.operations.iter().map(|one| one.name()).collect();
            csv.row([
                &skipped.ending,
                &operations.join(" "),
                skipped.reason.name(),
                &reason(w, skipped.reason),
            ])
        }));
    }
    let book = books.book(&ctx).await?;
    let lines = wanted.lines(&run);
    let steps = |line: &Line| sentence::steps(w, &line.made).join("; ");
    Ok(lines
        .into_iter()
        .fold(Csv::new("price-rules-run.csv", &HEAD), |csv, line| {
            csv.row(row(&book, &run, line, steps(line)))
        }))
}

const HEAD: [&str; 17] = [
    "tld",
    "operation",
    "years",
    "registrar",
    "cost",
    "cost_currency",
    "cost_converted",
    "currency",
    "rule",
    "rule_version",
    "before",
    "after",
    "margin_on_price_before",
    "margin_on_cost_before",
    "margin_on_price_after",
    "margin_on_cost_after",
    "steps",
];

fn row(book: &Book, run: &Run, line: &Line, steps: String) -> Vec<String> {
    let made = &line.made;
    let before = line.margin_before(&run.margin_rules());
    let share = |of: fn(&Margin) -> Option<kernel::Percent>, margin: &Margin| of(margin).map(crate::views::percent);
    let on_price: fn(&Margin) -> Option<kernel::Percent> = |margin| margin.on_price;
    let on_cost: fn(&Margin) -> Option<kernel::Percent> = |margin| margin.on_cost;
    let rule = run.rule(made.rule);
    vec![
        line.ending.clone(),
        line.operation.name().to_owned(),
        line.years.to_string(),
        book.registrar(line.registrar)
            .map(|one| one.slug.clone())
            .unwrap_or_default(),
        made.cost.decimal(),
        made.cost.currency.code().to_owned(),
        made.margin.cost.map(Money::decimal).unwrap_or_default(),
        made.price.currency.code().to_owned(),
        rule.map(|rule| rule.name.clone()).unwrap_or_default(),
        rule.map(|rule| rule.version.to_string()).unwrap_or_default(),
        before.price.map(Money::decimal).unwrap_or_default(),
        made.price.decimal(),
        share(on_price, &before).unwrap_or_default(),
        share(on_cost, &before).unwrap_or_default(),
        share(on_price, &made.margin).unwrap_or_default(),
        share(on_cost, &made.margin).unwrap_or_default(),
        steps,
    ]
}
