//! The three price sources from their simulators to the book: honest, slow, down, lying. Nothing wrong becomes a price, the
//! run says why, and the house stays up.

use adapters::price_sources::simulated::{Backstage, Fault, Lie};
use adapters::registrars::faults::Garbage;
use jiff::SignedDuration;
use serde_json::{Value, json};
use web::testing::Ask;

use crate::house::{Company, TestHouse};

/// A source of a company and the simulator behind it.
struct Synced<'h> {
    house: &'h TestHouse,
    company: &'h Company,
    id: String,
    backstage: &'h Backstage,
}

impl<'h> Synced<'h> {
    async fn new(house: &'h TestHouse, company: &'h Company, kind: &str) -> Self {
        let simulators = &house.price_sources;
        let (backstage, endpoint, credentials) = match kind {
            "whmcs" => (
                &simulators.whmcs,
                "https://simulated/whmcs",
                json!({"key": "id", "secret": "s3cret"}),
            ),
            "openprovider" => (
                &simulators.openprovider,
                "https://simulated/openprovider/v1beta",
                json!({"key": "user", "secret": "s3cret"}),
            ),
            _ => (
                &simulators.porkbun,
                "https://simulated/porkbun/api/json/v3",
                Value::Null,
            ),
        };
        let list = json!({"slug": format!("of-{kind}"), "name": kind, "currency": "USD", "standard": false});
        let list = house.post(company, "/api/v1/catalog/sales-lists", list).await;
        let mut source = json!({"name": kind, "endpoint": endpoint, "list": list["id"]});
        if !credentials.is_null() {
            source["credentials"] = credentials;
        }
        let made = house
            .post(
                company,
                "/api/v1/price-sync/sources",
                json!({"kind": kind, "source": source}),
            )
            .await;
        assert!(!made.to_string().contains("s3cret"));
        Self {
            house,
            company,
            id: made["id"].as_str().unwrap().to_owned(),
            backstage,
        }
    }

    /// A run by a person, to its end, whatever it takes.
    async fn run(&self) -> Value {
        let path = format!("/api/v1/price-sync/sources/{}/run", self.id);
        let started = self.house.post(self.company, &path, json!({})).await;
        let path = format!("/api/v1/price-sync/runs/{}", started["id"].as_str().unwrap());
        for _ in 0..6 {
            self.house.run_jobs().await;
            let run = self.house.get(self.company, &path).await;
            if run["state"] != "running" {
                return run;
            }
            self.house.installation.clock.advance(SignedDuration::from_secs(120));
        }
        panic!("the run does not end");
    }

    async fn lied(&self, fault: Fault) -> Value {
        self.backstage.set_fault(fault);
        let run = self.run().await;
        self.backstage.set_fault(Fault::None);
        run
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_wrong_a_source_says_becomes_a_price_and_the_house_stays_up() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    for kind in ["whmcs", "openprovider", "porkbun"] {
        let synced = Synced::new(&house, &company, kind).await;
        let path = format!("/api/v1/price-sync/sources/{}/test", synced.id);
        let tested = house.post(&company, &path, json!({})).await;
        assert_eq!(tested["works"], true, "{kind}: {tested}");
        let first = synced.run().await;
        assert_eq!(
            (&first["state"], &first["counts"]["added"]),
            (&json!("succeeded"), &json!(15)),
            "{kind}: {first}"
        );
        for (fault, reason) in [
            (Fault::Lie { lie: Lie::Currency }, "nothing_believed"),
            (Fault::Lie { lie: Lie::Zero }, "too_much_rejected"),
            (Fault::Lie { lie: Lie::Negative }, "too_much_rejected"),
            (Fault::Lie { lie: Lie::MissingYear }, "too_much_rejected"),
            (Fault::Lie { lie: Lie::TenTimes }, "too_much_rejected"),
            (Fault::Lie { lie: Lie::AllGone }, "no_prices"),
            (Fault::Garbage { kind: Garbage::Html }, "unreachable"),
            (
                Fault::Garbage {
                    kind: Garbage::Truncated,
                },
                "unreachable",
            ),
            (Fault::Down, "unreachable"),
        ] {
            // Porkbun's list knows one year only: without it, nothing is left that it speaks of.
            let run = synced.lied(fault.clone()).await;
            assert_eq!(run["state"], "failed", "{kind} {fault:?}: {run}");
            let said = run["reason"].as_str().unwrap();
            assert!(said == reason || kind != "whmcs", "{kind} {fault:?}: {said}");
            let told = run["findings"].as_array().unwrap().len() + usize::from(run["error"].is_string());
            assert!(told > 0 || reason == "no_prices", "the run says why: {run}");
            assert_eq!(run["import"], Value::Null);
        }
        let honest = synced.run().await;
        assert_eq!(honest["state"], "succeeded", "{kind}: {honest}");
        let counts = [
            &honest["counts"]["unchanged"],
            &honest["counts"]["changed"],
            &honest["counts"]["added"],
        ];
        assert_eq!(
            counts,
            [&json!(15), &json!(0), &json!(0)],
            "{kind}: nothing had got through"
        );
    }
    let health = house.get(&company, "/api/v1/price-sync/health").await;
    assert!(health["data"].as_array().unwrap().len() >= 3);
    let ready = Ask::get("localhost", "/readyz").send(&house.house.router).await;
    assert_eq!(ready.status, 200, "a source that is down is no fault of the house");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_source_is_waited_for_and_a_changed_price_arrives() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    let synced = Synced::new(&house, &company, "whmcs").await;
    synced.run().await;
    synced.backstage.reprice(|shelves| {
        shelves.get_mut("com").unwrap().register.insert(1, 1350);
    });
    let run = synced.lied(Fault::Slow { p50_ms: 20, p99_ms: 60 }).await;
    assert_eq!(
        (&run["state"], &run["counts"]["changed"]),
        (&json!("succeeded"), &json!(1)),
        "{run}"
    );
    assert!(run["calls_made"][0]["milliseconds"].as_i64().unwrap() > 0);
    let import = run["import"].as_str().unwrap();
    let rows = house
        .get(&company, &format!("/api/v1/catalog/imports/{import}/rows"))
        .await;
    assert_eq!(rows["data"].as_array().unwrap().len(), 1);
    let calls = synced.backstage.calls();
    let trace = run["trace_id"].as_str().unwrap();
    assert!(calls.iter().any(|call| call.request_id.as_deref() == Some(trace)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_with_wrong_credentials_says_so_in_its_own_words() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    let synced = Synced::new(&house, &company, "whmcs").await;
    let path = format!("/api/v1/price-sync/sources/{}", synced.id);
    let mut source = house.get(&company, &path).await;
    let source = source.as_object_mut().unwrap();
    let wrong = json!({
        "name": source["name"], "endpoint": source["endpoint"], "list": source["list"],
        "credentials": {"key": "id", "secret": "guess"},
    });
    let saved = Ask::new(axum::http::Method::PUT, &company.host, &path)
        .bearer(&company.key)
        .header("content-type", "application/json")
        .body(wrong.to_string())
        .send(&house.house.router)
        .await;
    assert_eq!(saved.status, 200, "{}", saved.text());
    let tested = house.post(&company, &format!("{path}/test"), json!({})).await;
    assert_eq!(tested["works"], false);
    assert!(tested["error"].as_str().unwrap().contains("Authentication Failed"));
    let run = synced.run().await;
    assert_eq!((&run["state"], &run["reason"]), (&json!("failed"), &json!("refused")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_shows_sources_and_runs() {
    let house = TestHouse::new().await;
    let company = house.company(1, "northwind").await;
    let synced = Synced::new(&house, &company, "porkbun").await;
    synced.run().await;
    let run = synced.lied(Fault::Lie { lie: Lie::TenTimes }).await;
    let session = house.session(&company, "owner").await;
    let list = session.get(&house, "/console/sync").await;
    assert_eq!(list.status, 200, "{}", list.text());
    assert!(list.text().contains("Porkbun") && list.text().contains("Run now"));
    let one = session.get(&house, &format!("/console/sync/{}", synced.id)).await;
    assert!(one.text().contains("Test connection"), "{}", one.text());
    let page = session
        .get(&house, &format!("/console/sync/runs/{}", run["id"].as_str().unwrap()))
        .await;
    assert!(
        page.text().contains("Too far from the price in force"),
        "{}",
        page.text()
    );
    let form = session.get(&house, &format!("/console/sync/{}/edit", synced.id)).await;
    assert_eq!(form.status, 200);
    let refused = session.post(&house, "/console/sync", "kind=whmcs&name=&list=").await;
    assert_eq!(refused.status, 422);
}
