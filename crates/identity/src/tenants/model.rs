//! A tenant, pure: its slug, its brand, what it may set.

use kernel::{Change, Instant, Problem, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::events::{TenantChanged, TenantSignedUp};

/// Names of hosts that cannot be a tenant's.
const RESERVED: &[&str] = &[
    "www",
    "api",
    "app",
    "admin",
    "console",
    "mail",
    "smtp",
    "ftp",
    "ns1",
    "ns2",
    "static",
    "assets",
    "cdn",
    "status",
    "docs",
    "help",
    "support",
    "blog",
    "localhost",
    "entrepot",
    "root",
    "billing",
    "test",
    "staging",
    "metrics",
];

/// Languages the product speaks.
pub const LOCALES: &[&str] = &["en-US", "en-IN", "es", "fr"];

/// What a tenant sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trades {
    /// Domain names.
    pub domains: bool,
    /// Trips.
    pub travel: bool,
}

impl Trades {
    /// As stored: `domains`, `travel` or both with a comma.
    pub fn key(self) -> &'static str {
        match (self.domains, self.travel) {
            (true, true) => "domains,travel",
            (true, false) => "domains",
            (false, true) => "travel",
            (false, false) => "",
        }
    }

    /// Reads what is stored or chosen.
    pub fn parse(text: &str) -> Self {
        let has = |trade| text.split(',').any(|part| part.trim() == trade);
        Self {
            domains: has("domains"),
            travel: has("travel"),
        }
    }
}

/// What a tenant may set about itself; also as the API speaks of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TenantSettings)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Name of the company.
    #[schema(max_length = 100, example = "Northwind Names")]
    pub name: String,
    /// Hue of the brand, degrees.
    #[schema(minimum = 0, maximum = 359, example = 250)]
    pub hue: i64,
    /// Strength of the brand's colour (chroma), thousandths; lightness is ours so that contrast holds.
    #[schema(minimum = 0, maximum = 170, example = 120)]
    pub chroma_thousandths: i64,
    /// Currency prices are shown in where nothing else is asked.
    #[schema(example = "USD")]
    pub currency: String,
    /// IANA time zone; business dates are this zone's.
    #[schema(example = "America/New_York")]
    pub time_zone: String,
    /// Language of its site.
    #[schema(example = "en-US")]
    pub locale: String,
}

/// A reseller company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its name in host names: `{slug}.example.com`.
    pub slug: String,
    /// What it sells.
    pub trades: Trades,
    /// Whether it is suspended: nothing of it answers.
    pub suspended: bool,
    /// What it may set.
    pub settings: Settings,
    /// Raised with each change; the ETag.
    pub version: i64,
    /// When it signed up.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}

/// Largest chroma at which every hue keeps its contrast.
pub const MAX_CHROMA_THOUSANDTHS: i64 = web::theme::Theme::MAX_CHROMA as i64;

/// Reads a slug: 3 to 32 of `a-z0-9-`, no hyphen at an end or doubled (`xn--` would be a promise about scripts).
///
/// # Errors
/// A problem of the field `/slug`.
pub fn parse_slug(text: &str) -> Result<String, Problem> {
    let slug = text.trim().to_ascii_lowercase();
    let refused = |code| Err(Problem::refused("invalid_fields").field("/slug", code));
    let sound = slug
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !(3..=32).contains(&slug.len()) || !sound || slug.starts_with('-') || slug.ends_with('-') || slug.contains("--")
    {
        return refused("slug_shape");
    }
    if RESERVED.contains(&slug.as_str()) {
        return refused("slug_taken");
    }
    Ok(slug)
}

/// Checks settings, all fields at once.
///
/// # Errors
/// One field problem each.
pub fn check_settings(settings: &Settings) -> Result<(), Problem> {
    let mut problem = Problem::refused("invalid_fields");
    let name = settings.name.trim().chars().count();
    if name == 0 {
        problem = problem.field("/name", "required");
    } else if name > 100 {
        problem = problem.field("/name", "too_long");
    }
    if !(0..360).contains(&settings.hue) {
        problem = problem.field("/hue", "hue_range");
    }
    if !(0..=MAX_CHROMA_THOUSANDTHS).contains(&settings.chroma_thousandths) {
        problem = problem.field("/chroma_thousandths", "chroma_range");
    }
    if settings.currency.parse::<kernel::Currency>().is_err() {
        problem = problem.field("/currency", "currency_unknown");
    }
    if jiff::tz::TimeZone::get(&settings.time_zone).is_err() {
        problem = problem.field("/time_zone", "time_zone_unknown");
    }
    if !LOCALES.contains(&settings.locale.as_str()) {
        problem = problem.field("/locale", "locale_unknown");
    }
    if problem.fields.is_empty() {
        Ok(())
    } else {
        Err(problem)
    }
}

impl Tenant {
    /// A company signs up.
    pub fn sign_up(
        id: TenantId,
        slug: String,
        trades: Trades,
        settings: Settings,
        now: Instant,
    ) -> Change<Self, TenantSignedUp> {
        let fact = TenantSignedUp {
            tenant: id,
            slug: slug.clone(),
            trades: trades.key().to_owned(),
        };
        Change::new(
            Self {
                id,
                slug,
                trades,
                suspended: false,
                settings,
                version: 1,
                created_at: now,
                updated_at: now,
            },
            fact,
        )
    }

    /// Its settings change.
    pub fn set(self, slug: String, settings: Settings, now: Instant) -> Change<Self, TenantChanged> {
        let before = json!({ "slug": self.slug, "currency": self.settings.currency, "time_zone": self.settings.time_zone, "locale": self.settings.locale,
            "hue": self.settings.hue });
        let fact = TenantChanged {
            tenant: self.id,
            slug: slug.clone(),
            currency: settings.currency.clone(),
            time_zone: settings.time_zone.clone(),
            locale: settings.locale.clone(),
        };
        Change::from(
            before,
            Self {
                slug,
                settings,
                version: self.version + 1,
                updated_at: now,
                ..self
            },
            fact,
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn settings() -> Settings {
        Settings {
            name: "Northwind".into(),
            hue: 250,
            chroma_thousandths: 120,
            currency: "USD".into(),
            time_zone: "America/New_York".into(),
            locale: "en-US".into(),
        }
    }

    #[test]
    fn slugs_are_host_labels_that_nobody_else_needs() {
        assert_eq!(parse_slug(" Northwind "), Ok("northwind".to_owned()));
        for (bad, code) in [
            ("ab", "slug_shape"),
            ("-abc", "slug_shape"),
            ("a--b", "slug_shape"),
            ("a_b", "slug_shape"),
            ("www", "slug_taken"),
            ("ü-abc", "slug_shape"),
        ] {
            assert_eq!(parse_slug(bad).unwrap_err().fields[0].code, code, "{bad}");
        }
    }

    #[test]
    fn every_bad_setting_is_named_at_once() {
        assert!(check_settings(&settings()).is_ok());
        let bad = Settings {
            name: " ".into(),
            hue: 360,
            chroma_thousandths: 999,
            currency: "XXY".into(),
            time_zone: "Mars/Base".into(),
            locale: "tlh".into(),
        };
        assert_eq!(check_settings(&bad).unwrap_err().fields.len(), 6);
    }

    #[test]
    fn trades_read_back_what_they_write() {
        for text in ["domains", "travel", "domains,travel", ""] {
            assert_eq!(Trades::parse(text).key(), text);
        }
    }

    proptest! {
        #[test]
        fn a_slug_is_always_a_sound_host_label(text in any::<String>()) {
            if let Ok(slug) = parse_slug(&text) {
                prop_assert!(slug.len() <= 63 && !slug.starts_with('-') && !slug.ends_with('-'));
                prop_assert_eq!(parse_slug(&slug), Ok(slug.clone()));
            }
        }
    }
}
