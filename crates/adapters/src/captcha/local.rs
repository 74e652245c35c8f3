//! The check that needs no service, no script and no puzzle: a signed, time-stamped honeypot.
//!
//! A form carries a text field, hidden by style, whose value is a token signed for this form and moment. A person never
//! sees it and sends it back unchanged. A program that fills every field overwrites it; one that posts without reading
//! the page has none; one that posts at once is too young; one that replays is told by the token's number.
//! It stops the common kind of abuse, not a program written against this very form: rate limits stand behind it.
//!
//! Spent tokens are remembered in this process. Several processes share the key and not this memory, so a token may
//! pass once in each until it is too old.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use kernel::{Clock, Instant};
use platform::ports::{Captcha, CaptchaToken, CaptchaWidget, Humanity};

/// How old a token may be.
#[derive(Clone, Copy, Debug)]
pub struct Ages {
    /// Nobody reads and fills a form faster. Zero for tests that drive a browser.
    pub least: SignedDuration,
    /// Nobody leaves a form open for longer and means it.
    pub most: SignedDuration,
}

impl Default for Ages {
    fn default() -> Self {
        Self {
            least: SignedDuration::from_millis(800),
            most: SignedDuration::from_hours(4),
        }
    }
}

/// The check.
pub struct Local {
    key: hmac::Key,
    ages: Ages,
    clock: Arc<dyn Clock>,
    issued: AtomicU64,
    /// Each spent token's number, and until when it must be remembered.
    spent: Mutex<HashMap<[u8; 16], Instant>>,
}

/// A text field: its name should tempt a program, and be no field of ours.
const FIELD: &str = "homepage_url";
/// Spent tokens remembered. Each cost its sender a page and a minute of our patience; beyond it the check closes.
const MOST_SPENT: usize = 100_000;

impl Local {
    /// A check signing with `key`, a secret of the installation.
    pub fn new(key: &[u8; 32], ages: Ages, clock: Arc<dyn Clock>) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        Self {
            key,
            ages,
            clock,
            issued: AtomicU64::new(0),
            spent: Mutex::default(),
        }
    }

    fn judge(&self, token: &str, action: &str) -> Option<Humanity> {
        let bytes: [u8; 48] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
        let (number, proof) = bytes.split_first_chunk::<16>()?;
        hmac::verify(&self.key, &signed(number, action), proof).ok()?;
        let issued = Instant::from_micros(i64::from_be_bytes(*number.first_chunk()?));
        let (now, expires) = (self.clock.now(), issued.plus(self.ages.most));
        if now < issued.plus(self.ages.least) || now >= expires {
            return None;
        }
        Some(self.spend(*number, expires, now))
    }

    fn spend(&self, number: [u8; 16], expires: Instant, now: Instant) -> Humanity {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if spent.len() >= MOST_SPENT {
            spent.retain(|_, expires| *expires > now);
        }
        if spent.len() >= MOST_SPENT {
            return Humanity::Unknown;
        }
        if spent.insert(number, expires).is_some() {
            Humanity::NotShown
        } else {
            Humanity::Human
        }
    }
}

/// What the signature covers: purpose, form, and the token's number (its moment and a count).
fn signed(number: &[u8; 16], action: &str) -> Vec<u8> {
    [b"form-token-v1\0", number.as_slice(), action.as_bytes()].concat()
}

#[async_trait]
impl Captcha for Local {
    fn widget(&self) -> Option<CaptchaWidget> {
        Some(CaptchaWidget {
            field: FIELD,
            token: CaptchaToken::Issued,
            site_key: String::new(),
            script: None,
            sources: &[],
        })
    }

    fn issue(&self, action: &str) -> Option<String> {
        let mut number = [0; 16];
        number[..8].copy_from_slice(&self.clock.now().micros().to_be_bytes());
        number[8..].copy_from_slice(&self.issued.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        let proof = hmac::sign(&self.key, &signed(&number, action));
        Some(URL_SAFE_NO_PAD.encode([number.as_slice(), proof.as_ref()].concat()))
    }

    async fn verify(&self, token: &str, action: &str, _remote_ip: Option<IpAddr>) -> Humanity {
        self.judge(token, action).unwrap_or(Humanity::NotShown)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::HandClock;

    fn check() -> (Local, Arc<HandClock>) {
        let clock = Arc::new(HandClock::at("2026-11-21T09:00:00Z"));
        (Local::new(&[7; 32], Ages::default(), clock.clone()), clock)
    }

    fn judged(check: &Local, token: &str, action: &str) -> Humanity {
        check.judge(token, action).unwrap_or(Humanity::NotShown)
    }

    #[test]
    fn a_token_passes_once_for_its_own_form() {
        let (check, clock) = check();
        let (token, other) = (check.issue("sign_up").unwrap(), check.issue("sign_up").unwrap());
        assert_ne!(token, other);
        clock.advance(SignedDuration::from_secs(5));
        assert_eq!(judged(&check, &token, "reset_password"), Humanity::NotShown);
        assert_eq!(judged(&check, &token, "sign_up"), Humanity::Human);
        assert_eq!(judged(&check, &token, "sign_up"), Humanity::NotShown);
        assert_eq!(judged(&check, &other, "sign_up"), Humanity::Human);
    }

    #[test]
    fn a_token_too_young_or_too_old_does_not_pass() {
        let (check, clock) = check();
        let token = check.issue("sign_up").unwrap();
        clock.advance(SignedDuration::from_millis(799));
        assert_eq!(
            judged(&check, &token, "sign_up"),
            Humanity::NotShown,
            "it may still grow up"
        );
        clock.advance(SignedDuration::from_millis(1));
        assert_eq!(judged(&check, &token, "sign_up"), Humanity::Human);
        let token = check.issue("sign_up").unwrap();
        clock.advance(SignedDuration::from_hours(4));
        assert_eq!(judged(&check, &token, "sign_up"), Humanity::NotShown);
    }

    #[test]
    fn another_installations_token_does_not_pass() {
        let (check, clock) = check();
        let foreign = Local::new(&[8; 32], Ages::default(), clock.clone())
            .issue("sign_up")
            .unwrap();
        clock.advance(SignedDuration::from_secs(5));
        assert_eq!(judged(&check, &foreign, "sign_up"), Humanity::NotShown);
    }

    proptest! {
        #[test]
        fn a_changed_or_filled_field_does_not_pass(at in 0_usize..64, to in "[A-Za-z0-9_-]", filled in "\\PC*") {
            let (check, clock) = check();
            let token = check.issue("sign_up").unwrap();
            clock.advance(SignedDuration::from_secs(5));
            let changed = format!("{}{to}{}", &token[..at], &token[at + 1..]);
            if changed != token {
                prop_assert_eq!(judged(&check, &changed, "sign_up"), Humanity::NotShown);
            }
            prop_assert_eq!(judged(&check, &filled, "sign_up"), Humanity::NotShown);
        }
    }
}
