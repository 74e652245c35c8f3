//! What the health of price sync says of the price book.

use serde_json::json;
use web::testing::Ask;

use crate::stage::{HOST, Stage};

#[tokio::test]
async fn health_tells_how_often_memory_answered_for_the_price_book() {
    let stage = Stage::new().await;
    let ask = async |path: &str| Ask::get(HOST, path).bearer("manager").send(&stage.router).await.json();
    let book = ask("/api/v1/price-sync/health").await["price_book"].clone();
    assert_eq!(
        (&book["reads"], &book["hit_rate_percent"]),
        (&json!(0), &json!(null)),
        "{book}"
    );
    for _ in 0..4 {
        ask("/api/v1/catalog/prices/com").await;
    }
    let book = ask("/api/v1/price-sync/health").await["price_book"].clone();
    let count = |name: &str| book[name].as_i64().unwrap();
    // The first reader waited for the book to be loaded, and nobody after it.
    assert_eq!(count("reads") - count("from_memory"), 1, "{book}");
    assert_eq!((count("loads"), count("reads") >= 4), (1, true), "{book}");
    let rate: f64 = book["hit_rate_percent"].as_str().unwrap().parse().unwrap();
    assert!((50.0..100.0).contains(&rate), "{book}");
}
