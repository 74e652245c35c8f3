//! Probes: is the process alive, is it ready, and the metrics behind their own address.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures::future::BoxFuture;
use serde_json::{Map, Value, json};

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

async fn ready(State(app): State<App>) -> Response {
    let checks = app
        .checks()
        .iter()
        .map(|check| async { (check.name, (check.run)().await) });
    let outcomes = futures::future::join_all(checks).await;
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
