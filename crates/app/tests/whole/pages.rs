//! Every page tried by the session of another company, and what the pages of app say.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use web::testing::Answer;

use crate::house::{Company, Session, TestHouse};
use crate::isolation::{committed, ids, tells_of};

type Ids = BTreeMap<String, Vec<String>>;

/// A page's path with what the company has in its holes; `None` when the company has nothing of that kind.
pub(crate) fn path_of(path: &str, ids: &Ids, links: &BTreeMap<String, String>) -> Option<String> {
    let id = |collection: &str| ids.get(&format!("/api/v1/{collection}"))?.first().cloned();
    let mut filled = path.replace("{tld}", "bike").replace("{version}", "1");
    // The pair of the one sheet of rates, and a change of the ending's prices.
    filled = filled.replace("{base}", "EUR").replace("{quote}", "USD");
    if path.contains("{change}") {
        filled = filled.replace("{change}", &id("tlds/bike/sales-prices")?);
    }
    if path.contains("{sheet}") {
        filled = filled.replace("{sheet}", &id("exchange-rates/sheets")?);
    }
    if let Some((kind, _)) = path.split_once("{token}") {
        return Some(filled.replace("{token}", links.get(kind)?));
    }
    if path.contains("{user}") {
        filled = filled.replace("{user}", &id("users")?);
    }
    if let Some((before, _)) = path.split_once("/{id}") {
        let collection = match before {
            "/console/prices/imports" => "catalog/imports",
            "/console/prices/lists" => "catalog/sales-lists",
            "/console/prices/groups" => "tld-groups",
            "/console/discounts" => "discounts",
            "/console/prices/rules" => "price-rules",
            "/console/prices/rules/runs" => "price-rules/runs",
            "/console/registrars" => "catalog/registrars",
            "/console/sync" => "price-sync/sources",
            "/console/sync/runs" => "price-sync/runs",
            "/console/settings/domains" => "tenant/domains",
            "/console/profile/sessions" | "/me/profile/sessions" => "sessions",
            other => other.strip_prefix("/console/")?,
        };
        let owner = id(collection)?;
        filled = filled.replace("{id}", &owner);
        filled = filled.replace(
            "{contact}",
            &id(&format!("{collection}/{owner}/contacts")).unwrap_or_default(),
        );
    }
    Some(filled)
}

/// The tokens of the links in the company's mail, by what stands before them: `/invite/`.
fn links(house: &TestHouse, company: &Company) -> BTreeMap<String, String> {
    let mails = house.mail.0.lock().unwrap();
    let texts = mails
        .iter()
        .map(|mail| mail.text.clone())
        .filter(|text| text.contains(&company.host));
    let mut links = BTreeMap::new();
    for line in texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()) {
        let Some((_, path)) = line.split_once(&company.host) else {
            continue;
        };
        let path = path.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit());
        if let Some((kind, token)) = path.trim().rsplit_once('/') {
            links.insert(format!("{kind}/"), token.to_owned());
        }
    }
    links
}

/// Forms that name what is the other's, for pages that take ids in them.
fn forms(theirs: &Ids, own: &Ids) -> Vec<(&'static str, String, String)> {
    let id = |ids: &Ids, collection: &str| ids[&format!("/api/v1/{collection}")][0].clone();
    let (group, role, job) = (id(theirs, "customer-groups"), id(theirs, "roles"), id(theirs, "jobs"));
    let customer = format!("name=Stranger&group_id={group}&group={group}");
    let own_user = id(own, "users");
    vec![
        (
            "POST /console/jobs",
            "/console/jobs".into(),
            format!("do=retry&sel={job}"),
        ),
        (
            "POST /console/jobs",
            "/console/jobs".into(),
            format!("do=cancel&sel={job}"),
        ),
        ("POST /console/customers", "/console/customers".into(), customer.clone()),
        (
            "POST /console/customers/{id}",
            format!("/console/customers/{}", id(own, "customers")),
            customer,
        ),
        (
            "POST /console/users/new",
            "/console/users/new".into(),
            format!("name=Stranger&email=new%40elsewhere.example&roles={role}"),
        ),
        (
            "POST /console/users/{id}/roles",
            format!("/console/users/{own_user}/roles"),
            format!("roles={role}"),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_closed_to_the_other_tenants_session() {
    let house = TestHouse::new().await;
    let (victim, stranger) = (house.company(1, "northwind").await, house.company(2, "saffron").await);
    let owner = house.token(&victim, "owner").await;
    let theirs = ids(&house, &victim, &owner).await;
    let own = ids(&house, &stranger, &house.token(&stranger, "owner").await).await;
    let links = links(&house, &victim);
    assert!(links.contains_key("/invite/"), "{links:?}");
    let (inside, outside) = (
        house.session(&victim, "owner").await,
        house.session(&stranger, "owner").await,
    );
    house.run_jobs().await;
    let tries: Vec<_> = house
        .house
        .pages
        .iter()
        .filter(|(path, method)| *method == "GET" || path.contains('{'))
        .filter_map(|(path, method)| Some((path, *method, path_of(path, &theirs, &links)?)))
        .collect();

    let mut wrong = Vec::new();
    // What is tried is there: its owner sees it. Looking is remembered, so it comes first.
    for (path, method, filled) in &tries {
        if *method == "GET" {
            let seen = inside.get(&house, filled).await.status;
            let is_there = seen.is_success() || seen.is_redirection() || path.contains("/avatars/");
            if path.contains('{') && !is_there {
                wrong.push(format!("GET {path} by its owner: {seen}"));
            }
        }
    }
    let before = house.installation.database().probe().await.rows_of(victim.tenant).await;
    for (path, method, filled) in &tries {
        for (is_own_host, session) in [(true, &outside), (false, &outside.at(&victim.host))] {
            let answer = match *method {
                "GET" => session.get(&house, filled).await,
                _ => session.post(&house, filled, "name=Stranger&to=paused").await,
            };
            // Anybody may price an ending they have not had so far, and two currencies are nobody's.
            let is_anybodys = *path == "/console/tlds/{tld}/prices/new" || path.starts_with("/console/rates/pairs/");
            let names_theirs = path.contains('{') && !is_anybodys;
            if let Some(what) = fault(&answer, names_theirs, is_own_host, filled, &victim, &theirs) {
                let host = if is_own_host { "own" } else { "other" };
                wrong.push(format!("{method} {path} at the {host} host: {what}"));
            }
        }
    }
    let mut tried: BTreeSet<_> = tries
        .iter()
        .map(|(path, method, _)| format!("{method} {path}"))
        .collect();
    for (name, path, form) in forms(&theirs, &own) {
        tried.insert(name.to_owned());
        let answer = outside.post(&house, &path, &form).await;
        if answer.status.is_server_error() || tells_of(&answer.text(), &victim, &BTreeMap::new()) {
            wrong.push(format!("{name} naming another's: {} {}", answer.status, answer.text()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    let after = house.installation.database().probe().await.rows_of(victim.tenant).await;
    for (table, rows) in &before {
        assert_eq!(rows, &after[table], "{table} changed");
    }
    let all = house
        .house
        .pages
        .iter()
        .map(|(path, method)| format!("{method} {path}"));
    committed(
        "isolation-uncovered-pages.txt",
        all.filter(|name| !tried.contains(name)).collect(),
    );
}

/// What is wrong with what a stranger was answered.
fn fault(
    answer: &Answer,
    has_ids: bool,
    is_own_host: bool,
    path: &str,
    victim: &Company,
    theirs: &Ids,
) -> Option<String> {
    // The path was the stranger's own words, and a company's name stands on its public site.
    let mut text = answer.text().replace(path, "").replace("northwind canary company", "");
    if path.starts_with("/console/tlds/bike/") {
        text = text.replace("bike", "");
    }
    let is_public = !(path.starts_with("/console") || path.starts_with("/me/")) || path.ends_with("/sign-in");
    let to_sign_in = answer.status.is_redirection() && answer.header("location").contains("/sign-in");
    let unknown = answer.status == StatusCode::NOT_FOUND || to_sign_in;
    let closed = if !is_own_host || is_public || path.starts_with("/me/") {
        // A staff session is none at the public site and at another host; links of somebody else's mail are spent.
        let refusals = [
            StatusCode::UNAUTHORIZED,
            StatusCode::FORBIDDEN,
            StatusCode::UNPROCESSABLE_ENTITY,
        ];
        unknown || refusals.contains(&answer.status)
    } else {
        unknown
    };
    let must_be_closed = if is_own_host { has_ids } else { !is_public };
    if answer.status.is_server_error() || (must_be_closed && !closed) {
        return Some(format!("{} {text}", answer.status));
    }
    let is_sample = path == "/console/components";
    let may_tell = (!is_own_host && is_public) || is_sample;
    (!may_tell && tells_of(&text, victim, theirs)).then(|| format!("tells: {text}"))
}

/// The audit page of a person, as text.
async fn audit(house: &TestHouse, session: &Session, filter: &str) -> String {
    let page = session.get(house, &format!("/console/audit{filter}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    page.text()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_and_jobs_name_who_and_what_as_far_as_the_reader_may_know() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    let customers = house.get(&company, "/api/v1/customers").await;
    let customer = customers["data"][0]["id"].as_str().expect("a customer").to_owned();
    let owner = house.session(&company, "owner").await;

    let page = audit(&house, &owner, &format!("?subject={customer}")).await;
    let link = format!("<a href=\"/console/customers/{customer}\">northwind canary person</a>");
    assert!(page.contains(&link), "{page}");
    assert!(page.contains("northwind canary key"), "an API key did it: {page}");
    assert!(page.contains(&customer), "the id is there too");
    for (act, name) in [
        ("catalog.prices", "northwind canary.csv"),
        ("catalog.registrar", "northwind canary registrar"),
        ("identity.role", "northwind canary role"),
        ("parties.supplier", "northwind canary supplier"),
        ("identity.user", "northwind canary invited"),
        ("identity.host", "shop.northwind.example"),
        ("identity.tenant", "This company"),
    ] {
        let page = audit(&house, &owner, &format!("?act={act}")).await;
        assert!(page.contains(name), "{act}: {page}");
    }
    let jobs = owner.get(&house, "/console/jobs").await.text();
    assert!(jobs.contains("northwind canary invited"), "{jobs}");

    // Finance reads the audit log and no users.
    let finance = house.session(&company, "finance").await;
    let page = audit(&house, &finance, "?act=identity.user").await;
    assert!(
        page.contains("usr_") && !page.contains("northwind canary invited"),
        "{page}"
    );
}
