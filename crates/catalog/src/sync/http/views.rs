//! What the routes of price sources take and answer with.

mod bodies;
mod health;
mod run;
mod source;

pub(super) use bodies::{NewSourceBody, SourceBody};
pub(super) use health::HealthReport;
pub(super) use run::{RunDetail, RunView};
pub(super) use source::{CheckView, EndingView, SourceView};
