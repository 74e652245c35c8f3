//! Who gets in: hosts, keys, cookies, links, limits.

use super::stage::{NORTH, SAFFRON, Stage};
use web::testing::Ask;

const LIST: &str = "/api/v1/things";

#[tokio::test]
async fn a_key_works_at_its_own_host_and_at_localhost() {
    let stage = Stage::new().await;
    for host in [NORTH, "localhost:8080", "127.0.0.1:8080"] {
        let answer = Ask::get(host, LIST).bearer("epk_north").send(&stage.router).await;
        assert_eq!(answer.status, 200, "{host}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_key_at_another_tenants_host_finds_nothing() {
    let stage = Stage::new().await;
    let answer = Ask::get(SAFFRON, LIST).bearer("epk_north").send(&stage.router).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (404, "not_found"));
}

#[tokio::test]
async fn a_host_of_nobody_finds_nothing() {
    let stage = Stage::new().await;
    for path in [LIST, "/", "/console"] {
        assert_eq!(
            Ask::get("unknown.example", path)
                .bearer("epk_north")
                .send(&stage.router)
                .await
                .status,
            404,
            "{path}"
        );
    }
}

#[tokio::test]
async fn without_credentials_the_api_says_401_and_how() {
    let stage = Stage::new().await;
    let answer = Ask::get(NORTH, LIST).send(&stage.router).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (401, "credentials_missing")
    );
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    let wrong = Ask::get(NORTH, LIST).bearer("epk_guess").send(&stage.router).await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.code().as_str()),
        (401, "credentials_wrong")
    );
}

#[tokio::test]
async fn guessing_keys_is_over_after_a_while() {
    let stage = Stage::new().await;
    let mut last = 0;
    for guess in 0..101 {
        last = Ask::get(NORTH, LIST)
            .bearer(&format!("guess{guess}"))
            .send(&stage.router)
            .await
            .status
            .as_u16();
    }
    assert_eq!(last, 429);
    assert_eq!(
        Ask::get(NORTH, LIST)
            .bearer("epk_north")
            .send(&stage.router)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn cookies_are_not_looked_at_in_the_api() {
    let stage = Stage::new().await;
    let answer = Ask::get(NORTH, LIST)
        .header("cookie", "__Host-console=staff")
        .send(&stage.router)
        .await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn a_page_sends_strangers_to_the_right_sign_in_and_back() {
    let stage = Stage::new().await;
    let console = Ask::get(NORTH, "/console?x=1").send(&stage.router).await;
    assert_eq!(
        (console.status.as_u16(), console.header("location")),
        (303, "/console/sign-in?next=%2Fconsole%3Fx%3D1")
    );
    let account = Ask::get(NORTH, "/account").send(&stage.router).await;
    assert_eq!(account.header("location"), "/sign-in?next=%2Faccount");
}

#[tokio::test]
async fn staff_and_customers_are_separate_logins() {
    let stage = Stage::new().await;
    let both = "__Host-console=staff; __Host-portal=buyer";
    let console = Ask::get(NORTH, "/console")
        .header("cookie", both)
        .send(&stage.router)
        .await;
    assert_eq!((console.status.as_u16(), console.text().as_str()), (200, "Ada true"));
    assert_eq!(
        Ask::get(NORTH, "/account")
            .header("cookie", both)
            .send(&stage.router)
            .await
            .text(),
        "ada@example.com"
    );
    let buyer = Ask::get(NORTH, "/console")
        .header("cookie", "__Host-console=buyer")
        .send(&stage.router)
        .await;
    assert_eq!(buyer.status, 303);
    let customer = Ask::get(NORTH, LIST).bearer("customer_north").send(&stage.router).await;
    assert_eq!(
        (customer.status.as_u16(), customer.code().as_str()),
        (403, "staff_only")
    );
}

#[tokio::test]
async fn a_session_of_another_tenant_counts_as_none() {
    let stage = Stage::new().await;
    let answer = Ask::get(NORTH, "/console")
        .header("cookie", "__Host-console=stranger")
        .send(&stage.router)
        .await;
    assert_eq!(answer.status, 303);
}

#[tokio::test]
async fn the_installations_own_host_is_nobodys_site() {
    let stage = Stage::new().await;
    assert_eq!(
        Ask::get("localhost:8080", "/").send(&stage.router).await.text(),
        "installation"
    );
    assert_eq!(Ask::get(NORTH, "/").send(&stage.router).await.text(), "northwind");
    assert_eq!(
        Ask::get("localhost:8080", "/console").send(&stage.router).await.status,
        404
    );
}

#[tokio::test]
async fn a_link_opens_its_one_object_at_its_one_tenant() {
    let stage = Stage::new().await;
    let good = Ask::get(NORTH, "/l/good").send(&stage.router).await;
    assert_eq!(
        (good.status.as_u16(), good.header("referrer-policy")),
        (200, "no-referrer")
    );
    assert_eq!(Ask::get(NORTH, "/l/bad").send(&stage.router).await.status, 404);
    assert_eq!(Ask::get(SAFFRON, "/l/good").send(&stage.router).await.status, 404);
}

#[tokio::test]
async fn a_key_is_limited_and_told_when_to_come_back() {
    let stage = Stage::new().await;
    let ask = || Ask::get(NORTH, LIST).bearer("epk_slow").send(&stage.router);
    let first = ask().await;
    assert_eq!(
        (first.header("ratelimit-limit"), first.header("ratelimit-remaining")),
        ("2", "1")
    );
    ask().await;
    let third = ask().await;
    assert_eq!(
        (
            third.status.as_u16(),
            third.code().as_str(),
            third.header("retry-after")
        ),
        (429, "rate_limited", "5")
    );
    stage.clock.advance_seconds(5);
    assert_eq!(ask().await.status, 200);
}

#[tokio::test]
async fn the_operator_needs_the_token_a_reason_and_the_installations_own_host() {
    // SHA-256 of "operator".
    let digest = hex::decode("06e55b633481f7bb072957eabcf110c972e86691c3cfedabe088024bffe42f23").unwrap();
    let stage = Stage::with(|config| config.operator_token_sha256 = Some(digest.try_into().unwrap())).await;
    let ask = |host, token| Ask::get(host, "/api/v1/operator/tenants").bearer(token);
    let good = ask("localhost", "operator")
        .header("operator-reason", "ticket 4711")
        .send(&stage.router)
        .await;
    assert_eq!((good.status.as_u16(), good.text().as_str()), (200, "ticket 4711"));
    assert_eq!(
        ask("localhost", "operator").send(&stage.router).await.code(),
        "operator_reason_missing"
    );
    assert_eq!(ask("localhost", "epk_north").send(&stage.router).await.status, 401);
    assert_eq!(ask(NORTH, "operator").send(&stage.router).await.status, 404);
}

#[tokio::test]
async fn without_an_operator_token_there_is_no_operator() {
    let stage = Stage::new().await;
    assert_eq!(
        Ask::get("localhost", "/api/v1/operator/tenants")
            .bearer("")
            .send(&stage.router)
            .await
            .status,
        401
    );
}
