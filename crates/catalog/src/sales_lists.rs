//! Lists of sales prices: what we charge. One list of a tenant is the *standard* one, which its storefront uses; the first
//! list is. The prices themselves are cells of the price book under the list's id.

mod entity;
mod events;
mod http;
mod model;
mod ops;
mod pages;
mod store;

pub use events::{SalesListAdded, SalesListChanged};
pub use model::{NewSalesList, SalesList, SalesListEdit};
pub use ops::{MAX_SALES_LISTS, add, by_id, change, list};

pub(crate) use http::api;
pub(crate) use ops::all;
pub(crate) use pages::pages;
