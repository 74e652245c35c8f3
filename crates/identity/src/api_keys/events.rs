//! What happens to API keys, told to others.

use std::collections::BTreeSet;

use kernel::{ApiKeyId, Fact, Id, UserId};
use serde::Serialize;
use uuid::Uuid;

use super::model::Mode;

/// A key was made.
#[derive(Clone, Debug, Serialize)]
pub struct ApiKeyMade {
    /// Which.
    pub key: ApiKeyId,
    /// By whom.
    pub user: UserId,
    /// Live or test.
    pub mode: Mode,
    /// What it may do.
    pub permissions: BTreeSet<String>,
}

impl Fact for ApiKeyMade {
    const NAME: &'static str = "identity.api_key.made";

    fn subject(&self) -> String {
        self.key.to_string()
    }

    fn sample() -> Self {
        let (key, user) = (
            ApiKeyId::from_uuid(Uuid::from_u128(5)),
            UserId::from_uuid(Uuid::from_u128(2)),
        );
        Self {
            key,
            user,
            mode: Mode::Live,
            permissions: ["domains.offers.read".to_owned()].into(),
        }
    }
}

/// A key was revoked.
#[derive(Clone, Debug, Serialize)]
pub struct ApiKeyRevoked {
    /// Which.
    pub key: ApiKeyId,
}

impl Fact for ApiKeyRevoked {
    const NAME: &'static str = "identity.api_key.revoked";

    fn subject(&self) -> String {
        self.key.to_string()
    }

    fn sample() -> Self {
        Self {
            key: ApiKeyId::from_uuid(Uuid::from_u128(5)),
        }
    }
}
