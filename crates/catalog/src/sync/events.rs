//! What happens to price sources and their runs, told to others. Never a word of credentials.

use kernel::{Fact, ImportId, PriceSourceId, SyncRunId};
use serde::Serialize;
use serde_json::{Value, json};

use super::kind::SourceKind;
use super::run::{RunCounts, sample_run, sample_source};
use super::words::{Cause, RunState, Why};

/// A price source was added.
#[derive(Clone, Debug, Serialize)]
pub struct SourceAdded {
    /// The source.
    pub id: PriceSourceId,
    /// Its name.
    pub name: String,
    /// Whose protocol it speaks.
    pub kind: SourceKind,
    /// The list its prices go to.
    pub list: String,
}

/// A source is described differently, or has other credentials.
#[derive(Clone, Debug, Serialize)]
pub struct SourceChanged {
    /// The source.
    pub id: PriceSourceId,
    /// Its name now.
    pub name: String,
    /// Everything people decide about it, as it is now.
    pub terms: Value,
    /// Its credentials were replaced.
    pub credentials_replaced: bool,
}

/// A source is no longer fetched on schedule.
#[derive(Clone, Debug, Serialize)]
pub struct SourcePaused {
    /// The source.
    pub id: PriceSourceId,
}

/// A source is fetched on schedule again.
#[derive(Clone, Debug, Serialize)]
pub struct SourceResumed {
    /// The source.
    pub id: PriceSourceId,
}

/// A run began.
#[derive(Clone, Debug, Serialize)]
pub struct SyncStarted {
    /// The run.
    pub id: SyncRunId,
    /// Of which source.
    pub source: PriceSourceId,
    /// The source's name.
    pub name: String,
    /// What started it.
    pub cause: Cause,
}

/// A run ended: its prices are in force, or nothing of it is.
#[derive(Clone, Debug, Serialize)]
pub struct SyncFinished {
    /// The run.
    pub id: SyncRunId,
    /// Of which source.
    pub source: PriceSourceId,
    /// The source's name.
    pub name: String,
    /// How it ended.
    pub state: RunState,
    /// Why, where it failed.
    pub reason: Option<Why>,
    /// What it found.
    pub counts: RunCounts,
    /// Calls made.
    pub calls: i64,
    /// From its beginning to its end.
    pub seconds: i64,
    /// The plan that was applied, price by price.
    pub import: Option<ImportId>,
    /// The version of the price book that holds its prices.
    pub book_version: Option<i64>,
}

/// A run waits for a person to look at it.
#[derive(Clone, Debug, Serialize)]
pub struct SyncWaits {
    /// The run.
    pub id: SyncRunId,
    /// Of which source.
    pub source: PriceSourceId,
    /// The source's name.
    pub name: String,
    /// Why.
    pub reason: Why,
    /// Of a hundred prices in force, how many it would change or end.
    pub changed_percent: i64,
    /// What it found.
    pub counts: RunCounts,
}

/// A source's runs have failed several times in a row.
#[derive(Clone, Debug, Serialize)]
pub struct SourceFailing {
    /// The source.
    pub id: PriceSourceId,
    /// Its name.
    pub name: String,
    /// The last run.
    pub run: SyncRunId,
    /// Why that one failed.
    pub reason: Why,
    /// How many in a row.
    pub failures: i64,
}

/// A person looked at a waiting run and said no.
#[derive(Clone, Debug, Serialize)]
pub struct RunRejected {
    /// The run.
    pub id: SyncRunId,
    /// Of which source.
    pub source: PriceSourceId,
}

/// A person ended a run while it was under way.
#[derive(Clone, Debug, Serialize)]
pub struct RunCancelled {
    /// The run.
    pub id: SyncRunId,
    /// Of which source.
    pub source: PriceSourceId,
}

/// What every one of these facts says of itself: its name, what it is about, an example.
macro_rules! facts {
    ($($fact:ident $name:literal about $subject:ident: $sample:expr;)*) => {
        $(impl Fact for $fact {
            const NAME: &'static str = $name;

            fn subject(&self) -> String {
                self.$subject.to_string()
            }

            fn sample() -> Self {
                $sample
            }
        })*
    };
}

const SAMPLE_COUNTS: RunCounts = RunCounts {
    rows: 2_058,
    added: 12,
    changed: 3,
    unchanged: 2_040,
    vanished: 1,
    rejected: 3,
    left_out: 271,
};

facts! {
    SourceAdded "catalog.sync.source_added" about id: Self {
        id: sample_source(), name: "Our WHMCS".into(), kind: SourceKind::Whmcs, list: "sal_01934000000070008000000000000002".into(),
    };
    SourceChanged "catalog.sync.source_changed" about id: Self {
        id: sample_source(), name: "Our WHMCS".into(), terms: json!({"interval_minutes": 360}), credentials_replaced: false,
    };
    SourcePaused "catalog.sync.source_paused" about id: Self { id: sample_source() };
    SourceResumed "catalog.sync.source_resumed" about id: Self { id: sample_source() };
    SyncStarted "catalog.sync.started" about id: Self {
        id: sample_run(), source: sample_source(), name: "Our WHMCS".into(), cause: Cause::Schedule,
    };
    SyncFinished "catalog.sync.finished" about id: Self {
        id: sample_run(), source: sample_source(), name: "Our WHMCS".into(), state: RunState::Succeeded, reason: None,
        counts: SAMPLE_COUNTS, calls: 2, seconds: 4, import: None, book_version: Some(7),
    };
    SyncWaits "catalog.sync.waits" about source: Self {
        id: sample_run(), source: sample_source(), name: "Our WHMCS".into(), reason: Why::TooMuchChanged,
        changed_percent: 34, counts: SAMPLE_COUNTS,
    };
    SourceFailing "catalog.sync.source_failing" about id: Self {
        id: sample_source(), name: "Our WHMCS".into(), run: sample_run(), reason: Why::Unreachable, failures: 3,
    };
    RunRejected "catalog.sync.rejected" about id: Self { id: sample_run(), source: sample_source() };
    RunCancelled "catalog.sync.cancelled" about id: Self { id: sample_run(), source: sample_source() };
}
