//! Probes: is the process alive, is it ready, and the metrics behind their own address.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures::future::BoxFuture;
use jiff::SignedDuration;
use kernel::Instant;
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;

use crate::app::App;

/// Something that must hold for the process to be ready; the error says what does not, without secrets.
#[derive(Clone)]
pub struct Check {
    name: &'static str,
    run: Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>,
}

impl Check {
    /// A check by name: `database`, `migrations`, `jobs`.
    pub fn new<F, Fut>(name: &'static str, run: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        Self {
            name,
            run: Arc::new(move || Box::pin(run())),
        }
    }
}

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready))
}

async fn alive() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// How long an outcome is told again: anybody may ask in a loop, and the checks ask the database.
const FRESH: SignedDuration = SignedDuration::from_secs(1);

type Outcomes = Vec<(&'static str, Result<(), String>)>;

/// What the checks came to when they were last made, and when that was.
#[derive(Default)]
pub(crate) struct Readiness(Mutex<Option<(Instant, Outcomes)>>);

impl Readiness {
    /// The outcomes, a second old at most. Who asks while the checks are made waits for them.
    async fn outcomes(&self, checks: &[Check], now: Instant) -> Outcomes {
        let mut last = self.0.lock().await;
        if let Some((at, outcomes)) = last.as_ref()
            && (SignedDuration::ZERO..FRESH).contains(&now.since(*at))
        {
            return outcomes.clone();
        }
        let each = checks.iter().map(|check| async { (check.name, (check.run)().await) });
        let outcomes = futures::future::join_all(each).await;
        *last = Some((now, outcomes.clone()));
        outcomes
    }
}

async fn ready(State(app): State<App>) -> Response {
    let outcomes = app.readiness().outcomes(app.checks(), app.now()).await;
    let all_well = outcomes.iter().all(|(_, outcome)| outcome.is_ok());
    let told: Map<String, Value> = outcomes
        .into_iter()
        .map(|(name, outcome)| {
            (
                name.to_owned(),
                Value::from(outcome.err().unwrap_or_else(|| "ok".to_owned())),
            )
        })
        .collect();
    let status = if all_well {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (
        status,
        Json(json!({ "status": if all_well { "ok" } else { "not ready" }, "checks": told })),
    )
        .into_response()
}

/// `/metrics` for the metrics' own address; `render` is the recorder's.
pub fn metrics_router(render: impl Fn() -> String + Clone + Send + Sync + 'static) -> Router {
    let answer = move || {
        let render = render.clone();
        async move { ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], render()) }
    };
    Router::new().route("/metrics", get(answer))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn whoever_asks_in_a_loop_makes_the_checks_once_a_second() {
        let made = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&made);
        let check = Check::new("database", move || {
            let number = counted.fetch_add(1, Ordering::SeqCst);
            async move { if number == 0 { Ok(()) } else { Err("gone".to_owned()) } }
        });
        let (readiness, checks) = (Readiness::default(), [check]);
        let at = |millis: i64| Instant::from_micros(1_000_000_000 + millis * 1_000);
        for millis in 0..50 {
            assert_eq!(readiness.outcomes(&checks, at(millis)).await, [("database", Ok(()))]);
        }
        let later = readiness.outcomes(&checks, at(1_000)).await;
        assert_eq!(later, [("database", Err("gone".to_owned()))]);
        assert_eq!(made.load(Ordering::SeqCst), 2);
    }
}
