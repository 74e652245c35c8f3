//! The whole product: walls between tenants, rights, hostile input, sudden death, upgrades. On the database of the run.

mod api;
mod hostile;
mod house;
mod isolation;
mod kill;
mod program;
mod roles;
mod upgrade;
