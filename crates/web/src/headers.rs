//! Security headers, on every answer.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponseParts, ResponseParts};
use platform::ports::CaptchaWidget;

use crate::cookies;
use crate::limits::Rate;
use crate::request::{RequestInfo, RouteKind};
use crate::trace::TRACE_ID;

/// Nothing but our own files; no inline script or style, no frames, no plugins.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
                   form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'";

const ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("strict-origin-when-cross-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=()"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

/// Two years, as browsers want it for their own lists; subdomains are tenants' and not promised for.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000");
/// Links and one-purpose pages carry secrets in their address.
const NO_REFERRER: HeaderValue = HeaderValue::from_static("no-referrer");

/// Lets one page load what its CSP would forbid; put it before the answer: `(LooserCsp::default().allow(directive, source), page)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LooserCsp(Vec<(&'static str, String)>);

impl LooserCsp {
    /// Allows a source for a directive: `("frame-src", "https://challenges.example")`.
    #[must_use]
    pub fn allow(mut self, directive: &'static str, source: impl Into<String>) -> Self {
        self.0.push((directive, source.into()));
        self
    }

    /// What a CAPTCHA's widget needs; nothing for a check of our own.
    #[must_use]
    pub fn captcha(self, widget: &CaptchaWidget) -> Self {
        widget
            .sources
            .iter()
            .fold(self, |csp, (directive, source)| csp.allow(directive, *source))
    }

    fn policy(&self) -> Option<HeaderValue> {
        let mut directives: Vec<String> = CSP.split("; ").map(str::to_owned).collect();
        for (directive, source) in &self.0 {
            match directives
                .iter_mut()
                .find(|text| text.split(' ').next() == Some(directive))
            {
                Some(text) => *text = format!("{text} {source}"),
                None => directives.push(format!("{directive} {source}")),
            }
        }
        HeaderValue::try_from(directives.join("; ")).ok()
    }
}

impl IntoResponseParts for LooserCsp {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        parts.extensions_mut().insert(self);
        Ok(parts)
    }
}

/// Adds what every answer carries. `looser` is what the handler asked for.
pub(crate) fn add(headers: &mut HeaderMap, request: &RequestInfo, looser: Option<&LooserCsp>) {
    headers.reserve(14);
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(value);
    }
    let csp = looser
        .and_then(LooserCsp::policy)
        .unwrap_or(HeaderValue::from_static(CSP));
    headers.insert(header::CONTENT_SECURITY_POLICY, csp);
    if request.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    if request.notes.secret_path() {
        headers.insert(header::REFERRER_POLICY, NO_REFERRER);
    }
    if let Ok(trace_id) = HeaderValue::try_from(request.trace_id().to_string()) {
        headers.insert(HeaderName::from_static(TRACE_ID), trace_id);
    }
    if let Some(visitor) = request.notes.new_visitor.get() {
        cookies::append(headers, cookies::set_visitor(visitor, request.secure_cookies()));
    }
    if request.notes.flash_shown() {
        cookies::append(
            headers,
            cookies::set(cookies::Name::Flash, "", 0, request.secure_cookies()),
        );
    }
    if let Some(rate) = request.notes.rate.get() {
        add_rate(headers, *rate);
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert_with(|| cache_control(request));
}

/// Answers for one person are stored nowhere; pages for anybody may be kept by that browser but are asked again.
fn cache_control(request: &RequestInfo) -> HeaderValue {
    let private_page = request.kind() == RouteKind::Page && !request.notes.authenticated();
    HeaderValue::from_static(if private_page { "private, no-cache" } else { "no-store" })
}

fn add_rate(headers: &mut HeaderMap, rate: Rate) {
    headers.insert(
        HeaderName::from_static("ratelimit-limit"),
        HeaderValue::from(rate.limit),
    );
    headers.insert(
        HeaderName::from_static("ratelimit-remaining"),
        HeaderValue::from(rate.remaining),
    );
    headers.insert(
        HeaderName::from_static("ratelimit-reset"),
        HeaderValue::from(rate.reset_seconds),
    );
}

#[cfg(test)]
mod tests {
    use platform::ports::CaptchaToken;

    use super::*;

    #[test]
    fn one_page_can_loosen_its_own_policy() {
        let widget = CaptchaWidget {
            field: "token",
            token: CaptchaToken::Drawn("widget"),
            site_key: "key".into(),
            script: Some("https://challenges.example/api.js".into()),
            sources: &[
                ("script-src", "https://challenges.example"),
                ("frame-src", "https://challenges.example"),
            ],
        };
        let looser = LooserCsp::default().captcha(&widget);
        let policy = looser.policy().unwrap();
        let policy = policy.to_str().unwrap();
        assert!(
            policy.contains("script-src 'self' https://challenges.example;"),
            "{policy}"
        );
        assert!(policy.ends_with("frame-src https://challenges.example"), "{policy}");
        assert!(!CSP.contains("unsafe"));
    }
}
