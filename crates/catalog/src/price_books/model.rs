//! Cells of the price book, sales lists, and what can happen to them.

use kernel::{Change, Currency, Fact, ImportId, Instant, PriceId, Problem, SalesListId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::words::{Kind, Operation, Side};

/// What a price is the price of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CellKey {
    /// Cost or sale.
    pub side: Side,
    /// The registrar's id for costs, the sales list's for sales.
    pub list: Uuid,
    /// The ending, as an A-label.
    pub ending: String,
    /// In which currency.
    pub currency: Currency,
    /// For what.
    pub operation: Operation,
    /// For how many years; 0 for a transfer or restore that adds none.
    pub years: u8,
    /// Which price of that operation, or which fee.
    pub kind: Kind,
}

/// One price from one instant on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its id.
    pub id: PriceId,
    /// What it is the price of.
    pub key: CellKey,
    /// From when it holds, until the next cell of the same key.
    pub effective_from: Instant,
    /// The amount; nothing: no such price from then on.
    pub amount_minor: Option<i64>,
    /// A remark for staff.
    pub note: Option<String>,
    /// The import that brought it.
    pub import: Option<ImportId>,
    /// When we learnt of it.
    pub recorded_at: Instant,
    /// Who recorded it: a printed id, or `system`.
    pub recorded_by: String,
    /// When another cell took its place before it had taken effect.
    pub superseded_at: Option<Instant>,
}

/// A list of sales prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SalesList {
    /// Its id.
    pub id: SalesListId,
    /// Short name for files and addresses.
    pub slug: String,
    /// As people call it.
    pub name: String,
    /// The currency of prices that name none.
    pub currency: Currency,
    /// The list of the storefront and of everybody without a list of their own.
    pub standard: bool,
    /// Since when we have it.
    pub created_at: Instant,
}

/// What it takes to add a sales list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSalesList {
    /// Short name: letters, digits and hyphens.
    pub slug: String,
    /// As people call it.
    pub name: String,
    /// The currency of prices that name none.
    pub currency: Currency,
    /// Whether it is the storefront's.
    pub standard: bool,
}

impl SalesList {
    /// A new list, empty.
    pub fn open(id: SalesListId, new: NewSalesList, now: Instant) -> Result<Change<Self, SalesListAdded>, Problem> {
        let slug = crate::slug(&new.slug).ok_or_else(|| Problem::refused("bad_slug").field("/slug", "bad_slug"))?;
        let name = crate::line(&new.name).ok_or_else(|| Problem::refused("bad_name").field("/name", "bad_name"))?;
        let fact = SalesListAdded {
            id,
            slug: slug.clone(),
            name: name.clone(),
            currency: new.currency,
            standard: new.standard,
        };
        Ok(Change::new(
            Self {
                id,
                slug,
                name,
                currency: new.currency,
                standard: new.standard,
                created_at: now,
            },
            fact,
        ))
    }
}

/// A sales list was added.
#[derive(Clone, Debug, Serialize)]
pub struct SalesListAdded {
    /// The list.
    pub id: SalesListId,
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its currency.
    pub currency: Currency,
    /// Whether the storefront uses it.
    pub standard: bool,
}

impl Fact for SalesListAdded {
    const NAME: &'static str = "catalog.sales_list.added";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        let id = SalesListId::from(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0002));
        Self {
            id,
            slug: "retail".into(),
            name: "Retail".into(),
            currency: Currency::USD,
            standard: true,
        }
    }
}
