//! Bodies, headers and strings that mean harm: each gets a problem that says what to do, and the headers that protect.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use web::testing::{Answer, Ask};

use crate::api::{existing, routes};
use crate::house::{Company, PASSWORD, TestHouse, csrf_of};

/// A refusal as the API promises it.
fn assert_problem(what: &str, answer: &Answer, statuses: &[u16]) {
    let told = format!("{what}: {} {}", answer.status, answer.text());
    assert!(statuses.contains(&answer.status.as_u16()), "{told}");
    assert_eq!(answer.header("content-type"), "application/problem+json", "{told}");
    let problem = answer.json();
    for member in ["type", "title", "code", "detail", "trace_id"] {
        assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{told}");
    }
    assert_eq!(problem["status"], answer.status.as_u16(), "{told}");
    assert_protected(what, answer);
}

/// The headers every answer carries.
fn assert_protected(what: &str, answer: &Answer) {
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(answer.header("x-frame-options"), "DENY", "{what}");
    assert!(!answer.header("referrer-policy").is_empty(), "{what}");
    let policy = answer.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{what}: {policy}"
    );
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"),
        "{what}: {policy}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hostile_body_to_every_route_is_a_problem_that_says_what_to_do() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    let router = &house.house.router;
    let owner = house.token(&company, "owner").await;
    let routes: Vec<_> = routes(&house)
        .await
        .into_iter()
        .filter(|route| route.body.is_some())
        .collect();
    assert!(routes.len() > 15);
    let deep = "[".repeat(40) + &"]".repeat(40);
    let wide = Value::from(vec![1; 1_001]).to_string();
    for route in &routes {
        let (name, path) = (route.name(), &existing(&house, &company, &owner, route).await);
        let new = || Ask::new(route.method.clone(), &company.host, path).bearer(&owner);
        let json = || new().header("content-type", "application/json");
        let large = json()
            .body(format!("{{\"name\": \"{}\"}}", "x".repeat(1_100_000)))
            .send(router)
            .await;
        assert_problem(&format!("{name} too large"), &large, &[413]);
        for (what, body) in [
            ("cut off", "{\"name\": \"x"),
            ("no JSON", "<name/>"),
            ("control characters", "\u{0}\u{1}"),
            ("deep", &deep),
            ("wide", &wide),
        ] {
            let answer = json().body(body.to_owned()).send(router).await;
            assert_problem(&format!("{name} {what}"), &answer, &[400, 422]);
        }
        for field in [
            "tenant_id",
            "balance",
            "role",
            "cost_price",
            "id",
            "built_in",
            "is_admin",
        ] {
            // A contact has a role of its own: what they do there.
            if field == "role" && path.contains("/contacts") {
                continue;
            }
            let mut body = route.body.clone().expect("it takes one");
            body[field] = json!("x");
            let answer = json().body(body.to_string()).send(router).await;
            assert_problem(&format!("{name} with {field}"), &answer, &[422]);
            assert!(answer.text().contains(field), "{name}: {}", answer.text());
        }
        let is_empty = route.body == Some(json!({}));
        if !is_empty {
            let answer = new()
                .header("content-type", "text/plain")
                .body("name=x")
                .send(router)
                .await;
            assert_problem(&format!("{name} as text"), &answer, &[415]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_strings_are_refused_or_kept_exactly_and_never_break_anything() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    let router = &house.house.router;
    let long = "x".repeat(10_000);
    let odd = [
        "nul\u{0}nul",
        "\u{202e}gpj.exe",
        "\u{feff}",
        "'; DROP TABLE customers; --",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "=cmd|'/c calc'!A0",
        "\r\nBcc: x@y.example",
        "😀".repeat(100).as_str(),
        long.as_str(),
    ]
    .map(str::to_owned);
    for text in &odd {
        for (path, field) in [
            ("/api/v1/customers", "name"),
            ("/api/v1/suppliers", "name"),
            ("/api/v1/customer-groups", "name"),
            ("/api/v1/customers", "notes"),
            ("/api/v1/roles", "name"),
        ] {
            let mut body = json!({ "name": "Ann" });
            if path.ends_with("roles") {
                body["permissions"] = json!(["identity.users.read"]);
            }
            body[field] = json!(text);
            let answer = Ask::post_json(&company.host, path, body)
                .bearer(&company.key)
                .send(router)
                .await;
            match answer.status {
                StatusCode::CREATED => assert_protected(path, &answer),
                _ => assert_problem(&format!("{path} {field} {text:.20?}"), &answer, &[422]),
            }
        }
        let encoded: String = text.bytes().take(500).map(|byte| format!("%{byte:02x}")).collect();
        for list in ["customers", "suppliers", "users", "audit", "jobs", "catalog/prices"] {
            for parameter in ["q", "after", "sort", "limit", "state"] {
                let path = format!("/api/v1/{list}?{parameter}={encoded}");
                let answer = house.ask(&company.host, &company.key, &path).await;
                if answer.status != StatusCode::OK {
                    assert_problem(&path, &answer, &[400, 422]);
                }
            }
        }
        let answer = house
            .ask(&company.host, &company.key, &format!("/api/v1/customers/{encoded}"))
            .await;
        assert_problem("an id", &answer, &[404]);
        let names = json!({ "names": [text, "fine.com"] });
        let checked = house.post(&company, "/api/v1/domains/price-checks", names).await;
        assert_eq!(checked["offers"].as_array().map(Vec::len), Some(2), "{checked}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_methods_and_unknown_paths_are_problems_too() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    let router = &house.house.router;
    for path in [
        "/api/v1/nothing",
        "/api/v2/customers",
        "/api/v1/customers/x/y/z",
        "/api/v1/%00",
        "/api/v1/../../etc/passwd",
    ] {
        let answer = house.ask(&company.host, &company.key, path).await;
        assert_problem(path, &answer, &[404]);
    }
    for (method, path) in [
        (Method::PATCH, "/api/v1/customers"),
        (Method::DELETE, "/api/v1/users"),
        (Method::TRACE, "/api/v1/me"),
        (Method::PUT, "/api/v1/audit"),
    ] {
        let answer = Ask::new(method, &company.host, path)
            .bearer(&company.key)
            .send(router)
            .await;
        assert_problem(path, &answer, &[405]);
        assert!(!answer.header("allow").is_empty(), "{path}");
    }
    let stranger = Ask::get("nobody.localhost", "/api/v1/customers")
        .bearer(&company.key)
        .send(router)
        .await;
    assert_problem("a host of nobody", &stranger, &[404]);
}

async fn create(house: &TestHouse, company: &Company, key: &str, body: &Value) -> Answer {
    let ask = Ask::post_json(&company.host, "/api/v1/customers", body).header("idempotency-key", key);
    ask.bearer(&company.key).send(&house.house.router).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_post_is_answered_again_and_another_body_is_refused() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    let body = json!({ "name": "Once", "email": "once@example.com" });
    let first = create(&house, &company, "key-1", &body).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
    let again = create(&house, &company, "key-1", &body).await;
    assert_eq!(
        (again.status, again.json()["id"].clone()),
        (first.status, first.json()["id"].clone())
    );
    let other = create(&house, &company, "key-1", &json!({ "name": "Another" })).await;
    assert_problem("the same key with another body", &other, &[422]);
    assert_eq!(other.code(), "idempotency_key_reused");
    for bad in ["", " ", &"k".repeat(300)] {
        assert_problem("a bad key", &create(&house, &company, bad, &body).await, &[400]);
    }
    let listed = house.get(&company, "/api/v1/customers?limit=200&q=Once").await;
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(1), "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_files_carry_the_headers_and_cookies_their_flags() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    let router = &house.house.router;
    for path in [
        "/",
        "/search?q=fine.com",
        "/console",
        "/console/sign-in",
        "/nothing",
        "/api/openapi.json",
        "/healthz",
        "/readyz",
        "/sign-in",
    ] {
        let answer = Ask::get(&company.host, path)
            .header("accept", "text/html")
            .send(router)
            .await;
        assert!(!answer.status.is_server_error(), "{path}: {}", answer.text());
        assert_protected(path, &answer);
    }
    let shown = Ask::get(&company.host, "/console/sign-in")
        .header("accept", "text/html")
        .send(router)
        .await;
    let token = csrf_of(&shown);
    let form = format!(
        "csrf={token}&email=owner%40northwind.example&password={}",
        PASSWORD.replace(' ', "+")
    );
    let send = |origin: &str, site: &str, form: &str| {
        Ask::post_form(&company.host, "/console/sign-in", form)
            .header("cookie", &shown.cookies())
            .header("origin", origin)
            .header("sec-fetch-site", site)
            .send(router)
    };
    for (origin, site, form) in [
        ("https://evil.example", "cross-site", form.as_str()),
        ("null", "cross-site", form.as_str()),
        (
            "http://northwind.localhost",
            "same-origin",
            "email=owner%40northwind.example&password=x",
        ),
        (
            "http://northwind.localhost",
            "same-origin",
            "csrf=AAAA&email=owner%40northwind.example&password=x",
        ),
    ] {
        let refused = send(origin, site, form).await;
        assert_eq!(
            refused.status,
            StatusCode::FORBIDDEN,
            "{origin} {form:.30}: {}",
            refused.text()
        );
        assert!(
            refused
                .headers
                .get_all("set-cookie")
                .iter()
                .all(|cookie| !cookie.to_str().unwrap().contains("session")),
            "{origin}"
        );
    }
    let signed_in = send("http://northwind.localhost", "same-origin", &form).await;
    assert!(
        signed_in.status.is_redirection(),
        "{} {}",
        signed_in.status,
        signed_in.text()
    );
    let cookies: Vec<_> = shown
        .headers
        .get_all("set-cookie")
        .iter()
        .chain(signed_in.headers.get_all("set-cookie"))
        .collect();
    assert!(!cookies.is_empty());
    for cookie in cookies {
        let cookie = cookie.to_str().unwrap();
        for flag in ["Secure", "HttpOnly", "SameSite=", "Path=/"] {
            assert!(cookie.contains(flag), "{cookie}");
        }
        assert!(cookie.starts_with("__Host-"), "{cookie}");
    }
}
