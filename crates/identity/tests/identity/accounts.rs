//! Signing up, joining, proving an address, forgetting a password, accepting an invitation.

use identity::roles::BuiltIn;
use identity::users::Kind;
use serde_json::json;
use web::testing::Ask;

use crate::support::{Browser, HOST, PASSWORD, Room};

const STRONG: &str = "seven blue kettles sing";

async fn signs_in(room: &Room, email: &str, password: &str) -> bool {
    let ask = Ask::post_json(
        HOST,
        "/api/v1/auth/sign-in",
        json!({ "email": email, "password": password }),
    );
    ask.send(&room.router).await.status == 200
}

#[tokio::test]
async fn a_company_signs_up_and_its_owner_gets_in_and_proves_the_address() {
    let room = Room::new().await;
    let mut browser = Browser::at(&room, "localhost");
    let form = [
        ("company", "Saffron Trails"),
        ("slug", "saffron"),
        ("travel", "on"),
        ("name", "Asha Rao"),
        ("email", "asha@saffron.example"),
        ("password", STRONG),
    ];
    let answer = browser.post("/sign-up", &form).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().contains("http://saffron.localhost:8080/console/sign-in"));
    room.run_jobs().await;
    let path = room.mailed_path_at("http://saffron.localhost:8080");
    assert!(path.starts_with("/verify/"), "{path}");
    let mut owner = Browser::at(&room, "saffron.localhost")
        .sign_in("/console/sign-in", "asha@saffron.example", STRONG)
        .await;
    assert_eq!(
        owner.last.status, 303,
        "an owner may look around before the address is proved"
    );
    let page = owner.get("/console/users").await.text();
    assert!(page.contains("Asha Rao") && page.contains("Unconfirmed"));
    assert_eq!(owner.post(&path, &[("password", STRONG)]).await.status, 303);
    assert!(owner.get("/console/users").await.text().contains("Active"));
    room.run_jobs().await;
    assert!(
        room.mailbox
            .0
            .lock()
            .unwrap()
            .last()
            .unwrap()
            .subject
            .contains("Welcome")
    );
    // The same name again is refused beside its field, with everything typed still there.
    let again = browser.post("/sign-up", &form).await;
    assert_eq!(again.status, 422);
    let page = again.text();
    assert!(
        page.contains("This name is taken") && page.contains("Saffron Trails") && page.contains("asha@saffron.example"),
        "{page}"
    );
    assert!(!page.contains(STRONG));
}

#[tokio::test]
async fn everything_wrong_with_a_sign_up_is_said_at_once() {
    let room = Room::new().await;
    let mut browser = Browser::at(&room, "localhost");
    let answer = browser
        .post(
            "/sign-up",
            &[
                ("company", ""),
                ("slug", "x"),
                ("name", ""),
                ("email", "no"),
                ("password", "password"),
            ],
        )
        .await;
    assert_eq!(answer.status, 422);
    let page = answer.text();
    for name in ["company", "slug", "trades", "name", "email", "password"] {
        assert!(page.contains(&format!("href=\"#f-{name}\"")), "{name}: {page}");
    }
    assert_eq!(
        Browser::new(&room).get("/sign-up").await.status,
        404,
        "tenants sign up at the installation's own host only"
    );
}

#[tokio::test]
async fn a_customer_joins_and_gets_in_once_the_address_is_proved() {
    let room = Room::new().await;
    let mut browser = Browser::new(&room);
    let answer = browser
        .post(
            "/join",
            &[("name", "Bob"), ("email", "bob@example.com"), ("password", STRONG)],
        )
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let told = answer.text();
    let early = Browser::new(&room).sign_in("/sign-in", "bob@example.com", STRONG).await;
    assert!(early.last.text().contains("Confirm your address first"));
    room.run_jobs().await;
    let path = room.mailed_path();
    for _ in 0..2 {
        assert_eq!(
            browser.get(&path).await.status,
            200,
            "a mail scanner that opens the link does not use it up"
        );
    }
    // Whoever reads the mailbox and did not join has another password in mind, and opens no door for who did.
    let refused = browser
        .post_here(&path, &[("password", "what the owner of the mailbox thinks of")])
        .await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("not the password chosen on joining"));
    let still = Browser::new(&room).sign_in("/sign-in", "bob@example.com", STRONG).await;
    assert!(still.last.text().contains("Confirm your address first"));
    assert_eq!(browser.post_here(&path, &[("password", STRONG)]).await.status, 303);
    assert_eq!(
        Browser::new(&room)
            .sign_in("/sign-in", "bob@example.com", STRONG)
            .await
            .last
            .status,
        303
    );
    assert_eq!(browser.get(&path).await.status, 422, "once");
    // Joining again tells nothing about the login there is.
    let mut stranger = Browser::new(&room);
    let same = stranger
        .post(
            "/join",
            &[("name", "Eve"), ("email", "bob@example.com"), ("password", STRONG)],
        )
        .await;
    assert_eq!((same.status.as_u16(), strip(&same.text())), (200, strip(&told)));
}

/// A page without what differs by browser.
fn strip(page: &str) -> String {
    page.split("name=\"csrf\"").next().unwrap_or("").to_owned()
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_link_of_ten_minutes_and_one_use() {
    let room = Room::new().await;
    room.owner().await;
    let mut browser = Browser::new(&room);
    let known = browser.post("/forgot", &[("email", "ann@example.com")]).await.text();
    let unknown = Browser::new(&room)
        .post("/forgot", &[("email", "ann@example.com.invalid")])
        .await
        .text();
    assert_eq!(
        strip(&known).replace("ann@example.com", ""),
        strip(&unknown).replace("ann@example.com.invalid", "")
    );
    room.run_jobs().await;
    assert_eq!(room.mailbox.0.lock().unwrap().len(), 1, "nobody else gets a mail");
    let path = room.mailed_path();
    let mut other = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    // Weak ones are refused, and the link still waits.
    for weak in ["password1", "northwind", "short"] {
        assert_eq!(browser.post(&path, &[("password", weak)]).await.status, 422, "{weak}");
    }
    assert_eq!(browser.post(&path, &[("password", STRONG)]).await.status, 303);
    assert!(signs_in(&room, "ann@example.com", STRONG).await);
    assert!(!signs_in(&room, "ann@example.com", PASSWORD).await);
    assert_ne!(other.get("/console/users").await.status, 200, "every session ended");
    assert_eq!(browser.get(&path).await.status, 422, "once");
}

#[tokio::test]
async fn a_reset_link_is_no_good_after_ten_minutes_and_one_second() {
    let room = Room::new().await;
    room.owner().await;
    let mut browser = Browser::new(&room);
    browser.post("/forgot", &[("email", "ann@example.com")]).await;
    room.run_jobs().await;
    let path = room.mailed_path();
    assert_eq!(browser.get(&path).await.status, 200);
    room.advance_seconds(601);
    assert_eq!(browser.post_here(&path, &[("password", STRONG)]).await.status, 422);
    assert!(signs_in(&room, "ann@example.com", PASSWORD).await);
}

#[tokio::test]
async fn asking_for_resets_again_and_again_sends_no_flood() {
    let room = Room::new().await;
    room.owner().await;
    for _ in 0..20 {
        Browser::new(&room)
            .post("/forgot", &[("email", "ann@example.com")])
            .await;
        room.run_jobs().await;
    }
    assert_eq!(room.mailbox.0.lock().unwrap().len(), 5);
}

#[tokio::test]
async fn joining_again_and_again_with_somebodys_address_sends_them_no_flood() {
    let room = Room::new().await;
    room.add_user(Kind::Customer, "bob@example.com", &[]).await;
    let form = [("name", "Eve"), ("email", "bob@example.com"), ("password", STRONG)];
    for _ in 0..8 {
        assert_eq!(Browser::new(&room).post("/join", &form).await.status, 200);
        room.run_jobs().await;
    }
    assert_eq!(room.mailbox.0.lock().unwrap().len(), 5);
}

#[tokio::test]
async fn a_link_from_a_mail_tells_no_other_page_where_it_was() {
    let room = Room::new().await;
    room.owner().await;
    let mut browser = Browser::new(&room);
    browser.post("/forgot", &[("email", "ann@example.com")]).await;
    room.run_jobs().await;
    for path in [room.mailed_path(), "/verify/nonsense".to_owned()] {
        assert_eq!(
            browser.get(&path).await.header("referrer-policy"),
            "no-referrer",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_member_of_staff_is_invited_and_chooses_a_password() {
    let room = Room::new().await;
    room.owner().await;
    let mut owner = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    let page = owner.get("/console/users/new").await.text();
    let support = room.role_id(BuiltIn::Support).await;
    assert!(page.contains(&support));
    let form = [
        ("name", "Sam Okafor"),
        ("email", "sam@example.com"),
        ("roles", support.as_str()),
    ];
    assert_eq!(
        owner.post_here("/console/users/new", &form).await.status,
        303,
        "{}",
        owner.last.text()
    );
    let twice = owner.post("/console/users/new", &form).await;
    assert!(
        twice.status == 422
            && twice.text().contains("signs in with this address")
            && twice.text().contains("Sam Okafor")
    );
    room.run_jobs().await;
    let path = room.mailed_path();
    assert!(path.starts_with("/invite/"), "{path}");
    let mut sam = Browser::new(&room);
    assert_eq!(
        sam.post(&path, &[("password", STRONG)]).await.header("location"),
        "/console/sign-in"
    );
    let mut sam = sam.sign_in("/console/sign-in", "sam@example.com", STRONG).await;
    assert_eq!(sam.get("/console/users").await.status, 200);
    assert_eq!(
        sam.get("/console/users/new").await.status,
        403,
        "support reads and changes nothing"
    );
}

#[tokio::test]
async fn a_login_is_one_address_of_one_tenant_staff_or_customer() {
    let room = Room::new().await;
    room.add_user(Kind::Customer, "ann@example.com", &[]).await;
    let hash = room.identity.hash_password(PASSWORD).await.unwrap();
    use scoped_futures::ScopedFutureExt;
    let again = room
        .system()
        .write(|tx| {
            identity::users::ops::seed(tx, Kind::Staff, "ANN@example.com", "Ann", hash.clone(), &[]).scope_boxed()
        })
        .await;
    assert_eq!(again.unwrap_err().problem().unwrap().fields[0].code, "email_taken");
    let other = testkit::TestInstallation::tenant(2);
    room.add_tenant(other, "saffron").await;
    room.add_user_to(other, Kind::Staff, "ann@example.com", &[BuiltIn::Owner])
        .await;
}

#[tokio::test]
async fn what_nobody_needs_any_more_is_swept() {
    let room = Room::new().await;
    room.owner().await;
    Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    let token = room.access_token("ann@example.com").await;
    let count = || async {
        #[derive(sea_orm::FromQueryResult)]
        struct Count {
            n: i64,
        }
        const SQL: platform::Sql = platform::Sql::tenant(
            "SELECT (SELECT count(*) FROM sessions WHERE tenant_id = $1) + (SELECT count(*) FROM refresh_tokens WHERE tenant_id = $1) AS n",
        );
        room.system()
            .read(|r| r.sql(SQL).one::<Count>().scope_boxed())
            .await
            .unwrap()
            .unwrap()
            .n
    };
    use scoped_futures::ScopedFutureExt;
    assert_eq!(count().await, 3);
    room.advance_seconds(29 * 24 * 3600);
    room.system()
        .write(|tx| tx.enqueue(&identity::housekeeping::Sweep {}).scope_boxed())
        .await
        .unwrap();
    room.run_jobs().await;
    assert_eq!(count().await, 3, "a session is kept for a month after its end");
    room.advance_seconds(33 * 24 * 3600);
    room.system()
        .write(|tx| tx.enqueue(&identity::housekeeping::Sweep {}).scope_boxed())
        .await
        .unwrap();
    room.run_jobs().await;
    assert_eq!(count().await, 0);
    drop(token);
}
