//! Forms can only be sent from our own pages.
//!
//! Two walls, for every page request that is no GET: the browser's word on where the request comes from
//! (`Sec-Fetch-Site`, `Origin`), and a token that only a page shown to this very browser can hold: an HMAC over a nonce
//! and the browser's session or visitor cookie. The nonce makes each token look different, so compression tells nothing.
//! API requests carry a bearer token and no cookies, so they need neither.

use aws_lc_rs::{constant_time, hmac};
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Problem, ProblemKind};

use crate::app::App;
use crate::request::RequestInfo;

/// Name of the hidden form field.
pub(crate) const FIELD: &str = "csrf";
/// Name of the header that scripts send instead.
pub(crate) const HEADER: &str = "x-csrf-token";

const NONCE: usize = 16;
const TAG: usize = 32;

/// A token for the browser that holds `binding`.
pub(crate) fn token(key: &[u8; 32], binding: &str, nonce: [u8; NONCE]) -> String {
    let mut token = [0; NONCE + TAG];
    token[..NONCE].copy_from_slice(&nonce);
    token[NONCE..].copy_from_slice(tag(key, &nonce, binding).as_ref());
    URL_SAFE_NO_PAD.encode(token)
}

/// A token for the form of this request's answer; a browser we have not seen gets its visitor's mark with it.
pub(crate) fn issue(app: &App, request: &RequestInfo) -> String {
    let new_visitor = || {
        request
            .notes
            .new_visitor
            .get_or_init(|| hex::encode(app.platform().entropy().bytes::<16>()))
    };
    let binding = request.csrf_binding().unwrap_or_else(|| new_visitor());
    token(&app.config().csrf_key, binding, app.platform().entropy().bytes())
}

/// Whether `token` was made for the browser that holds `binding`.
pub(crate) fn holds(key: &[u8; 32], binding: &str, token: &str) -> bool {
    let mut bytes = [0; NONCE + TAG];
    let Ok(NONCE_AND_TAG) = URL_SAFE_NO_PAD.decode_slice(token, &mut bytes) else {
        return false;
    };
    let expected = tag(key, &bytes[..NONCE], binding);
    constant_time::verify_slices_are_equal(expected.as_ref(), &bytes[NONCE..]).is_ok()
}

const NONCE_AND_TAG: usize = NONCE + TAG;

fn tag(key: &[u8; 32], nonce: &[u8], binding: &str) -> hmac::Tag {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let mut context = hmac::Context::with_key(&key);
    context.update(nonce);
    context.update(binding.as_bytes());
    context.sign()
}

/// The first wall: refuses what a browser says comes from elsewhere. Clients that send neither header are no browsers of
/// today; the token still guards them.
pub(crate) fn check_source(request: &RequestInfo, headers: &HeaderMap) -> Result<(), Problem> {
    if let Some(site) = headers.get("sec-fetch-site") {
        return if site == "same-origin" || site == "none" {
            Ok(())
        } else {
            Err(foreign())
        };
    }
    match headers.get(header::ORIGIN) {
        Some(origin) if origin.as_bytes() == request.base_url().as_bytes() => Ok(()),
        Some(_) => Err(foreign()),
        None => Ok(()),
    }
}

fn foreign() -> Problem {
    Problem::new(ProblemKind::Forbidden, "foreign_form")
}

/// What a form without a valid token is told: usually it was open too long, or in another login.
pub(crate) fn expired() -> Problem {
    Problem::new(ProblemKind::Forbidden, "form_expired")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn a_token_holds_for_its_browser_only() {
        let token = token(&KEY, "session-a", [1; 16]);
        assert!(holds(&KEY, "session-a", &token));
        assert!(!holds(&KEY, "session-b", &token));
        assert!(!holds(&[8; 32], "session-a", &token));
    }

    #[test]
    fn two_tokens_of_one_browser_look_different_and_both_hold() {
        let (first, second) = (token(&KEY, "a", [1; 16]), token(&KEY, "a", [2; 16]));
        assert_ne!(first, second);
        assert!(holds(&KEY, "a", &first) && holds(&KEY, "a", &second));
    }

    #[test]
    fn a_changed_cut_or_empty_token_does_not_hold() {
        let good = token(&KEY, "a", [1; 16]);
        for bad in ["", "x", &good[1..], &good.replace(&good[..1], "~"), &format!("{good}A")] {
            assert!(!holds(&KEY, "a", bad), "{bad}");
        }
    }
}
