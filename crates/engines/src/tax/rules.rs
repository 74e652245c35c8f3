//! Rules that go together.

use std::collections::{BTreeMap, BTreeSet};

use super::check::BadTaxRule;
use super::overlap::may_meet;
use super::rule::TaxRule;
use super::words::Code;

/// Rules of which no two of one jurisdiction and component can meet on one supply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaxRules {
    /// By id.
    rules: Vec<TaxRule>,
    by_supply: BTreeMap<Code, Vec<usize>>,
}

/// Rules that do not go together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTaxRules {
    /// One of them cannot be.
    #[error("tax rule {rule}: {reason}")]
    Rule {
        /// Its id.
        rule: Box<str>,
        /// What is wrong with it.
        reason: BadTaxRule,
    },
    /// Two have one id.
    #[error("two tax rules have the id {0}")]
    SameId(Box<str>),
    /// Both could tax one supply with the same component.
    #[error(
        "tax rules {0} and {1} could both apply to one supply: give them days, customers, places or conditions that keep them apart"
    )]
    Overlap(Box<str>, Box<str>),
}

impl TaxRules {
    /// Puts rules together; their order does not matter.
    ///
    /// # Errors
    /// When one cannot be, or two could meet.
    pub fn try_new(rules: impl IntoIterator<Item = TaxRule>) -> Result<Self, BadTaxRules> {
        let mut rules: Vec<TaxRule> = rules.into_iter().collect();
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        for rule in &rules {
            rule.check().map_err(|reason| BadTaxRules::Rule {
                rule: rule.id.clone(),
                reason,
            })?;
        }
        if let Some(pair) = rules.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(BadTaxRules::SameId(pair[0].id.clone()));
        }
        let mut by_supply: BTreeMap<Code, Vec<usize>> = BTreeMap::new();
        for (at, rule) in rules.iter().enumerate() {
            for supply in &rule.supplies {
                by_supply.entry(supply.clone()).or_default().push(at);
            }
        }
        for of_one_supply in by_supply.values() {
            for (nth, a) in of_one_supply.iter().enumerate() {
                if let Some(b) = of_one_supply[nth + 1..]
                    .iter()
                    .find(|b| may_meet(&rules[*a], &rules[**b]))
                {
                    return Err(BadTaxRules::Overlap(rules[*a].id.clone(), rules[*b].id.clone()));
                }
            }
        }
        Ok(Self { rules, by_supply })
    }

    /// All of them, by id.
    pub fn all(&self) -> &[TaxRule] {
        &self.rules
    }

    /// The rule with this id.
    pub fn by_id(&self, id: &str) -> Option<&TaxRule> {
        self.rules
            .binary_search_by(|rule| (*rule.id).cmp(id))
            .ok()
            .map(|at| &self.rules[at])
    }

    /// The kinds of supply they are for.
    pub fn supplies(&self) -> BTreeSet<&Code> {
        self.by_supply.keys().collect()
    }

    /// Where in [`TaxRules::all`] the rules for a kind of supply are.
    pub(super) fn of_supply(&self, supply: &Code) -> &[usize] {
        self.by_supply.get(supply).map_or(&[], Vec::as_slice)
    }
}
