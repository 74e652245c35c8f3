//! What can be done with wallets.

use engines::posting::{
    Account, Booked, Posting, PostingError, Role, Valuation, carry, credit_wallet, debit_wallet, pay_from,
};
use jiff::civil::Date;
use kernel::{Currency, CustomerId, Id, LedgerTransactionId, Money, MoneyError, Problem, WalletHoldId};
use platform::{Error, Read, Result, Tx};

use super::events::WalletAdjusted;
use super::model::{self, Adjustment, Hold, NewHold, Wallet};
use super::store::{self, Adjusted, Moved};
use crate::accounts::{self, Filter, Purpose, store as account_rows};
use crate::books::{self, Books};
use crate::journal::{
    AccountEntry, Kind, MAX_KEY, NewTransaction, Transaction, begin, not_far_ahead, store as journal,
};
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
    not_far_ahead(tx, adjustment.day, 0)?;
    if journal::by_key(tx, &adjustment.key, books.functional).await?.is_some() {
        return Err(Problem::conflict("key_reused").arg("key", &adjustment.key).into());
    }
    let [wallet, _] = model::accounts(adjustment.customer);
    let (amount, against) = (adjustment.amount, adjustment.against.account());
    let posting = if amount.is_negative() {
        let amount = amount.negate().map_err(Error::internal)?;
        let [booked] = booked(tx, [wallet], amount, &books).await?;
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
            rate: adjustment
                .rate
                .filter(|_| amount.currency != books.functional && !amount.is_negative()),
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

/// Sets a part of a wallet aside. Once for each key: the same again answers the hold that is there, while it is held. Whoever
/// calls has judged who may.
///
/// # Errors
/// `insufficient_funds`, `invalid_fields`, `key_reused`, `hold_settled` when what was set aside under the key is captured or
/// released, `books_not_open`, `period_closed`, `day_out_of_range`, or the database.
pub async fn hold(tx: &mut Tx, new: &NewHold) -> Result<Hold> {
    if new.key.len() > MAX_KEY {
        return Err(Error::internal(format!("a key of {} characters", new.key.len())));
    }
    let books = books::opened(tx).await?;
    not_far_ahead(tx, new.day, 0)?;
    let change = Hold::begin(tx.new_id(), new, tx.now())?;
    let [free, aside] = change.after.accounts();
    // Held first: whoever sets the same aside at this moment finds it done.
    let booked = held(tx, [free, aside], new.amount.currency, &books).await?;
    if let Some(there) = store::by_key(tx, &new.key).await? {
        return there.again(new).map_err(Error::from);
    }
    let [free_booked, _] = enough(booked, new.amount)?;
    let posting = carry(free, &free_booked, aside, new.amount);
    let moved = moved(tx, &change.after, Kind::WalletHold, new.day, posting)?;
    save(tx, change, vec![moved]).await
}

/// What was set aside pays for what was ordered, or a part of it does and the rest is free again. What a customer owes
/// becomes less by it; in another currency than the books', what the two differ in worth is lost or gained to the exchange rate.
///
/// # Errors
/// `not_found`, `hold_settled`, `hold_too_small`, `period_closed`, or the database.
pub async fn capture(tx: &mut Tx, id: WalletHoldId, amount: Money, day: Date) -> Result<Hold> {
    let books = books::opened(tx).await?;
    let (hold, [aside, free, owed], booked) = settling(tx, id, &books).await?;
    let change = hold.capture(amount, tx.now())?;
    let [aside_booked, _, owed_booked] = enough(booked, hold.amount)?;
    let posting = if amount.currency == books.functional {
        carry(aside, &aside_booked, owed, amount)
    } else {
        pay_from((aside, &aside_booked), (owed, &owed_booked), amount)
    };
    let mut all = vec![moved(tx, &hold, Kind::WalletCapture, day, posting)?];
    let released = change.fact.released;
    if !released.is_zero() {
        let rest = aside_booked.less(amount).map_err(Error::internal)?;
        all.push(moved(
            tx,
            &hold,
            Kind::WalletRelease,
            day,
            carry(aside, &rest, free, released),
        )?);
    }
    save(tx, change, all).await
}

/// What was set aside is free again.
///
/// # Errors
/// `not_found`, `hold_settled`, `period_closed`, or the database.
pub async fn release(tx: &mut Tx, id: WalletHoldId, day: Date) -> Result<Hold> {
    let books = books::opened(tx).await?;
    let (hold, [aside, free, _], booked) = settling(tx, id, &books).await?;
    let change = hold.release(tx.now())?;
    let [aside_booked, ..] = enough(booked, hold.amount)?;
    let posting = carry(aside, &aside_booked, free, hold.amount);
    let moved = moved(tx, &hold, Kind::WalletRelease, day, posting)?;
    save(tx, change, vec![moved]).await
}

async fn known(read: &Read, customer: CustomerId) -> Result<()> {
    if parties::customers::ops::is_known(read, customer).await? {
        return Ok(());
    }
    Err(Problem::not_found().into())
}

/// A hold as it is once nobody else can settle it: its accounts (what is set aside, what is free, what the customer owes), and
/// what is on them.
async fn settling(tx: &mut Tx, id: WalletHoldId, books: &Books) -> Result<(Hold, [Account; 3], [Booked; 3])> {
    let hold = store::by_id(tx, id).await?.ok_or_else(Problem::not_found)?;
    let [free, aside] = hold.accounts();
    let accounts = [aside, free, Account::of(Role::Receivable, hold.customer.uuid())];
    let booked = held(tx, accounts, hold.amount.currency, books).await?;
    let hold = store::by_id(tx, id).await?.ok_or_else(Problem::not_found)?;
    Ok((hold, accounts, booked))
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

/// What a step of a hold posts.
fn moved(
    tx: &Tx,
    hold: &Hold,
    kind: Kind,
    day: Date,
    posting: std::result::Result<Posting, PostingError>,
) -> Result<Transaction> {
    let step = match kind {
        Kind::WalletHold => "set-aside",
        Kind::WalletCapture => "capture",
        _ => "release",
    };
    let new = NewTransaction {
        key: format!("hold:{}:{step}", hold.id),
        kind,
        day,
        posting: posted(posting)?,
        memo: hold.memo.clone(),
        source: hold.source.clone().or_else(|| Some(hold.id.to_string())),
        about: hold.about.clone(),
        rate: None,
    };
    Ok(begin(tx, new, None))
}

/// Keeps others from these accounts of one currency until the transaction ends, and says what is on them.
async fn held<const N: usize>(
    tx: &mut Tx,
    accounts: [Account; N],
    currency: Currency,
    books: &Books,
) -> Result<[Booked; N]> {
    let purposes = accounts.map(|account| Purpose { account, currency });
    let held = account_rows::hold(tx, &purposes, books.functional).await?;
    let nothing = Booked {
        open: Money::zero(currency),
        worth: Money::zero(books.functional),
    };
    let mut booked = [nothing; N];
    for (place, purpose) in booked.iter_mut().zip(&purposes) {
        if let Some(account) = held.get(purpose) {
            *place = account.booked().map_err(Error::internal)?;
        }
    }
    Ok(booked)
}

/// Refuses where there is not that much on the first of them.
fn enough<const N: usize>(booked: [Booked; N], amount: Money) -> Result<[Booked; N]> {
    let there = booked.first().map_or(0, |first| first.open.minor);
    if there >= amount.minor {
        return Ok(booked);
    }
    Err(short(amount).into())
}

fn short(amount: Money) -> Problem {
    Problem::conflict("insufficient_funds").arg("currency", amount.currency)
}

async fn booked(tx: &mut Tx, accounts: [Account; 1], amount: Money, books: &Books) -> Result<[Booked; 1]> {
    enough(held(tx, accounts, amount.currency, books).await?, amount)
}

fn posted(posting: std::result::Result<Posting, PostingError>) -> Result<Posting> {
    posting.map_err(|error| match error {
        PostingError::MoreThanAll { whole, .. } => short(whole).into(),
        PostingError::WorthNothing(_) => Problem::refused("invalid_fields")
            .field("/amount", "amount_worth_nothing")
            .into(),
        PostingError::Money(MoneyError::TooLarge) => Problem::refused("invalid_fields")
            .field("/amount", "amount_too_large")
            .into(),
        other => Error::internal(other),
    })
}
