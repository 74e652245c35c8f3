//! The rows of `reference_rate_sheets` and `reference_rate_imports`.
#![expect(unreachable_pub, reason = "the derive writes public items around what stands here")]

pub(super) mod sheets {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reference_rate_sheets")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub source: String,
        pub base: String,
        pub quoted_at: i64,
        pub rates: String,
        pub held: String,
        pub version: i64,
        pub recorded_at: i64,
        pub recorded_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl platform::Owned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

pub(super) mod imports {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reference_rate_imports")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub file_name: String,
        pub size_bytes: i64,
        pub content_hash: String,
        pub state: String,
        pub added: i64,
        pub known: i64,
        pub held: i64,
        pub bad: i64,
        pub content: Option<Vec<u8>>,
        pub created_at: i64,
        pub created_by: String,
        pub applied_at: Option<i64>,
        pub applied_by: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl platform::Owned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}
