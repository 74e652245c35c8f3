//! Domain names the customers of the domain trade hold already: a few hundred, the same in every demo, with dates around
//! the present moment.

use catalog::Book;
use domains::portfolio::{self, Adoption};
use jiff::SignedDuration;
use kernel::{CustomerId, Instant, RegistrarId};
use parties::Page;
use parties::customers::Filter as Customers;
use platform::Ctx;
use scoped_futures::ScopedFutureExt;

use crate::cli::Failure;
use crate::wiring::House;

/// What names begin with.
const FIRST: &[&str] = &[
    "harbour",
    "lumen",
    "fjord",
    "cedar",
    "bright",
    "olive",
    "north",
    "amber",
    "quiet",
    "river",
    "copper",
    "maple",
    "tide",
    "linen",
    "saffronhill",
    "stone",
    "willow",
    "ember",
    "atlas",
    "juniper",
];
/// What they end with, before the dot.
const SECOND: &[&str] = &[
    "books", "studio", "kaffe", "joinery", "legal", "web", "atelier", "garden", "kitchen", "bikes", "letters", "works",
    "supply", "market", "clinic", "cycles", "press", "lab",
];
/// Endings, the frequent ones more often.
const ENDINGS: &[&str] = &[
    "com", "com", "com", "com", "net", "org", "co.uk", "io", "dev", "shop", "com", "app", "studio", "store", "me",
];
/// How many names.
const NAMES: usize = 320;
/// A day.
const DAY: i64 = 24;

pub(super) async fn seed(house: &House, ctx: &Ctx) -> Result<(), Failure> {
    let book = house.books.book(ctx).await?;
    let book = &book;
    ctx.write(|tx| {
        async move {
            let none = portfolio::Filter::default();
            if portfolio::ops::count(tx, &none).await? > 0 {
                return Ok(());
            }
            let page = Page::first(50);
            let customers = parties::customers::ops::list(tx, &Customers::default(), &page).await?;
            let ids: Vec<CustomerId> = customers.into_iter().map(|customer| customer.id).collect();
            let account = catalog::registrars::by_slug(tx, "godaddy").await?;
            let (Some(account), false) = (account, ids.is_empty()) else {
                return Ok(());
            };
            let names = names(book, &ids, account.id, tx.now());
            portfolio::ops::adopt(tx, book, &names).await.map(|_| ())
        }
        .scope_boxed()
    })
    .await?;
    Ok(())
}

/// Names in a fixed order: every customer holds some, web agencies as many as anybody.
fn names(book: &Book, customers: &[CustomerId], registrar: RegistrarId, now: Instant) -> Vec<Adoption> {
    let hours = |hours: i64| SignedDuration::from_hours(hours);
    (0..NAMES)
        .filter_map(|number| {
            // Steps that share no divisor with the lists' lengths, so that no name comes twice.
            let (first, second) = (
                FIRST[number % FIRST.len()],
                SECOND[(number / FIRST.len()) % SECOND.len()],
            );
            let ending = ENDINGS[(number * 7) % ENDINGS.len()];
            book.ending(ending)?;
            let age_days = 20 + i64::try_from(number * 37 % 2_900).ok()?;
            // From some days ago to two years ahead.
            let left_days = i64::try_from(number * 53 % 735).ok()? - 5;
            Some(Adoption {
                name: format!("{first}{second}.{ending}"),
                customer: customers[(number * 5) % customers.len()],
                registrar,
                registered_at: now.minus(hours(age_days * DAY)),
                expires_at: now.plus(hours(left_days * DAY + 7)),
                auto_renew: number % 4 != 0,
                premium: number % 97 == 96,
                years: 1,
            })
        })
        .collect()
}
