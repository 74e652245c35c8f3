//! Why a price is what it is, to the byte.

use engines::pricing::Kind::{IcannFee, Promo, Regular};
use engines::pricing::Operation::{Register, Renew};
use engines::pricing::{Cell, Rule, Trace, cost, price};
use kernel::Instant;

use crate::shelf::{NOON, Shelf, ask, cost_ask, sale};

fn shelf() -> Shelf {
    Shelf::new()
        .sale("com", Register, 1, Promo, "7.99")
        .sale("com", Register, 1, Regular, "10.99")
        .sale("com", Renew, 1, Regular, "12.00")
        .cost("com", Register, 1, Regular, "9.00")
        .cost("com", Register, 1, IcannFee, "0.18")
}

#[test]
fn a_trace_names_each_rule_its_cell_and_what_it_made() {
    let trace = price(&shelf().book(), &ask("com", Register, 3)).unwrap().trace;
    let steps: Vec<(Rule, i64, u8, i64)> = trace
        .steps()
        .iter()
        .map(|step| (step.rule, step.unit, step.times, step.amount))
        .collect();
    assert_eq!(
        steps,
        [
            (Rule::PromotionalFirstYear, 799, 1, 799),
            (Rule::RenewalYears, 1_200, 2, 2_400)
        ]
    );
    assert!(trace.adds_up());
}

#[test]
fn a_trace_has_one_text_and_one_fingerprint() {
    let trace = price(&shelf().book(), &ask("com", Register, 3)).unwrap().trace;
    let text = "\
price/1 sales register com years 3 USD at 1970-01-01T00:00:01Z known 1970-01-01T00:00:01Z
promotional_first_year 7.99 x 1 = 7.99 by pri_00000000000000000000000000000001 since 1970-01-01T00:00:00Z
renewal_years 12.00 x 2 = 24.00 by pri_00000000000000000000000000000003 since 1970-01-01T00:00:00Z
total 31.99
";
    assert_eq!(trace.canonical(), text);
    assert_eq!(
        trace.fingerprint(),
        price(&shelf().book(), &ask("com", Register, 3))
            .unwrap()
            .trace
            .fingerprint()
    );
    assert_ne!(
        trace.fingerprint(),
        price(&shelf().book(), &ask("com", Register, 2))
            .unwrap()
            .trace
            .fingerprint()
    );
}

#[test]
fn the_text_of_a_cost_names_the_registrar_and_the_fees() {
    let trace = cost(&shelf().book(), &cost_ask("com", Register, 1)).unwrap().trace;
    let text = "\
price/1 cost reg_00000000000000000000000000000001 register com years 1 USD at 1970-01-01T00:00:01Z known 1970-01-01T00:00:01Z
regular_year 9.00 x 1 = 9.00 by pri_00000000000000000000000000000004 since 1970-01-01T00:00:00Z
icann_fee 0.18 x 1 = 0.18 by pri_00000000000000000000000000000005 since 1970-01-01T00:00:00Z
total 9.18
";
    assert_eq!(trace.canonical(), text);
}

#[test]
fn a_stored_trace_replays_to_the_same_bytes_after_the_book_has_changed() {
    // The trace is stored as JSON; later the price rises, and a correction is recorded. A book as known then still agrees.
    let before = price(&shelf().book(), &ask("com", Register, 3)).unwrap().trace;
    let stored = serde_json::to_string(&before).unwrap();
    let correction = Cell {
        recorded_at: Instant::from_micros(NOON.micros() + 1),
        ..sale("com", Register, 1, Promo, "6.99")
    };
    let changed = shelf().with(correction);
    let read: Trace = serde_json::from_str(&stored).unwrap();
    let replayed = read.replay(&changed.book_known_at(read.known_at())).unwrap();
    assert_eq!(replayed.canonical(), before.canonical());
    assert_eq!(replayed.fingerprint(), before.fingerprint());
    let with_hindsight = read
        .replay(&changed.book_known_at(Instant::from_micros(NOON.micros() + 1)))
        .unwrap();
    assert_ne!(with_hindsight.fingerprint(), before.fingerprint());
    let of_cost = cost(&shelf().book(), &cost_ask("com", Register, 1)).unwrap().trace;
    assert_eq!(of_cost.replay(&shelf().book()), Ok(of_cost));
}

#[test]
fn a_trace_that_was_altered_no_longer_adds_up() {
    let trace = price(&shelf().book(), &ask("com", Register, 3)).unwrap().trace;
    let stored = serde_json::to_string(&trace).unwrap();
    for (from, to) in [
        ("\"total\":3199", "\"total\":3198"),
        ("\"times\":2", "\"times\":1"),
        ("\"unit\":799", "\"unit\":699"),
    ] {
        let altered: Trace = serde_json::from_str(&stored.replace(from, to)).unwrap();
        assert!(!altered.adds_up(), "{to}");
    }
}
