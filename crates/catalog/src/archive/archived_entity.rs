//! The rows of `catalog_price_archive`.
#![expect(unreachable_pub, reason = "the derive writes public items around what stands here")]

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "catalog_price_archive")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub side: String,
    pub list_id: Uuid,
    pub ending: String,
    pub currency: String,
    pub operation: String,
    pub years: i64,
    pub kind: String,
    pub effective_from: i64,
    pub amount_minor: Option<i64>,
    pub note: Option<String>,
    pub import_id: Option<Uuid>,
    pub recorded_at: i64,
    pub recorded_by: String,
    pub since_version: i64,
    pub superseded_at: Option<i64>,
    pub superseded_by: Option<String>,
    pub superseded_version: Option<i64>,
    pub change_id: Option<Uuid>,
    pub promotion: Option<String>,
    pub ceased_at: i64,
    pub archived_at: i64,
    pub archived_by: String,
    pub archive_run: Uuid,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl platform::Owned for Entity {
    const TENANT: Column = Column::TenantId;
}
