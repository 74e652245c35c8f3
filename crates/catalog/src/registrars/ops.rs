//! What can be done with registrar accounts.

use kernel::{Id, Problem, RegistrarId};
use platform::{Read, Result, Tx};

use super::model::{NewRegistrar, Registrar};
use super::store;
use crate::permissions::{PRICES_READ, REGISTRARS_EDIT};
use crate::price_books::{self, Books};

/// Adds an account. Its short name must be free.
///
/// # Errors
/// `bad_slug`, `bad_name`, `registrar_exists`, `forbidden`, or the database.
pub async fn add(tx: &mut Tx, books: &Books, new: NewRegistrar) -> Result<Registrar> {
    tx.allow(REGISTRARS_EDIT)?;
    if store::by_slug(tx, new.slug.trim()).await?.is_some() {
        return Err(Problem::conflict("registrar_exists")
            .field("/slug", "registrar_exists")
            .into());
    }
    let id: RegistrarId = tx.new_id();
    let sealed = new
        .credentials
        .as_ref()
        .map(|plain| tx.seal_secret(&purpose(id), plain));
    let now = tx.now();
    let registrar = tx.save(Registrar::open(id, new, sealed, now)?).await?;
    price_books::touch(tx, books).await?;
    Ok(registrar)
}

/// Stops buying names through an account.
///
/// # Errors
/// `not_found`, `registrar_paused`, `forbidden`, or the database.
pub async fn pause(tx: &mut Tx, books: &Books, id: RegistrarId) -> Result<Registrar> {
    tx.allow(REGISTRARS_EDIT)?;
    let registrar = found(store::by_id(tx, id).await?)?;
    let registrar = tx.save(registrar.pause()?).await?;
    price_books::touch(tx, books).await?;
    Ok(registrar)
}

/// Buys names through an account again.
///
/// # Errors
/// `not_found`, `registrar_active`, `forbidden`, or the database.
pub async fn resume(tx: &mut Tx, books: &Books, id: RegistrarId) -> Result<Registrar> {
    tx.allow(REGISTRARS_EDIT)?;
    let registrar = found(store::by_id(tx, id).await?)?;
    let registrar = tx.save(registrar.resume()?).await?;
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
pub fn credentials(ctx: &platform::Ctx, registrar: &Registrar) -> Result<Option<Vec<u8>>> {
    ctx.allow(REGISTRARS_EDIT)?;
    registrar
        .credentials
        .as_ref()
        .map(|sealed| ctx.secrets().open(ctx.tenant(), &purpose(registrar.id), sealed))
        .transpose()
}

fn purpose(id: RegistrarId) -> String {
    format!("catalog_registrars/{}", id.uuid())
}

fn found(registrar: Option<Registrar>) -> Result<Registrar> {
    registrar.ok_or_else(|| Problem::not_found().into())
}
