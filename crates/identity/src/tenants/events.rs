//! What happens to a tenant, told to others.

use kernel::{Fact, Id, TenantId};
use serde::Serialize;
use uuid::Uuid;

/// A company signed up.
#[derive(Clone, Debug, Serialize)]
pub struct TenantSignedUp {
    /// The company.
    pub tenant: TenantId,
    /// Its name in hosts.
    pub slug: String,
    /// What it sells.
    pub trades: String,
}

impl Fact for TenantSignedUp {
    const NAME: &'static str = "identity.tenant.signed_up";

    fn subject(&self) -> String {
        self.tenant.to_string()
    }

    fn sample() -> Self {
        Self {
            tenant: TenantId::from_uuid(Uuid::from_u128(1)),
            slug: "northwind".into(),
            trades: "domains".into(),
        }
    }
}

/// Its settings changed.
#[derive(Clone, Debug, Serialize)]
pub struct TenantChanged {
    /// The company.
    pub tenant: TenantId,
    /// Its name in hosts.
    pub slug: String,
    /// Currency of the storefront.
    pub currency: String,
    /// Zone of its business dates.
    pub time_zone: String,
    /// Language of its site.
    pub locale: String,
}

impl Fact for TenantChanged {
    const NAME: &'static str = "identity.tenant.changed";

    fn subject(&self) -> String {
        self.tenant.to_string()
    }

    fn sample() -> Self {
        Self {
            tenant: TenantId::from_uuid(Uuid::from_u128(1)),
            slug: "northwind".into(),
            currency: "USD".into(),
            time_zone: "America/New_York".into(),
            locale: "en-US".into(),
        }
    }
}
