//! What can be done with the portfolio: take names in, find them.

use std::collections::{BTreeMap, HashMap, HashSet};

use catalog::Book;
use engines::pricing::{Operation, PriceAsk};
use kernel::{Change, CustomerId, DomainId, ImportId, Instant, Problem};
use platform::{Read, Result, Tx};

use super::events::NamesAdopted;
use super::model::{Adopted, Adoption, Domain, Filter, MOST_ADOPTED, Order, Run, State, dates_are_possible, refused};
use super::store;
use crate::offers::{DomainName, Explained};
use crate::permissions::{NAMES_EDIT, NAMES_READ};

/// Takes names into the portfolio that are held already, all or none. `book` tells what each of their years was sold for.
///
/// # Errors
/// `too_many_names`; `invalid_fields` for the first name that is none, is there twice or has impossible dates, or whose
/// customer or account is not known; `domain_exists`; `forbidden`, or the database.
pub async fn adopt(tx: &mut Tx, book: &Book, adoptions: &[Adoption]) -> Result<Vec<DomainId>> {
    tx.allow(NAMES_EDIT)?;
    if adoptions.len() > MOST_ADOPTED {
        let problem = Problem::refused("too_many_names").arg("asked", adoptions.len());
        return Err(problem.arg("most", MOST_ADOPTED).into());
    }
    let names = readable(adoptions, tx.now())?;
    known(tx, book, adoptions).await?;
    let ascii: Vec<String> = names.iter().map(|name| name.ascii().to_owned()).collect();
    if let Some(there) = store::of_names(tx, &ascii).await?.first() {
        let position = ascii
            .iter()
            .position(|name| name == there.name.ascii())
            .unwrap_or_default();
        let problem = Problem::conflict("domain_exists").arg("name", there.name.ascii());
        return Err(problem.field(format!("/names/{position}/name"), "domain_exists").into());
    }
    let mut sold = Sold {
        book,
        known: HashMap::new(),
    };
    let adopted: Vec<Adopted> = names
        .into_iter()
        .zip(adoptions)
        .map(|(name, adoption)| adopted(tx, &mut sold, name, adoption))
        .collect();
    let mut endings: BTreeMap<String, usize> = BTreeMap::new();
    for one in &adopted {
        *endings.entry(one.domain.name.suffix().to_owned()).or_default() += 1;
    }
    let run: ImportId = tx.new_id();
    let names = adopted.len();
    let saved = tx
        .save(Change::new(Run(adopted), NamesAdopted { run, names, endings }))
        .await?;
    Ok(saved.0.into_iter().map(|adopted| adopted.domain.id).collect())
}

/// The names, when each is one, is there once and has dates that can be.
fn readable(adoptions: &[Adoption], now: Instant) -> Result<Vec<DomainName>, Problem> {
    let mut seen = HashSet::with_capacity(adoptions.len());
    let mut names = Vec::with_capacity(adoptions.len());
    for (position, adoption) in adoptions.iter().enumerate() {
        let name = DomainName::parse(&adoption.name).map_err(|_| refused(position, "name", "name_invalid"))?;
        dates_are_possible(adoption, now).map_err(|code| refused(position, "expires_at", code))?;
        if !seen.insert(name.clone()) {
            return Err(refused(position, "name", "name_twice"));
        }
        names.push(name);
    }
    Ok(names)
}

async fn known(read: &Read, book: &Book, adoptions: &[Adoption]) -> Result<()> {
    let mut customers: Vec<CustomerId> = adoptions.iter().map(|adoption| adoption.customer).collect();
    customers.sort_unstable();
    customers.dedup();
    let mut there = HashSet::new();
    for some in customers.chunks(200) {
        let names = parties::customers::ops::names(read, some).await?;
        there.extend(names.into_iter().map(|(id, _)| id));
    }
    for (position, adoption) in adoptions.iter().enumerate() {
        if !there.contains(&adoption.customer) {
            return Err(refused(position, "customer", "customer_unknown").into());
        }
        if book.registrar(adoption.registrar).is_none() {
            return Err(refused(position, "registrar", "domain_registrar_unknown").into());
        }
    }
    Ok(())
}

/// What registrations were sold for: names of one ending, day and term share a price.
struct Sold<'b> {
    book: &'b Book,
    known: HashMap<(Box<str>, u8, Instant), Option<Explained>>,
}

impl Sold<'_> {
    fn of(&mut self, name: &DomainName, years: u8, at: Instant) -> Option<&Explained> {
        let book = self.book;
        let priced = self.known.entry((name.suffix().into(), years, at)).or_insert_with(|| {
            let ask = PriceAsk {
                tld: name.suffix(),
                operation: Operation::Register,
                years,
                currency: book.currency,
                at,
            };
            Explained::of_list(book, &ask).ok()
        });
        priced.as_ref()
    }
}

fn adopted(tx: &Tx, sold: &mut Sold<'_>, name: DomainName, adoption: &Adoption) -> Adopted {
    let priced = sold.of(&name, adoption.years, adoption.registered_at);
    let by_year = priced.map(Explained::by_year).unwrap_or_default();
    let prices = priced.map(|priced| priced.trace.steps().iter().map(|step| step.version).collect());
    let now = tx.now();
    let domain = Domain {
        id: tx.new_id(),
        name,
        customer: adoption.customer,
        registrar: adoption.registrar,
        state: if adoption.expires_at > now {
            State::Active
        } else {
            State::Expired
        },
        premium: adoption.premium,
        auto_renew: adoption.auto_renew,
        registered_at: adoption.registered_at,
        expires_at: adoption.expires_at,
        by_year,
        currency: sold.book.currency,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    Adopted {
        domain,
        prices: prices.unwrap_or_default(),
    }
}

/// One name of the portfolio.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn by_id(read: &Read, id: DomainId) -> Result<Domain> {
    read.allow(NAMES_READ)?;
    store::by_id(read, id).await?.ok_or_else(|| Problem::not_found().into())
}

/// A page of names.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn list(read: &Read, filter: &Filter, order: &Order) -> Result<Vec<Domain>> {
    read.allow(NAMES_READ)?;
    store::list(read, filter, order).await
}

/// How many names there are.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn count(read: &Read, filter: &Filter) -> Result<u64> {
    read.allow(NAMES_READ)?;
    store::count(read, filter).await
}
