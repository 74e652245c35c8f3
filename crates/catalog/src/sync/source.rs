//! A price source and what can happen to it.

use std::fmt;

use jiff::SignedDuration;
use kernel::{Change, Instant, PriceSourceId, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::events::{SourceAdded, SourceChanged, SourcePaused, SourceResumed};
use super::filter::{Filter, Patterns};
use crate::imports::{ListRef, Vanished};
use crate::values::{self, Faults};

/// Whose protocol a source speaks. One more is a variant here and an arm where app connects sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = PriceSourceKind)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A WHMCS installation's `GetTLDPricing`.
    Whmcs,
    /// Openprovider's list of TLDs with prices.
    Openprovider,
    /// Porkbun's public price list.
    Porkbun,
}

impl SourceKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Whmcs, Self::Openprovider, Self::Porkbun];

    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Whmcs => "whmcs",
            Self::Openprovider => "openprovider",
            Self::Porkbun => "porkbun",
        }
    }

    /// From a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it tells nothing until it has credentials.
    pub const fn needs_credentials(self) -> bool {
        matches!(self, Self::Whmcs | Self::Openprovider)
    }

    /// Where it answers when the source names no place of its own; a WHMCS installation is always somebody's own.
    pub const fn usual_endpoint(self) -> Option<&'static str> {
        match self {
            Self::Whmcs => None,
            Self::Openprovider => Some("https://api.openprovider.eu/v1beta"),
            Self::Porkbun => Some("https://api.porkbun.com/api/json/v3"),
        }
    }
}

/// Whether a source is fetched on its schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = PriceSourceState)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// It is.
    Active,
    /// Not until it is resumed; a person may still run it.
    Paused,
}

impl SourceState {
    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
        }
    }

    /// From a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Active, Self::Paused]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// What a source's calls are signed with: typed once, sealed at once, opened only for the adapter.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// Names the account: an identifier, a user name.
    pub key: String,
    /// Proves it.
    pub secret: String,
}

impl Credentials {
    /// As typed or pasted; spaces around either are not part of it.
    pub fn new(key: &str, secret: &str) -> Self {
        Self {
            key: key.trim().to_owned(),
            secret: secret.trim().to_owned(),
        }
    }

    fn judge(&self, kind: SourceKind, faults: &mut Faults) {
        if !kind.needs_credentials() {
            return faults.note("/credentials/key", "source_credentials_not_used");
        }
        for (pointer, text) in [("/credentials/key", &self.key), ("/credentials/secret", &self.secret)] {
            if text.is_empty() {
                faults.note(pointer, "required");
            } else if text.chars().count() > 256 || text.chars().any(char::is_control) {
                faults.note(pointer, "bad_source_credentials");
            }
        }
    }
}

/// Says that there are some, and nothing of them.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

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
    fn told(&self) -> serde_json::Value {
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

/// A price source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its id.
    pub id: PriceSourceId,
    /// Whose protocol it speaks. Never changes.
    pub kind: SourceKind,
    /// What people decided about it.
    pub terms: Terms,
    /// Active or paused.
    pub state: SourceState,
    /// Sealed credentials.
    pub(super) credentials: Option<Vec<u8>>,
    /// When they were last replaced; nothing when there are none.
    pub credentials_at: Option<Instant>,
    /// Raised with every change by a person.
    pub version: i64,
    /// Since when we have it.
    pub created_at: Instant,
    /// When it was last changed by a person.
    pub updated_at: Instant,
    /// When its next run is due.
    pub next_run_at: Instant,
    /// When a run last put its prices in force, or found them unchanged.
    pub last_success_at: Option<Instant>,
    /// Runs that failed since.
    pub failures_in_row: i64,
    /// The breaker: nothing is fetched on schedule before then.
    pub open_until: Option<Instant>,
}

/// What it takes to add a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSource {
    /// Whose protocol it speaks.
    pub kind: SourceKind,
    /// What people decide.
    pub terms: Terms,
    /// What its calls are signed with.
    pub credentials: Option<Credentials>,
}

/// Everything about a source that can be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceEdit {
    /// What people decide.
    pub terms: Terms,
    /// New credentials; nothing leaves those there are.
    pub credentials: Option<Credentials>,
}

/// Failed runs in a row that open the breaker.
pub(super) const FAILURES_TO_OPEN: i64 = 3;
/// How long it stays open the first time; doubled with each further failure.
const FIRST_REST: SignedDuration = SignedDuration::from_mins(30);
/// And at most.
const LONGEST_REST: SignedDuration = SignedDuration::from_hours(24);

/// Until when a source is left alone after so many failed runs in a row.
pub(super) fn rest_after(failures: i64, now: Instant) -> Option<Instant> {
    let doublings = u32::try_from(failures - FAILURES_TO_OPEN).ok()?.min(10);
    let rest = FIRST_REST.saturating_mul(1 << doublings);
    Some(now.plus(rest.min(LONGEST_REST)))
}

impl Source {
    /// A new source, active at once and due at once. `sealed` are the draft's credentials.
    ///
    /// # Errors
    /// `invalid_fields`.
    pub fn open(
        id: PriceSourceId,
        new: NewSource,
        sealed: Option<Vec<u8>>,
        now: Instant,
    ) -> Result<Change<Self, SourceAdded>, Problem> {
        let terms = judged(new.kind, new.terms, new.credentials.as_ref())?;
        let fact = SourceAdded {
            id,
            name: terms.name.clone(),
            kind: new.kind,
            list: terms.list.to_string(),
        };
        let source = Self {
            id,
            kind: new.kind,
            terms,
            state: SourceState::Active,
            credentials_at: sealed.is_some().then_some(now),
            credentials: sealed,
            version: 1,
            created_at: now,
            updated_at: now,
            next_run_at: now,
            last_success_at: None,
            failures_in_row: 0,
            open_until: None,
        };
        Ok(Change::new(source, fact))
    }

    /// Described anew; nothing when nothing differs. `sealed` are the edit's credentials. The breaker is closed: whoever
    /// changes a source has mended something.
    ///
    /// # Errors
    /// `invalid_fields`.
    pub fn edit(
        self,
        edit: SourceEdit,
        sealed: Option<Vec<u8>>,
        now: Instant,
    ) -> Result<Option<Change<Self, SourceChanged>>, Problem> {
        let terms = judged(self.kind, edit.terms, edit.credentials.as_ref())?;
        let credentials_replaced = sealed.is_some();
        if !credentials_replaced && terms == self.terms {
            return Ok(None);
        }
        let before = self.terms.told();
        let fact = SourceChanged {
            id: self.id,
            name: terms.name.clone(),
            terms: terms.told(),
            credentials_replaced,
        };
        let (credentials, credentials_at) = match sealed {
            Some(sealed) => (Some(sealed), Some(now)),
            None => (self.credentials.clone(), self.credentials_at),
        };
        let next_run_at = self.next_run_at.min(now.plus(terms.interval()));
        let after = Self {
            terms,
            credentials,
            credentials_at,
            next_run_at,
            open_until: None,
            ..self.next(now)
        };
        Ok(Some(Change::from(before, after, fact)))
    }

    /// Stops fetching it on schedule.
    ///
    /// # Errors
    /// `source_paused` when it is.
    pub fn pause(self, now: Instant) -> Result<Change<Self, SourcePaused>, Problem> {
        if self.state == SourceState::Paused {
            return Err(Problem::conflict("source_paused"));
        }
        let fact = SourcePaused { id: self.id };
        let after = Self {
            state: SourceState::Paused,
            ..self.next(now)
        };
        Ok(Change::from(json!({"state": "active"}), after, fact))
    }

    /// Fetches it on schedule again, at once.
    ///
    /// # Errors
    /// `source_active` when it is.
    pub fn resume(self, now: Instant) -> Result<Change<Self, SourceResumed>, Problem> {
        if self.state == SourceState::Active {
            return Err(Problem::conflict("source_active"));
        }
        let fact = SourceResumed { id: self.id };
        let after = Self {
            state: SourceState::Active,
            next_run_at: now,
            open_until: None,
            ..self.next(now)
        };
        Ok(Change::from(json!({"state": "paused"}), after, fact))
    }

    fn next(self, now: Instant) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }

    /// Where it answers.
    pub fn endpoint(&self) -> &str {
        let own = self.terms.endpoint.as_str();
        if own.is_empty() {
            self.kind.usual_endpoint().unwrap_or_default()
        } else {
            own
        }
    }

    /// Whether its prices are older than two of its intervals: one missed run is no alarm.
    pub fn is_stale(&self, now: Instant) -> bool {
        let since = self.last_success_at.unwrap_or(self.created_at);
        now.since(since) > self.terms.interval().saturating_mul(2)
    }

    /// Whether the breaker is open.
    pub fn is_open(&self, now: Instant) -> bool {
        self.open_until.is_some_and(|until| now < until)
    }
}

/// The terms as they are kept, or all that is wrong with them.
fn judged(kind: SourceKind, terms: Terms, credentials: Option<&Credentials>) -> Result<Terms, Problem> {
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
    use kernel::{Id, RegistrarId};
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
    fn names_read_back_as_what_they_name() {
        for kind in SourceKind::ALL {
            assert_eq!(SourceKind::parse(kind.name()), Some(kind));
            assert_eq!(json!(kind), kind.name());
        }
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

    #[test]
    fn three_failed_runs_open_the_breaker_for_longer_each_time() {
        let now = Instant::EPOCH;
        let rests: Vec<_> = (0..12)
            .map(|failures| rest_after(failures, now).map(|until| until.since(now).as_mins()))
            .collect();
        assert_eq!(rests[..3], [None, None, None]);
        assert_eq!(rests[3..6], [Some(30), Some(60), Some(120)]);
        assert_eq!(rests[11], Some(24 * 60));
    }
}
