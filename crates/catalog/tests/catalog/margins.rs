//! Margins over every ending, registrar and service: the real lists, the worked example, currencies, the routes.

use std::sync::Arc;

use catalog::imports::ListRef;
use catalog::margins::{self, Question, Rates, Tally};
use catalog::registrars::NewRegistrar;
use catalog::{Book, Books};
use engines::fx::{FxBook, FxRules, NoRate, Quote};
use engines::margin::{MarginClass, MarginRules, Service};
use jiff::SignedDuration;
use kernel::money::testing::{eur, usd};
use kernel::{Currency, Id, Instant, Percent, Rate, RateSheetId, Rounding};
use platform::Ctx;
use scoped_futures::ScopedFutureExt;
use testkit::TestInstallation;

use crate::common::{import, installation, registrar, sales_list, seeded};
use crate::stage::{Stage, api, page};

fn question(at: Instant, currency: Currency) -> Question {
    Question {
        at,
        currency,
        rules: MarginRules::default(),
    }
}

/// What one registrar charges and we take for `.com`, by operation, in their currencies.
async fn one_ending(ctx: &Ctx, books: &Books, charged_in: Currency, costs: &str, prices: &str) -> Arc<Book> {
    let account = NewRegistrar {
        name: "GoDaddy".into(),
        currency: charged_in,
        ..registrar("godaddy")
    };
    let account = &account;
    let (account, list) = ctx
        .write(|tx| {
            async move {
                let account = catalog::registrars::add(tx, books, account.clone()).await?.id;
                Ok((account, catalog::sales_lists::add(tx, books, sales_list()).await?.id))
            }
            .scope_boxed()
        })
        .await
        .unwrap();
    import(ctx, books, ListRef::Registrar(account), costs).await;
    import(ctx, books, ListRef::Sales(list), prices).await;
    books.refresh(ctx).await.unwrap()
}

fn quotes(base: Currency, quote: Currency, rate: &str, at: Instant) -> FxBook {
    let quoted = Quote {
        base,
        quote,
        rate: Rate::parse(rate).unwrap(),
        at,
        sheet: RateSheetId::from_uuid(uuid::Uuid::nil()),
    };
    FxBook::new([quoted])
}

fn at_no_markup(book: &FxBook) -> Rates<'_> {
    Rates {
        book,
        rules: FxRules::default(),
    }
}

const COSTS: &str = "tld,operation,amount\ncom,register,8.00\ncom,renew,8.00\n";
const PRICES: &str = "tld,operation,amount\ncom,register,9.00\ncom,renew,12.00\n";

#[tokio::test]
async fn of_the_real_lists_283_first_years_and_18_renewals_lose_and_267_renewals_earn_under_5_percent() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = Books::new();
    seeded(&ctx, &books).await;
    let book = books.book(&ctx).await.unwrap();
    let report = margins::report(
        &book,
        at_no_markup(&FxBook::default()),
        question(ctx.now(), Currency::USD),
    );
    let of = |service: Service| Tally::of(report.rows.iter().filter(|row| row.found.service == service));
    let (first, renew) = (of(Service::RegisterFirstYear), of(Service::Renew));
    assert_eq!((first.compared(), first.count(MarginClass::Negative)), (346, 283));
    assert_eq!(
        (renew.count(MarginClass::Negative), renew.count(MarginClass::Low)),
        (18, 267)
    );
    // What only one list has is told apart, and nothing had to be converted.
    assert_eq!(
        (renew.count(MarginClass::NoCost), renew.count(MarginClass::NoPrice)),
        (571 - 346, 349 - 346)
    );
    assert_eq!(report.rates, []);
}

#[tokio::test]
async fn a_cost_of_9_50_under_a_price_of_9_00_loses_fifty_cents() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let costs = "tld,operation,amount\ncom,register,9.50\ncom,renew,9.50\n";
    let prices = "tld,operation,amount\ncom,register,9.00\ncom,renew,9.00\n";
    let book = one_ending(&ctx, &Books::new(), Currency::USD, costs, prices).await;
    let report = margins::report(
        &book,
        at_no_markup(&FxBook::default()),
        question(ctx.now(), Currency::USD),
    );
    assert_eq!(report.rows.len(), 3, "first year, regular, renewal");
    for row in &report.rows {
        let share = |share: Option<Percent>| share.unwrap().text(2, Rounding::HalfEven);
        assert_eq!(row.registrar.unwrap().name, "GoDaddy");
        assert_eq!(
            (row.found.margin.class, row.found.margin.profit),
            (MarginClass::Negative, Some(usd("-0.50")))
        );
        assert_eq!(
            (share(row.found.margin.on_price), share(row.found.margin.on_cost)),
            ("-5.56".into(), "-5.26".into())
        );
    }
}

#[tokio::test]
async fn a_cost_in_euro_is_converted_at_the_quoted_the_inverse_or_no_rate_and_never_taken_for_zero() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let now = ctx.now();
    let book = one_ending(&ctx, &Books::new(), Currency::EUR, COSTS, PRICES).await;
    let first = |quotes: &FxBook, currency: Currency| {
        let report = margins::report(&book, at_no_markup(quotes), question(now, currency));
        let row = report.rows[0];
        (
            row.found.margin.cost,
            row.found.margin.profit,
            row.found.margin.class,
            row.found.reason,
            report.rates.len(),
        )
    };
    // 8.00 EUR at 1.16 are 9.28 USD, over 9.00.
    let quoted = quotes(Currency::EUR, Currency::USD, "1.16", now);
    let lost = (Some(usd("9.28")), Some(usd("-0.28")), MarginClass::Negative, None, 1);
    assert_eq!(first(&quoted, Currency::USD), lost);
    // The opposite quote says the same: 1 / 0.8 = 1.25.
    let inverse = quotes(Currency::USD, Currency::EUR, "0.8", now);
    let lost = (Some(usd("10.00")), Some(usd("-1.00")), MarginClass::Negative, None, 1);
    assert_eq!(first(&inverse, Currency::USD), lost);
    // Told in euro the class and the shares are those in which we are paid.
    let told = (Some(eur("8.00")), Some(eur("-0.80")), MarginClass::Negative, None, 2);
    assert_eq!(first(&inverse, Currency::EUR), told);
    let stale = quotes(
        Currency::EUR,
        Currency::USD,
        "1.16",
        now.minus(SignedDuration::from_hours(73)),
    );
    let untold = |reason| (None, None, MarginClass::NotComparable, Some(reason), 1);
    assert_eq!(first(&stale, Currency::USD), untold(NoRate::Stale));
    assert_eq!(first(&FxBook::default(), Currency::USD), untold(NoRate::Missing));
}

#[tokio::test]
async fn the_mark_up_makes_costs_dearer_and_prices_no_better() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let now = ctx.now();
    let book = one_ending(&ctx, &Books::new(), Currency::EUR, COSTS, PRICES).await;
    let quotes = quotes(Currency::EUR, Currency::USD, "1.00", now);
    let mut rates = at_no_markup(&quotes);
    rates.rules.markup = Percent::whole(10);
    let report = margins::report(&book, rates, question(now, Currency::USD));
    assert_eq!(report.rows[0].found.margin.cost, Some(usd("8.80")));
    // Shown in euro, the price is converted as quoted.
    let report = margins::report(&book, rates, question(now, Currency::EUR));
    let margin = report.rows[0].found.margin;
    assert_eq!(
        (margin.price, margin.cost, margin.profit),
        (Some(eur("9.00")), Some(eur("8.80")), Some(eur("0.20")))
    );
}

#[tokio::test]
async fn the_trend_asks_the_book_how_margins_stood() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = Books::new();
    seeded(&ctx, &books).await;
    let book = books.book(&ctx).await.unwrap();
    // The lists hold since January: all twelve weeks look like today. Two weeks into January, ten of them are empty.
    let points = margins::trend(
        &book,
        at_no_markup(&FxBook::default()),
        question(ctx.now(), Currency::USD),
    );
    let now = Tally::of(
        &margins::report(
            &book,
            at_no_markup(&FxBook::default()),
            question(ctx.now(), Currency::USD),
        )
        .rows,
    );
    assert_eq!(points.len(), 12);
    assert!(
        points
            .iter()
            .all(|point| (point.negative, point.median) == (now.count(MarginClass::Negative), now.median))
    );
    let early = "2026-01-14T12:00:00Z".parse().unwrap();
    let points = margins::trend(&book, at_no_markup(&FxBook::default()), question(early, Currency::USD));
    assert_eq!(points.iter().filter(|point| point.median.is_some()).count(), 2);
}

#[tokio::test]
async fn the_list_is_paged_worst_first_without_repeating_or_leaving_out() {
    let stage = Stage::new().await;
    let mut seen: Vec<(String, String)> = Vec::new();
    let mut shares: Vec<f64> = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/api/v1/margins?class=negative&limit=200&after={after}");
        let answer = api(&stage, &path, "manager").await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let body = answer.json();
        for row in body["data"].as_array().unwrap() {
            seen.push((
                row["tld"].as_str().unwrap().into(),
                row["operation"].as_str().unwrap().into(),
            ));
            shares.push(row["margin_on_price"].as_str().unwrap().parse().unwrap());
        }
        match body["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    assert!(shares.is_sorted());
    let first_years = seen
        .iter()
        .filter(|(_, operation)| operation == "register_first_year")
        .count();
    let renewals = seen.iter().filter(|(_, operation)| operation == "renew").count();
    assert_eq!((first_years, renewals), (283, 18));
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), all);
    // The whole of it as CSV, and the low ones under another limit.
    let csv = page(&stage, "/console/margins.csv?class=negative", "manager")
        .await
        .text();
    assert_eq!(csv.lines().count(), all + 1);
    let low = api(
        &stage,
        "/api/v1/margins/low?operation=renew&below=5&limit=200",
        "manager",
    )
    .await
    .json();
    assert_eq!(low["data"].as_array().unwrap().len(), 200);
    let none = api(&stage, "/api/v1/margins/low?operation=renew&below=0", "manager")
        .await
        .json();
    assert_eq!(none["data"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn margins_are_for_those_who_may_see_them_and_of_nobody_else() {
    let stage = Stage::new().await;
    for path in ["", "/negative", "/low", "/summary"] {
        let path = format!("/api/v1/margins{path}");
        assert_eq!(api(&stage, &path, "seller").await.status, 403, "{path}");
        assert_eq!(api(&stage, &path, "nobody").await.status, 403, "{path}");
    }
    assert_eq!(page(&stage, "/console/margins", "seller").await.status, 403);
    assert_eq!(page(&stage, "/console/margins.csv", "seller").await.status, 403);
    let summary = api(&stage, "/api/v1/margins/summary?operation=renew", "manager")
        .await
        .json();
    assert_eq!(
        (&summary["all"]["negative"], &summary["low_below"]),
        (&18.into(), &"5.0000".into())
    );
    assert_eq!(summary["by_registrar"][0]["tally"]["low"], 267);
    for (query, code) in [
        ("class=bad", "margin_class_unknown"),
        ("operation=register", "service_unknown"),
        ("below=101", "limit_invalid"),
        ("currency=XXQ", "currency_unknown"),
        ("at=yesterday", "instant_invalid"),
        ("tld=%20%3C", "not_an_ending"),
        ("registrar=sal_1", "registrar_unknown"),
    ] {
        let answer = api(&stage, &format!("/api/v1/margins?{query}"), "manager").await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, code.to_owned()),
            "{query}"
        );
    }
}

#[tokio::test]
async fn the_page_shows_counts_the_worst_first_and_keeps_its_filter() {
    let stage = Stage::new().await;
    let shown = page(&stage, "/console/margins?operation=renew&class=negative", "manager").await;
    assert_eq!(shown.status, 200);
    let text = shown.text();
    assert!(text.contains("class=\"spark"), "{text}");
    assert!(
        text.contains("/console/margins.csv?operation=renew&#38;class=negative"),
        "{text}"
    );
    assert_eq!(text.matches("class=\"rowlink strong\"").count(), 18);
    let none = page(&stage, "/console/margins?q=nosuchending", "manager").await.text();
    assert!(none.contains("Nothing matches this filter."), "{none}");
}
