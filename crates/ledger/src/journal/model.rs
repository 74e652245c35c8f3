//! A transaction of the journal.

use engines::posting::Posting;
use jiff::civil::Date;
use kernel::{Change, EventId, Id, Instant, LedgerTransactionId, Problem, Rate};
use platform::TraceId;

use super::events::TransactionPosted;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal;)+) => {
        /// What happened to money.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, utoipa::ToSchema)]
        pub enum Kind { $($(#[$doc])* #[serde(rename = $name)] $kind,)+ }

        impl Kind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)+];

            /// Its stable name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)+ }
            }

            /// The kind with this name.
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$kind),)+ _ => None }
            }
        }
    };
}

kinds! {
    /// An invoice was issued.
    Invoice = "invoice";
    /// A credit note was issued.
    CreditNote = "credit_note";
    /// A payment came.
    Payment = "payment";
    /// A payment that had come before pays an invoice.
    Application = "application";
    /// Money was given back.
    Refund = "refund";
    /// Money went into a wallet.
    TopUp = "top_up";
    /// A person credited or corrected a wallet.
    WalletAdjustment = "wallet_adjustment";
    /// A part of a wallet was set aside.
    WalletHold = "wallet_hold";
    /// What was set aside is free again.
    WalletRelease = "wallet_release";
    /// What was set aside paid for what was ordered.
    WalletCapture = "wallet_capture";
    /// A supplier is owed for what it delivered.
    Cost = "cost";
    /// An agent earned a commission, or part of one is taken back.
    Commission = "commission";
    /// A payer disputes, or the dispute is over.
    Dispute = "dispute";
    /// A gateway paid out.
    Payout = "payout";
    /// Money came that nobody expected.
    Unexpected = "unexpected";
    /// A person posted it by hand.
    Manual = "manual";
    /// The same as another transaction the other way.
    Reversal = "reversal";
}

/// What is to be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTransaction {
    /// The caller's name of it, the same however often it is tried: `invoice:inv_…`. A second posting under it changes
    /// nothing. At most 200 characters.
    pub key: String,
    /// What happened.
    pub kind: Kind,
    /// On which day, where the company is.
    pub day: Date,
    /// What that does to the books.
    pub posting: Posting,
    /// In a few words, for whoever reads the journal. No names of people: it stays for ever.
    pub memo: String,
    /// The printed id of what it was posted for: an invoice, a payment, a hold.
    pub source: Option<String>,
    /// The printed id of the order or trip it belongs to.
    pub about: Option<String>,
    /// One unit of the foreign currency in the functional one, where there is one.
    pub rate: Option<Rate>,
}

/// A transaction of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Its id.
    pub id: LedgerTransactionId,
    /// What was posted.
    pub posted: NewTransaction,
    /// Which one it takes back.
    pub reverses: Option<LedgerTransactionId>,
    /// When it was written.
    pub recorded_at: Instant,
    /// Who wrote it: a printed id, or `system`.
    pub recorded_by: String,
    /// The event it came of, if any.
    pub cause: Option<EventId>,
    /// Joins it with the request or job that wrote it.
    pub trace: TraceId,
}

/// What became of a posting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It is in the journal now.
    New(Transaction),
    /// It was already; nothing changed.
    Already(Transaction),
}

impl Posted {
    /// The transaction, whenever it came.
    pub fn into_transaction(self) -> Transaction {
        match self {
            Self::New(transaction) | Self::Already(transaction) => transaction,
        }
    }
}

impl Transaction {
    /// The transaction that takes this one back on a day.
    ///
    /// # Errors
    /// `not_reversible` for what has its own way back: only what a person posted is taken back by hand. `invalid_fields` for
    /// a day before the transaction's.
    pub(super) fn reversal(&self, day: Date, reason: &str) -> Result<NewTransaction, Problem> {
        if self.posted.kind != Kind::Manual {
            return Err(Problem::conflict("not_reversible").arg("kind", self.posted.kind.name()));
        }
        if day < self.posted.day {
            return Err(Problem::refused("invalid_fields").field("/day", "reversal_too_early"));
        }
        let reversed = self.posted.posting.reversed();
        Ok(NewTransaction {
            key: format!("reversal:{}", self.id),
            kind: Kind::Reversal,
            day,
            posting: reversed.map_err(|_| Problem::conflict("not_reversible").arg("kind", "manual"))?,
            memo: reason.to_owned(),
            source: Some(self.id.to_string()),
            about: self.posted.about.clone(),
            rate: self.posted.rate,
        })
    }

    /// As a change to save: for what is told to others by itself, and not with what it was posted for.
    pub(super) fn told(self) -> Change<Self, TransactionPosted> {
        let fact = TransactionPosted::of(&self);
        Change::new(self, fact)
    }

    /// The printed id of what it takes back.
    pub fn reverses_printed(&self) -> Option<String> {
        self.reverses
            .map(|id| LedgerTransactionId::from_uuid(id.uuid()).to_string())
    }
}
