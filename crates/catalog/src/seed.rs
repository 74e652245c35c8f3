//! The two real price lists as a tenant's first prices: what the demo and tests start from.

use kernel::Instant;
use platform::{Result, Tx};

use crate::Books;
use crate::fixtures::{AT_COST_CSV, RETAIL_JSON};
use crate::imports::{self, Format, Import, ListRef, NewImport, Vanished};
use crate::registrars::{self, NewRegistrar, Registrar};
use crate::sales_lists::{self, NewSalesList, SalesList};

/// Where the lists go and since when they hold.
#[derive(Clone, Debug)]
pub struct SeedOptions {
    /// From when the prices hold; may lie in the past, because nothing was sold before.
    pub effective_from: Instant,
    /// The registrar whose costs the at-cost list is.
    pub registrar: NewRegistrar,
    /// The sales list the retail list fills.
    pub sales_list: NewSalesList,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Seeded {
    /// The registrar account.
    pub registrar: Registrar,
    /// The sales list.
    pub sales_list: SalesList,
    /// The import of the costs.
    pub costs: Import,
    /// The import of the sales prices.
    pub sales: Import,
}

/// Registrar, sales list and the prices of both real lists, in one transaction.
///
/// # Errors
/// As the operations it is made of.
pub async fn real_lists(tx: &mut Tx, books: &Books, options: &SeedOptions) -> Result<Seeded> {
    let registrar = registrars::add(tx, books, options.registrar.clone()).await?;
    let sales_list = sales_lists::add(tx, books, options.sales_list.clone()).await?;
    let from = options.effective_from;
    let costs = file(
        Format::AtCostCsv,
        ListRef::Registrar(registrar.id),
        "at-cost prices.csv",
        AT_COST_CSV,
        from,
    );
    let costs = imports::import_backdated(tx, books, &costs).await?;
    let sales = file(
        Format::RetailJson,
        ListRef::Sales(sales_list.id),
        "retail prices.json",
        RETAIL_JSON,
        from,
    );
    let sales = imports::import_backdated(tx, books, &sales).await?;
    Ok(Seeded {
        registrar,
        sales_list,
        costs,
        sales,
    })
}

fn file(format: Format, list: ListRef, file_name: &str, content: &[u8], from: Instant) -> NewImport {
    NewImport {
        format,
        list,
        file_name: file_name.to_owned(),
        content: content.to_vec(),
        effective_from: Some(from),
        vanished: Vanished::Keep,
    }
}
