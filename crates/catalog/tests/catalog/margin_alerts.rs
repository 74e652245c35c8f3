//! Alerts about margins: once for each version of the prices, by mail or in the bell, never while computing.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use catalog::imports::ListRef;
use catalog::margins::alerts;
use catalog::registrars::NewRegistrar;
use catalog::settings::TLD_PRICING;
use catalog::{Books, TldPricing};
use jiff::SignedDuration;
use kernel::{Currency, MarginAlertId};
use platform::Ctx;
use platform::events::Relay;
use platform::jobs::Worker;
use platform::ports::{Mail, MailOutcome, Mailer};
use reference::RateBooks;
use scoped_futures::ScopedFutureExt;
use serde_json::json;
use testkit::{People, TestInstallation};
use web::testing::Ask;

use crate::common::{import, installation, registrar, sales_list, seeded};
use crate::stage::{HOST, around};

/// Keeps what it was given.
#[derive(Default)]
struct Kept(Mutex<Vec<Mail>>);

#[async_trait]
impl Mailer for Kept {
    async fn send(&self, mail: &Mail) -> MailOutcome {
        self.0.lock().unwrap().push(mail.clone());
        MailOutcome::Accepted("250 kept".into())
    }
}

/// A tenant whose alerts are told.
struct Desk {
    test: TestInstallation,
    books: Books,
    mails: Arc<Kept>,
    relay: Relay,
    worker: Worker,
}

impl Desk {
    async fn new(recipients: &[&str]) -> Self {
        let test = installation().await;
        let books = Books::new();
        let mails = Arc::new(Kept::default());
        let ports = alerts::Ports {
            books: books.clone(),
            rates: RateBooks::new(),
            hosts: Arc::new(People::of(&test)),
            mail_from: "noreply@entrepot.example".into(),
        };
        let mut handlers = alerts::handlers(&ports);
        handlers.push(platform::mail::handler(Arc::clone(&mails) as Arc<dyn Mailer>));
        let desk = Self {
            relay: Relay::new(test.platform.clone(), vec![alerts::subscriber()]),
            worker: Worker::new(test.platform.clone(), handlers, &[]),
            test,
            books,
            mails,
        };
        let setting = TldPricing {
            margin_alert_emails: recipients.iter().map(|address| (*address).to_owned()).collect(),
            ..TldPricing::default()
        };
        let setting = &setting;
        desk.ctx()
            .write(|tx| {
                async move { platform::settings::change(tx, &TLD_PRICING, |_| Ok(setting.clone())).await }.scope_boxed()
            })
            .await
            .unwrap();
        desk
    }

    fn ctx(&self) -> Ctx {
        self.test.system(TestInstallation::tenant(1))
    }

    /// Hands events over and does the work that follows.
    async fn settle(&self) {
        self.test.platform.db().number_saved_rows().await.unwrap();
        while self.relay.run_once().await.unwrap() > 0 {}
        while self.worker.run_due().await.unwrap() > 0 {}
    }

    async fn told(&self) -> Vec<Mail> {
        self.settle().await;
        std::mem::take(&mut *self.mails.0.lock().unwrap())
    }

    async fn one_ending(&self) -> (ListRef, ListRef) {
        let account = NewRegistrar {
            name: "GoDaddy".into(),
            currency: Currency::USD,
            ..registrar("godaddy")
        };
        let (account, books) = (&account, &self.books);
        let (account, list) = self
            .ctx()
            .write(|tx| {
                async move {
                    let account = catalog::registrars::add(tx, books, account.clone()).await?.id;
                    Ok((account, catalog::sales_lists::add(tx, books, sales_list()).await?.id))
                }
                .scope_boxed()
            })
            .await
            .unwrap();
        (ListRef::Registrar(account), ListRef::Sales(list))
    }

    async fn import(&self, list: ListRef, rows: &str) {
        self.test.clock.advance(SignedDuration::from_mins(1));
        import(
            &self.ctx(),
            &self.books,
            list,
            &format!("tld,operation,amount,effective_from\n{rows}"),
        )
        .await;
    }
}

#[tokio::test]
async fn the_example_of_a_cost_of_9_50_under_a_price_of_9_00_is_told_once_in_its_words() {
    let desk = Desk::new(&["pricing@example.com", "cfo@example.com"]).await;
    let (costs, sales) = desk.one_ending().await;
    desk.import(costs, "com,register,9.50,\ncom,renew,9.50,\n").await;
    assert_eq!(desk.told().await.len(), 0, "no price yet");
    desk.import(sales, "com,register,9.00,\ncom,renew,9.00,\n").await;
    let mails = desk.told().await;
    let to: Vec<&str> = mails.iter().map(|mail| mail.to.address.as_str()).collect();
    assert_eq!(to, ["pricing@example.com", "cfo@example.com"]);
    let mail = &mails[0];
    assert_eq!(mail.subject, "Negative Margin Alert: .com domain");
    assert_eq!(
        (mail.from.name.as_str(), mail.from.address.as_str()),
        ("northwind", "noreply@entrepot.example")
    );
    let text = mail.text.replace('\u{2212}', "-");
    for line in [
        "WARNING: Negative margin detected for .com domain",
        "Registrar: GoDaddy",
        "Registration Cost: $9.50 USD\nRegistration Price: $9.00 USD\nMargin: -$0.50 (-5.56%)",
        "Renewal Cost: $9.50 USD\nRenewal Price: $9.00 USD\nMargin: -$0.50 (-5.56%)",
        "Action Required: Adjust sales pricing or negotiate better registrar rates.",
        "View margin report: http://northwind.localhost:8080/console/margins?tld=com",
    ] {
        assert!(text.contains(line), "{line}\n---\n{text}");
    }
    assert!(mail.html.contains("GoDaddy") && mail.html.contains("/console/margins?tld=com"));
    // Another look, another ending, a better renewal: the same prices are not told again.
    desk.import(sales, "net,register,30.00,\n").await;
    desk.import(sales, "com,renew,19.00,\n").await;
    assert_eq!(desk.told().await.len(), 0);
    // Another price is.
    desk.import(sales, "com,register,9.10,\n").await;
    assert_eq!(desk.told().await.len(), 2);
}

#[tokio::test]
async fn a_scheduled_price_is_told_when_it_takes_effect_and_one_taken_back_never() {
    let desk = Desk::new(&["pricing@example.com"]).await;
    let (costs, sales) = desk.one_ending().await;
    desk.import(costs, "com,register,9.50,\n").await;
    desk.import(sales, "com,register,12.00,\ncom,register,9.60,2026-12-01\n")
        .await;
    assert_eq!(desk.told().await.len(), 0);
    desk.test.clock.advance(SignedDuration::from_hours(24 * 11));
    let mails = desk.told().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "Low Margin Alert: .com domain");
}

#[tokio::test]
async fn many_at_once_are_one_mail_with_one_row_for_each() {
    let desk = Desk::new(&["pricing@example.com"]).await;
    seeded(&desk.ctx(), &desk.books).await;
    let mails = desk.told().await;
    assert_eq!(
        mails.len(),
        1,
        "{:?}",
        mails.iter().map(|mail| &mail.subject).collect::<Vec<_>>()
    );
    let ctx = desk.ctx();
    let alerts = ctx
        .read(|read| async move { alerts::list(read, &alerts::Wanted::default(), None, 5_000).await }.scope_boxed())
        .await
        .unwrap();
    let negative: Vec<_> = alerts
        .iter()
        .filter(|alert| alert.kind == alerts::Kind::Negative)
        .collect();
    let of = |service: &str| {
        let affected = |alert: &&&alerts::Alert| {
            alert
                .lines
                .iter()
                .any(|line| line.affected && line.service.name() == service)
        };
        negative.iter().filter(affected).count()
    };
    assert_eq!((of("register_first_year"), of("renew")), (283, 18));
    assert!(
        mails[0]
            .subject
            .starts_with(&format!("Margin Alert: {} negative", negative.len())),
        "{}",
        mails[0].subject
    );
    desk.settle().await;
    assert_eq!(desk.told().await.len(), 0);
}

#[tokio::test]
async fn where_nobody_is_named_the_bell_tells_and_switched_off_nobody_is_told() {
    let desk = Desk::new(&[]).await;
    let (costs, sales) = desk.one_ending().await;
    desk.import(costs, "com,register,9.50,\n").await;
    desk.import(sales, "com,register,9.00,\n").await;
    assert_eq!(desk.told().await.len(), 0);
    let list = || {
        let ctx = desk.ctx();
        async move {
            ctx.read(|read| async move { alerts::list(read, &alerts::Wanted::default(), None, 10).await }.scope_boxed())
                .await
                .unwrap()
        }
    };
    let alerts = list().await;
    assert_eq!((alerts.len(), alerts[0].told), (1, alerts::Told::Notice));
    let off = TldPricing {
        enable_negative_margin_alerts: false,
        enable_low_margin_alerts: false,
        ..TldPricing::default()
    };
    let off = &off;
    desk.ctx()
        .write(|tx| {
            async move { platform::settings::change(tx, &TLD_PRICING, |_| Ok(off.clone())).await }.scope_boxed()
        })
        .await
        .unwrap();
    desk.import(sales, "com,register,9.10,\n").await;
    desk.settle().await;
    assert_eq!(list().await.len(), 1);
}

#[tokio::test]
async fn an_alert_is_seen_to_once_with_a_note_and_opened_again_and_the_next_price_is_told_anew() {
    let desk = Desk::new(&["pricing@example.com"]).await;
    let (costs, sales) = desk.one_ending().await;
    desk.import(costs, "com,renew,9.50,\nnet,renew,9.50,\n").await;
    desk.import(sales, "com,renew,9.00,\nnet,renew,5.00,\n").await;
    assert_eq!(desk.told().await.len(), 2);
    let listed = async || {
        let all = &alerts::Wanted::default();
        desk.ctx()
            .read(|read| async move { alerts::list(read, all, None, 10).await }.scope_boxed())
            .await
            .unwrap()
    };
    let order = async || -> Vec<String> { listed().await.into_iter().map(|alert| alert.ending).collect() };
    assert_eq!(order().await, ["net", "com"], "the worst first");
    let acknowledge = async |ids: Vec<MarginAlertId>, note: &'static str| {
        let ids = &ids;
        desk.ctx()
            .write(|tx| async move { alerts::acknowledge(tx, ids, note).await }.scope_boxed())
            .await
    };
    let code = |result: platform::Result<Vec<alerts::Alert>>| match result {
        Err(platform::Error::Problem(problem)) => problem.code,
        other => panic!("{other:?}"),
    };
    let (net, com) = (listed().await[0].id, listed().await[1].id);
    assert_eq!(code(acknowledge(Vec::new(), "").await), "alert_count");
    assert_eq!(code(acknowledge(vec![net], "two\nlines").await), "invalid_fields");
    acknowledge(vec![net], " Loss leader until March ").await.unwrap();
    assert_eq!(code(acknowledge(vec![com, net], "").await), "alert_acknowledged");
    // All of them or none: the other is open still, and stands before what was seen to.
    assert_eq!(order().await, ["com", "net"]);
    let seen = listed().await[1].acknowledged.clone().unwrap();
    assert_eq!(seen.note.as_deref(), Some("Loss leader until March"));
    let counts = async || {
        desk.ctx()
            .read(|read| async move { alerts::counts(read).await }.scope_boxed())
            .await
            .unwrap()
    };
    assert_eq!((counts().await.negative, counts().await.acknowledged), (1, 1));

    let reopen = async |id: MarginAlertId| {
        desk.ctx()
            .write(|tx| async move { alerts::reopen(tx, &[id]).await }.scope_boxed())
            .await
    };
    assert_eq!(code(reopen(com).await), "alert_open");
    reopen(net).await.unwrap();
    assert_eq!(order().await, ["net", "com"]);
    acknowledge(vec![net, com], "").await.unwrap();
    // Seeing to it changes no price and silences none.
    desk.import(sales, "net,renew,6.00,\n").await;
    assert_eq!(desk.told().await.len(), 1);
    assert_eq!((counts().await.negative, counts().await.acknowledged), (1, 2));
}

#[tokio::test]
async fn alerts_are_seen_to_over_the_api_and_on_the_page_by_those_who_may_see_margins() {
    let desk = Desk::new(&[]).await;
    let (costs, sales) = desk.one_ending().await;
    desk.import(costs, "com,renew,9.50,\nnet,renew,9.50,\n").await;
    desk.import(sales, "com,renew,9.00,\nnet,renew,9.55,\n").await;
    desk.settle().await;
    let stage = around(desk.test, desk.books);
    let get = async |path: &str, who: &str| Ask::get(HOST, path).bearer(who).send(&stage.router).await;
    let post = async |path: &str, who: &str, body: serde_json::Value| {
        Ask::post_json(HOST, path, &body).bearer(who).send(&stage.router).await
    };
    let open = get("/api/v1/margins/alerts?state=open", "manager").await.json();
    assert_eq!(
        (&open["data"][0]["tld"], &open["data"][1]["kind"]),
        (&json!("com"), &json!("low"))
    );
    assert_eq!(
        get("/api/v1/margins/alerts?state=odd", "manager").await.code(),
        "alert_state_unknown"
    );
    let id = open["data"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/margins/alerts/{id}");
    for who in ["seller", "nobody"] {
        let answer = post(&format!("{path}/acknowledge"), who, json!({})).await;
        assert_eq!(answer.status, 403, "{who}");
    }
    let seen = post(
        &format!("{path}/acknowledge"),
        "manager",
        json!({"note": "Until March"}),
    )
    .await;
    assert_eq!(seen.json()["acknowledged"]["note"], "Until March", "{}", seen.text());
    let again = post(&format!("{path}/acknowledge"), "manager", json!({})).await;
    assert_eq!(
        (again.status.as_u16(), again.code()),
        (409, "alert_acknowledged".to_owned())
    );
    let left = get("/api/v1/margins/alerts?state=open", "manager").await.json();
    assert_eq!(left["data"].as_array().unwrap().len(), 1);
    let reopened = post(&format!("{path}/reopen"), "manager", json!({})).await;
    assert_eq!(reopened.json()["acknowledged"], json!(null), "{}", reopened.text());

    let at = "/console/margins/alerts";
    let page = stage.page("manager", at).await.text();
    assert!(page.contains("$9 over $9.50"), "{page}");
    assert_eq!(page.matches("name=\"sel\"").count(), 2, "one line each");
    let action = format!("{at}/acknowledge");
    let long = "x".repeat(121);
    let refused = stage
        .post("manager", at, &action, &[("sel", &id), ("note", &long)])
        .await;
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains(&long), "what was typed is still there");
    let done = stage
        .post("manager", at, &action, &[("sel", &id), ("note", "Seen <b>")])
        .await;
    assert_eq!(done.status, 303, "{}", done.text());
    let seen = stage.page("manager", &format!("{at}?view=acknowledged")).await.text();
    assert!(seen.contains("Seen &#60;b&#62;") && seen.contains("/reopen"), "{seen}");
    let csv = stage
        .page("manager", &format!("{at}.csv?view=acknowledged"))
        .await
        .text();
    assert_eq!(csv.lines().count(), 2, "{csv}");
    assert_eq!(stage.page("seller", at).await.status, 403);
}
