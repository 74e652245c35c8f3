//! What every price source's adapter must do with its simulator, through the port alone. A provider joins by making a
//! [`Pair`] and listing itself in the `contract!` lines at the end: once over loopback TCP, once in memory.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use catalog::imports::Reason;
use catalog::sync::ports::{Ask, CallOutcome, Claim, Heard, Part, PriceSource, SourceFailure};
use engines::pricing::{Kind, Operation};
use kernel::{Clock, Currency};

use super::simulated::{Backstage, Fault, Lie, Shelf, Shelves, Step};
use super::{openprovider as openprovider_room, porkbun as porkbun_room, whmcs as whmcs_room};
use crate::loopback::{self, Served};
use crate::registrars::faults::Garbage;
use crate::testing::HandClock;
use crate::transport::Transport;

/// An adapter and the simulator it talks to.
struct Pair {
    make: Box<dyn Fn() -> Arc<dyn PriceSource> + Send + Sync>,
    backstage: Backstage,
    _served: Option<Served>,
}

#[derive(Clone, Copy)]
enum Wire {
    Loopback,
    Memory,
}

#[derive(Clone, Copy, PartialEq)]
enum Holding {
    Right,
    WrongSecret,
}

fn shelves() -> Shelves {
    let mut shelves = BTreeMap::from([
        ("com".to_owned(), Shelf::yearly(1108, 1108, 1108)),
        ("uk".to_owned(), Shelf::yearly(494, 494, 0)),
        ("security".to_owned(), Shelf::yearly(206_023, 206_023, 206_023)),
    ]);
    for number in 0..230 {
        shelves.insert(
            format!("e{number}"),
            Shelf::yearly(1000 + number, 1100 + number, 1200 + number),
        );
    }
    shelves
}

async fn wired(wire: Wire, router: Router) -> (Transport, String, Option<Served>) {
    match wire {
        Wire::Loopback => {
            let served = loopback::serve_on_any_port(router).await.unwrap();
            let base = served.url();
            (Transport::loopback().unwrap(), base, Some(served))
        }
        Wire::Memory => (Transport::memory(router), "https://simulated".to_owned(), None),
    }
}

fn clock() -> Arc<HandClock> {
    Arc::new(HandClock::at("2026-11-21T09:00:00Z"))
}

async fn whmcs_pair(wire: Wire, holding: Holding) -> Pair {
    let (clock, secret) = (clock(), if holding == Holding::Right { "s3cret" } else { "guess" });
    let backstage = Backstage::new(shelves(), clock.clone());
    let router = whmcs_room::simulator::router(whmcs_room::simulator::Config::new("id", "s3cret"), &backstage);
    let (transport, base_url, served) = wired(wire, router).await;
    let make = move || {
        let account = whmcs_room::Account {
            base_url: base_url.clone(),
            identifier: "id".into(),
            secret: secret.into(),
        };
        let clock: Arc<dyn Clock> = clock.clone();
        Arc::new(whmcs_room::Whmcs::try_new(account, transport.clone(), clock).unwrap()) as Arc<dyn PriceSource>
    };
    Pair {
        make: Box::new(make),
        backstage,
        _served: served,
    }
}

async fn porkbun_pair(wire: Wire, _: Holding) -> Pair {
    let clock = clock();
    let backstage = Backstage::new(shelves(), clock.clone());
    let (transport, base, served) = wired(wire, porkbun_room::simulator::router(&backstage)).await;
    let make = move || {
        let base = format!("{base}/api/json/v3");
        let clock: Arc<dyn Clock> = clock.clone();
        Arc::new(porkbun_room::Porkbun::try_new(&base, transport.clone(), clock).unwrap()) as Arc<dyn PriceSource>
    };
    Pair {
        make: Box::new(make),
        backstage,
        _served: served,
    }
}

async fn openprovider_pair(wire: Wire, holding: Holding) -> Pair {
    let config = openprovider_room::simulator::Config {
        // So that a token runs out in the middle of the pages.
        token_lasts_calls: 2,
        ..openprovider_room::simulator::Config::new("user", "s3cret")
    };
    let (clock, password) = (clock(), if holding == Holding::Right { "s3cret" } else { "guess" });
    let backstage = Backstage::new(shelves(), clock.clone());
    let (transport, base, served) = wired(wire, openprovider_room::simulator::router(config, &backstage)).await;
    let make = move || {
        let account = openprovider_room::Account {
            base_url: format!("{base}/v1beta"),
            username: "user".into(),
            password: password.into(),
        };
        let clock: Arc<dyn Clock> = clock.clone();
        Arc::new(openprovider_room::Openprovider::try_new(account, transport.clone(), clock).unwrap())
            as Arc<dyn PriceSource>
    };
    Pair {
        make: Box::new(make),
        backstage,
        _served: served,
    }
}

fn ask(cursor: Option<&str>) -> Ask<'_> {
    Ask {
        currency: Currency::USD,
        cursor,
        within: Duration::from_secs(10),
        correlation: "trace-9",
    }
}

impl Pair {
    /// All parts, one after the other.
    async fn all(&self) -> Result<Vec<Part>, SourceFailure> {
        self.from(None).await
    }

    async fn from(&self, mut cursor: Option<String>) -> Result<Vec<Part>, SourceFailure> {
        let (source, mut parts) = ((self.make)(), Vec::new());
        loop {
            let part = source.part(ask(cursor.as_deref())).await.outcome?;
            cursor.clone_from(&part.next);
            parts.push(part);
            if cursor.is_none() {
                return Ok(parts);
            }
        }
    }

    async fn claims(&self) -> Vec<Claim> {
        self.all()
            .await
            .unwrap()
            .into_iter()
            .flat_map(|part| part.claims)
            .collect()
    }
}

fn of(claims: &[Claim], tld: &str, operation: Operation) -> Vec<(u8, String, String)> {
    claims
        .iter()
        .filter(|claim| claim.tld == tld && claim.operation == operation && claim.kind == Kind::Regular)
        .map(|claim| (claim.years, claim.amount.replace(',', ""), claim.currency.clone()))
        .collect()
}

/// The same amount, however its zeros are written.
fn cents(amount: &str) -> i64 {
    let (whole, decimals) = amount.split_once('.').unwrap_or((amount, ""));
    format!("{whole}{decimals:0<2}").parse().unwrap()
}

async fn it_tells_every_price_of_the_shelves_once(pair: Pair) {
    let claims = pair.claims().await;
    assert_eq!(claims.len(), shelves().len() * 3);
    for (tld, shelf) in shelves() {
        for (operation, minor) in [
            (Operation::Register, shelf.register[&1]),
            (Operation::Renew, shelf.renew[&1]),
            (Operation::Transfer, shelf.transfer[&1]),
        ] {
            let told = of(&claims, &tld, operation);
            assert_eq!(told.len(), 1, "{tld} {operation:?}");
            let (years, amount, currency) = &told[0];
            assert_eq!((*years, cents(amount), currency.as_str()), (1, minor, "USD"), "{tld}");
        }
    }
}

async fn amounts_are_the_text_that_was_sent(pair: Pair) {
    let claims = pair.claims().await;
    let security = claims.iter().find(|claim| claim.tld == "security").unwrap();
    assert!(
        ["2,060.23", "2060.23"].contains(&security.amount.as_str()),
        "{security:?}"
    );
}

async fn parts_go_on_from_the_cursor_of_the_one_before(pair: Pair) {
    let whole = pair.all().await.unwrap();
    for taken in 1..whole.len() {
        let rest = pair.from(whole[taken - 1].next.clone()).await.unwrap();
        assert_eq!(rest, whole[taken..], "after {taken} parts");
    }
    let expected = whole.iter().filter_map(|part| part.parts).next_back();
    assert_eq!(expected, u32::try_from(whole.len()).ok());
}

async fn asking_again_changes_nothing(pair: Pair) {
    assert_eq!(pair.all().await, pair.all().await);
}

async fn every_call_is_told_with_its_time_and_carries_the_correlation_id(pair: Pair) {
    let Heard { outcome, calls } = (pair.make)().part(ask(None)).await;
    assert!(outcome.is_ok());
    assert!(!calls.is_empty());
    for call in &calls {
        assert_eq!((call.outcome, call.status), (CallOutcome::Answered, Some(200)));
        assert!(call.bytes > 0 && !call.what.is_empty());
        assert!(!call.what.contains("s3cret") && !call.what.contains("http"));
    }
    let seen = pair.backstage.calls();
    assert_eq!(seen.len(), calls.len());
    assert!(seen.iter().all(|call| call.request_id.as_deref() == Some("trace-9")));
}

async fn a_check_proves_address_and_credentials(pair: Pair) {
    assert_eq!((pair.make)().check(ask(None)).await.outcome, Ok(()));
    pair.backstage.set_fault(Fault::Down);
    assert!((pair.make)().check(ask(None)).await.outcome.is_err());
}

async fn a_source_that_is_down_has_failed(pair: Pair) {
    pair.backstage.set_fault(Fault::Down);
    let heard = (pair.make)().part(ask(None)).await;
    assert!(matches!(heard.outcome, Err(SourceFailure::Failed(_))), "{heard:?}");
    assert_eq!(heard.calls[0].outcome, CallOutcome::Failed);
    assert_eq!(heard.calls[0].status, Some(503));
}

async fn it_is_back_after_the_script_ends(pair: Pair) {
    pair.backstage.set_script([Step {
        fault: Fault::Down,
        calls: Some(1),
    }]);
    assert!(pair.all().await.is_err());
    assert!(pair.all().await.is_ok());
}

async fn a_silent_source_is_left_after_the_time_given(pair: Pair) {
    pair.backstage.set_fault(Fault::Hang);
    let hurried = Ask {
        within: Duration::from_millis(60),
        ..ask(None)
    };
    let heard = (pair.make)().part(hurried).await;
    assert!(
        matches!(&heard.outcome, Err(SourceFailure::Failed(words)) if words.contains("60 ms")),
        "{heard:?}"
    );
    assert_eq!(heard.calls[0].status, None);
}

async fn a_slow_source_is_waited_for(pair: Pair) {
    pair.backstage.set_fault(Fault::Slow { p50_ms: 5, p99_ms: 20 });
    assert!(pair.all().await.is_ok());
}

async fn a_wish_to_be_left_alone_says_for_how_long(pair: Pair) {
    pair.backstage.set_fault(Fault::Limited { retry_after_seconds: 7 });
    let heard = (pair.make)().part(ask(None)).await;
    let limited = SourceFailure::Limited { retry_after_seconds: 7 };
    assert_eq!(heard.outcome, Err(limited));
    assert_eq!(heard.calls[0].outcome, CallOutcome::Limited);
}

async fn garbage_is_no_price(pair: Pair) {
    use Garbage::{Deep, Empty, Html, Nonsense, Oversized, Truncated};
    for kind in [Html, Truncated, Oversized, Nonsense, Empty, Deep] {
        pair.backstage.set_fault(Fault::Garbage { kind });
        let outcome = pair.all().await;
        assert!(outcome.is_err(), "{kind:?}: {outcome:?}");
        assert!(!matches!(outcome, Err(SourceFailure::Limited { .. })), "{kind:?}");
    }
}

async fn a_lie_is_told_as_it_is_and_judged_elsewhere(pair: Pair) {
    let tell = |lie| pair.backstage.set_fault(Fault::Lie { lie });
    // Every price is still stated: an adapter that left lies out would judge them itself.
    let honest = pair.claims().await.len();
    tell(Lie::Currency);
    let claims = pair.claims().await;
    assert_eq!(claims.len(), honest);
    assert!(claims.iter().all(|claim| claim.currency == "INR"));
    tell(Lie::Zero);
    let claims = pair.claims().await;
    assert_eq!(claims.len(), honest);
    assert!(claims.iter().all(|claim| cents(&claim.amount) == 0));
    tell(Lie::TenTimes);
    assert_eq!(
        cents(&of(&pair.claims().await, "com", Operation::Register)[0].1),
        11_080
    );
    tell(Lie::HalfGone);
    assert!(pair.claims().await.len() < shelves().len() * 2);
    tell(Lie::MissingYear);
    let all = pair.all().await.unwrap();
    let one_year = |claim: &Claim| claim.operation == Operation::Register && claim.years == 1;
    let mut left = all.iter().flat_map(|part| &part.claims).peekable();
    assert!(left.peek().is_some());
    assert!(!left.any(one_year));
    tell(Lie::AllGone);
    assert!(pair.claims().await.is_empty());
}

async fn a_wrong_secret_is_refused_in_the_sources_words(pair: Pair) {
    let heard = (pair.make)().part(ask(None)).await;
    assert!(
        matches!(&heard.outcome, Err(SourceFailure::Refused(words)) if words.contains("Authentication")),
        "{heard:?}"
    );
    assert!((pair.make)().check(ask(None)).await.outcome.is_err());
    assert_eq!(heard.calls[0].outcome, CallOutcome::Refused);
}

async fn names_outside_the_root_are_left_out_with_a_note(pair: Pair) {
    let notes: Vec<_> = pair
        .all()
        .await
        .unwrap()
        .into_iter()
        .flat_map(|part| part.notes)
        .collect();
    assert_eq!(notes.len(), 1);
    assert_eq!(
        (notes[0].tld.as_str(), notes[0].reason),
        ("wallet-hns", Reason::Handshake)
    );
}

async fn terms_of_more_years_and_terms_switched_off(pair: Pair) {
    pair.backstage.reprice(|shelves| {
        shelves.clear();
        let mut shelf = Shelf::yearly(1000, 1100, 1200);
        shelf.register.extend([(2, 1900), (4, 3600)]);
        shelf.transfer.clear();
        shelf.restore = Some(8000);
        shelves.insert("com".into(), shelf);
    });
    let part = pair.all().await.unwrap().pop().unwrap();
    let years: Vec<u8> = of(&part.claims, "com", Operation::Register)
        .iter()
        .map(|told| told.0)
        .collect();
    assert_eq!(years, [1, 2, 4]);
    let reasons: Vec<_> = part
        .notes
        .iter()
        .map(|note| (note.field.as_str(), note.reason))
        .collect();
    let expected = [
        ("com/register/3", Reason::NotOffered),
        ("com/redemption_period", Reason::FeeOnTop),
    ];
    assert_eq!(reasons, expected);
}

async fn a_promotion_stands_beside_the_regular_price_while_it_lasts(pair: Pair) {
    let day = |text: &str| text.parse::<kernel::Instant>().unwrap().micros() / 1_000_000;
    for (until, promoted) in [
        (day("2026-12-01T00:00:00Z"), true),
        (day("2026-11-21T09:00:00Z"), false),
    ] {
        pair.backstage.reprice(|shelves| {
            let com = shelves.get_mut("com").unwrap();
            com.promotion = Some((599, until));
            com.restore = Some(8000);
        });
        let claims = pair.claims().await;
        assert_eq!(cents(&of(&claims, "com", Operation::Register)[0].1), 1108);
        assert_eq!(cents(&of(&claims, "com", Operation::Restore)[0].1), 8000);
        let promotions: Vec<_> = claims.iter().filter(|claim| claim.kind == Kind::Promo).collect();
        assert_eq!(promotions.len(), usize::from(promoted), "{promotions:?}");
    }
}

/// One module of tests for each wire: the same suite, one line a test.
macro_rules! contract {
    ($pair:ident: $($test:ident $(with $holding:ident)?),+ $(,)?) => {
        mod $pair {
            mod over_tcp { $(contract!(@test $pair Loopback $test $($holding)?);)+ }
            mod in_memory { $(contract!(@test $pair Memory $test $($holding)?);)+ }
        }
    };
    (@test $pair:ident $wire:ident $test:ident) => { contract!(@test $pair $wire $test Right); };
    (@test $pair:ident $wire:ident $test:ident $holding:ident) => {
        #[tokio::test]
        async fn $test() {
            use super::super::super::contract;
            contract::$test(contract::pairs::$pair(contract::Wire::$wire, contract::Holding::$holding).await).await;
        }
    };
}

/// The pairs by name, beside the modules of their tests.
mod pairs {
    pub(super) use super::{openprovider_pair as openprovider, porkbun_pair as porkbun, whmcs_pair as whmcs};
}

macro_rules! everybody {
    ($pair:ident $(, $more:ident $(with $holding:ident)?)*) => {
        contract!($pair:
            it_tells_every_price_of_the_shelves_once,
            amounts_are_the_text_that_was_sent,
            parts_go_on_from_the_cursor_of_the_one_before,
            asking_again_changes_nothing,
            every_call_is_told_with_its_time_and_carries_the_correlation_id,
            a_check_proves_address_and_credentials,
            a_source_that_is_down_has_failed,
            it_is_back_after_the_script_ends,
            a_silent_source_is_left_after_the_time_given,
            a_slow_source_is_waited_for,
            a_wish_to_be_left_alone_says_for_how_long,
            garbage_is_no_price,
            a_lie_is_told_as_it_is_and_judged_elsewhere
            $(, $more $(with $holding)?)*
        );
    };
}

everybody!(whmcs, terms_of_more_years_and_terms_switched_off, a_wrong_secret_is_refused_in_the_sources_words with WrongSecret);
everybody!(porkbun, names_outside_the_root_are_left_out_with_a_note);
everybody!(openprovider, a_promotion_stands_beside_the_regular_price_while_it_lasts, a_wrong_secret_is_refused_in_the_sources_words with WrongSecret);
