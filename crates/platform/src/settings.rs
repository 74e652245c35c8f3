//! A tenant's settings: a typed key with its default; what differs is kept, audited, and in force at once. Where a tenant
//! has chosen nothing, what the installation's configuration says holds, and without that the program's own default.

use std::collections::BTreeMap;

use kernel::{Change, Fact, Id, TenantId};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::db::{Everyone, Sql};
use crate::{Platform, Read, Result, Stored, Tx, Writer};

/// A setting of a tenant.
pub struct Setting<T: 'static> {
    /// Room and name: `catalog.low_margin`.
    pub key: &'static str,
    /// Its value where neither tenant nor installation has chosen one.
    pub default: fn() -> T,
}

/// What the installation's configuration says of settings, for tenants that have chosen nothing themselves.
#[derive(Debug, Default)]
pub struct Defaults(BTreeMap<&'static str, Value>);

impl Defaults {
    /// With the installation's value of one more setting.
    ///
    /// # Errors
    /// When the value is none that JSON can hold.
    pub fn with<T: Serialize>(mut self, setting: &Setting<T>, value: &T) -> Result<Self> {
        self.0.insert(setting.key, serde_json::to_value(value)?);
        Ok(self)
    }

    fn get<T: DeserializeOwned>(&self, setting: &Setting<T>) -> Result<T> {
        match self.0.get(setting.key) {
            Some(value) => Ok(T::deserialize(value)?),
            None => Ok((setting.default)()),
        }
    }
}

#[derive(FromQueryResult)]
struct Row {
    value: String,
}

const BY_KEY: Sql = Sql::tenant("SELECT value FROM setting WHERE tenant_id = $1 AND key = $2");

/// The tenant's value, or the installation's, or the default.
///
/// # Errors
/// When the database fails or a kept value no longer reads as `T`.
pub async fn get<T: DeserializeOwned>(read: &Read, setting: &Setting<T>) -> Result<T> {
    match read.sql(BY_KEY).bind(setting.key).one::<Row>().await? {
        Some(row) => Ok(serde_json::from_str(&row.value)?),
        None => read.defaults().get(setting),
    }
}

#[derive(FromQueryResult)]
struct Chooser {
    tenant_id: uuid::Uuid,
}

const CHOOSERS: Sql<Everyone> = Sql::across("SELECT tenant_id FROM setting WHERE key = $1 ORDER BY tenant_id");

/// The tenants that have chosen a value themselves: for schedules, which start one job for each.
///
/// # Errors
/// When the database fails.
pub async fn tenants_that_chose<T>(platform: &Platform, setting: &Setting<T>) -> Result<Vec<TenantId>> {
    let query = CHOOSERS.query().bind(setting.key);
    let rows: Vec<Chooser> = platform.across("who has chosen a setting").all(query).await?;
    Ok(rows.into_iter().map(|row| TenantId::from_uuid(row.tenant_id)).collect())
}

/// A setting was changed.
#[derive(Serialize)]
pub struct SettingChanged {
    /// Which.
    pub key: String,
    /// Its new value.
    pub value: Value,
}

impl Fact for SettingChanged {
    const NAME: &'static str = "platform.setting.changed";

    fn subject(&self) -> String {
        self.key.clone()
    }

    fn sample() -> Self {
        Self {
            key: "catalog.low_margin".into(),
            value: Value::from("5"),
        }
    }
}

struct Kept {
    key: &'static str,
    value: Value,
}

const KEEP: Sql = Sql::tenant(
    "INSERT INTO setting (tenant_id, key, value, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (tenant_id, key) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at, changed_by = excluded.changed_by",
);

impl Stored for Kept {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let (now, who) = (writer.now().micros(), writer.actor().who.to_string());
        writer
            .sql(KEEP)
            .bind(self.key)
            .bind(self.value.to_string())
            .bind(now)
            .bind(who)
            .execute()
            .await
            .map(|_| ())
    }
}

/// Sets the tenant's value. The caller has checked that the actor may.
///
/// # Errors
/// When the database fails.
pub async fn set<T: Serialize + DeserializeOwned>(tx: &mut Tx, setting: &Setting<T>, value: &T) -> Result<()> {
    let before = serde_json::to_value(get(tx, setting).await?)?;
    let value = serde_json::to_value(value)?;
    if before == value {
        return Ok(());
    }
    let fact = SettingChanged {
        key: setting.key.to_owned(),
        value: value.clone(),
    };
    tx.save(Change::from(
        before,
        Kept {
            key: setting.key,
            value,
        },
        fact,
    ))
    .await
    .map(|_| ())
}
