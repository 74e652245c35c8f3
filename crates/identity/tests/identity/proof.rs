//! Proof of a person on the public forms: what they show, what their policy lets in, and what is refused.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use platform::ports::{Captcha, CaptchaToken, CaptchaWidget, Humanity};
use web::testing::Answer;

use crate::support::{Browser, PASSWORD, Room};

const STRONG: &str = "seven blue kettles sing";

/// A check of our own, as the product has by default: each token is for one form and good once.
#[derive(Default)]
struct Issuing(Mutex<BTreeMap<String, &'static str>>);

const ACTIONS: [&str; 3] = ["sign_up", "join", "forgot"];

#[async_trait]
impl Captcha for Issuing {
    fn widget(&self) -> Option<CaptchaWidget> {
        Some(CaptchaWidget {
            field: "homepage_url",
            token: CaptchaToken::Issued,
            site_key: String::new(),
            script: None,
            sources: &[],
        })
    }

    fn issue(&self, action: &str) -> Option<String> {
        let mut issued = self.0.lock().unwrap();
        let token = format!("token-{}", issued.len());
        issued.insert(token.clone(), ACTIONS.into_iter().find(|own| *own == action).unwrap());
        Some(token)
    }

    async fn verify(&self, token: &str, action: &str, _: Option<IpAddr>) -> Humanity {
        let mut issued = self.0.lock().unwrap();
        match issued.get_mut(token) {
            Some(form) if *form == action => {
                *form = "spent";
                Humanity::Human
            }
            _ => Humanity::NotShown,
        }
    }
}

/// A service whose script draws a widget.
struct Service(CaptchaToken);

const SCRIPT: &str = "https://challenges.example/api.js";

#[async_trait]
impl Captcha for Service {
    fn widget(&self) -> Option<CaptchaWidget> {
        Some(CaptchaWidget {
            field: "proof",
            token: self.0,
            site_key: "public-key".into(),
            script: Some(SCRIPT.into()),
            sources: &[
                ("script-src", "https://challenges.example"),
                ("frame-src", "https://challenges.example"),
            ],
        })
    }

    async fn verify(&self, token: &str, _: &str, _: Option<IpAddr>) -> Humanity {
        match token {
            "" => Humanity::NotShown,
            "unreachable" => Humanity::Unknown,
            _ => Humanity::Human,
        }
    }
}

fn policy(answer: &Answer) -> String {
    answer.header("content-security-policy").to_owned()
}

#[tokio::test]
async fn a_visitor_joins_with_the_token_of_the_page_and_has_an_account_once_the_mail_is_opened() {
    let room = Room::with_captcha(Arc::new(Issuing::default())).await;
    let mut bob = Browser::new(&room);
    bob.get("/join").await;
    let token = bob.hidden("homepage_url");
    assert!(!token.is_empty(), "{}", bob.last.text());
    let form = [
        ("name", "Bob"),
        ("email", "bob@example.com"),
        ("password", STRONG),
        ("homepage_url", &token),
    ];
    assert_eq!(bob.post_here("/join", &form).await.status, 200, "{}", bob.last.text());
    room.run_jobs().await;
    let path = room.mailed_path();
    assert!(path.starts_with("/verify/"), "{path}");
    assert_eq!(
        bob.post(&path, &[("password", STRONG)]).await.header("location"),
        "/sign-in"
    );
    let mut bob = bob.sign_in("/sign-in", "bob@example.com", STRONG).await;
    assert_eq!(bob.get("/me/profile").await.status, 200);
}

#[tokio::test]
async fn without_a_token_or_with_one_used_before_or_of_another_form_nobody_joins_and_nothing_typed_is_lost() {
    let room = Room::with_captcha(Arc::new(Issuing::default())).await;
    let mut bob = Browser::new(&room);
    bob.get("/forgot").await;
    let of_another_form = bob.hidden("homepage_url");
    for wrong in ["", "https://spam.example", &of_another_form] {
        bob.get("/join").await;
        let form = [
            ("name", "Bob <Builder>"),
            ("email", "bob@example.com"),
            ("password", STRONG),
            ("homepage_url", wrong),
        ];
        let refused = bob.post_here("/join", &form).await;
        assert_eq!(refused.status, 422, "{wrong}");
        let page = refused.text();
        assert!(
            page.contains("did not pass") && page.contains("bob@example.com") && page.contains("Bob &#60;Builder&#62;"),
            "{page}"
        );
        assert!(!page.contains(STRONG));
    }
    room.run_jobs().await;
    assert!(room.mailbox.0.lock().unwrap().is_empty());
    // The refused page carries a fresh token: the next try passes, and a third with the same token does not.
    let token = bob.hidden("homepage_url");
    let form = [
        ("name", "Bob"),
        ("email", "bob@example.com"),
        ("password", STRONG),
        ("homepage_url", &token),
    ];
    assert_eq!(bob.post_here("/join", &form).await.status, 200);
    bob.get("/join").await;
    assert_eq!(bob.post_here("/join", &form).await.status, 422);
}

#[tokio::test]
async fn a_check_of_our_own_loads_nothing_and_leaves_the_policy_as_it_is() {
    let [with, without] = [
        Room::with_captcha(Arc::new(Issuing::default())).await,
        Room::new().await,
    ];
    for (host, path) in [
        ("localhost", "/sign-up"),
        (crate::support::HOST, "/join"),
        (crate::support::HOST, "/forgot"),
    ] {
        let own = Browser::at(&with, host).get(path).await;
        assert_eq!(
            policy(&own),
            policy(&Browser::at(&without, host).get(path).await),
            "{path}"
        );
        assert!(
            !own.text().contains("<noscript>") && own.text().matches("<script").count() == 1,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_services_widget_is_let_in_on_the_public_forms_and_nowhere_else() {
    let room = Room::with_captcha(Arc::new(Service(CaptchaToken::Drawn("cf-turnstile")))).await;
    room.owner().await;
    for (host, path, action) in [
        ("localhost", "/sign-up", "sign_up"),
        (crate::support::HOST, "/join", "join"),
        (crate::support::HOST, "/forgot", "forgot"),
    ] {
        let mut visitor = Browser::at(&room, host);
        let shown = visitor.get(path).await;
        let refused = visitor.post_here(path, &[]).await;
        for answer in [shown, refused] {
            let policy = policy(&answer);
            assert!(
                policy.contains("script-src 'self' https://challenges.example;")
                    && policy.contains("frame-src https://challenges.example"),
                "{path}: {policy}"
            );
            let page = answer.text();
            let widget =
                format!(r#"<div class="cf-turnstile" data-sitekey="public-key" data-action="{action}"></div>"#);
            assert!(page.contains(&widget), "{path}: {page}");
            assert!(page.contains(&format!(r#"<script src="{SCRIPT}" async defer></script>"#)));
            assert!(page.contains("<noscript>") && page.contains("This form needs JavaScript"));
        }
    }
    let mut visitor = Browser::new(&room);
    let mut owner = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    for answer in [
        visitor.get("/sign-in").await,
        visitor.get("/console/sign-in").await,
        visitor.get("/no/such/page").await,
        visitor.get("/reset/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await,
        owner.get("/console/users").await,
        owner.get("/console/profile").await,
    ] {
        assert!(!policy(&answer).contains("challenges.example"), "{}", policy(&answer));
        assert!(!answer.text().contains("challenges.example"));
    }
    // What a mail would be sent for is told without any widget.
    visitor.get("/forgot").await;
    let sent = visitor
        .post_here("/forgot", &[("email", "ann@example.com"), ("proof", "passed")])
        .await;
    assert_eq!(sent.status, 200);
    assert!(!policy(&sent).contains("challenges.example"));
}

#[tokio::test]
async fn a_token_that_is_asked_for_when_the_form_is_sent_has_a_field_that_names_its_key_and_form() {
    let room = Room::with_captcha(Arc::new(Service(CaptchaToken::Asked))).await;
    let page = Browser::new(&room).get("/join").await.text();
    assert!(
        page.contains(r#"<input type="hidden" name="proof" data-captcha="public-key" data-action="join">"#),
        "{page}"
    );
}

#[tokio::test]
async fn when_the_judge_cannot_be_reached_the_form_says_so_and_keeps_what_was_typed() {
    let room = Room::with_captcha(Arc::new(Service(CaptchaToken::Drawn("widget")))).await;
    let mut visitor = Browser::new(&room);
    visitor.get("/join").await;
    let refused = visitor
        .post_here(
            "/join",
            &[("name", "Bob"), ("email", "bob@example.com"), ("proof", "unreachable")],
        )
        .await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (503, "30"));
    assert!(refused.text().contains("bob@example.com") && refused.text().contains("cannot be reached"));
}
