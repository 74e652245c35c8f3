//! What holds for every document.

use engines::tax::sets::{Choices, NEAREST_RUPEE, Set};
use engines::tax::{Abroad, AssessedLine, Guest, Night, PerformedIn, Scope, Tax, TaxFacts, TaxLine, assess};
use kernel::money::testing::inr;
use kernel::{Currency, Money};
use proptest::prelude::*;
use serde_json::json;

use super::*;

const STATES: [&str; 4] = ["IN-MH", "IN-KA", "IN-CH", "IN-GA"];
const SUPPLIES: [&str; 8] = [
    "tour",
    "overseas_tour",
    "accommodation",
    "air_ticket_domestic",
    "service",
    "pure_agent_outlay",
    "admission",
    "unheard_of",
];
const FLAGS: [&str; 4] = [
    "without_input_credit",
    "bill_states_gross_charge",
    "valued_on_basic_fare",
    "shown_separately",
];

fn lines() -> impl Strategy<Value = Vec<TaxLine>> {
    prop::collection::vec(line(), 1..6)
}

prop_compose! {
    fn line()(
        supply in 0..SUPPLIES.len(),
        flags in prop::sample::subsequence(&FLAGS[..], 0..=FLAGS.len()),
        minor in -5_000_000..200_000_000_i64,
        is_with_tax in any::<bool>(),
        credit in any::<bool>(),
        rooms in 1..4_u32,
        nights in 0..5_usize,
        property in 0..STATES.len(),
        performed in prop::collection::vec((0..STATES.len(), 1..9_u64), 1..4),
        abroad in 0..20_u32,
        fare in 0..5_000_000_i64,
        from in 0..3_000_i64,
    ) -> TaxLine {
        let price = Money::new(minor, Currency::INR);
        let first = day("2019-10-01").saturating_add(jiff::Span::new().days(from));
        let last = first.saturating_add(jiff::Span::new().days(i64::try_from(nights).unwrap()));
        let is_with_tax = is_with_tax && SUPPLIES[supply] != "accommodation";
        let plain = if is_with_tax { with_tax(SUPPLIES[supply], price) } else { net(SUPPLIES[supply], price) };
        TaxLine {
            credit,
            rooms,
            nights: if nights == 0 { Vec::new() } else { Night::evenly(first, last, price).unwrap() },
            property: Some(region(STATES[property])),
            performed: performed.iter().map(|(at, parts)| PerformedIn { place: region(STATES[*at]), parts: *parts }).collect(),
            abroad: Some(Abroad { parts: abroad, of: 20 }),
            basic_fare: Some(Money::new(fare, Currency::INR)),
            guests: vec![Guest::Adult],
            ..flagged(plain, &flags)
        }
    }
}

prop_compose! {
    fn documents()(
        seller in 0..STATES.len(),
        buyer in prop::option::of(0..STATES.len()),
        is_abroad in any::<bool>(),
        has_tax_number in any::<bool>(),
        used in 0..200_000_000_i64,
        on in 0..3_000_i64,
    ) -> TaxFacts {
        let invoiced = day("2019-10-01").saturating_add(jiff::Span::new().days(on)).to_string();
        let mut facts = facts(Currency::INR, STATES[seller], if is_abroad { "FR" } else { STATES[buyer.unwrap_or(0)] }, &invoiced);
        facts.buyer.has_tax_number = has_tax_number;
        facts.accumulated.insert("TCS".into(), Money::new(used, Currency::INR));
        if buyer.is_some() { business(facts) } else { facts }
    }
}

prop_compose! {
    fn choices()(per_invoice in any::<bool>(), whole in any::<bool>(), on_price in any::<bool>()) -> Choices {
        let policy = if whole { NEAREST_RUPEE } else { CHOICES.rounding };
        let per = if per_invoice { Scope::Invoice } else { Scope::Line };
        let collected_on = if on_price { Base::Price } else { Base::PriceWithTax };
        Choices { rounding: RoundingPolicy { per, ..policy }, collected_on, ..CHOICES }
    }
}

fn sum<'a>(amounts: impl IntoIterator<Item = &'a Money>) -> Money {
    Money::sum(Currency::INR, amounts.into_iter().copied()).unwrap()
}

fn negated(made: &Assessment) -> Assessment {
    let turn = |amount: Money| amount.negate().unwrap();
    let tax = |tax: &Tax| Tax {
        base: turn(tax.base),
        amount: turn(tax.amount),
        ..tax.clone()
    };
    let line = |line: &AssessedLine| AssessedLine {
        net: turn(line.net),
        gross: turn(line.gross),
        taxes: line.taxes.iter().map(tax).collect(),
        looked_at: line.looked_at.clone(),
    };
    let mut turned = made.clone();
    turned.lines = made.lines.iter().map(line).collect();
    for total in &mut turned.totals {
        (total.base, total.amount) = (turn(total.base), turn(total.amount));
    }
    for amount in [
        &mut turned.net,
        &mut turned.tax,
        &mut turned.gross,
        &mut turned.collected,
        &mut turned.payable,
    ] {
        *amount = turn(*amount);
    }
    turned
}

fn rules(choices: &Choices) -> TaxRules {
    rules_with(&[Set::IndiaGst, Set::IndiaTcs], choices)
}

proptest! {
    #[test]
    fn taxes_sum_to_totals_and_net_with_tax_is_gross(lines in lines(), facts in documents(), choices in choices()) {
        let made = assess(&rules(&choices), &lines, &facts).unwrap();
        let of = |collected: bool| sum(made.totals.iter().filter(|total| total.collected == collected).map(|total| &total.amount));
        prop_assert_eq!((made.tax, made.collected), (of(false), of(true)));
        prop_assert_eq!(made.net.add(made.tax), Ok(made.gross));
        prop_assert_eq!(made.gross.add(made.collected), Ok(made.payable));
        prop_assert_eq!(made.net, sum(made.lines.iter().map(|line| &line.net)));
        for total in &made.totals {
            let same = made.taxes().filter(|tax| (&tax.jurisdiction, &tax.component) == (&total.jurisdiction, &total.component));
            prop_assert_eq!(total.amount, sum(same.map(|tax| &tax.amount)));
        }
        for (line, asked) in made.lines.iter().zip(&lines) {
            let tax = sum(line.taxes.iter().filter(|tax| !tax.collected).map(|tax| &tax.amount));
            prop_assert_eq!(line.net.add(tax), Ok(line.gross));
            let stays = if asked.price_is == PriceIs::WithTax { line.gross } else { line.net };
            prop_assert_eq!(stays, asked.price);
        }
    }

    #[test]
    fn a_credit_note_is_the_charge_with_its_sign_turned(lines in lines(), facts in documents(), choices in choices()) {
        let rules = rules(&choices);
        let reversed: Vec<TaxLine> = lines.iter().map(|line| line.reversed().unwrap()).collect();
        let (charge, refund) = (assess(&rules, &lines, &facts).unwrap(), assess(&rules, &reversed, &facts).unwrap());
        prop_assert_eq!(refund, negated(&charge));
    }

    #[test]
    fn rounded_per_line_a_document_is_its_lines_and_per_document_it_is_off_by_half_a_unit(
        minors in prop::collection::vec(-1_000_000..10_000_000_i64, 1..12),
        is_with_tax in any::<bool>(),
    ) {
        let facts = facts(Currency::INR, "IN-MH", "IN-KA", "2026-11-27");
        let line = |minor: &i64| {
            let price = Money::new(*minor, Currency::INR);
            if is_with_tax { with_tax("service", price) } else { net("service", price) }
        };
        let lines: Vec<TaxLine> = minors.iter().map(line).collect();
        let rules = rules(&CHOICES);
        let whole = assess(&rules, &lines, &facts).unwrap().tax;
        let single: Vec<Money> = lines.iter().map(|line| assess(&rules, std::slice::from_ref(line), &facts).unwrap().tax).collect();
        prop_assert_eq!(whole, sum(&single));
        let per_invoice = RoundingPolicy { per: Scope::Invoice, ..CHOICES.rounding };
        let rules = rules_with(&[Set::IndiaGst], &Choices { rounding: per_invoice, ..CHOICES });
        let made = assess(&rules, &lines, &facts).unwrap();
        let total = i128::from(minors.iter().sum::<i64>());
        let (above, below) = if is_with_tax { (18, 118) } else { (18, 100) };
        prop_assert!((i128::from(made.tax.minor) * below - total * above).abs() * 2 <= below);
        // And no line is off by a whole unit.
        for (line, minor) in made.lines.iter().zip(&minors) {
            let tax = i128::from(line.gross.sub(line.net).unwrap().minor);
            prop_assert!((tax * below - i128::from(*minor) * above).abs() < below);
        }
    }

    #[test]
    fn a_price_with_tax_and_the_price_without_it_agree(minor in 0..1_000_000_000_i64, same_state in any::<bool>()) {
        let facts = facts(Currency::INR, "IN-MH", if same_state { "IN-MH" } else { "IN-KA" }, "2026-11-27");
        let rules = rules(&CHOICES);
        let on_top = assess(&rules, &[net("service", Money::new(minor, Currency::INR))], &facts).unwrap();
        let back = assess(&rules, &[with_tax("service", on_top.gross)], &facts).unwrap();
        // Each component was rounded by itself on the way up, so by a minor unit at most.
        prop_assert!((back.net.minor - minor).abs() <= 1);
        prop_assert_eq!(back.gross, on_top.gross);
    }

    #[test]
    fn at_most_one_rule_of_a_component_applies(lines in lines(), facts in documents()) {
        let rules = rules(&CHOICES);
        let whole = |line: TaxLine| TaxLine { nights: Vec::new(), performed: line.performed[..1].to_vec(), ..line };
        let lines: Vec<TaxLine> = lines.into_iter().map(whole).collect();
        for line in assess(&rules, &lines, &facts).unwrap().lines {
            let applied = line.looked_at.iter().filter(|looked| looked.applied > 0);
            let component = |id: &str| rules.by_id(id).map(|rule| (rule.jurisdiction.clone(), rule.component.clone()));
            let mut components: Vec<_> = applied.map(|looked| component(&looked.rule)).collect();
            let all = components.len();
            components.sort();
            components.dedup();
            prop_assert_eq!(components.len(), all);
        }
    }

    #[test]
    fn rules_go_together_exactly_where_no_line_could_bear_two(a in small_rule(), b in small_rule()) {
        let named = |id: &str, fields: &serde_json::Value| {
            let mut fields = fields.clone();
            fields.as_object_mut().unwrap().insert("id".into(), id.into());
            rule(fields)
        };
        let both = TaxRules::try_new([named("a", &a), named("b", &b)]);
        let alone = [only(a), only(b)];
        let meet = every_small_line().iter().any(|(line, facts)| {
            alone.iter().all(|rules| assess(rules, std::slice::from_ref(line), facts).unwrap().uncovered().count() == 0)
        });
        prop_assert_eq!(both.is_err(), meet);
    }

    #[test]
    fn the_order_of_rules_does_not_matter_and_an_assessment_reads_back_what_it_writes(lines in lines(), facts in documents()) {
        let forward = rules(&CHOICES);
        let backward = TaxRules::try_new(forward.all().iter().rev().cloned()).unwrap();
        let made = assess(&forward, &lines, &facts).unwrap();
        prop_assert_eq!(&made, &assess(&backward, &lines, &facts).unwrap());
        let json = serde_json::to_string(&made).unwrap();
        prop_assert_eq!(serde_json::from_str::<Assessment>(&json).unwrap(), made);
    }

    #[test]
    fn instalments_collect_what_one_payment_does(minors in prop::collection::vec(1..60_000_000_i64, 1..8), used in 0..200_000_000_i64) {
        let rules = rules_of(&[Set::IndiaTcs]);
        let mut facts = facts(Currency::INR, "IN-MH", "IN-MH", "2025-06-01");
        facts.accumulated.insert("TCS".into(), Money::new(used, Currency::INR));
        let at_once = assess(&rules, &[net("overseas_tour", Money::new(minors.iter().sum(), Currency::INR))], &facts).unwrap();
        let (mut collected, mut parts) = (inr("0"), 0);
        for minor in minors {
            let made = assess(&rules, &[net("overseas_tour", Money::new(minor, Currency::INR))], &facts).unwrap();
            collected = collected.add(made.collected).unwrap();
            parts += i64::try_from(made.taxes().count()).unwrap();
            let year = facts.accumulated.get_mut("TCS").unwrap();
            year.minor += minor;
        }
        // Each instalment's steps are rounded by themselves.
        prop_assert!((collected.minor - at_once.collected.minor).abs() <= parts.midpoint(2));
    }
}

fn small_rule() -> impl Strategy<Value = serde_json::Value> {
    let flags = || prop::sample::subsequence(&["x", "y"][..], 0..=2);
    let states = || prop::sample::subsequence(&["IN-GA", "IN-MH"][..], 0..=1);
    let of = |words: &'static [&'static str]| prop::sample::select(words);
    let days = (1..5_u32, 1..4_u32, any::<bool>());
    let who = (
        of(&["any", "b2b", "b2c"]),
        of(&["anywhere", "home", "abroad"]),
        of(&["anywhere", "same_state", "other_state"]),
    );
    (who, flags(), flags(), states(), states(), days).prop_filter_map("can never apply", |(who, requires, unless, within, except, days)| {
        let (from, length, is_open) = days;
        let never = (!unless.is_empty() && unless.iter().all(|flag| requires.contains(flag)))
            || (!within.is_empty() && within.iter().all(|part| except.contains(part)));
        let valid_to = (!is_open).then(|| format!("2026-01-{:02}", from + length));
        (!never).then(|| {
            json!({
                "place": "performance", "customer": who.0, "buyer_in": who.1, "seller_in": who.2, "requires": requires, "unless": unless,
                "within": within, "except": except, "valid_from": format!("2026-01-{from:02}"), "valid_to": valid_to
            })
        })
    })
}

/// Every line and document that can tell two such rules apart.
fn every_small_line() -> Vec<(TaxLine, TaxFacts)> {
    let mut all = Vec::new();
    for flags in [&[][..], &["x"], &["y"], &["x", "y"]] {
        for (place, seller) in [
            ("IN-GA", "IN-GA"),
            ("IN-GA", "IN-MH"),
            ("IN-MH", "IN-MH"),
            ("IN-MH", "IN-GA"),
            ("IN-KA", "IN-KA"),
            ("IN-KA", "IN-GA"),
        ] {
            for buyer in ["IN-GA", "FR"] {
                for on in 1..9 {
                    let line = flagged(net("service", inr("100")), flags);
                    let line = TaxLine {
                        performed: vec![PerformedIn {
                            place: region(place),
                            parts: 1,
                        }],
                        ..line
                    };
                    let consumer = facts(Currency::INR, seller, buyer, &format!("2026-01-{on:02}"));
                    all.push((line.clone(), business(consumer.clone())));
                    all.push((line, consumer));
                }
            }
        }
    }
    all
}
