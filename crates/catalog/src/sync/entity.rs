//! The rows of `catalog_price_sources`.
#![expect(unreachable_pub, reason = "the derive writes public items around what stands here")]

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "catalog_price_sources")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub kind: String,
    pub endpoint: String,
    pub side: String,
    pub list_id: Uuid,
    pub state: String,
    pub interval_minutes: i64,
    pub timeout_seconds: i64,
    pub include_endings: String,
    pub exclude_endings: String,
    pub vanished: String,
    pub most_changed_percent: i64,
    pub largest_jump_hundredths: i64,
    pub credentials: Option<Vec<u8>>,
    pub credentials_at: Option<i64>,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub next_run_at: i64,
    pub last_success_at: Option<i64>,
    pub failures_in_row: i64,
    pub open_until: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl platform::Owned for Entity {
    const TENANT: Column = Column::TenantId;
}
