//! GoDaddy's money: millionths of the currency, a type of its own so that it is never taken for minor units
//! (v3 of the same API speaks minor units).

use kernel::{Currency, Money};

/// An amount in millionths: 7,490,000 is 7.49 US dollars, and 7.490 Kuwaiti dinars, and 7.49 yen, which no one can pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Micros(i64);

/// No ordinary or premium name costs more than this many units of any currency.
const MOST_UNITS: i64 = 1_000_000_000;

impl Micros {
    /// A price: above zero and within reason.
    pub fn price(micros: i64) -> Option<Self> {
        (micros > 0 && micros <= MOST_UNITS * 1_000_000).then_some(Self(micros))
    }

    /// The amount as millionths.
    pub fn get(self) -> i64 {
        self.0
    }

    /// As money. A part of a minor unit counts as a whole one: what we pay is never understated.
    pub fn money(self, currency: Currency) -> Option<Money> {
        let minor = match 6_u32.checked_sub(u32::from(currency.exponent())) {
            Some(places) => {
                let micros_per_minor = 10_i64.pow(places);
                self.0.div_euclid(micros_per_minor) + i64::from(self.0.rem_euclid(micros_per_minor) > 0)
            }
            None => return None,
        };
        Some(Money::new(minor, currency))
    }

    /// From money; nothing when it does not fit.
    pub fn of(money: Money) -> Option<Self> {
        let places = 6_u32.checked_sub(u32::from(money.currency.exponent()))?;
        money.minor.checked_mul(10_i64.pow(places)).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn millionths_become_minor_units_by_the_currencys_exponent() {
        for (micros, code, minor) in [
            (7_490_000, "USD", 749),
            (7_490_000, "KWD", 7490),
            (1_200_000_000, "JPY", 1200),
            (7_490_001, "USD", 750), // a part of a cent is a cent
            (1, "JPY", 1),
        ] {
            let money = Micros::price(micros).unwrap().money(currency(code)).unwrap();
            assert_eq!(money, Money::new(minor, currency(code)), "{micros} {code}");
        }
    }

    #[test]
    fn no_price_is_zero_negative_or_beyond_reason() {
        for micros in [0, -1, i64::MIN, i64::MAX] {
            assert_eq!(Micros::price(micros), None, "{micros}");
        }
    }

    proptest! {
        #[test]
        fn money_survives_the_way_to_millionths_and_back(minor in 1_i64..=10_000_000_000, code in 0_usize..3) {
            let money = Money::new(minor, currency(["USD", "JPY", "KWD"][code]));
            if let Some(micros) = Micros::of(money).and_then(|micros| Micros::price(micros.get())) {
                prop_assert_eq!(micros.money(money.currency), Some(money));
            }
        }

        #[test]
        fn money_is_never_less_than_the_millionths_it_came_from(micros in 1_i64..=1_000_000_000_000) {
            let price = Micros::price(micros).unwrap();
            let back = Micros::of(price.money(currency("USD")).unwrap()).unwrap();
            prop_assert!(back >= price && back.get() - price.get() < 10_000);
        }
    }
}
