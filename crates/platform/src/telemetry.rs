//! Logs and metrics: structured lines with trace, tenant and user ids; Prometheus counts and durations.

use std::io::IsTerminal;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::{Error, Result};

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person at a terminal.
    Text,
    /// One JSON object a line.
    Json,
}

/// Bounds of durations, in seconds: from a memory look-up to a slow supplier.
const SECONDS: &[f64] = &[
    0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// Begins logging (to stderr, filtered as `RUST_LOG` or `filter` says).
pub fn log(format: LogFormat, filter: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(filter));
    let registry = tracing_subscriber::registry().with(filter);
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        // Colours for a person; a file or a journal gets none.
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(true);
    // A second call (in tests) keeps the first subscriber.
    drop(match format {
        LogFormat::Text => registry.with(layer).try_init(),
        LogFormat::Json => registry.with(layer.json().flatten_event(true)).try_init(),
    });
}

/// Begins counting; the handle prints what was counted in Prometheus' text format.
///
/// # Errors
/// When this process counts already.
pub fn measure() -> Result<PrometheusHandle> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
        .and_then(|builder| {
            builder.set_buckets_for_metric(
                Matcher::Suffix("_closures".to_owned()),
                &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0],
            )
        })
        .map_err(Error::internal)?
        .install_recorder()
        .map_err(Error::internal)
}
