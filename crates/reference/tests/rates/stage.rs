//! A tenant's site around the room's routes, a feed that says what it is told to, and a room that converts.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use engines::fx::{self, FxAsk, FxBook};
use kernel::{Currency, Instant, Money, Rate};
use platform::Ctx;
use reference::RateBooks;
use reference::rates::ports::{FeedOutcome, FeedSheet, ProposedRates, RateExposures, RateFeed};
use reference::rates::{NewSheet, RateSheet, RatesSetting, Source};
use scoped_futures::ScopedFutureExt;
use testkit::{NORTH, People, TestInstallation};
use web::exposures::{Example, Exposure};
use web::testing::{Answer, Ask};

/// Says what it was told to, and counts how often it was asked.
#[derive(Default)]
pub(crate) struct ToldFeed(Mutex<(Option<FeedOutcome>, u32)>);

impl ToldFeed {
    pub(crate) fn says(&self, outcome: FeedOutcome) {
        self.0.lock().unwrap().0 = Some(outcome);
    }

    pub(crate) fn asked(&self) -> u32 {
        self.0.lock().unwrap().1
    }
}

#[async_trait]
impl RateFeed for ToldFeed {
    async fn latest(&self, _base: Currency) -> FeedOutcome {
        let mut told = self.0.lock().unwrap();
        told.1 += 1;
        told.0.clone().expect("the test says what the feed says")
    }
}

/// Charges 10.00 EUR in USD for one name, and remembers of which currencies it was told.
#[derive(Default)]
pub(crate) struct OneName(Mutex<Vec<BTreeSet<Currency>>>);

impl OneName {
    /// The currencies of every question since the last look.
    pub(crate) fn told(&self) -> Vec<BTreeSet<Currency>> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

#[async_trait]
impl RateExposures for OneName {
    async fn touched(&self, ctx: &Ctx, proposed: &ProposedRates<'_>) -> platform::Result<Vec<Exposure>> {
        self.0.lock().unwrap().push(proposed.said.clone());
        let charged = |book: &FxBook| {
            let (from, to) = (Currency::EUR, Currency::USD);
            let rate = fx::rate(
                book,
                &proposed.rules,
                &FxAsk {
                    from,
                    to,
                    at: ctx.now(),
                },
            )
            .ok()?;
            rate.convert(Money::new(1_000, from)).ok()
        };
        let [before, after] = [proposed.before, proposed.after].map(charged);
        let name = Example {
            name: "leafandlark.com".into(),
            href: None,
            at: None,
            price_before: before,
            price_after: after,
            margin_before: None,
            margin_after: None,
        };
        let exposure = Exposure {
            price_before: before,
            price_after: after,
            examples: vec![name],
            ..Exposure::counted("touches-unpriced", Currency::USD, 1)
        };
        Ok(if before == after { Vec::new() } else { vec![exposure] })
    }
}

pub(crate) struct Stage {
    pub(crate) stage: testkit::Stage,
    pub(crate) books: RateBooks,
    pub(crate) feed: Arc<ToldFeed>,
    pub(crate) name: Arc<OneName>,
}

const BOTH: &[&str] = &["reference.rates.read", "reference.rates.edit"];

impl Stage {
    /// `manager` may everything here, `seller` sees rates, `nobody` nothing; `stranger` is another tenant's manager. It is
    /// Monday, 1 March 2027, noon.
    pub(crate) async fn new() -> Self {
        let installation = TestInstallation::new(reference::MIGRATIONS).await;
        installation
            .clock
            .advance(at("2027-03-01T12:00:00Z").since(installation.platform.now()));
        let people = People::of(&installation)
            .with("manager", 1, BOTH.iter().copied())
            .with("seller", 1, ["reference.rates.read"])
            .with("nobody", 1, [])
            .with("stranger", 2, BOTH.iter().copied());
        let (books, feed) = (RateBooks::new(), Arc::new(ToldFeed::default()));
        let name = Arc::new(OneName::default());
        let module = reference::module(reference::Ports {
            rates: books.clone(),
            feed: feed.clone(),
            exposures: Arc::new([name.clone() as Arc<dyn RateExposures>]),
            mint: installation.mint.clone(),
        });
        let stage = testkit::Stage::new(installation, people, vec![module]);
        Self {
            stage,
            books,
            feed,
            name,
        }
    }

    pub(crate) fn ctx(&self) -> Ctx {
        self.stage.installation.system(TestInstallation::tenant(1))
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Answer {
        self.stage
            .send(Ask::get(NORTH, &format!("/api/v1/exchange-rates{path}")).bearer(who))
            .await
    }

    pub(crate) async fn post(&self, who: &str, path: &str, body: serde_json::Value) -> Answer {
        let ask = Ask::post_json(NORTH, &format!("/api/v1/exchange-rates{path}"), body);
        self.stage.send(ask.bearer(who)).await
    }

    pub(crate) async fn put(&self, who: &str, path: &str, body: serde_json::Value) -> Answer {
        let ask = Ask::new(axum::http::Method::PUT, NORTH, &format!("/api/v1/exchange-rates{path}"));
        let ask = ask.header("content-type", "application/json").body(body.to_string());
        self.stage.send(ask.bearer(who)).await
    }

    /// A person's sheet.
    pub(crate) async fn says(&self, base: Currency, since: &str, rates: &[(Currency, &str)]) -> RateSheet {
        let new = &NewSheet {
            source: Source::Manual,
            base,
            quoted_at: at(since),
            rates: rates.iter().map(|(quote, text)| (*quote, rate(text))).collect(),
            unfit: Vec::new(),
        };
        let books = &self.books;
        self.ctx()
            .write(|tx| async move { reference::rates::record(tx, books, new.clone()).await }.scope_boxed())
            .await
            .unwrap()
    }

    /// The tenant's setting.
    pub(crate) async fn set(&self, setting: RatesSetting) {
        let setting = &setting;
        self.ctx()
            .write(|tx| {
                async move { reference::rates::setting::set(tx, setting.clone(), |_| Ok(())).await }.scope_boxed()
            })
            .await
            .unwrap();
    }

    pub(crate) fn forward(&self, hours: i64) {
        self.stage
            .installation
            .clock
            .advance(jiff::SignedDuration::from_hours(hours));
    }
}

pub(crate) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(crate) fn rate(text: &str) -> Rate {
    Rate::parse(text).unwrap()
}

/// What a feed with base USD says of an instant.
pub(crate) fn quoted(since: &str, rates: &[(Currency, &str)]) -> FeedOutcome {
    FeedOutcome::Quoted(FeedSheet {
        base: Currency::USD,
        quoted_at: at(since),
        rates: rates.iter().map(|(quote, text)| (*quote, rate(text))).collect(),
        unfit: Vec::new(),
        next_at: at(since).plus(jiff::SignedDuration::from_hours(24)),
    })
}
