//! A visitor becomes a customer: the form with the proof of a person the product brings itself, the mail, the customer.

use std::sync::Arc;

use adapters::captcha::{Local, local};
use jiff::SignedDuration;
use testkit::{form, hidden};
use web::testing::{Answer, Ask};

use crate::house::TestHouse;

const PASSWORD: &str = "a password of some length";

/// Sends the form that was shown, as the same browser.
async fn send(house: &TestHouse, host: &str, path: &str, shown: &Answer, fields: &[(&str, &str)]) -> Answer {
    let csrf = hidden(&shown.text(), "csrf");
    let body = form([("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()));
    Ask::post_form(host, path, body)
        .header("cookie", &shown.cookies())
        .send(&house.house.router)
        .await
}

async fn show(house: &TestHouse, host: &str, path: &str) -> Answer {
    Ask::get(host, path)
        .header("accept", "text/html")
        .send(&house.house.router)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_who_passes_the_proof_joins_confirms_and_is_a_customer() {
    let house = TestHouse::with_captcha(|clock| Arc::new(Local::new(&[7; 32], local::Ages::default(), clock))).await;
    let company = house.company(1, "northwind").await;
    let shown = show(&house, &company.host, "/join").await;
    let page = shown.text();
    let token = page
        .split("name=\"homepage_url\"")
        .nth(1)
        .and_then(|rest| rest.split("value=\"").nth(1));
    let token = token
        .and_then(|rest| rest.split('"').next())
        .expect("the proof's field");
    let typed = [
        ("name", "Bob Grey"),
        ("email", "bob@elsewhere.example"),
        ("password", PASSWORD),
    ];
    let with = |token| typed.into_iter().chain([("homepage_url", token)]).collect::<Vec<_>>();

    // A person takes a moment to type, and does not see the field that a program fills.
    house.installation.clock.advance(SignedDuration::from_secs(30));
    let program = send(&house, &company.host, "/join", &shown, &with("https://spam.example")).await;
    assert_eq!(program.status, 422);
    assert!(
        program.text().contains("bob@elsewhere.example"),
        "what was typed is still there"
    );
    let joined = send(&house, &company.host, "/join", &shown, &with(token)).await;
    assert_eq!(joined.status, 200, "{}", joined.text());

    house.run_jobs().await;
    let link = {
        let mails = house.mail.0.lock().unwrap();
        let text = mails
            .iter()
            .map(|mail| mail.text.as_str())
            .find(|text| text.contains("/verify/"));
        let rest = text.and_then(|text| text.split("/verify/").nth(1)).expect("the mail");
        format!("/verify/{}", rest.split_whitespace().next().unwrap_or_default())
    };
    let shown = show(&house, &company.host, &link).await;
    let confirmed = send(&house, &company.host, &link, &shown, &[("password", PASSWORD)]).await;
    assert_eq!(confirmed.status, 303, "{}", confirmed.text());
    house.run_jobs().await;
    let found = house
        .ask(&company.host, &company.key, "/api/v1/customers?q=bob%40elsewhere")
        .await
        .json();
    assert_eq!(found["data"][0]["name"], "Bob Grey", "{found}");
}
