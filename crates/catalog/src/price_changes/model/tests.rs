//! Rules by example; and whatever is scheduled, edited and cancelled in whatever order, there is exactly one price at every
//! instant, and none that has begun ever moves.

use jiff::SignedDuration;
use kernel::{Id, Problem, SalesListId};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::price_books::Side;
use crate::settings::TldPricing;

const DAY: i64 = 86_400_000_000;
const START: i64 = 1_790_000_000_000_000;

fn day(number: i64) -> Instant {
    Instant::from_micros(START + number * DAY)
}

/// A list's prices of one ending as the database keeps them, without the database.
#[derive(Clone, Default)]
struct Kept {
    cells: Vec<Marked>,
    ids: u128,
}

impl Kept {
    fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    fn standing<'a>(&'a self, now: Instant, settings: &'a TldPricing, replaced: &'a [PriceId]) -> Standing<'a> {
        Standing {
            now,
            settings,
            cells: &self.cells,
            replaced,
        }
    }

    fn changes(&self, now: Instant) -> Vec<PriceChange> {
        changes(&self.cells, now)
    }

    fn publish(
        &mut self,
        new: &NewChange,
        replaces: Option<&PriceChange>,
        now: Instant,
    ) -> Result<PriceChangeId, Problem> {
        let replaced = replaces.map(|change| change.live.clone()).unwrap_or_default();
        let settings = TldPricing::default();
        let decided = decide(new, &self.standing(now, &settings, &replaced))?;
        let id = replaces.map_or_else(|| PriceChangeId::from_uuid(self.id()), |change| change.id);
        self.store(id, decided.cells, &decided.superseded, now);
        Ok(id)
    }

    fn cancel(&mut self, change: &PriceChange, now: Instant) {
        let settings = TldPricing::default();
        let ends = take_back(&self.standing(now, &settings, &change.live));
        self.store(change.id, ends, &change.live, now);
    }

    fn store(&mut self, id: PriceChangeId, cells: Vec<Written>, superseded: &[PriceId], now: Instant) {
        for marked in self
            .cells
            .iter_mut()
            .filter(|marked| superseded.contains(&marked.cell.id))
        {
            assert!(
                marked.cell.effective_from > now,
                "a price that has begun was taken back"
            );
            assert_eq!(marked.cell.superseded_at, None, "taken back twice");
            marked.cell.superseded_at = Some(now);
        }
        for written in cells {
            let own = PriceId::from_uuid(self.id());
            self.cells.push(Marked {
                cell: Cell {
                    id: own,
                    key: written.key,
                    effective_from: written.from,
                    amount_minor: written.minor,
                    note: None,
                    import: None,
                    recorded_at: now,
                    recorded_by: "system".into(),
                    superseded_at: None,
                },
                change: Some(written.end_of.unwrap_or(id)),
                promotion: None,
                superseded_by: None,
            });
        }
    }

    fn live(&self) -> impl Iterator<Item = &Cell> {
        self.cells
            .iter()
            .map(|marked| &marked.cell)
            .filter(|cell| cell.superseded_at.is_none())
    }

    /// The prices of a key that hold at an instant: all cells that begin last by then.
    fn at(&self, kind: Kind, at: Instant) -> Vec<Option<i64>> {
        let of_kind = || {
            self.live()
                .filter(move |cell| cell.key.kind == kind && cell.effective_from <= at)
        };
        let latest = of_kind().map(|cell| cell.effective_from).max();
        of_kind()
            .filter(|cell| Some(cell.effective_from) == latest)
            .map(|cell| cell.amount_minor)
            .collect()
    }
}

fn change_of(kind: Kind, minor: Option<i64>, from: Instant, until: Option<Instant>) -> NewChange {
    NewChange {
        list: ListRef::Sales(SalesListId::from_uuid(Uuid::from_u128(1))),
        ending: "com".into(),
        currency: Currency::USD,
        effective_from: Some(from),
        until,
        prices: vec![NewPrice {
            operation: Operation::Register,
            years: 1,
            kind,
            minor,
        }],
        promotion: None,
        note: None,
    }
}

fn codes(result: Result<PriceChangeId, Problem>) -> Vec<&'static str> {
    let problem = result.unwrap_err();
    problem.fields.iter().map(|field| field.code).collect()
}

#[test]
fn prices_begin_now_or_later_and_no_further_ahead_than_the_settings_say() {
    let mut kept = Kept::default();
    let regular = |minor, from| change_of(Kind::Regular, Some(minor), from, None);
    assert_eq!(
        codes(kept.publish(&regular(1, day(-1)), None, day(0))),
        ["price_in_the_past"]
    );
    assert_eq!(
        codes(kept.publish(&regular(1, day(366)), None, day(0))),
        ["price_too_far_ahead"]
    );
    assert!(kept.publish(&regular(1, day(0)), None, day(0)).is_ok());
    assert!(kept.publish(&regular(2, day(365)), None, day(0)).is_ok());
    assert_eq!(
        codes(kept.publish(&regular(3, day(365)), None, day(0))),
        ["already_scheduled"]
    );
    assert_eq!(
        codes(kept.publish(&regular(1, day(9)), None, day(0))),
        ["nothing_changes"]
    );
}

#[test]
fn a_promotion_ends_and_the_next_may_begin_at_that_very_instant_and_be_taken_back_again() {
    let mut kept = Kept::default();
    let promo = |from, until| change_of(Kind::Promo, Some(100), day(from), Some(day(until)));
    let first = kept.publish(&promo(10, 20), None, day(0)).unwrap();
    assert_eq!(
        codes(kept.publish(&promo(15, 25), None, day(0))),
        ["promotion_overlaps"]
    );
    assert_eq!(codes(kept.publish(&promo(5, 11), None, day(0))), ["promotion_overlaps"]);
    let mut next = promo(20, 30);
    next.prices[0].minor = Some(90);
    kept.publish(&next, None, day(0)).unwrap();
    let seen: Vec<_> = [9, 10, 19, 20, 29, 30]
        .iter()
        .map(|at| kept.at(Kind::Promo, day(*at)))
        .collect();
    assert_eq!(
        seen,
        [
            vec![],
            vec![Some(100)],
            vec![Some(100)],
            vec![Some(90)],
            vec![Some(90)],
            vec![None]
        ]
    );
    let second = kept
        .changes(day(1))
        .into_iter()
        .find(|change| change.id != first)
        .unwrap();
    kept.cancel(&second, day(1));
    assert_eq!(kept.at(Kind::Promo, day(20)), [None], "the first one ends again");
    let first = kept
        .changes(day(1))
        .into_iter()
        .find(|change| change.id == first)
        .unwrap();
    assert_eq!((first.until, first.state), (Some(day(20)), ChangeState::Future));
}

#[test]
fn who_made_a_change_and_who_last_touched_it_stays_known() {
    let mut kept = Kept::default();
    let id = kept
        .publish(&change_of(Kind::Regular, Some(1400), day(10), None), None, day(0))
        .unwrap();
    let before = kept.changes(day(1)).remove(0);
    kept.publish(
        &change_of(Kind::Regular, Some(1350), day(12), None),
        Some(&before),
        day(1),
    )
    .unwrap();
    let after = kept.changes(day(2)).remove(0);
    assert_eq!((after.id, after.created_at, after.changed_at), (id, day(0), day(1)));
    assert_eq!(
        (after.effective_from, after.prices[0].amount_minor),
        (day(12), Some(1350))
    );
    assert_ne!(before.version(), after.version());
    assert_eq!(kept.changes(day(12)).remove(0).state, ChangeState::Current);
}

/// What somebody does next.
#[derive(Clone, Debug)]
enum Act {
    Schedule(bool, Option<i64>, i64, i64),
    Edit(usize, Option<i64>, i64, i64),
    Cancel(usize),
    Wait(i64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let minor = || proptest::option::weighted(0.8, 1_i64..2_000);
    let act = prop_oneof![
        4 => (any::<bool>(), minor(), 0_i64..40, 0_i64..20).prop_map(|(promo, minor, from, days)| Act::Schedule(promo, minor, from, days)),
        3 => (0_usize..8, minor(), 0_i64..40, 0_i64..20).prop_map(|(which, minor, from, days)| Act::Edit(which, minor, from, days)),
        2 => (0_usize..8).prop_map(Act::Cancel),
        2 => (1_i64..10).prop_map(Act::Wait),
    ];
    proptest::collection::vec(act, 1..40)
}

fn new_change(promo: bool, minor: Option<i64>, from: Instant, days: i64) -> NewChange {
    let until = (promo && minor.is_some() && days > 0).then(|| from.plus(SignedDuration::from_hours(24 * days)));
    change_of(if promo { Kind::Promo } else { Kind::Regular }, minor, from, until)
}

proptest! {
    #[test]
    fn there_is_one_price_at_every_instant_and_none_that_has_begun_moves(acts in acts()) {
        let (mut kept, mut today) = (Kept::default(), 0);
        for (tick, act) in acts.into_iter().enumerate() {
            let before = kept.clone();
            // Every act has a moment of its own; prices begin with a day, so that some begin together.
            let now = day(today).plus(SignedDuration::from_micros(tick as i64));
            let ahead = |days: i64| day(today + days + 1);
            let future: Vec<PriceChange> =
                kept.changes(now).into_iter().filter(|change| change.state == ChangeState::Future).collect();
            match act {
                Act::Schedule(promo, minor, from, days) => {
                    let _ = kept.publish(&new_change(promo, minor, ahead(from), days), None, now);
                }
                Act::Edit(which, minor, from, days) => {
                    if let Some(change) = future.get(which) {
                        let promo = change.prices[0].key.kind == Kind::Promo;
                        let _ = kept.publish(&new_change(promo, minor, ahead(from), days), Some(change), now);
                    }
                }
                Act::Cancel(which) => {
                    if let Some(change) = future.get(which) {
                        kept.cancel(change, now);
                    }
                }
                Act::Wait(days) => today += days,
            }
            for kind in [Kind::Regular, Kind::Promo] {
                let first = kept.live().filter(|cell| cell.key.kind == kind).map(|cell| cell.effective_from).min();
                for number in -1..200 {
                    let at = day(number);
                    let held = kept.at(kind, at);
                    prop_assert_eq!(held.len(), usize::from(first.is_some_and(|first| first <= at)), "{:?} on day {}", kind, number);
                    if at < now {
                        prop_assert_eq!(held, before.at(kind, at), "the past moved on day {}", number);
                    }
                }
            }
            // What was known stays known: looking back with the knowledge of then shows what was shown then.
            for change in kept.changes(now) {
                prop_assert!(change.prices.iter().all(|cell| cell.key.side == Side::Sale));
                prop_assert!(change.until.is_none_or(|until| until > change.effective_from));
            }
            // Every promotion that was given an end still has one.
            let runs: Vec<&Cell> = kept.live().filter(|cell| cell.key.kind == Kind::Promo).collect();
            for marked in kept.cells.iter().filter(|marked| marked.cell.key.kind == Kind::Promo && marked.cell.amount_minor.is_some() && marked.cell.superseded_at.is_none()) {
                let was_given_an_end = kept.cells.iter().any(|end| {
                    end.change == marked.change && end.cell.amount_minor.is_none() && end.cell.recorded_at == marked.cell.recorded_at
                        && end.cell.effective_from > marked.cell.effective_from
                });
                if was_given_an_end {
                    prop_assert!(
                        runs.iter().any(|cell| cell.effective_from > marked.cell.effective_from),
                        "a promotion lost its end"
                    );
                }
            }
        }
    }
}
