//! A simulated Openprovider: login and the list of TLDs with prices over HTTP, page by page, from shelves of prices. See
//! [`crate::price_sources::simulated`] for its control path. Prices are numbers, in the product's currency and the reseller's.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::price_sources::simulated::{Backstage, Shelf, decimal};

/// How a simulator is set up.
#[derive(Clone)]
pub struct Config {
    /// The user's name.
    pub username: String,
    /// The user's password.
    pub password: String,
    /// How many calls a token lasts.
    pub token_lasts_calls: u64,
}

impl Config {
    /// With this user, whose tokens last.
    pub fn new(username: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            username: username.into(),
            password: password.into(),
            token_lasts_calls: u64::MAX,
        }
    }
}

#[derive(Clone)]
struct Simulator {
    config: Config,
    backstage: Backstage,
    /// Logins so far, and calls since the last.
    logins: Arc<AtomicU64>,
    calls: Arc<AtomicU64>,
}

/// Its routes.
pub fn router(config: Config, backstage: &Backstage) -> Router {
    let simulator = Simulator {
        config,
        backstage: backstage.clone(),
        logins: Arc::default(),
        calls: Arc::default(),
    };
    Router::new()
        .route("/v1beta/auth/login", post(login))
        .route("/v1beta/tlds", get(tlds))
        .with_state(simulator)
        .merge(backstage.control())
}

fn refusal(status: StatusCode, code: u32, desc: &str) -> Response {
    (status, Json(json!({"code": code, "desc": desc, "data": ""}))).into_response()
}

fn unauthorised() -> Response {
    refusal(StatusCode::UNAUTHORIZED, 196, "Authentication/Authorization Failed")
}

#[derive(Deserialize)]
struct Login {
    username: String,
    password: String,
}

async fn login(State(simulator): State<Simulator>, headers: HeaderMap, Json(login): Json<Login>) -> Response {
    if let Err(response) = simulator.backstage.meet("login", &headers).await {
        return response;
    }
    let config = &simulator.config;
    if (&login.username, &login.password) != (&config.username, &config.password) {
        return unauthorised();
    }
    simulator.calls.store(0, Ordering::SeqCst);
    let number = simulator.logins.fetch_add(1, Ordering::SeqCst) + 1;
    let data = json!({"reseller_id": 123_456, "token": format!("token-{number}")});
    Json(json!({"code": 0, "data": data, "desc": ""})).into_response()
}

#[derive(Deserialize)]
struct Page {
    limit: Option<usize>,
    offset: Option<usize>,
    with_price: Option<bool>,
}

async fn tlds(State(simulator): State<Simulator>, headers: HeaderMap, Query(page): Query<Page>) -> Response {
    let told = match simulator.backstage.meet("tlds", &headers).await {
        Ok(told) => told,
        Err(response) => return response,
    };
    let token = format!("Bearer token-{}", simulator.logins.load(Ordering::SeqCst));
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let calls = simulator.calls.fetch_add(1, Ordering::SeqCst);
    if sent != Some(token.as_str()) || calls >= simulator.config.token_lasts_calls {
        return unauthorised();
    }
    let now = simulator.backstage.now_seconds();
    let (limit, offset) = (page.limit.unwrap_or(100).min(500), page.offset.unwrap_or(0));
    let currency = if told.other_currency { "INR" } else { "USD" };
    let results: Vec<Value> = told
        .shelves
        .iter()
        .skip(offset)
        .take(limit)
        .map(|(name, shelf)| tld(name, shelf, currency, page.with_price == Some(true), now))
        .collect();
    let data = json!({"results": results, "total": told.shelves.len()});
    Json(json!({"code": 0, "data": data, "desc": "", "maintenance": false, "warnings": []})).into_response()
}

fn tld(name: &str, shelf: &Shelf, currency: &str, with_price: bool, now: i64) -> Value {
    let mut tld = json!({
        "name": name, "status": "ACT", "min_period": 1, "max_period": 10, "renew_available": !shelf.renew.is_empty(),
        "transfer_available": !shelf.transfer.is_empty(), "quarantine_period": 30, "soft_quarantine_period": 0,
    });
    if with_price {
        tld["prices"] = prices(shelf, currency, now);
    }
    tld
}

fn prices(shelf: &Shelf, currency: &str, now: i64) -> Value {
    let least = shelf.register.keys().next().copied().unwrap_or(1);
    let of = |terms: &std::collections::BTreeMap<u8, i64>| terms.values().next().map(|minor| price(*minor, currency));
    let mut prices = json!({"min_period": least, "max_period": 10});
    let register = of(&shelf.register);
    if let (Some((promo, until)), Some(usual)) = (shelf.promotion, register.clone()) {
        let mut own = price(promo, currency);
        own["promotion_details"] = json!({
            "start_date": (now - 86_400).to_string(), "end_date": until.to_string(), "non_promo_price": usual,
        });
        prices["reseller_price"] = own;
    } else if let Some(register) = &register {
        prices["reseller_price"] = register.clone();
    }
    let fields = [
        ("create_price", register),
        ("renew_price", of(&shelf.renew)),
        ("transfer_price", of(&shelf.transfer)),
        ("restore_price", shelf.restore.map(|minor| price(minor, currency))),
    ];
    for (name, price) in fields {
        if let Some(price) = price {
            prices[name] = price;
        }
    }
    prices
}

/// In the product's currency, which is another, and in the reseller's.
fn price(minor: i64, currency: &str) -> Value {
    let number = |minor: i64| serde_json::from_str::<Value>(&decimal(minor)).unwrap_or_default();
    json!({
        "product": {"currency": "EUR", "price": number(minor * 92 / 100)},
        "reseller": {"currency": currency, "price": number(minor)},
    })
}
