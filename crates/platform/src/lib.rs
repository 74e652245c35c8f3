#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

pub mod audit;
pub mod clock;
pub mod config;
pub mod cron;
mod ctx;
pub mod db;
pub mod entropy;
mod error;
pub mod events;
pub mod idempotency;
pub mod inbox;
pub mod jobs;
pub mod mail;
pub mod ports;
mod scope;
pub mod secrets;
pub mod sequence;
pub mod settings;
mod snapshots;
pub mod telemetry;

pub use ctx::{Ctx, Operator, Platform, TraceId};
pub use db::{Across, Bulk, Db, Everyone, Owned, Read, Select, Sql, Stored, Tx, Writer};
pub use error::{Error, Result};
pub use scope::{Actor, Grants, Permission, Scope, ScopeMint, Who};
pub use snapshots::{Snapshot, SnapshotUse, Snapshots};
