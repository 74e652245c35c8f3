//! What kinds of transactions and purposes of accounts are called.

use engines::posting::{Role, Section};
use kernel::Money;
use web::messages::{Words, key};

use crate::journal::Kind;

/// What an account is for.
pub(super) fn role(w: &Words, role: Role) -> String {
    w.t(match role {
        Role::Bank => key("ledger-role-bank"),
        Role::Gateway => key("ledger-role-gateway"),
        Role::Receivable => key("ledger-role-receivable"),
        Role::Disputed => key("ledger-role-disputed"),
        Role::InputTax => key("ledger-role-input-tax"),
        Role::Wallet => key("ledger-role-wallet"),
        Role::WalletHeld => key("ledger-role-wallet-held"),
        Role::Unapplied => key("ledger-role-unapplied"),
        Role::Payable => key("ledger-role-payable"),
        Role::OutputTax => key("ledger-role-output-tax"),
        Role::Suspense => key("ledger-role-suspense"),
        Role::Equity => key("ledger-role-equity"),
        Role::Sales => key("ledger-role-sales"),
        Role::OtherIncome => key("ledger-role-other-income"),
        Role::Cost => key("ledger-role-cost"),
        Role::GatewayFee => key("ledger-role-gateway-fee"),
        Role::DisputeFee => key("ledger-role-dispute-fee"),
        Role::Chargebacks => key("ledger-role-chargebacks"),
        Role::Commission => key("ledger-role-commission"),
        Role::Adjustment => key("ledger-role-adjustment"),
        Role::OtherExpense => key("ledger-role-other-expense"),
        Role::FxRealised => key("ledger-role-fx-realised"),
    })
}

/// A part of the chart of accounts.
pub(super) fn section(w: &Words, section: Section) -> String {
    w.t(match section {
        Section::Assets => key("ledger-section-assets"),
        Section::Liabilities => key("ledger-section-liabilities"),
        Section::Equity => key("ledger-section-equity"),
        Section::Income => key("ledger-section-income"),
        Section::Expenses => key("ledger-section-expenses"),
    })
}

/// What happened to money.
pub(super) fn kind(w: &Words, kind: Kind) -> String {
    w.t(match kind {
        Kind::Invoice => key("ledger-kind-invoice"),
        Kind::CreditNote => key("ledger-kind-credit-note"),
        Kind::Payment => key("ledger-kind-payment"),
        Kind::Application => key("ledger-kind-application"),
        Kind::Refund => key("ledger-kind-refund"),
        Kind::TopUp => key("ledger-kind-top-up"),
        Kind::WalletAdjustment => key("ledger-kind-wallet-adjustment"),
        Kind::WalletHold => key("ledger-kind-wallet-hold"),
        Kind::WalletRelease => key("ledger-kind-wallet-release"),
        Kind::WalletCapture => key("ledger-kind-wallet-capture"),
        Kind::Cost => key("ledger-kind-cost"),
        Kind::Commission => key("ledger-kind-commission"),
        Kind::Dispute => key("ledger-kind-dispute"),
        Kind::Payout => key("ledger-kind-payout"),
        Kind::Unexpected => key("ledger-kind-unexpected"),
        Kind::Manual => key("ledger-kind-manual"),
        Kind::Reversal => key("ledger-kind-reversal"),
    })
}

/// An amount in the debit column and in the credit column; one of them is empty.
pub(super) fn sides(w: &Words, amount: Money) -> [String; 2] {
    let size = w.exact(size(amount));
    match amount.minor.signum() {
        0 => Default::default(),
        1 => [size, String::new()],
        _ => [String::new(), size],
    }
}

/// How large an amount is, whichever way it goes.
pub(super) const fn size(amount: Money) -> Money {
    Money::new(amount.minor.saturating_abs(), amount.currency)
}

/// An amount the other way: what is a credit in the books is above zero for people.
pub(super) const fn turned(amount: Money) -> Money {
    Money::new(amount.minor.saturating_neg(), amount.currency)
}
