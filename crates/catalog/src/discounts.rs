//! Discounts for customers and groups, and coupons: what is taken off sales prices, over time. How several of them meet is
//! the engine's rule, see [`engines::pricing::discounts`]; how often a coupon may be used is kept here.
//!
//! A discount counts by itself, so what is about to be done with one is looked at first: what it touches, with a digest, in
//! the console and the API alike. A coupon touches no live name, lock or cart before somebody enters its code: there is
//! nothing to look at, and both do at once what they are asked.

mod draft;
pub(crate) mod entity;
mod events;
mod http;
mod known;
mod model;
mod ops;
mod pages;
mod proposal;
mod redeem;
pub(crate) mod store;

pub use draft::{CouponDraft, DiscountDraft};
pub use events::{CouponRedeemed, DiscountAdded, DiscountChanged, DiscountEnded, DiscountRemoved};
pub use known::KnownDiscounts;
pub use model::{Coupon, Discount, Standing};
pub use ops::{MAX_DISCOUNTS, Sort, add, by_id, change, end, list, remove, versions};
pub use proposal::{Deed, DiscountPreview, publish};
pub use redeem::{Redeemed, may_be_used, redeem};

pub(crate) use http::{TermsView, api};
pub(crate) use pages::{Names, off, pages, what};
