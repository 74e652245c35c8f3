//! What is posted stays, once.

use engines::posting::{self, Account, Booked, Posting, Role};
use kernel::money::testing::usd;
use kernel::{Id, LedgerTransactionId};
use ledger::journal::{Kind, ManualEntry, ManualLine, Posted, Transaction};
use scoped_futures::ScopedFutureExt;

use crate::stage::{Stage, code, day, new};

/// Money goes out of the wallet, to the bank.
fn spend(stage: &Stage, amount: &str) -> Posting {
    let wallet = Account::of(Role::Wallet, stage.customer.uuid());
    let booked = Booked::home(usd(amount));
    posting::debit_wallet(wallet, &booked, Account::the(Role::Bank), usd(amount)).unwrap()
}

#[tokio::test]
async fn the_same_key_posts_once_and_refuses_something_else() {
    let stage = Stage::new().await;
    let first = stage.post(stage.invoice("invoice:1", "2026-11-01")).await.unwrap();
    let again = stage.post(stage.invoice("invoice:1", "2026-11-01")).await.unwrap();
    assert!(matches!((&first, &again), (Posted::New(new), Posted::Already(there)) if new.id == there.id));
    let other = spend(&stage, "1");
    let other = new("invoice:1", Kind::Invoice, "2026-11-01", other);
    assert_eq!(code(stage.post(other).await), "key_reused");
    stage.verifies().await;
}

#[tokio::test]
async fn many_at_once_under_one_key_post_once() {
    let stage = std::sync::Arc::new(Stage::new().await);
    let tries = (0..20).map(|_| {
        let stage = std::sync::Arc::clone(&stage);
        tokio::spawn(async move { stage.post(stage.invoice("invoice:1", "2026-11-01")).await.unwrap() })
    });
    let mut fresh = 0;
    for one in tries.collect::<Vec<_>>() {
        fresh += u32::from(matches!(one.await.unwrap(), Posted::New(_)));
    }
    assert_eq!(fresh, 1);
    stage.verifies().await;
}

#[tokio::test]
async fn the_database_refuses_to_change_or_delete_what_was_posted() {
    let stage = Stage::new().await;
    stage.post(stage.invoice("invoice:1", "2026-11-01")).await.unwrap();
    let mut probe = stage.installation.database().probe().await;
    for table in ["ledger_entries", "ledger_transactions"] {
        let column = if table == "ledger_entries" {
            "amount = 1"
        } else {
            "memo = 'x'"
        };
        for sql in [format!("UPDATE {table} SET {column}"), format!("DELETE FROM {table}")] {
            let refusal = probe.refusal(&sql).await;
            assert!(
                refusal.contains(&format!("{table} is written once")),
                "{sql}: {refusal}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_kept_beside_the_entries_is_proved_and_a_wrong_balance_is_found() {
    let stage = Stage::new().await;
    stage.post(stage.invoice("invoice:1", "2026-11-01")).await.unwrap();
    stage.verifies().await;
    let mut probe = stage.installation.database().probe().await;
    probe
        .run("UPDATE ledger_balances SET balance = balance + 1 WHERE balance > 0")
        .await;
    probe
        .run("UPDATE ledger_turnover SET worth_debit = 0 WHERE worth_debit > 0 AND grain = 'day'")
        .await;
    let verified = stage
        .ctx()
        .read(|read| async move { ledger::verify::verify(read).await }.scope_boxed())
        .await
        .unwrap();
    let whats: Vec<_> = verified
        .differences
        .iter()
        .map(|difference| (difference.what, difference.kept, difference.found))
        .collect();
    assert_eq!(
        whats,
        [("balance of an account", 11_801, 11_800), ("worth of a day", 0, 11_800)]
    );
}

fn rent() -> ManualEntry {
    let line = |role, amount| ManualLine {
        role,
        supplier: None,
        amount: usd(amount),
        worth: None,
    };
    ManualEntry {
        day: day("2026-11-02"),
        memo: "Rent of November".into(),
        about: None,
        lines: vec![line(Role::OtherExpense, "1200"), line(Role::Bank, "-1200")],
    }
}

async fn enter(stage: &Stage, entry: &ManualEntry) -> platform::Result<Transaction> {
    stage
        .ctx()
        .write(|tx| async move { ledger::journal::enter(tx, entry).await }.scope_boxed())
        .await
}

async fn reverse(stage: &Stage, id: LedgerTransactionId) -> platform::Result<Transaction> {
    stage
        .ctx()
        .write(|tx| {
            async move { ledger::journal::reverse(tx, id, day("2026-11-03"), "Paid twice").await }.scope_boxed()
        })
        .await
}

#[tokio::test]
async fn what_a_person_posted_is_taken_back_once_and_what_has_its_own_way_back_is_not() {
    let stage = Stage::new().await;
    let rent = enter(&stage, &rent()).await.unwrap();
    let back = reverse(&stage, rent.id).await.unwrap();
    assert_eq!(back.reverses, Some(rent.id));
    assert_eq!(code(reverse(&stage, rent.id).await), "already_reversed");
    assert_eq!(code(reverse(&stage, back.id).await), "not_reversible");
    let invoice = stage
        .post(stage.invoice("invoice:1", "2026-11-01"))
        .await
        .unwrap()
        .into_transaction();
    assert_eq!(code(reverse(&stage, invoice.id).await), "not_reversible");
    let (there, by) = stage
        .ctx()
        .read(|read| async move { ledger::journal::by_id(read, rent.id).await }.scope_boxed())
        .await
        .unwrap();
    assert_eq!((there.id, by), (rent.id, Some(back.id)));
    stage.verifies().await;
}

#[tokio::test]
async fn a_stranger_sees_nothing_of_it_and_staff_without_the_right_neither() {
    let stage = Stage::new().await;
    let rent = enter(&stage, &rent()).await.unwrap();
    let stranger = stage.installation.system(testkit::TestInstallation::tenant(2));
    let asked = stranger
        .read(|read| async move { ledger::journal::by_id(read, rent.id).await }.scope_boxed())
        .await;
    assert_eq!(code(asked), "books_not_open");
    let opened = stranger
        .write(|tx| async move { ledger::books::open(tx, kernel::Currency::EUR).await }.scope_boxed())
        .await;
    assert!(opened.is_ok());
    let asked = stranger
        .read(|read| async move { ledger::journal::by_id(read, rent.id).await }.scope_boxed())
        .await;
    assert_eq!(code(asked), "not_found");
    let clerk = stage.installation.staff(testkit::TestInstallation::tenant(1), &[]);
    let asked = clerk
        .read(|read| async move { ledger::journal::by_id(read, rent.id).await }.scope_boxed())
        .await;
    assert_eq!(code(asked), "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_posted_at_the_same_moment_is_written_together_and_refused_for_itself() {
    let stage = std::sync::Arc::new(Stage::new().await);
    stage.credit("10").await;
    let transfers = ledger::journal::Transfers::new();
    let posts = (0..60).map(|n: u32| {
        let (stage, transfers) = (std::sync::Arc::clone(&stage), transfers.clone());
        tokio::spawn(async move {
            // Every third spends from the wallet; keys come twice.
            let key = format!("transfer:{}", n / 2);
            let new = if (n / 2).is_multiple_of(3) {
                new(&key, Kind::WalletAdjustment, "2026-11-21", spend(&stage, "4"))
            } else {
                stage.invoice(&key, "2026-11-21")
            };
            transfers.post(&stage.ctx(), new).await
        })
    });
    let (mut fresh, mut short) = (0, 0);
    for post in posts.collect::<Vec<_>>() {
        match post.await.unwrap() {
            Ok(Posted::New(_)) => fresh += 1,
            Ok(Posted::Already(_)) => {}
            refused => {
                assert_eq!(code(refused), "insufficient_funds");
                short += 1;
            }
        }
    }
    assert_eq!(
        (fresh, short),
        (20 + 2, 8 * 2),
        "of ten spends of 4 two fit into 10, each asked for twice"
    );
    stage.verifies().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_who_go_away_leave_nobody_waiting_and_nothing_half() {
    let stage = std::sync::Arc::new(Stage::new().await);
    let transfers = ledger::journal::Transfers::new();
    let posts = (0..600).map(|n: u32| {
        let (stage, transfers) = (std::sync::Arc::clone(&stage), transfers.clone());
        tokio::spawn(async move {
            let new = stage.invoice(&format!("transfer:{n}"), "2026-11-21");
            transfers.post(&stage.ctx(), new).await.map(drop)
        })
    });
    let posts: Vec<_> = posts.collect();
    tokio::task::yield_now().await;
    for post in posts.iter().step_by(2) {
        post.abort();
    }
    let mut told = 0;
    for post in posts {
        told += usize::from(matches!(post.await, Ok(Ok(()))));
    }
    assert!(told >= 300, "{told}");
    let mut probe = stage.installation.database().probe().await;
    let posted = probe
        .texts("SELECT CAST(COUNT(*) AS TEXT) FROM ledger_transactions")
        .await;
    assert!(posted[0].parse::<usize>().unwrap() >= told, "{posted:?}");
    stage.verifies().await;
}

#[tokio::test]
async fn a_repeat_after_its_day_was_closed_is_told_it_is_done() {
    let stage = Stage::new().await;
    stage.post(stage.invoice("invoice:1", "2026-10-31")).await.unwrap();
    stage
        .ctx()
        .write(|tx| {
            async move { ledger::books::close(tx, day("2026-10-31"), &jiff::tz::TimeZone::UTC).await }.scope_boxed()
        })
        .await
        .unwrap();
    let again = stage.post(stage.invoice("invoice:1", "2026-10-31")).await.unwrap();
    assert!(matches!(again, Posted::Already(_)));
    let other_day = stage.post(stage.invoice("invoice:1", "2026-11-01")).await;
    assert_eq!(code(other_day), "key_reused");
}

#[tokio::test]
async fn days_out_of_range_and_reversals_before_their_time_are_refused() {
    let stage = Stage::new().await;
    for on in ["-000001-01-01", "1969-12-31", "2028-01-01", "9999-12-31"] {
        assert_eq!(
            code(stage.post(stage.invoice("invoice:1", on)).await),
            "day_out_of_range",
            "{on}"
        );
    }
    let late = ManualEntry {
        day: day("2026-11-20"),
        ..rent()
    };
    let late = enter(&stage, &late).await.unwrap();
    assert_eq!(code(reverse(&stage, late.id).await), "invalid_fields");
}
