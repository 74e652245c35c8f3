//! All routes in one router, inside the one layer.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use kernel::Problem;
use serde_json::Value;
use tower_http::compression::CompressionLayer;

use crate::app::App;
use crate::body::MAX_BODY;
use crate::edge::edge;
use crate::error::Error;
use crate::module::Module;
use crate::{health, openapi};

/// The installation's HTTP face: every room's routes, probes, documents, and `extra` of the composition itself.
/// Serve it with `into_make_service_with_connect_info::<SocketAddr>()`, or everybody counts as loopback.
pub fn router(app: &App, modules: Vec<Module>, extra: Router<App>) -> Router {
    let mut all = health::routes().merge(extra).merge(crate::assets::router());
    all = all.merge(crate::page::house::routes().layer(compression()));
    let mut documents = Vec::new();
    let mut public = Vec::new();
    for module in modules {
        let (api, document) = module.api.split_for_parts();
        all = all.merge(api).merge(module.pages.layer(compression()));
        documents.push(document);
        public.extend(module.public_routes);
    }
    all.merge(openapi::routes(&openapi::document(documents, &public)).layer(compression()))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn_with_state(app.clone(), edge))
        .with_state(app.clone())
}

/// Pages and documents are compressed. Their CSRF tokens look different each time, so the length of an answer tells
/// nothing; the API's small answers are not worth the time.
fn compression() -> CompressionLayer {
    CompressionLayer::new()
}

/// The API's document, without a running installation: for `entrepot openapi`.
pub fn openapi_document(modules: Vec<Module>) -> Value {
    let mut public = Vec::new();
    let mut documents = Vec::new();
    for mut module in modules {
        documents.push(module.api.to_openapi());
        public.extend(module.public_routes);
    }
    openapi::document(documents, &public)
}

async fn not_found() -> Error {
    Problem::not_found().into()
}

async fn method_not_allowed() -> Error {
    Error::with_status(
        StatusCode::METHOD_NOT_ALLOWED,
        crate::messages::key("method_not_allowed"),
    )
}

/// Waits until no request is being written any more; call it after the server stopped taking connections.
pub async fn drain(app: &App) {
    app.tasks().close();
    app.tasks().wait().await;
}
