//! What is closed takes nothing, whoever posts at the same moment.

use std::sync::Arc;

use jiff::tz::TimeZone;
use ledger::books::Books;
use scoped_futures::ScopedFutureExt;

use crate::stage::{Stage, code, day};

async fn close(stage: &Stage, until: &str) -> platform::Result<Books> {
    let until = day(until);
    stage
        .ctx()
        .write(|tx| async move { ledger::books::close(tx, until, &TimeZone::UTC).await }.scope_boxed())
        .await
}

#[tokio::test]
async fn a_closed_day_takes_nothing_until_it_is_opened_for_a_reason() {
    let stage = Stage::new().await;
    close(&stage, "2026-10-31").await.unwrap();
    assert_eq!(
        code(stage.post(stage.invoice("invoice:1", "2026-10-31")).await),
        "period_closed"
    );
    stage.post(stage.invoice("invoice:2", "2026-11-01")).await.unwrap();
    assert_eq!(code(close(&stage, "2026-09-30").await), "books_closed_further");
    let reopened = stage
        .ctx()
        .write(|tx| {
            async move { ledger::books::reopen(tx, Some(day("2026-09-30")), "A bill came late").await }.scope_boxed()
        })
        .await;
    assert_eq!(reopened.unwrap().closed_until, Some(day("2026-09-30")));
    stage.post(stage.invoice("invoice:1", "2026-10-31")).await.unwrap();
    stage.verifies().await;
}

/// Posts race with the closing of their day: what was posted came before it.
#[tokio::test]
async fn nothing_slips_into_a_day_while_it_is_closed() {
    for _ in 0..5 {
        let stage = Arc::new(Stage::new().await);
        let posts = (0..20).map(|n| {
            let stage = Arc::clone(&stage);
            tokio::spawn(async move {
                stage
                    .post(stage.invoice(&format!("invoice:{n}"), "2026-11-20"))
                    .await
                    .is_ok()
            })
        });
        let posts: Vec<_> = posts.collect();
        tokio::task::yield_now().await;
        close(&stage, "2026-11-20").await.unwrap();
        let mut probe = stage.installation.database().probe().await;
        let count = "SELECT CAST(COUNT(*) AS TEXT) FROM ledger_transactions";
        let at_closing = probe.texts(count).await;
        let mut posted = 0;
        for post in posts {
            posted += u32::from(post.await.unwrap());
        }
        assert_eq!(
            probe.texts(count).await,
            at_closing,
            "{posted} of 20 were told they had posted"
        );
        assert_eq!(at_closing, [posted.to_string()]);
    }
}
