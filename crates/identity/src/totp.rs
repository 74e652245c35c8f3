//! Two-step sign-in: one-time codes from an app, and recovery codes for when the phone is gone.

pub mod model;
pub mod ops;
pub(crate) mod store;
