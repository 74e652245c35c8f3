//! Amounts as tests write them: `inr("1,234.50")`. Panics on anything that is no amount, so for tests only.

use super::{Currency, Money};

/// An amount of any currency.
#[track_caller]
pub fn money(text: &str, currency: Currency) -> Money {
    Money::parse(text, currency).unwrap_or_else(|error| panic!("{text} is no amount of {currency}: {error}"))
}

macro_rules! constructors {
    ($($name:ident = $currency:ident),*) => {$(
        #[doc = concat!("An amount of ", stringify!($currency), ".")]
        #[track_caller]
        pub fn $name(text: &str) -> Money { money(text, Currency::$currency) }
    )*};
}
constructors!(inr = INR, usd = USD, eur = EUR, gbp = GBP, jpy = JPY, kwd = KWD);
