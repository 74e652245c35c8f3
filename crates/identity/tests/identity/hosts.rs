//! Hosts: slugs, and domains of one's own.

use web::testing::Ask;

use crate::support::{Browser, HOST, PASSWORD, Room};

#[tokio::test]
async fn a_domain_answers_once_its_record_is_found_and_not_before() {
    let room = Room::new().await;
    room.owner().await;
    let owner = room.access_token("ann@example.com").await;
    let claim = Ask::post_json(HOST, "/api/v1/tenant/domains", r#"{"host":"shop.example.com"}"#)
        .bearer(&owner)
        .send(&room.router)
        .await;
    assert_eq!(claim.status, 201, "{}", claim.text());
    let claimed = claim.json();
    let at = |host: &'static str| Ask::get(host, "/sign-in");
    assert_eq!(at("shop.example.com").send(&room.router).await.status, 404);
    let verify = || {
        Ask::post_json(
            HOST,
            &format!("/api/v1/tenant/domains/{}/verify", claimed["id"].as_str().unwrap()),
            "{}",
        )
        .bearer(&owner)
    };
    assert_eq!(verify().send(&room.router).await.code(), "host_unproved");
    let record = (
        claimed["record"].as_str().unwrap().to_owned(),
        claimed["proof"].as_str().unwrap().to_owned(),
    );
    room.zone.0.lock().unwrap().push(record);
    assert_eq!(verify().send(&room.router).await.status, 200);
    assert_eq!(at("shop.example.com").send(&room.router).await.status, 200);
    let remove = Ask::new(
        "DELETE".parse().unwrap(),
        HOST,
        &format!("/api/v1/tenant/domains/{}", claimed["id"].as_str().unwrap()),
    )
    .bearer(&owner);
    assert_eq!(remove.send(&room.router).await.status, 204);
    assert_eq!(at("shop.example.com").send(&room.router).await.status, 404);
}

#[tokio::test]
async fn a_domain_two_tenants_claim_is_the_first_ones_to_prove_it() {
    let room = Room::new().await;
    room.owner().await;
    let other = testkit::TestInstallation::tenant(2);
    room.add_tenant(other, "saffron").await;
    use identity::{roles::BuiltIn, users::Kind};
    room.add_user_to(other, Kind::Staff, "eve@example.com", &[BuiltIn::Owner])
        .await;
    let tokens = [
        (HOST, room.access_token("ann@example.com").await),
        (
            "saffron.localhost",
            room.access_token_at("saffron.localhost", "eve@example.com").await,
        ),
    ];
    let mut verified = Vec::new();
    for (host, token) in &tokens {
        let claim = Ask::post_json(host, "/api/v1/tenant/domains", r#"{"host":"shop.example.com"}"#)
            .bearer(token)
            .send(&room.router)
            .await;
        assert_eq!(claim.status, 201, "a claim alone blocks nobody");
        let claimed = claim.json();
        room.zone.0.lock().unwrap().push((
            claimed["record"].as_str().unwrap().to_owned(),
            claimed["proof"].as_str().unwrap().to_owned(),
        ));
        let path = format!("/api/v1/tenant/domains/{}/verify", claimed["id"].as_str().unwrap());
        verified.push(
            Ask::post_json(host, &path, "{}")
                .bearer(token)
                .send(&room.router)
                .await
                .code(),
        );
    }
    assert_eq!(verified, ["", "host_taken"]);
}

#[tokio::test]
async fn a_company_renamed_answers_at_its_new_name_at_once() {
    let room = Room::new().await;
    room.owner().await;
    let mut owner = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    let page = owner.get("/console/settings/company").await.text();
    assert!(page.contains("Northwind Names"), "{page}");
    let version = owner.hidden("version");
    let form = |slug: &'static str, hue: &'static str| {
        [
            ("name", "Northwind Ltd"),
            ("slug", slug),
            ("hue", hue),
            ("chroma_thousandths", "100"),
            ("currency", "eur"),
            ("time_zone", "Europe/Berlin"),
            ("locale", "en-IN"),
        ]
    };
    let mut wrong = form("northwind", "red").to_vec();
    wrong.push(("version", &version));
    let refused = owner.post_here("/console/settings/company", &wrong).await;
    assert!(
        refused.status == 422 && refused.text().contains("value=\"red\"") && refused.text().contains("Northwind Ltd")
    );
    let mut right = form("nordwind", "145").to_vec();
    right.push(("version", &version));
    assert_eq!(
        owner
            .post_here("/console/settings/company", &right)
            .await
            .header("location"),
        "http://nordwind.localhost/console/settings/company".replace("localhost/", "localhost:8080/")
    );
    assert_eq!(Ask::get(HOST, "/sign-in").send(&room.router).await.status, 404);
    assert!(
        Ask::get("nordwind.localhost", "/sign-in")
            .send(&room.router)
            .await
            .text()
            .contains("Northwind Ltd")
    );
}
