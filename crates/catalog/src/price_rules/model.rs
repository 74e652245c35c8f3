//! A price rule and what can happen to it.

use kernel::{Change, Instant, PriceRuleId, Problem};

use super::events::{PriceRulesChanged, RuleChange};
use super::terms::{RuleTerms, Terms};

/// A rule as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceRule {
    /// Its id.
    pub id: PriceRuleId,
    /// Where it stands: the lowest is asked first.
    pub place: i64,
    /// What it says.
    pub terms: Terms,
    /// Raised with every change of what it says.
    pub version: i64,
    /// Since when there is one.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// By whom: a printed id, or `system`.
    pub updated_by: String,
}

/// What a rule said from one change to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleVersion {
    /// Which version.
    pub version: i64,
    /// What it said.
    pub terms: RuleTerms,
    /// Since when.
    pub changed_at: Instant,
    /// Who had it say so.
    pub changed_by: String,
}

impl PriceRule {
    /// A new rule.
    pub(super) fn open(
        id: PriceRuleId,
        place: i64,
        terms: Terms,
        now: Instant,
        by: String,
    ) -> Change<Self, PriceRulesChanged> {
        let rule = Self {
            id,
            place,
            terms,
            version: 1,
            created_at: now,
            updated_at: now,
            updated_by: by,
        };
        let fact = rule.fact(RuleChange::Added);
        Change::new(rule, fact)
    }

    /// Says something else; nothing when it says the same.
    ///
    /// # Errors
    /// When what it said cannot be shown in the audit log.
    pub(super) fn edit(
        self,
        terms: Terms,
        now: Instant,
        by: String,
    ) -> platform::Result<Option<Change<Self, PriceRulesChanged>>> {
        if terms == self.terms {
            return Ok(None);
        }
        let before = serde_json::to_value(RuleTerms::from(&self.terms))?;
        let after = Self {
            terms,
            version: self.version + 1,
            updated_at: now,
            updated_by: by,
            ..self
        };
        let fact = after.fact(RuleChange::Changed);
        Ok(Some(Change::from(before, after, fact)))
    }

    fn fact(&self, change: RuleChange) -> PriceRulesChanged {
        PriceRulesChanged {
            change,
            rule: self.id,
            version: Some(self.version),
            terms: Some(RuleTerms::from(&self.terms)),
            order: None,
        }
    }
}

/// All rules in another order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Order(pub(super) Vec<PriceRuleId>);

impl Order {
    /// From the rules as they stand to the order asked for, which must name each of them once.
    ///
    /// # Errors
    /// `price_rules_moved` when a rule was added meanwhile, is named twice or is not there.
    pub(super) fn of(
        rules: &[PriceRule],
        wanted: Vec<PriceRuleId>,
    ) -> Result<Option<Change<Self, PriceRulesChanged>>, Problem> {
        let standing: Vec<PriceRuleId> = rules.iter().map(|rule| rule.id).collect();
        let (mut have, mut asked) = (standing.clone(), wanted.clone());
        have.sort_unstable();
        asked.sort_unstable();
        if have != asked {
            return Err(Problem::conflict("price_rules_moved").field("/rules", "price_rules_moved"));
        }
        let Some(first) = wanted.first().copied().filter(|_| standing != wanted) else {
            return Ok(None);
        };
        let fact = PriceRulesChanged {
            change: RuleChange::Reordered,
            rule: first,
            version: None,
            terms: None,
            order: Some(wanted.clone()),
        };
        Ok(Some(Change::from(
            serde_json::json!({ "order": standing }),
            Self(wanted),
            fact,
        )))
    }
}
