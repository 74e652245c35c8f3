//! Sessions, pure: how long they last. A session is a signed-in browser, or a program holding refresh tokens.

use jiff::SignedDuration;
use kernel::{Instant, SessionId, UserId};

use crate::users::Kind;

/// What carries a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// A cookie in a browser.
    Browser,
    /// Access and refresh tokens of the API.
    Tokens,
}

impl Carrier {
    /// As stored.
    pub fn key(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Tokens => "tokens",
        }
    }

    /// Reads what is stored.
    pub fn parse(key: &str) -> Option<Self> {
        [Self::Browser, Self::Tokens]
            .into_iter()
            .find(|carrier| carrier.key() == key)
    }
}

/// A browser left alone is signed out: staff after 30 minutes, customers after 12 hours.
pub fn idle_limit(kind: Kind, carrier: Carrier) -> SignedDuration {
    match (carrier, kind) {
        (Carrier::Browser, Kind::Staff) => SignedDuration::from_mins(30),
        (Carrier::Browser, Kind::Customer) => SignedDuration::from_hours(12),
        // A program refreshes every quarter of an hour; one that has been silent for a week is gone.
        (Carrier::Tokens, _) => SignedDuration::from_hours(24 * 7),
    }
}

/// However busy, it ends: browsers after 24 hours, programs after 30 days.
pub fn absolute_limit(carrier: Carrier) -> SignedDuration {
    match carrier {
        Carrier::Browser => SignedDuration::from_hours(24),
        Carrier::Tokens => SignedDuration::from_hours(24 * 30),
    }
}

/// How long a password proves that it is still the same person, for the acts that ask again.
pub const STEP_UP_MINUTES: i64 = 10;

/// A session as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id; in access tokens and lists.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// Staff or customer.
    pub kind: Kind,
    /// What carries it.
    pub carrier: Carrier,
    /// When the person signed in.
    pub created_at: Instant,
    /// When the password was last proved in it.
    pub proved_at: Instant,
    /// Last request, to the minute.
    pub last_seen_at: Instant,
    /// The absolute end.
    pub ends_at: Instant,
    /// Ended by the person, by a change of password, or by a reused refresh token.
    pub ended_at: Option<Instant>,
    /// Browser and system, as it named itself; shown in the list.
    pub agent: String,
    /// Network it came from, cut to a prefix.
    pub network: String,
}

impl Session {
    /// Whether it still counts at `now`.
    pub fn is_live(&self, now: Instant) -> bool {
        let idle_until = self.last_seen_at.plus(idle_limit(self.kind, self.carrier));
        self.ended_at.is_none() && now < self.ends_at && now < idle_until
    }
}

/// A short name for a browser: enough to recognise one's own among a few, no fingerprint.
pub fn agent_name(user_agent: &str) -> String {
    let has = |part: &str| user_agent.contains(part);
    let browser = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]
    .into_iter()
    .find_map(|(part, name)| has(part).then_some(name));
    let system = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]
    .into_iter()
    .find_map(|(part, name)| has(part).then_some(name));
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => user_agent.chars().filter(|c| !c.is_control()).take(40).collect(),
    }
}

/// The network an address belongs to: /24 of IPv4, /48 of IPv6. What brute force is counted by and what lists show.
pub fn network(ip: std::net::IpAddr) -> String {
    match ip.to_canonical() {
        std::net::IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        std::net::IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Id;
    use uuid::Uuid;

    use super::*;

    fn minute(n: i64) -> Instant {
        Instant::from_micros(n * 60_000_000)
    }

    fn session(kind: Kind, last_seen: i64) -> Session {
        Session {
            id: SessionId::from_uuid(Uuid::nil()),
            user: UserId::from_uuid(Uuid::nil()),
            kind,
            carrier: Carrier::Browser,
            created_at: minute(0),
            proved_at: minute(0),
            last_seen_at: minute(last_seen),
            ends_at: minute(0).plus(absolute_limit(Carrier::Browser)),
            ended_at: None,
            agent: String::new(),
            network: String::new(),
        }
    }

    #[test]
    fn staff_are_signed_out_after_half_an_hour_alone_and_customers_after_twelve() {
        assert!(session(Kind::Staff, 5).is_live(minute(34)));
        assert!(!session(Kind::Staff, 5).is_live(minute(35)));
        assert!(session(Kind::Customer, 5).is_live(minute(5 + 12 * 60 - 1)));
        assert!(!session(Kind::Customer, 5).is_live(minute(5 + 12 * 60)));
    }

    #[test]
    fn however_busy_a_browser_is_signed_out_after_a_day() {
        assert!(session(Kind::Staff, 24 * 60 - 1).is_live(minute(24 * 60 - 1)));
        assert!(!session(Kind::Staff, 24 * 60).is_live(minute(24 * 60)));
    }

    #[test]
    fn an_ended_session_is_not_live() {
        assert!(
            !Session {
                ended_at: Some(minute(1)),
                ..session(Kind::Staff, 5)
            }
            .is_live(minute(6))
        );
    }

    #[test]
    fn browsers_are_named_shortly() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0";
        assert_eq!(agent_name(firefox), "Firefox, Linux");
        assert_eq!(
            agent_name("Mozilla/5.0 (Windows NT 10.0) Chrome/156.0 Safari/537.36 Edg/156.0"),
            "Edge, Windows"
        );
        assert_eq!(agent_name("curl/8.5"), "curl");
        assert_eq!(agent_name("\u{7}my program"), "my program");
    }

    #[test]
    fn networks_are_cut_to_what_one_household_or_office_has() {
        assert_eq!(network("203.0.113.77".parse().unwrap()), "203.0.113.0/24");
        assert_eq!(network("::ffff:203.0.113.77".parse().unwrap()), "203.0.113.0/24");
        assert_eq!(network("2001:db8:7:8::1".parse().unwrap()), "2001:db8:7::/48");
    }
}
