//! What can be done with contacts. Whoever may see or change a customer or supplier may do so with its contacts.

use kernel::{ContactId, Problem};
use platform::{Read, Result, Tx};

use super::model::{Contact, ContactDraft, Owner};
use super::store;
use crate::permissions::{CUSTOMERS_EDIT, CUSTOMERS_READ, SUPPLIERS_EDIT, SUPPLIERS_READ};
use crate::record::based_on;
use crate::record::ops::found;
use crate::{customers, record, suppliers};

/// How many contacts one customer or supplier may have.
pub const MAX_CONTACTS: u64 = 100;

/// Adds a contact.
///
/// # Errors
/// `not_found` (the customer or supplier), `invalid_fields`, `too_many_contacts`, `forbidden`, or the database.
pub async fn add(tx: &mut Tx, owner: Owner, draft: &ContactDraft) -> Result<Contact> {
    may_edit(tx, owner)?;
    exists(tx, owner).await?;
    if store::count(tx, owner).await? >= MAX_CONTACTS {
        return Err(Problem::conflict("too_many_contacts").arg("max", MAX_CONTACTS).into());
    }
    let change = Contact::open(tx.new_id(), owner, draft, tx.now())?;
    tx.save(change).await
}

/// Changes a contact; `expected` is the version that was shown.
///
/// # Errors
/// `not_found`, `stale`, `invalid_fields`, `forbidden`, or the database.
pub async fn change(
    tx: &mut Tx,
    owner: Owner,
    id: ContactId,
    expected: Option<i64>,
    draft: &ContactDraft,
) -> Result<Contact> {
    may_edit(tx, owner)?;
    let contact = found(store::by_id(tx, owner, id).await?)?;
    based_on(expected, contact.version)?;
    match contact.clone().edit(draft, tx.now())? {
        Some(change) => tx.save(change).await,
        None => Ok(contact),
    }
}

/// Removes a contact for good.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn remove(tx: &mut Tx, owner: Owner, id: ContactId) -> Result<()> {
    may_edit(tx, owner)?;
    let contact = found(store::by_id(tx, owner, id).await?)?;
    tx.save(contact.remove()).await.map(|_| ())
}

/// One contact.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn by_id(read: &Read, owner: Owner, id: ContactId) -> Result<Contact> {
    may_read(read, owner)?;
    found(store::by_id(read, owner, id).await?)
}

/// All contacts of a customer or supplier.
///
/// # Errors
/// `not_found` (the customer or supplier), `forbidden`, or the database.
pub async fn list(read: &Read, owner: Owner) -> Result<Vec<Contact>> {
    may_read(read, owner)?;
    exists(read, owner).await?;
    store::all(read, owner).await
}

fn may_read(read: &Read, owner: Owner) -> Result<()> {
    read.allow(match owner {
        Owner::Customer(_) => CUSTOMERS_READ,
        Owner::Supplier(_) => SUPPLIERS_READ,
    })
}

fn may_edit(read: &Read, owner: Owner) -> Result<()> {
    read.allow(match owner {
        Owner::Customer(_) => CUSTOMERS_EDIT,
        Owner::Supplier(_) => SUPPLIERS_EDIT,
    })
}

async fn exists(read: &Read, owner: Owner) -> Result<()> {
    let there = match owner {
        Owner::Customer(id) => record::store::by_id::<customers::Details>(read, id).await?.is_some(),
        Owner::Supplier(id) => record::store::by_id::<suppliers::Details>(read, id).await?.is_some(),
    };
    if there {
        Ok(())
    } else {
        Err(Problem::not_found().into())
    }
}
