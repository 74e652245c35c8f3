//! Stories that cross rooms: an event of one room makes jobs, whose work is done with another room's operations.

pub(crate) mod customer_sign_up;
