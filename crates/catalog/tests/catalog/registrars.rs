//! Registrar accounts: added, changed, paused, over the API and on pages; their credentials go in and never come out.

use axum::http::Method;
use catalog::Books;
use kernel::RegistrarId;
use platform::audit;
use scoped_futures::ScopedFutureExt;
use serde_json::{Value, json};
use testkit::TestInstallation;
use web::testing::{Answer, Ask};

use crate::common::installation;
use crate::stage::{HOST, Stage, api, around, hidden, page, submit};

const PATH: &str = "/api/v1/catalog/registrars";

fn account(slug: &str) -> Value {
    json!({
        "slug": slug, "name": "GoDaddy", "kind": "godaddy", "sells": "all", "rank": 2, "currency": "USD",
        "credentials": {"key": "key-7", "secret": "hunter2"},
    })
}

async fn post(stage: &Stage, path: &str, body: &Value, who: &str) -> Answer {
    Ask::post_json(HOST, path, body).bearer(who).send(&stage.router).await
}

async fn put(stage: &Stage, path: &str, body: &Value, if_match: &str) -> Answer {
    Ask::new(Method::PUT, HOST, path)
        .header("content-type", "application/json")
        .header("if-match", if_match)
        .body(body.to_string())
        .bearer("manager")
        .send(&stage.router)
        .await
}

/// What the adapter of an account would sign with.
async fn opened(stage: &Stage, id: &str) -> Option<(String, String)> {
    let ctx = stage.test.system(TestInstallation::tenant(1));
    let id: RegistrarId = id.parse().unwrap();
    let registrar = ctx
        .read(|read| async move { catalog::registrars::by_id(read, id).await }.scope_boxed())
        .await
        .unwrap();
    let credentials = catalog::registrars::credentials(&ctx, &registrar).unwrap();
    credentials.map(|credentials| (credentials.key, credentials.secret))
}

fn pair(key: &str, secret: &str) -> Option<(String, String)> {
    Some((key.to_owned(), secret.to_owned()))
}

#[tokio::test]
async fn an_account_is_added_once_and_nobody_is_told_its_credentials() {
    let stage = Stage::new().await;
    let add = || {
        Ask::post_json(HOST, PATH, account("godaddy"))
            .bearer("manager")
            .header("idempotency-key", "one")
            .send(&stage.router)
    };
    let (added, again) = (add().await, add().await);
    assert_eq!(
        (added.status.as_u16(), again.status.as_u16()),
        (201, 201),
        "{}",
        added.text()
    );
    assert_eq!(added.json(), again.json());
    let id = added.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(opened(&stage, &id).await, pair("key-7", "hunter2"));

    let one = api(&stage, &format!("{PATH}/{id}"), "seller").await;
    assert_eq!((one.status.as_u16(), one.header("etag")), (200, "\"1\""));
    assert_eq!(one.json(), added.json());
    let mut told = added.text() + &one.text() + &api(&stage, PATH, "manager").await.text();
    for path in ["", ".csv", &format!("/{id}")] {
        told += &page(&stage, &format!("/console/registrars{path}"), "manager")
            .await
            .text();
    }
    let ctx = stage.test.system(TestInstallation::tenant(1));
    let entries = ctx
        .read(|read| async move { audit::list(read, &audit::Filter::default(), None, 100).await }.scope_boxed())
        .await
        .unwrap();
    assert!(
        entries
            .iter()
            .any(|entry| entry.act == "catalog.registrar.added" && entry.subject == id)
    );
    told += &entries.iter().map(|entry| entry.detail.to_string()).collect::<String>();
    assert!(!told.contains("hunter2") && !told.contains("key-7"), "{told}");
}

#[tokio::test]
async fn a_change_is_based_on_what_was_seen_and_keeps_credentials_that_are_not_sent() {
    let stage = Stage::new().await;
    let added = post(&stage, PATH, &account("godaddy"), "manager").await.json();
    let id = added["id"].as_str().unwrap();
    let path = format!("{PATH}/{id}");
    let mut body = json!({"name": "GoDaddy EU", "sells": "priced", "rank": 1, "currency": "EUR"});
    let changed = put(&stage, &path, &body, "\"1\"").await;
    assert_eq!(
        (changed.status.as_u16(), changed.header("etag")),
        (200, "\"2\""),
        "{}",
        changed.text()
    );
    let now = changed.json();
    assert_eq!(
        (
            &now["name"],
            &now["sells"],
            &now["rank"],
            &now["currency"],
            &now["slug"]
        ),
        (
            &json!("GoDaddy EU"),
            &json!("priced"),
            &json!(1),
            &json!("EUR"),
            &json!("godaddy")
        )
    );
    assert_eq!(opened(&stage, id).await, pair("key-7", "hunter2"));

    body["name"] = json!("Somebody slower");
    assert_eq!(put(&stage, &path, &body, "\"1\"").await.status, 412);
    body["name"] = json!("GoDaddy EU");
    body["credentials"] = json!({"key": "key-8", "secret": "hunter3"});
    stage.test.clock.advance(jiff::SignedDuration::from_hours(1));
    let replaced = put(&stage, &path, &body, "\"2\"").await.json();
    assert_eq!(replaced["version"], 3);
    assert_ne!(replaced["credentials_at"], now["credentials_at"]);
    assert_eq!(opened(&stage, id).await, pair("key-8", "hunter3"));

    body.as_object_mut().unwrap().remove("credentials");
    let same = put(&stage, &path, &body, "*").await.json();
    assert_eq!(same["version"], 3, "nothing differed, nothing was written");
}

#[tokio::test]
async fn an_account_is_paused_and_resumed_once_each() {
    let stage = Stage::new().await;
    let id = stage.seeded.registrar.id;
    for (verb, state, again) in [
        ("pause", "paused", "registrar_paused"),
        ("resume", "active", "registrar_active"),
    ] {
        let path = format!("{PATH}/{id}/{verb}");
        let turned = post(&stage, &path, &json!({}), "manager").await;
        assert_eq!((turned.status.as_u16(), &turned.json()["state"]), (200, &json!(state)));
        let again_answer = post(&stage, &path, &json!({}), "manager").await;
        assert_eq!(
            (again_answer.status.as_u16(), again_answer.code()),
            (409, again.to_owned())
        );
    }
}

#[tokio::test]
async fn everything_wrong_with_an_account_is_told_at_once() {
    let stage = Stage::new().await;
    let cases = [
        (
            json!({"slug": "Go Daddy", "name": " ", "rank": 0, "credentials": {"key": "", "secret": "two words"}}),
            422,
            vec![
                ("/slug", "bad_slug"),
                ("/name", "bad_name"),
                ("/rank", "bad_rank"),
                ("/credentials/key", "required"),
                ("/credentials/secret", "bad_credentials"),
            ],
        ),
        (
            json!({"kind": "none"}),
            422,
            vec![("/credentials/key", "credentials_not_used")],
        ),
        (json!({"currency": "usd"}), 422, vec![("/currency", "currency_unknown")]),
        (json!({"slug": "atcost"}), 409, vec![("/slug", "registrar_exists")]),
    ];
    for (wrong, status, wanted) in cases {
        let mut body = account("another");
        for (name, value) in wrong.as_object().unwrap() {
            body[name] = value.clone();
        }
        let answer = post(&stage, PATH, &body, "manager").await;
        assert_eq!(answer.status, status, "{}", answer.text());
        let told = answer.json()["errors"].clone();
        let told: Vec<_> = told
            .as_array()
            .unwrap()
            .iter()
            .map(|error| {
                (
                    error["pointer"].as_str().unwrap().to_owned(),
                    error["code"].as_str().unwrap().to_owned(),
                )
            })
            .collect();
        let wanted: Vec<_> = wanted
            .iter()
            .map(|(at, code)| ((*at).to_owned(), (*code).to_owned()))
            .collect();
        assert_eq!(told, wanted);
        assert!(!answer.text().contains("hunter2"));
    }
    let unknown = post(&stage, PATH, &json!({"slug": "x"}), "manager").await;
    assert!(unknown.status.is_client_error());
}

#[tokio::test]
async fn only_who_may_edit_accounts_does_and_only_his_own_companys() {
    let stage = Stage::new().await;
    let id = stage.seeded.registrar.id;
    let edit = json!({"name": "Mine now", "sells": "all", "rank": 1, "currency": "USD"});
    assert_eq!(post(&stage, PATH, &account("x"), "seller").await.status, 403);
    for path in ["pause", "resume"].map(|verb| format!("{PATH}/{id}/{verb}")) {
        assert_eq!(post(&stage, &path, &json!({}), "seller").await.status, 403);
        let stranger = Ask::post_json("localhost", &path, "{}").bearer("stranger");
        assert_eq!(stranger.send(&stage.router).await.status, 404);
    }
    for (who, status) in [("seller", 403), ("stranger", 404)] {
        let host = if who == "stranger" { "localhost" } else { HOST };
        let answer = Ask::new(Method::PUT, host, &format!("{PATH}/{id}"))
            .header("content-type", "application/json")
            .body(edit.to_string())
            .bearer(who)
            .send(&stage.router)
            .await;
        assert_eq!(answer.status, status, "{who}");
    }
    for path in [
        "/console/registrars/new".to_owned(),
        format!("/console/registrars/{id}"),
    ] {
        assert_eq!(page(&stage, &path, "seller").await.status, 403, "{path}");
    }
    let list = page(&stage, "/console/registrars", "seller").await.text();
    assert!(!list.contains("/console/registrars/new") && !list.contains("/pause"));
}

const FORM: [(&str, &str); 8] = [
    ("name", "GoDaddy"),
    ("slug", "godaddy"),
    ("kind", "godaddy"),
    ("currency", "USD"),
    ("rank", "2"),
    ("sells", "all"),
    ("key", "key-7"),
    ("secret", "hunter2"),
];

#[tokio::test]
async fn an_account_is_added_on_its_page_and_a_refusal_keeps_what_was_typed() {
    let stage = Stage::new().await;
    let mut typed = FORM;
    (typed[0].1, typed[4].1, typed[7].1) = ("Go <Daddy>", "first", "two words");
    let refused = submit(&stage, "/console/registrars/new", "/console/registrars", &typed).await;
    let text = refused.text();
    assert_eq!(refused.status, 422, "{text}");
    for kept in [
        "Go &#60;Daddy&#62;",
        "value=\"first\"",
        "value=\"key-7\"",
        "#f-rank",
        "#f-secret",
    ] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    assert!(!text.contains("two words"), "a secret is never sent back");

    let added = submit(&stage, "/console/registrars/new", "/console/registrars", &FORM).await;
    assert_eq!(
        (added.status.as_u16(), added.header("location")),
        (303, "/console/registrars")
    );
    let twice = submit(&stage, "/console/registrars/new", "/console/registrars", &FORM).await;
    assert_eq!(twice.status, 409);
    assert!(twice.text().contains("value=\"key-7\"") && twice.text().contains("#f-slug"));
    let list = page(&stage, "/console/registrars", "manager").await.text();
    assert!(list.contains(">GoDaddy</bdi>") && list.contains("At cost"));
}

#[tokio::test]
async fn an_account_is_edited_on_its_page_and_who_is_slower_sees_what_was_saved() {
    let stage = Stage::new().await;
    let id = stage.seeded.registrar.id;
    let at = format!("/console/registrars/{id}");
    let form = page(&stage, &at, "manager").await.text();
    let version = hidden(&form, "version");
    let edit = |name: &'static str| {
        [
            ("version", "1"),
            ("name", name),
            ("currency", "USD"),
            ("rank", "1"),
            ("sells", "priced"),
            ("key", ""),
            ("secret", ""),
        ]
    };
    assert_eq!(version, "1");
    assert_eq!(submit(&stage, &at, &at, &edit("Wholesale")).await.status, 303);
    let slower = submit(&stage, &at, &at, &edit("Too late")).await;
    let text = slower.text();
    assert_eq!(slower.status, 412);
    assert!(
        text.contains("value=\"Too late\"") && text.contains("Saved meanwhile: Wholesale"),
        "{text}"
    );
    assert_eq!(hidden(&text, "version"), "2", "saving again is then knowingly done");

    let paused = submit(&stage, &at, &format!("{at}/pause"), &[]).await;
    assert_eq!(paused.status, 303);
    assert!(
        page(&stage, &at, "manager")
            .await
            .text()
            .contains(&format!("{at}/resume"))
    );
    let missing = format!("/console/registrars/{}", RegistrarId::NONE);
    assert_eq!(page(&stage, &missing, "manager").await.status, 404);
}

#[tokio::test]
async fn an_empty_list_leads_to_the_first_account_and_list() {
    let test = installation().await;
    let stage = around(test, Books::new());
    for (path, new) in [
        ("/console/registrars", "/console/registrars/new"),
        ("/console/prices/lists", "/console/prices/lists/new"),
    ] {
        let answer = Ask::get(HOST, path)
            .header("cookie", "__Host-console=manager; console=manager")
            .send(&stage.router)
            .await;
        assert_eq!(answer.status, 200);
        assert!(
            answer.text().contains("class=\"empty\"") && answer.text().contains(new),
            "{}",
            answer.text()
        );
    }
}
