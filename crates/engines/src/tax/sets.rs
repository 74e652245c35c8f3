//! Ready sets of rules, as text that whoever knows the law can read and review.
//!
//! A set is JSON: `common` is what all its rules have, `lists` are variants (the components of a tax, countries), and a row
//! of `rules` is one rule or, with `each`, one for every variant of a list. What a row says goes before what a variant says,
//! and that before what is common. A variant's `share` is its part of the row's percentages: half of GST is CGST.
//!
//! What sources of the law read differently is marked `disputed` in the rules and is for the user to decide: there is no
//! set without [`Choices`]. Nobody has reviewed these rules for anybody's business until `reviewed_by` says so.

use std::collections::BTreeMap;

use kernel::{Percent, Rounding};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::charge::{Charge, Rate, SlabBasis};
use super::facets::{Base, Disputed, RoundingPolicy, Scope, To};
use super::rule::TaxRule;

/// A ready set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Set {
    /// India's goods and services tax on tours, hotels, tickets and services.
    IndiaGst,
    /// India's collection at source on overseas tour packages.
    IndiaTcs,
    /// Value added tax of some member states of the European Union: standard rates and lodging.
    EuVat,
    /// The travel agents' margin scheme of the European Union and the United Kingdom.
    TravelMargin,
    /// Sales and occupancy taxes on lodging in two cities of the United States.
    UsLodging,
    /// Amounts per person and night that cities take.
    CityTaxes,
}

impl Set {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::IndiaGst,
        Self::IndiaTcs,
        Self::EuVat,
        Self::TravelMargin,
        Self::UsLodging,
        Self::CityTaxes,
    ];

    /// Its text.
    pub const fn text(self) -> &'static str {
        match self {
            Self::IndiaGst => include_str!("sets/india_gst.json"),
            Self::IndiaTcs => include_str!("sets/india_tcs.json"),
            Self::EuVat => include_str!("sets/eu_vat.json"),
            Self::TravelMargin => include_str!("sets/travel_margin.json"),
            Self::UsLodging => include_str!("sets/us_lodging.json"),
            Self::CityTaxes => include_str!("sets/city_taxes.json"),
        }
    }

    /// Its rules, what is disputed decided.
    pub fn rules(self, choices: &Choices) -> Vec<TaxRule> {
        read(self.text(), choices).expect("a test reads every set")
    }
}

/// What to make of what sources read differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choices {
    /// Which value picks a hotel's bracket.
    pub slab_basis: SlabBasis,
    /// How GST becomes whole.
    pub rounding: RoundingPolicy,
    /// Of what tax is collected at source: [`Base::Price`] or [`Base::PriceWithTax`].
    pub collected_on: Base,
}

/// Text that is no set of rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSet {
    /// Not the JSON of one, or a rule that is none.
    #[error("{0}")]
    Json(String),
    /// A row names a list that there is not.
    #[error("there is no list {0}")]
    NoList(String),
    /// A charge that cannot be split among variants.
    #[error("rule {0} has a charge that is no plain percentage: it cannot be split")]
    Split(Box<str>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    common: Map<String, Value>,
    #[serde(default)]
    lists: BTreeMap<String, Vec<Variant>>,
    rules: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Variant {
    /// Put behind the row's id.
    id: String,
    #[serde(default = "whole")]
    share: Percent,
    rule: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    each: Option<String>,
    rule: Map<String, Value>,
}

const fn whole() -> Percent {
    Percent::WHOLE
}

/// The rules of a text of this shape, what is disputed decided.
///
/// # Errors
/// When it is no such text.
pub fn read(text: &str, choices: &Choices) -> Result<Vec<TaxRule>, BadSet> {
    let text: Text = serde_json::from_str(text).map_err(|error| BadSet::Json(error.to_string()))?;
    let alone = [Variant {
        id: String::new(),
        share: Percent::WHOLE,
        rule: Map::new(),
    }];
    let mut rules = Vec::new();
    for row in &text.rules {
        let variants = match &row.each {
            None => &alone[..],
            Some(name) => text.lists.get(name).ok_or_else(|| BadSet::NoList(name.clone()))?,
        };
        for variant in variants {
            let mut rule = rule(&text.common, variant, row)?;
            decide(&mut rule, choices);
            rules.push(rule);
        }
    }
    Ok(rules)
}

fn rule(common: &Map<String, Value>, variant: &Variant, row: &Row) -> Result<TaxRule, BadSet> {
    let mut fields = common.clone();
    for more in [&variant.rule, &row.rule] {
        fields.extend(more.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    let named = |rule: &Map<String, Value>| rule.get("id").cloned().unwrap_or_default().to_string();
    let read = serde_json::from_value(Value::Object(fields));
    let mut rule: TaxRule = read.map_err(|error| BadSet::Json(format!("rule {}: {error}", named(&row.rule))))?;
    if !variant.id.is_empty() {
        rule.id = format!("{}.{}", rule.id, variant.id).into();
    }
    if variant.share != Percent::WHOLE {
        split(&mut rule, variant.share)?;
    }
    Ok(rule)
}

/// Leaves a share of the rule's percentages.
fn split(rule: &mut TaxRule, share: Percent) -> Result<(), BadSet> {
    let cannot = BadSet::Split(rule.id.clone());
    let part = |charge: &mut Charge| match charge {
        Charge::Percent(percent) => {
            let millionths = i128::from(percent.millionths()) * i128::from(share.millionths());
            let whole = i128::from(Percent::WHOLE.millionths());
            let exact = (millionths % whole == 0).then_some(millionths / whole);
            exact
                .and_then(|exact| i64::try_from(exact).ok())
                .map(|exact| *percent = Percent::from_millionths(exact))
        }
        Charge::Nothing(_) => Some(()),
        Charge::CumulativePercent(_) | Charge::Amount { .. } | Charge::Ages { .. } => None,
    };
    match &mut rule.rate {
        Rate::Flat(charge) => part(charge),
        Rate::Slabs { slabs, .. } => slabs.iter_mut().try_for_each(|slab| part(&mut slab.charge)),
        Rate::Progressive(_) => None,
    }
    .ok_or(cannot)
}

fn decide(rule: &mut TaxRule, choices: &Choices) {
    if rule.disputed.contains(&Disputed::Rounding) {
        rule.rounding = choices.rounding;
    }
    if rule.disputed.contains(&Disputed::Base) {
        rule.base = choices.collected_on;
    }
    if let Rate::Slabs { basis, .. } = &mut rule.rate
        && rule.disputed.contains(&Disputed::SlabBasis)
    {
        *basis = choices.slab_basis;
    }
}

/// What section 170 of India's CGST Act does to amounts payable: the nearest rupee, half a rupee up.
pub const NEAREST_RUPEE: RoundingPolicy = RoundingPolicy {
    per: Scope::Invoice,
    to: To::Whole,
    ties: Rounding::HalfUp,
};
