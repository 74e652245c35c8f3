//! The quirks of WHMCS, each by itself.

use super::*;
use axum::http::HeaderMap;

fn answer(status: u16, body: &str) -> Answer {
    Answer {
        status,
        headers: HeaderMap::new(),
        body: body.as_bytes().to_vec(),
    }
}

fn pricing(entry: &str) -> Part {
    let body = format!(r#"{{"result":"success","currency":{{"id":1,"code":"USD"}},"pricing":{{"com":{entry}}}}}"#);
    prices(&answer(200, &body)).unwrap()
}

fn stated(part: &Part) -> Vec<(Operation, u8, &str)> {
    part.claims
        .iter()
        .map(|claim| (claim.operation, claim.years, claim.amount.as_str()))
        .collect()
}

fn reasons(part: &Part) -> Vec<(&str, Reason)> {
    part.notes
        .iter()
        .map(|note| (note.field.as_str(), note.reason))
        .collect()
}

#[test]
fn the_documented_sample_is_read_whole() {
    let sample = include_str!("sample.json");
    let part = prices(&answer(200, sample)).unwrap();
    assert_eq!(part.claims.len() % 3, 0);
    assert!(part.claims.len() >= 6, "{part:?}");
    let com: Vec<_> = part.claims.iter().filter(|claim| claim.tld == "com").collect();
    assert_eq!(com.len(), 3);
    assert!(
        com.iter()
            .all(|claim| claim.currency == "USD" && claim.amount == "14.95" && claim.years == 1)
    );
    assert_eq!(part.notes, []);
    assert_eq!(part.next, None);
}

#[test]
fn prices_are_read_as_strings_and_as_numbers_with_the_digits_they_were_sent_with() {
    let part = pricing(r#"{"register":{"1":"14.95","2":29.90,"10":149}}"#);
    let expected = [
        (Operation::Register, 1, "14.95"),
        (Operation::Register, 2, "29.90"),
        (Operation::Register, 10, "149"),
    ];
    assert_eq!(stated(&part), expected);
}

#[test]
fn an_empty_map_of_php_is_no_price_and_no_fault() {
    let part = pricing(r#"{"register":[],"transfer":{"1":"0.00"},"renew":null}"#);
    assert_eq!(stated(&part), [(Operation::Transfer, 1, "0.00")]);
    assert_eq!(reasons(&part), []);
}

#[test]
fn minus_one_is_a_term_that_is_switched_off() {
    let part = pricing(r#"{"register":{"1":"14.95","2":"-1.00","3":-1,"4":"-1.50"}}"#);
    assert_eq!(
        stated(&part),
        [(Operation::Register, 1, "14.95"), (Operation::Register, 4, "-1.50")]
    );
    let off = [
        ("com/register/2", Reason::NotOffered),
        ("com/register/3", Reason::NotOffered),
    ];
    assert_eq!(reasons(&part), off);
}

#[test]
fn years_that_are_none_are_noted() {
    let part = pricing(r#"{"register":{"one":"14.95","1":"14.95"},"renew":["14.95"]}"#);
    assert_eq!(stated(&part), [(Operation::Register, 1, "14.95")]);
    let expected = [("com/register/one", Reason::BadYears), ("com/renew", Reason::BadYears)];
    assert_eq!(reasons(&part), expected);
}

#[test]
fn grace_and_redemption_fees_are_left_out_with_a_note_and_null_is_none() {
    let part =
        pricing(r#"{"renew":{"1":"14.95"},"grace_period":null,"redemption_period":{"days":30,"price":"80.00"}}"#);
    assert_eq!(reasons(&part), [("com/redemption_period", Reason::FeeOnTop)]);
}

#[test]
fn an_ending_named_twice_is_told_twice() {
    let body = r#"{"result":"success","currency":{"code":"USD"},"pricing":{"com":{"register":{"1":"1.00"}},"com":{"register":{"1":"2.00"}}}}"#;
    assert_eq!(prices(&answer(200, body)).unwrap().claims.len(), 2);
}

#[test]
fn no_ending_with_a_price_is_written_as_an_empty_list() {
    let body = r#"{"result":"success","currency":{"code":"USD"},"pricing":[]}"#;
    assert_eq!(prices(&answer(200, body)).unwrap().claims, []);
}

#[test]
fn an_error_is_a_refusal_in_its_words() {
    for status in [200, 403] {
        let refused = prices(&answer(
            status,
            r#"{"result":"error","message":"Authentication Failed"}"#,
        ));
        assert_eq!(refused, Err(SourceFailure::Refused("Authentication Failed".into())));
    }
    assert!(matches!(
        prices(&answer(403, "<html>Forbidden")),
        Err(SourceFailure::Refused(_))
    ));
    assert!(matches!(
        prices(&answer(200, "<html>Hello")),
        Err(SourceFailure::Failed(_))
    ));
    assert!(matches!(prices(&answer(200, "{}")), Err(SourceFailure::Failed(_))));
}

#[test]
fn a_currency_is_found_nested_as_it_is_sent_and_flattened_as_it_is_documented() {
    let nested = r#"{"result":"success","currencies":{"currency":[{"id":1,"code":"USD"},{"id":"2","code":"EUR"}]}}"#;
    assert_eq!(currency_id(&answer(200, nested), Currency::EUR), Ok("2".to_owned()));
    let flattened = r#"{"result":"success","totalresults":"1","currencies[currency][0][id]":"1","currencies[currency][0][code]":"USD"}"#;
    assert_eq!(currency_id(&answer(200, flattened), Currency::USD), Ok("1".to_owned()));
    let missing = currency_id(&answer(200, nested), Currency::JPY);
    assert_eq!(
        missing,
        Err(SourceFailure::Refused("there is no currency JPY there".into()))
    );
    let hostile = r#"{"result":"success","currencies":{"currency":[{"id":"1&action=x","code":"USD"}]}}"#;
    assert!(currency_id(&answer(200, hostile), Currency::USD).is_err());
}
