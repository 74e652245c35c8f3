//! A simulated WHMCS: its API over HTTP, from shelves of prices. See [`crate::price_sources::simulated`] for its control
//! path. It writes what the real one writes: prices as strings, an empty map as `[]`, a term that is switched off as -1.

use std::collections::{BTreeMap, HashMap};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::post;
use axum::{Router, extract::DefaultBodyLimit};
use serde_json::{Map, Value, json};

use crate::price_sources::simulated::{Backstage, Shelf, decimal};

/// How a simulator is set up.
#[derive(Clone)]
pub struct Config {
    /// The API credential's identifier.
    pub identifier: String,
    /// Its secret.
    pub secret: String,
    /// Callers' addresses are on the allow-list.
    pub address_allowed: bool,
}

impl Config {
    /// With this credential, from anywhere.
    pub fn new(identifier: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            identifier: identifier.into(),
            secret: secret.into(),
            address_allowed: true,
        }
    }
}

#[derive(Clone)]
struct Simulator {
    config: Config,
    backstage: Backstage,
}

/// Its routes.
pub fn router(config: Config, backstage: &Backstage) -> Router {
    let simulator = Simulator {
        config,
        backstage: backstage.clone(),
    };
    Router::new()
        .route("/includes/api.php", post(api))
        .layer(DefaultBodyLimit::max(64 * 1024))
        .with_state(simulator)
        .merge(backstage.control())
}

fn error(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({"result": "error", "message": message}))).into_response()
}

async fn api(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    Form(fields): Form<HashMap<String, String>>,
) -> Response {
    let field = |name: &str| fields.get(name).map_or("", String::as_str);
    let action = field("action");
    let told = match simulator.backstage.meet(action, &headers).await {
        Ok(told) => told,
        Err(response) => return response,
    };
    let config = &simulator.config;
    if !config.address_allowed {
        return error(StatusCode::FORBIDDEN, "Invalid IP 203.0.113.9");
    }
    if (field("identifier"), field("secret")) != (&config.identifier, &config.secret) {
        return error(StatusCode::FORBIDDEN, "Authentication Failed");
    }
    if field("responsetype") != "json" {
        return (StatusCode::OK, "result=error;message=Response type not simulated;").into_response();
    }
    match action.to_ascii_lowercase().as_str() {
        "getcurrencies" => Json(currencies()).into_response(),
        "gettldpricing" => match field("currencyid") {
            "1" | "" => Json(pricing(
                &told.shelves,
                if told.other_currency { "INR" } else { "USD" },
                1,
            ))
            .into_response(),
            "2" => Json(pricing(&told.shelves, "EUR", 2)).into_response(),
            _ => error(StatusCode::OK, "Invalid Currency ID"),
        },
        _ => error(StatusCode::OK, "Command Not Found"),
    }
}

fn currencies() -> Value {
    let currency = |id: u8, code: &str, rate: &str| json!({"id": id, "code": code, "prefix": "$", "suffix": format!(" {code}"), "format": 1, "rate": rate});
    json!({
        "result": "success", "totalresults": 2,
        "currencies": {"currency": [currency(1, "USD", "1.00000"), currency(2, "EUR", "0.92000")]},
    })
}

fn pricing(shelves: &BTreeMap<String, Shelf>, code: &str, id: u8) -> Value {
    let entries: Map<String, Value> = shelves
        .iter()
        .map(|(tld, shelf)| (tld.clone(), entry(tld, shelf)))
        .collect();
    json!({
        "result": "success",
        "currency": {"id": id, "code": code, "prefix": "$", "suffix": format!(" {code}"), "format": 1, "rate": "1.00000"},
        "pricing": if entries.is_empty() { json!([]) } else { Value::Object(entries) },
    })
}

fn entry(tld: &str, shelf: &Shelf) -> Value {
    json!({
        "tld": tld, "categories": ["Popular"], "addons": {"dns": false, "email": false, "idprotect": true}, "group": "",
        "register": terms(&shelf.register), "transfer": terms(&shelf.transfer), "renew": terms(&shelf.renew),
        "grace_period": null,
        "redemption_period": shelf.restore.map(|minor| json!({"days": 30, "price": decimal(minor)})),
    })
}

/// Years as string keys and prices as strings; a term between those offered that is not is written as -1.
fn terms(terms: &BTreeMap<u8, i64>) -> Value {
    let (Some(first), Some(last)) = (terms.keys().next(), terms.keys().last()) else {
        return json!([]);
    };
    let price = |years: u8| {
        terms
            .get(&years)
            .map_or_else(|| "-1.00".to_owned(), |minor| decimal(*minor))
    };
    Value::Object(
        (*first..=*last)
            .map(|years| (years.to_string(), json!(price(years))))
            .collect(),
    )
}
