//! What a caller can be told went wrong: a kind, a stable code and the words' arguments.
//!
//! A room's `Refusal` becomes a `Problem`; the edge alone turns it into an HTTP status, a problem+json body or a page.
//! The sentences themselves live in the message files under `error-<code>`.

use std::borrow::Cow;

/// How a caller should take a problem; the edge maps each to one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The request could not be read (400).
    Unreadable,
    /// Nobody is signed in, or the credentials are wrong (401).
    Unauthenticated,
    /// Signed in, known to exist within one's own tenant, and not allowed (403).
    Forbidden,
    /// Does not exist, or is not yours (404).
    NotFound,
    /// The thing is in a state that does not permit this (409).
    Conflict,
    /// Somebody changed it meanwhile: `If-Match` does not hold (412).
    Stale,
    /// Too large (413).
    TooLarge,
    /// Of a media type that is not read here (415).
    UnsupportedMedia,
    /// Well-formed and refused (422).
    Refused,
    /// Too many, too fast (429).
    TooMany,
    /// Something needed is down for the moment (503).
    Unavailable,
    /// Our fault (500).
    Internal,
}

/// A problem with one field of what was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// JSON pointer to the field (`/names/3`), or the form field's name behind a slash.
    pub pointer: Cow<'static, str>,
    /// Stable code; its sentence is the message `error-<code>`.
    pub code: &'static str,
    /// Arguments of the sentence.
    pub args: Vec<(&'static str, String)>,
}

/// What a caller is told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}")]
pub struct Problem {
    /// How to take it.
    pub kind: ProblemKind,
    /// Stable, machine-readable, snake_case.
    pub code: &'static str,
    /// Arguments of the sentence `error-<code>`.
    pub args: Vec<(&'static str, String)>,
    /// What is wrong with single fields.
    pub fields: Vec<FieldProblem>,
    /// How many seconds to wait before trying again, where that is known.
    pub retry_after_seconds: Option<u32>,
}

impl Problem {
    /// A problem with no arguments and no fields.
    pub const fn new(kind: ProblemKind, code: &'static str) -> Self {
        Self {
            kind,
            code,
            args: Vec::new(),
            fields: Vec::new(),
            retry_after_seconds: None,
        }
    }

    /// Well-formed and refused.
    pub const fn refused(code: &'static str) -> Self {
        Self::new(ProblemKind::Refused, code)
    }

    /// Does not exist, or is not yours: the two are never told apart.
    pub const fn not_found() -> Self {
        Self::new(ProblemKind::NotFound, "not_found")
    }

    /// The state does not permit this.
    pub const fn conflict(code: &'static str) -> Self {
        Self::new(ProblemKind::Conflict, code)
    }

    /// With an argument for the sentence.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// With a problem of one field.
    #[must_use]
    pub fn field(mut self, pointer: impl Into<Cow<'static, str>>, code: &'static str) -> Self {
        self.fields.push(FieldProblem {
            pointer: pointer.into(),
            code,
            args: Vec::new(),
        });
        self
    }

    /// With the seconds to wait before trying again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }
}
