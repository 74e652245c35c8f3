//! Facts: what happened, stored together with the change that caused it.

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// A public, versioned fact. Its JSON is the event's payload and the audit entry's content, so it holds ids and business
/// values only: what identifies a person goes into [`Fact::personal`], which is sealed under that person's key.
pub trait Fact: Serialize + Send + Sync {
    /// Room, thing and what happened to it, in the past tense: `catalog.price.scheduled`.
    const NAME: &'static str;
    /// Raised when the payload changes in a way a reader could notice.
    const VERSION: u16 = 1;

    /// The printed id of the thing this is about.
    fn subject(&self) -> String;

    /// Values that identify a person.
    fn personal(&self) -> Option<Personal> {
        None
    }

    /// A realistic example, for documents and for tests of what reads events.
    fn sample() -> Self
    where
        Self: Sized;
}

/// Values about one person, kept sealed: erasing the person destroys the key, not the history.
#[derive(Clone, Debug)]
pub struct Personal {
    /// Whose values these are (the id of a user, customer or contact).
    pub person: Uuid,
    /// The values.
    pub values: Value,
}

/// A decision not yet saved: the thing as it should be stored, what it was, and the fact to tell.
/// Deciding is pure; only saving (`Tx::save`) makes it so.
#[must_use = "a change does nothing until it is saved"]
#[derive(Debug)]
pub struct Change<T, F: Fact> {
    /// What to store.
    pub after: T,
    /// What happened.
    pub fact: F,
    /// What was there before, as far as the audit log should show it.
    pub before: Option<Value>,
}

impl<T, F: Fact> Change<T, F> {
    /// A change that brings something new.
    pub fn new(after: T, fact: F) -> Self {
        Self {
            after,
            fact,
            before: None,
        }
    }

    /// A change of something that was; `before` is shown in the audit log beside the fact. No personal values.
    pub fn from(before: Value, after: T, fact: F) -> Self {
        Self {
            after,
            fact,
            before: Some(before),
        }
    }
}
