//! A tenant with a registrar and a sales list, and files to import.

use catalog::exposures::Ground;
use catalog::imports::{Format, Import, ListRef, NewImport, Vanished};
use catalog::registrars::{AdapterKind, NewRegistrar, Sells};
use catalog::sales_lists::NewSalesList;
use catalog::seed::{SeedOptions, Seeded};
use catalog::{Book, Books, seed};
use kernel::Currency;
use platform::{Ctx, Result};
use scoped_futures::ScopedFutureExt;
use testkit::TestInstallation;

/// A registrar in USD.
pub(crate) fn registrar(slug: &str) -> NewRegistrar {
    NewRegistrar {
        slug: slug.into(),
        name: "At cost".into(),
        kind: AdapterKind::None,
        sells: Sells::All,
        rank: 1,
        currency: Currency::USD,
        credentials: None,
    }
}

/// The storefront's list in USD.
pub(crate) fn sales_list() -> NewSalesList {
    NewSalesList {
        slug: "retail".into(),
        name: "Retail".into(),
        currency: Currency::USD,
        standard: true,
    }
}

/// The real lists, as the demo has them.
pub(crate) async fn seeded(ctx: &Ctx, books: &Books) -> Seeded {
    let options = SeedOptions {
        effective_from: "2026-01-01T00:00:00Z".parse().unwrap(),
        registrar: registrar("atcost"),
        sales_list: sales_list(),
    };
    let options = &options;
    ctx.write(|tx| async move { seed::real_lists(tx, books, options).await }.scope_boxed())
        .await
        .unwrap()
}

/// A file of our own format for a list.
pub(crate) fn csv(list: ListRef, text: &str) -> NewImport {
    let content = text.as_bytes().to_vec();
    NewImport {
        format: Format::PricesCsv,
        list,
        file_name: "prices.csv".into(),
        content,
        effective_from: None,
        vanished: Vanished::Keep,
    }
}

/// Prepares and keeps an import.
pub(crate) async fn preview(ctx: &Ctx, new: &NewImport) -> Result<Import> {
    let prepared = ctx
        .read(|read| async move { catalog::imports::prepare(read, new).await }.scope_boxed())
        .await?;
    let prepared = &prepared;
    ctx.write(|tx| async move { catalog::imports::keep(tx, prepared).await }.scope_boxed())
        .await
}

/// Applies an import.
pub(crate) async fn apply(ctx: &Ctx, books: &Books, import: &Import) -> Result<Import> {
    let id = import.id;
    let ready = &ctx
        .read(|read| async move { catalog::imports::ready(read, id).await }.scope_boxed())
        .await?;
    ctx.write(|tx| async move { catalog::imports::apply(tx, books, ready).await }.scope_boxed())
        .await
}

/// An installation with the room's tables, and those of whom discounts are for.
pub(crate) async fn installation() -> TestInstallation {
    TestInstallation::new(&[parties::MIGRATIONS, catalog::MIGRATIONS, reference::MIGRATIONS].concat()).await
}

/// What costs in other currencies are converted at now.
pub(crate) async fn ground(ctx: &Ctx, book: &Book) -> Ground {
    Ground::at(ctx, &reference::RateBooks::new(), book, ctx.now())
        .await
        .unwrap()
}

/// Prices put into a list at once.
pub(crate) async fn import(ctx: &Ctx, books: &Books, list: ListRef, text: &str) -> Import {
    let shown = preview(ctx, &csv(list, text)).await.unwrap();
    apply(ctx, books, &shown).await.unwrap()
}
