//! What a rule says: as it is written in the API, the database and the audit log ([`RuleTerms`], one shape), and as it is
//! understood ([`Terms`], nothing in it that cannot be run).

use std::collections::BTreeSet;

use engines::price_rules::{Direction, Formula, Grid};
use engines::pricing::discounts::Operations;
use kernel::{Currency, Money, Percent, PriceRuleId, Problem, RegistrarId, SalesListId, TldGroupId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::price_books::Operation;
use crate::tld_groups;
use crate::values::{self, Faults};

/// For which TLDs a rule is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TldChoice {
    /// All of them.
    #[default]
    All,
    /// Those in `tlds`.
    These,
    /// Those of `group`.
    Group,
}

/// How a price is made from a cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormulaKind {
    /// So many percent of the price are left: cost 10.00 at 20 % is 12.50.
    Margin,
    /// So many percent of the cost on top, and perhaps an amount: cost 10.00 at 20 % and 1.00 is 13.00.
    Markup,
}

/// Which way a price is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Towards {
    /// To the nearest; from the middle up.
    Nearest,
    /// Up.
    Up,
}

/// The prices that are allowed, in hundredths of the currency's unit; of a currency without decimals in whole units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PriceRounding)]
pub struct RoundingText {
    /// From one allowed price to the next: 100 for one in every dollar.
    #[schema(minimum = 1, maximum = 10_000_000, example = 100)]
    pub every: u32,
    /// Above a multiple of that: 99 for prices that end in .99.
    #[schema(minimum = 0, example = 99)]
    pub ending: u32,
    /// Which way.
    pub to: Towards,
}

/// An amount in minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FixedAmount)]
pub struct MoneyText {
    /// Minor units: cents of USD, yen of JPY; not below zero.
    #[schema(minimum = 0, example = 100)]
    pub minor: i64,
    /// ISO 4217 code.
    #[schema(min_length = 3, max_length = 3, example = "USD")]
    pub currency: String,
}

/// What a rule says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PriceRuleTerms, example = json!({"name": "Standard", "list": "sal_0193400000007000800000000000000d",
    "operations": ["register", "renew", "transfer"], "for_tlds": "all", "formula": "margin", "percent": "12",
    "rounding": {"every": 100, "ending": 99, "to": "nearest"}, "minimum_margin": "12"}))]
pub struct RuleTerms {
    /// As people call it.
    #[schema(min_length = 1, max_length = 120, example = "Standard")]
    pub name: String,
    /// The sales list whose prices it makes.
    #[schema(value_type = String, example = "sal_0193400000007000800000000000000d")]
    pub list: SalesListId,
    /// For which operations: `register`, `renew`, `transfer`, `restore`.
    #[schema(min_items = 1, max_items = 4, example = json!(["register", "renew"]))]
    pub operations: Vec<String>,
    /// For which terms of registrations and renewals, 1 to 10 years; one year if not said. Transfers and restores are
    /// priced as the registrar prices them.
    #[serde(default = "one_year")]
    #[schema(max_items = 10, example = json!([1]))]
    pub years: Vec<u8>,
    /// Whose cost the price is made from, and only for what they sell; null: of the active registrar that asks least.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = json!(null))]
    pub registrar: Option<RegistrarId>,
    /// For which TLDs.
    #[serde(default)]
    pub for_tlds: TldChoice,
    /// These, at most 2,000, where `for_tlds` says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 2000)]
    pub tlds: Vec<String>,
    /// Those of this group, where `for_tlds` says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub group: Option<TldGroupId>,
    /// How the price is made.
    pub formula: FormulaKind,
    /// Percent of the price (margin, below 100) or of the cost (mark-up), as decimal text.
    #[schema(max_length = 20, example = "12")]
    pub percent: String,
    /// An amount on top of a mark-up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<MoneyText>,
    /// To which prices it is rounded; to the minor unit if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounding: Option<RoundingText>,
    /// Percent of the price that must be left after its cost; rounding goes up where it would break that.
    #[serde(default = "zero")]
    #[schema(max_length = 20, example = "12")]
    pub minimum_margin: String,
    /// Why its prices may fall below the minimum margin, and below cost; null: they may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 120)]
    pub loss_leader: Option<String>,
    /// Whether it makes prices.
    #[serde(default = "yes")]
    pub enabled: bool,
}

fn one_year() -> Vec<u8> {
    vec![1]
}

fn zero() -> String {
    "0".into()
}

const fn yes() -> bool {
    true
}

/// For which TLDs, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleTlds {
    /// All of them.
    All,
    /// These, as A-labels.
    These(BTreeSet<String>),
    /// Those of a group.
    Group(TldGroupId),
}

/// What a rule says, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// As people call it.
    pub name: String,
    /// The sales list whose prices it makes.
    pub list: SalesListId,
    /// For which operations; at least one.
    pub operations: Operations,
    /// For which terms of registrations and renewals; at least one.
    pub years: BTreeSet<u8>,
    /// Whose cost; nothing: the lowest there is.
    pub registrar: Option<RegistrarId>,
    /// For which TLDs.
    pub tlds: RuleTlds,
    /// How the price is made.
    pub formula: Formula,
    /// To which prices it is rounded.
    pub rounding: Option<Grid>,
    /// What must be left of it.
    pub minimum_margin: Percent,
    /// Why less may be left.
    pub loss_leader: Option<String>,
    /// Whether it makes prices.
    pub enabled: bool,
}

/// Nobody marks up more than this; it is a decimal point in the wrong place.
const HIGHEST_MARKUP: Percent = Percent::whole(10_000);

impl TryFrom<&RuleTerms> for Terms {
    type Error = Problem;

    /// # Errors
    /// `invalid_fields`.
    fn try_from(typed: &RuleTerms) -> Result<Self, Problem> {
        let tlds = typed.tlds()?;
        let mut faults = Faults::default();
        let name = faults.need("/name", "bad_name", values::line(&typed.name));
        let operations = typed.operations(&mut faults);
        let years: BTreeSet<u8> = typed.years.iter().copied().collect();
        if years.is_empty() || years.iter().any(|years| !(1..=10).contains(years)) {
            faults.note("/years", "bad_terms");
        }
        let formula = typed.formula(&mut faults);
        let minimum_margin = faults.need("/minimum_margin", "bad_margin", margin(&typed.minimum_margin));
        let rounding = typed.rounding(&mut faults);
        let reason = typed.loss_leader.as_deref();
        let loss_leader = reason.map(|reason| faults.need("/loss_leader", "reason_missing", values::line(reason)));
        faults.done()?;
        Ok(Self {
            name,
            list: typed.list,
            operations,
            years,
            registrar: typed.registrar,
            tlds,
            formula,
            rounding,
            minimum_margin,
            loss_leader,
            enabled: typed.enabled,
        })
    }
}

impl RuleTerms {
    fn tlds(&self) -> Result<RuleTlds, Problem> {
        let lacking = |pointer, code| Problem::refused("invalid_fields").field(pointer, code);
        Ok(match (self.for_tlds, self.group) {
            (TldChoice::All, _) => RuleTlds::All,
            (TldChoice::Group, Some(group)) => RuleTlds::Group(group),
            (TldChoice::Group, None) => return Err(lacking("/group", "tld_group_missing")),
            (TldChoice::These, _) => {
                let tlds = tld_groups::endings(&self.tlds)?;
                if tlds.is_empty() {
                    return Err(lacking("/tlds", "rule_tlds_missing"));
                }
                RuleTlds::These(tlds)
            }
        })
    }

    fn operations(&self, faults: &mut Faults) -> Operations {
        let read: Option<Vec<Operation>> = self.operations.iter().map(|name| Operation::parse(name)).collect();
        match read.as_deref() {
            None => faults.note("/operations", "rule_operation_unknown"),
            Some([]) => faults.note("/operations", "operations_missing"),
            Some(operations) => return Operations::of(operations),
        }
        Operations::of(&[])
    }

    fn formula(&self, faults: &mut Faults) -> Formula {
        match self.formula {
            FormulaKind::Margin => {
                if self.fixed.is_some() {
                    faults.note("/fixed", "fixed_with_margin");
                }
                Formula::Margin {
                    percent: faults.need("/percent", "bad_margin", margin(&self.percent)),
                }
            }
            FormulaKind::Markup => {
                let markup = Percent::parse(self.percent.trim()).ok();
                let markup = markup.filter(|percent| (Percent::ZERO..=HIGHEST_MARKUP).contains(percent));
                let fixed = self
                    .fixed
                    .as_ref()
                    .map(|fixed| faults.need("/fixed", "bad_amount", amount(fixed).map(Some)));
                Formula::Markup {
                    percent: faults.need("/percent", "bad_markup", markup),
                    fixed: fixed.flatten(),
                }
            }
        }
    }

    fn rounding(&self, faults: &mut Faults) -> Option<Grid> {
        let RoundingText { every, ending, to } = self.rounding.as_ref()?;
        let to = match to {
            Towards::Nearest => Direction::Nearest,
            Towards::Up => Direction::Up,
        };
        let grid = Grid::new(*every, *ending, to).ok();
        if grid.is_none() {
            faults.note("/rounding", "bad_rounding");
        }
        grid
    }
}

/// A margin on price some price can have.
fn margin(text: &str) -> Option<Percent> {
    let percent = Percent::parse(text.trim()).ok()?;
    (percent >= Percent::ZERO && percent < Percent::WHOLE).then_some(percent)
}

fn amount(fixed: &MoneyText) -> Option<Money> {
    let currency = Currency::parse(&fixed.currency).ok()?;
    (0..=MOST_FIXED)
        .contains(&fixed.minor)
        .then(|| Money::new(fixed.minor, currency))
}

/// In minor units.
const MOST_FIXED: i64 = 1_000_000_000;

impl From<&Terms> for RuleTerms {
    fn from(terms: &Terms) -> Self {
        let (for_tlds, tlds, group) = match &terms.tlds {
            RuleTlds::All => (TldChoice::All, Vec::new(), None),
            RuleTlds::These(tlds) => (TldChoice::These, tlds.iter().cloned().collect(), None),
            RuleTlds::Group(group) => (TldChoice::Group, Vec::new(), Some(*group)),
        };
        let (formula, percent, fixed) = match terms.formula {
            Formula::Margin { percent } => (FormulaKind::Margin, percent, None),
            Formula::Markup { percent, fixed } => (FormulaKind::Markup, percent, fixed),
        };
        Self {
            name: terms.name.clone(),
            list: terms.list,
            operations: terms.operations.iter().map(|one| one.name().to_owned()).collect(),
            years: terms.years.iter().copied().collect(),
            registrar: terms.registrar,
            for_tlds,
            tlds,
            group,
            formula,
            percent: plain(percent),
            fixed: fixed.map(|fixed| MoneyText {
                minor: fixed.minor,
                currency: fixed.currency.code().to_owned(),
            }),
            rounding: terms.rounding.map(|grid| RoundingText {
                every: grid.every(),
                ending: grid.ending(),
                to: match grid.to() {
                    Direction::Nearest => Towards::Nearest,
                    Direction::Up => Towards::Up,
                },
            }),
            minimum_margin: plain(terms.minimum_margin),
            loss_leader: terms.loss_leader.clone(),
            enabled: terms.enabled,
        }
    }
}

/// A percentage as people write it: `12`, `12.5`.
pub(super) fn plain(percent: Percent) -> String {
    percent.to_string().trim_end_matches(" %").to_owned()
}

impl Terms {
    /// As the engine takes it: the first of a list has priority 0, and a group is the TLDs that are in it.
    pub(super) fn rule(
        &self,
        id: PriceRuleId,
        priority: usize,
        members: impl FnOnce(TldGroupId) -> BTreeSet<String>,
    ) -> engines::price_rules::PriceRule {
        use engines::price_rules::TldFilter;
        use engines::pricing::discounts::Tlds;
        let these = |tlds: &BTreeSet<String>| TldFilter::Of(Tlds::these(tlds.iter().map(String::as_str)));
        engines::price_rules::PriceRule {
            id,
            priority: i32::try_from(priority).unwrap_or(i32::MAX),
            registrar: self.registrar,
            tlds: match &self.tlds {
                RuleTlds::All => TldFilter::Of(Tlds::All),
                RuleTlds::These(tlds) => these(tlds),
                RuleTlds::Group(group) => these(&members(*group)),
            },
            operations: self.operations,
            list: Some(self.list),
            formula: self.formula,
            rounding: self.rounding,
            minimum_margin: self.minimum_margin,
            loss_leader: self.loss_leader.is_some(),
        }
    }
}
