//! The recipes R1 to R13: what is booked when money moves. R3 and R4 move what is on an account already, at its
//! worth there: [`super::carry`] and [`super::pay_from`]. R14 is [`super::settle_foreign`].

use kernel::Money;
use uuid::Uuid;

use super::account::{Account, Role};
use super::made::{Posting, PostingError, Sides, Valuation};

type Made = Result<Posting, PostingError>;

/// What an invoice or a credit note says: amounts without tax by income account, taxes by component.
#[derive(Clone, Copy, Debug)]
pub struct Billed<'a> {
    /// Without tax, each on its income account.
    pub net: &'a [(Account, Money)],
    /// Each on the account of its component; none where nothing is taxed.
    pub taxes: &'a [(Account, Money)],
}

impl Billed<'_> {
    fn gross(&self) -> Result<Money, PostingError> {
        let mut parts = self.net.iter().chain(self.taxes).map(|(_, amount)| *amount);
        let first = parts.next().ok_or(kernel::MoneyError::NoWeights)?;
        Ok(parts.try_fold(first, Money::add)?)
    }
}

/// R1 and R13: an invoice is issued. The customer owes the whole; we earned the net and owe the tax.
///
/// # Errors
/// See [`PostingError`], here and below.
pub fn invoice(valuation: Valuation, customer: Uuid, billed: &Billed<'_>) -> Made {
    let mut sides = Sides::default().debit(Account::of(Role::Receivable, customer), billed.gross()?);
    for (account, amount) in billed.net.iter().chain(billed.taxes) {
        sides = sides.credit(*account, *amount);
    }
    sides.valued(valuation)
}

/// R6: a credit note. Income and tax are taken back; the money goes to `back`: a wallet, a gateway, or off what is owed.
pub fn credit_note(valuation: Valuation, back: Account, billed: &Billed<'_>) -> Made {
    let mut sides = Sides::default();
    for (account, amount) in billed.net.iter().chain(billed.taxes) {
        sides = sides.debit(*account, *amount);
    }
    sides.credit(back, billed.gross()?).valued(valuation)
}

/// R2: a top-up was captured. The wallet has the whole; the gateway keeps its fee.
pub fn capture_to_wallet(valuation: Valuation, gateway: Uuid, customer: Uuid, gross: Money, fee: Money) -> Made {
    captured(valuation, gateway, Account::of(Role::Wallet, customer), gross, fee)
}

/// R2 without a gateway: what a customer handed in, or was given, is in the wallet. `from` is the bank, or what it is given out of.
pub fn credit_wallet(valuation: Valuation, from: Account, customer: Uuid, amount: Money) -> Made {
    moved(valuation, from, Account::of(Role::Wallet, customer), amount)
}

/// R7: a payment was captured that no invoice took yet.
pub fn capture_unapplied(valuation: Valuation, gateway: Uuid, customer: Uuid, gross: Money, fee: Money) -> Made {
    captured(valuation, gateway, Account::of(Role::Unapplied, customer), gross, fee)
}

/// R11: a gateway captured what we did not ask for. It waits in suspense for a person.
pub fn capture_unexpected(valuation: Valuation, gateway: Uuid, gross: Money, fee: Money) -> Made {
    captured(valuation, gateway, Account::the(Role::Suspense), gross, fee)
}

fn captured(valuation: Valuation, gateway: Uuid, to: Account, gross: Money, fee: Money) -> Made {
    let kept = gross.sub(fee)?;
    if fee.is_negative() {
        return Err(PostingError::NotPositive(fee));
    }
    if kept.minor <= 0 {
        return Err(PostingError::MoreThanAll {
            part: fee,
            whole: gross,
        });
    }
    let mut sides = Sides::default().debit(Account::of(Role::Gateway, gateway), kept);
    if !fee.is_zero() {
        sides = sides.debit(Account::the(Role::GatewayFee), fee);
    }
    sides.credit(to, gross).valued(valuation)
}

/// R7: a payment that had come before pays what is owed. In the functional currency; in another the two accounts have worths
/// of their own, and [`super::pay_from`] says what was lost or gained between them.
pub fn apply_payment(valuation: Valuation, customer: Uuid, amount: Money) -> Made {
    moved(
        valuation,
        Account::of(Role::Unapplied, customer),
        Account::of(Role::Receivable, customer),
        amount,
    )
}

/// R5: a supplier delivered, and is owed for it.
pub fn cost(valuation: Valuation, supplier: Uuid, amount: Money) -> Made {
    moved(
        valuation,
        Account::the(Role::Cost),
        Account::of(Role::Payable, supplier),
        amount,
    )
}

/// R8: a payer disputes. The gateway takes the amount back, and its fee.
pub fn dispute_withdrawn(valuation: Valuation, gateway: Uuid, amount: Money, fee: Money) -> Made {
    if fee.is_negative() {
        return Err(PostingError::NotPositive(fee));
    }
    let mut sides = Sides::default().debit(Account::the(Role::Disputed), amount);
    if !fee.is_zero() {
        sides = sides.debit(Account::the(Role::DisputeFee), fee);
    }
    sides
        .credit(Account::of(Role::Gateway, gateway), amount.add(fee)?)
        .valued(valuation)
}

/// R9: the dispute was lost. The fee stays spent either way.
pub fn dispute_lost(valuation: Valuation, amount: Money) -> Made {
    moved(
        valuation,
        Account::the(Role::Chargebacks),
        Account::the(Role::Disputed),
        amount,
    )
}

/// R9: the dispute was won, and the gateway gave the amount back.
pub fn dispute_won(valuation: Valuation, gateway: Uuid, amount: Money) -> Made {
    moved(
        valuation,
        Account::of(Role::Gateway, gateway),
        Account::the(Role::Disputed),
        amount,
    )
}

/// R10: a gateway paid out; the amount is that of its report.
pub fn payout(valuation: Valuation, gateway: Uuid, bank: Account, amount: Money) -> Made {
    moved(valuation, bank, Account::of(Role::Gateway, gateway), amount)
}

/// R12: an agent earned a commission.
pub fn commission(valuation: Valuation, agent: Uuid, amount: Money) -> Made {
    moved(
        valuation,
        Account::the(Role::Commission),
        Account::of(Role::Payable, agent),
        amount,
    )
}

/// R12: a part of it is taken back, because what it was for is.
pub fn claw_back_commission(valuation: Valuation, agent: Uuid, amount: Money) -> Made {
    moved(
        valuation,
        Account::of(Role::Payable, agent),
        Account::the(Role::Commission),
        amount,
    )
}

fn moved(valuation: Valuation, debit: Account, credit: Account, amount: Money) -> Made {
    Sides::default()
        .debit(debit, amount)
        .credit(credit, amount)
        .valued(valuation)
}
