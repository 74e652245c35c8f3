//! Calculators. Each takes an immutable snapshot and the moment as arguments, and returns a result with its explanation.
//!
//! They own their input types; the rooms that keep the data fill them. Deliberately absent: input and output, async,
//! a clock, rounding that does not name its rule.
#![deny(missing_docs)]

pub mod fx;
pub mod margin;
pub mod pricing;
pub mod tax;
