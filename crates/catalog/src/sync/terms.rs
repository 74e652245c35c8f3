//! What people decide about a source, and what of that cannot be kept.

use jiff::SignedDuration;
use kernel::Problem;
use serde_json::json;

use super::filter::{Filter, Patterns};
use super::kind::{Credentials, SourceKind};
use crate::imports::{ListRef, Vanished};
use crate::values::{self, Faults};

/// Everything about a source that people decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// As people call it.
    pub name: String,
    /// Where it answers; empty for the usual place.
    pub endpoint: String,
    /// The list its prices go to: a registrar's costs or a sales list.
    pub list: ListRef,
    /// Minutes between two runs.
    pub interval_minutes: i64,
    /// Seconds to wait for one answer.
    pub timeout_seconds: i64,
    /// Which endings are taken.
    pub filter: Filter,
    /// What becomes of prices in force that the source no longer names.
    pub vanished: Vanished,
    /// Of a hundred prices in force, how many a run may change or end before a person has to look; 0 to 100.
    pub most_changed_percent: i64,
    /// How many hundredths of a price in force the next may be (300: three times), and as far below it.
    pub largest_jump_hundredths: i64,
}

impl Terms {
    /// A source that feeds this list, with the usual terms: every 24 hours, 20 seconds a call, 20 % and ×3.
    pub fn new(name: impl Into<String>, list: ListRef) -> Self {
        Self {
            name: name.into(),
            endpoint: String::new(),
            list,
            interval_minutes: 24 * 60,
            timeout_seconds: 20,
            filter: Filter::default(),
            vanished: Vanished::Keep,
            most_changed_percent: 20,
            largest_jump_hundredths: 300,
        }
    }

    /// How long between two runs.
    pub fn interval(&self) -> SignedDuration {
        SignedDuration::from_mins(self.interval_minutes)
    }

    /// What of it is no secret, for the audit log.
    pub(super) fn told(&self) -> serde_json::Value {
        json!({
            "name": self.name, "endpoint": self.endpoint, "list": self.list.to_string(),
            "interval_minutes": self.interval_minutes, "timeout_seconds": self.timeout_seconds,
            "include": self.filter.include.to_string(), "exclude": self.filter.exclude.to_string(),
            "vanished": self.vanished, "most_changed_percent": self.most_changed_percent,
            "largest_jump_hundredths": self.largest_jump_hundredths,
        })
    }
}

/// From five minutes to four weeks.
const INTERVALS: std::ops::RangeInclusive<i64> = 5..=28 * 24 * 60;
/// A call waits from one second to what the transport allows.
const TIMEOUTS: std::ops::RangeInclusive<i64> = 1..=30;
/// From 1.01 to 100 times.
const JUMPS: std::ops::RangeInclusive<i64> = 101..=10_000;

/// The terms as they are kept, or all that is wrong with them.
pub(super) fn judged(kind: SourceKind, terms: Terms, credentials: Option<&Credentials>) -> Result<Terms, Problem> {
    let mut faults = Faults::default();
    let name = faults.need("/name", "bad_name", values::line(&terms.name));
    let endpoint = terms.endpoint.trim().trim_end_matches('/').to_owned();
    if endpoint.is_empty() && kind.usual_endpoint().is_none() {
        faults.note("/endpoint", "required");
    } else if !endpoint.is_empty() && !is_web_address(&endpoint) {
        faults.note("/endpoint", "bad_endpoint");
    }
    let ranges = [
        (
            INTERVALS.contains(&terms.interval_minutes),
            "/interval_minutes",
            "bad_interval",
        ),
        (
            TIMEOUTS.contains(&terms.timeout_seconds),
            "/timeout_seconds",
            "bad_timeout",
        ),
        (
            (0..=100).contains(&terms.most_changed_percent),
            "/most_changed_percent",
            "bad_share",
        ),
        (
            JUMPS.contains(&terms.largest_jump_hundredths),
            "/largest_jump",
            "bad_jump",
        ),
    ];
    for (_, pointer, code) in ranges.into_iter().filter(|(fits, _, _)| !fits) {
        faults.note(pointer, code);
    }
    if let Some(credentials) = credentials {
        credentials.judge(kind, &mut faults);
    }
    faults.done()?;
    Ok(Terms {
        name,
        endpoint,
        ..terms
    })
}

/// An address of the web without anything but a host and a path: no user, no query, no fragment.
fn is_web_address(text: &str) -> bool {
    let Ok(uri) = text.parse::<axum::http::Uri>() else {
        return false;
    };
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    matches!(uri.scheme_str(), Some("https" | "http"))
        && text.len() <= 300
        && !authority.is_empty()
        && !authority.contains('@')
        && uri.query().is_none()
        && !text.contains('#')
}

/// Reads patterns of a form or body; a fault is the caller's to note.
pub(super) fn filter(include: &str, exclude: &str) -> Result<Filter, Problem> {
    let mut faults = Faults::default();
    let include = faults.need("/include", "bad_patterns", Patterns::parse(include));
    let exclude = faults.need("/exclude", "bad_patterns", Patterns::parse(exclude));
    faults.done()?;
    Ok(Filter { include, exclude })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::source::{NewSource, Source};
    use kernel::{Id, Instant, PriceSourceId, RegistrarId};
    use uuid::Uuid;

    fn draft(kind: SourceKind) -> NewSource {
        let list = ListRef::Registrar(RegistrarId::from_uuid(Uuid::nil()));
        NewSource {
            kind,
            terms: Terms {
                endpoint: "https://billing.example/".into(),
                ..Terms::new("Billing", list)
            },
            credentials: None,
        }
    }

    fn faults(new: NewSource) -> Vec<(String, &'static str)> {
        let id = PriceSourceId::from_uuid(Uuid::nil());
        let problem = Source::open(id, new, None, Instant::EPOCH).err();
        let fields = problem.map(|problem| problem.fields).unwrap_or_default();
        fields
            .into_iter()
            .map(|field| (field.pointer.to_string(), field.code))
            .collect()
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        assert_eq!(faults(draft(SourceKind::Whmcs)), []);
        let mut new = draft(SourceKind::Whmcs);
        new.terms.name = "\n".into();
        new.terms.endpoint = String::new();
        new.terms.interval_minutes = 1;
        new.terms.timeout_seconds = 0;
        new.terms.most_changed_percent = 101;
        new.terms.largest_jump_hundredths = 100;
        new.credentials = Some(Credentials::new("", "x\u{7}"));
        let said: Vec<_> = faults(new).into_iter().map(|(pointer, _)| pointer).collect();
        let expected = [
            "/name",
            "/endpoint",
            "/interval_minutes",
            "/timeout_seconds",
            "/most_changed_percent",
            "/largest_jump",
            "/credentials/key",
            "/credentials/secret",
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn an_endpoint_is_a_host_and_a_path() {
        for bad in [
            "ftp://a.example",
            "https://",
            "https://u:p@a.example",
            "https://a.example/?key=1",
            "a.example",
        ] {
            let mut new = draft(SourceKind::Porkbun);
            new.terms.endpoint = bad.into();
            assert_eq!(faults(new), [("/endpoint".to_owned(), "bad_endpoint")], "{bad}");
        }
        let mut usual = draft(SourceKind::Porkbun);
        usual.terms.endpoint = String::new();
        assert_eq!(faults(usual), []);
    }
}
