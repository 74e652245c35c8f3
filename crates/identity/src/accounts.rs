//! How logins come to be and find back: a company signs up, a customer joins, an address is proved, a password is
//! forgotten, an invitation accepted. Whatever is asked about an address, the answer is the same for known and unknown.

pub(crate) mod link_pages;
pub mod ops;
pub(crate) mod pages;
