//! The portfolio: names taken in, listed, shown.

use domains::portfolio::Adoption;
use jiff::SignedDuration;
use kernel::{CustomerId, RegistrarId};
use serde_json::{Value, json};
use web::testing::{Answer, Ask};

use super::stage::{SHOP, Stage};

async fn get(stage: &Stage, key: &str, path: &str) -> Answer {
    Ask::get(SHOP, path).bearer(key).send(&stage.router).await
}

async fn names(stage: &Stage, query: &str) -> Vec<String> {
    let answer = get(stage, "epk_seller", &format!("/api/v1/domains{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let rows = answer.json()["data"].as_array().unwrap().clone();
    rows.iter()
        .map(|row| row["ascii"].as_str().unwrap().to_owned())
        .collect()
}

fn later(adoption: Adoption, days: i64) -> Adoption {
    let expires_at = adoption.expires_at.plus(SignedDuration::from_hours(24 * days));
    Adoption { expires_at, ..adoption }
}

#[tokio::test]
async fn names_taken_in_are_listed_by_expiry_with_what_their_years_were_sold_for() {
    let stage = Stage::new().await;
    let (ann, bob) = (stage.customer(1, "Ann").await, stage.customer(1, "Bob").await);
    let ids = stage
        .adopt(&[
            later(stage.held("b.com", ann), 2),
            stage.held("Bücher.org", bob),
            later(stage.held("a.com", bob), 1),
            Adoption {
                registered_at: "2019-05-01T00:00:00Z".parse().unwrap(),
                expires_at: "2026-11-20T00:00:00Z".parse().unwrap(),
                ..stage.held("gone_by.com".replace('_', "-").as_str(), ann)
            },
        ])
        .await
        .unwrap();
    assert_eq!(
        names(&stage, "").await,
        ["gone-by.com", "xn--bcher-kva.org", "a.com", "b.com"]
    );
    assert_eq!(
        names(&stage, "?sort=-name&state=active").await,
        ["xn--bcher-kva.org", "b.com", "a.com"]
    );
    assert_eq!(names(&stage, &format!("?customer={bob}&ending=.COM")).await, ["a.com"]);
    assert_eq!(names(&stage, "?state=expired").await, ["gone-by.com"]);
    assert_eq!(names(&stage, "?q=GONE").await, ["gone-by.com"]);
    for text in ["%25", "_", "%5C", "'"] {
        assert!(names(&stage, &format!("?q={text}")).await.is_empty(), "{text}");
    }
    let one = get(&stage, "epk_seller", &format!("/api/v1/domains/{}", ids[1])).await;
    assert_eq!(one.header("etag"), "\"1\"");
    let one = one.json();
    assert_eq!(
        (&one["name"], &one["by_year"][0]["minor"]),
        (&json!("bücher.org"), &json!(686))
    );
    // Nobody knows what a name of 2019 was sold for.
    let old = get(&stage, "epk_seller", &format!("/api/v1/domains/{}", ids[3]))
        .await
        .json();
    assert_eq!((&old["state"], &old["by_year"]), (&json!("expired"), &json!([])));
}

#[tokio::test]
async fn pages_of_the_list_meet_without_gap_or_repetition_in_either_order() {
    let stage = Stage::new().await;
    let ann = stage.customer(1, "Ann").await;
    // Many expire at one instant.
    let held: Vec<Adoption> = (0..25)
        .map(|n| later(stage.held(&format!("n{n}.com"), ann), n / 10))
        .collect();
    stage.adopt(&held).await.unwrap();
    for sort in ["expires_at", "-expires_at", "name", "-name"] {
        let (mut all, mut after) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/v1/domains?limit=7&sort={sort}{after}");
            let page = get(&stage, "epk_seller", &path).await.json();
            all.extend(
                page["data"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|row| row["ascii"].as_str().unwrap().to_owned()),
            );
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        let mut distinct = all.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!((all.len(), distinct.len()), (25, 25), "{sort}");
    }
    let foreign = get(&stage, "epk_seller", "/api/v1/domains?after=WyJhIiwiYiJd").await;
    assert_eq!(foreign.status, 400);
}

#[tokio::test]
async fn what_cannot_be_taken_in_is_refused_by_field_and_nothing_is_kept() {
    let stage = Stage::new().await;
    let ann = stage.customer(1, "Ann").await;
    let stranger = stage.customer(2, "Zoe").await;
    let far = "2038-01-01T00:00:00Z".parse().unwrap();
    let held = |name: &str| stage.held(name, ann);
    for (bad, field, code) in [
        (held("no name"), "name", "name_invalid"),
        (held("\u{0}.com"), "name", "name_invalid"),
        (held("A.com"), "name", "name_twice"),
        (
            Adoption {
                expires_at: far,
                ..held("b.com")
            },
            "expires_at",
            "expiry_impossible",
        ),
        (
            Adoption {
                expires_at: held("b.com").registered_at,
                ..held("b.com")
            },
            "expires_at",
            "expiry_impossible",
        ),
        (
            Adoption {
                registered_at: far,
                ..held("b.com")
            },
            "expires_at",
            "registered_in_the_future",
        ),
        (
            Adoption {
                customer: stranger,
                ..held("b.com")
            },
            "customer",
            "customer_unknown",
        ),
        (
            Adoption {
                customer: CustomerId::NONE,
                ..held("b.com")
            },
            "customer",
            "customer_unknown",
        ),
        (
            Adoption {
                registrar: RegistrarId::NONE,
                ..held("b.com")
            },
            "registrar",
            "domain_registrar_unknown",
        ),
    ] {
        let refused = stage.adopt(&[held("a.com"), bad]).await.unwrap_err();
        let fields = &refused.problem().unwrap().fields;
        assert_eq!(
            (&*fields[0].pointer, fields[0].code),
            (&*format!("/names/1/{field}"), code)
        );
    }
    stage.adopt(&[held("a.com")]).await.unwrap();
    let again = stage.adopt(&[held("b.com"), held("a.com")]).await.unwrap_err();
    assert_eq!(again.problem().unwrap().code, "domain_exists");
    let many: Vec<Adoption> = (0..2_001).map(|n| held(&format!("m{n}.com"))).collect();
    assert_eq!(
        stage.adopt(&many).await.unwrap_err().problem().unwrap().code,
        "too_many_names"
    );
    assert_eq!(names(&stage, "").await, ["a.com"]);
}

#[tokio::test]
async fn names_are_shown_to_their_tenants_staff_alone() {
    let stage = Stage::new().await;
    let ann = stage.customer(1, "Ann").await;
    let id = stage.adopt(&[stage.held("a.com", ann)]).await.unwrap()[0];
    assert_eq!(get(&stage, "epk_shop", "/api/v1/domains").await.status, 403);
    assert_eq!(
        get(&stage, "epk_shop", &format!("/api/v1/domains/{id}")).await.status,
        403
    );
    let theirs = Ask::get("saffron.localhost:8080", "/api/v1/domains")
        .bearer("epk_stranger")
        .send(&stage.router)
        .await;
    assert_eq!(theirs.json()["data"], json!([]));
    let path = format!("/api/v1/domains/{id}");
    let theirs = Ask::get("saffron.localhost:8080", &path)
        .bearer("epk_stranger")
        .send(&stage.router)
        .await;
    assert_eq!(theirs.status, 404);
    for path in [
        "/api/v1/domains/a.com",
        "/api/v1/domains/dom_x",
        "/api/v1/domains/lck_00000000000000000000000000000000",
    ] {
        assert_eq!(get(&stage, "epk_seller", path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_page_lists_names_with_customer_and_expiry_and_says_when_there_are_none() {
    let stage = Stage::new().await;
    assert!(
        stage
            .console("seller", "/console/domains")
            .await
            .text()
            .contains("No names yet")
    );
    let ann = stage.customer(1, "Ann & Sons <b>").await;
    stage
        .adopt(&[stage.held("a.com", ann), stage.held("bücher.org", ann)])
        .await
        .unwrap();
    let page = stage.console("seller", "/console/domains").await.text();
    for text in [
        "a.com",
        "bücher.org",
        "xn--bcher-kva.org",
        "Ann &#38; Sons &#60;b&#62;",
        "atcost",
    ] {
        assert!(page.contains(text), "{text} in {page}");
    }
    let none = stage.console("seller", "/console/domains?q=nosuch").await.text();
    assert!(none.contains("No name found"), "{none}");
    let csv = stage.console("seller", "/console/domains.csv?ending=org").await.text();
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert_eq!(stage.console("nobody", "/console/domains").await.status, 403);
}

#[tokio::test]
async fn our_own_names_can_be_renewed_and_premium_ones_not_on_the_normal_path() {
    let stage = Stage::new().await;
    let ann = stage.customer(1, "Ann").await;
    let premium = Adoption {
        premium: true,
        ..stage.held("gold.com", ann)
    };
    stage.adopt(&[stage.held("taken.com", ann), premium]).await.unwrap();
    let offer = async |name: &str, operation: &str| -> Value {
        get(
            &stage,
            "epk_shop",
            &format!("/api/v1/domains/{name}/offer?operation={operation}&years=2"),
        )
        .await
        .json()
    };
    let ours = offer("taken.com", "renew").await;
    assert_eq!(
        (&ours["state"], &ours["price"]["total"]["minor"]),
        (&json!("taken"), &json!(2 * 1_106))
    );
    assert!(ours["token"].is_string());
    let gold = offer("gold.com", "renew").await;
    assert_eq!((&gold["premium"], &gold["token"]), (&json!(true), &Value::Null));
    assert_eq!(stage.first.calls() + stage.second.calls(), 0);
}
