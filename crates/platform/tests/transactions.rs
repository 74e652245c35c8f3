//! Transactions, the write path and the audit chain, on whichever database the run is for.

use kernel::{Change, Fact, Problem, ProblemKind};
use platform::settings::{self, Setting};
use platform::{Ctx, Error, Read, Result, Sql, Stored, Writer};
use scoped_futures::ScopedFutureExt;
use sea_orm::FromQueryResult;
use serde::Serialize;
use testkit::TestInstallation;

#[derive(Serialize)]
struct Noted {
    text: String,
}

impl Fact for Noted {
    const NAME: &'static str = "test.note.written";

    fn subject(&self) -> String {
        self.text.clone()
    }

    fn personal(&self) -> Option<kernel::Personal> {
        Some(kernel::Personal {
            person: uuid::Uuid::from_u128(9),
            values: serde_json::json!({"email": "ann@example.com"}),
        })
    }

    fn sample() -> Self {
        Self { text: "hello".into() }
    }
}

/// Refuses to be stored.
struct Refused;

impl Stored for Refused {
    async fn store(&self, _writer: &mut Writer<'_>) -> Result<()> {
        Err(kernel::Problem::conflict("test_refused").into())
    }
}

#[derive(FromQueryResult, Debug, PartialEq)]
struct Row {
    subject: String,
    number: i64,
}

const EVENTS: Sql = Sql::tenant(
    "SELECT subject, position AS number FROM event WHERE tenant_id = $1 AND position IS NOT NULL ORDER BY position",
);

async fn events(read: &mut Read) -> Result<Vec<Row>> {
    read.sql(EVENTS).all().await
}

fn note(text: &str) -> Change<(), Noted> {
    Change::new((), Noted { text: text.to_owned() })
}

#[tokio::test]
async fn a_saved_change_leaves_one_event_and_a_chain_that_verifies() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    for text in ["one", "two", "three"] {
        ctx.write(|tx| async move { tx.save(note(text)).await }.scope_boxed())
            .await
            .unwrap();
    }
    ctx.platform().db().number_saved_rows().await.unwrap();
    let rows = ctx.read(|read| events(read).scope_boxed()).await.unwrap();
    let subjects: Vec<&str> = rows.iter().map(|row| row.subject.as_str()).collect();
    assert_eq!(subjects, ["one", "two", "three"]);
    assert_eq!(platform::audit::verify(&ctx).await.unwrap(), Ok(3));
}

#[tokio::test]
async fn a_changed_audit_entry_breaks_the_chain_where_it_stands() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    for text in ["one", "two", "three"] {
        ctx.write(|tx| async move { tx.save(note(text)).await }.scope_boxed())
            .await
            .unwrap();
    }
    ctx.platform().db().number_saved_rows().await.unwrap();
    const FORGE: Sql = Sql::tenant("UPDATE audit SET subject = 'forged' WHERE tenant_id = $1 AND seq = 2");
    ctx.write(|tx| async move { tx.bookkeeping("a forger at work").sql(FORGE).execute().await }.scope_boxed())
        .await
        .unwrap();
    assert_eq!(
        platform::audit::verify(&ctx).await.unwrap(),
        Err(platform::audit::BrokenChain { seq: 2 })
    );
}

#[tokio::test]
async fn more_rows_than_are_numbered_in_one_go_are_numbered_all_the_same() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    ctx.write(|tx| {
        async move {
            for number in 0..2_100 {
                platform::audit::note(tx, "test.noted", &number.to_string(), serde_json::json!({}), None).await?;
            }
            Ok(())
        }
        .scope_boxed()
    })
    .await
    .unwrap();
    ctx.platform().db().number_saved_rows().await.unwrap();
    assert_eq!(platform::audit::verify(&ctx).await.unwrap(), Ok(2_100));
}

#[tokio::test]
async fn a_refused_change_leaves_nothing_and_spares_its_neighbours() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    let writes = (0..60).map(|number| {
        let ctx = ctx.clone();
        tokio::spawn(async move {
            let text = &format!("{number}");
            ctx.write(|tx| {
                async move {
                    tx.save(note(text)).await?;
                    if number % 3 == 0 {
                        tx.save(Change::new(Refused, Noted { text: "refused".into() })).await?;
                    }
                    Ok(())
                }
                .scope_boxed()
            })
            .await
        })
    });
    let outcomes = futures::future::join_all(writes).await;
    let kept = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Ok(())))).count();
    let refused = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Ok(Err(Error::Problem(problem))) if problem.code == "test_refused"))
        .count();
    assert_eq!((kept, refused), (40, 20));
    ctx.platform().db().number_saved_rows().await.unwrap();
    let rows = ctx.read(|read| events(read).scope_boxed()).await.unwrap();
    let numbers: Vec<i64> = rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, (1..=40).collect::<Vec<i64>>());
    assert_eq!(platform::audit::verify(&ctx).await.unwrap(), Ok(40));
}

#[tokio::test]
async fn a_caller_that_goes_away_half_way_neither_writes_nor_stops_the_others() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    for number in 0..20 {
        let (gone, stays) = (ctx.clone(), ctx.clone());
        let leaver = tokio::spawn(async move {
            gone.write(|tx| {
                async move {
                    tx.save(note("gone")).await?;
                    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
                    Ok(())
                }
                .scope_boxed()
            })
            .await
        });
        tokio::task::yield_now().await;
        let stayer = tokio::spawn(async move {
            stays
                .write(|tx| async move { tx.save(note("stays")).await }.scope_boxed())
                .await
        });
        tokio::time::sleep(std::time::Duration::from_millis(number)).await;
        leaver.abort();
        stayer.await.unwrap().unwrap();
    }
    ctx.platform().db().number_saved_rows().await.unwrap();
    let rows = ctx.read(|read| events(read).scope_boxed()).await.unwrap();
    assert!(rows.iter().all(|row| row.subject == "stays"), "{rows:?}");
    assert_eq!(rows.len(), 20);
}

#[tokio::test]
async fn one_tenant_sees_nothing_of_another() {
    let test = TestInstallation::new(&[]).await;
    let (one, other) = (
        test.system(TestInstallation::tenant(1)),
        test.system(TestInstallation::tenant(2)),
    );
    one.write(|tx| async move { tx.save(note("mine")).await }.scope_boxed())
        .await
        .unwrap();
    test.platform.db().number_saved_rows().await.unwrap();
    assert_eq!(other.read(|read| events(read).scope_boxed()).await.unwrap(), []);
    assert_eq!(one.read(|read| events(read).scope_boxed()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_read_sees_one_moment_whatever_is_committed_meanwhile() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    let other = test.system(TestInstallation::tenant(1));
    let (first, second) = ctx
        .read(|read| {
            async move {
                let first = settings::get(read, &WORD).await?;
                say(&other, "later").await;
                Ok((first, settings::get(read, &WORD).await?))
            }
            .scope_boxed()
        })
        .await
        .unwrap();
    assert_eq!((first.as_str(), second.as_str()), ("", ""));
    let now = ctx.read(|read| settings::get(read, &WORD).scope_boxed()).await.unwrap();
    assert_eq!(now, "later");
}

const WORD: Setting<String> = Setting {
    key: "test.word",
    default: String::new,
};

async fn say(ctx: &Ctx, word: &'static str) {
    let said = ctx.write(|tx| async move { settings::change(tx, &WORD, |_| Ok(word.to_owned())).await }.scope_boxed());
    said.await.expect("nobody else changes it");
}

#[tokio::test]
async fn of_two_that_change_a_setting_at_once_one_is_told() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    for round in 0..4 {
        let before = ctx.read(|read| settings::get(read, &WORD).scope_boxed()).await.unwrap();
        let writes = (0..8).map(|one| {
            let (ctx, before) = (ctx.clone(), before.clone());
            async move {
                let change = ctx.write(|tx| {
                    let decide = |seen: &String| match *seen == before {
                        true => Ok(format!("{round} {one}")),
                        false => Err(Problem::new(ProblemKind::Stale, "stale")),
                    };
                    async move { settings::change(tx, &WORD, decide).await }.scope_boxed()
                });
                change.await
            }
        });
        let done = futures::future::join_all(writes).await;
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "{done:?}");
        let told = done.iter().filter_map(|done| done.as_ref().err()?.problem());
        assert!(told.map(|problem| problem.code).all(|code| code == "stale"), "{done:?}");
    }
}
