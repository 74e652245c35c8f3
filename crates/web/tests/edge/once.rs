//! Idempotency keys: what is sent twice happens once.

use super::stage::{NORTH, Stage};
use web::testing::{Answer, Ask};

async fn post(stage: &Stage, key: &str, name: &str) -> Answer {
    let ask = Ask::post_json(NORTH, "/api/v1/counted", format!("{{\"name\":\"{name}\"}}")).bearer("epk_north");
    ask.header("idempotency-key", key).send(&stage.router).await
}

#[tokio::test]
async fn the_same_key_gets_the_same_answer_and_the_work_is_done_once() {
    let stage = Stage::new().await;
    let first = post(&stage, "k1", "a").await;
    assert_eq!((first.status.as_u16(), first.text().as_str()), (201, "{\"made\":1}"));
    let again = post(&stage, "k1", "a").await;
    assert_eq!((again.status.as_u16(), again.text()), (201, first.text()));
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(post(&stage, "k2", "a").await.text(), "{\"made\":2}");
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    let stage = Stage::new().await;
    post(&stage, "k1", "a").await;
    let other = post(&stage, "k1", "b").await;
    assert_eq!(
        (other.status.as_u16(), other.code().as_str()),
        (422, "idempotency_key_reused")
    );
}

#[tokio::test]
async fn anothers_key_of_the_same_name_is_another_key() {
    let stage = Stage::new().await;
    post(&stage, "k1", "a").await;
    let ask = Ask::post_json("saffron.localhost", "/api/v1/counted", "{\"name\":\"a\"}").bearer("epk_saffron");
    let answer = ask.header("idempotency-key", "k1").send(&stage.router).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("idempotent-replayed")),
        (201, "")
    );
}

#[tokio::test]
async fn a_refusal_is_not_kept_and_an_old_answer_is_forgotten() {
    let stage = Stage::new().await;
    assert_eq!(post(&stage, "k1", "refuse").await.status, 409);
    assert_eq!(post(&stage, "k1", "refuse").await.header("idempotent-replayed"), "");
    assert_eq!(post(&stage, "k1", "a").await.text(), "{\"made\":1}");
    stage.clock.advance_seconds(72 * 3600 + 1);
    assert_eq!(post(&stage, "k1", "a").await.text(), "{\"made\":2}");
}

#[tokio::test]
async fn without_a_key_every_request_counts() {
    let stage = Stage::new().await;
    for made in 1..=2 {
        let ask = Ask::post_json(NORTH, "/api/v1/counted", "{\"name\":\"a\"}").bearer("epk_north");
        assert_eq!(ask.send(&stage.router).await.json()["made"], made);
    }
    assert_eq!(post(&stage, "a b", "a").await.code(), "idempotency_key_invalid");
}
