//! Google reCAPTCHA v3. A token passes once, within two minutes, and carries a score: v2 tokens carry no action, which
//! we insist on, so they do not pass.

use std::net::IpAddr;

use async_trait::async_trait;
use platform::ports::{Captcha, CaptchaToken, CaptchaWidget, Humanity};

use super::siteverify::{Judge, Site, Verdict};
use crate::Unfit;
use crate::transport::Transport;

/// Where the service is.
pub const BASE_URL: &str = "https://www.google.com";

/// What Google says a content security policy must allow; its script loads the rest of itself from another host.
const SOURCES: &[(&str, &str)] = &[
    ("script-src", "https://www.google.com/recaptcha/"),
    ("script-src", "https://www.gstatic.com/recaptcha/"),
    ("frame-src", "https://www.google.com/recaptcha/"),
    ("frame-src", "https://recaptcha.google.com/recaptcha/"),
    ("connect-src", "https://www.google.com/recaptcha/"),
];

/// Google's published test secret: every token passes.
const DUMMY_SECRET: &str = "6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe";

/// Scores go from 0, a program, to 1, a person; Google suggests this threshold.
const LEAST_SCORE: f64 = 0.5;

/// The adapter.
pub struct Recaptcha(Judge);

impl Recaptcha {
    /// Checks the site's settings; makes no call.
    pub fn try_new(site: Site, transport: Transport) -> Result<Self, Unfit> {
        let is_dummy = site.secret == DUMMY_SECRET;
        Judge::try_new(site, "/recaptcha/api/siteverify", is_dummy, transport).map(Self)
    }
}

#[async_trait]
impl Captcha for Recaptcha {
    fn widget(&self) -> Option<CaptchaWidget> {
        Some(CaptchaWidget {
            field: "g-recaptcha-response",
            token: CaptchaToken::Asked,
            site_key: self.0.site.site_key.clone(),
            script: Some(format!("{BASE_URL}/recaptcha/api.js?render={}", self.0.site.site_key)),
            sources: SOURCES,
        })
    }

    async fn verify(&self, token: &str, action: &str, remote_ip: Option<IpAddr>) -> Humanity {
        // The dummy secret's verdicts carry no score.
        let accept = |verdict: &Verdict| self.0.is_dummy || verdict.score.is_some_and(|score| score >= LEAST_SCORE);
        self.0.judge(token, action, remote_ip, &[], accept).await
    }
}
