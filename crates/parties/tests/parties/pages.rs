//! The console's pages.

use testkit::{Stage, hidden};

use crate::support::stage;

const CUSTOMERS: &str = "/console/customers";
const NEW: &str = "/console/customers/new";

/// Adds a customer by the form; the path of their page.
async fn added(stage: &Stage, fields: &[(&str, &str)]) -> String {
    let answer = stage.post("staff", NEW, CUSTOMERS, fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").to_owned()
}

#[tokio::test]
async fn the_empty_list_teaches_and_the_form_fills_it() {
    let stage = stage().await;
    let empty = stage.page("staff", CUSTOMERS).await;
    assert_eq!(empty.status, 200, "{}", empty.text());
    assert!(empty.text().contains("No customers yet") && empty.text().contains(NEW));
    let path = added(
        &stage,
        &[
            ("name", "Asha <b>Nair"),
            ("email", "asha@example.in"),
            ("city", "Mumbai"),
        ],
    )
    .await;
    let list = stage
        .page("staff", "/console/customers?q=mumbai&sort=name")
        .await
        .text();
    assert!(list.contains("Asha &#60;b&#62;Nair") && list.contains(&path), "{list}");
    for part in ["", "/edit", "/contacts", "/activity"] {
        let page = stage.page("staff", &format!("{path}{part}")).await;
        assert_eq!(page.status, 200, "{part}: {}", page.text());
        assert!(page.text().contains("Asha"), "{part}");
    }
    let csv = stage.page("staff", "/console/customers.csv").await.text();
    assert!(
        csv.starts_with("id,name,company") && csv.contains("asha@example.in"),
        "{csv}"
    );
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed_and_says_what_to_do() {
    let stage = stage().await;
    let answer = stage
        .post(
            "staff",
            NEW,
            CUSTOMERS,
            &[("name", ""), ("email", "asha at example"), ("notes", "call first")],
        )
        .await;
    assert_eq!(answer.status, 422);
    let page = answer.text();
    assert!(
        page.contains("class=\"err-sum\"") && page.contains("This is not an e-mail address"),
        "{page}"
    );
    assert!(page.contains("asha at example") && page.contains("call first"));
}

#[tokio::test]
async fn a_known_address_leads_to_whose_it_is() {
    let stage = stage().await;
    let fields = [("name", "Asha"), ("email", "asha@example.in")];
    let path = added(&stage, &fields).await;
    let answer = stage.post("staff", NEW, CUSTOMERS, &fields).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text().contains(&format!("href=\"{path}\"")), "{}", answer.text());
}

#[tokio::test]
async fn who_saves_an_older_version_sees_what_was_saved_meanwhile() {
    let stage = stage().await;
    let path = added(&stage, &[("name", "Asha"), ("city", "Mumbai")]).await;
    let edit = format!("{path}/edit");
    let version = hidden(&stage.page("staff", &edit).await.text(), "version");
    let pune = [("name", "Asha"), ("city", "Pune"), ("version", &version)];
    assert_eq!(stage.post("staff", &edit, &path, &pune).await.status, 303);
    let goa = [("name", "Asha"), ("city", "Goa"), ("version", &version)];
    let stale = stage.post("staff", &edit, &path, &goa).await;
    assert_eq!(stale.status, 412);
    let page = stale.text();
    assert!(
        page.contains("Saved meanwhile: Pune") && page.contains("value=\"Goa\""),
        "{page}"
    );
    let newer = hidden(&page, "version");
    let again = [("name", "Asha"), ("city", "Goa"), ("version", newer.as_str())];
    assert_eq!(stage.post("staff", &edit, &path, &again).await.status, 303);
}

#[tokio::test]
async fn archiving_takes_a_customer_off_the_list_and_can_be_undone() {
    let stage = stage().await;
    let path = added(&stage, &[("name", "Asha")]).await;
    assert_eq!(
        stage.post("staff", NEW, &format!("{path}/archive"), &[]).await.status,
        303
    );
    assert!(!stage.page("staff", CUSTOMERS).await.text().contains(&path));
    assert!(
        stage
            .page("staff", "/console/customers?view=archived")
            .await
            .text()
            .contains(&path)
    );
    assert_eq!(
        stage.post("staff", NEW, &format!("{path}/restore"), &[]).await.status,
        303
    );
    assert!(stage.page("staff", CUSTOMERS).await.text().contains(&path));
    let history = stage.page("staff", &format!("{path}/activity")).await.text();
    assert!(
        history.contains("Archived") && history.contains("Restored") && history.contains("by you"),
        "{history}"
    );
}

#[tokio::test]
async fn suppliers_price_levels_and_contacts_have_their_pages() {
    let stage = stage().await;
    let supplier = [("name", "Lake Palace"), ("kind", "accommodation"), ("country", "IN")];
    let made = stage
        .post("staff", "/console/suppliers/new", "/console/suppliers", &supplier)
        .await;
    assert_eq!(made.status, 303, "{}", made.text());
    let path = made.header("location").to_owned();
    for page in [
        path.clone(),
        format!("{path}/edit"),
        format!("{path}/activity"),
        "/console/suppliers?kind=accommodation".into(),
    ] {
        let page = stage.page("staff", &page).await;
        assert_eq!(page.status, 200, "{}", page.text());
        assert!(page.text().contains("Lake Palace"));
    }
    let contacts = format!("{path}/contacts");
    let bad = stage
        .post("staff", &contacts, &contacts, &[("name", "Ravi"), ("phone", "12")])
        .await;
    assert!(
        bad.status == 422 && bad.text().contains("value=\"Ravi\""),
        "{}",
        bad.text()
    );
    assert_eq!(
        stage
            .post(
                "staff",
                &contacts,
                &contacts,
                &[("name", "Ravi Mehta"), ("role", "Desk")]
            )
            .await
            .status,
        303
    );
    assert!(stage.page("staff", &contacts).await.text().contains("Ravi Mehta"));
    let groups = "/console/customer-groups";
    assert!(stage.page("staff", groups).await.text().contains("No price levels yet"));
    let group = stage
        .post(
            "staff",
            "/console/customer-groups/new",
            groups,
            &[("name", "Wholesale")],
        )
        .await;
    assert_eq!(group.status, 303, "{}", group.text());
    assert!(stage.page("staff", groups).await.text().contains("Wholesale"));
    let csv = stage.page("staff", "/console/suppliers.csv").await.text();
    assert!(csv.contains("Lake Palace,accommodation"), "{csv}");
}

#[tokio::test]
async fn who_may_only_read_gets_no_form_and_who_may_neither_gets_nowhere() {
    let stage = stage().await;
    let path = added(&stage, &[("name", "Asha")]).await;
    let list = stage.page("reader", CUSTOMERS).await;
    assert!(list.status == 200 && !list.text().contains(NEW));
    assert!(!stage.page("reader", &path).await.text().contains("/edit\""));
    assert_eq!(stage.page("reader", NEW).await.status, 403);
    assert_eq!(stage.page("nobody", CUSTOMERS).await.status, 403);
    let signed_out = stage.page("stranger", CUSTOMERS).await;
    assert!(signed_out.status.is_redirection(), "{}", signed_out.status);
}
