//! An ending and what it is sorted by.

use super::ending::Ending;
use serde::{Deserialize, Serialize};

/// What kind of registry stands behind an ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Open to all, under ICANN's contracts: `com`, `shop`.
    Generic,
    /// A country's, with its own rules: `in`, `co.uk`.
    Country,
    /// A company's, below somebody's name: `uk.com`.
    Company,
}

impl Category {
    /// As the database keeps it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Generic => "generic",
            Self::Country => "country",
            Self::Company => "company",
        }
    }

    /// From the database; what is unknown is generic.
    pub fn parse(code: &str) -> Self {
        match code {
            "country" => Self::Country,
            "company" => Self::Company,
            _ => Self::Generic,
        }
    }
}

/// An ending of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tld {
    /// The A-label, lower case, without a leading dot.
    pub ending: Box<str>,
    /// As people write it.
    pub shown: Box<str>,
    /// Of ICANN's part of the public suffix list.
    pub icann: bool,
    /// What kind it is.
    pub category: Category,
    /// The higher, the more sought-after.
    pub popularity: i64,
    /// Whether the tenant sells it.
    pub sold: bool,
}

/// The endings most asked for, first first; the others follow by name.
const SOUGHT_AFTER: &[&str] = &[
    "com", "net", "org", "io", "ai", "co", "in", "dev", "app", "shop", "store", "online", "site", "xyz", "info", "biz",
    "me", "co.uk", "uk", "de", "eu", "co.in", "us", "ca", "fr", "es", "nl", "it", "ch", "tech", "cloud", "blog",
    "agency", "design", "studio", "art", "club", "live", "news", "tv", "cc", "space", "website", "world", "travel",
    "email", "digital", "pro", "name", "mobi",
];

impl Tld {
    /// An ending met for the first time.
    pub fn first_met(ending: &Ending) -> Self {
        let place = SOUGHT_AFTER.iter().position(|sought| *sought == ending.ascii);
        let popularity = place.map_or(0, |place| 1000 - 10 * place as i64);
        Self {
            ending: ending.ascii.as_str().into(),
            shown: ending.shown.as_str().into(),
            icann: ending.icann,
            category: category(ending),
            popularity,
            sold: true,
        }
    }
}

fn category(ending: &Ending) -> Category {
    let last = ending.shown.rsplit('.').next().unwrap_or_default();
    match (ending.icann, last.len()) {
        (false, _) => Category::Company,
        (true, 2) => Category::Country,
        (true, _) => Category::Generic,
    }
}

#[cfg(test)]
mod tests {
    use super::super::ending::parse;
    use super::*;

    #[test]
    fn an_ending_first_met_is_sorted_by_its_kind_and_by_how_sought_after_it_is() {
        let met = |text: &str| Tld::first_met(&parse(text).unwrap());
        assert_eq!((met("com").category, met("com").popularity), (Category::Generic, 1000));
        assert_eq!(met("co.uk").category, Category::Country);
        assert_eq!(met("uk.com").category, Category::Company);
        assert_eq!(met("academy").popularity, 0);
        assert!(met("academy").sold);
    }
}
