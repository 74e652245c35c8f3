//! The room behind the edge: who sees what, pages and API.

use crate::common::{csv, import, preview};
use crate::stage::{HOST, Stage, api, hidden, in_euro, multipart, page, quote, send};
use catalog::Books;
use catalog::imports::ListRef;
use jiff::SignedDuration;
use kernel::Currency;
use serde_json::{Value, json};
use testkit::TestInstallation;
use web::testing::Ask;

#[tokio::test]
async fn the_api_tells_margins_to_those_who_may_see_them() {
    let stage = Stage::new().await;
    let manager = api(&stage, "/api/v1/catalog/prices?view=negative&limit=200", "manager").await;
    assert_eq!(manager.status, 200, "{}", manager.text());
    let rows = manager.json()["data"].as_array().unwrap().clone();
    assert_eq!(rows.len(), 200);
    assert_eq!(rows[0]["ending"], "org");
    assert!(
        rows.iter()
            .all(|row| row["register"]["margin"]["cost"]["minor"].is_i64())
    );

    let seller = api(&stage, "/api/v1/catalog/prices?q=.com&limit=1", "seller")
        .await
        .json();
    assert_eq!(seller["data"][0]["ending"], "com");
    assert_eq!(seller["data"][0]["register"]["margin"], json!(null));
    assert!(!seller.to_string().contains("cost"));
    assert_eq!(
        api(&stage, "/api/v1/catalog/prices?view=negative", "seller")
            .await
            .status,
        403
    );
    assert_eq!(
        api(&stage, "/api/v1/catalog/prices?sort=margin", "seller").await.status,
        403
    );
    assert_eq!(api(&stage, "/api/v1/catalog/imports", "seller").await.status, 403);
    let history = api(&stage, "/api/v1/catalog/prices/com", "seller").await.json();
    assert!(
        history["versions"]
            .as_array()
            .unwrap()
            .iter()
            .all(|version| version["side"] == "sale")
    );
    for path in ["tlds", "prices", "prices/com", "imports", "registrars", "sales-lists"] {
        assert_eq!(
            api(&stage, &format!("/api/v1/catalog/{path}"), "nobody").await.status,
            403,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_cost_in_another_currency_is_compared_at_the_days_rate_or_said_not_to_be_comparable() {
    let stage = Stage::new().await;
    let euro = in_euro(&stage).await.to_string();
    // .versicherung has a cost in euro alone, and a sales price.
    let list = ListRef::Sales(stage.seeded.sales_list.id);
    let ctx = stage.test.system(TestInstallation::tenant(1));
    let price = "tld,operation,amount\nversicherung,register,100.00\n";
    import(&ctx, &Books::new(), list, price).await;
    let margin = async |tld: &str| {
        let path = format!("/api/v1/catalog/prices/{tld}");
        api(&stage, &path, "manager").await.json()["now"]["register"]["margin"].clone()
    };
    stage.test.clock.advance(SignedDuration::from_secs(2));
    let unrated = margin("versicherung").await;
    assert_eq!(
        (&unrated["class"], &unrated["cost"]),
        (&json!("not_comparable"), &Value::Null)
    );
    let shown = page(&stage, "/console/prices?q=versicherung", "manager").await.text();
    assert!(shown.contains("Not comparable"), "{shown}");
    assert_ne!(margin("com").await["registrar"], json!(euro), "what can be compared is");

    quote(&stage, Currency::USD, "1.10").await;
    stage.test.clock.advance(SignedDuration::from_secs(2));
    let rated = margin("versicherung").await;
    assert_eq!(rated["cost"], json!({"minor": 8_800, "currency": "USD"}));
    assert_eq!(
        (&rated["class"], &rated["registrar"]),
        (&json!("healthy"), &json!(euro))
    );
    // 5.00 euro are 5.50 dollars, less than the other registrar asks.
    let com = margin("com").await;
    assert_eq!((&com["cost"]["minor"], &com["registrar"]), (&json!(550), &json!(euro)));

    // A dry run compares with the same.
    let file = csv(list, "tld,operation,amount\nversicherung,register,90.00\n");
    let shown = preview(&ctx, &file).await.unwrap();
    let rows = format!("/api/v1/catalog/imports/{}/rows", shown.id);
    let row = api(&stage, &rows, "manager").await.json()["data"][0].clone();
    assert_eq!(
        (&row["margin_before"], &row["margin_after"]),
        (&json!("12.0000"), &json!("2.2222"))
    );
}

#[tokio::test]
async fn lists_page_on_to_their_end() {
    let stage = Stage::new().await;
    let (mut after, mut seen) = (String::new(), Vec::new());
    loop {
        let answer = api(
            &stage,
            &format!("/api/v1/catalog/tlds?limit=200&after={after}"),
            "seller",
        )
        .await
        .json();
        seen.extend(
            answer["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["ending"].as_str().unwrap().to_owned()),
        );
        match answer["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((all, seen.len()), (574, 574));
}

#[tokio::test]
async fn an_import_over_the_api_is_shown_applied_and_answered_again() {
    let stage = Stage::new().await;
    let list = stage.seeded.sales_list.id.to_string();
    let body = json!({"format": "prices_csv", "list": list, "content": "tld,operation,amount\ncom,register,=1\n"});
    let refused = Ask::post_json(HOST, "/api/v1/catalog/imports", body)
        .bearer("manager")
        .send(&stage.router)
        .await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["state"]),
        (201, &json!("refused")),
        "{}",
        refused.text()
    );
    assert_eq!(refused.json()["findings"][0]["reason"], "formula");
    assert_eq!(refused.json()["findings"][0]["line"], 2);

    let body = json!({"format": "prices_csv", "list": list, "content": "tld,operation,amount\ncom,register,19.00\n"});
    let shown = Ask::post_json(HOST, "/api/v1/catalog/imports", &body)
        .bearer("manager")
        .header("idempotency-key", "one")
        .send(&stage.router)
        .await
        .json();
    let again = Ask::post_json(HOST, "/api/v1/catalog/imports", &body)
        .bearer("manager")
        .header("idempotency-key", "one")
        .send(&stage.router)
        .await
        .json();
    assert_eq!(shown, again);
    let id = shown["id"].as_str().unwrap();
    let rows = api(
        &stage,
        &format!("/api/v1/catalog/imports/{id}/rows?class=changed"),
        "manager",
    )
    .await
    .json();
    assert_eq!(rows["data"][0]["after"]["minor"], 1900);
    assert!(
        rows["data"][0]["margin_after"].as_str().unwrap().starts_with("48.5789"),
        "{rows}"
    );
    for _ in 0..2 {
        let applied = Ask::post_json(HOST, &format!("/api/v1/catalog/imports/{id}/apply"), "{}")
            .bearer("manager")
            .send(&stage.router)
            .await;
        assert_eq!(
            (applied.status.as_u16(), &applied.json()["state"]),
            (200, &json!("applied")),
            "{}",
            applied.text()
        );
    }
    let com = api(&stage, "/api/v1/catalog/prices/com", "manager").await.json();
    assert_eq!(com["now"]["register"]["price"]["minor"], 1900);
}

#[tokio::test]
async fn another_tenants_key_finds_nothing() {
    let stage = Stage::new().await;
    let id = stage.seeded.sales.id;
    for path in [
        format!("imports/{id}"),
        format!("imports/{id}/rows"),
        "prices/com".to_owned(),
    ] {
        let answer = Ask::get("localhost", &format!("/api/v1/catalog/{path}"))
            .bearer("stranger")
            .send(&stage.router)
            .await;
        assert_eq!(answer.status, 404, "{path}");
    }
    let apply = Ask::post_json("localhost", &format!("/api/v1/catalog/imports/{id}/apply"), "{}")
        .bearer("stranger")
        .send(&stage.router)
        .await;
    assert_eq!(apply.status, 404);
}

#[tokio::test]
async fn pages_show_the_book_and_hide_costs_from_those_who_may_not_see_them() {
    let stage = Stage::new().await;
    let paths = [
        "/console/prices",
        "/console/prices?view=negative&sort=margin&page=2",
        "/console/prices?q=nothing-like-it",
        "/console/prices/com",
        "/console/prices/xn--q9jyb4c",
        "/console/prices/imports",
        "/console/prices/import",
        "/console/registrars",
    ];
    for path in paths {
        let answer = page(&stage, path, "manager").await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert!(
            !answer.text().contains("style=") && !answer.text().contains("⟨"),
            "{path}"
        );
    }
    let list = page(&stage, "/console/prices", "manager").await.text();
    assert!(
        list.contains("283") && list.contains("267") && list.contains("badge--bad"),
        "{list}"
    );
    let seller = page(&stage, "/console/prices", "seller").await.text();
    assert!(!seller.contains("badge--bad") && !seller.contains("283"));
    assert_eq!(page(&stage, "/console/prices?view=low", "seller").await.status, 403);
    assert_eq!(page(&stage, "/console/prices/import", "seller").await.status, 403);
    assert_eq!(page(&stage, "/console/prices", "nobody").await.status, 403);
    assert_eq!(page(&stage, "/console/prices", "unknown").await.status, 303);
    assert_eq!(
        page(&stage, "/console/prices/nosuchending", "manager").await.status,
        404
    );
}

#[tokio::test]
async fn the_csv_has_the_rows_of_the_page() {
    let stage = Stage::new().await;
    let csv = page(&stage, "/console/prices.csv?view=renew_negative", "manager")
        .await
        .text();
    let total = api(
        &stage,
        "/api/v1/catalog/prices?view=renew_negative&limit=200",
        "manager",
    )
    .await
    .json()["data"]
        .as_array()
        .unwrap()
        .len();
    assert_eq!((csv.lines().count(), total), (19, 18));
    assert!(csv.starts_with("ending,shown,currency,register,register_cost"));
    let seller = page(&stage, "/console/prices.csv", "seller").await.text();
    assert!(seller.starts_with("ending,shown,currency,register,renew,transfer\r\n"));
    assert_eq!(seller.lines().count(), 575);
    for path in [
        "/console/prices/imports.csv",
        "/console/registrars.csv",
        &format!(
            "/console/prices/imports/{}/rows.csv?show=findings",
            stage.seeded.sales.id
        ),
    ] {
        assert_eq!(page(&stage, path, "manager").await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn the_dry_run_page_shows_changes_and_findings() {
    let stage = Stage::new().await;
    let id = stage.seeded.sales.id;
    let changes = page(&stage, &format!("/console/prices/imports/{id}"), "manager")
        .await
        .text();
    assert!(changes.contains(".academy") && changes.contains("1,713"), "{changes}");
    let findings = page(
        &stage,
        &format!("/console/prices/imports/{id}?show=findings&page=3"),
        "manager",
    )
    .await
    .text();
    assert!(findings.contains("/pricing/") && findings.contains("Handshake"));
}

#[tokio::test]
async fn pasted_prices_are_compared_shown_and_applied_without_script() {
    let stage = Stage::new().await;
    let form = page(&stage, "/console/prices/import", "manager").await.text();
    let (csrf, list) = (hidden(&form, "csrf"), stage.seeded.sales_list.id.to_string());
    let pasted = "tld,operation,amount\ncom,register,19.00\n";
    let fields = [
        ("csrf", csrf.as_str()),
        ("format", "prices_csv"),
        ("list", &list),
        ("pasted", pasted),
        ("effective_from", ""),
    ];
    let answer = send(
        &stage,
        "/console/prices/import",
        "multipart/form-data; boundary=b",
        multipart(&fields),
    )
    .await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let at = answer.header("location").to_owned();
    let shown = page(&stage, &at, "manager").await.text();
    assert!(
        shown.contains("<del>$11.06</del>") && shown.contains("<ins>$19</ins>"),
        "{shown}"
    );
    let applied = send(
        &stage,
        &format!("{at}/apply"),
        "application/x-www-form-urlencoded",
        format!("csrf={}", hidden(&shown, "csrf")),
    )
    .await;
    assert_eq!(applied.status, 303, "{}", applied.text());
    assert!(
        page(&stage, "/console/prices/com", "manager")
            .await
            .text()
            .contains("$19")
    );
}

#[tokio::test]
async fn a_refused_form_shows_again_what_was_typed() {
    let stage = Stage::new().await;
    let form = page(&stage, "/console/prices/import", "manager").await.text();
    let csrf = hidden(&form, "csrf");
    let fields = [
        ("csrf", csrf.as_str()),
        ("format", "prices_csv"),
        ("list", "nothing"),
        ("pasted", "tld,<operation>"),
        ("effective_from", "2031-01-01"),
    ];
    let answer = send(
        &stage,
        "/console/prices/import",
        "multipart/form-data; boundary=b",
        multipart(&fields),
    )
    .await;
    assert_eq!(answer.status, 422);
    let text = answer.text();
    assert!(
        text.contains("tld,&#60;operation&#62;") && text.contains("2031-01-01") && text.contains("err-sum"),
        "{text}"
    );
    let fields = [
        ("csrf", csrf.as_str()),
        ("format", "at_cost_csv"),
        ("list", &stage.seeded.sales_list.id.to_string()),
        ("pasted", "x"),
    ];
    let answer = send(
        &stage,
        "/console/prices/import",
        "multipart/form-data; boundary=b",
        multipart(&fields),
    )
    .await;
    assert_eq!(answer.status, 422, "{}", answer.text());
}
