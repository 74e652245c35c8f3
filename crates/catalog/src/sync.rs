//! Price sources: prices fetched on a schedule, judged, and put in force as one version of the book, or not at all.
//!
//! A *source* is an account at a provider that feeds one list: a registrar's costs or a sales list. A *run* fetches it in
//! parts, rejects what cannot be believed, and makes the same plan as an import. A run that would change more than a set
//! share of the prices in force waits for a person. One run of a source at a time is enforced by a unique index; attempts
//! at the same run by a fence.
//!
//! Whether sources answer never decides whether the house is ready: prices in force stay in force.

mod check;
mod entity;
mod events;
mod filter;
mod http;
mod job;
mod judge;
mod kind;
mod ops;
mod pages;
pub mod ports;
mod run;
mod run_entity;
mod run_store;
mod runner;
mod settle;
mod source;
mod store;
mod telemetry;
mod terms;
mod words;

pub use events::{
    RunCancelled, RunRejected, SourceAdded, SourceChanged, SourceFailing, SourcePaused, SourceResumed, SyncFinished,
    SyncStarted, SyncWaits,
};
pub use filter::{Filter, Patterns};
pub use kind::{Credentials, SourceKind};
pub use ops::{
    Health, MAX_SOURCES, add, apply, by_id, calls, cancel, change, endings, health, list, pause, ready, reject, resume,
    run_by_id, run_now, runs,
};
pub use run::{Run, RunCounts, Story};
pub use run_store::{Call, Timings};
pub use source::{NewSource, Source, SourceEdit, SourceState};
pub use store::Seen;
pub use terms::Terms;
pub use words::{Cause, RunState, Why};

pub(crate) use http::api;
pub(crate) use job::{LIMITS, SCHEDULE, handlers};
pub(crate) use pages::pages;
