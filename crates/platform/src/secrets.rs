//! Secrets at rest: sealed per tenant with AES-256-GCM, bound to their purpose, under keys that can be rotated.
//!
//! `secrets.key` is the master key. A tenant's key is derived from it (HKDF-SHA-256), so a sealed value of one tenant
//! cannot be opened as another's. Sealed form: `1 | key number | nonce (12) | ciphertext and tag`.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::hmac;
use kernel::{Id, TenantId};

use crate::entropy::Entropy;
use crate::{Error, Result};

const FORMAT: u8 = 1;
const HEADER: usize = 14;

/// A key of the installation. Never printed.
#[derive(Clone)]
pub struct MasterKey {
    number: u8,
    bytes: [u8; 32],
}

impl MasterKey {
    /// A key with the number that sealed values name it by.
    pub const fn new(number: u8, bytes: [u8; 32]) -> Self {
        Self { number, bytes }
    }

    /// From 64 hexadecimal digits, as `secrets.key` gives it.
    ///
    /// # Errors
    /// When it is not that.
    pub fn parse(number: u8, text: &str) -> Result<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.trim(), &mut bytes)
            .map_err(|_| Error::internal("secrets.key must be 64 hexadecimal digits"))?;
        Ok(Self { number, bytes })
    }
}

/// Seals, opens, and signs.
pub struct Secrets {
    current: MasterKey,
    older: Vec<MasterKey>,
}

struct Len(usize);

impl KeyType for Len {
    fn len(&self) -> usize {
        self.0
    }
}

impl Secrets {
    /// Seals with `current`; opens what `current` or `older` keys sealed.
    pub fn new(current: MasterKey, older: Vec<MasterKey>) -> Self {
        Self { current, older }
    }

    /// A key for one purpose of the whole installation (tokens, cookies), derived from the current master key.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        expand(&self.current, &[b"purpose", purpose.as_bytes()])
    }

    /// HMAC-SHA-256 of `data` for `purpose`.
    pub fn sign(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.derive(purpose));
        let tag = hmac::sign(&key, data);
        tag.as_ref().try_into().expect("HMAC-SHA-256 is 32 bytes long")
    }

    /// Whether `signature` is that of `data` for `purpose`; takes the same time whatever it is.
    pub fn verify(&self, purpose: &str, data: &[u8], signature: &[u8]) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.derive(purpose));
        hmac::verify(&key, data, signature).is_ok()
    }

    /// Seals `plain` for one tenant and purpose. `purpose` should name table and row, so that a sealed value cannot be
    /// moved elsewhere.
    pub fn seal(&self, entropy: &Entropy, tenant: TenantId, purpose: &str, plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; 12] = entropy.bytes();
        let mut sealed = Vec::with_capacity(HEADER + plain.len() + 16);
        sealed.extend([FORMAT, self.current.number]);
        sealed.extend(nonce);
        let mut text = plain.to_vec();
        tenant_key(&self.current, tenant)
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(purpose.as_bytes()),
                &mut text,
            )
            .expect("AES-256-GCM seals any text shorter than 64 GiB");
        sealed.append(&mut text);
        sealed
    }

    /// Opens what [`Secrets::seal`] sealed for the same tenant and purpose.
    ///
    /// # Errors
    /// When it was sealed for another tenant or purpose, under a key that is gone, or was changed.
    pub fn open(&self, tenant: TenantId, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let refused = || Error::internal(format!("a sealed value ({purpose}) could not be opened"));
        let (header, text) = sealed.split_at_checked(HEADER).ok_or_else(refused)?;
        let keys = std::iter::once(&self.current).chain(&self.older);
        let key = keys
            .into_iter()
            .find(|key| header[0] == FORMAT && key.number == header[1])
            .ok_or_else(refused)?;
        let nonce = Nonce::try_assume_unique_for_key(&header[2..]).map_err(|_| refused())?;
        let mut text = text.to_vec();
        let plain = tenant_key(key, tenant)
            .open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut text)
            .map_err(|_| refused())?;
        Ok(plain.to_vec())
    }
}

/// Seals under a key of its own (a person's), random nonce in front.
pub(crate) fn seal_with(key: &[u8], nonce: &[u8; 12], plain: &[u8]) -> Result<Vec<u8>> {
    let key =
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).map_err(|_| Error::internal("a person's key is damaged"))?);
    let mut text = plain.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(*nonce), Aad::empty(), &mut text)
        .expect("AES-256-GCM seals any text shorter than 64 GiB");
    Ok([nonce.as_slice(), &text].concat())
}

fn tenant_key(master: &MasterKey, tenant: TenantId) -> LessSafeKey {
    let key = expand(master, &[b"tenant", tenant.uuid().as_bytes()]);
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).expect("the key is 32 bytes long"))
}

fn expand(master: &MasterKey, info: &[&[u8]]) -> [u8; 32] {
    let pseudo_random = Salt::new(HKDF_SHA256, b"entrepot").extract(&master.bytes);
    let mut key = [0; 32];
    pseudo_random
        .expand(info, Len(32))
        .and_then(|material| material.fill(&mut key))
        .expect("HKDF-SHA-256 expands to 32 bytes");
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn secrets() -> Secrets {
        Secrets::new(MasterKey::new(2, [2; 32]), vec![MasterKey::new(1, [1; 32])])
    }

    #[test]
    fn a_sealed_value_opens_for_its_tenant_and_purpose_only() {
        let (one, other) = (
            TenantId::from_uuid(Uuid::from_u128(1)),
            TenantId::from_uuid(Uuid::from_u128(2)),
        );
        let secrets = secrets();
        let sealed = secrets.seal(&Entropy::from_seed(1), one, "registrar/key", b"secret");
        assert_eq!(secrets.open(one, "registrar/key", &sealed).unwrap(), b"secret");
        assert!(secrets.open(other, "registrar/key", &sealed).is_err());
        assert!(secrets.open(one, "gateway/key", &sealed).is_err());
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
    }

    #[test]
    fn values_sealed_before_a_rotation_still_open() {
        let tenant = TenantId::from_uuid(Uuid::from_u128(1));
        let before = Secrets::new(MasterKey::new(1, [1; 32]), vec![]);
        let sealed = before.seal(&Entropy::from_seed(1), tenant, "x", b"old");
        assert_eq!(secrets().open(tenant, "x", &sealed).unwrap(), b"old");
    }

    #[test]
    fn a_signature_holds_for_its_purpose_only() {
        let secrets = secrets();
        let signature = secrets.sign("price", b"12.00");
        assert!(secrets.verify("price", b"12.00", &signature));
        assert!(!secrets.verify("price", b"12.01", &signature));
        assert!(!secrets.verify("link", b"12.00", &signature));
    }
}
