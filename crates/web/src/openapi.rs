//! The API's document, put together from the rooms' routes, and what the edge adds to each of them: credentials,
//! problems, idempotency keys.

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use utoipa::openapi::PathItem;
use utoipa::{OpenApi, PartialSchema};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::app::App;
use crate::headers::LooserCsp;
use crate::problem::{FieldBody, ProblemBody};

/// Where the document is.
pub const DOCUMENT: &str = "/api/openapi.json";
const READER: &str = "/api/docs";
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
/// Marks a POST that writes nothing.
const READ_ONLY: &str = "x-read-only";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Entrepot",
        description = "Sell domain names and journeys.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    components(schemas(ProblemBody, FieldBody))
)]
struct Base;

/// The paths of the POSTs that write nothing.
pub(crate) fn read_only(room: &utoipa::openapi::OpenApi) -> impl Iterator<Item = &str> {
    let reads = |item: &PathItem| {
        let extensions = item.post.as_ref().and_then(|post| post.extensions.as_ref());
        extensions.is_some_and(|extensions| extensions.contains_key(READ_ONLY))
    };
    let paths = room.paths.paths.iter();
    paths
        .filter(move |(_, item)| reads(item))
        .map(|(path, _)| path.as_str())
}

/// The document of all rooms' routes. `public` names the routes that need no credentials: `post /api/v1/auth/sign-in`.
pub(crate) fn document(rooms: Vec<utoipa::openapi::OpenApi>, public: &[&str]) -> Value {
    let merged = rooms
        .into_iter()
        .fold(Base::openapi(), utoipa::openapi::OpenApi::merge_from);
    let mut document = serde_json::to_value(&merged).expect("an OpenAPI document serialises");
    document["components"]["securitySchemes"]["bearer"] = json!({
        "type": "http", "scheme": "bearer",
        "description": "An API key (`epk_…`) or the access token of a sign-in.",
    });
    document["components"]["responses"]["Problem"] = json!({
        "description": "What went wrong, for programs and for people.",
        "headers": { "trace-id": { "schema": { "type": "string" } } },
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    });
    document["components"]["parameters"]["IdempotencyKey"] = json!({
        "name": "Idempotency-Key", "in": "header", "required": false,
        "description": "The same key with the same body is answered once and for 72 hours; with another body it is refused.",
        "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
    });
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, item) in paths {
            for method in METHODS {
                if let Some(operation) = item.get_mut(method) {
                    complete(operation, method, public.contains(&format!("{method} {path}").as_str()));
                }
            }
        }
    }
    document
}

/// Adds to an operation what the edge does for every one.
fn complete(operation: &mut Value, method: &str, is_public: bool) {
    if !is_public && operation.get("security").is_none() {
        operation["security"] = json!([{ "bearer": [] }]);
    }
    if method == "post" && operation.get(READ_ONLY).is_none() {
        push(
            operation,
            "parameters",
            json!({ "$ref": "#/components/parameters/IdempotencyKey" }),
        );
    }
    let refs = json!({ "$ref": "#/components/responses/Problem" });
    for class in ["4XX", "5XX"] {
        operation["responses"][class] = refs.clone();
    }
    // A list is also a table.
    if let Some(content) = operation
        .pointer_mut("/responses/200/content")
        .and_then(Value::as_object_mut)
    {
        let listed = content
            .get("application/json")
            .is_some_and(|json| json.to_string().contains("Listed"));
        if listed {
            content.insert("text/csv".into(), json!({ "schema": { "type": "string" } }));
        }
    }
}

fn push(operation: &mut Value, list: &str, item: Value) {
    match operation.get_mut(list).and_then(Value::as_array_mut) {
        Some(items) => items.push(item),
        None => operation[list] = json!([item]),
    }
}

/// The document and its reader.
pub(crate) fn routes(document: &Value) -> Router<App> {
    let text = document.to_string();
    let answer = move || {
        let text = text.clone();
        async move { ([(header::CONTENT_TYPE, "application/json")], text) }
    };
    let reader: Router<App> = SwaggerUi::new(READER)
        .config(Config::from(DOCUMENT).try_it_out_enabled(true))
        .into();
    Router::new()
        .route(DOCUMENT, get(answer))
        .merge(reader.layer(axum::middleware::map_response(loosen)))
}

/// Swagger UI sets styles from its script and draws with inline images; it loads nothing from elsewhere.
async fn loosen(response: Response) -> Response {
    if response.status() == StatusCode::NOT_FOUND {
        return response;
    }
    let looser = LooserCsp::default()
        .allow("style-src", "'unsafe-inline'")
        .allow("img-src", "data:");
    let mut response = (looser, response).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    response
}

/// The schema of a problem, for rooms that document one.
pub fn problem_schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    ProblemBody::schema()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_that_says_so_writes_nothing() {
        let room = json!({
            "openapi": "3.1.0",
            "info": { "title": "Names", "version": "1" },
            "paths": {
                "/checks": { "post": { "responses": {}, (READ_ONLY): true } },
                "/orders": { "post": { "responses": {} } },
            },
        });
        let room = serde_json::from_value(room).unwrap();
        assert_eq!(read_only(&room).collect::<Vec<_>>(), ["/checks"]);
    }
}
