//! From the service's JSON to what the port speaks of. Every answer is hostile until it has been read whole; figures are read
//! digit by digit and never become floats.

use std::fmt;

use kernel::{Currency, Instant, Rate};
use reference::rates::ports::{FeedOutcome, FeedRefusal, FeedSheet};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::transport::Answer;

/// The service knows some hundred and sixty.
const MOST_CURRENCIES: usize = 500;
/// The longest figure that is shown to a person.
const LONGEST_FIGURE: usize = 40;

#[derive(Deserialize)]
struct Said {
    result: String,
    #[serde(rename = "error-type")]
    error_type: Option<String>,
    time_last_update_unix: Option<i64>,
    time_next_update_unix: Option<i64>,
    base_code: Option<String>,
    conversion_rates: Option<Figures>,
}

/// Currencies and figures as they were written, twice where they were written twice.
struct Figures(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Figures {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Figures;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("currencies with their figures")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Figures, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    if pairs.len() == MOST_CURRENCIES {
                        return Err(serde::de::Error::custom("more currencies than there are"));
                    }
                    pairs.push(pair);
                }
                Ok(Figures(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

/// What an answer to `latest` says, asked of `asked`.
pub(super) fn latest(answer: &Answer, asked: Currency) -> FeedOutcome {
    let Ok(said) = serde_json::from_slice::<Said>(&answer.body) else {
        return FeedOutcome::Unknown(format!("status {} with something that is no answer", answer.status));
    };
    match said.result.as_str() {
        "error" => FeedOutcome::Refused(refusal(said.error_type.as_deref().unwrap_or_default())),
        "success" if answer.status == 200 => sheet(said, asked).unwrap_or_else(FeedOutcome::Unknown),
        _ => FeedOutcome::Unknown(format!("status {} with a result we do not know", answer.status)),
    }
}

fn refusal(error_type: &str) -> FeedRefusal {
    match error_type {
        "unsupported-code" => FeedRefusal::UnsupportedBase,
        "malformed-request" => FeedRefusal::Malformed,
        "invalid-key" => FeedRefusal::InvalidKey,
        "inactive-account" => FeedRefusal::InactiveAccount,
        "quota-reached" => FeedRefusal::QuotaReached,
        "plan-upgrade-required" => FeedRefusal::PlanUpgradeRequired,
        "no-data-available" => FeedRefusal::NoData,
        _ => FeedRefusal::Other,
    }
}

fn sheet(said: Said, asked: Currency) -> Result<FeedOutcome, String> {
    let base = said.base_code.unwrap_or_default();
    if base != asked.code() {
        let shown: String = base.chars().take(8).collect();
        return Err(format!("asked of {asked}, it spoke of {shown:?}"));
    }
    let quoted_at = instant(said.time_last_update_unix).ok_or("it does not say since when its rates are")?;
    let next_at = instant(said.time_next_update_unix)
        .filter(|next| *next > quoted_at)
        .ok_or("it does not say when its next rates are")?;
    let figures = said.conversion_rates.ok_or("it names no rates")?.0;
    let (mut rates, mut unfit) = (Vec::<(Currency, Rate)>::new(), Vec::<(Currency, String)>::new());
    for (code, figure) in figures {
        // Codes that are no currency in use (XDR, FOK) are left out.
        let Ok(quote) = Currency::parse(&code) else { continue };
        let twice = rates.iter().any(|(known, _)| *known == quote) || unfit.iter().any(|(known, _)| *known == quote);
        match decimal(figure.get()) {
            _ if twice => return Err(format!("it names {quote} twice")),
            Some(rate) if quote == asked && rate != Rate::ONE => {
                return Err(format!("one {asked} is said to be worth {rate} {asked}"));
            }
            Some(_) if quote == asked => {}
            Some(rate) => rates.push((quote, rate)),
            None => unfit.push((quote, figure.get().chars().take(LONGEST_FIGURE).collect())),
        }
    }
    Ok(FeedOutcome::Quoted(FeedSheet {
        base: asked,
        quoted_at,
        rates,
        unfit,
        next_at,
    }))
}

/// Seconds since 1970, in a century we can live to see.
fn instant(seconds: Option<i64>) -> Option<Instant> {
    let seconds = seconds.filter(|seconds| (0..=4_102_444_800).contains(seconds))?;
    Some(Instant::from_micros(seconds * 1_000_000))
}

/// A JSON number as an exact decimal: `0.8641`, `89`, `2.38e-5`. Nothing where it is none, or has more digits than we keep.
fn decimal(text: &str) -> Option<Rate> {
    if text.len() > LONGEST_FIGURE {
        return None;
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if !(-30..=30).contains(&exponent) || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = format!("{whole}{fraction}");
    let point = i32::try_from(whole.len()).ok()? + exponent;
    let shifted = match usize::try_from(point) {
        Ok(point) if point >= digits.len() => format!("{digits}{}", "0".repeat(point - digits.len())),
        Ok(0) => format!("0.{digits}"),
        Ok(point) => format!("{}.{}", &digits[..point], &digits[point..]),
        Err(_) => format!("0.{}{digits}", "0".repeat(usize::try_from(-point).ok()?)),
    };
    let written = if shifted.contains('.') {
        shifted.trim_end_matches('0').trim_end_matches('.')
    } else {
        &shifted
    };
    Rate::parse(written).ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use proptest::prelude::*;

    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status,
            headers: HeaderMap::new(),
            body: body.as_bytes().to_vec(),
        }
    }

    /// The documentation's own example, shortened.
    const EXAMPLE: &str = r#"{
        "result": "success", "documentation": "https://www.exchangerate-api.com/docs", "terms_of_use": "https://www.exchangerate-api.com/terms",
        "time_last_update_unix": 1585267200, "time_last_update_utc": "Fri, 27 Mar 2020 00:00:00 +0000",
        "time_next_update_unix": 1585353700, "time_next_update_utc": "Sat, 28 Mar 2020 00:01:40 +0000",
        "base_code": "USD", "conversion_rates": {"USD": 1, "AUD": 1.4196, "BGN": 1.7551, "JPY": 156, "IRR": 4.2e4, "XDR": 0.74, "EUR": 0.90}
    }"#;

    #[test]
    fn the_documented_answer_reads_digit_by_digit() {
        let FeedOutcome::Quoted(sheet) = latest(&answer(200, EXAMPLE), Currency::USD) else {
            panic!()
        };
        assert_eq!(sheet.quoted_at.to_string(), "2020-03-27T00:00:00Z");
        assert_eq!(sheet.next_at.to_string(), "2020-03-28T00:01:40Z");
        let read: Vec<_> = sheet
            .rates
            .iter()
            .map(|(quote, rate)| format!("{quote} {rate}"))
            .collect();
        assert_eq!(read, ["AUD 1.4196", "JPY 156", "IRR 42000", "EUR 0.9"]);
        assert_eq!(sheet.unfit, []);
    }

    #[test]
    fn every_documented_error_is_told_apart_whatever_its_status() {
        let told = |status, error: &str| {
            let body = format!(r#"{{"result": "error", "error-type": "{error}"}}"#);
            latest(&answer(status, &body), Currency::USD)
        };
        for (status, error, refusal) in [
            (404, "unsupported-code", FeedRefusal::UnsupportedBase),
            (400, "malformed-request", FeedRefusal::Malformed),
            (403, "invalid-key", FeedRefusal::InvalidKey),
            (403, "inactive-account", FeedRefusal::InactiveAccount),
            (429, "quota-reached", FeedRefusal::QuotaReached),
            (200, "plan-upgrade-required", FeedRefusal::PlanUpgradeRequired),
            (200, "no-data-available", FeedRefusal::NoData),
            (500, "a-new-one", FeedRefusal::Other),
        ] {
            assert_eq!(told(status, error), FeedOutcome::Refused(refusal), "{error}");
        }
    }

    #[test]
    fn a_figure_that_is_no_rate_is_set_apart_and_a_sheet_that_cannot_be_is_not_believed() {
        let changed = |from: &str, to: &str| latest(&answer(200, &EXAMPLE.replace(from, to)), Currency::USD);
        for figure in [
            "0",
            "-1.4196",
            "\"1.4196\"",
            "null",
            "1.4196e-20",
            "1e31",
            "0.0000000000001",
        ] {
            let FeedOutcome::Quoted(sheet) = changed("1.4196", figure) else {
                panic!("{figure}")
            };
            assert_eq!(sheet.unfit, [(Currency::AUD, figure.to_owned())]);
        }
        for (from, to) in [
            (r#""base_code": "USD""#, r#""base_code": "EUR""#),
            (r#""USD": 1,"#, r#""USD": 10,"#),
            (r#""USD": 1,"#, r#""JPY": 156,"#),
            ("1585267200", "-1"),
            ("1585353700", "1585267200"),
            ("conversion_rates", "rates"),
            ("success", "maybe"),
        ] {
            assert!(matches!(changed(from, to), FeedOutcome::Unknown(_)), "{from} -> {to}");
        }
        let html = latest(&answer(200, "<html>Back soon</html>"), Currency::USD);
        assert!(matches!(html, FeedOutcome::Unknown(_)));
    }

    proptest! {
        #[test]
        fn a_figure_with_an_exponent_is_the_figure_without(digits in 1_i64..1_000_000_000, exponent in 0_u32..9) {
            let plain = format!("{}.{:0width$}", digits / 10_i64.pow(exponent), digits % 10_i64.pow(exponent), width = exponent as usize);
            let plain = plain.trim_end_matches('0').trim_end_matches('.');
            prop_assert_eq!(decimal(&format!("{digits}e-{exponent}")), Rate::parse(plain).ok());
        }

        #[test]
        fn no_answer_makes_it_panic(body in prop::collection::vec(any::<u8>(), 0..200), figure in "[-0-9.eE\"a]{0,50}") {
            latest(&Answer { status: 200, headers: HeaderMap::new(), body }, Currency::USD);
            latest(&answer(200, &EXAMPLE.replace("1.4196", &figure)), Currency::USD);
        }
    }
}
