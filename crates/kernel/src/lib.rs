//! The words every room speaks: ids, money, time, problems and facts. Pure values, no I/O.
#![deny(missing_docs)]

mod currency;
mod decimal;
mod fact;
mod id;
pub mod money;
mod percent;
mod problem;
mod rate;
mod rounding;
mod time;
mod timeline;

pub use currency::{Currency, UnknownCurrency};
pub use decimal::BadDecimal;
pub use fact::{Change, Fact, Personal};
pub use id::*;
pub use money::{Money, MoneyError};
pub use percent::Percent;
pub use problem::{FieldProblem, Problem, ProblemKind};
pub use rate::{BadRate, Rate};
pub use rounding::Rounding;
pub use time::{Clock, Instant, Period};
pub use timeline::{Timeline, TwoValues};
