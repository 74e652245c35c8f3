//! One's own login: name, picture, language, zone, address, password, two-step sign-in, and where one is signed in.
//! The same pages serve staff under `/console/profile` and customers under `/me/profile`.

pub(crate) mod avatar;
pub(crate) mod avatar_store;
mod cards;
pub(crate) mod http;
pub(crate) mod pages;
pub(crate) mod two_factor;
