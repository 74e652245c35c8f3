//! The simulated registry: which names are taken, free, or premium, and at what price. A function of (seed, name).

use std::collections::BTreeMap;

use crate::registrars::faults::draw;

/// The endings sold, with their yearly price, and the seed that settles each name's fate.
#[derive(Clone, Debug)]
pub struct Register {
    seed: u64,
    /// Millionths of a US dollar, by ending without a dot.
    prices: BTreeMap<String, i64>,
}

/// What the register says of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saying {
    /// Free at this price.
    Free {
        /// Millionths of a US dollar, for the whole period.
        price_micros: i64,
        /// Years.
        period: u8,
        /// Whether the registry was asked.
        definitive: bool,
    },
    /// Registered.
    Taken {
        /// Whether the registry was asked.
        definitive: bool,
    },
    /// Refused, with the code and words of the documents.
    Refused {
        /// The code.
        code: &'static str,
        /// The words.
        message: &'static str,
    },
}

/// A line of a price list has no price in it.
#[derive(Debug, thiserror::Error)]
pub enum BadPriceList {
    /// The text is not CSV with these columns.
    #[error("not a price list: {0}")]
    Csv(#[from] csv::Error),
    /// A price is no amount of dollars.
    #[error("{ending}: {price} is no price")]
    Price {
        /// Which ending.
        ending: String,
        /// What stands there.
        price: String,
    },
}

/// Registered under every ending, as in life.
const WELL_KNOWN: [&str; 20] = [
    "amazon",
    "apple",
    "bbc",
    "cloudflare",
    "example",
    "facebook",
    "github",
    "godaddy",
    "google",
    "ibm",
    "instagram",
    "linkedin",
    "microsoft",
    "netflix",
    "paypal",
    "test",
    "twitter",
    "wikipedia",
    "yahoo",
    "youtube",
];

impl Register {
    /// Ten common endings.
    pub fn small(seed: u64) -> Self {
        let prices = [
            ("app", 12_000_000),
            ("co.uk", 4_940_000),
            ("com", 9_590_000),
            ("dev", 10_000_000),
            ("info", 16_000_000),
            ("io", 45_000_000),
            ("net", 10_910_000),
            ("org", 9_930_000),
            ("uk", 4_940_000),
            ("xyz", 10_000_000),
        ];
        Self {
            seed,
            prices: prices.map(|(ending, price)| (ending.to_owned(), price)).into(),
        }
    }

    /// The endings and prices of a list with the columns `tld` and `price` (US dollars), as in `fixtures`.
    pub fn from_price_list(seed: u64, csv_text: &str) -> Result<Self, BadPriceList> {
        let mut rows = csv::Reader::from_reader(csv_text.as_bytes());
        let mut prices = BTreeMap::new();
        for row in rows.deserialize::<BTreeMap<String, String>>() {
            let row = row?;
            let field = |name: &str| row.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
            let (ending, price) = (field("tld"), field("price"));
            let micros = micros(&price).ok_or_else(|| BadPriceList::Price {
                ending: ending.clone(),
                price,
            })?;
            prices.insert(ending.trim_start_matches('.').to_ascii_lowercase(), micros);
        }
        Ok(Self { seed, prices })
    }

    /// How many endings it sells.
    pub fn len(&self) -> usize {
        self.prices.len()
    }

    /// Whether it sells nothing.
    pub fn is_empty(&self) -> bool {
        self.prices.is_empty()
    }

    /// What it says of `name`; with `full` the registry itself is asked, so every answer is definitive.
    pub fn say(&self, name: &str, full: bool) -> Saying {
        let name = name.to_ascii_lowercase();
        let Some((label, ending)) = name.split_once('.') else {
            return Saying::Refused {
                code: "INVALID_DOMAIN",
                message: "FQDN fails generic validity regex",
            };
        };
        if let Some(refusal) = misspelt(label) {
            return refusal;
        }
        let Some(price) = self.prices.get(ending) else {
            return Saying::Refused {
                code: "UNSUPPORTED_TLD",
                message: "Invalid tld error",
            };
        };
        if label == "nic" || label == "whois" {
            return Saying::Refused {
                code: "RESERVED_NAME",
                message: "Reserved name error",
            };
        }
        let definitive = full || self.chance("definitive", &name) >= 15;
        if self.is_taken(label, ending, &name) {
            return Saying::Taken { definitive };
        }
        // Anguilla's registry sells two years at once.
        let period = if ending == "ai" { 2 } else { 1 };
        let price_micros = self.price(*price, label, &name) * i64::from(period);
        Saying::Free {
            price_micros,
            period,
            definitive,
        }
    }

    /// From 0 to 99.
    fn chance(&self, purpose: &str, subject: &str) -> u64 {
        draw(self.seed, purpose, subject) % 100
    }

    /// Short names went first, and those under .com before the rest.
    fn is_taken(&self, label: &str, ending: &str, name: &str) -> bool {
        let percent = match label.len() {
            0..=3 => 97,
            4..=5 => 85,
            6..=8 => 60,
            9..=12 => 35,
            _ => 15,
        };
        let percent = if ending == "com" { percent } else { percent / 2 };
        WELL_KNOWN.contains(&label) || self.chance("taken", name) < percent
    }

    /// The list price, or for one short free name in twelve a premium one: ten to three hundred times as much.
    fn price(&self, list_price: i64, label: &str, name: &str) -> i64 {
        if label.len() <= 8 && draw(self.seed, "premium", name).is_multiple_of(12) {
            let factor = 10 + draw(self.seed, "premium-factor", name) % 291;
            list_price * i64::try_from(factor).unwrap_or(10)
        } else {
            list_price
        }
    }
}

/// What is wrong with a label, in the documents' words.
fn misspelt(label: &str) -> Option<Saying> {
    let refuse = |code, message| Some(Saying::Refused { code, message });
    if label.is_empty() || label.len() > 63 {
        refuse("INVALID_DOMAIN", "FQDN fails generic validity regex")
    } else if !label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        refuse("INVALID_CHARACTERS", "Invalid character(s) error")
    } else if label.starts_with('-') {
        refuse("INVALID_DOMAIN", "Domain starts with dash")
    } else if label.ends_with('-') {
        refuse("INVALID_DOMAIN", "Domain segment ends with dash")
    } else if label.get(2..4) == Some("--") && !label.starts_with("xn--") {
        refuse(
            "INVALID_DOMAIN",
            "Non-IDN domain name must not have dashes at the third and fourth position",
        )
    } else {
        None
    }
}

/// "9.59" as 9,590,000.
fn micros(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || part.len() > 6 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole: u32 = whole.parse().ok()?;
    let part: i64 = format!("{part:0<6}").parse().ok()?;
    Some(i64::from(whole) * 1_000_000 + part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_names_are_taken_under_every_ending() {
        let register = Register::small(1);
        for name in ["google.com", "example.org", "GitHub.io", "amazon.co.uk"] {
            assert_eq!(register.say(name, true), Saying::Taken { definitive: true }, "{name}");
        }
    }

    #[test]
    fn about_as_many_names_are_taken_as_in_life_and_a_few_are_premium() {
        let register = Register::small(1);
        let say = |label: &str| register.say(&format!("{label}.com"), true);
        let taken = (0..1000)
            .filter(|n| matches!(say(&format!("shop{n:03}")), Saying::Taken { .. }))
            .count();
        assert!((550..650).contains(&taken), "{taken}");
        let premium = (0..1000)
            .filter(|n| matches!(say(&format!("shop{n:03}")), Saying::Free { price_micros, .. } if price_micros > 95_000_000))
            .count();
        assert!((15..60).contains(&premium), "{premium}");
    }

    #[test]
    fn a_price_list_becomes_a_register() {
        let register =
            Register::from_price_list(1, "tld,price,renewal,icann_fee\nai,65,65,0\nshop,19.98,30,0.18\n").unwrap();
        assert_eq!(register.len(), 2);
        let long = "a-name-long-enough-to-be-free";
        let free = (0..50).find_map(|n| match register.say(&format!("{long}-{n}.ai"), false) {
            Saying::Free {
                price_micros, period, ..
            } => Some((price_micros, period)),
            _ => None,
        });
        assert_eq!(free, Some((130_000_000, 2)), "two years at once");
        assert_eq!(micros("19.98"), Some(19_980_000));
        assert!(Register::from_price_list(1, "tld,price\ncom,\"1,000\"\n").is_err());
    }

    #[test]
    fn a_name_it_cannot_sell_is_refused_in_the_documents_words() {
        let register = Register::small(1);
        for (name, code) in [
            ("shop.nosuchending", "UNSUPPORTED_TLD"),
            ("www.shop.com", "UNSUPPORTED_TLD"),
            ("-shop.com", "INVALID_DOMAIN"),
            ("sh_op.com", "INVALID_CHARACTERS"),
            ("ab--cd.com", "INVALID_DOMAIN"),
            ("com", "INVALID_DOMAIN"),
            ("nic.com", "RESERVED_NAME"),
        ] {
            assert!(
                matches!(register.say(name, true), Saying::Refused { code: c, .. } if c == code),
                "{name}"
            );
        }
    }
}
