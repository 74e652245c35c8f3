//! The API as its own document describes it: every route, with a body that fits.

use axum::http::Method;
use serde_json::{Value, json};
use web::testing::Ask;

use crate::house::{Company, TestHouse};

/// A route of the OpenAPI document.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: String,
    /// A body that the schema accepts; `None` when the route takes none.
    pub(crate) body: Option<Value>,
    pub(crate) needs_bearer: bool,
}

impl Route {
    /// `POST /api/v1/customers`.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether its path names an object.
    pub(crate) fn has_ids(&self) -> bool {
        self.path.contains('{')
    }

    /// A request to it at this path, with a body that fits.
    pub(crate) fn ask(&self, host: &str, path: &str) -> Ask {
        self.ask_with(host, path, self.body.as_ref())
    }

    /// A request with this body.
    pub(crate) fn ask_with(&self, host: &str, path: &str, body: Option<&Value>) -> Ask {
        let ask = Ask::new(self.method.clone(), host, path);
        match body {
            Some(body) => ask.header("content-type", "application/json").body(body.to_string()),
            None => ask,
        }
    }
}

/// Every route, in the document's order.
pub(crate) async fn routes(house: &TestHouse) -> Vec<Route> {
    let document = Ask::get("localhost", "/api/openapi.json")
        .send(&house.house.router)
        .await
        .json();
    let mut routes = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            routes.push(Route {
                method: method.to_uppercase().parse().expect("a method"),
                path: path.clone(),
                body: (!schema.is_null()).then(|| sample(&document, schema)),
                needs_bearer: operation["security"].is_array(),
            });
        }
    }
    assert!(routes.len() > 60, "the document names {} routes", routes.len());
    routes
}

/// The route's path with ids of things the company has; `owner` is its owner's access token.
pub(crate) async fn existing(house: &TestHouse, company: &Company, owner: &str, route: &Route) -> String {
    let mut path = route.path.replace("{tld}", "com");
    for hole in ["{id}", "{contact}"] {
        let Some((collection, _)) = path.split_once(&format!("/{hole}")) else {
            continue;
        };
        let list = house.ask(&company.host, owner, collection).await.json();
        let id = list["data"][0]["id"]
            .as_str()
            .unwrap_or_else(|| panic!("{collection}: {list}"));
        path = path.replace(hole, id);
    }
    path
}

/// A value that a schema accepts: its example, or the least that it asks for.
fn sample(document: &Value, schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return sample(
            document,
            document.pointer(reference.trim_start_matches('#')).expect("a schema"),
        );
    }
    if !schema["example"].is_null() {
        return schema["example"].clone();
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    match schema["type"].as_str() {
        Some("object") => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let names = required.iter().filter_map(Value::as_str);
            names
                .map(|name| (name.to_owned(), sample(document, &schema["properties"][name])))
                .collect()
        }
        Some("array") => json!([]),
        Some("integer") => json!(1),
        Some("boolean") => json!(true),
        _ => json!("text"),
    }
}
