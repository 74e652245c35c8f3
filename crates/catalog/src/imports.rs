//! Imports of price lists: a file is read, every bad cell named, compared with the prices in force and kept as a preview
//! (a dry run). Applying does exactly what the preview showed, once, or refuses because the book has changed meanwhile.
//!
//! Deliberately absent: fetching lists from providers on a schedule (`sync`, which makes its plans here) and correcting a
//! file in place; a bad file changes nothing and is imported again when mended.

mod amount;
mod apply;
mod at_cost;
mod cells_csv;
mod entity;
mod events;
mod fetched;
mod http;
mod kept;
mod made;
mod model;
mod ops;
mod pages;
mod plan;
mod prepare;
mod retail;
mod sheet;
mod store;
mod table;

pub use apply::{Ready, apply, ready};
pub use events::{ImportPreviewed, PricesImported};
pub use model::{Format, Import, ListRef, NewImport, State};
pub use ops::{import_bytes, keep, keep_and_apply, list, names, plan_of};
pub use plan::{Class, Counts, Plan, PlanRow, Vanished};
pub use prepare::{Prepared, prepare};
pub use sheet::{Finding, MOST_BYTES, Reason, Weight};

pub(crate) use amount::parse_minor;
pub(crate) use apply::apply_of_source;
pub(crate) use fetched::{Compared, Fetched, ListNow, compare_fetched, list_currency, list_now, ready_of_source};
pub(crate) use http::api;
pub(crate) use made::{Made, MadePrice, made_lately, made_plan_of, may_run, prepare_made, ready_made};
pub(crate) use ops::import_backdated;
pub(crate) use pages::choose::lists as lists_to_choose;
pub(crate) use pages::{pages, state_badge, typed_date};
pub(crate) use plan::Standing;
pub(crate) use prepare::takes_effect;
pub(crate) use sheet::{FilePrice, Place, Sheet};
