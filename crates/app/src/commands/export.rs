//! `export KIND --tenant SLUG [--format csv|json|hledger|beancount]`: what a company has, for other programs. Prices come out
//! as `import prices-csv` takes them; the journal is text that programs of accounting recompute.

use std::io::Write as _;

use catalog::Books;
use catalog::imports::ListRef;
use clap::{Args, ValueEnum};
use engines::pricing::{Kind as PriceKind, List, Operation, Place as PricePlace};
use jiff::civil::Date;
use platform::Ctx;
use platform::audit;
use scoped_futures::ScopedFutureExt;
use web::Csv;

use crate::cli::{Failure, Place};
use crate::commands::{price_list, tenants};
use crate::config::Config;
use crate::database;

#[derive(Args)]
pub(crate) struct Export {
    /// What.
    kind: Kind,
    /// The company.
    #[arg(long, value_name = "SLUG")]
    tenant: String,
    /// For prices: short name of the registrar account (costs) or sales list.
    #[arg(long, value_name = "SLUG", required_if_eq("kind", "prices"))]
    list: Option<String>,
    /// How it is written; hledger and beancount are for the journal.
    #[arg(long, default_value = "csv")]
    format: Format,
    /// For the journal: up to this day, as 2027-12-31.
    #[arg(long, value_name = "DAY", default_value = "9999-12-31")]
    until: Date,
    #[command(flatten)]
    place: Place,
}

#[derive(ValueEnum, Clone, Copy)]
enum Kind {
    /// The prices of a list that are in force now.
    Prices,
    /// Customers, with their ids.
    Customers,
    /// The audit log, newest first.
    Audit,
    /// Every transaction of the books, the oldest first.
    Journal,
}

#[derive(ValueEnum, Clone, Copy)]
enum Format {
    /// A heading line, then a line for each row.
    Csv,
    /// A list of objects.
    Json,
    /// Plain text for hledger, each line with what is on its account after it.
    Hledger,
    /// Plain text for beancount, with what is on each account at the end.
    Beancount,
}

/// Rows read at once.
const PAGE: u64 = 1_000;

/// What is written out.
struct Table {
    name: &'static str,
    head: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

pub(crate) async fn run(export: Export, config: Config) -> Result<(), Failure> {
    let platform = database::existing(&export.place.apply(config)?).await?;
    let (_, ctx) = tenants::contexts(&platform, Some(&export.tenant)).await?.remove(0);
    let table = match export.kind {
        Kind::Journal => return journal(&ctx, export.format, export.until).await,
        Kind::Prices => prices(&ctx, export.list.as_deref().unwrap_or_default()).await?,
        Kind::Customers => customers(&ctx).await?,
        Kind::Audit => audit_log(&ctx).await?,
    };
    match export.format {
        Format::Csv => print!("{}", table.csv().as_str()),
        Format::Json => println!("{}", serde_json::to_string_pretty(&table.json())?),
        Format::Hledger | Format::Beancount => return Err("hledger and beancount read the journal alone".into()),
    }
    Ok(())
}

/// Written part by part: a journal may be longer than memory.
async fn journal(ctx: &Ctx, format: Format, until: Date) -> Result<(), Failure> {
    let format = match format {
        Format::Csv => ledger::exports::Format::Csv,
        Format::Hledger => ledger::exports::Format::Hledger,
        Format::Beancount => ledger::exports::Format::Beancount,
        Format::Json => return Err("the journal is written as csv, hledger or beancount".into()),
    };
    let mut out = std::io::stdout();
    let write = |text: &str| out.write_all(text.as_bytes()).map_err(platform::Error::internal);
    ledger::exports::export(ctx, format, until, write).await?;
    Ok(())
}

impl Table {
    fn csv(self) -> Csv {
        let empty = Csv::new(self.name, self.head);
        self.rows.into_iter().fold(empty, Csv::row)
    }

    fn json(self) -> Vec<serde_json::Map<String, serde_json::Value>> {
        let object = |row: Vec<String>| {
            let names = self.head.iter().map(|name| (*name).to_owned());
            names.zip(row.into_iter().map(serde_json::Value::from)).collect()
        };
        self.rows.into_iter().map(object).collect()
    }
}

/// `effective_from` stays empty, as an import of a price that is in force already has it; since when it is, is beside it.
async fn prices(ctx: &Ctx, slug: &str) -> Result<Table, Failure> {
    let book = Books::new().book(ctx).await?;
    let list = match price_list(ctx, slug).await? {
        ListRef::Registrar(id) => List::Registrar(id),
        ListRef::Sales(id) if book.sales_list == Some(id) => List::Sales,
        ListRef::Sales(_) => {
            return Err(format!("{slug} is not the list in use, and only that has prices in force").into());
        }
    };
    let (mut rows, now) = (Vec::new(), ctx.now());
    for currency in book.prices.currencies(list).collect::<Vec<_>>() {
        for tld in book.prices.tlds() {
            for (operation, kind, years) in cells() {
                let place = PricePlace {
                    list,
                    tld,
                    operation,
                    years,
                    kind,
                    currency,
                };
                if let Some(cell) = book.prices.in_force(&place, now) {
                    rows.push(vec![
                        tld.to_owned(),
                        operation.name().to_owned(),
                        years.to_string(),
                        kind.name().to_owned(),
                        currency.code().to_owned(),
                        cell.price.decimal(),
                        String::new(),
                        cell.effective_from.to_string(),
                    ]);
                }
            }
        }
    }
    Ok(Table {
        name: "prices.csv",
        head: &[
            "tld",
            "operation",
            "years",
            "kind",
            "currency",
            "amount",
            "effective_from",
            "since",
        ],
        rows,
    })
}

/// Every place of a sheet a price may stand at.
fn cells() -> impl Iterator<Item = (Operation, PriceKind, u8)> {
    let kinds = |operation| PriceKind::ALL.into_iter().map(move |kind| (operation, kind));
    let years = |(operation, kind)| (0..=10).map(move |years| (operation, kind, years));
    Operation::ALL.into_iter().flat_map(kinds).flat_map(years)
}

async fn customers(ctx: &Ctx) -> Result<Table, Failure> {
    let (filter, page) = (
        &parties::customers::Filter::default(),
        &parties::Page::first(u64::from(u32::MAX)),
    );
    let all = ctx
        .read(|read| async move { parties::customers::ops::list(read, filter, page).await }.scope_boxed())
        .await?;
    let row = |customer: parties::customers::Customer| {
        let (details, party) = (customer.details, |value: Option<String>| value.unwrap_or_default());
        vec![
            customer.id.to_string(),
            details.party.name,
            party(details.company),
            party(details.party.email),
            party(details.party.phone),
            party(details.party.tax_id),
            party(details.party.street),
            party(details.party.city),
            party(details.party.region),
            party(details.party.postal_code),
            party(details.party.country),
            customer.created_at.to_string(),
        ]
    };
    Ok(Table {
        name: "customers.csv",
        head: &[
            "id",
            "name",
            "company",
            "email",
            "phone",
            "tax_id",
            "street",
            "city",
            "region",
            "postal_code",
            "country",
            "created_at",
        ],
        rows: all.into_iter().map(row).collect(),
    })
}

async fn audit_log(ctx: &Ctx) -> Result<Table, Failure> {
    let (mut rows, mut before) = (Vec::new(), None);
    loop {
        let entries = ctx
            .read(|read| async move { audit::list(read, &audit::Filter::default(), before, PAGE).await }.scope_boxed())
            .await?;
        let Some(last) = entries.last() else { break };
        before = Some(last.id);
        rows.extend(entries.into_iter().map(|entry| {
            vec![
                entry.seq.map(|seq| seq.to_string()).unwrap_or_default(),
                entry.at.to_string(),
                entry.actor,
                entry.act,
                entry.subject,
                entry.detail.to_string(),
                entry.trace_id,
            ]
        }));
    }
    Ok(Table {
        name: "audit.csv",
        head: &["seq", "at", "actor", "act", "subject", "detail", "trace_id"],
        rows,
    })
}
