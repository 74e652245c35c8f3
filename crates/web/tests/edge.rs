//! The whole edge around a few sample routes: who gets in, what refusals look like, what every answer carries.
#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set should stop")]

mod edge {
    mod access;
    mod answers;
    mod bodies;
    mod denials;
    mod forms;
    mod house;
    mod once;
    pub(crate) mod stage;
}
