//! Sessions: signed-in browsers and programs. References are random, kept as digests, and end on their own.

pub mod events;
pub(crate) mod jwt;
mod model;
pub mod ops;
pub(crate) mod store;

pub use model::{Carrier, STEP_UP_MINUTES, Session, absolute_limit, agent_name, idle_limit, network};
