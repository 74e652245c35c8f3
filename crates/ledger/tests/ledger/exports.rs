//! Other programs read the journal and come to the same, to the cent.

use std::io::Write as _;
use std::process::{Command, Stdio};

use engines::posting::{self, Account, Booked, Role, Settled, Valuation};
use kernel::money::testing::{eur, usd};
use kernel::{Currency, Id, Rate};
use ledger::exports::{Format, export};
use ledger::journal::Kind;
use ledger::reports::{TrialBalance, trial_balance};
use scoped_futures::ScopedFutureExt;
use uuid::Uuid;

use crate::stage::{HOME, Stage, day, new};

/// A month of business: everything the recipes know, in two currencies.
async fn a_month(stage: &Stage) {
    let (customer, gateway, bank) = (stage.customer.uuid(), Uuid::from_u128(21), Uuid::from_u128(22));
    stage.post(stage.invoice("invoice:1", "2026-11-01")).await.unwrap();
    stage.credit("500").await;
    let hold = stage.hold("order:1", usd("118")).await.unwrap().id;
    stage
        .ctx()
        .write(|tx| {
            async move { ledger::wallets::capture(tx, hold, usd("118"), day("2026-11-21")).await }.scope_boxed()
        })
        .await
        .unwrap();
    let euro = Valuation::at(Rate::parse("1.08").unwrap(), Currency::USD);
    let billed = posting::Billed {
        net: &[(Account::the(Role::Sales), eur("100"))],
        taxes: &[],
    };
    let booked = Booked {
        open: eur("100"),
        worth: usd("108"),
    };
    let settled = Settled {
        at: Account::of(Role::Gateway, gateway),
        amount: usd("105"),
        worth: usd("105"),
        pays: eur("100"),
    };
    let postings = [
        (
            Kind::Payment,
            posting::capture_unapplied(HOME, gateway, customer, usd("236"), usd("7.14")),
        ),
        (
            Kind::Dispute,
            posting::dispute_withdrawn(HOME, gateway, usd("236"), usd("15")),
        ),
        (Kind::Dispute, posting::dispute_lost(HOME, usd("236"))),
        (
            Kind::Payout,
            posting::payout(HOME, gateway, Account::of(Role::Bank, bank), usd("1.5")),
        ),
        (Kind::Cost, posting::cost(HOME, Uuid::from_u128(23), usd("80"))),
        (Kind::Invoice, posting::invoice(euro, customer, &billed)),
        (
            Kind::Payment,
            posting::settle_foreign(Account::of(Role::Receivable, customer), &booked, &settled),
        ),
    ];
    for (n, (kind, posting)) in postings.into_iter().enumerate() {
        let on = format!("2026-11-{:02}", 22 + n);
        let mut new = new(&format!("step:{n}"), kind, &on, posting.unwrap());
        new.memo = "=1+1; a \"memo\" | of\nmany \\ signs".into();
        stage.post(new).await.unwrap();
    }
}

async fn written(stage: &Stage, format: Format) -> String {
    let mut text = String::new();
    export(&stage.ctx(), format, day("2027-12-31"), |part| {
        text.push_str(part);
        Ok(())
    })
    .await
    .unwrap();
    text
}

/// What a program says of a text, if this machine has the program.
fn run(program: &str, arguments: &[&str], text: &str) -> Option<String> {
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        assert!(
            std::env::var_os("CI").is_none(),
            "{program} is missing: ./test installs it"
        );
        return None;
    };
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}\n{text}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(String::from_utf8(output.stdout).unwrap())
}

async fn trial(stage: &Stage) -> TrialBalance {
    stage
        .ctx()
        .read(|read| async move { trial_balance(read, None).await }.scope_boxed())
        .await
        .unwrap()
}

#[tokio::test]
async fn hledger_checks_every_assertion_and_comes_to_the_same_trial_balance() {
    let stage = Stage::new().await;
    a_month(&stage).await;
    let text = written(&stage, Format::Hledger).await;
    let arguments = [
        "-f",
        "-",
        "balance",
        "--flat",
        "--no-total",
        "--cost",
        "--output-format",
        "csv",
        "--empty",
    ];
    let Some(answer) = run("hledger", &arguments, &text) else {
        return;
    };
    let mut theirs: std::collections::BTreeMap<Role, i64> = std::collections::BTreeMap::new();
    for row in answer.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').map(|cell| cell.trim_matches('"')).collect();
        let role = Role::ALL
            .iter()
            .filter(|role| cells[0] == role.path() || cells[0].starts_with(&format!("{}:", role.path())));
        let role = role.max_by_key(|role| role.path().len()).unwrap();
        let minor = match cells[1] {
            "0" => 0,
            amount => {
                kernel::Money::parse(amount.strip_suffix(" USD").unwrap(), Currency::USD)
                    .unwrap()
                    .minor
            }
        };
        *theirs.entry(*role).or_default() += minor;
    }
    theirs.retain(|_, minor| *minor != 0);
    let mut ours: std::collections::BTreeMap<Role, i64> = std::collections::BTreeMap::new();
    for line in trial(&stage).await.lines {
        *ours.entry(line.role).or_default() += line.worth.minor;
    }
    ours.retain(|_, minor| *minor != 0);
    assert_eq!(theirs, ours);
}

#[tokio::test]
async fn a_journal_somebody_changed_is_refused_by_hledger() {
    let stage = Stage::new().await;
    a_month(&stage).await;
    let text = written(&stage, Format::Hledger).await;
    let changed = text.replacen("= 118.00 USD", "= 118.01 USD", 1);
    assert_ne!(text, changed);
    let child = Command::new("hledger")
        .args(["-f", "-", "balance"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else { return };
    child.stdin.take().unwrap().write_all(changed.as_bytes()).unwrap();
    assert!(!child.wait().unwrap().success());
}

#[tokio::test]
async fn beancount_reads_it_and_its_balances_hold() {
    let stage = Stage::new().await;
    a_month(&stage).await;
    let text = written(&stage, Format::Beancount).await;
    let folder = std::env::temp_dir().join(format!("entrepot-{}.beancount", std::process::id()));
    std::fs::write(&folder, &text).unwrap();
    let checked = Command::new("bean-check").arg(&folder).output();
    std::fs::remove_file(&folder).unwrap();
    let Ok(checked) = checked else { return };
    assert!(
        checked.status.success(),
        "{}\n{text}",
        String::from_utf8_lossy(&checked.stderr)
    );
}

#[tokio::test]
async fn the_table_has_a_line_for_each_entry_and_no_cell_is_a_formula() {
    let stage = Stage::new().await;
    a_month(&stage).await;
    let text = written(&stage, Format::Csv).await;
    assert!(text.starts_with("transaction,day,kind,memo,"));
    assert!(text.contains("'=1+1"), "{text}");
    assert!(text.contains(",assets:receivable:cus_"), "{text}");
}
