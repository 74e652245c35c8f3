//! Secrets we hand out once and keep only as a digest: session references, refresh tokens, API keys, links, devices.
//!
//! All are 256 random bits, so a plain SHA-256 of them is enough (nothing to guess, nothing to look up in a table of
//! guesses). Those that arrive without a host to tell whose they are carry their tenant in clear, so that even the
//! look-up is made within one tenant; the digest covers the tenant too.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Id, TenantId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What the database keeps of a secret.
pub(crate) type SecretDigest = [u8; 32];

/// A secret without a tenant: it only ever arrives at the tenant's own host.
pub(crate) fn reference(random: [u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(random)
}

/// What a table keeps of any secret text.
pub(crate) fn digest(text: &str) -> SecretDigest {
    Sha256::digest(text.as_bytes()).into()
}

/// Whether `text` has the shape of a [`reference()`]; anything else is not worth a query.
pub(crate) fn is_reference(text: &str) -> bool {
    text.len() == 43
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// A secret that names its tenant: `epk_live_…`, `ert_…`.
pub(crate) fn with_tenant(prefix: &str, tenant: TenantId, random: [u8; 32]) -> String {
    let mut bytes = [0; 48];
    bytes[..16].copy_from_slice(tenant.uuid().as_bytes());
    bytes[16..].copy_from_slice(&random);
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// Whose the secret says it is. Nothing is proved by it: the digest has to be found in that tenant's table.
pub(crate) fn tenant_of(prefix: &str, text: &str) -> Option<TenantId> {
    let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(prefix)?).ok()?;
    let bytes: [u8; 48] = bytes.try_into().ok()?;
    Some(TenantId::from_uuid(Uuid::from_slice(&bytes[..16]).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_with_a_tenant_tells_it_and_nothing_else_does() {
        let tenant = TenantId::from_uuid(Uuid::from_u128(42));
        let key = with_tenant("epk_live_", tenant, [9; 32]);
        assert_eq!(tenant_of("epk_live_", &key), Some(tenant));
        assert_eq!(tenant_of("epk_test_", &key), None);
        assert_eq!(tenant_of("epk_live_", &key[..key.len() - 1]), None);
        assert_eq!(tenant_of("epk_live_", "epk_live_ü"), None);
    }

    #[test]
    fn only_256_bits_in_our_own_alphabet_are_looked_up() {
        assert!(is_reference(&reference([255; 32])));
        assert!(!is_reference("short"));
        assert!(!is_reference(&"=".repeat(43)));
    }
}
