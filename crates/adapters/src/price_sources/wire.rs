//! Calls to a source, each with its time and how it ended.

use std::time::Duration;

use axum::http::header;
use catalog::sync::ports::{Ask, CallMade, CallOutcome, Heard, SourceFailure};
use kernel::Clock;

use crate::transport::{Answer, Call, Transport, with_correlation};

/// Waits that a source leaves open.
const USUAL_WAIT_SECONDS: u32 = 60;

/// One question's calls.
pub(super) struct Wire<'a> {
    transport: &'a Transport,
    clock: &'a dyn Clock,
    within: Duration,
    correlation: &'a str,
    calls: Vec<CallMade>,
}

impl<'a> Wire<'a> {
    /// For the calls of one question.
    pub(super) fn new(transport: &'a Transport, clock: &'a dyn Clock, ask: &Ask<'a>) -> Self {
        Self {
            transport,
            clock,
            within: ask.within,
            correlation: ask.correlation,
            calls: Vec::new(),
        }
    }

    /// Makes a call and reads its answer; `what` is told to people.
    pub(super) async fn call<T>(
        &mut self,
        what: &str,
        call: Call,
        read: impl FnOnce(&Answer) -> Result<T, SourceFailure>,
    ) -> Result<T, SourceFailure> {
        let (at, began) = (self.clock.now(), tokio::time::Instant::now());
        let sent = with_correlation(self.correlation.to_owned(), self.transport.send(call, self.within)).await;
        let took = began.elapsed();
        let (status, bytes) = sent
            .as_ref()
            .map_or((None, 0), |answer| (Some(answer.status), answer.body.len() as u64));
        let outcome = sent
            .map_err(|error| SourceFailure::Failed(error.to_string()))
            .and_then(|answer| standing(&answer).map_or_else(|| read(&answer), Err));
        self.calls.push(CallMade {
            what: what.to_owned(),
            at,
            took,
            status,
            bytes,
            outcome: ended(&outcome),
        });
        outcome
    }

    /// What came of the question.
    pub(super) fn heard<T>(self, outcome: Result<T, SourceFailure>) -> Heard<T> {
        Heard {
            outcome,
            calls: self.calls,
        }
    }
}

fn ended<T>(outcome: &Result<T, SourceFailure>) -> CallOutcome {
    match outcome {
        Ok(_) => CallOutcome::Answered,
        Err(SourceFailure::Limited { .. }) => CallOutcome::Limited,
        Err(SourceFailure::Refused(_)) => CallOutcome::Refused,
        Err(SourceFailure::Failed(_)) => CallOutcome::Failed,
    }
}

/// The failure a status stands for, whatever the protocol.
fn standing(answer: &Answer) -> Option<SourceFailure> {
    match answer.status {
        429 => Some(limited(answer)),
        // A maintenance that says how long it lasts is a wish to be left alone.
        503 if answer.headers.contains_key(header::RETRY_AFTER) => Some(limited(answer)),
        500..=599 => Some(SourceFailure::Failed(format!("answered {}", answer.status))),
        // Credentials are not carried to wherever an answer points.
        300..=399 => Some(SourceFailure::Failed(format!("answered {}, a redirect", answer.status))),
        _ => None,
    }
}

fn limited(answer: &Answer) -> SourceFailure {
    let seconds = answer
        .headers
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok());
    SourceFailure::Limited {
        retry_after_seconds: seconds.unwrap_or(USUAL_WAIT_SECONDS),
    }
}

/// What is said of an answer that cannot be read: never a word of it, because it may be long and of anything.
pub(super) fn not_json(fault: &serde_json::Error) -> SourceFailure {
    SourceFailure::Failed(format!("the answer is not the JSON it should be: {fault}"))
}

/// An answer as text.
pub(super) fn utf8(answer: &Answer) -> Result<&str, SourceFailure> {
    std::str::from_utf8(&answer.body).map_err(|_| SourceFailure::Failed("the answer is not UTF-8".to_owned()))
}

/// At most 200 characters of what a source says of a refusal, in one line.
pub(super) fn words(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().take(200).map(plain).collect()
}
