//! Every route by every role: what docs/permissions.txt says is what happens, and a change of rights bites at once.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{Method, StatusCode};
use identity::roles::BuiltIn;
use serde_json::json;
use web::testing::Ask;

use crate::api::{Route, existing, routes};
use crate::house::{Company, STAFF, TestHouse};

/// What a route asks of the caller.
#[derive(Clone, Copy, PartialEq)]
enum Needs {
    /// Nobody's credentials.
    Nothing,
    /// To be signed in, as staff or customer.
    Login,
    /// To be a member of staff, or a key of theirs.
    Staff,
    /// These permissions.
    Right(&'static [&'static str]),
}

/// Every route; one that is missing here fails the test.
fn needs(route: &Route) -> Option<Needs> {
    let read = route.method == Method::GET;
    let by = |reading, writing| Needs::Right(if read { reading } else { writing });
    let path = route.path.strip_prefix("/api/v1/")?;
    Some(match path {
        "auth/sign-in" | "auth/refresh" => Needs::Nothing,
        "auth/sign-out" | "me" | "sessions" | "sessions/{id}" => Needs::Login,
        "domains/price-checks" | "domains/price-tokens/verify" | "domains/prices" | "domains/{name}/offer" => {
            Needs::Login
        }
        "notices" | "notices/read" => Needs::Staff,
        "tenant" if read => Needs::Staff,
        "tenant" | "tenant/domains" | "tenant/domains/{id}" | "tenant/domains/{id}/verify" => {
            Needs::Right(&["identity.settings.edit"])
        }
        "permissions" => Needs::Right(&["identity.users.read"]),
        _ if path.starts_with("tlds/{tld}/cost-prices") => by(
            &["catalog.prices.read", "catalog.margins.read"],
            &["catalog.prices.read", "catalog.margins.read", "catalog.prices.edit"],
        ),
        _ if path.starts_with("tlds/{tld}/") => by(
            &["catalog.prices.read"],
            &["catalog.prices.read", "catalog.prices.edit"],
        ),
        "ledger/transactions" => by(&["ledger.journal.read"], &["ledger.journal.post"]),
        _ if path.ends_with("/reverse") => Needs::Right(&["ledger.journal.post"]),
        _ if path.starts_with("ledger/") => by(&["ledger.journal.read"], &["ledger.books.close"]),
        _ if path.starts_with("customers/{id}/wallets") => by(&["ledger.wallets.read"], &["ledger.wallets.adjust"]),
        "settings/tld-pricing" => by(&["catalog.margins.read"], &["catalog.settings.edit"]),
        "domains/best-registrar" => Needs::Right(&["catalog.margins.read"]),
        "domains" | "domains/{id}" => Needs::Right(&["domains.names.read"]),
        "domains/price-locks" | "domains/price-locks/{id}" => by(&["catalog.prices.read"], &["domains.prices.lock"]),
        "domains/storefront" if read => Needs::Staff,
        "domains/storefront" => Needs::Right(&["domains.storefront.edit"]),
        _ => match path.split('/').next()? {
            "api-keys" => Needs::Right(&["identity.api_keys.manage"]),
            "audit" => Needs::Right(&["platform.audit.read"]),
            "catalog" if path.starts_with("catalog/imports") => Needs::Right(&["catalog.prices.import"]),
            "catalog" if read => Needs::Right(&["catalog.prices.read"]),
            "catalog" if path.starts_with("catalog/registrars") => Needs::Right(&["catalog.registrars.edit"]),
            "catalog" => Needs::Right(&["catalog.prices.edit"]),
            "exchange-rates" if path.starts_with("exchange-rates/imports") => Needs::Right(&["reference.rates.edit"]),
            "exchange-rates" => by(&["reference.rates.read"], &["reference.rates.edit"]),
            "price-sync" if path.ends_with("/test") => Needs::Right(&["catalog.registrars.edit"]),
            "price-sync" if read => Needs::Right(&["catalog.prices.read"]),
            "price-sync" if path.ends_with("/run") || path.contains("/runs/") => {
                Needs::Right(&["catalog.prices.import"])
            }
            "price-sync" => Needs::Right(&["catalog.registrars.edit"]),
            "customer-groups" | "customers" => by(&["parties.customers.read"], &["parties.customers.edit"]),
            "prices" => Needs::Right(&["catalog.prices.read"]),
            "discounts" | "coupons" => by(&["catalog.prices.read"], &["catalog.prices.edit"]),
            "price-rules" if read && !path.contains("/runs") && !path.ends_with("/try") => {
                Needs::Right(&["catalog.margins.read"])
            }
            "price-rules" => Needs::Right(&["catalog.prices.edit", "catalog.margins.read"]),
            "tld-groups" => by(&["catalog.prices.read"], &["catalog.prices.edit"]),
            "suppliers" => by(&["parties.suppliers.read"], &["parties.suppliers.edit"]),
            "jobs" => by(&["platform.jobs.read"], &["platform.jobs.manage"]),
            "archive" => by(&["catalog.margins.read"], &["catalog.archive.manage"]),
            "margins" => Needs::Right(&["catalog.margins.read"]),
            "roles" => by(&["identity.users.read"], &["identity.roles.manage"]),
            "users" => by(&["identity.users.read"], &["identity.users.manage"]),
            _ => return None,
        },
    })
}

/// What each role may do, as committed.
fn matrix() -> BTreeMap<String, BTreeSet<String>> {
    let text = include_str!("../../../../docs/permissions.txt");
    let mut lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let roles = lines.next().expect("a heading");
    let mut matrix: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in lines {
        for (role, _) in roles.iter().zip(&line).skip(1).filter(|(_, mark)| **mark == "x") {
            matrix.entry((*role).to_owned()).or_default().insert(line[0].to_owned());
        }
    }
    matrix
}

/// The route's path: for edits with ids of what is there (who may read it is told 403, not 404), else with ids that are
/// well formed and nobody's, so that nothing is lost between two tries.
async fn path(house: &TestHouse, company: &Company, owner: &str, route: &Route) -> String {
    if route.method == Method::PUT {
        return existing(house, company, owner, route).await;
    }
    let prefix = match route.path.split('/').nth(3) {
        Some("api-keys") => "key",
        Some("customer-groups") => "grp",
        Some("customers") => "cus",
        Some("suppliers") => "sup",
        Some("jobs") => "job",
        Some("roles") => "rol",
        Some("users") => "usr",
        Some("sessions") => "ses",
        Some("tenant") => "hos",
        Some("tld-groups") => "tlg",
        Some("discounts" | "coupons") => "dsc",
        Some("margins") => "mga",
        Some("ledger") if route.path.contains("/accounts/") => "acc",
        Some("ledger") => "ltx",
        _ if route.path.contains("/price-locks/") => "lck",
        Some("domains") => "dom",
        _ if route.path.contains("-prices/") => "pch",
        Some("price-rules") if route.path.contains("/runs/") => "imp",
        Some("price-rules") => "prl",
        _ if route.path.contains("/registrars/") => "reg",
        _ if route.path.contains("/price-sync/sources/") => "psr",
        _ if route.path.contains("/price-sync/runs/") => "syn",
        _ if route.path.contains("/sales-lists/") => "sal",
        _ if route.path.contains("/sheets/") => "rts",
        _ => "imp",
    };
    let id = |prefix: &str| format!("{prefix}_0193400000007000800000000000ffff");
    route
        .path
        .replace("{id}", &id(prefix))
        .replace("{contact}", &id("con"))
        .replace("{tld}", "com")
        .replace("{name}", "example.com")
        .replace("{currency}", "USD")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_reaches_what_the_matrix_says_and_nothing_else() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    let (matrix, routes) = (matrix(), routes(&house).await);
    let owner = house.token(&company, "owner").await;
    let mut paths = Vec::new();
    for route in &routes {
        paths.push(path(&house, &company, &owner, route).await);
    }
    let mut wrong = Vec::new();
    for role in STAFF.map(|(_, role)| role).into_iter().chain(["customer"]) {
        let token = house.token(&company, role).await;
        for (route, path) in routes.iter().zip(&paths) {
            let Some(needs) = needs(route) else {
                wrong.push(format!("{} is not in this test's list", route.name()));
                continue;
            };
            let ends_the_session = route.path.ends_with("sign-out");
            if needs == Needs::Nothing || ends_the_session {
                continue;
            }
            let has = |right: &&str| matrix.get(role).is_some_and(|rights| rights.contains(*right));
            let may = match needs {
                Needs::Nothing | Needs::Login => true,
                Needs::Staff => role != "customer",
                Needs::Right(rights) => rights.iter().all(has),
            };
            let answer = route
                .ask(&company.host, path)
                .bearer(&token)
                .send(&house.house.router)
                .await;
            let fits = match answer.status {
                StatusCode::FORBIDDEN => {
                    !may || ["beyond_own_permissions", "people_only"].contains(&answer.code().as_str())
                }
                StatusCode::UNAUTHORIZED => false,
                status if status.is_server_error() => false,
                _ => may,
            };
            if !fits {
                wrong.push(format!(
                    "{role}: {} is {} {}",
                    route.name(),
                    answer.status,
                    answer.text()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_does_what_it_lists_and_no_more() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    let key = house
        .key(
            company.tenant,
            "northwind",
            BTreeSet::from(["parties.customers.read".to_owned()]),
        )
        .await;
    let owner = house.token(&company, "owner").await;
    for route in routes(&house).await {
        let Some(Needs::Right(rights)) = needs(&route) else {
            continue;
        };
        let answer = route
            .ask(&company.host, &path(&house, &company, &owner, &route).await)
            .bearer(&key)
            .send(&house.house.router)
            .await;
        let refused = answer.status == StatusCode::FORBIDDEN;
        assert_eq!(
            refused,
            rights != ["parties.customers.read"],
            "{}: {}",
            route.name(),
            answer.text()
        );
    }
}

async fn user_id(house: &TestHouse, company: &Company, who: &str) -> String {
    let users = house.get(company, "/api/v1/users?limit=200").await;
    let email = format!("{who}@{}.example", company.slug);
    let users = users["data"].as_array().expect("users");
    users
        .iter()
        .find(|user| user["email"] == email.as_str())
        .expect("seeded")["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_rights_bites_at_the_very_next_request() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    let (pricing, owner) = (
        house.token(&company, "pricing_manager").await,
        house.token(&company, "owner").await,
    );
    let status = async |token: &str, path: &str| house.ask(&company.host, token, path).await.status;
    assert_eq!(status(&pricing, "/api/v1/margins/summary").await, StatusCode::OK);

    let roles = house.get(&company, "/api/v1/roles").await;
    let all = roles["data"].as_array().expect("roles");
    let support = all
        .iter()
        .find(|role| {
            role["name"]
                .as_str()
                .is_some_and(|name| name.eq_ignore_ascii_case("support"))
        })
        .unwrap_or_else(|| panic!("{roles}"));
    let id = user_id(&house, &company, "pricing_manager").await;
    let ask = Ask::new(Method::PUT, &company.host, &format!("/api/v1/users/{id}/roles"));
    let ask = ask.header("content-type", "application/json").bearer(&owner);
    let answer = ask
        .body(json!({ "roles": [support["id"]] }).to_string())
        .send(&house.house.router)
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(status(&pricing, "/api/v1/margins/summary").await, StatusCode::FORBIDDEN);
    assert_eq!(status(&pricing, "/api/v1/customers").await, StatusCode::OK);

    let path = format!("/api/v1/users/{id}/disable");
    let answer = Ask::new(Method::POST, &company.host, &path)
        .bearer(&owner)
        .send(&house.house.router)
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(status(&pricing, "/api/v1/customers").await, StatusCode::UNAUTHORIZED);
    assert_eq!(BuiltIn::Support, STAFF[6].0);
}
