//! Rows of tenants.

use kernel::{Id, Instant, Problem, TenantId};
use platform::db::Everyone;
use platform::{Platform, Read, Result, Sql, Stored, Writer};
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{ActiveValue::Set, ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::model::{Settings, Tenant, Trades};

#[expect(
    unreachable_pub,
    reason = "the derive wants public items; the module is private to the room"
)]
mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tenants")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Uuid,
        pub slug: String,
        pub name: String,
        pub trades: String,
        pub state: String,
        pub hue: i64,
        pub chroma_thousandths: i64,
        pub currency: String,
        pub time_zone: String,
        pub locale: String,
        pub version: i64,
        pub created_at: i64,
        pub updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl platform::Owned for Entity {
        const TENANT: Column = Column::TenantId;
    }
}

use entity::Column;

const SUSPENDED: &str = "suspended";

/// The tenant whose scope this is.
pub(crate) async fn own(read: &Read) -> Result<Tenant> {
    let row = read
        .select::<entity::Entity>()
        .one(read)
        .await?
        .ok_or_else(Problem::not_found)?;
    Ok(Tenant {
        id: TenantId::from_uuid(row.tenant_id),
        slug: row.slug,
        trades: Trades::parse(&row.trades),
        suspended: row.state == SUSPENDED,
        settings: Settings {
            name: row.name,
            hue: row.hue,
            chroma_thousandths: row.chroma_thousandths,
            currency: row.currency,
            time_zone: row.time_zone,
            locale: row.locale,
        },
        version: row.version,
        created_at: Instant::from_micros(row.created_at),
        updated_at: Instant::from_micros(row.updated_at),
    })
}

impl Stored for Tenant {
    async fn store(&self, w: &mut Writer<'_>) -> Result<()> {
        if self.version == 1 {
            insert(self, w).await
        } else {
            update(self, w).await
        }
    }
}

async fn insert(tenant: &Tenant, w: &mut Writer<'_>) -> Result<()> {
    let settings = tenant.settings.clone();
    let row = entity::ActiveModel {
        slug: Set(tenant.slug.clone()),
        name: Set(settings.name),
        trades: Set(tenant.trades.key().to_owned()),
        state: Set("active".to_owned()),
        hue: Set(settings.hue),
        chroma_thousandths: Set(settings.chroma_thousandths),
        currency: Set(settings.currency),
        time_zone: Set(settings.time_zone),
        locale: Set(settings.locale),
        version: Set(1),
        created_at: Set(tenant.created_at.micros()),
        updated_at: Set(tenant.updated_at.micros()),
        ..Default::default()
    };
    w.insert(row).await
}

async fn update(tenant: &Tenant, w: &mut Writer<'_>) -> Result<()> {
    let settings = &tenant.settings;
    let columns = vec![
        (Column::Slug, Expr::value(tenant.slug.as_str())),
        (Column::Name, Expr::value(settings.name.as_str())),
        (Column::Hue, Expr::value(settings.hue)),
        (Column::ChromaThousandths, Expr::value(settings.chroma_thousandths)),
        (Column::Currency, Expr::value(settings.currency.as_str())),
        (Column::TimeZone, Expr::value(settings.time_zone.as_str())),
        (Column::Locale, Expr::value(settings.locale.as_str())),
        (Column::Version, Expr::value(tenant.version)),
        (Column::UpdatedAt, Expr::value(tenant.updated_at.micros())),
    ];
    let guard = Condition::all().add(Column::Version.eq(tenant.version - 1));
    match w.update_where::<entity::Entity>(columns, guard).await? {
        0 => Err(Problem::conflict("changed_meanwhile").into()),
        _ => Ok(()),
    }
}

#[derive(FromQueryResult)]
struct Found {
    tenant_id: Uuid,
}

const BY_SLUG: Sql<Everyone> = Sql::across("SELECT tenant_id FROM tenants WHERE slug = $1");
const BY_HOST: Sql<Everyone> =
    Sql::across("SELECT tenant_id FROM tenant_hosts WHERE host = $1 AND verified_at IS NOT NULL");

/// Which tenant has this slug.
pub(crate) async fn by_slug(platform: &Platform, slug: &str) -> Result<Option<TenantId>> {
    let found: Option<Found> = platform.across("host look-up").one(BY_SLUG.query().bind(slug)).await?;
    Ok(found.map(|found| TenantId::from_uuid(found.tenant_id)))
}

/// Which tenant has proved that this host is its own.
pub(crate) async fn by_own_host(platform: &Platform, host: &str) -> Result<Option<TenantId>> {
    let found: Option<Found> = platform.across("host look-up").one(BY_HOST.query().bind(host)).await?;
    Ok(found.map(|found| TenantId::from_uuid(found.tenant_id)))
}

/// A tenant for lists across the installation.
#[derive(Clone, Debug, FromQueryResult)]
pub struct TenantLine {
    /// Its id.
    pub tenant_id: Uuid,
    /// Name in hosts.
    pub slug: String,
    /// Name of the company.
    pub name: String,
    /// What it sells.
    pub trades: String,
}

const LINES: Sql<Everyone> =
    Sql::across("SELECT tenant_id, slug, name, trades FROM tenants WHERE state = 'active' ORDER BY slug LIMIT 10000");

/// The tenants, for the demo's front page and the operator's commands.
///
/// # Errors
/// When the database fails.
pub async fn lines(platform: &Platform) -> Result<Vec<TenantLine>> {
    platform.across("a list of the tenants").all(LINES.query()).await
}
