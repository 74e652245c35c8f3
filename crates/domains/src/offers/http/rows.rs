//! Offers as the API writes them.

use engines::pricing::{Amounts, Promotion};
use kernel::{Currency, DiscountId, Instant, Money, PriceId, RateSheetId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::offers::Explained;
use crate::offers::model::{Offer, OfferState, Reason, Source};

/// Whether a name can be bought, and for how much.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "example.com", "ascii": "example.com", "state": "available", "premium": false, "reason": null,
    "price": {
        "total": {"minor": 1106, "currency": "USD"}, "first_year": {"minor": 1106, "currency": "USD"},
        "renewal": {"minor": 1106, "currency": "USD"}, "years": 1
    },
    "promotion": null, "source": "live", "checked_at": "2026-11-21T09:00:00Z", "valid_until": "2026-11-21T09:15:00Z",
    "token": "pt3.AQAAAAAAAARSVVNE"
}))]
pub(super) struct OfferRow {
    /// The text asked about.
    name: String,
    /// The name in canonical form (A-labels); null when it is none.
    #[schema(required = true)]
    ascii: Option<String>,
    /// What is known of it.
    state: StateName,
    /// The registry sells it above its list price: the price is made by a person.
    premium: bool,
    /// Why it is not simply available with a price.
    #[schema(required = true)]
    reason: Option<OfferReason>,
    /// What it costs, without tax; null for names that are taken, invalid, premium or have no price.
    #[schema(required = true)]
    price: Option<OfferPrice>,
    /// The promotion in the price.
    #[schema(required = true)]
    promotion: Option<OfferPromotion>,
    /// Whether the registrar was asked just now.
    source: SourceName,
    /// When the registrar said so.
    #[schema(value_type = String, format = DateTime)]
    checked_at: Instant,
    /// Until when price and token hold.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    valid_until: Option<Instant>,
    /// Lets an order take this price and no other.
    #[schema(required = true)]
    token: Option<String>,
}

/// What is known of a name.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = OfferState)]
#[serde(rename_all = "snake_case")]
enum StateName {
    Available,
    Taken,
    Invalid,
    Unknown,
}

/// Whether the registrar was asked just now.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = OfferSource)]
#[serde(rename_all = "snake_case")]
enum SourceName {
    Live,
    Cache,
}

/// Why.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OfferReason {
    /// Stable, for programs.
    #[schema(example = "name_has_space")]
    pub(super) code: &'static str,
    /// For people.
    pub(super) detail: String,
}

/// An amount in minor units of a currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfferMoney, example = json!({"minor": 1106, "currency": "USD"}))]
pub(crate) struct MoneyBody {
    /// Minor units by ISO 4217: cents of USD, yen of JPY.
    minor: i64,
    /// ISO 4217.
    #[schema(value_type = String)]
    currency: Currency,
}

impl From<Money> for MoneyBody {
    fn from(money: Money) -> Self {
        Self {
            minor: money.minor,
            currency: money.currency,
        }
    }
}

/// What a name costs.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OfferPrice {
    /// For all years asked.
    total: MoneyBody,
    /// Of which for the first year; null where the term has a price of its own.
    #[schema(required = true)]
    first_year: Option<MoneyBody>,
    /// What each further year costs at today's price.
    #[schema(required = true)]
    renewal: Option<MoneyBody>,
    /// For how many years.
    years: u8,
}

impl From<Amounts> for OfferPrice {
    fn from(amounts: Amounts) -> Self {
        Self {
            total: amounts.total.into(),
            first_year: amounts.first_year.map(MoneyBody::from),
            renewal: amounts.renewal.map(MoneyBody::from),
            years: amounts.years,
        }
    }
}

/// A promotion.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OfferPromotion {
    /// The promotional price.
    price: MoneyBody,
    /// The price without it.
    #[schema(required = true)]
    instead_of: Option<MoneyBody>,
}

impl OfferRow {
    pub(super) fn new(offer: Offer, words: impl Fn(&Reason) -> String) -> Self {
        let promotion = offer.price.and_then(|price| price.promotion).map(OfferPromotion::from);
        Self {
            name: offer.asked,
            ascii: offer.name.map(|name| name.ascii().to_owned()),
            state: match offer.state {
                OfferState::Available => StateName::Available,
                OfferState::Taken => StateName::Taken,
                OfferState::Invalid => StateName::Invalid,
                OfferState::Unknown => StateName::Unknown,
            },
            premium: offer.premium,
            reason: offer.reason.map(|reason| OfferReason {
                code: reason.code,
                detail: words(&reason),
            }),
            price: offer.price.map(OfferPrice::from),
            promotion,
            source: match offer.source {
                Source::Live => SourceName::Live,
                Source::Cache => SourceName::Cache,
            },
            checked_at: offer.checked_at,
            valid_until: offer.valid_until,
            token: offer.token,
        }
    }
}

impl From<Promotion> for OfferPromotion {
    fn from(promotion: Promotion) -> Self {
        Self {
            price: promotion.price.into(),
            instead_of: promotion.instead_of.map(MoneyBody::from),
        }
    }
}

/// Why a price is what it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceProof)]
pub(super) struct ProofBody {
    /// SHA-256 of the price's canonical explanation: the same price of the same prices has the same one.
    #[schema(min_length = 64, max_length = 64)]
    fingerprint: String,
    /// The version of the price book.
    book_version: i64,
    /// The recorded prices it was made of, in the order they were used.
    #[schema(value_type = Vec<String>)]
    prices: Vec<PriceId>,
    /// Discounts that were taken off, in that order.
    #[schema(value_type = Vec<String>)]
    discounts: Vec<DiscountId>,
    /// The sheets of exchange rates it was converted at; empty where nothing was.
    #[schema(value_type = Vec<String>)]
    rate_sheets: Vec<RateSheetId>,
    /// The version of the rates; null where nothing was converted.
    #[schema(required = true)]
    rates_version: Option<i64>,
}

impl From<&Explained> for ProofBody {
    fn from(explained: &Explained) -> Self {
        let (trace, rate_sheets) = (&explained.trace, explained.trace.rate_sheets());
        Self {
            fingerprint: explained.fingerprint.clone(),
            book_version: explained.book_version,
            prices: trace.steps().iter().map(|step| step.version).collect(),
            discounts: trace.reductions().iter().map(|taken| taken.discount).collect(),
            rates_version: (!rate_sheets.is_empty()).then_some(explained.rates_version),
            rate_sheets,
        }
    }
}
