//! What happens to sales lists, told to others.

use kernel::{Currency, Fact, SalesListId};
use serde::Serialize;
use uuid::Uuid;

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

/// A sales list is described differently, or has become or ceased to be the storefront's.
#[derive(Clone, Debug, Serialize)]
pub struct SalesListChanged {
    /// The list.
    pub id: SalesListId,
    /// Its name now.
    pub name: String,
    /// Its currency now.
    pub currency: Currency,
    /// Whether the storefront uses it now.
    pub standard: bool,
}

fn sample_id() -> SalesListId {
    SalesListId::from(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0002))
}

impl Fact for SalesListAdded {
    const NAME: &'static str = "catalog.sales_list.added";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        Self {
            id: sample_id(),
            slug: "retail".into(),
            name: "Retail".into(),
            currency: Currency::USD,
            standard: true,
        }
    }
}

impl Fact for SalesListChanged {
    const NAME: &'static str = "catalog.sales_list.changed";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        Self {
            id: sample_id(),
            name: "Retail 2027".into(),
            currency: Currency::USD,
            standard: true,
        }
    }
}
