//! Currencies of ISO 4217 and how many decimal digits each counts in.
//!
//! The table holds every active code that has a minor unit, funds codes included. Deliberately absent: metals, the SDR and
//! the testing codes (they have no minor unit, so no amount of ours can be in them) and withdrawn currencies.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, de};

/// Not the code of an active currency.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an ISO 4217 currency code in use: three capital letters such as INR are")]
pub struct UnknownCurrency;

macro_rules! currencies {
    ($($code:ident = $exponent:literal,)*) => {
        /// A currency, named by its ISO 4217 code. Ordered by code.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Currency {
            $(#[doc = concat!("ISO 4217 ", stringify!($code), ", ", stringify!($exponent), " decimal digits.")] $code,)*
        }

        /// In the order of the enum, which is alphabetical: a currency's discriminant is its place here.
        const TABLE: &[(Currency, &str, u8)] = &[$((Currency::$code, stringify!($code), $exponent),)*];
    };
}

#[rustfmt::skip]
currencies! {
    AED = 2, AFN = 2, ALL = 2, AMD = 2, AOA = 2, ARS = 2, AUD = 2, AWG = 2, AZN = 2, BAM = 2, BBD = 2, BDT = 2, BHD = 3, BIF = 0,
    BMD = 2, BND = 2, BOB = 2, BOV = 2, BRL = 2, BSD = 2, BTN = 2, BWP = 2, BYN = 2, BZD = 2, CAD = 2, CDF = 2, CHE = 2, CHF = 2,
    CHW = 2, CLF = 4, CLP = 0, CNY = 2, COP = 2, COU = 2, CRC = 2, CUP = 2, CVE = 2, CZK = 2, DJF = 0, DKK = 2, DOP = 2, DZD = 2,
    EGP = 2, ERN = 2, ETB = 2, EUR = 2, FJD = 2, FKP = 2, GBP = 2, GEL = 2, GHS = 2, GIP = 2, GMD = 2, GNF = 0, GTQ = 2, GYD = 2,
    HKD = 2, HNL = 2, HTG = 2, HUF = 2, IDR = 2, ILS = 2, INR = 2, IQD = 3, IRR = 2, ISK = 0, JMD = 2, JOD = 3, JPY = 0, KES = 2,
    KGS = 2, KHR = 2, KMF = 0, KPW = 2, KRW = 0, KWD = 3, KYD = 2, KZT = 2, LAK = 2, LBP = 2, LKR = 2, LRD = 2, LSL = 2, LYD = 3,
    MAD = 2, MDL = 2, MGA = 2, MKD = 2, MMK = 2, MNT = 2, MOP = 2, MRU = 2, MUR = 2, MVR = 2, MWK = 2, MXN = 2, MXV = 2, MYR = 2,
    MZN = 2, NAD = 2, NGN = 2, NIO = 2, NOK = 2, NPR = 2, NZD = 2, OMR = 3, PAB = 2, PEN = 2, PGK = 2, PHP = 2, PKR = 2, PLN = 2,
    PYG = 0, QAR = 2, RON = 2, RSD = 2, RUB = 2, RWF = 0, SAR = 2, SBD = 2, SCR = 2, SDG = 2, SEK = 2, SGD = 2, SHP = 2, SLE = 2,
    SOS = 2, SRD = 2, SSP = 2, STN = 2, SVC = 2, SYP = 2, SZL = 2, THB = 2, TJS = 2, TMT = 2, TND = 3, TOP = 2, TRY = 2, TTD = 2,
    TWD = 2, TZS = 2, UAH = 2, UGX = 0, USD = 2, USN = 2, UYI = 0, UYU = 2, UYW = 4, UZS = 2, VED = 2, VES = 2, VND = 0, VUV = 0,
    WST = 2, XAD = 2, XAF = 0, XCD = 2, XCG = 2, XOF = 0, XPF = 0, YER = 2, ZAR = 2, ZMW = 2, ZWG = 2,
}

impl Currency {
    /// Every currency of the table, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    /// The three letters.
    pub const fn code(self) -> &'static str {
        TABLE[self as usize].1
    }

    /// How many decimal digits amounts have: 2 for INR, 0 for JPY, 3 for KWD.
    pub const fn exponent(self) -> u8 {
        TABLE[self as usize].2
    }

    /// How many minor units make one major unit: 100 for INR, 1 for JPY.
    pub const fn minor_per_major(self) -> i64 {
        10_i64.pow(self.exponent() as u32)
    }

    /// From the three letters, capitals only: what is written must equal what is read.
    pub fn parse(code: &str) -> Result<Self, UnknownCurrency> {
        TABLE
            .binary_search_by(|row| row.1.cmp(code))
            .map(|at| TABLE[at].0)
            .map_err(|_| UnknownCurrency)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(code: &str) -> Result<Self, UnknownCurrency> {
        Self::parse(code)
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&std::borrow::Cow::<str>::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_every_code_reads_back() {
        assert!(TABLE.windows(2).all(|pair| pair[0].1 < pair[1].1));
        for currency in Currency::all() {
            assert_eq!(Currency::parse(currency.code()), Ok(currency));
            assert_eq!(TABLE[currency as usize].0, currency);
        }
    }

    #[test]
    fn exponents_are_those_of_iso_4217() {
        // Every one that has not two, by ISO's list one. Gateways differ from ISO for some (MGA, UGX): these are ISO's.
        let of = |exponent| -> Vec<&str> {
            let all = Currency::all().filter(|currency| currency.exponent() == exponent);
            all.map(Currency::code).collect()
        };
        let none = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
        assert_eq!(of(0).join(" "), none);
        assert_eq!(of(3).join(" "), "BHD IQD JOD KWD LYD OMR TND");
        assert_eq!(of(4).join(" "), "CLF UYW");
        assert_eq!(
            of(2).len() + of(0).len() + of(3).len() + of(4).len(),
            Currency::all().count()
        );
        assert_eq!((Currency::INR.exponent(), Currency::MGA.exponent()), (2, 2));
    }

    #[test]
    fn small_letters_symbols_and_withdrawn_codes_are_refused() {
        for code in ["inr", "IN", "INRR", "₹", "", "DEM", "XXX", "XAU"] {
            assert_eq!(Currency::parse(code), Err(UnknownCurrency), "{code}");
        }
    }

    #[test]
    fn on_the_wire_a_currency_is_its_code() {
        assert_eq!(serde_json::to_string(&Currency::INR).unwrap(), "\"INR\"");
        assert_eq!(serde_json::from_str::<Currency>("\"KWD\"").unwrap(), Currency::KWD);
        assert!(serde_json::from_str::<Currency>("\"ZZZ\"").is_err());
    }
}
