//! What the routes of the price book answer with.

use kernel::Instant;
use serde::Serialize;
use utoipa::ToSchema;

use crate::price_books::book::{Book, Scheduled};
use crate::price_books::report::{MarginCell, ReportRow};
use crate::price_books::timeline::Standing;
use crate::price_books::{Cell, Side};
use crate::tlds::{Category, Tld};
use crate::views::{MoneyView, percent};

/// An ending.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TldView {
    /// The A-label, lower case.
    #[schema(example = "xn--q9jyb4c")]
    pub(super) ending: String,
    /// As people write it.
    #[schema(example = "みんな")]
    pub(super) shown: String,
    /// Of ICANN's part of the public suffix list.
    pub(super) icann: bool,
    /// What kind of registry stands behind it.
    pub(super) category: Category,
    /// The higher, the more sought-after.
    pub(super) popularity: i64,
    /// Whether names under it are sold: wanted, and with a sales price.
    pub(super) sold: bool,
}

impl TldView {
    pub(super) fn of(book: &Book, tld: &Tld) -> Self {
        let (ending, shown) = (tld.ending.to_string(), tld.shown.to_string());
        Self {
            sold: book.is_sold(&ending),
            ending,
            shown,
            icann: tld.icann,
            category: tld.category,
            popularity: tld.popularity,
        }
    }
}

/// What we earn. Only with the right to see margins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MarginView {
    /// What we pay, ICANN's fee counted, converted where it is charged in another currency; null when it is not known.
    pub(super) cost: Option<MoneyView>,
    /// The registrar account that asks least.
    #[schema(example = "reg_0193400000007000800000000000000a")]
    pub(super) registrar: Option<String>,
    /// Sale less cost.
    pub(super) profit: Option<MoneyView>,
    /// Profit as percent of the price.
    #[schema(example = "-5.5556")]
    pub(super) on_price: Option<String>,
    /// Profit as percent of the cost.
    #[schema(example = "-5.2632")]
    pub(super) on_cost: Option<String>,
    /// `negative`, `low`, `healthy`, `no_cost`, `no_price`, or `not_comparable` where no exchange rate leads to this currency.
    #[schema(example = "negative")]
    pub(super) class: &'static str,
}

/// The price of one operation for one year.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct YearPrice {
    /// What we charge; null when it is not sold.
    pub(super) price: Option<MoneyView>,
    /// Whether it is a promotion's.
    pub(super) promotion: bool,
    /// What we earn; null without the right to see it.
    pub(super) margin: Option<MarginView>,
}

impl YearPrice {
    pub(super) fn of(cell: &MarginCell, with_margin: bool) -> Self {
        let margin = cell.margin;
        let view = MarginView {
            cost: margin.cost.map(Into::into),
            registrar: cell.registrar.map(|id| id.to_string()),
            profit: margin.profit.map(Into::into),
            on_price: margin.on_price.map(percent),
            on_cost: margin.on_cost.map(percent),
            class: margin.class.name(),
        };
        Self {
            price: margin.price.map(Into::into),
            promotion: cell.promotion,
            margin: with_margin.then_some(view),
        }
    }
}

/// A price that takes effect later.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NextChange {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub(super) at: Instant,
    /// Cost or sale.
    pub(super) side: Side,
    /// `register`, `renew`, `transfer` or `restore`.
    pub(super) operation: &'static str,
    /// What it will be; null: no such price from then on.
    pub(super) price: Option<MoneyView>,
}

impl NextChange {
    pub(super) fn of(change: &Scheduled) -> Self {
        let money = |minor| MoneyView {
            minor,
            currency: change.currency.code(),
        };
        Self {
            at: change.at,
            side: change.side,
            operation: change.operation.name(),
            price: change.minor.map(money),
        }
    }
}

/// The prices of an ending.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PriceView {
    /// The A-label, lower case.
    #[schema(example = "com")]
    pub(super) ending: String,
    /// As people write it.
    #[schema(example = "com")]
    pub(super) shown: String,
    /// What kind of registry stands behind it.
    pub(super) category: Category,
    /// The first year.
    pub(super) register: YearPrice,
    /// Another year.
    pub(super) renew: YearPrice,
    /// Bringing a name in.
    pub(super) transfer: YearPrice,
    /// What changes next.
    pub(super) next_change: Option<NextChange>,
}

impl PriceView {
    pub(crate) fn of(row: &ReportRow<'_>, margins: bool) -> Self {
        Self {
            ending: row.tld.ending.to_string(),
            shown: row.tld.shown.to_string(),
            category: row.tld.category,
            register: YearPrice::of(&row.register, margins),
            renew: YearPrice::of(&row.renew, margins),
            transfer: YearPrice::of(&row.transfer, margins),
            next_change: row.next_change(margins).map(NextChange::of),
        }
    }
}

/// One version of a price.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VersionView {
    /// Its id, which price traces name.
    #[schema(example = "pri_0193400000007000800000000000000b")]
    pub(super) id: String,
    /// Cost or sale.
    pub(super) side: Side,
    /// The registrar account or sales list.
    pub(super) list: String,
    /// `register`, `renew`, `transfer` or `restore`.
    pub(super) operation: &'static str,
    /// For how many years.
    pub(super) years: u8,
    /// `regular`, `first_year`, `promo`, `icann_fee` or `privacy`.
    pub(super) kind: &'static str,
    /// The amount; null: no such price from then on.
    pub(super) price: Option<MoneyView>,
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    pub(super) effective_from: Instant,
    /// Where it stands.
    pub(super) standing: Standing,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    pub(super) recorded_at: Instant,
    /// By whom.
    pub(super) recorded_by: String,
    /// The import that brought it.
    pub(super) import: Option<String>,
    /// Which version of which price rule made it; null without the right to see margins.
    pub(super) note: Option<String>,
}

impl VersionView {
    pub(super) fn of(cell: &Cell, standing: Standing, margins: bool) -> Self {
        let key = &cell.key;
        Self {
            id: cell.id.to_string(),
            side: key.side,
            list: crate::imports::ListRef::of(key.side, key.list).to_string(),
            operation: key.operation.name(),
            years: key.years,
            kind: key.kind.name(),
            price: cell.amount_minor.map(|minor| MoneyView {
                minor,
                currency: key.currency.code(),
            }),
            effective_from: cell.effective_from,
            standing,
            recorded_at: cell.recorded_at,
            recorded_by: cell.recorded_by.clone(),
            import: cell.import.map(|id| id.to_string()),
            note: cell.note.clone().filter(|_| margins),
        }
    }
}

/// An ending's prices and how they came about.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PriceHistory {
    /// The version of the book.
    pub(super) book_version: i64,
    /// The prices now.
    pub(super) now: PriceView,
    /// Every version, the latest first, at most a thousand; costs only with the right to see margins.
    pub(super) versions: Vec<VersionView>,
}
