//! What one currency is worth in another, at any moment, and where that comes from.
//!
//! * A *quote* says what one unit of a base currency is worth in another from the instant it was quoted at; a *sheet* is
//!   all a source said at that instant. A rate book is an immutable snapshot of quotes; the latest quote of a pair holds
//!   until the next, whatever its source, but not for ever: one older than the rules allow is *stale*, and nothing is
//!   converted with it.
//! * A rate that was not quoted is derived: the *inverse* of the opposite quote, or a *cross* of two quotes through one
//!   other currency. Each is exact up to one rounding at 1e-12.
//! * The rate *applied* is the rate with the mark-up on it. Amounts are rounded once, to the wanted currency's minor unit.
//!
//! Missing is missing: zero is no rate, and a rate is never taken from a day that had not come.

mod book;
mod convert;

pub use book::{FxBook, Quote};
pub use convert::{Conversion, FxAsk, FxRules, Leg, NoRate, Quoted, convert, rate};
