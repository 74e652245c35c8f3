//! What the program does beside serving: one file per command.

pub(crate) mod backup;
pub(crate) mod doctor;
pub(crate) mod documents;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod migrate;
pub(crate) mod tenants;
pub(crate) mod verify;

use catalog::imports::ListRef;
use platform::Ctx;
use scoped_futures::ScopedFutureExt;

use crate::cli::Failure;

/// The registrar account or sales list with this short name.
pub(crate) async fn price_list(ctx: &Ctx, slug: &str) -> Result<ListRef, Failure> {
    let (registrars, lists) = ctx
        .read(|read| {
            async move {
                Ok((
                    catalog::registrars::list(read).await?,
                    catalog::sales_lists::list(read).await?,
                ))
            }
            .scope_boxed()
        })
        .await?;
    if let Some(registrar) = registrars.iter().find(|registrar| registrar.slug == slug) {
        return Ok(ListRef::Registrar(registrar.id));
    }
    if let Some(list) = lists.iter().find(|list| list.slug == slug) {
        return Ok(ListRef::Sales(list.id));
    }
    let registrars = registrars.iter().map(|registrar| registrar.slug.as_str());
    let known: Vec<_> = registrars.chain(lists.iter().map(|list| list.slug.as_str())).collect();
    Err(format!(
        "there is no registrar account and no sales list {slug}; there are {}",
        known.join(", ")
    )
    .into())
}
