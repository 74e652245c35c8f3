//! Offers as rows of a page: everything a template needs, decided here, so that templates decide nothing.

use askama::Template;
use engines::pricing::Amounts;
use kernel::{Currency, Money};
use web::messages::Words;
use web::ui::{Html, Icon, ListQuery};

use crate::offers::model::{Offer, OfferState};
use crate::offers::{Explained, shortened, words};
use crate::storefront::Storefront;

/// What the rows of one page have in common.
pub(super) struct Rows {
    /// The visitor's words.
    pub(super) w: Words,
    /// How the shop shows its prices.
    pub(super) storefront: Storefront,
    pub(super) years: u8,
    pub(super) currency: Currency,
}

/// One row.
#[derive(Template)]
#[template(path = "parts/row.html")]
pub(super) struct Row<'a> {
    w: &'a Words,
    /// Which slot of the page it lands in; empty for rows that stand in place.
    slot: String,
    label: String,
    ending: String,
    ascii: String,
    state: OfferState,
    /// Nobody here sells it: asking again is no use.
    unsold: bool,
    premium: bool,
    off: String,
    instead_of: String,
    price: String,
    /// For how many years the price is, when more than one.
    term: String,
    then: String,
    note: String,
    retry: String,
    exact: bool,
}

impl Rows {
    /// A row in the visitor's words and with the shop's prices.
    pub(super) fn row(&self, offer: &Offer) -> Row<'_> {
        let w = &self.w;
        let (label, ending) = match &offer.name {
            Some(name) => {
                let (label, ending) = name.unicode_parts();
                (label.into_owned(), format!(".{ending}"))
            }
            // Texts that are no names may be whole pages.
            None => (shortened(&offer.asked, 100), String::new()),
        };
        // What looks foreign is shown as it is sent too: look-alikes of one script show their true face there.
        let ascii = offer.name.as_ref().map(|name| name.ascii().to_owned());
        let ascii = ascii
            .filter(|ascii| *ascii != format!("{label}{ending}"))
            .unwrap_or_default();
        let is_sellable = offer.state == OfferState::Available;
        let price = offer
            .price
            .filter(|_| is_sellable || offer.state == OfferState::Unknown)
            .and_then(|price| self.storefront.amounts_shown(price));
        let instead_of = offer.explained.as_ref().and_then(|explained| usually(explained));
        let instead_of = instead_of
            .filter(|_| price.is_some())
            .and_then(|net| self.storefront.shown(net));
        Row {
            w,
            slot: String::new(),
            label,
            ending,
            ascii,
            state: offer.state,
            unsold: offer.state == OfferState::Unknown
                && offer.reason.as_ref().is_some_and(|reason| !reason.is_passing()),
            premium: offer.premium,
            off: price
                .and_then(|price| percent_off(price.total, instead_of?))
                .map_or_else(String::new, |percent| w.t1("domains-off", "percent", percent)),
            instead_of: instead_of.map(|money| w.price(money)).unwrap_or_default(),
            price: price
                .filter(|_| is_sellable)
                .map(|price| w.price(price.total))
                .unwrap_or_default(),
            term: price
                .filter(|_| is_sellable && self.years > 1)
                .map_or_else(String::new, |_| w.t1("domains-for-years", "n", self.years)),
            then: price.map_or_else(String::new, |price| then(w, price, is_sellable)),
            note: offer
                .reason
                .as_ref()
                .map(|reason| words::reason(w, reason))
                .unwrap_or_default(),
            retry: self.retry(offer),
            exact: false,
        }
    }

    /// Where this name alone is asked again; empty where that is no use.
    fn retry(&self, offer: &Offer) -> String {
        match (&offer.reason, &offer.name) {
            (Some(reason), Some(name)) if offer.state == OfferState::Unknown && reason.is_passing() => {
                ListQuery::new("/search")
                    .param("q", name.ascii())
                    .param("years", self.years)
                    .param("currency", self.currency.code())
                    .href()
            }
            _ => String::new(),
        }
    }
}

impl Row<'_> {
    /// For its place on a page that is still coming.
    pub(super) fn into_slot(mut self, slot: String) -> Self {
        self.slot = slot;
        self
    }

    /// The row of the very name that was typed, large.
    pub(super) fn exact(mut self) -> Self {
        self.exact = true;
        self
    }

    /// As markup.
    pub(super) fn html(&self) -> Html {
        Html::of(self)
    }

    fn is_off(&self) -> bool {
        matches!(self.state, OfferState::Taken | OfferState::Invalid)
    }

    fn name(&self) -> String {
        format!("{}{}", self.label, self.ending)
    }
}

/// What the years after the first cost, which every row says beside its price.
fn then(w: &Words, price: Amounts, is_sellable: bool) -> String {
    let Some(renewal) = price.renewal.map(|money| w.price(money)) else {
        return String::new();
    };
    match price.first_year.map(|money| w.price(money)) {
        // The price is known though the state is not.
        _ if !is_sellable => w.t2("domains-if-free", "price", w.price(price.total), "renewal", renewal),
        Some(first) if price.years > 1 && first == renewal => w.t1("domains-a-year", "price", renewal),
        Some(first) if price.years > 1 => w.t2("domains-first-then", "first", first, "renewal", renewal),
        _ => w.t1("domains-then", "renewal", renewal),
    }
}

/// What the whole would cost without promotion and discounts; nothing where it costs just that.
fn usually(explained: &Explained) -> Option<Money> {
    let promotion = explained.amounts.promotion;
    let saved = promotion.map_or(0, |promotion| match promotion.instead_of {
        Some(regular) => regular.minor - promotion.price.minor,
        None => 0,
    });
    let total = explained.undiscounted();
    let usual = Money::new(total.minor.checked_add(saved.max(0))?, total.currency);
    (usual.minor > explained.amounts.total.minor).then_some(usual)
}

/// How much less, in whole percent, never rounded up to more than it is.
fn percent_off(price: Money, instead_of: Money) -> Option<i64> {
    if price.currency != instead_of.currency || instead_of.minor <= 0 || price.minor >= instead_of.minor {
        return None;
    }
    let off = (i128::from(instead_of.minor) - i128::from(price.minor)) * 100 / i128::from(instead_of.minor);
    i64::try_from(off).ok().filter(|percent| *percent > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::money::testing::{eur, inr};

    #[test]
    fn a_promotion_says_how_much_less_and_never_more_than_that() {
        assert_eq!(percent_off(inr("199"), inr("2,899")), Some(93));
        assert_eq!(percent_off(inr("100"), inr("100.50")), None);
        assert_eq!(percent_off(inr("100"), inr("100")), None);
        assert_eq!(percent_off(inr("100"), eur("200")), None);
        assert_eq!(percent_off(inr("0"), inr("100")), Some(100));
    }
}
