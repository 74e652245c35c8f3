//! Passwords: which ones are accepted ([`policy`]) and how they are kept ([`hasher`]).
//!
//! A password is never stored, logged, truncated or shown again; what is kept is an Argon2id string that names its own
//! parameters, so that they can be raised later and old hashes upgraded at the next sign-in.

mod hasher;
mod policy;

pub use hasher::{Busy, Hasher, Verified};
pub use policy::{MAX_CHARACTERS, MIN_CHARACTERS, Weakness, check};
