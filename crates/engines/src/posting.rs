//! What each thing that happens to money does to the books: one balanced posting.
//!
//! A [`Posting`] has lines. Each line moves an amount in the currency it happened in, and says what that is worth in the
//! company's functional currency; a debit is above zero, a credit below. The worths of a posting sum to zero: it is made by
//! functions that compute the last line from the others or refuse lines that do not balance, and there is no other way. Where all lines are of the
//! functional currency, the amounts sum to zero for the same reason.
//!
//! The recipes R1 to R14 are each a test against a journal that hledger accepts. Which account of a company's chart a
//! line lands on is the ledger's to know: here an account is what it is for ([`Role`]), and whose it is.

mod account;
mod foreign;
mod made;
mod recipes;
#[cfg(test)]
mod tests;

pub use account::{Account, Role, Section};
pub use foreign::{Booked, Settled, carry, debit_wallet, pay_from, settle_foreign};
pub use made::{Line, Posting, PostingError, Valuation};
pub use recipes::{
    Billed, apply_payment, capture_to_wallet, capture_unapplied, capture_unexpected, claw_back_commission, commission,
    cost, credit_note, credit_wallet, dispute_lost, dispute_withdrawn, dispute_won, invoice, payout,
};
