//! What the routes of price rules answer with.

use std::collections::BTreeMap;

use engines::margin::Margin;
use engines::price_rules::RuleStep;
use kernel::{ImportId, Instant, Money, PriceRuleId, RegistrarId};
use serde::Serialize;
use utoipa::ToSchema;
use web::exposures::{Exposure, ExposureView, views};

use crate::imports::{Counts, Import, State};
use crate::price_books::Operation;
use crate::price_rules::model::{PriceRule, RuleVersion};
use crate::price_rules::run::{Line, NotMade, Run, Skipped, Tally, UsedRule};
use crate::price_rules::terms::RuleTerms;
use crate::views::{MoneyView, percent};

/// A price rule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceRule)]
pub(super) struct RuleView {
    /// Its id.
    #[schema(value_type = String, example = "prl_01934000000070008000000000000052")]
    id: PriceRuleId,
    /// What it says, as it is sent to change it.
    terms: RuleTerms,
    /// Also the `ETag`; raised with every change of what it says.
    version: i64,
    /// Since when there is one.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Instant,
    /// By whom.
    updated_by: String,
}

impl From<PriceRule> for RuleView {
    fn from(rule: PriceRule) -> Self {
        Self {
            id: rule.id,
            terms: RuleTerms::from(&rule.terms),
            version: rule.version,
            created_at: rule.created_at,
            updated_at: rule.updated_at,
            updated_by: rule.updated_by,
        }
    }
}

/// What a rule said from one change to the next.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceRuleVersion)]
pub(super) struct RuleVersionView {
    /// Which version; prices name it.
    version: i64,
    /// What it said.
    terms: RuleTerms,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    changed_at: Instant,
    /// Who had it say so.
    changed_by: String,
}

impl From<RuleVersion> for RuleVersionView {
    fn from(version: RuleVersion) -> Self {
        Self {
            version: version.version,
            terms: version.terms,
            changed_at: version.changed_at,
            changed_by: version.changed_by,
        }
    }
}

/// A rule that was run.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UsedPriceRule)]
pub(super) struct UsedRuleView {
    /// The rule.
    #[schema(value_type = String)]
    id: PriceRuleId,
    /// Which version of it.
    version: i64,
    /// Its name then.
    name: String,
    /// How many prices it made.
    prices: usize,
}

impl UsedRuleView {
    fn of(run: &Run, rule: &UsedRule) -> Self {
        Self {
            id: rule.id,
            version: rule.version,
            name: rule.name.clone(),
            prices: run.lines.iter().filter(|line| line.made.rule == rule.id).count(),
        }
    }
}

/// A dry run of price rules, without what they make.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceRunHead)]
pub(super) struct RunHead {
    /// Its id; the imports' routes know it too.
    #[schema(value_type = String, example = "imp_0193400000007000800000000000000c")]
    id: ImportId,
    /// The sales list.
    list: String,
    /// That list's name.
    list_name: String,
    /// The currency of its prices.
    #[schema(example = "USD")]
    currency: &'static str,
    /// Where it stands.
    state: State,
    /// The version of the book it was made from; applied to that one, or not at all.
    book_version: i64,
    /// From when its prices hold; null: from when it is applied.
    #[schema(value_type = Option<String>, format = DateTime)]
    effective_from: Option<Instant>,
    /// What it changes.
    counts: Counts,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// By whom.
    created_by: String,
    /// When it was applied.
    #[schema(value_type = Option<String>, format = DateTime)]
    applied_at: Option<Instant>,
    /// By whom.
    applied_by: Option<String>,
    /// The version of the book it made.
    applied_version: Option<i64>,
}

impl RunHead {
    pub(super) fn of(import: &Import) -> Self {
        Self {
            id: import.id,
            list: import.list.to_string(),
            list_name: import.list_name.clone(),
            currency: import.currency.code(),
            state: import.state,
            book_version: import.book_version,
            effective_from: import.effective_from,
            counts: import.counts,
            created_at: import.created_at,
            created_by: import.created_by.clone(),
            applied_at: import.applied_at,
            applied_by: import.applied_by.clone(),
            applied_version: import.applied_version,
        }
    }
}

/// A dry run of price rules, and in sum what they make.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceRun)]
pub(super) struct RunView {
    #[serde(flatten)]
    head: RunHead,
    /// The rules that were asked, in their order.
    rules: Vec<UsedRuleView>,
    /// Margins below this percentage of the price count as low.
    #[schema(example = "5.0000")]
    low_below: String,
    /// By operation, for one year: how margins stand before and after.
    margins: BTreeMap<&'static str, Tally>,
    /// By reason: for how many TLDs a price is lacking.
    skipped: BTreeMap<&'static str, usize>,
    /// What applying touches; nothing once it was applied.
    exposures: Vec<ExposureView>,
}

impl RunView {
    pub(super) fn of(import: &Import, run: &Run, touched: &[Exposure]) -> Self {
        let skipped = |reason: NotMade| run.skipped.iter().filter(|skipped| skipped.reason == reason).count();
        Self {
            head: RunHead::of(import),
            rules: run.rules.iter().map(|rule| UsedRuleView::of(run, rule)).collect(),
            low_below: percent(run.low_below),
            margins: Operation::ALL.iter().map(|one| (one.name(), run.tally(*one))).collect(),
            skipped: NotMade::ALL
                .into_iter()
                .map(|reason| (reason.name(), skipped(reason)))
                .filter(|(_, count)| *count > 0)
                .collect(),
            exposures: views(touched),
        }
    }
}

/// One step of making a price.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceRuleStep)]
pub(super) struct StepView {
    /// `converted`, `formula`, `rounded` or `minimum_margin`.
    #[schema(example = "formula")]
    step: &'static str,
    /// The exchange rate, mark-up included, where it was converted.
    rate: Option<String>,
    /// What the step made.
    amount: MoneyView,
}

impl StepView {
    fn of(made: &engines::price_rules::Made) -> Self {
        let (step, rate) = match &made.step {
            RuleStep::Converted(conversion) => ("converted", Some(conversion.at_rate.applied.to_string())),
            RuleStep::Formula(_) => ("formula", None),
            RuleStep::Rounded(_) => ("rounded", None),
            RuleStep::MinimumMargin(_) => ("minimum_margin", None),
        };
        Self {
            step,
            rate,
            amount: made.amount.into(),
        }
    }
}

/// Profit as shares, in percent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceRunMargin)]
pub(super) struct MarginView {
    /// Of the price; null where there is none, or it is zero.
    #[schema(example = "12.0800")]
    on_price: Option<String>,
    /// Of the cost.
    #[schema(example = "13.7398")]
    on_cost: Option<String>,
    /// `negative`, `low`, `healthy` or `no_price`.
    #[schema(example = "healthy")]
    class: &'static str,
}

impl From<Margin> for MarginView {
    fn from(margin: Margin) -> Self {
        Self {
            on_price: margin.on_price.map(percent),
            on_cost: margin.on_cost.map(percent),
            class: margin.class.name(),
        }
    }
}

/// A price that rules make.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceRunLine)]
pub(super) struct LineView {
    /// The TLD, as an A-label.
    #[schema(example = "com")]
    tld: String,
    /// `register`, `renew`, `transfer` or `restore`.
    operation: &'static str,
    /// For how many years.
    years: u8,
    /// Whose cost it is made from.
    #[schema(value_type = String)]
    registrar: RegistrarId,
    /// That cost, ICANN's fee counted, as the registrar charges it.
    cost: MoneyView,
    /// That cost in the list's currency.
    converted: Option<MoneyView>,
    /// Registrars that sell it too, whose costs could not be converted: one may ask less.
    #[schema(value_type = Vec<String>)]
    not_compared: Vec<RegistrarId>,
    /// The rule that fits.
    rule: Option<UsedName>,
    /// How the price was made.
    steps: Vec<StepView>,
    /// The price in force.
    before: Option<MoneyView>,
    /// The price the rule makes.
    after: MoneyView,
    /// A promotion or first-year price that is charged instead and stays.
    instead: Option<MoneyView>,
    /// Margin of the price in force.
    margin_before: MarginView,
    /// Margin of the price the rule makes.
    margin_after: MarginView,
    /// The rule may sell below its minimum margin, and does.
    below_minimum: bool,
}

/// A rule by name and version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceRuleName)]
pub(super) struct UsedName {
    #[schema(value_type = String)]
    id: PriceRuleId,
    version: i64,
    name: String,
}

impl LineView {
    pub(super) fn of(run: &Run, line: &Line) -> Self {
        let money = |minor: i64| MoneyView::from(Money::new(minor, line.made.price.currency));
        Self {
            tld: line.ending.clone(),
            operation: line.operation.name(),
            years: line.years,
            registrar: line.registrar,
            cost: line.made.cost.into(),
            converted: line.made.margin.cost.map(MoneyView::from),
            not_compared: line.not_compared.clone(),
            rule: run.rule(line.made.rule).map(|rule| UsedName {
                id: rule.id,
                version: rule.version,
                name: rule.name.clone(),
            }),
            steps: line.made.steps.iter().map(StepView::of).collect(),
            before: line.before.map(money),
            after: line.made.price.into(),
            instead: line.instead.map(money),
            margin_before: line.margin_before(&run.margin_rules()).into(),
            margin_after: line.margin_after(&run.margin_rules()).into(),
            below_minimum: line.made.below_minimum,
        }
    }
}

/// A TLD no price is made for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceRunSkipped)]
pub(super) struct SkippedView {
    /// The TLD, as an A-label.
    #[schema(example = "com")]
    tld: String,
    /// Of which operations.
    operations: Vec<&'static str>,
    /// Why.
    reason: NotMade,
}

impl From<&Skipped> for SkippedView {
    fn from(skipped: &Skipped) -> Self {
        Self {
            tld: skipped.ending.clone(),
            operations: skipped.operations.iter().map(|one| one.name()).collect(),
            reason: skipped.reason,
        }
    }
}

/// What rules make for one TLD.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TriedPriceRules)]
pub(super) struct Tried {
    /// Prices.
    lines: Vec<LineView>,
    /// What none is made for.
    skipped: Vec<SkippedView>,
}

impl Tried {
    pub(super) fn of(run: &Run) -> Self {
        Self {
            lines: run.lines.iter().map(|line| LineView::of(run, line)).collect(),
            skipped: run.skipped.iter().map(SkippedView::from).collect(),
        }
    }
}
