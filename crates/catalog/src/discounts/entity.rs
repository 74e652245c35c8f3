//! The rows of `catalog_discounts`.
#![expect(unreachable_pub, reason = "the derive writes public items around what stands here")]

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "catalog_discounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    pub name: String,
    pub code: Option<String>,
    pub stacks: bool,
    pub max_uses: Option<i64>,
    pub max_uses_each: Option<i64>,
    pub whom: String,
    pub whom_id: Option<Uuid>,
    pub tlds: Option<String>,
    pub operations: String,
    pub years: String,
    pub percent: Option<i64>,
    pub amount_minor: Option<i64>,
    pub currency: Option<String>,
    pub effective_from: i64,
    pub effective_until: Option<i64>,
    pub recorded_at: i64,
    pub recorded_by: String,
    pub since_version: Option<i64>,
    pub superseded_at: Option<i64>,
    pub superseded_by: Option<String>,
    pub superseded_version: Option<i64>,
    pub held_until: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl platform::Owned for Entity {
    const TENANT: Column = Column::TenantId;
}
