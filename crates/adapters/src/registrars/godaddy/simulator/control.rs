//! The control path: the fault script and the log of calls, over HTTP.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Json;
use axum::routing::get;
use serde::Deserialize;

use super::{Seen, Simulator};
use crate::registrars::faults::{Fault, Step};

/// Its routes.
pub(super) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/_sim/faults", get(read_script).post(write_script).delete(clear_script))
        .route("/_sim/calls", get(read_calls).delete(clear_calls))
}

/// One step, or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Script {
    Steps(Vec<Step>),
    Step(Step),
}

async fn read_script(State(simulator): State<Simulator>) -> Json<Vec<Step>> {
    Json(simulator.memory().script.iter().cloned().collect())
}

async fn write_script(State(simulator): State<Simulator>, Json(script): Json<Script>) -> StatusCode {
    match script {
        Script::Steps(steps) => simulator.set_script(steps),
        Script::Step(step) => simulator.set_script([step]),
    }
    StatusCode::NO_CONTENT
}

async fn clear_script(State(simulator): State<Simulator>) -> StatusCode {
    simulator.set_fault(Fault::None);
    StatusCode::NO_CONTENT
}

async fn read_calls(State(simulator): State<Simulator>) -> Json<Vec<Seen>> {
    Json(simulator.calls())
}

async fn clear_calls(State(simulator): State<Simulator>) -> StatusCode {
    simulator.memory().seen.clear();
    StatusCode::NO_CONTENT
}
