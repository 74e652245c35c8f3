//! Two companies with alike data, and every route of the API tried by the one on what is the other's.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use serde_json::{Value, json};
use web::testing::Ask;

use crate::api::{Route, routes};
use crate::house::{Company, TestHouse};

/// What may differ between a list's path and where its elements' ids come from.
pub(crate) async fn ids(house: &TestHouse, company: &Company, owner: &str) -> BTreeMap<String, Vec<String>> {
    let token = house.token(company, "owner").await;
    let mut found = BTreeMap::new();
    let mut collections: Vec<String> = [
        "api-keys",
        "catalog/imports",
        "customer-groups",
        "customers",
        "exchange-rates/imports",
        "exchange-rates/sheets",
        "domains",
        "domains/price-locks",
        "jobs",
        "ledger/accounts",
        "ledger/transactions",
        "roles",
        "suppliers",
        "tenant/domains",
        "users",
        "catalog/registrars",
        "catalog/sales-lists",
        "tld-groups",
        "price-sync/sources",
        "price-sync/runs",
        "discounts",
        "coupons",
        "tlds/bike/sales-prices",
        "tlds/bike/cost-prices",
        "price-rules",
        "price-rules/runs",
        "notices",
    ]
    .map(|name| format!("/api/v1/{name}"))
    .to_vec();
    collections.push("/api/v1/sessions".into());
    for owner in ["customers", "suppliers"] {
        let list = house
            .ask(&company.host, &token, &format!("/api/v1/{owner}"))
            .await
            .json();
        let id = list["data"][0]["id"].as_str().expect("an owner of contacts").to_owned();
        collections.push(format!("/api/v1/{owner}/{id}/contacts"));
    }
    for collection in collections {
        let reader = if collection.ends_with("notices") { owner } else { &token };
        let list = house.ask(&company.host, reader, &collection).await.json();
        let ids: Vec<String> = list["data"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|row| row["id"].as_str().map(str::to_owned))
            .collect();
        found.insert(collection, ids);
    }
    found
}

/// The route's path with the company's ids in it; `None` when it names nothing of that company.
fn path_of(route: &Route, ids: &BTreeMap<String, Vec<String>>) -> Option<String> {
    // A name belongs to nobody here: what a tenant is told of it comes from its own prices.
    if route.path.contains("{name}") {
        return None;
    }
    let mut path = route.path.replace("{tld}", "bike").replace("{currency}", "USD");
    for hole in ["{id}", "{contact}"] {
        if let Some((collection, _)) = path.split_once(&format!("/{hole}")) {
            let id = ids.get(collection)?.first()?.clone();
            path = path.replace(hole, &id);
        }
    }
    Some(path)
}

/// Bodies that name what is another's, for routes that take ids in them.
fn bodies(
    ids: &BTreeMap<String, Vec<String>>,
    own: &BTreeMap<String, Vec<String>>,
) -> Vec<(&'static str, String, Value)> {
    let id = |collection: &str| ids[&format!("/api/v1/{collection}")][0].clone();
    let own_id = |collection: &str| own[&format!("/api/v1/{collection}")][0].clone();
    let import = |list: String| json!({ "format": "prices_csv", "list": list, "content": crate::house::price_file(&["com"], "1.00") });
    let source = |list: String| json!({ "name": "Stranger", "list": list });
    let customer = json!({ "name": "Stranger", "group_id": id("customer-groups") });
    let staff = json!({ "name": "Stranger", "email": "new@elsewhere.example", "roles": [id("roles")] });
    let price = |list: String| json!({ "list": list, "prices": [{ "operation": "register", "minor": 1300 }] });
    let owed = json!({ "memo": "Stranger", "entries": [
        { "role": "liabilities:payable", "supplier": id("suppliers"), "amount": { "minor": 1, "currency": "USD" } },
        { "role": "assets:bank", "amount": { "minor": -1, "currency": "USD" } }] });
    let lock = json!({ "names": [{ "name": "canary.com", "operation": "transfer" }], "customer": id("customers") });
    vec![
        (
            "POST /api/v1/domains/price-locks",
            "/api/v1/domains/price-locks".into(),
            lock,
        ),
        (
            "POST /api/v1/ledger/transactions",
            "/api/v1/ledger/transactions".into(),
            owed,
        ),
        ("POST /api/v1/customers", "/api/v1/customers".into(), customer.clone()),
        (
            "PUT /api/v1/customers/{id}",
            format!("/api/v1/customers/{}", own_id("customers")),
            customer,
        ),
        ("POST /api/v1/users", "/api/v1/users".into(), staff),
        (
            "PUT /api/v1/users/{id}/roles",
            format!("/api/v1/users/{}/roles", own_id("users")),
            json!({ "roles": [id("roles")] }),
        ),
        (
            "POST /api/v1/catalog/imports",
            "/api/v1/catalog/imports".into(),
            import(id("catalog/registrars")),
        ),
        (
            "POST /api/v1/catalog/imports",
            "/api/v1/catalog/imports".into(),
            import(id("catalog/sales-lists")),
        ),
        (
            "POST /api/v1/tlds/{tld}/sales-prices",
            "/api/v1/tlds/com/sales-prices".into(),
            price(id("catalog/sales-lists")),
        ),
        (
            "POST /api/v1/tlds/{tld}/cost-prices",
            "/api/v1/tlds/com/cost-prices".into(),
            price(id("catalog/registrars")),
        ),
        (
            "POST /api/v1/price-sync/sources",
            "/api/v1/price-sync/sources".into(),
            json!({ "kind": "porkbun", "source": source(id("catalog/registrars")) }),
        ),
        (
            "PUT /api/v1/price-sync/sources/{id}",
            format!("/api/v1/price-sync/sources/{}", own_id("price-sync/sources")),
            source(id("catalog/sales-lists")),
        ),
    ]
}

/// Whether an answer tells anything of the company: its planted words, its own ending, one of its ids.
pub(crate) fn tells_of(text: &str, company: &Company, ids: &BTreeMap<String, Vec<String>>) -> bool {
    let words = [
        format!("{} canary", company.slug),
        format!("{}.example", company.slug),
        "bike".into(),
    ];
    words.iter().any(|word| text.contains(word)) || ids.values().flatten().any(|id| text.contains(id.as_str()))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_closed_to_the_other_tenant() {
    let house = TestHouse::new().await;
    let (victim, stranger) = (house.company(1, "northwind").await, house.company(2, "saffron").await);
    let owner = house.token(&victim, "owner").await;
    let theirs = ids(&house, &victim, &owner).await;
    let stranger_owner = house.token(&stranger, "owner").await;
    let own = ids(&house, &stranger, &stranger_owner).await;
    house.run_jobs().await;
    let before = house.installation.database().probe().await.rows_of(victim.tenant).await;
    assert!(before.len() > 20 && before["customers"].0 > 0, "{before:?}");

    let (mut covered, mut wrong) = (BTreeSet::new(), Vec::new());
    for route in routes(&house).await {
        let Some(path) = path_of(&route, &theirs) else {
            continue;
        };
        if route.has_ids() {
            covered.insert(route.name());
            // The ids are right: their owner finds what they name.
            if route.method == axum::http::Method::GET {
                let found = house.ask(&victim.host, &owner, &path).await;
                assert_eq!(found.status, StatusCode::OK, "{path}: {}", found.text());
                // What rules made no price for names endings alone.
                let names_nobody = route.path.ends_with("/skipped");
                assert!(
                    names_nobody || tells_of(&found.text(), &victim, &theirs),
                    "{path}: {}",
                    found.text()
                );
            }
            for (how, host, token) in [
                ("key", &stranger.host, &stranger.key),
                ("access token", &stranger.host, &stranger_owner),
                ("key at the other's host", &victim.host, &stranger.key),
                ("access token at the other's host", &victim.host, &stranger_owner),
            ] {
                let answer = route.ask(host, &path).bearer(token).send(&house.house.router).await;
                // Anybody may price an ending, and a change is judged by what its body says before it is looked for.
                let is_judged_first =
                    route.path.starts_with("/api/v1/tlds/") && route.method != axum::http::Method::GET;
                let closed = answer.status == StatusCode::NOT_FOUND
                    || (is_judged_first && answer.status == StatusCode::UNPROCESSABLE_ENTITY)
                    || (how.starts_with("access token at") && answer.status == StatusCode::UNAUTHORIZED);
                if !closed || tells_of(&answer.text().replace(&path, ""), &victim, &theirs) {
                    wrong.push(format!(
                        "{} with {how}: {} {}",
                        route.name(),
                        answer.status,
                        answer.text()
                    ));
                }
            }
        } else if route.method == axum::http::Method::GET {
            covered.insert(route.name());
            let mut paths = vec![path.clone(), format!("{path}?limit=200")];
            paths.extend(queries(&house, &path, &owner, &victim, &theirs).await);
            for path in paths {
                for token in [&stranger.key, &stranger_owner] {
                    let answer = house.ask(&stranger.host, token, &path).await;
                    if answer.status.is_server_error() || tells_of(&answer.text(), &victim, &theirs) {
                        wrong.push(format!("GET {path}: {} {}", answer.status, answer.text()));
                    }
                }
            }
        }
    }
    for (name, path, body) in bodies(&theirs, &own) {
        covered.insert(name.to_owned());
        let method = name.split(' ').next().expect("a method").parse().expect("a method");
        let ask = Ask::new(method, &stranger.host, &path).header("content-type", "application/json");
        let answer = ask
            .bearer(&stranger.key)
            .body(body.to_string())
            .send(&house.house.router)
            .await;
        if !answer.status.is_client_error()
            || tells_of(&answer.text(), &victim, &theirs) && answer.status != StatusCode::UNPROCESSABLE_ENTITY
        {
            wrong.push(format!("{name} naming another's: {} {}", answer.status, answer.text()));
        }
    }
    covered.extend(price_token(&house, &victim, &stranger).await);
    covered.extend(notices(&house, &stranger_owner, &stranger, &theirs).await);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    let after = house.installation.database().probe().await.rows_of(victim.tenant).await;
    for (table, rows) in &before {
        // Looking is remembered: when a session was last used, what a key last did.
        if !["sessions", "api_keys", "idempotency"].contains(&table.as_str()) {
            assert_eq!(rows, &after[table], "{table} changed");
        }
    }
    let uncovered = routes(&house)
        .await
        .into_iter()
        .map(|route| route.name())
        .filter(|name| !covered.contains(name));
    committed("isolation-uncovered.txt", uncovered.collect());
}

/// A list's filters and cursor with what is the victim's.
async fn queries(
    house: &TestHouse,
    path: &str,
    owner: &str,
    victim: &Company,
    theirs: &BTreeMap<String, Vec<String>>,
) -> Vec<String> {
    let id = |collection: &str| theirs[&format!("/api/v1/{collection}")][0].clone();
    let mut asks = vec![format!("{path}?q=canary"), format!("{path}?q={}", victim.slug)];
    match path {
        "/api/v1/customers" => asks.push(format!("{path}?group_id={}", id("customer-groups"))),
        "/api/v1/audit" => {
            asks.push(format!("{path}?actor={}", id("users")));
            asks.push(format!("{path}?subject={}", id("customers")));
        }
        _ => {}
    }
    let first = house.ask(&victim.host, owner, &format!("{path}?limit=1")).await.json();
    if let Some(next) = first["next"].as_str() {
        asks.push(format!("{path}?after={next}"));
    }
    // The other's ids in the questions are echoed by no answer, so they count as telling.
    asks
}

/// A token of the victim's prices says nothing to the other.
async fn price_token(house: &TestHouse, victim: &Company, stranger: &Company) -> [String; 1] {
    let names: Vec<_> = (0..20)
        .map(|number| format!("canary-name-of-ours-{number}.com"))
        .collect();
    let asked = json!({ "names": names });
    let checked = house.post(victim, "/api/v1/domains/price-checks", asked).await;
    let offers = checked["offers"].as_array().expect("offers");
    let token = offers.iter().map(|offer| offer["token"].clone()).find(Value::is_string);
    let token = token.unwrap_or_else(|| panic!("{checked}"));
    let path = "/api/v1/domains/price-tokens/verify";
    house.post(victim, path, json!({ "token": token })).await;
    let ask = Ask::post_json(&stranger.host, path, json!({ "token": token })).bearer(&stranger.key);
    let answer = ask.send(&house.house.router).await;
    assert!(answer.status.is_client_error(), "{} {}", answer.status, answer.text());
    assert!(!answer.text().contains("canary-name-of-ours"), "{}", answer.text());
    [format!("POST {path}")]
}

/// Marking the other's notices as read marks nothing (the caller compares the rows).
async fn notices(
    house: &TestHouse,
    token: &str,
    stranger: &Company,
    theirs: &BTreeMap<String, Vec<String>>,
) -> [String; 1] {
    let ids = &theirs["/api/v1/notices"];
    assert!(!ids.is_empty(), "the victim's bell has rung");
    let body = json!({ "ids": ids });
    let ask = Ask::post_json(&stranger.host, "/api/v1/notices/read", body).bearer(token);
    let answer = ask.send(&house.house.router).await;
    assert!(!answer.status.is_server_error(), "{}", answer.text());
    ["POST /api/v1/notices/read".into()]
}

/// Compares with the committed file; `ENTREPOT_BLESS=1` writes it.
pub(crate) fn committed(file: &str, lines: BTreeSet<String>) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let heading: Vec<_> = text.lines().filter(|line| line.starts_with('#')).collect();
    let now: Vec<_> = heading
        .iter()
        .copied()
        .chain(lines.iter().map(String::as_str))
        .collect();
    let now = now.join("\n") + "\n";
    if std::env::var_os("ENTREPOT_BLESS").is_some() {
        std::fs::write(&path, &now).expect("write the list");
    }
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, now, "docs/{file} says otherwise; look why, then ENTREPOT_BLESS=1");
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_without_a_tenant_are_few_and_named() {
    let house = TestHouse::new().await;
    let mut probe = house.installation.database().probe().await;
    let mut without = BTreeSet::new();
    for table in probe.tables().await {
        if !probe.columns(&table).await.iter().any(|column| column == "tenant_id") {
            without.insert(table);
        }
    }
    committed("tables-without-tenant.txt", without);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_credentials_no_route_says_anything() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    let owner = house.token(&company, "owner").await;
    let theirs = ids(&house, &company, &owner).await;
    let garbage = ["epk_live_AAAA", "x", "eyJhbGciOiJub25lIn0.e30.", &"A".repeat(4_000)];
    for route in routes(&house).await.into_iter().filter(|route| route.needs_bearer) {
        let path = path_of(&route, &theirs).unwrap_or_else(|| route.path.replace("{name}", "canary.com"));
        let nobody = route.ask(&company.host, &path).send(&house.house.router).await;
        assert_eq!(
            nobody.status,
            StatusCode::UNAUTHORIZED,
            "{}: {}",
            route.name(),
            nobody.text()
        );
        assert!(
            !tells_of(&nobody.text(), &company, &BTreeMap::new()),
            "{}",
            nobody.text()
        );
        for token in garbage {
            let answer = route
                .ask(&company.host, &path)
                .bearer(token)
                .send(&house.house.router)
                .await;
            assert_eq!(
                answer.status,
                StatusCode::UNAUTHORIZED,
                "{}: {}",
                route.name(),
                answer.text()
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_and_customers_get_nowhere_in_the_console() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    let customer = house.token(&company, "customer").await;
    let listed = include_str!("../../../../docs/routes.txt");
    // The way in is open, and a picture that is not there is 404; all else is looked at by nobody who is not of the staff.
    let open = [
        "/console/sign-in",
        "/console/sign-in/code",
        "/console/avatars/{user}/{version}",
    ];
    let pages: Vec<_> = listed
        .lines()
        .filter_map(|line| match line.split_whitespace().collect::<Vec<_>>()[..] {
            ["page", "GET", path] if path.starts_with("/console") && !open.contains(&path) => Some(path),
            _ => None,
        })
        .collect();
    assert!(pages.len() > 40, "{pages:?}");
    for page in pages {
        let visitor = Ask::get(&company.host, page)
            .header("accept", "text/html")
            .send(&house.house.router)
            .await;
        assert!(visitor.status.is_redirection(), "{page}: {}", visitor.status);
        assert!(
            visitor.header("location").contains("/sign-in"),
            "{page}: {}",
            visitor.header("location")
        );
        let answer = Ask::get(&company.host, page)
            .bearer(&customer)
            .header("accept", "text/html")
            .send(&house.house.router)
            .await;
        assert!(
            answer.status == StatusCode::FORBIDDEN || answer.status.is_redirection(),
            "{page}: {}",
            answer.status
        );
        assert!(!answer.text().contains("canary key"), "{page}");
    }
}
