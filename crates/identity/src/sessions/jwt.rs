//! Access tokens: short-lived, signed by us for us. Algorithm, type, issuer and key are fixed; the audience is the
//! tenant. What the token permits is looked up with each request, so a right taken away is gone at once.

use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use kernel::{Instant, SessionId, TenantId, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How long an access token is good.
pub(crate) const LIFETIME: SignedDuration = SignedDuration::from_mins(15);
const TYPE: &str = "at+jwt";
const ISSUER: &str = "entrepot";

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: TenantId,
    sub: UserId,
    sid: SessionId,
    iat: i64,
    exp: i64,
}

/// Whom a valid access token names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bearer {
    pub(crate) tenant: TenantId,
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
}

/// Signs and reads access tokens.
pub(crate) struct Tokens {
    signing: EncodingKey,
    reading: DecodingKey,
    key_id: String,
}

impl Tokens {
    /// With a key derived from the installation's secret.
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let key_id = hex::encode(&Sha256::digest(key)[..6]);
        Self {
            signing: EncodingKey::from_secret(key),
            reading: DecodingKey::from_secret(key),
            key_id,
        }
    }

    pub(crate) fn issue(&self, bearer: Bearer, now: Instant) -> platform::Result<String> {
        let header = Header {
            typ: Some(TYPE.to_owned()),
            kid: Some(self.key_id.clone()),
            ..Header::new(Algorithm::HS256)
        };
        let seconds = now.micros() / 1_000_000;
        let Bearer {
            tenant: aud,
            user: sub,
            session: sid,
        } = bearer;
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud,
            sub,
            sid,
            iat: seconds,
            exp: seconds + LIFETIME.as_secs(),
        };
        encode(&header, &claims, &self.signing).map_err(platform::Error::internal)
    }

    pub(crate) fn read(&self, token: &str, now: Instant) -> Option<Bearer> {
        let header = decode_header(token).ok()?;
        let known = header.alg == Algorithm::HS256
            && header.typ.as_deref() == Some(TYPE)
            && header.kid.as_deref() == Some(&self.key_id);
        if !known {
            return None;
        }
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        // The time is ours to give (tests move it), the audience is compared with the host's tenant by the edge.
        validation.validate_exp = false;
        validation.validate_aud = false;
        let claims = decode::<Claims>(token, &self.reading, &validation).ok()?.claims;
        let seconds = now.micros() / 1_000_000;
        (claims.iat <= seconds + 60 && seconds < claims.exp).then_some(Bearer {
            tenant: claims.aud,
            user: claims.sub,
            session: claims.sid,
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
    use kernel::Id;
    use uuid::Uuid;

    use super::*;

    const NOW: Instant = Instant::from_micros(1_800_000_000_000_000);

    fn bearer() -> Bearer {
        let id = Uuid::from_u128;
        Bearer {
            tenant: TenantId::from_uuid(id(1)),
            user: UserId::from_uuid(id(2)),
            session: SessionId::from_uuid(id(3)),
        }
    }

    #[test]
    fn a_token_is_good_for_a_quarter_of_an_hour() {
        let tokens = Tokens::new(&[1; 32]);
        let token = tokens.issue(bearer(), NOW).unwrap();
        let at = |seconds| tokens.read(&token, NOW.plus(SignedDuration::from_secs(seconds)));
        assert_eq!(at(0), Some(bearer()));
        assert_eq!(at(899), Some(bearer()));
        assert_eq!(at(900), None);
    }

    #[test]
    fn tokens_of_another_key_or_type_or_algorithm_are_refused() {
        let tokens = Tokens::new(&[1; 32]);
        let token = tokens.issue(bearer(), NOW).unwrap();
        assert_eq!(Tokens::new(&[2; 32]).read(&token, NOW), None);
        let parts: Vec<&str> = token.split('.').collect();
        let header = |json: &str| BASE64.encode(json);
        let kid = &tokens.key_id;
        for forged in [
            format!("{}.{}.", header(r#"{"alg":"none","typ":"at+jwt"}"#), parts[1]),
            format!(
                "{}.{}.{}",
                header(&format!(r#"{{"alg":"none","typ":"at+jwt","kid":"{kid}"}}"#)),
                parts[1],
                parts[2]
            ),
            format!(
                "{}.{}.{}",
                header(&format!(r#"{{"alg":"HS512","typ":"at+jwt","kid":"{kid}"}}"#)),
                parts[1],
                parts[2]
            ),
            format!(
                "{}.{}.{}",
                header(&format!(r#"{{"alg":"HS256","typ":"JWT","kid":"{kid}"}}"#)),
                parts[1],
                parts[2]
            ),
            format!("{}.{}.{}", parts[0], BASE64.encode("{}"), parts[2]),
            format!("{}.{}", parts[0], parts[1]),
            String::new(),
        ] {
            assert_eq!(tokens.read(&forged, NOW), None, "{forged}");
        }
    }
}
