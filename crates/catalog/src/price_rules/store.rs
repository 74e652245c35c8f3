//! Price rules in the database.

use kernel::{Id, Instant, PriceRuleId};
use platform::{Read, Result, Stored, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Condition, Expr};

use super::entity::{rules, versions};
use super::model::{Order, PriceRule, RuleVersion};
use super::terms::{RuleTerms, Terms};
use crate::values::stale;

/// All rules in their order; there are at most [`super::ops::MAX_PRICE_RULES`].
pub(super) async fn all(read: &Read) -> Result<Vec<PriceRule>> {
    let rows = read
        .select::<rules::Entity>()
        .order_by_asc(rules::Column::Place)
        .order_by_asc(rules::Column::Id)
        .all(read)
        .await?;
    rows.into_iter().map(typed).collect()
}

pub(super) async fn by_id(read: &Read, id: PriceRuleId) -> Result<Option<PriceRule>> {
    read.select::<rules::Entity>()
        .filter(rules::Column::Id.eq(id.uuid()))
        .one(read)
        .await?
        .map(typed)
        .transpose()
}

/// The versions of a rule, the latest first; at most two hundred.
pub(super) async fn versions(read: &Read, id: PriceRuleId) -> Result<Vec<RuleVersion>> {
    let rows = read
        .select::<versions::Entity>()
        .filter(versions::Column::RuleId.eq(id.uuid()))
        .order_by_desc(versions::Column::Version)
        .limit(200)
        .all(read)
        .await?;
    let version = |row: versions::Model| {
        Ok(RuleVersion {
            version: row.version,
            terms: serde_json::from_str(&row.terms)?,
            changed_at: Instant::from_micros(row.changed_at),
            changed_by: row.changed_by,
        })
    };
    rows.into_iter().map(version).collect()
}

fn typed(row: rules::Model) -> Result<PriceRule> {
    let terms: RuleTerms = serde_json::from_str(&row.terms)?;
    Ok(PriceRule {
        id: PriceRuleId::from_uuid(row.id),
        place: row.place,
        terms: Terms::try_from(&terms)?,
        version: row.version,
        created_at: Instant::from_micros(row.created_at),
        updated_at: Instant::from_micros(row.updated_at),
        updated_by: row.updated_by,
    })
}

impl Stored for PriceRule {
    /// The rule as it is now, and its version for ever.
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let tenant = writer.tenant().uuid();
        let terms = serde_json::to_string(&RuleTerms::from(&self.terms))?;
        let row = rules::ActiveModel {
            tenant_id: Set(tenant),
            id: Set(self.id.uuid()),
            place: Set(self.place),
            list_id: Set(self.terms.list.uuid()),
            terms: Set(terms.clone()),
            version: Set(self.version),
            created_at: Set(self.created_at.micros()),
            updated_at: Set(self.updated_at.micros()),
            updated_by: Set(self.updated_by.clone()),
        };
        if self.version == 1 {
            writer.insert(row).await?;
        } else {
            let shown = Condition::all()
                .add(rules::Column::Id.eq(self.id.uuid()))
                .add(rules::Column::Version.eq(self.version - 1));
            let next = vec![(rules::Column::Version, Expr::value(self.version))];
            if writer.update_where::<rules::Entity>(next, shown).await? == 0 {
                return Err(stale().into());
            }
            writer.update(row).await?;
        }
        let version = versions::ActiveModel {
            tenant_id: Set(tenant),
            rule_id: Set(self.id.uuid()),
            version: Set(self.version),
            terms: Set(terms),
            changed_at: Set(self.updated_at.micros()),
            changed_by: Set(self.updated_by.clone()),
        };
        writer.insert(version).await
    }
}

impl Stored for Order {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        for (place, id) in (1_i64..).zip(&self.0) {
            let to = vec![(rules::Column::Place, Expr::value(place))];
            let which = rules::Column::Id.eq(id.uuid());
            writer.update_where::<rules::Entity>(to, which).await?;
        }
        Ok(())
    }
}
