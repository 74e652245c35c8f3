//! The ready sets: that they can be read, go together, and say where they are from.

use std::collections::BTreeSet;

use engines::tax::sets::{BadSet, Choices, NEAREST_RUPEE, Set, read};
use engines::tax::{Disputed, SlabBasis, TaxRule};

use super::*;

#[test]
fn every_set_goes_together_with_every_other() {
    let rules = rules_of(&Set::ALL);
    assert!(rules.all().len() > 100, "{}", rules.all().len());
    for rule in rules.all() {
        assert!(rule.legal_ref.len() > 10, "{}", rule.id);
        assert_eq!(rules.by_id(&rule.id), Some(rule));
    }
    assert!(rules.supplies().contains(&code("accommodation")));
}

#[test]
fn a_rule_reads_back_what_it_writes() {
    for rule in rules_of(&Set::ALL).all() {
        let json = serde_json::to_string(rule).unwrap();
        assert_eq!(&serde_json::from_str::<TaxRule>(&json).unwrap(), rule);
    }
    let unknown = serde_json::json!({ "id": "a", "rat": 1 });
    assert!(serde_json::from_value::<TaxRule>(unknown).is_err());
}

#[test]
fn what_is_disputed_is_decided_by_the_user_and_nothing_else_is() {
    let other = Choices {
        slab_basis: SlabBasis::DeclaredTariff,
        rounding: NEAREST_RUPEE,
        collected_on: Base::Price,
    };
    for set in Set::ALL {
        for (one, two) in set.rules(&CHOICES).iter().zip(&set.rules(&other)) {
            let moved: BTreeSet<Disputed> = [
                (one.slab_basis() != two.slab_basis(), Disputed::SlabBasis),
                (one.rounding != two.rounding, Disputed::Rounding),
                (one.base != two.base, Disputed::Base),
            ]
            .into_iter()
            .filter_map(|(moved, what)| moved.then_some(what))
            .collect();
            assert_eq!(moved, one.disputed, "{}", one.id);
        }
    }
}

#[test]
fn a_text_that_is_no_set_is_refused() {
    let row = |rule: &str, each: &str| {
        format!(
            r#"{{ "common": {{}}, "lists": {{ "half": [ {{ "id": "a", "share": "50", "rule": {{ "component": "A" }} }} ] }}, "rules": [ {{ "rule": {rule}{each} }} ] }}"#
        )
    };
    let rule = |rate: &str| {
        format!(
            r#"{{ "id": "x", "jurisdiction": "IN", "code": "GST", "supplies": ["a"], "place": "seller", "rate": {rate}, "date_basis": "invoice", "valid_from": "2020-01-01", "legal_ref": "law" }}"#
        )
    };
    let half = r#", "each": "half""#;
    let amount =
        r#"{ "flat": { "amount": { "each": { "minor": 1, "currency": "INR" }, "per": "room", "period": "stay" } } }"#;
    assert_eq!(
        read(&row(&rule(r#"{ "flat": { "percent": "5" } }"#), half), &CHOICES).unwrap()[0].id,
        "x.a".into()
    );
    assert_eq!(
        read(&row(&rule(amount), half), &CHOICES),
        Err(BadSet::Split("x.a".into()))
    );
    // Half of 0.0001 % is no percentage of ours.
    assert_eq!(
        read(&row(&rule(r#"{ "flat": { "percent": "0.0001" } }"#), half), &CHOICES),
        Err(BadSet::Split("x.a".into()))
    );
    assert_eq!(
        read(&row("{}", r#", "each": "third""#), &CHOICES),
        Err(BadSet::NoList("third".into()))
    );
    for bad in ["", "{}", &row(r#"{ "id": "x" }"#, ""), &row("{}", r#", "more": 1"#)] {
        assert!(matches!(read(bad, &CHOICES), Err(BadSet::Json(_))), "{bad}");
    }
}
