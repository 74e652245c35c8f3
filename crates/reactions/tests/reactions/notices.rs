//! The bell.

use jiff::SignedDuration;
use platform::Who;
use serde_json::{Value, json};
use testkit::{NORTH, SAFFRON, Stage};
use web::testing::Ask;

use crate::support::{Happened, SetUp, fresh_stage, happens, happens_by, settle, stage, system};

const PAGE: &str = "/console/notices";
const API: &str = "/api/v1/notices";

fn happened(subject: &'static str, number: i64) -> Happened {
    Happened {
        subject,
        number,
        user: None,
    }
}

async fn listed(stage: &Stage, who: &str, query: &str) -> Vec<Value> {
    let answer = stage.send(Ask::get(NORTH, &format!("{API}{query}")).bearer(who)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["data"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn an_event_worth_it_makes_a_line_for_those_who_may_see_it() {
    let stage = stage().await;
    happens(&stage, happened("thing_1", 3)).await;
    happens(&stage, happened("thing_2", 0)).await;
    let seen = listed(&stage, "staff", "").await;
    assert_eq!(seen.len(), 1);
    assert_eq!(
        (&seen[0]["title"], &seen[0]["href"], &seen[0]["tone"], &seen[0]["read"]),
        (
            &json!("3 things at thing_1"),
            &json!("/console/things/thing_1"),
            &json!("warn"),
            &json!(false)
        )
    );
    assert_eq!(listed(&stage, "nobody", "").await, [] as [Value; 0]);
    let stranger = stage.send(Ask::get(SAFFRON, API).bearer("stranger")).await;
    assert_eq!(stranger.json()["data"], json!([]));
}

#[tokio::test]
async fn a_notice_for_one_user_is_seen_by_nobody_else() {
    let stage = stage().await;
    let user = stage.people.user("nobody").to_string();
    happens(
        &stage,
        Happened {
            user: Some(user),
            ..happened("thing_1", 0)
        },
    )
    .await;
    assert_eq!(listed(&stage, "nobody", "").await[0]["title"], "You were named");
    assert!(listed(&stage, "staff", "").await.is_empty());
}

#[tokio::test]
async fn who_did_it_is_not_told_and_their_colleague_is() {
    let stage = stage().await;
    let staff = Who::Staff(stage.people.user("staff"));
    happens_by(&stage, staff, happened("thing_1", 3)).await;
    assert!(listed(&stage, "staff", "").await.is_empty());
    assert!(stage.page("staff", PAGE).await.text().contains("No unread notices"));
    assert_eq!(listed(&stage, "colleague", "").await.len(), 1);
    // What a program did in somebody's name they may not know of.
    let key = Who::ApiKey(stage.installation.platform.new_id(), stage.people.user("staff"));
    happens_by(&stage, key, happened("thing_2", 3)).await;
    assert_eq!(listed(&stage, "staff", "").await.len(), 1);
    // It was theirs, and now it is a colleague's.
    stage.installation.clock.advance(SignedDuration::from_secs(60));
    let colleague = Who::Staff(stage.people.user("colleague"));
    happens_by(&stage, colleague, happened("thing_1", 4)).await;
    assert_eq!(listed(&stage, "staff", "").await[0]["title"], "4 things at thing_1");
    assert_eq!(listed(&stage, "colleague", "").await.len(), 1);
}

#[tokio::test]
async fn a_bell_holds_nothing_from_before_its_owner_came() {
    let stage = fresh_stage().await;
    happens(&stage, happened("before", 3)).await;
    assert!(listed(&stage, "staff", "").await.is_empty());
    let named = Some(stage.people.user("staff").to_string());
    happens(
        &stage,
        Happened {
            user: named,
            ..happened("before", 0)
        },
    )
    .await;
    assert_eq!(
        listed(&stage, "staff", "").await.len(),
        1,
        "what is for them alone is told"
    );
    stage.installation.clock.advance(SignedDuration::from_millis(1));
    happens(&stage, happened("after", 3)).await;
    assert_eq!(listed(&stage, "staff", "").await.len(), 2);
}

#[tokio::test]
async fn what_was_set_up_by_nobody_is_told_to_nobody() {
    let stage = stage().await;
    happens(&stage, SetUp("seeded")).await;
    assert!(listed(&stage, "staff", "").await.is_empty());
    let colleague = Who::Staff(stage.people.user("colleague"));
    happens_by(&stage, colleague, SetUp("made")).await;
    assert_eq!(listed(&stage, "staff", "").await[0]["title"], "made was set up");
}

#[tokio::test]
async fn what_happens_again_is_one_line_that_comes_up_again() {
    let stage = stage().await;
    happens(&stage, happened("thing_1", 1)).await;
    let marked = Ask::post_json(NORTH, &format!("{API}/read"), json!({ "all": true })).bearer("staff");
    let marked = stage.send(marked).await;
    assert_eq!(
        (marked.status.as_u16(), marked.json()),
        (200, json!({ "unread": 0 })),
        "{}",
        marked.text()
    );
    assert!(listed(&stage, "staff", "?unread=true").await.is_empty());
    stage.installation.clock.advance(SignedDuration::from_secs(60));
    happens(&stage, happened("thing_1", 2)).await;
    let again = listed(&stage, "staff", "?unread=true").await;
    assert_eq!(
        (again.len(), &again[0]["times"], &again[0]["title"]),
        (1, &json!(2), &json!("2 things at thing_1"))
    );
}

#[tokio::test]
async fn the_bell_counts_what_is_unread_and_a_link_changes_nothing() {
    let stage = stage().await;
    let empty = stage.page("staff", PAGE).await;
    assert_eq!(empty.status, 200, "{}", empty.text());
    assert!(empty.text().contains("Nothing new") && empty.text().contains("No unread notices"));
    happens(&stage, happened("thing_1", 3)).await;
    let page = stage.page("staff", PAGE).await.text();
    assert!(
        page.contains("1 unread notice") && page.contains("3 things at thing_1"),
        "{page}"
    );
    let id = listed(&stage, "staff", "").await[0]["id"].as_str().unwrap().to_owned();
    let opened = stage.page("staff", &format!("{PAGE}/{id}")).await;
    assert_eq!(
        (opened.status.as_u16(), opened.header("location")),
        (303, "/console/things/thing_1")
    );
    assert!(stage.page("staff", PAGE).await.text().contains("1 unread notice"));
    assert_eq!(
        stage
            .post("staff", PAGE, &format!("{PAGE}/{id}/read"), &[])
            .await
            .status,
        303
    );
    assert!(stage.page("staff", PAGE).await.text().contains("No unread notices"));
    assert!(
        stage
            .page("staff", "/console/notices?view=all")
            .await
            .text()
            .contains("3 things at thing_1")
    );
    assert_eq!(stage.page("nobody", &format!("{PAGE}/{id}")).await.status, 404);
}

#[tokio::test]
async fn one_or_all_are_marked_by_a_form() {
    let stage = stage().await;
    for subject in ["thing_1", "thing_2", "thing_3"] {
        happens(&stage, happened(subject, 3)).await;
    }
    let id = listed(&stage, "staff", "").await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        stage
            .post("staff", PAGE, &format!("{PAGE}/{id}/read"), &[])
            .await
            .status,
        303
    );
    assert_eq!(listed(&stage, "staff", "?unread=true").await.len(), 2);
    assert_eq!(
        stage.post("staff", PAGE, "/console/notices/read", &[]).await.status,
        303
    );
    assert!(listed(&stage, "staff", "?unread=true").await.is_empty());
    assert_eq!(listed(&stage, "staff", "").await.len(), 3);
}

#[tokio::test]
async fn a_list_is_read_page_by_page_and_notices_older_than_90_days_are_gone() {
    let stage = stage().await;
    for subject in ["thing_1", "thing_2", "thing_3"] {
        happens(&stage, happened(subject, 3)).await;
    }
    let first = stage
        .send(Ask::get(NORTH, "/api/v1/notices?limit=2").bearer("staff"))
        .await
        .json();
    let rest = listed(
        &stage,
        "staff",
        &format!("?limit=2&after={}", first["next"].as_str().unwrap()),
    )
    .await;
    assert_eq!((first["data"].as_array().unwrap().len(), rest.len()), (2, 1));
    stage.installation.clock.advance(SignedDuration::from_hours(24 * 91));
    happens(&stage, happened("thing_4", 3)).await;
    assert_eq!(listed(&stage, "staff", "").await.len(), 1);
}

#[tokio::test]
async fn only_a_person_has_a_bell() {
    let stage = stage().await;
    let refused = system(&stage)
        .read(|read| {
            scoped_futures::ScopedFutureExt::scope_boxed(async move { reactions::notices::ops::unread(read).await })
        })
        .await;
    assert_eq!(refused.unwrap_err().problem().unwrap().code, "credentials_missing");
    let visitor = stage.send(Ask::get(NORTH, API)).await;
    assert_eq!(visitor.status, 401);
}

/// A job that cannot succeed.
#[derive(serde::Serialize, serde::Deserialize)]
struct Doomed;

impl platform::jobs::Job for Doomed {
    const KIND: &'static str = "sample.doomed";
    const QUEUE: &'static str = "sample";
}

#[tokio::test]
async fn a_job_that_died_rings_the_bell() {
    use platform::jobs::{Handler, Outcome, Worker};

    let stage = stage().await;
    let ctx = system(&stage);
    ctx.write(|tx| scoped_futures::ScopedFutureExt::scope_boxed(async move { tx.enqueue(&Doomed).await }))
        .await
        .unwrap();
    let handler = Handler::of(|_: platform::Ctx, _: Doomed, _| async { Ok(Outcome::GiveUp("no use".into())) });
    Worker::new(stage.installation.platform.clone(), [handler], &[])
        .run_due()
        .await
        .unwrap();
    settle(&stage).await;
    let rung = listed(&stage, "staff", "").await;
    assert_eq!(
        (rung.len(), &rung[0]["title"]),
        (1, &json!("A job of kind sample.doomed died"))
    );
}
