//! Cloudflare Turnstile. A token passes once, within five minutes.

use std::net::IpAddr;

use async_trait::async_trait;
use platform::ports::{Captcha, CaptchaToken, CaptchaWidget, Humanity};
use sha2::{Digest as _, Sha256};

use super::siteverify::{Judge, Site};
use crate::Unfit;
use crate::transport::Transport;

/// Where the service is.
pub const BASE_URL: &str = "https://challenges.cloudflare.com";

/// The adapter.
pub struct Turnstile(Judge);

impl Turnstile {
    /// Checks the site's settings; makes no call.
    pub fn try_new(site: Site, transport: Transport) -> Result<Self, Unfit> {
        let is_dummy = ["1x0000", "2x0000", "3x0000"]
            .iter()
            .any(|dummy| site.secret.starts_with(dummy));
        Judge::try_new(site, "/turnstile/v0/siteverify", is_dummy, transport).map(Self)
    }
}

/// A UUID that belongs to the token: the service gives a repeated question with the same key its first answer again,
/// where a token asked about twice would be spent.
fn idempotency_key(token: &str) -> String {
    let hash = Sha256::digest(token.as_bytes());
    let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!(
        "{}-{}-4{}-8{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..]
    )
}

#[async_trait]
impl Captcha for Turnstile {
    fn widget(&self) -> Option<CaptchaWidget> {
        Some(CaptchaWidget {
            field: "cf-turnstile-response",
            token: CaptchaToken::Drawn("cf-turnstile"),
            site_key: self.0.site.site_key.clone(),
            script: Some(format!("{BASE_URL}/turnstile/v0/api.js")),
            sources: &[
                ("script-src", BASE_URL),
                ("frame-src", BASE_URL),
                ("connect-src", BASE_URL),
            ],
        })
    }

    async fn verify(&self, token: &str, action: &str, remote_ip: Option<IpAddr>) -> Humanity {
        let key = idempotency_key(token);
        self.0
            .judge(token, action, remote_ip, &[("idempotency_key", &key)], |_| true)
            .await
    }
}
