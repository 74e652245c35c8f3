//! A simulated Porkbun: its public price list over HTTP, from shelves of prices. See [`crate::price_sources::simulated`]
//! for its control path. It writes what the real one writes: amounts with thousands' commas, Handshake names among the rest.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use serde_json::{Map, Value, json};

use crate::price_sources::simulated::{Backstage, Shelf, decimal};

/// Its routes.
pub fn router(backstage: &Backstage) -> Router {
    Router::new()
        .route("/api/json/v3/pricing/get", get(pricing).post(pricing))
        .with_state(backstage.clone())
        .merge(backstage.control())
}

async fn pricing(State(backstage): State<Backstage>, headers: HeaderMap) -> Response {
    let told = match backstage.meet("pricing/get", &headers).await {
        Ok(told) => told,
        Err(response) => return response,
    };
    let mut entries: Map<String, Value> = told
        .shelves
        .iter()
        .map(|(tld, shelf)| (tld.clone(), entry(shelf, told.other_currency)))
        .collect();
    if !entries.is_empty() {
        let handshake = json!({"registration": "11.64", "renewal": "11.64", "transfer": "11.64", "coupons": [], "specialType": "handshake"});
        entries.insert("wallet-hns".to_owned(), handshake);
    }
    Json(json!({"status": "SUCCESS", "pricing": entries})).into_response()
}

fn entry(shelf: &Shelf, other_currency: bool) -> Value {
    let of_year = |terms: &std::collections::BTreeMap<u8, i64>| terms.get(&1).map(|minor| grouped(*minor));
    let mut entry = Map::new();
    let fields = [
        ("registration", of_year(&shelf.register)),
        ("renewal", of_year(&shelf.renew)),
        ("transfer", of_year(&shelf.transfer)),
    ];
    entry.extend(
        fields
            .into_iter()
            .filter_map(|(name, amount)| Some((name.to_owned(), json!(amount?)))),
    );
    entry.insert("coupons".to_owned(), json!([]));
    if other_currency {
        entry.insert("currency".to_owned(), json!("INR"));
    }
    Value::Object(entry)
}

/// `2,060.23`.
fn grouped(minor: i64) -> String {
    let text = decimal(minor);
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    format!("{sign}{out}.{cents}")
}
