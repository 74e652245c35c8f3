//! What tests stand on: a real database of their own, a clock they move, seeded ids.
//!
//! SQLite in a temporary file by default; with `ENTREPOT_TEST_POSTGRES` set to the URL of a server on which the user may
//! create databases, a database cloned from a migrated template. `./test` runs everything both ways.

mod database;
mod installation;
mod probe;

pub use database::TestDatabase;
pub use installation::TestInstallation;
pub use probe::Probe;
