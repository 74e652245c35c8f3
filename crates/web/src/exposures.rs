//! What a change touches before it is made, as every room tells and shows it: how many things of one sort, what they bring
//! before and after, and by name the few that fare worst.

use askama::Template;
use kernel::{Currency, Instant, Money};
use serde::Serialize;
use utoipa::ToSchema;

use crate::messages::Words;
use crate::ui::{self, Html};

/// How many things of one sort and currency a change touches, and what it does to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// What they are: key of a message with `n`, such as `domains-exposure-renewals`.
    pub what: &'static str,
    /// In which currency they are charged, and every amount here is.
    pub currency: Currency,
    /// What is converted into what, where it is about an exchange rate.
    pub pair: Option<(Currency, Currency)>,
    /// How many.
    pub count: u64,
    /// What they bring until the change, all together; of those whose cost is known, where margins are told.
    pub price_before: Option<Money>,
    /// What they bring once it is in force.
    pub price_after: Option<Money>,
    /// What is earned on them until the change.
    pub margin_before: Option<Money>,
    /// What is earned on them once it is in force.
    pub margin_after: Option<Money>,
    /// How many fall below their cost.
    pub newly_negative: u64,
    /// How many come to a low margin.
    pub newly_low: u64,
    /// How many have no price any more.
    pub newly_unpriced: u64,
    /// The few that fare worst, the worst first.
    pub examples: Vec<Example>,
}

/// One thing that is touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// What it is called.
    pub name: String,
    /// Its page in the console, where it has one.
    pub href: Option<String>,
    /// When it is charged, where that is known.
    pub at: Option<Instant>,
    /// What it brings until the change.
    pub price_before: Option<Money>,
    /// What it brings once it is in force.
    pub price_after: Option<Money>,
    /// What is earned on it until the change.
    pub margin_before: Option<Money>,
    /// What is earned on it once it is in force.
    pub margin_after: Option<Money>,
}

impl Exposure {
    /// Of one sort, with nothing told of them but how many there are.
    pub fn counted(what: &'static str, currency: Currency, count: u64) -> Self {
        Self {
            what,
            currency,
            pair: None,
            count,
            price_before: None,
            price_after: None,
            margin_before: None,
            margin_after: None,
            newly_negative: 0,
            newly_low: 0,
            newly_unpriced: 0,
            examples: Vec::new(),
        }
    }

    /// The same for somebody who may not see margins.
    #[must_use]
    pub fn without_margins(self) -> Self {
        let examples = self.examples.into_iter().map(|example| Example {
            margin_before: None,
            margin_after: None,
            ..example
        });
        Self {
            margin_before: None,
            margin_after: None,
            newly_negative: 0,
            newly_low: 0,
            examples: examples.collect(),
            ..self
        }
    }
}

/// An amount in minor units of its currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Money)]
pub struct MoneyView {
    /// Minor units: cents of USD, yen of JPY.
    #[schema(example = 1108)]
    pub minor: i64,
    /// ISO 4217 code.
    #[schema(example = "USD")]
    pub currency: &'static str,
}

impl From<Money> for MoneyView {
    fn from(money: Money) -> Self {
        Self {
            minor: money.minor,
            currency: money.currency.code(),
        }
    }
}

/// Things of one sort that a change touches.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Exposure)]
pub struct ExposureView {
    /// What they are.
    #[schema(example = "domains-exposure-renewals")]
    what: &'static str,
    /// In which currency they are charged: an ISO 4217 code.
    #[schema(example = "USD")]
    currency: &'static str,
    /// What is converted into what, where it is about an exchange rate: two ISO 4217 codes.
    #[schema(example = "EUR/USD")]
    pair: Option<String>,
    /// How many.
    count: u64,
    /// What they bring before.
    price_before: Option<MoneyView>,
    /// What they bring after.
    price_after: Option<MoneyView>,
    /// What is earned on them before; null without the right to see margins.
    margin_before: Option<MoneyView>,
    /// What is earned on them after; null without the right to see margins.
    margin_after: Option<MoneyView>,
    /// How many fall below their cost; 0 without the right to see margins.
    newly_negative: u64,
    /// How many come to a low margin; 0 without the right to see margins.
    newly_low: u64,
    /// How many have no price any more.
    newly_unpriced: u64,
    /// The few that fare worst, the worst first; none without the right to see them.
    examples: Vec<ExampleView>,
}

/// One thing that a change touches.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExposureExample)]
pub struct ExampleView {
    /// What it is called.
    #[schema(example = "leafandlark.com")]
    name: String,
    /// When it is charged, where that is known.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Instant>,
    /// What it brings before.
    price_before: Option<MoneyView>,
    /// What it brings after.
    price_after: Option<MoneyView>,
    /// What is earned on it before; null without the right to see margins.
    margin_before: Option<MoneyView>,
    /// What is earned on it after; null without the right to see margins.
    margin_after: Option<MoneyView>,
}

impl From<&Exposure> for ExposureView {
    fn from(exposure: &Exposure) -> Self {
        Self {
            what: exposure.what,
            currency: exposure.currency.code(),
            pair: exposure.pair.map(shown_pair),
            count: exposure.count,
            price_before: exposure.price_before.map(Into::into),
            price_after: exposure.price_after.map(Into::into),
            margin_before: exposure.margin_before.map(Into::into),
            margin_after: exposure.margin_after.map(Into::into),
            newly_negative: exposure.newly_negative,
            newly_low: exposure.newly_low,
            newly_unpriced: exposure.newly_unpriced,
            examples: exposure.examples.iter().map(ExampleView::from).collect(),
        }
    }
}

impl From<&Example> for ExampleView {
    fn from(example: &Example) -> Self {
        Self {
            name: example.name.clone(),
            at: example.at,
            price_before: example.price_before.map(Into::into),
            price_after: example.price_after.map(Into::into),
            margin_before: example.margin_before.map(Into::into),
            margin_after: example.margin_after.map(Into::into),
        }
    }
}

fn shown_pair((from, to): (Currency, Currency)) -> String {
    format!("{from}/{to}")
}

/// The same as the API tells it.
pub fn views(exposures: &[Exposure]) -> Vec<ExposureView> {
    exposures.iter().map(ExposureView::from).collect()
}

#[derive(Template)]
#[template(path = "ui/exposures.html")]
struct Card<'a> {
    w: &'a Words,
    rows: Vec<Row>,
    margins: bool,
}

struct Row {
    /// Whether it is one of the things rather than all of them.
    is_example: bool,
    what: String,
    href: Option<String>,
    sub: String,
    price_before: String,
    price_after: String,
    margin_before: String,
    margin_after: String,
}

/// The card of a review: what is touched, or that nothing is.
pub fn card(w: &Words, exposures: &[Exposure]) -> Html {
    let margins = |exposure: &Exposure| exposure.margin_before.is_some() || exposure.margin_after.is_some();
    let rows = exposures.iter().flat_map(|exposure| {
        let examples = exposure.examples.iter().map(|example| one(w, example));
        std::iter::once(all(w, exposure)).chain(examples)
    });
    Html::of(&Card {
        w,
        rows: rows.collect(),
        margins: exposures.iter().any(margins),
    })
}

fn money(w: &Words, amount: Option<Money>) -> String {
    amount.map_or_else(|| w.t("touches-none"), |amount| w.price(amount))
}

fn all(w: &Words, exposure: &Exposure) -> Row {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let fates = [
        ("touches-negative", exposure.newly_negative),
        ("touches-low", exposure.newly_low),
        ("touches-unpriced", exposure.newly_unpriced),
    ];
    let told = fates.iter().filter(|(_, n)| *n > 0);
    let told = told.map(|(key, n)| w.t1(key, "n", count(*n)));
    let currency = exposure
        .pair
        .map_or_else(|| exposure.currency.code().to_owned(), shown_pair);
    let sub: Vec<String> = std::iter::once(currency).chain(told).collect();
    Row {
        is_example: false,
        what: w.t1(exposure.what, "n", count(exposure.count)),
        href: None,
        sub: sub.join(" · "),
        price_before: money(w, exposure.price_before),
        price_after: money(w, exposure.price_after),
        margin_before: money(w, exposure.margin_before),
        margin_after: money(w, exposure.margin_after),
    }
}

fn one(w: &Words, example: &Example) -> Row {
    Row {
        is_example: true,
        what: example.name.clone(),
        href: example.href.clone(),
        sub: example
            .at
            .map(|at| w.t1("touches-on", "date", w.date(at)))
            .unwrap_or_default(),
        price_before: money(w, example.price_before),
        price_after: money(w, example.price_after),
        margin_before: money(w, example.margin_before),
        margin_after: money(w, example.margin_after),
    }
}
