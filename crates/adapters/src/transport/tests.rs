//! The same behaviour over the network and in memory.

use axum::response::Redirect;
use axum::routing::get;

use super::*;
use crate::loopback;

fn router() -> Router {
    Router::new()
        .route(
            "/id",
            get(|headers: HeaderMap| async move {
                headers
                    .get(CORRELATION_HEADER)
                    .map(|id| id.to_str().unwrap().to_owned())
                    .unwrap_or_default()
            }),
        )
        .route("/away", get(|| async { Redirect::temporary("http://127.0.0.1:1/") }))
        .route("/long", get(|| async { vec![b'x'; 4096] }))
        .route("/never", get(|| async { std::future::pending::<&str>().await }))
}

async fn both() -> Vec<(Transport, String, Option<loopback::Served>)> {
    let served = loopback::serve_on_any_port(router()).await.unwrap();
    let base = served.url();
    vec![
        (Transport::loopback().unwrap(), base, Some(served)),
        (Transport::memory(router()), "http://simulated".to_owned(), None),
    ]
}

const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn the_correlation_id_of_the_work_under_way_travels_with_each_call() {
    for (transport, base, _served) in both().await {
        let call = transport.send(Call::get(format!("{base}/id")), SOON);
        let answer = with_correlation("trace-7".to_owned(), call).await.unwrap();
        assert_eq!(answer.body, b"trace-7");
        let answer = transport.send(Call::get(format!("{base}/id")), SOON).await.unwrap();
        assert_eq!(answer.body, b"");
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    for (transport, base, _served) in both().await {
        assert_eq!(
            transport
                .send(Call::get(format!("{base}/away")), SOON)
                .await
                .unwrap()
                .status,
            307
        );
    }
}

#[tokio::test]
async fn an_answer_over_the_cap_is_refused() {
    for (transport, base, _served) in both().await {
        let transport = transport.with_body_cap(1000);
        let outcome = transport.send(Call::get(format!("{base}/long")), SOON).await;
        assert_eq!(outcome.unwrap_err(), TransportError::TooLarge(1000));
    }
}

#[tokio::test]
async fn a_silent_server_is_left_at_the_deadline() {
    for (transport, base, _served) in both().await {
        let within = Duration::from_millis(50);
        let outcome = transport.send(Call::get(format!("{base}/never")), within).await;
        assert_eq!(outcome.unwrap_err(), TransportError::TimedOut(within));
    }
}

#[tokio::test]
async fn a_refused_connection_is_broken_and_tells_no_address() {
    let outcome = Transport::loopback()
        .unwrap()
        .send(Call::get("http://127.0.0.1:1/?secret=x"), SOON)
        .await;
    let Err(TransportError::Broken(words)) = outcome else {
        panic!("{outcome:?}")
    };
    assert!(!words.contains("secret"), "{words}");
}

#[test]
fn secrets_travel_only_over_tls_or_within_the_machine() {
    for safe in [
        "https://api.example.net",
        "http://127.0.0.1:9/v1",
        "http://localhost:80",
        "http://[::1]:1",
    ] {
        assert!(may_carry_secrets(safe), "{safe}");
    }
    for unsafe_ in [
        "http://api.example.net",
        "http://10.0.0.1",
        "http://localhost.example.net",
        "ftp://x",
        "",
    ] {
        assert!(!may_carry_secrets(unsafe_), "{unsafe_}");
    }
}
