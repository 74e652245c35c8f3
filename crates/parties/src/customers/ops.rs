//! What can be done with customers.

use kernel::{CustomerId, GroupId, Problem, UserId};
use platform::{Read, Result, Tx};

use super::model::{Customer, CustomerDraft, Details};
use super::store::{self, Filter};
use crate::groups;
use crate::party::{PartyDraft, State, based_on};
use crate::permissions::{CUSTOMERS_EDIT, CUSTOMERS_READ};
use crate::seek::Page;

/// Adds a customer.
///
/// # Errors
/// `invalid_fields`, `customer_exists` (409; its argument `existing` is the other's id), `forbidden`, or the database.
pub async fn add(tx: &mut Tx, draft: &CustomerDraft) -> Result<Customer> {
    tx.allow(CUSTOMERS_EDIT)?;
    add_with_login(tx, draft, None).await
}

async fn add_with_login(tx: &mut Tx, draft: &CustomerDraft, user: Option<UserId>) -> Result<Customer> {
    let details = Details::read(draft)?;
    only_with_this_email(tx, &details, None).await?;
    group_is_offered(tx, details.group, None).await?;
    let change = Customer::open(tx.new_id(), details, user, tx.now());
    tx.save(change).await
}

/// Changes a customer; `expected` is the version that was shown.
///
/// # Errors
/// `stale` (412) when it is another by now; else as [`add`].
pub async fn change(tx: &mut Tx, id: CustomerId, expected: Option<i64>, draft: &CustomerDraft) -> Result<Customer> {
    tx.allow(CUSTOMERS_EDIT)?;
    let customer = found(store::by_id(tx, id).await?)?;
    based_on(expected, customer.version)?;
    let details = Details::read(draft)?;
    only_with_this_email(tx, &details, Some(id)).await?;
    group_is_offered(tx, details.group, customer.details.group).await?;
    match customer.clone().edit(details, tx.now()) {
        Some(change) => tx.save(change).await,
        None => Ok(customer),
    }
}

/// Archives a customer.
///
/// # Errors
/// `not_found`, `customer_archived`, `stale`, `forbidden`, or the database.
pub async fn archive(tx: &mut Tx, id: CustomerId, expected: Option<i64>) -> Result<Customer> {
    tx.allow(CUSTOMERS_EDIT)?;
    let customer = found(store::by_id(tx, id).await?)?;
    based_on(expected, customer.version)?;
    let now = tx.now();
    tx.save(customer.archive(now)?).await
}

/// Restores an archived customer.
///
/// # Errors
/// `not_found`, `customer_active`, `stale`, `forbidden`, or the database.
pub async fn restore(tx: &mut Tx, id: CustomerId, expected: Option<i64>) -> Result<Customer> {
    tx.allow(CUSTOMERS_EDIT)?;
    let customer = found(store::by_id(tx, id).await?)?;
    based_on(expected, customer.version)?;
    let now = tx.now();
    tx.save(customer.restore(now)?).await
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
        if customer.user.is_some() {
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
    add_with_login(tx, &draft, Some(user)).await
}

/// One customer.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn by_id(read: &Read, id: CustomerId) -> Result<Customer> {
    read.allow(CUSTOMERS_READ)?;
    found(store::by_id(read, id).await?)
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
    read.allow(CUSTOMERS_READ)?;
    store::names(read, ids).await
}

/// A page of customers.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn list(read: &Read, filter: &Filter, page: &Page) -> Result<Vec<Customer>> {
    read.allow(CUSTOMERS_READ)?;
    store::list(read, filter, page).await
}

/// How many there are.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn count(read: &Read, filter: &Filter) -> Result<u64> {
    read.allow(CUSTOMERS_READ)?;
    store::count(read, filter).await
}

async fn only_with_this_email(read: &Read, details: &Details, own: Option<CustomerId>) -> Result<()> {
    let Some(email) = details.party.email.as_deref() else {
        return Ok(());
    };
    match store::by_email(read, email).await? {
        Some(other) if Some(other.id) != own => Err(exists(&other).into()),
        _ => Ok(()),
    }
}

fn exists(other: &Customer) -> Problem {
    let problem = Problem::conflict("customer_exists").arg("existing", other.id);
    problem.field("/email", "customer_email_taken")
}

/// A price level can be given while it is active; who has an archived one keeps it.
async fn group_is_offered(read: &Read, wanted: Option<GroupId>, had: Option<GroupId>) -> Result<()> {
    let Some(group) = wanted.filter(|group| Some(*group) != had) else {
        return Ok(());
    };
    let state = groups::store::by_id(read, group).await?.map(|group| group.state);
    let problem = Problem::refused("invalid_fields");
    let problem = match state {
        Some(State::Active) => return Ok(()),
        Some(State::Archived) => problem.field("/group_id", "group_archived"),
        None => problem.field("/group_id", "group_unknown"),
    };
    Err(problem.into())
}

fn found(customer: Option<Customer>) -> Result<Customer> {
    customer.ok_or_else(|| Problem::not_found().into())
}
