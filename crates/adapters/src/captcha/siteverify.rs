//! What Turnstile and reCAPTCHA share: a form posted to `siteverify`, and an answer that is believed only as far as it
//! speaks of our site and of the form that was sent.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use platform::ports::Humanity;
use serde::Deserialize;

use crate::Unfit;
use crate::transport::{self, Answer, Call, Transport};

/// A site's keys at one of the services.
#[derive(Clone)]
pub struct Site {
    /// The service's address, without the path; a simulator's in tests.
    pub base_url: String,
    /// The public key.
    pub site_key: String,
    /// The secret key.
    pub secret: String,
    /// The host names our forms are served from. An answer about any other is no pass.
    pub hostnames: Vec<String>,
    /// Whether the service's published dummy keys are welcome. In production they let everybody in.
    pub test_mode: bool,
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site")
            .field("base_url", &self.base_url)
            .field("site_key", &self.site_key)
            .finish_non_exhaustive()
    }
}

/// What `siteverify` answers. Fields beyond these are ignored.
#[derive(Debug, Deserialize)]
pub(super) struct Verdict {
    pub(super) success: bool,
    #[serde(default)]
    hostname: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    pub(super) score: Option<f64>,
    #[serde(rename = "error-codes", default)]
    error_codes: Vec<String>,
}

/// A service's end point and a site's keys there.
pub(super) struct Judge {
    pub(super) site: Site,
    url: String,
    pub(super) is_dummy: bool,
    transport: Transport,
}

/// No service's tokens are longer.
const LONGEST_TOKEN: usize = 4096;
/// A person waits for this; two tries must fit.
const PATIENCE: Duration = Duration::from_secs(4);

impl Judge {
    pub(super) fn try_new(site: Site, path: &str, is_dummy: bool, transport: Transport) -> Result<Self, Unfit> {
        let base = site.base_url.trim_end_matches('/');
        if !transport::may_carry_secrets(base) {
            return Err(Unfit(format!("captcha: {base} is not an https address")));
        }
        if site.hostnames.is_empty() {
            return Err(Unfit(
                "captcha: name at least one host that serves the forms".to_owned(),
            ));
        }
        if is_dummy && !site.test_mode {
            return Err(Unfit(
                "captcha: this is a published dummy secret, which lets everybody in; it is for test mode only"
                    .to_owned(),
            ));
        }
        let url = format!("{base}{path}");
        Ok(Self {
            site,
            url,
            is_dummy,
            transport,
        })
    }

    /// Judges a token; `further` are fields of one service, `accept` its last word on a verdict that is otherwise good.
    pub(super) async fn judge(
        &self,
        token: &str,
        action: &str,
        remote_ip: Option<IpAddr>,
        further: &[(&str, &str)],
        accept: impl Fn(&Verdict) -> bool,
    ) -> Humanity {
        if token.is_empty() || token.len() > LONGEST_TOKEN {
            return Humanity::NotShown;
        }
        let ip = remote_ip.map(|ip| ip.to_string());
        let mut fields = vec![("secret", self.site.secret.as_str()), ("response", token)];
        fields.extend(ip.as_deref().map(|ip| ("remoteip", ip)));
        fields.extend_from_slice(further);
        match self.ask(&fields).await {
            Some(verdict) => self.weigh(&verdict, action, accept),
            None => Humanity::Unknown,
        }
    }

    /// Asks, and once more when there was no answer.
    async fn ask(&self, fields: &[(&str, &str)]) -> Option<Verdict> {
        for attempt in 1..=2 {
            match self.transport.send(Call::post_form(&self.url, fields), PATIENCE).await {
                Ok(Answer { status: 200, body, .. }) => return serde_json::from_slice(&body).ok(),
                Ok(answer) => tracing::warn!(attempt, status = answer.status, "the captcha service refused to judge"),
                Err(error) => tracing::warn!(attempt, %error, "the captcha service did not answer"),
            }
        }
        None
    }

    fn weigh(&self, verdict: &Verdict, action: &str, accept: impl Fn(&Verdict) -> bool) -> Humanity {
        if !verdict.success {
            // These blame our keys or the service and not the visitor.
            let ours = [
                "missing-input-secret",
                "invalid-input-secret",
                "bad-request",
                "internal-error",
            ];
            let unjudged = verdict.error_codes.iter().any(|code| ours.contains(&code.as_str()));
            return if unjudged {
                Humanity::Unknown
            } else {
                Humanity::NotShown
            };
        }
        // The services answer for dummy keys with a host and an action of their own.
        let about_us = self.is_dummy
            || (verdict.action == action
                && self
                    .site
                    .hostnames
                    .iter()
                    .any(|ours| ours.eq_ignore_ascii_case(&verdict.hostname)));
        if about_us && accept(verdict) {
            Humanity::Human
        } else {
            Humanity::NotShown
        }
    }
}
