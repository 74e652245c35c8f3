//! What the program does beside serving: one file per command.

pub(crate) mod backup;
pub(crate) mod doctor;
pub(crate) mod documents;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod migrate;
pub(crate) mod tenants;
pub(crate) mod verify;
