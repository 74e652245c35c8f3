//! Nothing in a wallet is spent twice.

use std::sync::Arc;

use engines::posting::{self, Account, Role};
use kernel::money::testing::{eur, usd};
use kernel::{Currency, Id, Money, Rate, WalletHoldId};
use ledger::wallets::{Hold, HoldState};
use scoped_futures::ScopedFutureExt;

use crate::stage::{Stage, code, day};

async fn capture(stage: &Stage, id: WalletHoldId, amount: Money) -> platform::Result<Hold> {
    stage
        .ctx()
        .write(|tx| async move { ledger::wallets::capture(tx, id, amount, day("2026-11-22")).await }.scope_boxed())
        .await
}

async fn release(stage: &Stage, id: WalletHoldId) -> platform::Result<Hold> {
    stage
        .ctx()
        .write(|tx| async move { ledger::wallets::release(tx, id, day("2026-11-22")).await }.scope_boxed())
        .await
}

#[tokio::test]
async fn two_hundred_at_once_spend_no_more_than_there_is() {
    let stage = Arc::new(Stage::new().await);
    stage.credit("100").await;
    let spends = (0..200).map(|n| {
        let stage = Arc::clone(&stage);
        tokio::spawn(async move { stage.hold(&format!("order:{n}"), usd("7")).await })
    });
    let (mut held, mut short) = (0, 0);
    for spend in spends.collect::<Vec<_>>() {
        match spend.await.unwrap() {
            Ok(_) => held += 1,
            refused => {
                assert_eq!(code(refused), "insufficient_funds");
                short += 1;
            }
        }
    }
    assert_eq!((held, short), (14, 186), "14 times 7 is 98");
    assert_eq!(stage.wallet(Currency::USD).await, (usd("2"), usd("98")));
    stage.verifies().await;
}

#[tokio::test]
async fn a_hold_is_captured_or_released_once_and_what_is_not_needed_is_free_again() {
    let stage = Stage::new().await;
    stage.credit("500").await;
    let hold = stage.hold("order:1", usd("118")).await.unwrap();
    assert_eq!(
        stage.hold("order:1", usd("118")).await.unwrap(),
        hold,
        "the same again is the same hold"
    );
    assert_eq!(code(stage.hold("order:1", usd("119")).await), "key_reused");
    assert_eq!(code(capture(&stage, hold.id, usd("118.01")).await), "hold_too_small");
    let captured = capture(&stage, hold.id, usd("100")).await.unwrap();
    assert_eq!((captured.state, captured.captured), (HoldState::Captured, usd("100")));
    assert_eq!(stage.wallet(Currency::USD).await, (usd("400"), usd("0")));
    assert_eq!(code(release(&stage, hold.id).await), "hold_settled");
    let other = stage.hold("order:2", usd("400")).await.unwrap();
    release(&stage, other.id).await.unwrap();
    // What was released does not pass for what is still held.
    assert_eq!(code(stage.hold("order:2", usd("400")).await), "hold_settled");
    assert_eq!(stage.wallet(Currency::USD).await, (usd("400"), usd("0")));
    stage.verifies().await;
}

#[tokio::test]
async fn of_many_who_settle_one_hold_at_once_one_does() {
    let stage = Arc::new(Stage::new().await);
    stage.credit("100").await;
    let hold = stage.hold("order:1", usd("60")).await.unwrap().id;
    let settles = (0..20).map(|n| {
        let stage = Arc::clone(&stage);
        tokio::spawn(async move {
            if n % 2 == 0 {
                capture(&stage, hold, usd("60")).await
            } else {
                release(&stage, hold).await
            }
        })
    });
    let mut settled = 0;
    for one in settles.collect::<Vec<_>>() {
        match one.await.unwrap() {
            Ok(_) => settled += 1,
            refused => assert_eq!(code(refused), "hold_settled"),
        }
    }
    assert_eq!(settled, 1);
    stage.verifies().await;
}

#[tokio::test]
async fn a_wallet_in_another_currency_keeps_the_worth_it_was_filled_at() {
    let stage = Stage::new().await;
    let mut credit = stage.adjustment("credit", eur("100"));
    assert_eq!(
        code(stage.adjust(&credit).await),
        "invalid_fields",
        "nobody said what it is worth"
    );
    credit.rate = Some(Rate::parse("1.0801").unwrap());
    stage.adjust(&credit).await.unwrap();
    for key in ["order:1", "order:2", "order:3"] {
        stage.hold(key, eur("33.33")).await.unwrap();
    }
    assert_eq!(code(stage.hold("order:4", eur("0.02")).await), "insufficient_funds");
    assert_eq!(stage.wallet(Currency::EUR).await, (eur("0.01"), eur("99.99")));
    stage.verifies().await;
}

#[tokio::test]
async fn what_was_credited_is_taken_out_again_and_no_more() {
    let stage = Stage::new().await;
    stage.credit("10").await;
    assert_eq!(
        code(stage.adjust(&stage.adjustment("too-much", usd("-10.01"))).await),
        "insufficient_funds"
    );
    stage.adjust(&stage.adjustment("out", usd("-10"))).await.unwrap();
    assert_eq!(
        code(stage.adjust(&stage.adjustment("out", usd("-10"))).await),
        "key_reused"
    );
    assert_eq!(
        code(stage.adjust(&stage.adjustment("again", usd("-10"))).await),
        "insufficient_funds"
    );
    let nobody = ledger::wallets::Adjustment {
        customer: kernel::CustomerId::NONE,
        ..stage.adjustment("nobody", usd("1"))
    };
    assert_eq!(code(stage.adjust(&nobody).await), "not_found");
    assert_eq!(stage.wallet(Currency::USD).await, (usd("0"), usd("0")));
}

/// What is on an account for a role: in its currency, and what that is worth.
async fn on(stage: &Stage, role: Role) -> (i64, i64) {
    let filter = ledger::accounts::Filter {
        role: Some(role),
        whose: None,
    };
    let accounts = stage
        .ctx()
        .read(|read| async move { ledger::accounts::all(read, filter, None, 10, Currency::USD).await }.scope_boxed())
        .await
        .unwrap();
    accounts
        .first()
        .map_or((0, 0), |account| (account.balance.minor, account.worth.minor))
}

#[tokio::test]
async fn a_foreign_wallet_pays_a_foreign_invoice_and_the_difference_is_realised() {
    let stage = Stage::new().await;
    let mut credit = stage.adjustment("credit", eur("100"));
    credit.rate = Some(Rate::parse("1.08").unwrap());
    stage.adjust(&credit).await.unwrap();
    let at = posting::Valuation::at(Rate::parse("1.10").unwrap(), Currency::USD);
    let billed = posting::Billed {
        net: &[(Account::the(Role::Sales), eur("100"))],
        taxes: &[],
    };
    let invoice = posting::invoice(at, stage.customer.uuid(), &billed).unwrap();
    let invoice = crate::stage::new("invoice:1", ledger::journal::Kind::Invoice, "2026-11-21", invoice);
    stage.post(invoice).await.unwrap();
    let hold = stage.hold("order:1", eur("100")).await.unwrap();
    capture(&stage, hold.id, eur("100")).await.unwrap();
    assert_eq!(on(&stage, Role::Receivable).await, (0, 0));
    assert_eq!(on(&stage, Role::WalletHeld).await, (0, 0));
    assert_eq!(on(&stage, Role::FxRealised).await, (200, 200));
    stage.verifies().await;
}

#[tokio::test]
async fn a_part_captured_and_the_rest_released_leave_no_worth_behind() {
    let stage = Stage::new().await;
    let mut credit = stage.adjustment("credit", eur("1.00"));
    credit.rate = Some(Rate::parse("1.01").unwrap());
    stage.adjust(&credit).await.unwrap();
    let hold = stage.hold("order:1", eur("1.00")).await.unwrap();
    capture(&stage, hold.id, eur("0.50")).await.unwrap();
    assert_eq!(on(&stage, Role::WalletHeld).await, (0, 0));
    stage.verifies().await;
}

#[tokio::test]
async fn what_is_worth_nothing_in_the_books_is_refused_and_the_books_stay_readable() {
    let stage = Stage::new().await;
    let inr = |minor| Money::new(minor, Currency::INR);
    let mut credit = stage.adjustment("credit", inr(500_000));
    credit.rate = Some(Rate::parse("0.012").unwrap());
    stage.adjust(&credit).await.unwrap();
    let mut gift = stage.adjustment("out", inr(-1));
    gift.against = ledger::wallets::Against::Goodwill;
    assert_eq!(code(stage.adjust(&gift).await), "invalid_fields");
    let ahead = ledger::wallets::Adjustment {
        day: day("2026-12-24"),
        ..stage.adjustment("ahead", usd("1"))
    };
    assert_eq!(code(stage.adjust(&ahead).await), "day_out_of_range");
    stage.verifies().await;
}
