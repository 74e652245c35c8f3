//! The providers a source can be of, and what calls to one are signed with.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::values::Faults;

/// Whose protocol a source speaks. One more is a variant here and an arm where app connects sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = PriceSourceKind)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A WHMCS installation's `GetTLDPricing`.
    Whmcs,
    /// Openprovider's list of TLDs with prices.
    Openprovider,
    /// Porkbun's public price list.
    Porkbun,
}

impl SourceKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Whmcs, Self::Openprovider, Self::Porkbun];

    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Whmcs => "whmcs",
            Self::Openprovider => "openprovider",
            Self::Porkbun => "porkbun",
        }
    }

    /// From a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it tells nothing until it has credentials.
    pub const fn needs_credentials(self) -> bool {
        matches!(self, Self::Whmcs | Self::Openprovider)
    }

    /// Where it answers when the source names no place of its own; a WHMCS installation is always somebody's own.
    pub const fn usual_endpoint(self) -> Option<&'static str> {
        match self {
            Self::Whmcs => None,
            Self::Openprovider => Some("https://api.openprovider.eu/v1beta"),
            Self::Porkbun => Some("https://api.porkbun.com/api/json/v3"),
        }
    }
}

/// What a source's calls are signed with: typed once, sealed at once, opened only for the adapter.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// Names the account: an identifier, a user name.
    pub key: String,
    /// Proves it.
    pub secret: String,
}

impl Credentials {
    /// As typed or pasted; spaces around either are not part of it.
    pub fn new(key: &str, secret: &str) -> Self {
        Self {
            key: key.trim().to_owned(),
            secret: secret.trim().to_owned(),
        }
    }

    pub(super) fn judge(&self, kind: SourceKind, faults: &mut Faults) {
        if !kind.needs_credentials() {
            return faults.note("/credentials/key", "source_credentials_not_used");
        }
        for (pointer, text) in [("/credentials/key", &self.key), ("/credentials/secret", &self.secret)] {
            if text.is_empty() {
                faults.note(pointer, "required");
            } else if text.chars().count() > 256 || text.chars().any(char::is_control) {
                faults.note(pointer, "bad_source_credentials");
            }
        }
    }
}

/// Says that there are some, and nothing of them.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_as_what_they_name() {
        for kind in SourceKind::ALL {
            assert_eq!(SourceKind::parse(kind.name()), Some(kind));
            assert_eq!(serde_json::json!(kind), kind.name());
        }
    }
}
