//! What happens to price rules, told to others.

use kernel::{Fact, PriceRuleId, SalesListId};
use serde::Serialize;
use uuid::Uuid;

use super::terms::{FormulaKind, RoundingText, RuleTerms, TldChoice, Towards};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleChange {
    /// A rule was added, the last in order.
    Added,
    /// A rule says something else now; switching it off and on is that too.
    Changed,
    /// The rules are asked in another order.
    Reordered,
}

/// Rules say something else than before, or are asked in another order. Prices stay as they are until the rules are run
/// and what they make is applied.
#[derive(Clone, Debug, Serialize)]
pub struct PriceRulesChanged {
    /// What was done.
    pub change: RuleChange,
    /// The rule; of another order the one that is asked first.
    pub rule: PriceRuleId,
    /// Its version now; nothing where only the order changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// What it says now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<RuleTerms>,
    /// All rules in their order, where that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Vec<PriceRuleId>>,
}

impl Fact for PriceRulesChanged {
    const NAME: &'static str = "catalog.price_rules.changed";

    fn subject(&self) -> String {
        self.rule.to_string()
    }

    fn sample() -> Self {
        let list = SalesListId::from(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0002));
        let terms = RuleTerms {
            name: "Standard".into(),
            list,
            operations: vec!["register".into(), "renew".into()],
            years: vec![1],
            registrar: None,
            for_tlds: TldChoice::All,
            tlds: Vec::new(),
            group: None,
            formula: FormulaKind::Margin,
            percent: "12".into(),
            fixed: None,
            rounding: Some(RoundingText {
                every: 100,
                ending: 99,
                to: Towards::Nearest,
            }),
            minimum_margin: "12".into(),
            loss_leader: None,
            enabled: true,
        };
        Self {
            change: RuleChange::Changed,
            rule: PriceRuleId::from(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0052)),
            version: Some(2),
            terms: Some(terms),
            order: None,
        }
    }
}
