//! What tests stand on: a real database of their own, a clock they move, seeded ids, rooms behind the edge with people
//! who may more or less.
//!
//! SQLite in a temporary file by default; with `ENTREPOT_TEST_POSTGRES` set to the URL of a server on which the user may
//! create databases, a database cloned from a migrated template. `./test` runs everything both ways.

mod database;
mod installation;
mod people;
mod probe;
mod stage;

pub use database::TestDatabase;
pub use installation::TestInstallation;
pub use people::{NORTH, People, SAFFRON, Trusting};
pub use probe::Probe;
pub use stage::{Stage, console_cookie, form, hidden};
