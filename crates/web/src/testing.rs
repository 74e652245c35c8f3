//! What tests of the edge and of rooms' handlers need: a clock moved by hand, requests in one line, answers to read.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use jiff::SignedDuration;
use kernel::{Clock, Instant};
use platform::clock::ManualClock;
use serde_json::Value;
use tower::ServiceExt;

/// A clock moved by hand, in whole seconds.
pub struct HandClock(ManualClock);

impl HandClock {
    /// A clock that stands at an RFC 3339 instant.
    pub fn at(instant: &str) -> Arc<Self> {
        Arc::new(Self(ManualClock::at(instant.parse().expect("an RFC 3339 instant"))))
    }

    /// Moves it on.
    pub fn advance_seconds(&self, seconds: i64) {
        self.0.advance(SignedDuration::from_secs(seconds));
    }
}

impl Clock for HandClock {
    fn now(&self) -> Instant {
        self.0.now()
    }
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A header as text; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
    }

    /// The problem's code.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The cookies set, as a browser would send them back.
    pub fn cookies(&self) -> String {
        let set = self
            .headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok());
        set.filter_map(|text| text.split(';').next())
            .collect::<Vec<_>>()
            .join("; ")
    }
}

/// A request being put together.
#[must_use]
pub struct Ask {
    request: axum::http::request::Builder,
    body: Body,
}

impl Ask {
    /// A request to a host.
    pub fn new(method: Method, host: &str, path: &str) -> Self {
        let request = Request::builder().method(method).uri(path).header(header::HOST, host);
        Self {
            request,
            body: Body::empty(),
        }
    }

    /// A GET.
    pub fn get(host: &str, path: &str) -> Self {
        Self::new(Method::GET, host, path)
    }

    /// A POST of JSON.
    pub fn post_json(host: &str, path: &str, json: impl ToString) -> Self {
        Self::new(Method::POST, host, path)
            .header("content-type", "application/json")
            .body(json.to_string())
    }

    /// A POST of a form.
    pub fn post_form(host: &str, path: &str, encoded: impl Into<String>) -> Self {
        Self::new(Method::POST, host, path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(encoded.into())
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// With a bearer token.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// With this body.
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends it.
    pub async fn send(self, router: &Router) -> Answer {
        let request = self.request.body(self.body).expect("a request given by a test");
        let response = router
            .clone()
            .oneshot(request)
            .await
            .expect("routers answer everything");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX)
            .await
            .map(|bytes| bytes.to_vec())
            .unwrap_or_default();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}
