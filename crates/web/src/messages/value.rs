//! What a message can be given: text and whole numbers, by value or by reference.
//!
//! Templates pass references (askama borrows arguments), handlers pass values; both are taken.

use std::borrow::Cow;

use fluent::FluentValue;
use kernel::Instant;

/// An argument of a message.
pub type Value<'a> = FluentValue<'a>;

/// Whatever can stand as an argument of a message.
pub trait AsValue {
    /// The argument as Fluent wants it.
    fn as_value(&self) -> Value<'_>;
}

impl AsValue for str {
    fn as_value(&self) -> Value<'_> {
        Value::String(Cow::Borrowed(self))
    }
}

impl AsValue for String {
    fn as_value(&self) -> Value<'_> {
        self.as_str().as_value()
    }
}

impl AsValue for Cow<'_, str> {
    fn as_value(&self) -> Value<'_> {
        self.as_ref().as_value()
    }
}

impl<T: AsValue + ?Sized> AsValue for &T {
    fn as_value(&self) -> Value<'_> {
        T::as_value(self)
    }
}

macro_rules! whole_numbers {
    ($($number:ty),*) => { $(
        impl AsValue for $number {
            fn as_value(&self) -> Value<'_> {
                Value::from(*self)
            }
        }
    )* };
}

whole_numbers!(i16, i32, i64, isize, u8, u16, u32, u64, usize);

/// A whole number of any type, by value or by reference; beyond 64 signed bits it is held at the edge.
pub trait AsCount {
    /// The number.
    fn count(&self) -> i64;
}

impl<T: AsCount + ?Sized> AsCount for &T {
    fn count(&self) -> i64 {
        T::count(self)
    }
}

macro_rules! counts {
    ($($number:ty),*) => { $(
        impl AsCount for $number {
            fn count(&self) -> i64 {
                i64::try_from(*self).unwrap_or(i64::MAX)
            }
        }
    )* };
}

counts!(i32, i64, isize, u8, u16, u32, u64, usize);

/// A moment, as microseconds since the epoch: a kernel `Instant` or the number the databases keep.
pub trait AsMoment {
    /// Microseconds since 1970-01-01T00:00:00Z.
    fn micros(&self) -> i64;
}

impl AsMoment for i64 {
    fn micros(&self) -> i64 {
        *self
    }
}

impl AsMoment for Instant {
    fn micros(&self) -> i64 {
        Instant::micros(*self)
    }
}

impl<T: AsMoment> AsMoment for &T {
    fn micros(&self) -> i64 {
        T::micros(self)
    }
}
