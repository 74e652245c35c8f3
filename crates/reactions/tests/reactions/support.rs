//! The room on a stage: staff who may see and staff who may not, a table of rules, something that happens.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot prepare its ground should stop there"
)]

use std::sync::Arc;

use async_trait::async_trait;
use jiff::SignedDuration;
use kernel::{Change, Fact};
use platform::events::Relay;
use platform::jobs::Worker;
use platform::{Actor, Ctx, Grants, Permission, Result, Who};
use reactions::{NoticeRule, Rules, When};
use scoped_futures::ScopedFutureExt;
use serde::Serialize;
use testkit::{People, Stage, TestInstallation};
use web::Module;
use web::ui::Tone;

/// What one may see the tests' notices with.
pub(crate) const SEE: Permission = Permission("sample.things.see");

/// The table of the tests.
pub(crate) struct Table;

impl Rules for Table {
    const NOTICES: &'static [NoticeRule] = &[
        NoticeRule::new(
            "sample.thing.happened",
            SEE,
            "sample-notice-many",
            "/console/things/{subject}",
            Tone::Warn,
        )
        .when(When::Above("/number", 0)),
        NoticeRule::new(
            "sample.thing.happened",
            SEE,
            "sample-notice-you",
            "/console/you",
            Tone::Info,
        )
        .to_user("/user"),
        NoticeRule::new(
            "sample.thing.set_up",
            SEE,
            "sample-notice-set-up",
            "/console/things",
            Tone::Info,
        )
        .only_of_people(),
        NoticeRule::new(
            "platform.job.died",
            SEE,
            "sample-notice-died",
            "/console/jobs/{subject}",
            Tone::Bad,
        ),
    ];
}

/// A room that has the words of the notices, as the app does.
fn words() -> Module {
    Module {
        messages: vec![(
            "en-US",
            "sample-notice-many = { $number ->\n    [one] One thing\n   *[other] { $number } things\n} at { $subject }\nsample-notice-you = You were named\nsample-notice-set-up = { $subject } was set up\nsample-notice-died = A job of kind { $kind } died",
        )],
        ..Module::new("sample")
    }
}

/// Something that happened in the tests.
#[derive(Clone, Serialize)]
pub(crate) struct Happened {
    pub(crate) subject: &'static str,
    pub(crate) number: i64,
    pub(crate) user: Option<String>,
}

impl Fact for Happened {
    const NAME: &'static str = "sample.thing.happened";

    fn subject(&self) -> String {
        self.subject.to_owned()
    }

    fn sample() -> Self {
        Self {
            subject: "thing",
            number: 1,
            user: None,
        }
    }
}

/// Something that was set up in the tests.
#[derive(Clone, Serialize)]
pub(crate) struct SetUp(pub(crate) &'static str);

impl Fact for SetUp {
    const NAME: &'static str = "sample.thing.set_up";

    fn subject(&self) -> String {
        self.0.to_owned()
    }

    fn sample() -> Self {
        Self("thing")
    }
}

/// A frame whose bell is this room's.
struct Bell;

#[async_trait]
impl web::Frame for Bell {
    async fn notices(&self, ctx: &web::Ctx) -> Result<web::page::Notices> {
        reactions::notices::ops::for_bell(ctx).await
    }
}

/// `staff` and `colleague` may see, `nobody` may not, `stranger` may elsewhere. They have been there for a minute.
pub(crate) async fn stage() -> Stage {
    let stage = fresh_stage().await;
    stage.installation.clock.advance(SignedDuration::from_mins(1));
    stage
}

/// The same at the moment they came.
pub(crate) async fn fresh_stage() -> Stage {
    let installation = TestInstallation::new(reactions::MIGRATIONS).await;
    let people = People::of(&installation)
        .with("staff", 1, [SEE.0])
        .with("colleague", 1, [SEE.0])
        .with("nobody", 1, [])
        .with("stranger", 2, [SEE.0]);
    let modules = vec![reactions::module::<Table>(), words()];
    Stage::framed(installation, people, modules, Arc::new(Bell))
}

/// Something happens by itself, is relayed, and what follows is done.
pub(crate) async fn happens(stage: &Stage, fact: impl Fact + Clone + 'static) {
    happens_by(stage, Who::System, fact).await;
}

/// Somebody does something.
pub(crate) async fn happens_by(stage: &Stage, who: Who, fact: impl Fact + Clone + 'static) {
    let fact = &fact;
    let tell = as_who(stage, who);
    tell.write(|tx| async move { tx.save(Change::new((), fact.clone())).await }.scope_boxed())
        .await
        .unwrap();
    settle(stage).await;
}

fn as_who(stage: &Stage, who: Who) -> Ctx {
    let actor = Actor {
        who,
        grants: Grants::Nothing,
        test_mode: false,
    };
    let (installation, tenant) = (&stage.installation, TestInstallation::tenant(1));
    let scope = installation.mint.scope(tenant, actor);
    installation.platform.ctx(scope, installation.platform.new_trace())
}

/// Relays what happened and runs what follows.
pub(crate) async fn settle(stage: &Stage) {
    let (module, platform) = (reactions::module::<Table>(), &stage.installation.platform);
    let relay = Relay::new(platform.clone(), module.subscribers);
    relay.run_once().await.unwrap();
    let worker = Worker::new(platform.clone(), module.jobs, &module.queues);
    worker.run_due().await.unwrap();
}

/// The tenant's own context.
pub(crate) fn system(stage: &Stage) -> Ctx {
    stage.installation.system(TestInstallation::tenant(1))
}
