//! What went wrong, on its way out: a problem with its status, and for the log the cause.
//!
//! Handlers use `?`; an [`Error`] turned into an answer has no body yet. The edge alone, which knows language and route,
//! writes it as problem+json or as a page (`problem.rs`).

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::{Problem, ProblemKind};

/// A handler's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A problem to be told.
#[derive(Clone, Debug)]
pub struct Error(Box<Told>);

#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) status: StatusCode,
    pub(crate) problem: Problem,
    /// For the log only.
    pub(crate) cause: Option<Arc<platform::Error>>,
    /// Headers that belong to the status (`Allow`, `Link`).
    pub(crate) headers: HeaderMap,
}

impl Error {
    /// A problem with a status that no kind of problem stands for (405, 406, 408).
    pub(crate) fn with_status(status: StatusCode, code: &'static str) -> Self {
        Self::told(status, Problem::new(ProblemKind::Unreadable, code))
    }

    fn told(status: StatusCode, problem: Problem) -> Self {
        Self(Box::new(Told {
            status,
            problem,
            cause: None,
            headers: HeaderMap::new(),
        }))
    }

    /// A failure of ours, in words for the log.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        platform::Error::internal(source).into()
    }

    /// What will be told.
    pub fn problem(&self) -> &Problem {
        &self.0.problem
    }

    /// With which status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    pub(crate) fn into_told(self) -> Told {
        *self.0
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::told(status(problem.kind), problem)
    }
}

impl From<platform::Error> for Error {
    fn from(error: platform::Error) -> Self {
        match error {
            platform::Error::Problem(problem) => problem.into(),
            other => {
                let mut told = Self::from(Problem::new(ProblemKind::Internal, "internal"));
                told.0.cause = Some(Arc::new(other));
                told
            }
        }
    }
}

/// The one mapping from kinds of problems to HTTP.
pub(crate) fn status(kind: ProblemKind) -> StatusCode {
    match kind {
        ProblemKind::Unreadable => StatusCode::BAD_REQUEST,
        ProblemKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ProblemKind::Forbidden => StatusCode::FORBIDDEN,
        ProblemKind::NotFound => StatusCode::NOT_FOUND,
        ProblemKind::Conflict => StatusCode::CONFLICT,
        ProblemKind::Stale => StatusCode::PRECONDITION_FAILED,
        ProblemKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ProblemKind::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ProblemKind::Refused => StatusCode::UNPROCESSABLE_ENTITY,
        ProblemKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ProblemKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ProblemKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
