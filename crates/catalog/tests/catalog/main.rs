//! The room through its operations and through the edge, on whichever database the run is for.

mod common;
mod imports;
mod real_lists;
mod routes;
mod stage;
