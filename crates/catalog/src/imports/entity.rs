//! The rows of `catalog_imports`.
#![expect(unreachable_pub, reason = "the derive writes public items around what stands here")]

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "catalog_imports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub format: String,
    pub side: String,
    pub list_id: Uuid,
    pub list_name: String,
    pub currency: String,
    pub file_name: String,
    pub size_bytes: i64,
    pub content_hash: String,
    pub plan_hash: String,
    pub book_version: i64,
    pub state: String,
    pub effective_from: Option<i64>,
    pub row_count: i64,
    pub added: i64,
    pub changed: i64,
    pub unchanged: i64,
    pub vanished: i64,
    pub bad: i64,
    pub left_out: i64,
    pub plan: Vec<u8>,
    pub created_at: i64,
    pub created_by: String,
    pub applied_at: Option<i64>,
    pub applied_by: Option<String>,
    pub applied_version: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl platform::Owned for Entity {
    const TENANT: Column = Column::TenantId;
}
