//! The console's pages: each opens for who may, and for nobody else.

use identity::roles::BuiltIn;
use identity::users::Kind;

use crate::support::{Browser, PASSWORD, Room};

const PAGES: &[&str] = &[
    "/console/users",
    "/console/users?view=invited&q=zz",
    "/console/users/new",
    "/console/roles",
    "/console/roles/new",
    "/console/profile",
    "/console/api-keys",
    "/console/api-keys/new",
    "/console/settings/company",
    "/console/settings/domains",
    "/console/users.csv",
];

#[tokio::test]
async fn every_page_opens_for_an_owner() {
    let room = Room::new().await;
    let ann = room.owner().await;
    let mut owner = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    for page in PAGES {
        let answer = owner.get(page).await;
        assert_eq!(answer.status, 200, "{page}: {}", answer.text());
        assert!(
            !answer.text().contains("style=\"") && !answer.text().contains("onclick"),
            "{page}"
        );
        assert!(!answer.text().contains('⟨'), "a message is missing on {page}");
    }
    for role in [BuiltIn::Owner, BuiltIn::Support] {
        let id = room.role_id(role).await;
        assert_eq!(owner.get(&format!("/console/roles/{id}")).await.status, 200);
    }
    assert!(
        owner
            .get(&format!("/console/users/{}", ann.id))
            .await
            .text()
            .contains("Sign out everywhere")
    );
    let missing = owner.get("/console/users/usr_0000000000000000000000000000000f").await;
    assert_eq!(missing.status, 404);
}

#[tokio::test]
async fn permissions_are_told_by_what_they_let_one_do() {
    let room = Room::new().await;
    room.owner().await;
    let mut owner = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    let support = format!("/console/roles/{}", room.role_id(BuiltIn::Support).await);
    let fixed = owner.get(&support).await.text();
    assert!(
        fixed.contains("People and the company") && fixed.contains("See users"),
        "{fixed}"
    );
    assert!(fixed.contains("<code>identity.users.read</code>") && !fixed.contains("Manage users"));
    let new = owner.get("/console/roles/new").await.text();
    assert!(
        new.contains(r#"<label for="f-identity-users-manage">Manage users</label>"#)
            && new.contains("Invite and disable people"),
        "{new}"
    );
}

#[tokio::test]
async fn what_one_may_not_give_is_refused_on_the_form_with_everything_still_ticked() {
    let room = Room::new().await;
    room.add_user(Kind::Staff, "sam@example.com", &[BuiltIn::Admin]).await;
    let mut admin = Browser::new(&room)
        .sign_in("/console/sign-in", "sam@example.com", PASSWORD)
        .await;
    admin.get("/console/roles/new").await;
    let form = [
        ("name", "Half an owner"),
        ("permissions", "identity.users.read"),
        ("permissions", "identity.owners.manage"),
    ];
    let refused = admin.post_here("/console/roles/new", &form).await;
    assert_eq!(refused.status, 403);
    let page = refused.text();
    assert!(
        page.contains("You cannot give what you do not have") && page.contains("Half an owner"),
        "{page}"
    );
    assert_eq!(page.matches(" checked").count(), 2);
}

#[tokio::test]
async fn every_setting_in_the_menu_says_what_it_is_for() {
    let room = Room::new().await;
    let module = identity::module(&room.identity);
    let settings: Vec<_> = module
        .nav
        .iter()
        .filter(|entry| entry.section == web::Section::Settings)
        .collect();
    assert_eq!(settings.len(), 5);
    assert!(settings.iter().all(|entry| !entry.about.is_empty()));
}

#[tokio::test]
async fn pages_lead_strangers_to_sign_in_and_refuse_other_roles() {
    let room = Room::new().await;
    room.add_user(Kind::Staff, "fin@example.com", &[BuiltIn::Finance]).await;
    let mut stranger = Browser::new(&room);
    let mut finance = Browser::new(&room)
        .sign_in("/console/sign-in", "fin@example.com", PASSWORD)
        .await;
    for page in PAGES.iter().filter(|page| **page != "/console/profile") {
        assert!([303, 401].contains(&stranger.get(page).await.status.as_u16()), "{page}");
        assert_eq!(finance.get(page).await.status, 403, "{page}");
    }
}

#[tokio::test]
async fn a_key_is_made_on_the_page_and_shown_once() {
    let room = Room::new().await;
    room.owner().await;
    let mut owner = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    owner.get("/console/api-keys/new").await;
    let made = owner
        .post_here(
            "/console/api-keys/new",
            &[
                ("name", "Shop"),
                ("mode", "test"),
                ("permissions", "identity.users.read"),
            ],
        )
        .await;
    assert!(made.text().contains("epk_test_"), "{}", made.text());
    let list = owner.get("/console/api-keys").await.text();
    assert!(list.contains("Shop") && list.contains("epk_test_…"));
    room.advance_seconds(601);
    assert_eq!(
        owner.get("/console/api-keys/new").await.header("location"),
        "/console/confirm?next=/console/api-keys/new"
    );
    let confirm = "/console/confirm?next=/console/api-keys/new";
    owner.get(confirm).await;
    let next = owner.hidden("next");
    assert_eq!(
        owner
            .post_here("/console/confirm", &[("password", PASSWORD), ("next", &next)])
            .await
            .header("location"),
        "/console/api-keys/new"
    );
    assert_eq!(owner.get("/console/api-keys/new").await.status, 200);
}

#[tokio::test]
async fn names_are_shown_as_text_whatever_they_are() {
    let room = Room::new().await;
    room.owner().await;
    let mut owner = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    owner.get("/console/profile").await;
    let version = owner.hidden("version");
    let evil = "<script>alert(1)</script> \u{202e}x";
    owner
        .post_here(
            "/console/profile",
            &[("version", &version), ("name", evil), ("locale", ""), ("time_zone", "")],
        )
        .await;
    let page = owner.get("/console/users").await.text();
    assert!(
        page.contains("&#60;script&#62;") || page.contains("&lt;script&gt;"),
        "{page}"
    );
    assert!(!page.contains("<script>alert"));
}
