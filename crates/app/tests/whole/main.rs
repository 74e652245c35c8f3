//! The whole product: walls between tenants, rights, hostile input, sudden death, upgrades. On the database of the run.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

mod api;
mod books;
mod command_line;
mod hostile;
mod house;
mod isolation;
mod joining;
mod kill;
mod kill_sync;
mod migration_kill;
mod page_checks;
mod pages;
mod price_sync;
mod program;
mod roles;
mod upgrade;
