//! Errors in the documents' words.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};

/// A status and the body that goes with it.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    body: Value,
}

impl Refusal {
    /// A code and a message.
    pub(super) fn new(status: StatusCode, code: &str, message: &str) -> Self {
        Self {
            status,
            body: json!({ "code": code, "message": message }),
        }
    }

    /// 401: no key, or not its secret.
    pub(super) fn unauthenticated() -> Self {
        let message = "Unauthorized : Could not authenticate API key/secret";
        Self::new(StatusCode::UNAUTHORIZED, "UNABLE_TO_AUTHENTICATE", message)
    }

    /// 403: an account that may not use this.
    pub(super) fn access_denied() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "ACCESS_DENIED",
            "Authenticated user is not allowed access",
        )
    }

    /// 400: a body that does not fit the schema, and where.
    pub(super) fn invalid_body(code: &str, message: &str, path: &str) -> Self {
        let body = json!({
            "code": "INVALID_BODY",
            "message": "Request body doesn't fulfill schema, see details in `fields`",
            "fields": [{ "code": code, "message": message, "path": path }],
        });
        Self {
            status: StatusCode::BAD_REQUEST,
            body,
        }
    }

    /// 429.
    pub(super) fn limited(wait_seconds: u64) -> Self {
        let body = json!({
            "code": "TOO_MANY_REQUESTS",
            "message": "Too many requests received within interval",
            "retryAfterSec": wait_seconds,
        });
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            body,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let wait = self.body["retryAfterSec"].as_u64();
        let mut response = (self.status, Json(self.body)).into_response();
        response
            .headers_mut()
            .extend(wait.map(|seconds| (header::RETRY_AFTER, seconds.into())));
        response
    }
}
