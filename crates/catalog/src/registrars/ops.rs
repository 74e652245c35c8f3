//! What can be done with registrar accounts.

use kernel::{Id, Problem, RegistrarId};
use platform::{Ctx, Read, Result, Tx};

use super::credentials::Credentials;
use super::model::{NewRegistrar, Registrar, RegistrarEdit};
use super::store;
use crate::permissions::{PRICES_READ, REGISTRARS_EDIT};
use crate::price_books::{self, Books};
use crate::values::based_on;

/// How many accounts a tenant may have; a page lists them all.
pub const MAX_REGISTRARS: u64 = 200;

/// Adds an account. Its short name must be free.
///
/// # Errors
/// `invalid_fields`, `registrar_exists`, `too_many_registrars`, `forbidden`, or the database.
pub async fn add(tx: &mut Tx, books: &Books, new: NewRegistrar) -> Result<Registrar> {
    tx.allow(REGISTRARS_EDIT)?;
    let id: RegistrarId = tx.new_id();
    let sealed = sealed(tx, id, new.credentials.as_ref())?;
    let change = Registrar::open(id, new, sealed, tx.now())?;
    if store::by_slug(tx, &change.after.slug).await?.is_some() {
        return Err(Problem::conflict("registrar_exists")
            .field("/slug", "registrar_exists")
            .into());
    }
    if store::count(tx).await? >= MAX_REGISTRARS {
        return Err(Problem::conflict("too_many_registrars")
            .arg("max", MAX_REGISTRARS)
            .into());
    }
    let registrar = tx.save(change).await?;
    price_books::touch(tx, books).await?;
    Ok(registrar)
}

/// Changes an account; `expected` is the version that was shown.
///
/// # Errors
/// `not_found`, `invalid_fields`, `stale`, `forbidden`, or the database.
pub async fn change(
    tx: &mut Tx,
    books: &Books,
    id: RegistrarId,
    expected: Option<i64>,
    edit: &RegistrarEdit,
) -> Result<Registrar> {
    tx.allow(REGISTRARS_EDIT)?;
    let registrar = found(store::by_id(tx, id).await?)?;
    based_on(expected, registrar.version)?;
    let sealed = sealed(tx, id, edit.credentials.as_ref())?;
    let Some(change) = registrar.clone().edit(edit, sealed, tx.now())? else {
        return Ok(registrar);
    };
    let registrar = tx.save(change).await?;
    price_books::touch(tx, books).await?;
    Ok(registrar)
}

/// Stops buying names through an account.
///
/// # Errors
/// `not_found`, `registrar_paused`, `forbidden`, or the database.
pub async fn pause(tx: &mut Tx, books: &Books, id: RegistrarId) -> Result<Registrar> {
    tx.allow(REGISTRARS_EDIT)?;
    let now = tx.now();
    let change = found(store::by_id(tx, id).await?)?.pause(now)?;
    let registrar = tx.save(change).await?;
    price_books::touch(tx, books).await?;
    Ok(registrar)
}

/// Buys names through an account again.
///
/// # Errors
/// `not_found`, `registrar_active`, `forbidden`, or the database.
pub async fn resume(tx: &mut Tx, books: &Books, id: RegistrarId) -> Result<Registrar> {
    tx.allow(REGISTRARS_EDIT)?;
    let now = tx.now();
    let change = found(store::by_id(tx, id).await?)?.resume(now)?;
    let registrar = tx.save(change).await?;
    price_books::touch(tx, books).await?;
    Ok(registrar)
}

/// One account.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn by_id(read: &Read, id: RegistrarId) -> Result<Registrar> {
    read.allow(PRICES_READ)?;
    found(store::by_id(read, id).await?)
}

/// The account of a short name, if there is one.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn by_slug(read: &Read, slug: &str) -> Result<Option<Registrar>> {
    read.allow(PRICES_READ)?;
    store::by_slug(read, slug).await
}

/// All accounts, the first asked first.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn list(read: &Read) -> Result<Vec<Registrar>> {
    read.allow(PRICES_READ)?;
    store::list(read).await
}

/// All accounts, for the book itself: whoever asks for a price does not read registrars.
pub(crate) async fn all(read: &Read) -> Result<Vec<Registrar>> {
    store::list(read).await
}

/// The credentials of an account in the clear, for the adapter that is wired to it; never shown.
///
/// # Errors
/// When they cannot be opened with this installation's key.
pub fn credentials(ctx: &Ctx, registrar: &Registrar) -> Result<Option<Credentials>> {
    ctx.allow(REGISTRARS_EDIT)?;
    let Some(sealed) = &registrar.credentials else {
        return Ok(None);
    };
    let plain = ctx.secrets().open(ctx.tenant(), &purpose(registrar.id), sealed)?;
    Ok(Some(serde_json::from_slice(&plain)?))
}

fn sealed(tx: &Tx, id: RegistrarId, credentials: Option<&Credentials>) -> Result<Option<Vec<u8>>> {
    let Some(credentials) = credentials else {
        return Ok(None);
    };
    Ok(Some(tx.seal_secret(&purpose(id), &serde_json::to_vec(credentials)?)))
}

fn purpose(id: RegistrarId) -> String {
    format!("catalog_registrars/{}", id.uuid())
}

fn found(registrar: Option<Registrar>) -> Result<Registrar> {
    registrar.ok_or_else(|| Problem::not_found().into())
}
