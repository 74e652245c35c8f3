//! The rows of `catalog_sync_runs`.
#![expect(unreachable_pub, reason = "the derive writes public items around what stands here")]

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "catalog_sync_runs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub source_id: Uuid,
    pub state: String,
    pub cause: String,
    pub started_by: String,
    pub trace_id: String,
    pub fence: i64,
    pub next_cursor: Option<String>,
    pub fetched: bool,
    pub parts: i64,
    pub parts_expected: Option<i64>,
    pub calls: i64,
    pub row_count: i64,
    pub added: i64,
    pub changed: i64,
    pub unchanged: i64,
    pub vanished: i64,
    pub rejected: i64,
    pub left_out: i64,
    pub changed_percent: i64,
    pub findings: Vec<u8>,
    pub import_id: Option<Uuid>,
    pub book_version: Option<i64>,
    pub reason: Option<String>,
    pub error: Option<String>,
    pub decided_by: Option<String>,
    pub started_at: i64,
    pub finished_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl platform::Owned for Entity {
    const TENANT: Column = Column::TenantId;
}
