//! The words rules and lines meet by: places, and codes of supplies and circumstances.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, de};

/// Text that is no such word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadWord {
    /// Not a place.
    #[error("a place is a country, with a state and further parts where they matter: IN, IN-MH, US-NY-NYC")]
    Region,
    /// Not a code.
    #[error("a code is 1 to 40 lower-case letters, digits and underscores, and begins with a letter")]
    Code,
}

/// A place as tax law divides the world: a country (ISO 3166-1 alpha-2), a state of it (ISO 3166-2), and parts of that by
/// names of our own: `IN`, `IN-MH`, `US-NY-NYC`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(Box<str>);

/// What kind of supply a line is, or a circumstance of it: `accommodation`, `without_input_credit`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(Box<str>);

impl Region {
    /// Reads a place.
    ///
    /// # Errors
    /// When the text is none.
    pub fn parse(text: &str) -> Result<Self, BadWord> {
        let mut parts = text.split('-');
        let country = parts.next().unwrap_or_default();
        let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
        let is_part = |part: &str| {
            (1..=20).contains(&part.len())
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        };
        if is_country && text.len() <= 60 && parts.all(is_part) {
            Ok(Self(text.into()))
        } else {
            Err(BadWord::Region)
        }
    }

    /// The country's two letters.
    pub fn country(&self) -> &str {
        &self.0[..2]
    }

    /// Country and state; nothing where only the country is known.
    pub fn state(&self) -> Option<&str> {
        let rest = self.0.get(3..)?;
        let end = rest.find('-').map_or(self.0.len(), |at| at + 3);
        Some(&self.0[..end])
    }

    /// Whether this is `other` or a part of it.
    pub fn lies_in(&self, other: &Self) -> bool {
        let rest = self.0.strip_prefix(&*other.0);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Code {
    /// Reads a code.
    ///
    /// # Errors
    /// When the text is none.
    pub fn parse(text: &str) -> Result<Self, BadWord> {
        let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
        if begins && text.len() <= 40 && text.bytes().all(is_word) {
            Ok(Self(text.into()))
        } else {
            Err(BadWord::Code)
        }
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! text {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadWord;

            fn from_str(text: &str) -> Result<Self, BadWord> {
                Self::parse(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(&std::borrow::Cow::<str>::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }
    )*};
}
text!(Region, Code);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_knows_its_country_and_state_and_what_it_lies_in() {
        let nyc = Region::parse("US-NY-NYC").unwrap();
        assert_eq!((nyc.country(), nyc.state()), ("US", Some("US-NY")));
        assert_eq!(Region::parse("IN").unwrap().state(), None);
        assert_eq!(Region::parse("IN-MH").unwrap().state(), Some("IN-MH"));
        for (place, other, lies_in) in [
            ("US-NY-NYC", "US-NY", true),
            ("US-NY", "US-NY", true),
            ("US-NYX", "US-NY", false),
            ("US", "US-NY", false),
        ] {
            assert_eq!(
                Region::parse(place).unwrap().lies_in(&Region::parse(other).unwrap()),
                lies_in,
                "{place} {other}"
            );
        }
    }

    #[test]
    fn what_is_no_word_is_refused() {
        for bad in ["", "I", "in", "IND", "IN-", "IN--MH", "IN-mh", "IN MH", "ÄN"] {
            assert_eq!(Region::parse(bad), Err(BadWord::Region), "{bad}");
        }
        for bad in ["", "Tour", "1_tour", "tour-5", &"a".repeat(41)] {
            assert_eq!(Code::parse(bad), Err(BadWord::Code), "{bad}");
        }
    }
}
