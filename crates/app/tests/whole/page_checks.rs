//! What holds of every page: it weighs little, a refused form keeps what was typed, a table's CSV has the same rows, and
//! what people typed stays text.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::json;
use testkit::Probe;
use web::testing::Ask;

use crate::house::{Company, Session, TestHouse};
use crate::isolation::ids;
use crate::pages::path_of;

/// Bytes of a page and its stylesheet, and of all scripts, as they travel.
const MOST_PAGE: usize = 50 * 1024;
const MOST_SCRIPT: usize = 12 * 1024;

/// Every page that a GET of the owner's shows, lists and single things.
async fn shown_pages(house: &TestHouse, company: &Company) -> Vec<String> {
    let owner = house.token(company, "owner").await;
    let own = ids(house, company, &owner).await;
    let gets = house
        .house
        .pages
        .iter()
        .filter(|(path, method)| *method == "GET" && !path.ends_with(".csv"));
    let paths = gets.filter(|(path, _)| !path.contains("{token}") && !path.contains("/avatars/"));
    paths
        .filter_map(|(path, _)| path_of(path, &own, &Default::default()))
        .collect()
}

/// How many bytes an address sends to a browser that takes gzip.
async fn weight(house: &TestHouse, session: &Session, path: &str) -> usize {
    let ask = Ask::get(&session.host, path).header("accept", "text/html,*/*");
    let ask = ask.header("accept-encoding", "gzip").header("cookie", &session.cookies);
    let answer = ask.send(&house.house.router).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    answer.body.len()
}

/// The values of an attribute of all tags that begin so.
fn attributes(html: &str, tag: &str, attribute: &str) -> BTreeSet<String> {
    let tags = html.split(tag).skip(1).filter_map(|rest| rest.split('>').next());
    tags.filter_map(|tag| value_of(tag, attribute)).collect()
}

/// `name` of `<input name="x">`, its entities read.
fn value_of(tag: &str, attribute: &str) -> Option<String> {
    let rest = tag.split_once(&format!(" {attribute}=\""))?.1;
    Some(read_entities(rest.split('"').next()?))
}

/// Each entity once, from left to right: `&amp;lt;` is `&lt;`.
fn read_entities(text: &str) -> String {
    let mut read = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        read.push_str(before);
        let (name, after) = after.split_once(';').expect("every & begins an entity");
        read.push_str(match name {
            "#34" | "quot" => "\"",
            "#38" | "amp" => "&",
            "#39" | "#x27" => "'",
            "#60" | "lt" => "<",
            "#62" | "gt" => ">",
            other => panic!("an entity {other} of which this test knows nothing"),
        });
        rest = after;
    }
    read + rest
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_scripts_weigh_little_and_come_from_here_alone() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    let owner = house.session(&company, "owner").await;
    let mut scripts = BTreeSet::new();
    for path in shown_pages(&house, &company).await {
        let page = owner.get(&house, &path).await;
        let is_download = page.header("content-disposition").starts_with("attachment");
        if page.status != StatusCode::OK || is_download {
            continue;
        }
        let html = page.text();
        let sheets = attributes(&html, "<link", "href");
        let sheets: Vec<_> = sheets.iter().filter(|href| href.ends_with(".css")).collect();
        let mut bytes = weight(&house, &owner, &path).await;
        for sheet in &sheets {
            assert!(sheet.starts_with('/'), "{path}: {sheet}");
            bytes += weight(&house, &owner, sheet).await;
        }
        assert!(!sheets.is_empty() && bytes < MOST_PAGE, "{path}: {bytes} bytes");
        let images = attributes(&html, "<img", "src");
        let own = attributes(&html, "<script", "src");
        for from in images.iter().chain(&own) {
            assert!(from.starts_with('/') || from.starts_with("data:"), "{path}: {from}");
        }
        scripts.extend(own);
    }
    let mut bytes = 0;
    for script in &scripts {
        bytes += weight(&house, &owner, script).await;
    }
    assert!(
        !scripts.is_empty() && bytes < MOST_SCRIPT,
        "{bytes} bytes of script: {scripts:?}"
    );
}

/// A form that a page shows, and what stands in its fields.
#[derive(Debug)]
struct Form {
    action: String,
    hidden: Vec<(String, String)>,
    /// Name and value of what a person types.
    typed: Vec<(String, String)>,
    passwords: Vec<String>,
}

/// The forms of a page that are sent with POST and hold no file.
fn forms(html: &str, path: &str) -> Vec<Form> {
    let mut forms = Vec::new();
    for rest in html.split("<form").skip(1) {
        let Some((head, body)) = rest.split_once('>') else {
            continue;
        };
        let body = body.split("</form>").next().unwrap_or_default();
        if value_of(head, "method").as_deref() != Some("post") || head.contains("multipart") {
            continue;
        }
        let mut form = Form {
            action: value_of(head, "action").unwrap_or_else(|| path.to_owned()),
            hidden: Vec::new(),
            typed: Vec::new(),
            passwords: Vec::new(),
        };
        for tag in body.split("<input").skip(1).filter_map(|rest| rest.split('>').next()) {
            let Some(name) = value_of(tag, "name") else { continue };
            let value = value_of(tag, "value").unwrap_or_default();
            match value_of(tag, "type").as_deref() {
                Some("hidden") if name != "csrf" => form.hidden.push((name, value)),
                Some("hidden" | "checkbox" | "radio" | "file" | "submit") => {}
                Some("password") => form.passwords.push(name),
                _ => form.typed.push((name, value)),
            }
        }
        for rest in body.split("<textarea").skip(1) {
            let Some((tag, rest)) = rest.split_once('>') else {
                continue;
            };
            let text = rest.split("</textarea>").next().unwrap_or_default();
            if let Some(name) = value_of(tag, "name") {
                form.typed.push((name, read_entities(text.trim_start_matches('\n'))));
            }
        }
        forms.push(form);
    }
    forms
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

const SECRET: &str = "a password nobody shows again";

/// What is typed: markup, quotes, other scripts, signs of spreadsheets and templates, and too much of it.
fn typed(round: usize, field: usize) -> String {
    let texts = [
        "<b>Zoë</b> \"O'Hara\" & Söhne".to_owned(),
        "=1+1|{{7*7}} %41 &amp; &lt;".to_owned(),
        "مرحبا \u{5d0}\u{5d1} 你好 😀".to_owned(),
        "</textarea><script>alert(1)</script>".to_owned(),
        "x".repeat(700),
        "not an address @ all".to_owned(),
    ];
    texts[(round + field) % texts.len()].clone()
}

/// Sends a form with hostile texts; when it is refused, what of them is not there any more.
async fn lost(house: &TestHouse, session: &Session, form: &Form, round: usize) -> Option<Vec<String>> {
    let values: Vec<(String, String)> = form
        .typed
        .iter()
        .enumerate()
        .map(|(at, (name, _))| (name.clone(), typed(round, at)))
        .collect();
    let secrets = form.passwords.iter().map(|name| (name.clone(), SECRET.to_owned()));
    let all: Vec<_> = form
        .hidden
        .iter()
        .cloned()
        .chain(values.iter().cloned())
        .chain(secrets)
        .collect();
    let pairs: Vec<_> = all
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    let answer = session.post(house, &form.action, &pairs.join("&")).await;
    assert!(!answer.status.is_server_error(), "{}: {}", form.action, answer.text());
    let html = answer.text();
    assert!(!html.contains(SECRET), "{} shows a password", form.action);
    if answer.status != StatusCode::UNPROCESSABLE_ENTITY {
        return None;
    }
    let after: Vec<(String, String)> = forms(&html, &form.action)
        .into_iter()
        .flat_map(|form| form.typed)
        .collect();
    let is_lost = |pair: &&(String, String)| !after.contains(pair);
    let lost = values.iter().filter(is_lost);
    Some(
        lost.map(|(name, value)| format!("{}: {name} was {value:.40}", form.action))
            .collect(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refused_form_keeps_what_was_typed() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    let owner = house.session(&company, "owner").await;
    let (mut refused, mut wrong) = (BTreeSet::new(), BTreeSet::new());
    for path in shown_pages(&house, &company).await {
        for session in [&owner, &visitor(&house, &company, &path).await] {
            let page = session.get(&house, &path).await;
            if page.status != StatusCode::OK {
                continue;
            }
            for form in forms(&page.text(), &path).iter().filter(|form| !form.typed.is_empty()) {
                for round in 0..6 {
                    if let Some(lost) = lost(&house, session, form, round).await {
                        refused.insert(form.action.clone());
                        wrong.extend(lost);
                    }
                }
            }
        }
    }
    assert!(refused.len() >= 12, "{refused:#?}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Somebody who has just opened this page, signed out.
async fn visitor(house: &TestHouse, company: &Company, path: &str) -> Session {
    let page = Ask::get(&company.host, path)
        .header("accept", "text/html")
        .send(&house.house.router)
        .await;
    Session::of(&company.host, &page)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_has_a_csv_with_the_same_filter_and_rows() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    let owner = house.session(&company, "owner").await;
    let mut compared = BTreeSet::new();
    for (path, _) in &house.house.pages {
        let Some(page) = path.strip_suffix(".csv").filter(|page| !page.contains('{')) else {
            continue;
        };
        for query in [
            "?limit=200",
            "?limit=200&q=canary",
            "?limit=200&q=nothing-is-called-so",
            "?limit=200&state=dead",
        ] {
            // The file first: that it was taken is an entry of the audit log, which both then have.
            let file = owner.get(&house, &format!("{path}{query}")).await;
            assert_eq!(file.status, StatusCode::OK, "{path}{query}");
            let shown = owner.get(&house, &format!("{page}{query}")).await;
            assert_eq!(shown.status, StatusCode::OK, "{page}{query}: {}", shown.text());
            let html = shown.text();
            // The file is of the first table; what stands aside or after it has none of its rows.
            let main = html.split("<aside").next().unwrap_or_default();
            let table = main.split("<table").nth(1).unwrap_or_default();
            let rows = table.matches("role=\"rowheader\"").count();
            assert_eq!(records(&file.text()), rows + 1, "{page}{query}");
            if rows > 0 {
                compared.insert(page.to_owned());
            }
        }
    }
    assert!(compared.len() >= 8, "{compared:?}");
}

/// Lines of a CSV, where a quoted cell may hold line breaks.
fn records(csv: &str) -> usize {
    let mut quoted = false;
    let ends = csv.chars().filter(|sign| {
        quoted ^= *sign == '"';
        *sign == '\n' && !quoted
    });
    ends.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_typed_is_text_on_every_page() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    let markup = "<script>alert('canary')</script>";
    let odd = format!("{markup}\u{202a}שלום 😀 {}", "w".repeat(120));
    let notes = format!("{odd} <img src=x onerror=alert(1)>");
    for (path, body) in [
        (
            "/api/v1/customers",
            json!({ "name": markup, "notes": notes, "company": markup }),
        ),
        (
            "/api/v1/suppliers",
            json!({ "name": markup, "notes": notes, "kind": "registrar" }),
        ),
        ("/api/v1/customer-groups", json!({ "name": markup })),
        (
            "/api/v1/roles",
            json!({ "name": "<b>role", "permissions": ["identity.users.read"] }),
        ),
    ] {
        house.post(&company, path, body).await;
    }
    let owner = house.session(&company, "owner").await;
    let mut told = 0;
    for path in shown_pages(&house, &company).await {
        let query = format!("{path}?q={}&act={0}&kind={0}", encoded(markup));
        for path in [path, query] {
            let page = owner.get(&house, &path).await.text();
            for raw in ["<script>alert", "<img src=x", "<b>role"] {
                assert!(!page.contains(raw), "{path} lets {raw} through");
            }
            told += usize::from(page.contains("alert(&#39;canary") || page.contains("alert(&#x27;canary"));
        }
    }
    assert!(told > 5, "{told} pages show what was typed");
}

#[tokio::test(flavor = "multi_thread")]
async fn retrying_all_that_match_retries_what_the_button_counts() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    house.company(2, "saffron").await;
    let database = house.installation.database();
    let mut probe: Probe = database.probe().await;
    probe
        .run("UPDATE job SET state = 'dead', unique_key = NULL, last_error = 'no answer'")
        .await;
    let dead = "SELECT kind FROM job WHERE state = 'dead'";
    let of_both = probe.texts(dead).await.len();
    drop(probe);
    let owner = house.session(&company, "owner").await;
    let all = house.get(&company, "/api/v1/jobs?limit=200&state=dead").await["data"]
        .as_array()
        .expect("jobs")
        .len();
    let queue = house.get(&company, "/api/v1/jobs?limit=1&state=dead").await["data"][0]["queue"].clone();
    let queue = queue.as_str().expect("a queue").to_owned();
    let of_queue = format!("/api/v1/jobs?limit=200&state=dead&queue={queue}");
    let some = house.get(&company, &of_queue).await["data"]
        .as_array()
        .expect("jobs")
        .len();
    assert!(some > 0 && some < all, "{some} of {all}");

    let page = owner
        .get(&house, &format!("/console/jobs?queue={queue}&state=dead&limit=200"))
        .await
        .text();
    let retry = forms(&page, "/console/jobs");
    let form = retry
        .iter()
        .find(|form| form.hidden.iter().any(|(name, _)| name == "queue"))
        .expect("a button");
    assert!(page.contains(&format!("Retry these {some}")) || some == 1, "{page}");
    assert_eq!(page.matches("name=\"sel\"").count(), some);
    let fields: Vec<_> = form
        .hidden
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    let done = owner
        .post(&house, "/console/jobs", &format!("do=retry_all&{}", fields.join("&")))
        .await;
    assert!(done.status.is_redirection(), "{}", done.text());
    let left = house.get(&company, "/api/v1/jobs?limit=200&state=dead").await["data"]
        .as_array()
        .expect("jobs")
        .len();
    assert_eq!(left, all - some);
    let dead = database.probe().await.texts(dead).await;
    assert_eq!(dead.len(), of_both - some, "the other company's are as they were");
}
