//! Sales lists: one is always the storefront's, and a storefront never loses its prices by an edit.

use axum::http::Method;
use catalog::Books;
use catalog::imports::ListRef;
use kernel::SalesListId;
use serde_json::{Value, json};
use testkit::TestInstallation;
use web::testing::{Answer, Ask};

use crate::common::import;
use crate::stage::{HOST, Stage, api, hidden, page, submit};

const PATH: &str = "/api/v1/catalog/sales-lists";

async fn add(stage: &Stage, body: &Value) -> Answer {
    Ask::post_json(HOST, PATH, body)
        .bearer("manager")
        .send(&stage.router)
        .await
}

async fn change(stage: &Stage, id: &str, body: &Value) -> Answer {
    Ask::new(Method::PUT, HOST, &format!("{PATH}/{id}"))
        .header("content-type", "application/json")
        .body(body.to_string())
        .bearer("manager")
        .send(&stage.router)
        .await
}

async fn com(stage: &Stage) -> Value {
    let prices = api(stage, "/api/v1/catalog/prices/com", "manager").await.json();
    prices["now"]["register"]["price"].clone()
}

#[tokio::test]
async fn another_list_becomes_the_storefronts_once_it_has_prices() {
    let stage = Stage::new().await;
    let added = add(&stage, &json!({"slug": "eu", "name": "Europe", "currency": "EUR"})).await;
    assert_eq!(
        (added.status.as_u16(), &added.json()["standard"]),
        (201, &json!(false)),
        "{}",
        added.text()
    );
    let id = added.json()["id"].as_str().unwrap().to_owned();
    let europe = json!({"name": "Europe", "currency": "EUR", "standard": true});
    let empty = change(&stage, &id, &europe).await;
    assert_eq!(
        (empty.status.as_u16(), empty.code()),
        (422, "sales_list_empty".to_owned())
    );

    let ctx = stage.test.system(TestInstallation::tenant(1));
    let list: SalesListId = id.parse().unwrap();
    let prices = "tld,operation,amount\ncom,register,17.00\n";
    import(&ctx, &Books::new(), ListRef::Sales(list), prices).await;
    stage.test.clock.advance(jiff::SignedDuration::from_secs(2));
    assert_eq!(com(&stage).await, json!({"minor": 1106, "currency": "USD"}));
    let made = change(&stage, &id, &europe).await;
    assert_eq!(
        (made.status.as_u16(), &made.json()["standard"]),
        (200, &json!(true)),
        "{}",
        made.text()
    );
    let lists = api(&stage, PATH, "seller").await.json();
    let standing: Vec<_> = lists["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|list| (&list["slug"], &list["standard"]))
        .collect();
    assert_eq!(
        standing,
        [(&json!("eu"), &json!(true)), (&json!("retail"), &json!(false))]
    );
    assert_eq!(com(&stage).await, json!({"minor": 1700, "currency": "EUR"}));

    ctx.platform().db().number_saved_rows().await.unwrap();
    assert!(platform::audit::verify(&ctx).await.unwrap().is_ok());
}

#[tokio::test]
async fn an_edit_that_would_leave_the_storefront_without_prices_is_refused() {
    let stage = Stage::new().await;
    let id = stage.seeded.sales_list.id.to_string();
    let edit = |currency: &str, standard: bool| json!({"name": "Retail", "currency": currency, "standard": standard});
    for (body, code) in [
        (edit("USD", false), "standard_list_needed"),
        (edit("EUR", true), "no_prices_in_currency"),
        (edit("dollars", true), "invalid_fields"),
    ] {
        let answer = change(&stage, &id, &body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (422, code.to_owned()),
            "{}",
            answer.text()
        );
    }
    let empty_and_standard = json!({"slug": "x", "name": "X", "currency": "USD", "standard": true});
    assert_eq!(add(&stage, &empty_and_standard).await.code(), "sales_list_empty");
    let taken = json!({"slug": "retail", "name": "X", "currency": "USD"});
    assert_eq!(add(&stage, &taken).await.code(), "sales_list_exists");
    let renamed = change(
        &stage,
        &id,
        &json!({"name": "Shop", "currency": "USD", "standard": true}),
    )
    .await;
    assert_eq!((renamed.status.as_u16(), renamed.header("etag")), (200, "\"2\""));
    // A list without prices may be in any currency.
    let other = add(&stage, &json!({"slug": "x", "name": "X", "currency": "USD"}))
        .await
        .json();
    let yen = json!({"name": "X", "currency": "JPY", "standard": false});
    assert_eq!(change(&stage, other["id"].as_str().unwrap(), &yen).await.status, 200);
}

#[tokio::test]
async fn lists_are_those_of_ones_own_company_and_for_who_may_edit_prices() {
    let stage = Stage::new().await;
    let id = stage.seeded.sales_list.id;
    let stranger = Ask::get("localhost", &format!("{PATH}/{id}")).bearer("stranger");
    assert_eq!(stranger.send(&stage.router).await.status, 404);
    let seller = Ask::post_json(HOST, PATH, json!({"slug": "x", "name": "X", "currency": "USD"})).bearer("seller");
    assert_eq!(seller.send(&stage.router).await.status, 403);
    assert_eq!(page(&stage, "/console/prices/lists", "seller").await.status, 200);
    assert_eq!(page(&stage, "/console/prices/lists", "nobody").await.status, 403);
    for path in [
        "/console/prices/lists/new".to_owned(),
        format!("/console/prices/lists/{id}"),
    ] {
        assert_eq!(page(&stage, &path, "seller").await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn lists_are_added_and_edited_on_their_pages() {
    let stage = Stage::new().await;
    let (lists, new) = ("/console/prices/lists", "/console/prices/lists/new");
    let typed = [("name", "<Europe>"), ("slug", "E U"), ("currency", "EUR")];
    let refused = submit(&stage, new, lists, &typed).await;
    assert_eq!(refused.status, 422);
    for kept in ["&#60;Europe&#62;", "value=\"E U\"", "value=\"EUR\" selected"] {
        assert!(refused.text().contains(kept), "{kept}");
    }
    let typed = [("name", "Europe"), ("slug", "eu"), ("currency", "EUR")];
    let added = submit(&stage, new, lists, &typed).await;
    assert_eq!((added.status.as_u16(), added.header("location")), (303, lists));
    let csv = page(&stage, "/console/prices/lists.csv", "manager").await.text();
    assert_eq!(csv.lines().count(), 3);
    assert!(
        csv.contains("retail,Retail,USD,true,1713") && csv.contains("eu,Europe,EUR,false,0"),
        "{csv}"
    );

    let at = format!("{lists}/{}", stage.seeded.sales_list.id);
    let form = page(&stage, &at, "manager").await.text();
    assert!(form.contains("checked") && hidden(&form, "version") == "1");
    let off = [("version", "1"), ("name", "Shop"), ("currency", "USD")];
    let refused = submit(&stage, &at, &at, &off).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("value=\"Shop\"") && refused.text().contains("#f-standard"));
    let on = [
        ("version", "1"),
        ("name", "Shop"),
        ("currency", "USD"),
        ("standard", "on"),
    ];
    assert_eq!(submit(&stage, &at, &at, &on).await.status, 303);
    assert_eq!(submit(&stage, &at, &at, &on).await.status, 412);
    assert!(page(&stage, lists, "manager").await.text().contains(">Shop</bdi>"));
}
