//! What can be done with customers.

use std::collections::HashMap;

use kernel::{CustomerId, GroupId, UserId};
use platform::{Read, Result, Tx};

use super::model::{Customer, CustomerDraft, Details, Filter, exists};
use super::store;
use crate::party::PartyDraft;
use crate::permissions::{CUSTOMERS_EDIT, CUSTOMERS_READ};
use crate::record::{self, Details as _, State, ops};
use crate::seek::{self, Page};

/// Adds a customer.
///
/// # Errors
/// `invalid_fields`, `customer_exists` (409; its argument `existing` is the other's id), `forbidden`, or the database.
pub async fn add(tx: &mut Tx, draft: &CustomerDraft) -> Result<Customer> {
    ops::add::<Details>(tx, draft).await
}

/// Changes a customer; `expected` is the version that was shown.
///
/// # Errors
/// `stale` (412) when it is another by now; else as [`add`].
pub async fn change(tx: &mut Tx, id: CustomerId, expected: Option<i64>, draft: &CustomerDraft) -> Result<Customer> {
    ops::change::<Details>(tx, id, expected, draft).await
}

/// Archives a customer.
///
/// # Errors
/// `not_found`, `customer_archived`, `stale`, `forbidden`, or the database.
pub async fn archive(tx: &mut Tx, id: CustomerId, expected: Option<i64>) -> Result<Customer> {
    ops::turn::<Details>(tx, id, expected, State::Archived).await
}

/// Restores an archived customer.
///
/// # Errors
/// `not_found`, `customer_active`, `stale`, `forbidden`, or the database.
pub async fn restore(tx: &mut Tx, id: CustomerId, expected: Option<i64>) -> Result<Customer> {
    ops::turn::<Details>(tx, id, expected, State::Active).await
}

/// The customer of a login: the one it has, else the one known by this address, else a new one. To be called once the
/// person has shown that the address is theirs, by a flow of the product itself.
///
/// # Errors
/// `customer_exists` when another login has the customer of this address; `forbidden`, or the database.
pub async fn for_login(tx: &mut Tx, user: UserId, name: &str, email: &str) -> Result<Customer> {
    tx.allow(CUSTOMERS_EDIT)?;
    if let Some(customer) = store::by_user(tx, user).await? {
        return Ok(customer);
    }
    if let Some(customer) = store::by_email(tx, email).await? {
        if customer.details.user.is_some() {
            return Err(exists(&customer).into());
        }
        let now = tx.now();
        return tx.save(customer.link(user, now)).await;
    }
    let party = PartyDraft {
        // A login may have no name yet.
        name: if name.trim().is_empty() { email } else { name }.to_owned(),
        email: email.to_owned(),
        ..PartyDraft::default()
    };
    let draft = CustomerDraft {
        party,
        ..CustomerDraft::default()
    };
    let details = Details {
        user: Some(user),
        ..Details::read(&draft, None)?
    };
    ops::open(tx, details).await
}

/// One customer.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn by_id(read: &Read, id: CustomerId) -> Result<Customer> {
    ops::by_id::<Details>(read, id).await
}

/// The group of a customer. Asks for no right: a price depends on it, and whoever may ask for the price may have it.
///
/// # Errors
/// `not_found`, or the database.
pub async fn group_of(read: &Read, id: CustomerId) -> Result<Option<GroupId>> {
    let customer = record::store::by_id::<Details>(read, id).await?;
    let customer = customer.ok_or_else(kernel::Problem::not_found)?;
    Ok(customer.details.group)
}

/// The group of every customer that has one. Not for people: asks for no right.
///
/// # Errors
/// The database.
pub async fn groups(read: &Read) -> Result<HashMap<CustomerId, GroupId>> {
    store::groups(read).await
}

/// The customer of an e-mail address.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn by_email(read: &Read, email: &str) -> Result<Option<Customer>> {
    read.allow(CUSTOMERS_READ)?;
    store::by_email(read, email).await
}

/// The customer of the login that acts, if there is one. Asks for no right: it is about oneself.
///
/// # Errors
/// The database.
pub async fn of_actor(read: &Read) -> Result<Option<Customer>> {
    match read.actor().who.user() {
        Some(user) => store::by_user(read, user).await,
        None => Ok(None),
    }
}

/// Names of these customers, where there are any: for pages that tell what something was about.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn names(read: &Read, ids: &[CustomerId]) -> Result<Vec<(CustomerId, String)>> {
    let found = ops::these::<Details>(read, ids).await?;
    Ok(found
        .into_iter()
        .map(|found| (found.id, found.details.party.name))
        .collect())
}

/// A page of customers.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn list(read: &Read, filter: &Filter, page: &Page) -> Result<Vec<Customer>> {
    seek::list::<Details>(read, filter, page).await
}

/// How many there are.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn count(read: &Read, filter: &Filter) -> Result<u64> {
    seek::count::<Details>(read, filter).await
}

/// Whether there is such a customer, archived or not. Asks for no right: it is asked before something is made for it.
///
/// # Errors
/// The database.
pub async fn is_known(read: &Read, id: CustomerId) -> Result<bool> {
    Ok(crate::record::store::by_id::<Details>(read, id).await?.is_some())
}
