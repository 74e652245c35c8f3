//! Price tokens: a price without tax, sealed so that a checkout can take it and cannot be told another.
//!
//! A token is the facts and a keyed hash over them; it is no secret and needs no table. It binds tenant, name, operation,
//! years, total, moments, the versions of the book and of the rates and the hash of the price's trace, so that "the price you were told" is
//! one exact price with one exact explanation, which can be computed again after prices have changed. The tenant is under
//! the hash but not in the text.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use engines::pricing::Operation;
use kernel::{Currency, Id, Instant, Money, Problem, TenantId};

use super::name::DomainName;
use super::of_field;

const PREFIX: &str = "pt3.";
/// Half of an HMAC-SHA-256: RFC 2104 allows it, and 128 bits cannot be guessed in 15 minutes.
const MAC: usize = 16;
/// Bytes before the name: operation and years, total, currency, two moments, version and knowledge of the book, version of
/// the rates, trace.
const HEAD: usize = 2 + 8 + 3 + 2 * 8 + 2 * 8 + 8 + 16;

/// A price as it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceToken {
    /// For which name.
    pub name: DomainName,
    /// For what.
    pub operation: Operation,
    /// For how many years.
    pub years: u8,
    /// For all years, without tax.
    pub total: Money,
    /// When it was told.
    pub at: Instant,
    /// Until when it holds.
    pub valid_until: Instant,
    /// The version of the price book it was read from.
    pub book_version: i64,
    /// The moment whose knowledge that book held.
    pub known_at: Instant,
    /// The version of the exchange rates; 0 where none were looked at.
    pub rates_version: i64,
    /// The first half of the fingerprint of its trace.
    pub trace: [u8; 16],
}

/// Why a token is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// Changed, cut, or of another tenant or installation.
    #[error("not a price token of ours")]
    NotOurs,
    /// Its time is over: ask for the price again.
    #[error("the price held until {until}")]
    Expired {
        /// When it ended.
        until: Instant,
    },
}

impl From<TokenRefusal> for Problem {
    fn from(refusal: TokenRefusal) -> Self {
        let problem = match refusal {
            TokenRefusal::NotOurs => Self::refused("price_token_invalid"),
            TokenRefusal::Expired { until } => Self::refused("price_token_expired").arg("until", until),
        };
        of_field(problem, "/token")
    }
}

/// Makes and reads tokens.
pub(super) struct TokenSeal(hmac::Key);

impl TokenSeal {
    /// With a key of the installation's, kept for this purpose alone.
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The token of a price told by a tenant.
    pub(super) fn seal(&self, tenant: TenantId, price: &PriceToken) -> String {
        let mut bytes = Vec::with_capacity(HEAD + price.name.ascii().len() + MAC);
        bytes.extend_from_slice(&[price.operation as u8, price.years]);
        bytes.extend_from_slice(&price.total.minor.to_be_bytes());
        bytes.extend_from_slice(price.total.currency.code().as_bytes());
        for number in [
            price.at.micros(),
            price.valid_until.micros(),
            price.book_version,
            price.known_at.micros(),
            price.rates_version,
        ] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes.extend_from_slice(&price.trace);
        bytes.extend_from_slice(price.name.ascii().as_bytes());
        let mac = self.mac(tenant, &bytes);
        bytes.extend_from_slice(&mac.as_ref()[..MAC]);
        let mut text = String::with_capacity(PREFIX.len() + bytes.len().div_ceil(3) * 4);
        text.push_str(PREFIX);
        URL_SAFE_NO_PAD.encode_string(&bytes, &mut text);
        text
    }

    /// The price a token holds, when it was made for this tenant and still holds.
    ///
    /// # Errors
    /// When it is not one of ours, or its time is over.
    pub(super) fn open(&self, tenant: TenantId, text: &str, now: Instant) -> Result<PriceToken, TokenRefusal> {
        let bytes = text
            .strip_prefix(PREFIX)
            .filter(|text| text.len() < 1_024)
            .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
            .ok_or(TokenRefusal::NotOurs)?;
        let (facts, mac) = bytes
            .split_at_checked(bytes.len().saturating_sub(MAC))
            .filter(|(facts, _)| facts.len() > HEAD)
            .ok_or(TokenRefusal::NotOurs)?;
        let ours = self.mac(tenant, facts);
        if aws_lc_rs::constant_time::verify_slices_are_equal(&ours.as_ref()[..MAC], mac).is_err() {
            return Err(TokenRefusal::NotOurs);
        }
        let price = read(facts).ok_or(TokenRefusal::NotOurs)?;
        if now >= price.valid_until {
            return Err(TokenRefusal::Expired {
                until: price.valid_until,
            });
        }
        Ok(price)
    }

    fn mac(&self, tenant: TenantId, facts: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(PREFIX.as_bytes());
        context.update(tenant.uuid().as_bytes());
        context.update(facts);
        context.sign()
    }
}

fn read(facts: &[u8]) -> Option<PriceToken> {
    let ([operation, years], rest) = facts.split_first_chunk::<2>()?;
    let (minor, rest) = rest.split_first_chunk::<8>()?;
    let (currency, rest) = rest.split_first_chunk::<3>()?;
    let (at, rest) = number(rest)?;
    let (valid_until, rest) = number(rest)?;
    let (book_version, rest) = number(rest)?;
    let (known_at, rest) = number(rest)?;
    let (rates_version, rest) = number(rest)?;
    let (trace, name) = rest.split_first_chunk::<16>()?;
    Some(PriceToken {
        name: DomainName::parse(std::str::from_utf8(name).ok()?).ok()?,
        operation: *Operation::ALL.get(usize::from(*operation))?,
        years: *years,
        total: Money::new(
            i64::from_be_bytes(*minor),
            Currency::parse(std::str::from_utf8(currency).ok()?).ok()?,
        ),
        at: Instant::from_micros(at),
        valid_until: Instant::from_micros(valid_until),
        book_version,
        known_at: Instant::from_micros(known_at),
        rates_version,
        trace: *trace,
    })
}

fn number(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<8>()?;
    Some((i64::from_be_bytes(*number), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tenant(number: u128) -> TenantId {
        TenantId::from_uuid(uuid::Uuid::from_u128(number))
    }

    fn price() -> PriceToken {
        PriceToken {
            name: DomainName::parse("münchen.de").unwrap(),
            operation: Operation::Transfer,
            years: 3,
            total: Money::new(3_199, Currency::USD),
            at: Instant::EPOCH,
            book_version: 7,
            known_at: Instant::from_micros(-5),
            rates_version: 3,
            valid_until: Instant::from_micros(900_000_000),
            trace: [7; 16],
        }
    }

    #[test]
    fn a_token_gives_back_the_price_it_was_made_of_until_its_time_is_over() {
        let seal = TokenSeal::new(&[1; 32]);
        let token = seal.seal(tenant(1), &price());
        let at = |micros| seal.open(tenant(1), &token, Instant::from_micros(micros));
        assert_eq!(at(0), Ok(price()));
        assert_eq!(at(899_999_999), Ok(price()));
        assert_eq!(
            at(900_000_000),
            Err(TokenRefusal::Expired {
                until: price().valid_until
            })
        );
    }

    #[test]
    fn another_tenant_or_another_key_does_not_know_it() {
        let token = TokenSeal::new(&[1; 32]).seal(tenant(1), &price());
        let now = Instant::EPOCH;
        assert_eq!(
            TokenSeal::new(&[1; 32]).open(tenant(2), &token, now),
            Err(TokenRefusal::NotOurs)
        );
        assert_eq!(
            TokenSeal::new(&[2; 32]).open(tenant(1), &token, now),
            Err(TokenRefusal::NotOurs)
        );
    }

    proptest! {
        #[test]
        fn a_token_changed_anywhere_is_not_ours(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
            let seal = TokenSeal::new(&[1; 32]);
            let mut bytes = URL_SAFE_NO_PAD.decode(seal.seal(tenant(1), &price()).strip_prefix(PREFIX).unwrap()).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            let changed = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
            prop_assert_eq!(seal.open(tenant(1), &changed, Instant::EPOCH), Err(TokenRefusal::NotOurs));
        }

        #[test]
        fn any_text_at_all_is_refused_without_a_panic(text in any::<String>()) {
            prop_assert_eq!(TokenSeal::new(&[1; 32]).open(tenant(1), &format!("{PREFIX}{text}"), Instant::EPOCH), Err(TokenRefusal::NotOurs));
        }
    }
}
