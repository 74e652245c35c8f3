//! The price book: every cost and sales price of a tenant over time, and the immutable snapshot of it that answers
//! "what does this cost" without touching the database.

mod book;
mod books;
pub(crate) mod cell_entity;
mod http;
mod known;
pub(crate) mod listing;
mod model;
mod ops;
mod pages;
mod report;
pub(crate) mod store;
mod timeline;
mod version_entity;
mod words;

pub use book::{Book, RegistrarInfo, Scheduled};
pub use books::Books;
pub use known::EndingCells;
pub use model::{Cell, CellKey};
pub use report::{MarginCell, Report, ReportRow, Tally, report};
pub use words::{Kind, Operation, Side};

pub(crate) use book::BookCell;
pub(crate) use http::{PriceView, api};
pub(crate) use ops::{ending, history, load, load_whole, next_version, reload_after_commit, touch};
pub(crate) use pages::{kind, operation, pages, percent, tabs};
pub(crate) use timeline::steps;
