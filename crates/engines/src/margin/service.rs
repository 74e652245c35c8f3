//! The services a margin is reported for, and what each sells for and costs.

use kernel::{Currency, Instant, Money, PriceId, RegistrarId};
use serde::{Deserialize, Serialize};

use crate::pricing::{self, CostAsk, InForce, Kind, List, Operation, Place, PriceAsk, PriceBook};

/// What is sold, for one year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// The first year as it is sold now, first-year prices and promotions counted.
    RegisterFirstYear,
    /// The first year at its lasting price.
    RegisterRegular,
    /// Another year.
    Renew,
    /// Bringing a name in, with the year that adds.
    Transfer,
    /// Taking a name back from redemption, with one year's renewal where that comes on top.
    Restore,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::RegisterFirstYear,
        Self::RegisterRegular,
        Self::Renew,
        Self::Transfer,
        Self::Restore,
    ];

    /// As addresses and answers write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RegisterFirstYear => "register_first_year",
            Self::RegisterRegular => "register_regular",
            Self::Renew => "renew",
            Self::Transfer => "transfer",
            Self::Restore => "restore",
        }
    }

    /// From its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.name() == name)
    }

    const fn operation(self) -> Operation {
        match self {
            Self::RegisterFirstYear | Self::RegisterRegular => Operation::Register,
            Self::Renew => Operation::Renew,
            Self::Transfer => Operation::Transfer,
            Self::Restore => Operation::Restore,
        }
    }

    fn ask(self, tld: &str, currency: Currency, at: Instant) -> PriceAsk<'_> {
        PriceAsk {
            tld,
            operation: self.operation(),
            years: 1,
            currency,
            at,
        }
    }

    /// What customers pay on the standard list.
    pub(super) fn price(self, book: &PriceBook, tld: &str, currency: Currency, at: Instant) -> Option<Money> {
        match self {
            Self::RegisterRegular => cell(book, List::Sales, Kind::Regular, tld, currency, at).map(|cell| cell.price),
            _ => pricing::price_bare(book, &self.ask(tld, currency, at))
                .ok()
                .map(|amounts| amounts.total),
        }
    }

    /// What a registrar takes, ICANN's fee counted, privacy not; nothing where that fee is known in another currency alone.
    pub(super) fn cost(
        self,
        book: &PriceBook,
        registrar: RegistrarId,
        tld: &str,
        currency: Currency,
        at: Instant,
    ) -> Option<Money> {
        if self == Self::RegisterRegular {
            let list = List::Registrar(registrar);
            let cost = cell(book, list, Kind::Regular, tld, currency, at)?.price;
            let fee = |currency| cell(book, list, Kind::IcannFee, tld, currency, at);
            return match fee(currency) {
                Some(fee) => cost.add(fee.price).ok(),
                None if book.currencies(list).any(|other| fee(other).is_some()) => None,
                None => Some(cost),
            };
        }
        let ask = self.cost_ask(registrar, tld, currency, at);
        pricing::cost_bare(book, &ask).ok().map(|amounts| amounts.total)
    }

    fn cost_ask(self, registrar: RegistrarId, tld: &str, currency: Currency, at: Instant) -> CostAsk<'_> {
        CostAsk {
            registrar,
            service: self.ask(tld, currency, at),
            with_privacy: false,
        }
    }

    /// The cells price and cost were made of, in the order they were used; `currencies` are the one the price and the one the
    /// cost is in.
    pub fn versions(
        self,
        book: &PriceBook,
        registrar: RegistrarId,
        tld: &str,
        currencies: (Currency, Currency),
        at: Instant,
    ) -> Vec<PriceId> {
        let (sold_in, charged_in) = currencies;
        if self == Self::RegisterRegular {
            let list = List::Registrar(registrar);
            let found = [
                cell(book, List::Sales, Kind::Regular, tld, sold_in, at),
                cell(book, list, Kind::Regular, tld, charged_in, at),
                cell(book, list, Kind::IcannFee, tld, charged_in, at),
            ];
            return found.into_iter().flatten().map(|cell| cell.version).collect();
        }
        let price = pricing::price(book, &self.ask(tld, sold_in, at)).ok();
        let cost = pricing::cost(book, &self.cost_ask(registrar, tld, charged_in, at)).ok();
        let of = |priced: &pricing::Priced| priced.versions().collect::<Vec<_>>();
        [price.as_ref().map(of), cost.as_ref().map(of)]
            .into_iter()
            .flatten()
            .flatten()
            .collect()
    }
}

/// A price of registering for a year, of a kind that is not for the first year alone.
fn cell(book: &PriceBook, list: List, kind: Kind, tld: &str, currency: Currency, at: Instant) -> Option<InForce> {
    let place = Place {
        list,
        tld,
        operation: Operation::Register,
        years: 1,
        kind,
        currency,
    };
    book.in_force(&place, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_reads_back_its_name() {
        for service in Service::ALL {
            assert_eq!(Service::parse(service.name()), Some(service));
        }
        assert_eq!(Service::parse("register"), None);
    }
}
