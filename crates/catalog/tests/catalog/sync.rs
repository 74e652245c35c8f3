//! Runs of price sources from the schedule to the book: resumed, refused, waiting, failing; each on a real database.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use catalog::Books;
use catalog::imports::{ListRef, Vanished};
use catalog::sync::ports::{
    Ask, CallMade, CallOutcome, Claim, Heard, Part, PriceSource, PriceSources, SourceAccount, SourceFailure,
};
use catalog::sync::{self, NewSource, Run, RunState, Source, SourceKind, Story, Terms, Why};
use engines::pricing::{Kind, Operation, PriceAsk, price_bare};
use jiff::SignedDuration;
use kernel::{Currency, PriceSourceId, Problem, TenantId};
use platform::jobs::Worker;
use platform::{Ctx, Result};
use scoped_futures::ScopedFutureExt;
use testkit::TestInstallation;
use tokio::sync::Semaphore;

use crate::common::{installation, sales_list};

/// Answers as it was told to, part by part.
struct Scripted {
    answers: Mutex<VecDeque<Result<Part, SourceFailure>>>,
    /// The cursors it was asked for.
    asked: Mutex<Vec<Option<String>>>,
    /// Answers given may be read; none: the source is silent.
    gate: Semaphore,
}

impl Scripted {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            answers: Mutex::default(),
            asked: Mutex::default(),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
        })
    }

    fn will(&self, answers: impl IntoIterator<Item = Result<Part, SourceFailure>>) {
        self.answers.lock().unwrap().extend(answers);
    }

    fn asked(&self) -> Vec<Option<String>> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

#[async_trait]
impl PriceSource for Scripted {
    fn pause(&self) -> Duration {
        Duration::ZERO
    }

    async fn part(&self, ask: Ask<'_>) -> Heard<Part> {
        self.asked.lock().unwrap().push(ask.cursor.map(str::to_owned));
        self.gate.acquire().await.unwrap().forget();
        let next = self.answers.lock().unwrap().pop_front();
        let outcome = next.unwrap_or_else(|| Err(SourceFailure::Failed("nothing was told".into())));
        let call = CallMade {
            what: "prices".into(),
            at: TestInstallation::START.parse().unwrap(),
            took: Duration::from_millis(7),
            status: outcome.is_ok().then_some(200),
            bytes: 100,
            outcome: if outcome.is_ok() {
                CallOutcome::Answered
            } else {
                CallOutcome::Failed
            },
        };
        Heard {
            outcome,
            calls: vec![call],
        }
    }

    async fn check(&self, _: Ask<'_>) -> Heard<()> {
        Heard {
            outcome: Ok(()),
            calls: Vec::new(),
        }
    }
}

struct Only(Arc<Scripted>);

impl PriceSources for Only {
    fn connect(&self, _: &SourceAccount) -> std::result::Result<Arc<dyn PriceSource>, Problem> {
        Ok(self.0.clone())
    }
}

/// For rooms whose tests ask no source.
pub(crate) struct NoSources;

impl PriceSources for NoSources {
    fn connect(&self, _: &SourceAccount) -> std::result::Result<Arc<dyn PriceSource>, Problem> {
        Err(Problem::refused("source_unfit"))
    }
}

/// For rooms that write no mail.
struct NoHosts;

#[async_trait]
impl web::Hosts for NoHosts {
    async fn site(&self, _: &str) -> Result<Option<Arc<web::Site>>> {
        Ok(None)
    }

    async fn of_tenant(&self, _: TenantId) -> Result<Option<Arc<web::Site>>> {
        Ok(None)
    }
}

fn room(books: Books, price_sources: Arc<dyn PriceSources>) -> web::Module {
    catalog::module(catalog::Ports {
        books,
        rates: reference::RateBooks::new(),
        hosts: Arc::new(NoHosts),
        mail_from: "noreply@entrepot.example".into(),
        referrers: Arc::new([]),
        price_sources,
        exposures: Arc::new([]),
    })
}

/// A tenant with a sales list, a source that feeds it, and a worker.
struct Scene {
    test: TestInstallation,
    ctx: Ctx,
    books: Books,
    scripted: Arc<Scripted>,
    worker: Worker,
    source: Source,
}

impl Scene {
    async fn new() -> Self {
        Self::with(|_| ()).await
    }

    async fn with(change: impl Fn(&mut Terms) + Sync) -> Self {
        let test = installation().await;
        let ctx = test.system(TestInstallation::tenant(1));
        let (books, scripted) = (Books::new(), Scripted::new());
        let module = room(books.clone(), Arc::new(Only(scripted.clone())));
        let worker = Worker::new(test.platform.clone(), module.jobs, &module.queues);
        let (shelf, change) = (&books, &change);
        let source = ctx
            .write(|tx| {
                async move {
                    let list = catalog::sales_lists::add(tx, shelf, sales_list()).await?;
                    let mut terms = Terms::new("Scripted", ListRef::Sales(list.id));
                    change(&mut terms);
                    let new = NewSource {
                        kind: SourceKind::Porkbun,
                        terms,
                        credentials: None,
                    };
                    sync::add(tx, new).await
                }
                .scope_boxed()
            })
            .await
            .unwrap();
        Self {
            test,
            ctx,
            books,
            scripted,
            worker,
            source,
        }
    }

    async fn start(&self) -> Result<Run> {
        let id = self.source.id;
        self.ctx
            .write(|tx| async move { sync::run_now(tx, id).await }.scope_boxed())
            .await
    }

    /// A whole run whose source tells these prices in one part.
    async fn run(&self, prices: &[(&str, &str)]) -> Run {
        self.scripted.will([Ok(part(prices, None))]);
        self.start().await.unwrap();
        self.worker.run_due().await.unwrap();
        self.latest().await
    }

    async fn latest(&self) -> Run {
        self.runs().await.remove(0)
    }

    async fn runs(&self) -> Vec<Run> {
        let runs = self
            .ctx
            .read(|read| async move { sync::runs(read, None, None, 100).await }.scope_boxed());
        runs.await.unwrap()
    }

    async fn story(&self, run: &Run) -> Story {
        let id = run.id;
        let story = self
            .ctx
            .read(|read| async move { sync::run_by_id(read, id).await }.scope_boxed());
        story.await.unwrap().0
    }

    async fn source(&self) -> Source {
        let id: PriceSourceId = self.source.id;
        let source = self
            .ctx
            .read(|read| async move { sync::by_id(read, id).await }.scope_boxed());
        source.await.unwrap()
    }

    /// What a year of registration costs now.
    async fn price(&self, tld: &str) -> Option<i64> {
        let book = self.books.refresh(&self.ctx).await.unwrap();
        let ask = PriceAsk {
            tld,
            operation: Operation::Register,
            years: 1,
            currency: Currency::USD,
            at: self.ctx.now(),
        };
        price_bare(&book.prices, &ask).ok().map(|amounts| amounts.total.minor)
    }

    async fn version(&self) -> i64 {
        self.books.refresh(&self.ctx).await.unwrap().version
    }

    fn later(&self, seconds: i64) {
        self.test.clock.advance(SignedDuration::from_secs(seconds));
    }
}

fn part(prices: &[(&str, &str)], next: Option<&str>) -> Part {
    let claim = |(tld, amount): &(&str, &str)| Claim {
        tld: (*tld).into(),
        operation: Operation::Register,
        years: 1,
        kind: Kind::Regular,
        currency: "USD".into(),
        amount: (*amount).into(),
    };
    Part {
        claims: prices.iter().map(claim).collect(),
        next: next.map(str::to_owned),
        ..Part::default()
    }
}

fn down() -> Result<Part, SourceFailure> {
    Err(SourceFailure::Failed("answered 503".into()))
}

#[tokio::test]
async fn a_run_puts_what_it_finds_in_force_as_one_version_and_finds_nothing_the_second_time() {
    let scene = Scene::new().await;
    let before = scene.version().await;
    let run = scene.run(&[("com", "11.08"), ("security", "2,060.23")]).await;
    assert_eq!((run.state, run.counts.added, run.calls), (RunState::Succeeded, 2, 1));
    assert_eq!(run.book_version, Some(before + 1));
    assert_eq!(scene.version().await, before + 1);
    assert_eq!(
        (scene.price("com").await, scene.price("security").await),
        (Some(1108), Some(206_023))
    );
    scene.later(60);
    let again = scene.run(&[("com", "11.08"), ("security", "2,060.23")]).await;
    assert_eq!((again.state, again.counts.unchanged), (RunState::Succeeded, 2));
    assert_eq!((again.import, again.book_version), (None, None));
    assert_eq!(scene.version().await, before + 1);
    let source = scene.source().await;
    assert_eq!(source.last_success_at, again.finished_at);
    assert!(!source.is_stale(scene.ctx.now()));
    scene.later(49 * 3600);
    assert!(scene.source().await.is_stale(scene.ctx.now()));
}

#[tokio::test]
async fn a_run_whose_process_is_killed_is_gone_on_with_and_nothing_is_lost_or_twice() {
    let scene = Scene::new().await;
    let before = scene.version().await;
    scene.scripted.will([
        Ok(part(&[("com", "11.08")], Some("second"))),
        Ok(part(&[("net", "12.52")], None)),
    ]);
    scene.scripted.gate.forget_permits(Semaphore::MAX_PERMITS);
    scene.scripted.gate.add_permits(1);
    scene.start().await.unwrap();
    // The first part is here; in the middle of the second the process is gone.
    let killed = tokio::time::timeout(Duration::from_millis(600), scene.worker.run_due()).await;
    assert!(killed.is_err());
    assert_eq!(scene.scripted.asked(), [None, Some("second".to_owned())]);
    assert_eq!(
        (scene.latest().await.state, scene.latest().await.parts),
        (RunState::Running, 1)
    );
    assert_eq!(scene.version().await, before);
    scene.later(31);
    scene.worker.rescue_lost().await.unwrap();
    scene.scripted.gate.add_permits(10);
    scene.worker.run_due().await.unwrap();
    assert_eq!(
        scene.scripted.asked(),
        [Some("second".to_owned())],
        "the first part is not asked for again"
    );
    let run = scene.latest().await;
    assert_eq!((run.state, run.counts.added, run.parts), (RunState::Succeeded, 2, 2));
    assert_eq!(
        (scene.price("com").await, scene.price("net").await),
        (Some(1108), Some(1252))
    );
    assert_eq!(scene.version().await, before + 1);
}

#[tokio::test]
async fn an_attempt_that_lost_its_run_writes_nothing_more() {
    let scene = Scene::new().await;
    let before = scene.version().await;
    scene.scripted.gate.forget_permits(Semaphore::MAX_PERMITS);
    scene
        .scripted
        .will([Ok(part(&[("com", "11.08")], None)), Ok(part(&[("com", "99.00")], None))]);
    scene.start().await.unwrap();
    let slow = tokio::spawn({
        let worker = scene.worker.clone();
        async move { worker.run_due().await }
    });
    while scene.scripted.asked.lock().unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Its lease runs out, another takes the run up; both hear an answer, the late one in vain.
    scene.later(31);
    scene.worker.rescue_lost().await.unwrap();
    scene.scripted.gate.add_permits(2);
    scene.worker.run_due().await.unwrap();
    slow.await.unwrap().unwrap();
    let run = scene.latest().await;
    assert_eq!((run.state, run.parts, run.calls), (RunState::Succeeded, 1, 1));
    assert_eq!(scene.version().await, before + 1);
    assert_eq!(scene.runs().await.len(), 1);
}

#[tokio::test]
async fn a_run_that_changes_too_much_waits_and_a_person_applies_it_once() {
    let scene = Scene::new().await;
    scene.run(&[("com", "10.00"), ("net", "10.00"), ("org", "10.00")]).await;
    scene.later(60);
    let version = scene.version().await;
    let waiting = scene.run(&[("com", "11.00"), ("net", "11.00"), ("org", "10.00")]).await;
    assert_eq!(
        (waiting.state, waiting.reason),
        (RunState::Waiting, Some(Why::TooMuchChanged))
    );
    assert_eq!(waiting.changed_percent, 67);
    assert_eq!((scene.price("com").await, scene.version().await), (Some(1000), version));
    assert!(refused(scene.start().await, "sync_under_way"));
    let import = waiting.import.unwrap();
    let direct = apply_import(&scene, import).await;
    assert!(refused(direct, "import_of_a_source"));
    let applied = decide(&scene, &waiting, true).await.unwrap();
    assert_eq!(
        (applied.state, applied.book_version),
        (RunState::Succeeded, Some(version + 1))
    );
    assert_eq!(
        (scene.price("com").await, scene.price("org").await),
        (Some(1100), Some(1000))
    );
    assert!(refused(decide(&scene, &waiting, true).await, "sync_not_waiting"));
    assert!(refused(decide(&scene, &waiting, false).await, "sync_not_waiting"));
}

async fn decide(scene: &Scene, run: &Run, apply: bool) -> Result<Run> {
    let (id, books, ctx) = (run.id, &scene.books, &scene.ctx);
    if !apply {
        return ctx
            .write(|tx| async move { sync::reject(tx, id).await }.scope_boxed())
            .await;
    }
    let ready = &ctx
        .read(|read| async move { sync::ready(read, id).await }.scope_boxed())
        .await?;
    ctx.write(|tx| async move { sync::apply(tx, books, id, ready).await }.scope_boxed())
        .await
}

async fn apply_import(scene: &Scene, id: kernel::ImportId) -> Result<catalog::imports::Import> {
    let (books, ctx) = (&scene.books, &scene.ctx);
    let ready = &ctx
        .read(|read| async move { catalog::imports::ready(read, id).await }.scope_boxed())
        .await?;
    ctx.write(|tx| async move { catalog::imports::apply(tx, books, ready).await }.scope_boxed())
        .await
}

fn refused<T>(outcome: Result<T>, code: &str) -> bool {
    outcome
        .err()
        .and_then(|error| error.problem().map(|problem| problem.code == code))
        == Some(true)
}

#[tokio::test]
async fn a_rejected_run_changes_nothing_and_the_next_may_begin() {
    let scene = Scene::new().await;
    scene.run(&[("com", "10.00")]).await;
    scene.later(60);
    let waiting = scene.run(&[("com", "12.00")]).await;
    let rejected = decide(&scene, &waiting, false).await.unwrap();
    assert_eq!(rejected.state, RunState::Rejected);
    assert!(rejected.finished_at.is_some() && rejected.decided_by.is_some());
    assert!(refused(decide(&scene, &waiting, true).await, "sync_not_waiting"));
    assert_eq!(scene.price("com").await, Some(1000));
    assert_eq!(scene.run(&[("com", "10.00")]).await.state, RunState::Succeeded);
}

#[tokio::test]
async fn a_plan_a_person_looked_at_is_refused_when_the_book_has_moved_on() {
    let scene = Scene::new().await;
    scene.run(&[("com", "10.00")]).await;
    scene.later(60);
    let waiting = scene.run(&[("com", "12.00")]).await;
    let list = scene.source.terms.list;
    crate::common::import(
        &scene.ctx,
        &scene.books,
        list,
        "tld,operation,amount\nnet,register,9.00\n",
    )
    .await;
    assert!(refused(decide(&scene, &waiting, true).await, "import_book_changed"));
    assert_eq!(scene.latest().await.state, RunState::Waiting);
}

#[tokio::test]
async fn what_cannot_be_believed_is_never_a_price_and_the_run_says_why() {
    let scene = Scene::with(|terms| terms.most_changed_percent = 100).await;
    scene.run(&[("com", "10.00"), ("net", "10.00")]).await;
    scene.later(60);
    let lying = scene
        .run(&[("com", "100.00"), ("net", "0.00"), ("org", "-1.00"), ("dev", "12.00")])
        .await;
    assert_eq!(
        (lying.state, lying.counts.rejected, lying.counts.added),
        (RunState::Succeeded, 3, 1)
    );
    let said: Vec<_> = scene
        .story(&lying)
        .await
        .findings
        .into_iter()
        .map(|finding| (finding.field, finding.value))
        .collect();
    let expected = [
        ("com/register/1/regular", "100.00 (10.00)"),
        ("net/register/1/regular", "0.00"),
        ("org/register/1/regular", "-1.00"),
    ];
    assert_eq!(
        said,
        expected.map(|(field, value)| (field.to_owned(), value.to_owned()))
    );
    assert_eq!(
        (scene.price("com").await, scene.price("net").await),
        (Some(1000), Some(1000))
    );
    assert_eq!(scene.price("org").await, None);
    scene.later(60);
    let nothing = scene.run(&[("com", "100.00"), ("net", "0.00")]).await;
    assert_eq!(
        (nothing.state, nothing.reason),
        (RunState::Failed, Some(Why::NothingBelieved))
    );
    scene.later(60);
    let empty = scene.run(&[]).await;
    assert_eq!((empty.state, empty.reason), (RunState::Failed, Some(Why::NoPrices)));
}

#[tokio::test]
async fn what_a_source_no_longer_names_stays_or_ends_as_the_source_is_set() {
    for (vanished, left) in [(Vanished::Keep, Some(900)), (Vanished::Withdraw, None)] {
        let scene = Scene::with(|terms| {
            terms.vanished = vanished;
            terms.most_changed_percent = 50;
        })
        .await;
        scene.run(&[("com", "10.00"), ("net", "9.00")]).await;
        scene.later(60);
        let run = scene.run(&[("com", "10.00")]).await;
        assert_eq!((run.state, run.counts.vanished), (RunState::Succeeded, 1));
        assert_eq!((scene.price("net").await, scene.price("com").await), (left, Some(1000)));
    }
}

#[tokio::test]
async fn a_source_that_is_down_is_asked_again_with_growing_pauses_and_then_the_run_has_failed() {
    let scene = Scene::new().await;
    scene.run(&[("com", "10.00")]).await;
    scene.later(60);
    scene.scripted.asked();
    scene.scripted.will((0..5).map(|_| down()));
    scene.start().await.unwrap();
    for (attempt, pause) in [12, 24, 48, 96, 0].into_iter().enumerate() {
        scene.worker.run_due().await.unwrap();
        assert_eq!(scene.scripted.asked().len(), 1, "attempt {}", attempt + 1);
        scene.later(pause);
    }
    let run = scene.latest().await;
    assert_eq!(
        (run.state, run.reason, run.calls),
        (RunState::Failed, Some(Why::Unreachable), 5)
    );
    assert!(run.error.unwrap().contains("answered 503"));
    assert_eq!(scene.price("com").await, Some(1000));
    assert_eq!(scene.source().await.failures_in_row, 1);
}

#[tokio::test]
async fn a_wish_to_be_left_alone_is_obeyed_and_a_refusal_ends_the_run_at_once() {
    let scene = Scene::new().await;
    let limited = SourceFailure::Limited {
        retry_after_seconds: 90,
    };
    scene.scripted.will([Err(limited), Ok(part(&[("com", "10.00")], None))]);
    scene.start().await.unwrap();
    scene.worker.run_due().await.unwrap();
    scene.later(89);
    scene.worker.run_due().await.unwrap();
    assert_eq!(
        (scene.scripted.asked().len(), scene.latest().await.state),
        (1, RunState::Running)
    );
    scene.later(1);
    scene.worker.run_due().await.unwrap();
    assert_eq!(scene.latest().await.state, RunState::Succeeded);
    scene.later(60);
    scene.scripted.asked();
    scene
        .scripted
        .will([Err(SourceFailure::Refused("Authentication Failed".into()))]);
    scene.start().await.unwrap();
    scene.worker.run_due().await.unwrap();
    let run = scene.latest().await;
    assert_eq!((run.state, run.reason), (RunState::Failed, Some(Why::Refused)));
    assert!(run.error.unwrap().contains("Authentication Failed"));
    assert_eq!(scene.scripted.asked().len(), 1);
}

#[tokio::test]
async fn three_failed_runs_open_the_breaker_and_a_person_may_run_it_all_the_same() {
    let scene = Scene::new().await;
    for _ in 0..3 {
        scene.scripted.will([Err(SourceFailure::Refused("no".into()))]);
        scene.start().await.unwrap();
        scene.worker.run_due().await.unwrap();
        scene.later(60);
    }
    let source = scene.source().await;
    assert_eq!(source.failures_in_row, 3);
    assert!(source.is_open(scene.ctx.now()));
    assert!(source.next_run_at >= source.open_until.unwrap());
    assert_eq!(scene.run(&[("com", "10.00")]).await.state, RunState::Succeeded);
    let source = scene.source().await;
    assert_eq!((source.failures_in_row, source.open_until), (0, None));
}

#[tokio::test]
async fn a_person_ends_a_run_under_way_and_what_it_still_hears_is_not_written() {
    let scene = Scene::new().await;
    scene.scripted.will([down(), Ok(part(&[("com", "10.00")], None))]);
    let run = scene.start().await.unwrap();
    scene.worker.run_due().await.unwrap();
    let id = run.id;
    let cancelled = scene
        .ctx
        .write(|tx| async move { sync::cancel(tx, id).await }.scope_boxed())
        .await
        .unwrap();
    assert_eq!(cancelled.state, RunState::Cancelled);
    scene.later(60);
    scene.worker.run_due().await.unwrap();
    assert_eq!(
        (scene.latest().await.state, scene.price("com").await),
        (RunState::Cancelled, None)
    );
    assert_eq!(scene.scripted.asked().len(), 1);
}

#[tokio::test]
async fn the_schedule_starts_sources_that_are_due_and_no_others() {
    let scene = Scene::new().await;
    let module = room(Books::new(), Arc::new(NoSources));
    let cron = platform::cron::Cron::new(scene.test.platform.clone(), module.cron);
    let tick = async || {
        cron.tick().await.unwrap();
        scene.worker.run_due().await.unwrap();
        scene.runs().await.len()
    };
    scene.scripted.will([Ok(part(&[("com", "10.00")], None))]);
    assert_eq!(tick().await, 1, "a new source is due at once");
    scene.later(3600);
    assert_eq!(tick().await, 1);
    scene.later(24 * 3600);
    scene.scripted.will([Ok(part(&[("com", "10.00")], None))]);
    assert_eq!(tick().await, 2);
    let id = scene.source.id;
    scene
        .ctx
        .write(|tx| async move { sync::pause(tx, id).await }.scope_boxed())
        .await
        .unwrap();
    scene.later(48 * 3600);
    assert_eq!(tick().await, 2, "a paused source is not fetched");
    assert!(scene.runs().await.iter().all(|run| run.started_by == "system"));
}

#[tokio::test]
async fn nobody_reaches_another_tenants_sources_or_runs() {
    let scene = Scene::new().await;
    let run = scene.run(&[("com", "10.00")]).await;
    let stranger = scene.test.system(TestInstallation::tenant(2));
    let (source, run) = (scene.source.id, run.id);
    let seen = stranger
        .read(|read| {
            async move {
                assert!(sync::by_id(read, source).await.is_err());
                assert!(sync::run_by_id(read, run).await.is_err());
                Ok((
                    sync::list(read).await?.len(),
                    sync::runs(read, None, None, 10).await?.len(),
                    sync::calls(read, run).await?.len(),
                ))
            }
            .scope_boxed()
        })
        .await
        .unwrap();
    assert_eq!(seen, (0, 0, 0));
    assert!(refused(
        stranger
            .write(|tx| async move { sync::run_now(tx, source).await }.scope_boxed())
            .await,
        "not_found"
    ));
}
