//! Who is refused for lack of a right is in the audit log.

use kernel::{ApiKeyId, Id, UserId};
use platform::Who;
use platform::audit::{self, Filter};
use scoped_futures::ScopedFutureExt;
use serde_json::{Value, json};
use uuid::Uuid;
use web::testing::Ask;

use super::stage::{NORTH, SAFFRON, Stage};

const LIST: &str = "/api/v1/things";

/// The entries of Northwind's audit log about refusals, oldest first: actor, subject, detail.
async fn denials(stage: &Stage) -> Vec<(String, String, Value)> {
    let filter = &Filter {
        act: Some("access.denied".into()),
        ..Filter::default()
    };
    let entries = stage
        .north()
        .read(|read| async move { audit::list(read, filter, None, 50).await }.scope_boxed())
        .await
        .unwrap();
    let told = |entry: audit::Entry| (entry.actor, entry.subject, entry.detail["now"].clone());
    entries.into_iter().rev().map(told).collect()
}

#[tokio::test]
async fn who_is_refused_for_lack_of_a_right_is_in_the_audit_log_once_a_minute() {
    let stage = Stage::new().await;
    let forbidden = |key| {
        Ask::post_json(NORTH, LIST, r#"{"name":"forbidden"}"#)
            .bearer(key)
            .send(&stage.router)
    };
    for _ in 0..3 {
        assert_eq!(forbidden("epk_north").await.status, 403);
    }
    let told = denials(&stage).await;
    assert_eq!(told.len(), 1, "{told:?}");
    let (actor, subject, detail) = &told[0];
    assert_eq!(
        *actor,
        Who::ApiKey(
            ApiKeyId::from_uuid(Uuid::from_u128(11)),
            UserId::from_uuid(Uuid::from_u128(11))
        )
        .to_string()
    );
    assert_eq!(subject, "sample.change");
    assert_eq!(*detail, json!({ "code": "forbidden", "method": "POST", "route": LIST }));
    forbidden("epk_slow").await;
    assert_eq!(denials(&stage).await.len(), 2, "another key, another entry");
    stage.clock.advance_seconds(60);
    forbidden("epk_north").await;
    assert_eq!(denials(&stage).await.len(), 3);
    stage.app.platform().db().number_saved_rows().await.unwrap();
    assert_eq!(audit::verify(&stage.north()).await.unwrap(), Ok(3));
}

#[tokio::test]
async fn a_refused_transaction_leaves_nothing_but_the_refusal() {
    let stage = Stage::new().await;
    let refused = Ask::post_json(NORTH, "/api/v1/counted", r#"{"name":"forbidden"}"#).bearer("epk_north");
    assert_eq!(refused.send(&stage.router).await.status, 403);
    assert_eq!(denials(&stage).await[0].1, "sample.change");
    let counted = Ask::post_json(NORTH, "/api/v1/counted", r#"{"name":"x"}"#).bearer("epk_north");
    assert_eq!(counted.send(&stage.router).await.json()["made"], 1);
}

#[tokio::test]
async fn the_wrong_kind_of_caller_is_noted_by_route_and_a_visitor_not_at_all() {
    let stage = Stage::new().await;
    Ask::get(NORTH, &format!("{LIST}/x?secret=1"))
        .bearer("customer_north")
        .send(&stage.router)
        .await;
    Ask::get(NORTH, LIST).send(&stage.router).await;
    Ask::get(SAFFRON, LIST).bearer("epk_north").send(&stage.router).await;
    let told = denials(&stage).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (told[0].1.as_str(), &told[0].2),
        (
            "/api/v1/things/{id}",
            &json!({ "code": "staff_only", "method": "GET", "route": "/api/v1/things/{id}" })
        )
    );
}
