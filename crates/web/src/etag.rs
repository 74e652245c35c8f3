//! Versions of things: `ETag` with an answer, `If-Match` with a change, so nobody overwrites what they have not seen.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::{Problem, ProblemKind};

use crate::error::{Error, Result};

/// An answer with the version of what it shows.
pub struct Tagged<R>(pub i64, pub R);

impl<R: IntoResponse> IntoResponse for Tagged<R> {
    fn into_response(self) -> Response {
        let mut response = self.1.into_response();
        let tag = HeaderValue::try_from(format!("\"{}\"", self.0)).expect("a number in quotes is a header");
        response.headers_mut().insert(header::ETAG, tag);
        response
    }
}

/// The version a change is based on, if the caller says one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(Option<i64>);

impl IfMatch {
    /// Refuses when the thing has another version by now.
    ///
    /// # Errors
    /// `stale` (412).
    pub fn holds(self, version: i64) -> Result<(), Problem> {
        match self.0 {
            Some(wanted) if wanted != version => Err(Problem::new(ProblemKind::Stale, "stale")),
            _ => Ok(()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let Some(header) = parts.headers.get(header::IF_MATCH) else {
            return Ok(Self(None));
        };
        let text = header.to_str().unwrap_or("").trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let version = text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .and_then(|text| text.parse().ok());
        // A tag we never gave cannot be the present version.
        Ok(Self(Some(version.unwrap_or(i64::MIN))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn sent(value: Option<&str>) -> IfMatch {
        let mut request = axum::http::Request::builder();
        if let Some(value) = value {
            request = request.header("if-match", value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        IfMatch::from_request_parts(&mut parts, &()).await.unwrap()
    }

    #[tokio::test]
    async fn a_change_based_on_an_older_version_is_stale() {
        assert_eq!(sent(Some("\"3\"")).await.holds(3), Ok(()));
        assert_eq!(sent(Some("\"3\"")).await.holds(4).unwrap_err().kind, ProblemKind::Stale);
        assert!(sent(Some("W/\"3\"")).await.holds(3).is_err());
    }

    #[tokio::test]
    async fn who_names_no_version_overwrites() {
        assert_eq!(sent(None).await.holds(7), Ok(()));
        assert_eq!(sent(Some("*")).await.holds(7), Ok(()));
    }
}
