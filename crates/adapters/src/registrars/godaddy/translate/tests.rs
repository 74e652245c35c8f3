//! Answers as GoDaddy's documents show them, and as they should never be.

use proptest::prelude::*;

use super::*;

fn answer(status: u16, body: &str) -> Answer {
    Answer {
        status,
        headers: axum::http::HeaderMap::new(),
        body: body.as_bytes().to_vec(),
    }
}

fn heard(status: u16, body: &str) -> Result<Vec<NameAnswer>, CallFailure> {
    let rules = Rules {
        currency: "USD".parse().unwrap(),
        usual_prices: &HashMap::new(),
    };
    bulk(&["a.com".to_owned(), "b.com".to_owned()], &answer(status, body), &rules)
}

fn states(status: u16, body: &str) -> [NameState; 2] {
    let answers = heard(status, body).unwrap();
    assert_eq!(
        answers.iter().map(|answer| answer.ascii.as_str()).collect::<Vec<_>>(),
        ["a.com", "b.com"]
    );
    answers
        .into_iter()
        .map(|answer| answer.state)
        .collect::<Vec<_>>()
        .try_into()
        .unwrap()
}

#[test]
fn the_documents_example_reads_as_seven_dollars_forty_nine() {
    let body = r#"{"domains":[{"available":true,"currency":"USD","definitive":true,"domain":"a.com","period":1,"price":7490000}]}"#;
    let cost = Some(Money::new(749, "USD".parse().unwrap()));
    let [a, b] = states(200, body);
    assert_eq!(
        a,
        NameState::Free {
            cost,
            period_years: Some(1),
            premium: false
        }
    );
    assert!(matches!(b, NameState::Unknown(_)), "a name left out");
}

#[test]
fn a_row_of_the_wrong_shape_spoils_only_itself() {
    let body = r#"{"domains":[{"domain":"a.com","available":"yes"},7,{"domain":["b.com"]},{"domain":"b.com","available":false}],
        "errors":[null]}"#;
    let [a, b] = states(203, body);
    assert!(matches!(a, NameState::Unknown(_)));
    assert_eq!(b, NameState::Taken);
}

#[test]
fn a_bulk_call_refused_for_one_name_blames_that_name_and_leaves_the_other_unknown() {
    let body = r#"{"code":"INVALID_BODY","fields":[{"path":"domains[1]","code":"INVALID_CHARACTERS","message":"Invalid character(s) error"},
        {"path":"domains[99]","code":"X"},{"path":"["},7]}"#;
    let [a, b] = states(422, body);
    assert!(matches!(a, NameState::Unknown(_)), "{a:?}");
    assert_eq!(
        b,
        NameState::Unsupported("INVALID_CHARACTERS: Invalid character(s) error".to_owned())
    );
}

#[test]
fn the_wait_is_taken_from_the_body_or_the_header_and_kept_within_reason() {
    let limited = |body: &str, header: Option<&str>| {
        let mut answer = answer(429, body);
        answer
            .headers
            .extend(header.map(|value| (header::RETRY_AFTER, value.parse().unwrap())));
        let Err(CallFailure::Limited { retry_after_seconds }) = single(
            "a.com",
            &answer,
            &Rules {
                currency: "USD".parse().unwrap(),
                usual_prices: &HashMap::new(),
            },
        ) else {
            panic!("not limited")
        };
        retry_after_seconds
    };
    assert_eq!(
        limited(r#"{"code":"TOO_MANY_REQUESTS","retryAfterSec":17}"#, Some("5")),
        17
    );
    assert_eq!(limited("<html>", Some("5")), 5);
    assert_eq!(limited("{}", None), 60);
    assert_eq!(limited(r#"{"retryAfterSec":0}"#, None), 1);
    assert_eq!(limited(r#"{"retryAfterSec":99999999}"#, None), 3600);
    assert_eq!(limited(r#"{"retryAfterSec":-5}"#, Some("soon")), 60);
}

#[test]
fn the_registrars_words_stay_on_one_line() {
    let Err(CallFailure::Denied(words)) = heard(403, r#"{"code":"ACCESS_DENIED","message":"no\nentry"}"#) else {
        panic!()
    };
    assert_eq!(words, "ACCESS_DENIED: no entry");
}

#[test]
fn a_redirect_or_an_unexpected_status_is_no_answer() {
    for status in [100, 204, 301, 500, 503] {
        assert!(
            matches!(heard(status, "{\"domains\":[]}"), Err(CallFailure::Down(_))),
            "{status}"
        );
    }
}

#[test]
fn a_call_refused_as_such_is_no_fault_of_the_line() {
    let body = r#"{"code":"INVALID_BODY","message":"Request body doesn't fulfill schema"}"#;
    for status in [400, 404, 409, 413, 415] {
        let expected = format!("answered {status} INVALID_BODY: Request body doesn't fulfill schema");
        assert_eq!(heard(status, body), Err(CallFailure::Refused(expected)));
    }
}

#[test]
fn a_free_name_without_a_price_is_not_offered_here() {
    let [a, _] = states(
        200,
        r#"{"domains":[{"domain":"a.com","available":true,"definitive":true}]}"#,
    );
    assert!(matches!(a, NameState::Unsupported(_)), "{a:?}");
}

proptest! {
    /// Bytes of any kind and JSON of nearly the right kind: no panic, one row a name, and free only in the clear.
    #[test]
    fn no_answer_makes_a_name_free_without_saying_so(
        noise in ".*",
        available in "true|false|null|1|\"true\"|\\{\\}",
        price in "-?[0-9]{1,22}(\\.[0-9])?|null|\"7\"|1e9",
        currency in "\"USD\"|\"EUR\"|\"usd\"|null|7",
    ) {
        prop_assert!(heard(200, &noise).is_err() || !noise.is_empty());
        let body = format!(r#"{{"domains":[{{"domain":"a.com","available":{available},"price":{price},"currency":{currency}}}]}}"#);
        if let Ok(answers) = heard(200, &body) {
            prop_assert_eq!(answers.len(), 2);
            if let NameState::Free { cost, .. } = &answers[0].state {
                prop_assert_eq!(available.as_str(), "true");
                prop_assert!(cost.is_some_and(|cost| cost.minor > 0 && cost.currency.code() == "USD"));
            }
        }
    }
}
