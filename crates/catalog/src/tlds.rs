//! Endings a tenant deals in: what they are called, of what kind they are, whether they are sold, how sought-after.
//! A price list that names an ending for the first time brings it in.

pub(crate) mod ending;
mod entity;
mod model;
mod store;

pub use ending::{Ending, EndingFault, parse};
pub use model::{Category, Tld};

pub(crate) use store::{NewTlds, all, is_known};
