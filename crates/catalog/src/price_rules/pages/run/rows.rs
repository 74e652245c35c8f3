//! Rows of a dry run in words.

use engines::margin::{Margin, MarginClass};
use kernel::RegistrarId;
use web::messages::Words;
use web::ui::{self, Html, Tone};

use crate::price_books::{self, Book, Operation};
use crate::price_rules::run::{Line, NotMade, Run, Skipped, Standings};
use crate::price_rules::sentence::{self, amount, money};

/// A price that was made.
pub(in crate::price_rules::pages) struct LineRow {
    pub(in crate::price_rules::pages) ending: String,
    pub(in crate::price_rules::pages) what: String,
    pub(in crate::price_rules::pages) cost: String,
    pub(in crate::price_rules::pages) registrar: String,
    pub(in crate::price_rules::pages) not_compared: String,
    pub(in crate::price_rules::pages) rule: String,
    pub(in crate::price_rules::pages) steps: Vec<String>,
    pub(in crate::price_rules::pages) before: String,
    pub(in crate::price_rules::pages) after: String,
    pub(in crate::price_rules::pages) changed: bool,
    pub(in crate::price_rules::pages) instead: String,
    pub(in crate::price_rules::pages) margin_before: Html,
    pub(in crate::price_rules::pages) margin_after: Html,
    pub(in crate::price_rules::pages) on_cost_before: String,
    pub(in crate::price_rules::pages) on_cost_after: String,
}

impl LineRow {
    pub(in crate::price_rules::pages) fn of(w: &Words, book: &Book, run: &Run, line: &Line) -> Self {
        let currency = line.made.price.currency;
        let name = |id: &RegistrarId| book.registrar(*id).map(|one| one.name.clone()).unwrap_or_default();
        let (before, after) = (
            line.margin_before(&run.margin_rules()),
            line.margin_after(&run.margin_rules()),
        );
        let rule = run.rule(line.made.rule);
        let others: Vec<String> = line.not_compared.iter().map(name).collect();
        let of_none = |names: String, key: &'static str, arg: &'static str| {
            if names.is_empty() {
                names
            } else {
                say(w, key, arg, names)
            }
        };
        Self {
            ending: format!(".{}", line.ending),
            what: what(w, line.operation, line.years),
            cost: money(w, line.made.cost),
            registrar: name(&line.registrar),
            not_compared: of_none(others.join(", "), "catalog-run-not-compared", "names"),
            rule: rule
                .map(|rule| w.t2("catalog-run-rule", "name", &rule.name, "version", rule.version))
                .unwrap_or_default(),
            steps: sentence::steps(w, &line.made),
            before: line
                .before
                .map_or_else(|| w.t("catalog-none"), |minor| amount(w, minor, currency)),
            after: money(w, line.made.price),
            changed: line.before.is_some() && line.before != Some(line.made.price.minor),
            instead: of_none(
                line.instead.map(|minor| amount(w, minor, currency)).unwrap_or_default(),
                "catalog-run-instead",
                "amount",
            ),
            margin_before: badge(w, &before),
            margin_after: badge(w, &after),
            on_cost_before: on_cost(w, &before),
            on_cost_after: on_cost(w, &after),
        }
    }
}

fn say(w: &Words, key: &'static str, arg: &'static str, value: String) -> String {
    match key {
        "catalog-run-instead" => w.t1("catalog-run-instead", arg, value),
        _ => w.t1("catalog-run-not-compared", arg, value),
    }
}

fn what(w: &Words, operation: Operation, years: u8) -> String {
    w.t2(
        "catalog-run-what",
        "operation",
        price_books::operation(w, operation),
        "years",
        i64::from(years),
    )
}

fn badge(w: &Words, margin: &Margin) -> Html {
    let tone = match margin.class {
        MarginClass::Negative => Tone::Bad,
        MarginClass::Low => Tone::Warn,
        MarginClass::Healthy => Tone::Ok,
        MarginClass::NotComparable | MarginClass::NoCost | MarginClass::NoPrice => return Html::default(),
    };
    margin.on_price.map_or_else(
        || ui::badge(tone, w.t("catalog-free")),
        |share| ui::badge(tone, price_books::percent(w, share)),
    )
}

fn on_cost(w: &Words, margin: &Margin) -> String {
    margin
        .on_cost
        .map(|share| w.t1("catalog-on-cost", "percent", price_books::percent(w, share)))
        .unwrap_or_default()
}

/// How the margins of an operation stand, before and after.
pub(in crate::price_rules::pages) struct TallyRow {
    pub(in crate::price_rules::pages) operation: String,
    pub(in crate::price_rules::pages) negative: (String, String),
    pub(in crate::price_rules::pages) low: (String, String),
    pub(in crate::price_rules::pages) healthy: (String, String),
    pub(in crate::price_rules::pages) unpriced: (String, String),
}

pub(super) fn tallies(w: &Words, run: &Run) -> Vec<TallyRow> {
    let row = |operation: Operation| {
        let tally = run.tally(operation);
        let pair = |count: fn(&Standings) -> u32| (w.number(count(&tally.before)), w.number(count(&tally.after)));
        (tally != crate::price_rules::Tally::default()).then(|| TallyRow {
            operation: price_books::operation(w, operation),
            negative: pair(|standings| standings.negative),
            low: pair(|standings| standings.low),
            healthy: pair(|standings| standings.healthy),
            unpriced: pair(|standings| standings.unpriced),
        })
    };
    Operation::ALL.into_iter().filter_map(row).collect()
}

/// The rules that were asked, with how many prices each made.
pub(super) fn rules(w: &Words, run: &Run) -> Vec<String> {
    let made = |rule: &crate::price_rules::UsedRule| {
        let count = run.lines.iter().filter(|line| line.made.rule == rule.id).count();
        w.t3(
            "catalog-run-made",
            "name",
            &rule.name,
            "version",
            rule.version,
            "n",
            count,
        )
    };
    run.rules.iter().map(made).collect()
}

/// An ending no price was made for.
pub(in crate::price_rules::pages) struct SkippedRow {
    pub(in crate::price_rules::pages) ending: String,
    pub(in crate::price_rules::pages) operations: String,
    pub(in crate::price_rules::pages) reason: String,
}

impl SkippedRow {
    pub(super) fn of(w: &Words, skipped: &Skipped) -> Self {
        Self {
            ending: format!(".{}", skipped.ending),
            operations: operations(w, skipped),
            reason: reason(w, skipped.reason),
        }
    }
}

fn operations(w: &Words, skipped: &Skipped) -> String {
    let names: Vec<String> = skipped
        .operations
        .iter()
        .map(|one| price_books::operation(w, *one))
        .collect();
    names.join(", ")
}

/// `Transfer, restore: nobody we buy from has a cost for it.`
pub(in crate::price_rules::pages) fn skipped_sentence(w: &Words, skipped: &Skipped) -> String {
    w.t2(
        "catalog-skipped",
        "operations",
        operations(w, skipped),
        "reason",
        reason(w, skipped.reason),
    )
}

pub(super) fn reason(w: &Words, reason: NotMade) -> String {
    match reason {
        NotMade::NoRule => w.t("catalog-not-made-no-rule"),
        NotMade::NoCost => w.t("catalog-not-made-no-cost"),
        NotMade::RateMissing => w.t("catalog-not-made-rate-missing"),
        NotMade::RateStale => w.t("catalog-not-made-rate-stale"),
        NotMade::Zero => w.t("catalog-not-made-zero"),
        NotMade::TooLarge => w.t("catalog-not-made-too-large"),
    }
}
