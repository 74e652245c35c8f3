//! API keys, pure.

use std::collections::BTreeSet;

use kernel::{ApiKeyId, Instant, Problem, TenantId, UserId};
use serde::{Deserialize, Serialize};

use crate::tokens;

/// What a key works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The tenant's business.
    Live,
    /// Test data only.
    Test,
}

impl Mode {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Live, Self::Test];

    /// As stored.
    pub fn key(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }

    /// Reads what is stored.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.key() == key)
    }

    /// What a key of this mode starts with.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Live => "epk_live_",
            Self::Test => "epk_test_",
        }
    }
}

/// Whose key a text says it is, if it has the shape of one.
pub(crate) fn tenant_of(text: &str) -> Option<TenantId> {
    Mode::ALL
        .into_iter()
        .find_map(|mode| tokens::tenant_of(mode.prefix(), text))
}

/// A key without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Who made it; it never permits more than they may.
    pub user: UserId,
    /// What it is for, in its maker's words.
    pub name: String,
    /// Live or test.
    pub mode: Mode,
    /// The last characters of the secret, to tell keys apart.
    pub hint: String,
    /// What it may do, as far as its maker still may.
    pub permissions: BTreeSet<String>,
    /// When it was made.
    pub created_at: Instant,
    /// When it stops working by itself.
    pub expires_at: Option<Instant>,
    /// Last use, to the minute.
    pub last_used_at: Option<Instant>,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
}

impl ApiKey {
    /// Whether it opens anything at `now`.
    pub fn is_live(&self, now: Instant) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|at| now < at)
    }
}

/// Longest name of a key.
pub const NAME_CHARACTERS: usize = 60;

/// Reads what a key is called.
///
/// # Errors
/// Empty or too long.
pub(crate) fn parse_name(text: &str) -> Result<String, Problem> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let refused = |code| Err(Problem::refused("invalid_fields").field("/name", code));
    match name.chars().count() {
        0 => refused("required"),
        count if count > NAME_CHARACTERS => refused("too_long"),
        _ => Ok(name),
    }
}

#[cfg(test)]
mod tests {
    use kernel::Id;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_key_tells_its_tenant_and_its_mode() {
        let tenant = TenantId::from_uuid(Uuid::from_u128(5));
        let key = tokens::with_tenant(Mode::Test.prefix(), tenant, [1; 32]);
        assert!(key.starts_with("epk_test_") && key.len() == 9 + 64);
        assert_eq!(tenant_of(&key), Some(tenant));
        assert_eq!(tenant_of("epk_live_nonsense"), None);
    }

    #[test]
    fn a_key_ends_when_revoked_or_expired() {
        let id = Uuid::nil();
        let key = ApiKey {
            id: ApiKeyId::from_uuid(id),
            user: UserId::from_uuid(id),
            name: "Shop".into(),
            mode: Mode::Live,
            hint: "abcd".into(),
            permissions: BTreeSet::new(),
            created_at: Instant::EPOCH,
            expires_at: Some(Instant::from_micros(10)),
            last_used_at: None,
            revoked_at: None,
        };
        assert!(key.is_live(Instant::from_micros(9)));
        assert!(!key.is_live(Instant::from_micros(10)));
        assert!(
            !ApiKey {
                revoked_at: Some(Instant::EPOCH),
                ..key
            }
            .is_live(Instant::EPOCH)
        );
    }
}
