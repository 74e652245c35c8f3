//! What the books say, at any day.

use engines::posting::{self, Role};
use kernel::Id;
use kernel::money::testing::usd;
use ledger::journal::Kind;
use ledger::reports::{balance_sheet, months, profit_and_loss, profit_of, trial_balance};
use scoped_futures::ScopedFutureExt;

use crate::stage::{HOME, Stage, day, new};

async fn sold_in_two_months(stage: &Stage) {
    stage.post(stage.invoice("invoice:1", "2026-10-15")).await.unwrap();
    stage.post(stage.invoice("invoice:2", "2026-11-15")).await.unwrap();
    let cost = posting::cost(HOME, uuid::Uuid::from_u128(9), usd("80")).unwrap();
    let mut cost = new("cost:1", Kind::Cost, "2026-11-16", cost);
    cost.about = Some("dom_1".into());
    stage.post(cost).await.unwrap();
}

#[tokio::test]
async fn reports_of_any_day_balance_and_say_what_was_so_then() {
    let stage = Stage::new().await;
    sold_in_two_months(&stage).await;
    let result_on = async |on: &str| {
        let on = day(on);
        let sheet = stage
            .ctx()
            .read(|read| async move { balance_sheet(read, Some(on)).await }.scope_boxed())
            .await
            .unwrap();
        assert!(sheet.balances());
        sheet.result
    };
    assert_eq!(result_on("2026-10-14").await, usd("0"));
    assert_eq!(result_on("2026-10-15").await, usd("100"));
    assert_eq!(result_on("2026-11-15").await, usd("200"));
    assert_eq!(result_on("2027-01-01").await, usd("120"));
    let trial = stage
        .ctx()
        .read(|read| async move { trial_balance(read, None).await }.scope_boxed())
        .await
        .unwrap();
    assert!(trial.balances());
    let lines: Vec<_> = trial.lines.iter().map(|line| (line.role, line.balance)).collect();
    assert_eq!(
        lines,
        [
            (Role::Receivable, usd("236")),
            (Role::Payable, usd("-80")),
            (Role::OutputTax, usd("-36")),
            (Role::Sales, usd("-200")),
            (Role::Cost, usd("80")),
        ]
    );
    assert_eq!((trial.debits, trial.credits), (usd("316"), usd("-316")));
}

#[tokio::test]
async fn what_was_earned_is_told_by_period_by_month_and_by_order() {
    let stage = Stage::new().await;
    sold_in_two_months(&stage).await;
    let [november, order] = [
        stage
            .ctx()
            .read(|read| async move { profit_and_loss(read, day("2026-11-01"), day("2026-11-30")).await }.scope_boxed())
            .await
            .unwrap(),
        stage
            .ctx()
            .read(|read| async move { profit_of(read, "dom_1").await }.scope_boxed())
            .await
            .unwrap(),
    ];
    assert_eq!(
        (november.income.total, november.expenses.total, november.result),
        (usd("100"), usd("80"), usd("20"))
    );
    assert_eq!((order.income.total, order.result), (usd("0"), usd("-80")));
    let months = stage
        .ctx()
        .read(|read| async move { months(read, day("2026-10-01"), day("2026-11-30")).await }.scope_boxed())
        .await
        .unwrap();
    let sales: Vec<_> = months.iter().filter(|line| line.role == Role::Sales).collect();
    assert_eq!(
        sales
            .iter()
            .map(|line| (line.month.as_str(), line.worth))
            .collect::<Vec<_>>(),
        [("2026-10", usd("-100")), ("2026-11", usd("-100"))]
    );
    let _ = stage.customer.uuid();
}
