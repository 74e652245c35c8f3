//! A rule in a sentence, and a price's steps in sentences.

use engines::price_rules::{Direction, Formula, Generated, Grid, RuleStep};
use kernel::{Currency, Money, Percent};
use web::messages::Words;

use super::model::PriceRule;
use super::terms::{RuleTlds, Terms, plain};
use crate::price_books::{self, Book};
use crate::tld_groups::TldGroup;

/// How many endings a sentence names.
const NAMED: usize = 6;

/// For what a rule is: `All TLDs: register, renew`.
pub(super) fn matches(w: &Words, rule: &PriceRule, groups: &[TldGroup]) -> String {
    let terms = &rule.terms;
    let operations: Vec<String> = terms
        .operations
        .iter()
        .map(|one| price_books::operation(w, one))
        .collect();
    let years: Vec<String> = terms.years.iter().map(u8::to_string).collect();
    let text = w.t2(
        "catalog-rule-for",
        "tlds",
        tlds(w, &terms.tlds, groups),
        "operations",
        operations.join(", "),
    );
    if years == ["1"] {
        text
    } else {
        format!("{text}. {}", w.t1("catalog-rule-for-years", "years", years.join(", ")))
    }
}

fn tlds(w: &Words, tlds: &RuleTlds, groups: &[TldGroup]) -> String {
    match tlds {
        RuleTlds::All => w.t("catalog-rule-all-tlds"),
        RuleTlds::These(tlds) => {
            let named: Vec<String> = tlds.iter().take(NAMED).map(|tld| format!(".{tld}")).collect();
            let more = tlds.len().saturating_sub(NAMED);
            if more == 0 {
                named.join(" ")
            } else {
                w.t2("catalog-rule-tlds-and-more", "tlds", named.join(" "), "n", more)
            }
        }
        RuleTlds::Group(id) => groups
            .iter()
            .find(|group| group.id == *id)
            .map_or_else(String::new, |group| {
                w.t1("catalog-rule-tlds-of-group", "name", &group.name)
            }),
    }
}

/// What a rule does: `12 % margin on the lowest cost, to the nearest .99, at least 12 % margin`.
pub(super) fn does(w: &Words, terms: &Terms, book: &Book) -> String {
    let cost = match terms.registrar.and_then(|id| book.registrar(id)) {
        Some(registrar) => w.t1("catalog-rule-cost-of", "name", &registrar.name),
        None => w.t("catalog-rule-lowest-cost"),
    };
    let mut parts = vec![w.t2("catalog-rule-does", "formula", formula(w, terms.formula), "cost", cost)];
    parts.extend(terms.rounding.map(|grid| rounding(w, grid)));
    parts.extend(match &terms.loss_leader {
        Some(reason) => Some(w.t1("catalog-rule-loss-leader", "reason", reason)),
        None if terms.minimum_margin == Percent::ZERO => None,
        None => Some(w.t1("catalog-rule-at-least", "margin", percent(w, terms.minimum_margin))),
    });
    parts.join(", ")
}

/// `12% margin`, `20% and 1.00 USD on top of`.
fn formula(w: &Words, formula: Formula) -> String {
    match formula {
        Formula::Margin { percent } => w.t1("catalog-formula-margin", "percent", self::percent(w, percent)),
        Formula::Markup { percent, fixed: None } => {
            w.t1("catalog-formula-markup", "percent", self::percent(w, percent))
        }
        Formula::Markup {
            percent,
            fixed: Some(fixed),
        } => w.t2(
            "catalog-formula-markup-fixed",
            "percent",
            self::percent(w, percent),
            "fixed",
            money(w, fixed),
        ),
    }
}

fn rounding(w: &Words, grid: Grid) -> String {
    let ending = if grid.every() == 100 {
        w.t1("catalog-rounding-ending", "ending", format!(".{:02}", grid.ending()))
    } else {
        w.t2(
            "catalog-rounding-step",
            "every",
            hundredths(grid.every()),
            "ending",
            hundredths(grid.ending()),
        )
    };
    match grid.to() {
        Direction::Nearest => w.t1("catalog-rounding-nearest", "price", ending),
        Direction::Up => w.t1("catalog-rounding-up", "price", ending),
    }
}

/// As exact as the rule says it: `12%`, `12.5%`.
pub(super) fn percent(w: &Words, percent: Percent) -> String {
    w.t1("catalog-percent", "n", plain(percent))
}

/// `4.99` of 499.
pub(super) fn hundredths(hundredths: u32) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// An amount as pages show it.
pub(super) fn money(w: &Words, money: Money) -> String {
    amount(w, money.minor, money.currency)
}

pub(super) fn amount(w: &Words, minor: i64, currency: Currency) -> String {
    w.money(minor, currency.exponent(), currency.code())
}

/// How a price was made, a sentence a step.
pub(super) fn steps(w: &Words, made: &Generated) -> Vec<String> {
    let step = |step: &engines::price_rules::Made| {
        let amount = money(w, step.amount);
        match &step.step {
            RuleStep::Converted(conversion) => w.t3(
                "catalog-step-converted",
                "cost",
                money(w, conversion.given),
                "rate",
                conversion.at_rate.applied.to_string(),
                "amount",
                amount,
            ),
            RuleStep::Formula(formula) => w.t2("catalog-step", "what", self::formula(w, *formula), "amount", amount),
            RuleStep::Rounded(grid) => w.t2("catalog-step", "what", rounding(w, *grid), "amount", amount),
            RuleStep::MinimumMargin(margin) => {
                let what = w.t1("catalog-rule-at-least", "margin", percent(w, *margin));
                w.t2("catalog-step", "what", what, "amount", amount)
            }
        }
    };
    made.steps.iter().map(step).collect()
}
