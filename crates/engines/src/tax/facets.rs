//! The words a rule chooses from: for whom, where, of what, when, and how it is rounded.

use kernel::{Currency, Rounding};
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $value:ident,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$about])* $value,)+ }
    )+};
}

words! {
    /// Which customers.
    Customer {
        /// Anybody.
        #[default] Any,
        /// Taxable persons.
        B2b,
        /// Everybody else.
        B2c,
    }
    /// Where the buyer is.
    BuyerIn {
        /// Anywhere.
        #[default] Anywhere,
        /// In the jurisdiction's country; a buyer whose place is not known counts as at home.
        Home,
        /// In another country.
        Abroad,
    }
    /// Where the seller is, as against the place of supply.
    SellerIn {
        /// Anywhere.
        #[default] Anywhere,
        /// In the same state.
        SameState,
        /// In another state, of whatever country.
        OtherState,
        /// In the same country.
        SameCountry,
        /// In another country.
        OtherCountry,
    }
    /// Where a supply is taken to be made.
    PlaceRule {
        /// Where a taxable person is registered; where anybody else has an address on record, and without one where the seller is.
        #[default] Recipient,
        /// Where the house, hall or boat is.
        Property,
        /// Where it is performed; in several places, each has its share.
        Performance,
        /// Where the seller is.
        Seller,
    }
    /// Of what a share is taken.
    Base {
        /// The price, without tax.
        #[default] Price,
        /// The price with all other taxes of the line that are no collection.
        PriceWithTax,
        /// The price less what was bought in for it; nothing is due on a loss.
        Margin,
        /// The airline's basic fare.
        BasicFare,
    }
    /// In the price or on top.
    Charged {
        /// In a price that is with tax, on top of one that is not.
        #[default] AsPriced,
        /// Always on top.
        OnTop,
        /// Always in the price.
        Included,
    }
    /// Which day decides.
    DateBasis {
        /// The invoice's.
        #[default] Invoice,
        /// The payment's.
        Payment,
        /// The earlier of invoice and payment.
        InvoiceOrPayment,
        /// Each night's own.
        Stay,
        /// The booking's.
        Booking,
    }
    /// What is rounded.
    Scope {
        /// Each line.
        #[default] Line,
        /// All lines of a document with the same tax at once, those whose price is with tax apart from the others; the
        /// lines' parts sum to that.
        Invoice,
    }
    /// To what.
    To {
        /// The currency's minor unit.
        #[default] Minor,
        /// Its whole unit: rupees without paise.
        Whole,
    }
    /// A field of a rule that sources read differently.
    Disputed {
        /// Which value picks the bracket.
        #[default] SlabBasis,
        /// How tax becomes whole.
        Rounding,
        /// Of what a share is taken.
        Base,
    }
}

/// How tax becomes a whole number of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundingPolicy {
    /// What is rounded.
    pub per: Scope,
    /// To what.
    pub to: To,
    /// To which neighbour.
    pub ties: Rounding,
}

/// Each line, to the minor unit, half away from zero.
impl Default for RoundingPolicy {
    fn default() -> Self {
        Self {
            per: Scope::Line,
            to: To::Minor,
            ties: Rounding::HalfUp,
        }
    }
}

impl RoundingPolicy {
    /// How many minor units of the currency it rounds to a multiple of.
    pub(super) fn unit(self, currency: Currency) -> i128 {
        match self.to {
            To::Minor => 1,
            To::Whole => 10_i128.pow(currency.exponent().into()),
        }
    }
}
