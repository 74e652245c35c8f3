//! The books of the running product: `kill -9` while money moves, and other programs that recompute the demo's year.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::kill::whole;
use crate::program::{Place, Running};

/// Puts into a wallet under a key; `None` when the program is gone.
async fn adjust(running: &Running, customer: &str, number: i64) -> Option<Value> {
    let url = format!("{}/api/v1/customers/{customer}/wallets/adjustments", running.url);
    let body = json!({ "amount": { "minor": number, "currency": "USD" }, "against": "bank", "reason": format!("Transfer {number}") });
    loop {
        let ask = running.client.post(&url).bearer_auth(running.key());
        let answer = ask
            .header("idempotency-key", format!("transfer-{number}"))
            .json(&body)
            .send()
            .await
            .ok()?;
        let status = answer.status();
        let text = answer.text().await.ok()?;
        if status == StatusCode::TOO_MANY_REQUESTS {
            tokio::time::sleep(Duration::from_millis(200)).await;
            continue;
        }
        assert_eq!(status, StatusCode::CREATED, "{text}");
        return serde_json::from_str(&text).ok();
    }
}

async fn customer(running: &Running) -> String {
    running.get("/api/v1/customers").await["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// How often each transfer of ours is in the journal, by its number.
async fn transfers(running: &Running) -> BTreeMap<i64, usize> {
    let mut found = BTreeMap::new();
    for row in whole(running, "/api/v1/ledger/transactions?kind=wallet_adjustment&").await {
        if let Some(number) = row["memo"].as_str().unwrap().strip_prefix("Transfer ") {
            *found.entry(number.parse().unwrap()).or_default() += 1;
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_money_moves_every_transfer_is_there_once_and_the_books_add_up() {
    let place = Place::new().await;
    let (mut next, mut told) = (1, Vec::new());
    for millis in [700, 1_100] {
        let mut running = place.demo().await;
        let customer = customer(&running).await;
        let killer = tokio::time::sleep(Duration::from_millis(millis));
        tokio::pin!(killer);
        loop {
            tokio::select! {
                done = adjust(&running, &customer, next) => match done {
                    Some(_) => { told.push(next); next += 1; }
                    None => break,
                },
                () = &mut killer => break,
            }
        }
        running.kill();
    }
    let mut running = place.demo().await;
    let customer = customer(&running).await;
    // The one nobody was told of may have happened or not: asked for again under its key, it has happened once.
    adjust(&running, &customer, next).await.expect("it runs");
    told.push(next);
    assert!(told.len() > 4, "{told:?}");
    assert_eq!(
        transfers(&running).await,
        told.iter().map(|number| (*number, 1)).collect()
    );
    running.stop();
    let verified = place.run(&["verify", "ledger"]);
    assert!(
        verified.status.success(),
        "{}",
        String::from_utf8_lossy(&verified.stdout)
    );
}

/// What hledger says of a journal, by account, in minor units; `None` where the machine has no hledger.
fn hledger(journal: &str, arguments: &[&str]) -> Option<BTreeMap<String, i64>> {
    let mut command = Command::new("hledger");
    command
        .args(["-f", "-", "balance", "--no-total", "--cost", "-O", "csv"])
        .args(arguments);
    let Ok(mut child) = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() else {
        assert!(
            std::env::var_os("CI").is_none(),
            "hledger is missing: ./test installs it"
        );
        return None;
    };
    child.stdin.take().unwrap().write_all(journal.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "hledger refuses the journal");
    let text = String::from_utf8(output.stdout).unwrap();
    let row = |line: &str| {
        let (account, amount) = line.split_once(',').unwrap();
        let amount = amount.trim_matches('"').split(' ').next().unwrap().replace('.', "");
        (account.trim_matches('"').to_owned(), amount.parse().unwrap())
    };
    Some(text.lines().skip(1).map(row).collect())
}

/// A report's sums by role, with the sign of debits.
fn sums(report: &Value, parts: &[(&str, i64)]) -> BTreeMap<String, i64> {
    let mut found = BTreeMap::new();
    for (part, sign) in parts {
        for line in report[*part]["lines"].as_array().unwrap() {
            let worth = line["worth"]["minor"].as_i64().unwrap();
            found.insert(line["role"].as_str().unwrap().to_owned(), worth * sign);
        }
    }
    found
}

/// hledger's sums of accounts, gathered by the roles of `ours`.
fn gathered(theirs: &BTreeMap<String, i64>, ours: &BTreeMap<String, i64>) -> BTreeMap<String, i64> {
    let mut found = BTreeMap::new();
    for (account, minor) in theirs {
        let of = |role: &&String| account == *role || account.starts_with(&format!("{role}:"));
        let role = ours.keys().filter(of).max_by_key(|role| role.len());
        *found.entry(role.unwrap_or(account).clone()).or_default() += minor;
    }
    found.retain(|_, minor| *minor != 0);
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn hledger_recomputes_the_reports_of_the_demos_year_to_the_cent() {
    let place = Place::new().await;
    let mut running = place.demo().await;
    let sheet = running.get("/api/v1/ledger/balance-sheet").await;
    let trial = running.get("/api/v1/ledger/trial-balance").await;
    let result = running
        .get("/api/v1/ledger/profit-and-loss?from=2020-01-01&until=2099-12-31")
        .await;
    running.stop();
    let exported = place.run(&["export", "journal", "--tenant", "northwind", "--format", "hledger"]);
    assert!(
        exported.status.success(),
        "{}",
        String::from_utf8_lossy(&exported.stderr)
    );
    let journal = String::from_utf8(exported.stdout).unwrap();
    assert!(journal.lines().count() > 500, "a year of business");
    assert_eq!(trial["balances"], true);

    let whole: BTreeMap<String, i64> = trial["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            (
                line["role"].as_str().unwrap().to_owned(),
                line["worth"]["minor"].as_i64().unwrap(),
            )
        })
        .collect();
    let Some(theirs) = hledger(&journal, &[]) else { return };
    assert_eq!(gathered(&theirs, &whole), whole, "trial balance");
    let ours = sums(&sheet, &[("assets", 1), ("liabilities", -1), ("equity", -1)]);
    assert_eq!(
        gathered(&hledger(&journal, &["type:ALE"]).unwrap(), &ours),
        ours,
        "balance sheet"
    );
    let ours = sums(&result, &[("income", -1), ("expenses", 1)]);
    assert_eq!(
        gathered(&hledger(&journal, &["type:RX"]).unwrap(), &ours),
        ours,
        "profit and loss"
    );
}
