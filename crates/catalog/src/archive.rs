//! The archive of costs, sales prices and discounts: what ceased to be in force, or was superseded, longer ago than the
//! tenant keeps its kind at hand moves into a table of its own. It stays readable and can be brought back. A price moves by
//! itself, a discount with all of its versions.
//!
//! Never moved: what is in force, and what something refers to (an open price lock, a live domain), which the rooms above
//! tell through [`Referrers`]. A question about an instant from before the archive's edge is answered from both tables
//! ([`book_at`]), so it gets the same answer as before.
//!
//! Deliberately absent: deleting. What is archived is kept until the tenant goes.

mod edge;
mod events;
mod http;
mod jobs;
mod model;
mod moving;
mod ops;
mod pages;
pub mod ports;
mod run_entity;
mod store;

pub use edge::book_at;
pub use events::{ArchiveRequested, DiscountsArchived, DiscountsRestored, PricesArchived, PricesRestored};
pub use jobs::handlers;
pub use model::{Archived, DryRun, Part, Run, RunState};
pub use ops::{
    HELD_DAYS, MOST_RESTORED, archived, archived_discounts, dry_run, request_run, restore, restore_discounts, runs,
};
pub use ports::Referrers;

use web::messages::key;
use web::ui::Icon;
use web::{NavEntry, Section};

use crate::permissions::MARGINS_READ;

pub(crate) use http::api;
pub(crate) use jobs::{QUEUE_LIMITS, SCHEDULE};
pub(crate) use pages::{PRICES_PATH, pages};

/// Its place in the console.
pub(crate) fn nav() -> NavEntry {
    NavEntry::new(Section::Operate, key("catalog-archive"), pages::PATH, Icon::Book).needs(MARGINS_READ)
}
