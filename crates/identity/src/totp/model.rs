//! One-time codes (RFC 6238: SHA-1, six digits, 30 seconds, one step of tolerance) and recovery codes, pure.
//!
//! A code counts once: the step it belongs to must be later than the last one used. Recovery codes are 50 random bits
//! each, kept as digests, crossed out when used.

use kernel::Instant;
use totp_rs::{Builder, Secret, Totp};

use crate::tokens::{SecretDigest, digest};

/// Bytes of a shared secret (160 bits, as RFC 4226 recommends).
pub const SECRET_BYTES: usize = 20;
/// How many recovery codes a person gets.
pub const RECOVERY_CODES: usize = 10;

const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

fn totp(secret: &[u8]) -> Totp {
    Builder::new()
        .with_secret(Secret::from(secret.to_vec()))
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .build_noncompliant()
}

/// The step `code` belongs to, if it is valid now and later than `last_used`.
pub fn accept(secret: &[u8], code: &str, now: Instant, last_used: Option<i64>) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let seconds = u64::try_from(now.micros() / 1_000_000).ok()?;
    let step = i64::try_from(totp(secret).check(&digits, seconds)?).ok()?;
    last_used.is_none_or(|last| step > last).then_some(step)
}

/// The code of this moment; tests and the simulator play the phone with it.
pub fn code_at(secret: &[u8], now: Instant) -> String {
    totp(secret)
        .generate(u64::try_from(now.micros() / 1_000_000).unwrap_or(0))
        .to_string()
}

/// The secret as people type it, in groups of four.
pub fn secret_text(secret: &[u8]) -> String {
    let text = Secret::from(secret.to_vec()).to_base32();
    text.as_bytes()
        .chunks(4)
        .map(|chunk| String::from_utf8_lossy(chunk).into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The `otpauth` URI that authenticator apps read.
pub fn uri(secret: &[u8], issuer: &str, account: &str) -> String {
    let base32 = Secret::from(secret.to_vec()).to_base32();
    let (issuer, account) = (encode(issuer), encode(account));
    format!("otpauth://totp/{issuer}:{account}?secret={base32}&issuer={issuer}&algorithm=SHA1&digits=6&period=30")
}

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The path of an SVG of `size` × `size` modules (quiet zone of four included) that shows `text` as a QR code.
pub fn qr(text: &str) -> Option<(i32, String)> {
    let code = qrcodegen::QrCode::encode_text(text, qrcodegen::QrCodeEcc::Medium).ok()?;
    let dark = (0..code.size())
        .flat_map(|y| (0..code.size()).map(move |x| (x, y)))
        .filter(|(x, y)| code.get_module(*x, *y));
    let path = dark.map(|(x, y)| format!("M{} {}h1v1h-1z", x + 4, y + 4)).collect();
    Some((code.size() + 8, path))
}

/// A recovery code from random bytes: `abcde-fghjk`.
pub fn recovery_code(random: [u8; 10]) -> String {
    let letter = |byte: u8| char::from(ALPHABET[usize::from(byte % 32)]);
    let text: String = random.into_iter().map(letter).collect();
    format!("{}-{}", &text[..5], &text[5..])
}

/// What is kept of a recovery code, however it is typed. Bound to the person, so equal codes never look equal.
pub fn recovery_digest(person: kernel::UserId, typed: &str) -> SecretDigest {
    let folded: String = typed
        .to_lowercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    digest(&format!("{person} {folded}"))
}

#[cfg(test)]
mod tests {
    use kernel::{Id, UserId};
    use uuid::Uuid;

    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, the last six of eight digits.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(code_at(SECRET, at(seconds)), code);
            assert_eq!(accept(SECRET, code, at(seconds), None), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_counts_once_and_so_does_every_earlier_one() {
        let code = code_at(SECRET, at(59));
        assert_eq!(accept(SECRET, &code, at(59), Some(1)), None);
        assert_eq!(accept(SECRET, &code, at(59), Some(0)), Some(1));
    }

    #[test]
    fn a_code_of_the_step_before_or_after_is_accepted_and_no_further() {
        let code = code_at(SECRET, at(3_000));
        let accepted: Vec<bool> = [2_939, 2_970, 3_000, 3_059, 3_060]
            .map(|s| accept(SECRET, &code, at(s), None).is_some())
            .into();
        assert_eq!(accepted, [false, true, true, true, false]);
    }

    #[test]
    fn text_that_is_no_code_is_refused_without_a_look() {
        for text in ["", "12345", "1234567", "abcdef", "１２３４５６", "\u{0}"] {
            assert_eq!(accept(SECRET, text, at(59), None), None, "{text}");
        }
        assert!(accept(SECRET, " 287 082 ", at(59), None).is_some());
    }

    #[test]
    fn the_uri_escapes_what_people_put_into_names() {
        let uri = uri(SECRET, "Leaf & Lark: names", "ann@example.com");
        assert!(uri.starts_with("otpauth://totp/Leaf%20%26%20Lark%3A%20names:ann%40example%2Ecom?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&"), "{uri}");
    }

    #[test]
    fn the_secret_reads_in_groups_and_the_qr_code_has_a_quiet_zone() {
        assert_eq!(secret_text(SECRET), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let (size, path) = qr("otpauth://totp/x?secret=GEZDGNBV").unwrap();
        assert!(size > 21 + 8 && path.starts_with("M4 4h1v1h-1z"));
    }

    #[test]
    fn a_recovery_code_is_found_however_it_is_typed_and_only_by_its_owner() {
        let [ann, bob] = [1, 2].map(|n| UserId::from_uuid(Uuid::from_u128(n)));
        let code = recovery_code([0, 31, 32, 63, 7, 8, 9, 10, 11, 12]);
        assert_eq!(code, "a9a9h-jkmnp");
        assert_eq!(recovery_digest(ann, &code), recovery_digest(ann, " A9A9H JKMNP "));
        assert_ne!(recovery_digest(ann, &code), recovery_digest(bob, &code));
    }
}
