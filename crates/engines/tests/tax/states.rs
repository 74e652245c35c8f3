//! The United States: layers of state and city, amounts per room by brackets, long stays.

use engines::tax::TaxLine;
use engines::tax::sets::Set;
use kernel::Currency;
use kernel::money::testing::usd;

use super::*;

fn assess_in(line: TaxLine) -> Assessment {
    assessed(
        &rules_of(&[Set::UsLodging]),
        &[line],
        &facts(Currency::USD, "US-CA", "US-CA", "2026-11-27"),
    )
}

#[test]
fn state_and_city_each_take_their_layer() {
    let made = assess_in(stay("US-TX-AUSTIN", "2026-10-08", &[usd("100"), usd("100")]));
    let layers = [
        "Texas hotel occupancy tax 12.00",
        "Austin hotel occupancy tax 18.00",
        "Austin venue tax 4.00",
    ];
    assert_eq!(by_component(&made), layers);
    let made = assess_in(stay("US-TX-DALLAS", "2026-10-08", &[usd("100")]));
    assert_eq!(by_component(&made), ["Texas hotel occupancy tax 6.00"]);
    assert_eq!(
        assess_in(stay("US-OR", "2026-10-08", &[usd("100")]))
            .uncovered()
            .count(),
        1
    );
}

#[test]
fn new_york_takes_shares_and_amounts_for_each_room_and_night() {
    let made = assess_in(TaxLine {
        rooms: 2,
        ..stay("US-NY-NYC", "2026-10-08", &[usd("600")])
    });
    let taxes = [
        "New York State sales tax 24.00",
        "Hotel room occupancy tax 35.25",
        "Hotel room occupancy tax per room 4.00",
        "Hotel unit fee 3.00",
        "Metropolitan commuter district sales tax 2.25",
        "New York City sales tax 27.00",
    ];
    assert_eq!(by_component(&made), taxes);
    assert_eq!(made.gross, usd("695.50"));
}

#[test]
fn the_amount_per_room_rises_with_the_nights_rent() {
    for (rent, amount) in [
        ("9.99", None),
        ("10", Some("0.50")),
        ("19.99", Some("0.50")),
        ("20", Some("1.00")),
        ("30", Some("1.50")),
        ("39.99", Some("1.50")),
        ("40", Some("2.00")),
        ("1000", Some("2.00")),
    ] {
        let made = assess_in(stay("US-NY-NYC", "2026-10-08", &[usd(rent)]));
        let per_room = made
            .totals
            .iter()
            .find(|total| &*total.component == "Hotel room occupancy tax per room");
        assert_eq!(
            per_room.map(|total| total.amount.decimal()),
            amount.map(str::to_owned),
            "{rent}"
        );
    }
}

#[test]
fn a_long_stay_is_none_of_the_hotel_taxes_business() {
    let nights = |place: &str, nights: usize| assess_in(stay(place, "2026-01-01", &vec![usd("100"); nights]));
    assert_eq!(nights("US-TX-AUSTIN", 29).tax, usd("493"));
    assert_eq!(nights("US-TX-AUSTIN", 30).tax, usd("0"));
    // The state lets go at ninety nights, the city at a hundred and eighty.
    let of = |made: &Assessment, component: &str| made.totals.iter().any(|total| &*total.component == component);
    for (length, state, city) in [
        (89, true, true),
        (90, false, true),
        (179, false, true),
        (180, false, false),
    ] {
        let made = nights("US-NY-NYC", length);
        let found = (
            of(&made, "New York State sales tax"),
            of(&made, "Hotel unit fee"),
            of(&made, "New York City sales tax"),
        );
        assert_eq!(found, (state, state, city), "{length}");
    }
}

#[test]
fn a_refund_takes_back_amounts_per_room_and_night_as_well() {
    let charge = TaxLine {
        rooms: 2,
        ..stay("US-NY-NYC", "2026-10-08", &[usd("600"), usd("30")])
    };
    let (made, back) = (assess_in(charge.clone()), assess_in(charge.reversed().unwrap()));
    assert_eq!(rates(&back).len(), rates(&made).len());
    for (total, back) in made.totals.iter().zip(&back.totals) {
        assert_eq!(back.amount, total.amount.negate().unwrap(), "{}", total.component);
    }
    // A free night bears its amounts, and gives them back.
    let free = stay("US-NY-NYC", "2026-10-08", &[usd("0")]);
    assert_eq!(assess_in(free.clone()).tax, usd("1.50"));
    assert_eq!(assess_in(free.reversed().unwrap()).tax, usd("-1.50"));
}
