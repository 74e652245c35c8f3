//! A tenant's settings: a typed key with its default; what differs is kept, audited, and in force at once. Where a tenant
//! has chosen nothing, what the installation's configuration says holds, and without that the program's own default.

use std::collections::BTreeMap;

use kernel::{Change, Fact, Id, Problem, ProblemKind, TenantId};
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

/// A value to keep, where nobody else was quicker.
struct Kept {
    key: &'static str,
    value: Value,
    /// The text it takes the place of; nothing: there was none.
    over: Option<String>,
}

const KEEP_FIRST: Sql = Sql::tenant(
    "INSERT INTO setting (tenant_id, key, value, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (tenant_id, key) DO NOTHING",
);
const KEEP_OVER: Sql = Sql::tenant(
    "UPDATE setting SET value = $3, changed_at = $4, changed_by = $5 WHERE tenant_id = $1 AND key = $2 AND value = $6",
);

impl Stored for Kept {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let (now, who) = (writer.now().micros(), writer.actor().who.to_string());
        let value = self.value.to_string();
        let kept = match &self.over {
            None => writer.sql(KEEP_FIRST).bind(self.key).bind(value).bind(now).bind(who),
            Some(over) => {
                let query = writer.sql(KEEP_OVER).bind(self.key).bind(value).bind(now).bind(who);
                query.bind(over.as_str())
            }
        };
        match kept.execute().await? {
            0 => Err(Problem::new(ProblemKind::Stale, "stale").into()),
            _ => Ok(()),
        }
    }
}

/// Changes the tenant's value: `decide` sees the present one and says the next, or refuses. Two that change it at once do
/// not overwrite each other: the later is told `stale`. The caller has checked that the actor may.
///
/// # Errors
/// What `decide` refuses, `stale`, or the database.
pub async fn change<T: Serialize + DeserializeOwned>(
    tx: &mut Tx,
    setting: &Setting<T>,
    decide: impl FnOnce(&T) -> Result<T, Problem> + Send,
) -> Result<T> {
    let row: Option<Row> = tx.sql(BY_KEY).bind(setting.key).one().await?;
    let before = match &row {
        Some(row) => serde_json::from_str(&row.value)?,
        None => tx.defaults().get(setting)?,
    };
    let after = decide(&before)?;
    let (before, value) = (serde_json::to_value(&before)?, serde_json::to_value(&after)?);
    if before != value {
        let fact = SettingChanged {
            key: setting.key.to_owned(),
            value: value.clone(),
        };
        let kept = Kept {
            key: setting.key,
            value,
            over: row.map(|row| row.value),
        };
        tx.save(Change::from(before, kept, fact)).await?;
    }
    Ok(after)
}
