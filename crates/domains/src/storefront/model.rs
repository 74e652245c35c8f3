//! The setting and its arithmetic: from a net price of a list to the price a visitor reads, and the words beside it.

use engines::pricing::{Amounts, Promotion};
use engines::tax;
use kernel::{Money, Percent, Problem};
use serde::{Deserialize, Serialize};
use web::messages::Words;

/// Characters of a tax's name.
const LONGEST_NAME: usize = 20;

/// How the shop shows its prices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Storefront {
    pub(crate) prices: PricesShown,
    /// The rate where no tax rule says otherwise; nothing before the tenant has named one.
    pub(crate) standard_rate: Option<StandardRate>,
}

/// Whether tax is in the prices that visitors read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PricesShown {
    /// It is added at the checkout.
    #[default]
    WithoutTax,
    /// It is in them already.
    WithTax,
}

/// A tax as buyers know it, and its rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StandardRate {
    /// `GST`, `VAT`.
    pub(crate) name: String,
    pub(crate) percent: Percent,
}

impl StandardRate {
    /// `18% GST`, with every digit of the rate: 8.875 % is not 8.9 %.
    fn words(&self, w: &Words) -> String {
        let (mut scaled, mut places) = (self.percent.millionths(), 4);
        while places > 0 && scaled % 10 == 0 {
            (scaled, places) = (scaled / 10, places - 1);
        }
        w.t2("domains-rate", "percent", w.decimal(scaled, places), "name", &self.name)
    }
}

impl Storefront {
    /// This setting, if it can be kept.
    ///
    /// # Errors
    /// Which fields cannot: pointers as in the API.
    pub(crate) fn checked(mut self) -> Result<Self, Problem> {
        let mut problem = Problem::refused("invalid_fields");
        if let Some(rate) = &mut self.standard_rate {
            rate.name = rate.name.trim().to_owned();
            let is_line = !rate.name.chars().any(char::is_control);
            if !is_line || !(1..=LONGEST_NAME).contains(&rate.name.chars().count()) {
                problem = problem.field("/standard_rate/name", "tax_name_invalid");
            }
            if !(Percent::ZERO..=Percent::WHOLE).contains(&rate.percent) {
                problem = problem.field("/standard_rate/percent", "tax_percent_invalid");
            }
        } else if self.prices == PricesShown::WithTax {
            problem = problem.field("/standard_rate/name", "standard_rate_missing");
        }
        if problem.fields.is_empty() {
            Ok(self)
        } else {
            Err(problem)
        }
    }

    /// A net amount of a sales list as visitors read it; nothing when that cannot be counted (9.2e18 minor units).
    pub(crate) fn shown(&self, net: Money) -> Option<Money> {
        match (self.prices, &self.standard_rate) {
            (PricesShown::WithTax, Some(rate)) => tax::gross(net, rate.percent).ok(),
            _ => Some(net),
        }
    }

    /// The same for all amounts of a price. Each is rounded by itself, so that a year reads the same wherever it stands.
    pub(crate) fn amounts_shown(&self, net: Amounts) -> Option<Amounts> {
        // An amount that is missing stays so; one that cannot be counted takes the whole price with it.
        let each = |net: Option<Money>| match net {
            Some(net) => self.shown(net).map(Some),
            None => Some(None),
        };
        let promotion = match net.promotion {
            Some(promotion) => Some(Promotion {
                price: self.shown(promotion.price)?,
                instead_of: each(promotion.instead_of)?,
            }),
            None => None,
        };
        Some(Amounts {
            total: self.shown(net.total)?,
            first_year: each(net.first_year)?,
            renewal: each(net.renewal)?,
            years: net.years,
            promotion,
        })
    }

    /// What stands beside offers: which prices they are, and where tax is.
    pub(crate) fn note_of_offers(&self, w: &Words) -> String {
        let (tax, rate) = self.tax_words(w);
        w.t2("domains-price-note", "tax", tax, "rate", rate)
    }

    /// What stands below the price list: where tax is.
    pub(crate) fn note_of_list(&self, w: &Words) -> String {
        let (tax, rate) = self.tax_words(w);
        w.t2("domains-list-note", "tax", tax, "rate", rate)
    }

    /// The case of the notes, and the rate in words.
    fn tax_words(&self, w: &Words) -> (&'static str, String) {
        match (self.prices, &self.standard_rate) {
            (PricesShown::WithTax, Some(rate)) => ("included", rate.words(w)),
            (PricesShown::WithoutTax, Some(rate)) => ("added", rate.words(w)),
            (_, None) => ("untold", String::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::money::testing::{inr, usd};
    use web::messages::Messages;

    use super::*;

    fn storefront(prices: PricesShown, name: &str, percent: &str) -> Storefront {
        let standard_rate = Some(StandardRate {
            name: name.to_owned(),
            percent: Percent::parse(percent).unwrap(),
        });
        Storefront { prices, standard_rate }
    }

    fn words(region: &str) -> Words {
        Messages::new(crate::MESSAGES).unwrap().words("en-US").region(region)
    }

    #[test]
    fn prices_are_shown_with_tax_where_the_tenant_says_so_and_each_year_reads_the_same() {
        let net = Amounts {
            total: inr("2003"),
            first_year: Some(inr("199")),
            renewal: Some(inr("902")),
            years: 3,
            promotion: Some(Promotion {
                price: inr("199"),
                instead_of: Some(inr("902")),
            }),
        };
        let gross = Amounts {
            total: inr("2363.54"),
            first_year: Some(inr("234.82")),
            renewal: Some(inr("1064.36")),
            years: 3,
            promotion: Some(Promotion {
                price: inr("234.82"),
                instead_of: Some(inr("1064.36")),
            }),
        };
        let with = storefront(PricesShown::WithTax, "GST", "18");
        assert_eq!(with.amounts_shown(net), Some(gross));
        let without = storefront(PricesShown::WithoutTax, "GST", "18");
        assert_eq!(without.amounts_shown(net), Some(net));
        assert_eq!(Storefront::default().shown(inr("199")), Some(inr("199")));
    }

    #[test]
    fn a_price_that_cannot_be_counted_is_no_price() {
        let most = Money::new(i64::MAX, kernel::Currency::USD);
        assert_eq!(storefront(PricesShown::WithTax, "VAT", "20").shown(most), None);
        let amounts = Amounts {
            total: usd("1"),
            first_year: None,
            renewal: Some(most),
            years: 1,
            promotion: None,
        };
        assert_eq!(
            storefront(PricesShown::WithTax, "VAT", "20").amounts_shown(amounts),
            None
        );
    }

    #[test]
    fn the_words_say_where_tax_is_with_every_digit_of_the_rate() {
        let w = words("en-US");
        let with = storefront(PricesShown::WithTax, "GST", "18");
        assert_eq!(with.note_of_offers(&w), "First year, then renewal, including 18% GST");
        assert_eq!(with.note_of_list(&w), "including 18% GST");
        let without = storefront(PricesShown::WithoutTax, "sales tax", "8.875");
        assert_eq!(
            without.note_of_offers(&w),
            "First year, then renewal, plus 8.875% sales tax at checkout"
        );
        assert_eq!(without.note_of_list(&w), "plus 8.875% sales tax at checkout");
        assert_eq!(
            Storefront::default().note_of_offers(&w),
            "First year, then renewal, before tax"
        );
        let none = storefront(PricesShown::WithTax, "VAT", "0");
        assert_eq!(none.note_of_list(&w), "including 0% VAT");
    }

    #[test]
    fn what_cannot_be_kept_is_refused_beside_its_field() {
        let pointers = |storefront: Storefront| -> Vec<String> {
            let problem = storefront.checked().unwrap_err();
            problem.fields.iter().map(|field| field.pointer.to_string()).collect()
        };
        let with = |name: &str, percent: &str| storefront(PricesShown::WithTax, name, percent);
        assert_eq!(pointers(with("", "18")), ["/standard_rate/name"]);
        assert_eq!(
            pointers(with("G\nST", "-1")),
            ["/standard_rate/name", "/standard_rate/percent"]
        );
        assert_eq!(pointers(with(&"x".repeat(21), "100.0001")).len(), 2);
        let rateless = Storefront {
            prices: PricesShown::WithTax,
            standard_rate: None,
        };
        assert_eq!(pointers(rateless), ["/standard_rate/name"]);
        let kept = with(" GST ", "100").checked().unwrap();
        assert_eq!(kept.standard_rate.unwrap().name, "GST");
    }
}
