//! Whether two rules of one component can meet on one supply. The answer errs towards yes: what is refused when rules are
//! put together never has to be decided when tax is.

use std::collections::BTreeSet;

use super::facets::{BuyerIn, Customer, SellerIn};
use super::rule::{NightWindow, TaxRule};
use super::words::Region;

/// Whether some line on some day could bear both.
pub(super) fn may_meet(a: &TaxRule, b: &TaxRule) -> bool {
    let same = a.jurisdiction == b.jurisdiction && a.component == b.component;
    same && !a.supplies.is_disjoint(&b.supplies)
        && customers_meet(a.customer, b.customer)
        && !matches!(
            (a.buyer_in, b.buyer_in),
            (BuyerIn::Home, BuyerIn::Abroad) | (BuyerIn::Abroad, BuyerIn::Home)
        )
        && sellers_meet(a.seller_in, b.seller_in)
        && !flags_exclude(a, b)
        && places_meet(a, b)
        && stays_meet(a, b)
        && days_meet(a, b)
}

const fn customers_meet(a: Customer, b: Customer) -> bool {
    !matches!((a, b), (Customer::B2b, Customer::B2c) | (Customer::B2c, Customer::B2b))
}

const fn sellers_meet(a: SellerIn, b: SellerIn) -> bool {
    use SellerIn::{OtherCountry, OtherState, SameCountry, SameState};
    !matches!(
        (a, b),
        (SameState, OtherState | OtherCountry)
            | (OtherState | OtherCountry, SameState)
            | (SameCountry, OtherCountry)
            | (OtherCountry, SameCountry)
    )
}

/// A line for both has the flags that both require, and those are ones that one of them is not for.
fn flags_exclude(a: &TaxRule, b: &TaxRule) -> bool {
    let required: BTreeSet<_> = a.requires.union(&b.requires).collect();
    [a, b]
        .into_iter()
        .any(|rule| !rule.unless.is_empty() && rule.unless.iter().all(|flag| required.contains(flag)))
}

fn places_meet(a: &TaxRule, b: &TaxRule) -> bool {
    let nested = |x: &Region, y: &Region| x.lies_in(y) || y.lies_in(x);
    let apart =
        !a.within.is_empty() && !b.within.is_empty() && !a.within.iter().any(|x| b.within.iter().any(|y| nested(x, y)));
    let left_out = |within: &BTreeSet<Region>, except: &BTreeSet<Region>| {
        !within.is_empty() && within.iter().all(|part| except.iter().any(|other| part.lies_in(other)))
    };
    // Each finds the place its own way, so parts keep them apart only where both find it the same way.
    a.place != b.place || !(apart || left_out(&a.within, &b.except) || left_out(&b.within, &a.except))
}

fn stays_meet(a: &TaxRule, b: &TaxRule) -> bool {
    let ranges_meet = |(from, to): (u32, Option<u32>), (other_from, other_to): (u32, Option<u32>)| {
        to.is_none_or(|to| other_from <= to) && other_to.is_none_or(|to| from <= to)
    };
    let stay = |rule: &TaxRule| (rule.stay.min.unwrap_or(0), rule.stay.max);
    let window =
        |NightWindow { excluded, max }| (excluded, max.map(|max| excluded.saturating_add(max.saturating_sub(1))));
    ranges_meet(stay(a), stay(b)) && ranges_meet(window(a.nights), window(b.nights))
}

/// Where different days decide, both can be in force whatever their days are.
fn days_meet(a: &TaxRule, b: &TaxRule) -> bool {
    a.date_basis != b.date_basis
        || (b.valid_to.is_none_or(|to| a.valid_from < to) && a.valid_to.is_none_or(|to| b.valid_from < to))
}
