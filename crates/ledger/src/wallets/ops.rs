//! What can be done with wallets.

use engines::posting::{Account, Booked, Posting, PostingError, Role, Valuation, carry, credit_wallet, debit_wallet};
use jiff::civil::Date;
use kernel::{Currency, CustomerId, Id, LedgerTransactionId, Money, Problem, WalletHoldId};
use platform::{Error, Read, Result, Tx};

use super::events::WalletAdjusted;
use super::model::{self, Adjustment, Hold, NewHold, Wallet};
use super::store::{self, Adjusted, Moved};
use crate::accounts::{self, Filter, Purpose, store as account_rows};
use crate::books::{self, Books};
use crate::journal::{AccountEntry, Kind, NewTransaction, Transaction, begin, store as journal};
use crate::permissions::{WALLETS_ADJUST, WALLETS_READ};

/// Most currencies one customer has wallets in that are shown.
const MOST_WALLETS: i64 = 50;

/// A customer's wallets, by currency.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn of_customer(read: &Read, customer: CustomerId) -> Result<Vec<Wallet>> {
    read.allow(WALLETS_READ)?;
    known(read, customer).await?;
    let Some(books) = books::store::get(read).await? else {
        return Ok(Vec::new());
    };
    let [free, held] = [Role::Wallet, Role::WalletHeld].map(|role| Filter {
        role: Some(role),
        whose: Some(customer.uuid()),
    });
    let free = accounts::all(read, free, None, MOST_WALLETS, books.functional).await?;
    let held = accounts::all(read, held, None, MOST_WALLETS, books.functional).await?;
    let mut wallets = Vec::with_capacity(free.len());
    for account in free {
        let currency = account.purpose.currency;
        let aside = held.iter().find(|held| held.purpose.currency == currency);
        wallets.push(Wallet {
            customer,
            available: account.balance.negate().map_err(Error::internal)?,
            held: match aside {
                Some(aside) => aside.balance.negate().map_err(Error::internal)?,
                None => Money::zero(currency),
            },
        });
    }
    wallets.sort_by_key(|wallet| wallet.available.currency.code());
    Ok(wallets)
}

/// Wallets of all customers after one, in the order of customers and currencies; at most `most` of them.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn all(read: &Read, after: Option<(CustomerId, Currency)>, most: i64) -> Result<Vec<Wallet>> {
    read.allow(WALLETS_READ)?;
    store::all(read, after, most).await
}

/// In which currency the books are kept, if there are any: wallets of it need no rate.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn functional(read: &Read) -> Result<Option<Currency>> {
    read.allow(WALLETS_READ)?;
    Ok(books::store::get(read).await?.map(|books| books.functional))
}

/// What happened to a customer's wallet of one currency, the latest first, before one of its entries' numbers.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn history(
    read: &Read,
    customer: CustomerId,
    currency: Currency,
    before: Option<i64>,
) -> Result<Vec<AccountEntry>> {
    read.allow(WALLETS_READ)?;
    known(read, customer).await?;
    let Some(books) = books::store::get(read).await? else {
        return Ok(Vec::new());
    };
    let [free, _] = model::accounts(customer);
    let purpose = Purpose {
        account: free,
        currency,
    };
    match account_rows::find(read, &purpose, books.functional).await? {
        Some(account) => journal::of_account(read, &account, before, journal::PAGE).await,
        None => Ok(Vec::new()),
    }
}

/// What of a customer's wallets is set aside, the oldest first; at most 200.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn open_holds(read: &Read, customer: CustomerId) -> Result<Vec<Hold>> {
    read.allow(WALLETS_READ)?;
    known(read, customer).await?;
    store::open(read, customer).await
}

/// Puts into a wallet, or takes out of it, by hand.
///
/// # Errors
/// `invalid_fields`, `not_found` for no customer, `insufficient_funds`, `key_reused`, `books_not_open`, `period_closed`,
/// `forbidden`, or the database.
pub async fn adjust(tx: &mut Tx, adjustment: &Adjustment) -> Result<LedgerTransactionId> {
    tx.allow(WALLETS_ADJUST)?;
    let books = books::opened(tx).await?;
    adjustment.judged(books.functional)?;
    known(tx, adjustment.customer).await?;
    let [wallet, _] = model::accounts(adjustment.customer);
    let (amount, against) = (adjustment.amount, adjustment.against.account());
    let posting = if amount.is_negative() {
        let amount = amount.negate().map_err(Error::internal)?;
        let booked = booked(tx, wallet, amount, &books).await?;
        debit_wallet(wallet, &booked, against, amount)
    } else {
        let valuation = Valuation {
            functional: books.functional,
            rate: adjustment.rate,
        };
        credit_wallet(valuation, against, adjustment.customer.uuid(), amount)
    };
    let reason = adjustment.reason.trim().to_owned();
    let transaction = begin(
        tx,
        NewTransaction {
            key: adjustment.key.clone(),
            kind: Kind::WalletAdjustment,
            day: adjustment.day,
            posting: posted(posting)?,
            memo: reason.clone(),
            source: Some(adjustment.customer.to_string()),
            about: None,
            rate: adjustment.rate.filter(|_| amount.currency != books.functional),
        },
        None,
    );
    let fact = WalletAdjusted {
        customer: adjustment.customer,
        amount,
        against: adjustment.against,
        reason,
        transaction: transaction.id,
    };
    Ok(tx.save(kernel::Change::new(Adjusted(transaction), fact)).await?.0.id)
}

/// Sets a part of a wallet aside. Once for each key: the same again answers the hold that is there. Whoever calls has judged
/// who may.
///
/// # Errors
/// `insufficient_funds`, `invalid_fields`, `key_reused`, `books_not_open`, `period_closed`, or the database.
pub async fn hold(tx: &mut Tx, new: &NewHold) -> Result<Hold> {
    if let Some(there) = store::by_key(tx, &new.key).await? {
        if there.customer == new.customer && there.amount == new.amount {
            return Ok(there);
        }
        return Err(Problem::conflict("key_reused").arg("key", &new.key).into());
    }
    let books = books::opened(tx).await?;
    let change = Hold::begin(tx.new_id(), new, tx.now())?;
    let moved = move_aside(tx, &change.after, Kind::WalletHold, new.amount, new.day, &books).await?;
    save(tx, change, vec![moved]).await
}

/// What was set aside pays for what was ordered, or a part of it does and the rest is free again. What a customer owes
/// becomes less by it.
///
/// # Errors
/// `not_found`, `hold_settled`, `hold_too_small`, `period_closed`, or the database.
pub async fn capture(tx: &mut Tx, id: WalletHoldId, amount: Money, day: Date) -> Result<Hold> {
    let (hold, books) = settling(tx, id).await?;
    let change = hold.capture(amount, tx.now())?;
    let mut moved = vec![move_aside(tx, &hold, Kind::WalletCapture, amount, day, &books).await?];
    if !change.fact.released.is_zero() {
        moved.push(move_aside(tx, &hold, Kind::WalletRelease, change.fact.released, day, &books).await?);
    }
    save(tx, change, moved).await
}

/// What was set aside is free again.
///
/// # Errors
/// `not_found`, `hold_settled`, `period_closed`, or the database.
pub async fn release(tx: &mut Tx, id: WalletHoldId, day: Date) -> Result<Hold> {
    let (hold, books) = settling(tx, id).await?;
    let change = hold.release(tx.now())?;
    let moved = move_aside(tx, &hold, Kind::WalletRelease, hold.amount, day, &books).await?;
    save(tx, change, vec![moved]).await
}

async fn known(read: &Read, customer: CustomerId) -> Result<()> {
    if parties::customers::ops::is_known(read, customer).await? {
        return Ok(());
    }
    Err(Problem::not_found().into())
}

async fn settling(read: &Read, id: WalletHoldId) -> Result<(Hold, Books)> {
    let hold = store::by_id(read, id).await?.ok_or_else(Problem::not_found)?;
    Ok((hold, books::opened(read).await?))
}

async fn save<F: kernel::Fact>(
    tx: &mut Tx,
    change: kernel::Change<Hold, F>,
    transactions: Vec<Transaction>,
) -> Result<Hold> {
    let kernel::Change { after, fact, before } = change;
    let after = Moved {
        hold: after,
        transactions,
    };
    Ok(tx.save(kernel::Change { after, fact, before }).await?.hold)
}

/// What a step of a hold posts: into it, out of it again, or to what the customer owes.
async fn move_aside(
    tx: &mut Tx,
    hold: &Hold,
    kind: Kind,
    amount: Money,
    day: Date,
    books: &Books,
) -> Result<Transaction> {
    let [free, aside] = hold.accounts();
    let (from, to, step) = match kind {
        Kind::WalletHold => (free, aside, "set-aside"),
        Kind::WalletCapture => (aside, Account::of(Role::Receivable, hold.customer.uuid()), "capture"),
        _ => (aside, free, "release"),
    };
    let booked = booked(tx, from, amount, books).await?;
    let new = NewTransaction {
        key: format!("hold:{}:{step}", hold.id),
        kind,
        day,
        posting: posted(carry(from, &booked, to, amount))?,
        memo: hold.memo.clone(),
        source: hold.source.clone().or_else(|| Some(hold.id.to_string())),
        about: hold.about.clone(),
        rate: None,
    };
    Ok(begin(tx, new, None))
}

/// What is on an account that is spent from. In the functional currency an amount is worth itself, and posting refuses what
/// is not there; of another currency the account is held, so that its worth is shared out once.
async fn booked(tx: &mut Tx, account: Account, amount: Money, books: &Books) -> Result<Booked> {
    if amount.currency == books.functional {
        return Ok(Booked {
            open: amount,
            worth: amount,
        });
    }
    let purpose = Purpose {
        account,
        currency: amount.currency,
    };
    let short = || Problem::conflict("insufficient_funds").arg("currency", amount.currency);
    let there = account_rows::find(tx, &purpose, books.functional)
        .await?
        .ok_or_else(short)?;
    let mut writer = tx.bookkeeping("nothing is written: an account is held while its worth is shared out");
    let held = account_rows::hold(&mut writer, there.id, books.functional).await?;
    let booked = held.booked().map_err(Error::internal)?;
    if booked.open.minor < amount.minor {
        return Err(short().into());
    }
    Ok(booked)
}

fn posted(posting: std::result::Result<Posting, PostingError>) -> Result<Posting> {
    posting.map_err(|error| match error {
        PostingError::MoreThanAll { .. } => Problem::conflict("insufficient_funds").into(),
        other => Error::internal(other),
    })
}
