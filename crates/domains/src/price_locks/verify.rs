//! Every locked price computed again from the prices recorded then, byte for byte: the proof that nobody touched a stored
//! total, a trace, or a price, a discount or an exchange rate it was made of.
//!
//! Lines come by ending, so that an ending's prices are read once, and a book is built once for each version of it that
//! locks were made of. Discounts are read once; rates once for each day and version that something was converted at.

use std::collections::HashMap;

use catalog::discounts::KnownDiscounts;
use catalog::price_books::EndingCells;
use engines::fx::FxBook;
use engines::pricing::discounts::DiscountBook;
use engines::pricing::{Amounts, PriceBook, Pricing, Trace};
use kernel::{Currency, CustomerId, Id, Instant, Money, PriceLockId, SalesListId};
use platform::{Ctx, Read, Result, Sql};
use scoped_futures::ScopedFutureExt;
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::offers::{DomainName, by_year};

/// Lines read at once.
const LINES_AT_ONCE: usize = 500;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Locked prices that were computed again and hold.
    pub prices: u64,
    /// Books of how many versions and endings it took.
    pub books: u64,
    /// The first that does not hold; the walk ends there.
    pub difference: Option<Difference>,
}

/// A stored price that is not what it was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The lock.
    pub lock: PriceLockId,
    /// The name; empty where the lock as a whole does not hold.
    pub name: String,
    /// What does not hold.
    pub fault: &'static str,
    /// As it is stored.
    pub stored: String,
    /// As it is computed.
    pub computed: String,
}

/// Computes every locked price of the tenant again. `progress` is told how many hold so far.
///
/// # Errors
/// The database.
pub async fn verify(ctx: &Ctx, mut progress: impl FnMut(u64)) -> Result<Verified> {
    let mut walk = Walk::default();
    let mut after: Option<Place> = None;
    loop {
        let (mut now, from) = (std::mem::take(&mut walk), after.take());
        (walk, after) = ctx
            .read(|read| {
                async move {
                    let after = now.on(read, from).await?;
                    Ok((now, after))
                }
                .scope_boxed()
            })
            .await?;
        progress(walk.verified.prices);
        if after.is_none() || walk.verified.difference.is_some() {
            break;
        }
    }
    if walk.verified.difference.is_none() {
        walk.verified.difference = ctx.read(|read| sums(read).scope_boxed()).await?;
    }
    Ok(walk.verified)
}

/// Where a page of lines ended.
#[derive(Clone, Debug)]
struct Place {
    ending: String,
    lock: Uuid,
    position: i64,
}

/// The walk over all lines, with what it has read of the ending it is at.
#[derive(Default)]
struct Walk {
    verified: Verified,
    cells: Option<(String, EndingCells)>,
    books: HashMap<(Uuid, i64, i64), PriceBook>,
    discounts: Option<KnownDiscounts>,
    /// By the version of the price book and the moment whose knowledge they are of.
    discount_books: HashMap<(i64, i64), DiscountBook>,
    /// By version and day.
    rates: HashMap<(i64, i64), FxBook>,
}

#[derive(FromQueryResult)]
struct Line {
    lock_id: Uuid,
    position: i64,
    name: String,
    ending: String,
    operation: String,
    years: i64,
    total_minor: i64,
    amounts: String,
    by_year: String,
    trace: String,
    canonical: String,
    fingerprint: String,
    currency: String,
    customer_id: Option<Uuid>,
    coupon: Option<String>,
    sales_list_id: Uuid,
    book_version: i64,
    rates_version: i64,
    priced_at: i64,
}

const LINES: Sql = Sql::tenant(
    "SELECT l.lock_id, l.position, l.name, l.ending, l.operation, l.years, l.total_minor, l.amounts, l.by_year, l.trace, \
     l.canonical, l.fingerprint, k.currency, k.customer_id, k.coupon, k.sales_list_id, k.book_version, k.rates_version, \
     k.priced_at \
     FROM domains_price_lock_lines l JOIN domains_price_locks k ON k.tenant_id = l.tenant_id AND k.id = l.lock_id \
     WHERE l.tenant_id = $1 AND (l.ending, l.lock_id, l.position) > ($2, $3, $4) \
     ORDER BY l.ending, l.lock_id, l.position LIMIT $5",
);

impl Walk {
    /// One page on; where it ended, if there may be more.
    async fn on(&mut self, read: &Read, after: Option<Place>) -> Result<Option<Place>> {
        let after = after.unwrap_or(Place {
            ending: String::new(),
            lock: Uuid::nil(),
            position: -1,
        });
        let most = i64::try_from(LINES_AT_ONCE).unwrap_or(i64::MAX);
        let query = read
            .sql(LINES)
            .bind(after.ending)
            .bind(after.lock)
            .bind(after.position)
            .bind(most);
        let lines: Vec<Line> = query.all().await?;
        for line in &lines {
            if let Err(difference) = self.holds(read, line).await? {
                self.verified.difference = Some(difference);
                return Ok(None);
            }
            self.verified.prices += 1;
        }
        let is_full = lines.len() == LINES_AT_ONCE;
        Ok(lines.into_iter().next_back().filter(|_| is_full).map(|last| Place {
            ending: last.ending,
            lock: last.lock_id,
            position: last.position,
        }))
    }

    async fn holds(&mut self, read: &Read, line: &Line) -> Result<std::result::Result<(), Difference>> {
        let trace = match line.trace() {
            Ok(trace) => trace,
            Err(difference) => return Ok(Err(difference)),
        };
        if let Err(why) = self.book(read, line, trace.known_at()).await? {
            return Ok(Err(line.differs("prices", line.canonical.clone(), why)));
        }
        if let Err(why) = self.discounts(read, discounts_key(line, &trace)).await? {
            return Ok(Err(line.differs("discounts", line.canonical.clone(), why)));
        }
        self.rates(read, line, &trace).await?;
        let replayed = match trace.replay_with(&self.pricing(line, &trace)) {
            Ok(replayed) => replayed.canonical(),
            Err(why) => why.to_string(),
        };
        Ok(line.same("price", &line.canonical, replayed))
    }

    /// All that the line was made from, which has been read.
    fn pricing(&self, line: &Line, trace: &Trace) -> Pricing<'_> {
        let rules = trace.asked_as().and_then(|asked| asked.fx);
        let rates = self.rates.get(&rates_key(line, trace));
        Pricing {
            book: &self.books[&book_key(line, trace.known_at())],
            fx: rates.zip(rules),
            home: trace.ask().currency,
            discounts: &self.discount_books[&discounts_key(line, trace)],
        }
    }

    /// Reads the discounts of that version.
    async fn discounts(&mut self, read: &Read, key: (i64, i64)) -> Result<std::result::Result<(), String>> {
        if self.discount_books.contains_key(&key) {
            return Ok(Ok(()));
        }
        if self.discounts.is_none() {
            self.discounts = Some(KnownDiscounts::read(read).await?);
        }
        let known = self.discounts.as_ref().expect("they were read above");
        Ok(match known.book(key.0, Instant::from_micros(key.1)) {
            Ok(book) => {
                make_room(&mut self.discount_books);
                self.discount_books.insert(key, book);
                Ok(())
            }
            Err(error) => Err(error.to_string()),
        })
    }

    /// Reads the rates of the version the line was made with, where something was converted. Those of a whole day are read
    /// together: a rate that was quoted later that day is not looked at for an earlier moment.
    async fn rates(&mut self, read: &Read, line: &Line, trace: &Trace) -> Result<()> {
        let key = rates_key(line, trace);
        let was_converted = trace.asked_as().is_some_and(|asked| asked.fx.is_some());
        if was_converted && !self.rates.contains_key(&key) {
            let day_ends = Instant::from_micros((key.1 + 1) * DAY_MICROS);
            let rates = reference::rates::of_version(read, day_ends, line.rates_version).await?;
            make_room(&mut self.rates);
            self.rates.insert(key, rates);
        }
        Ok(())
    }

    /// Reads the prices the line was made of; why not, when recorded ones were altered so that they are none any more.
    async fn book(&mut self, read: &Read, line: &Line, known_at: Instant) -> Result<std::result::Result<(), String>> {
        if self.cells.as_ref().is_none_or(|(ending, _)| *ending != line.ending) {
            self.books.clear();
            self.cells = Some((line.ending.clone(), EndingCells::read(read, &line.ending).await?));
        }
        let key = book_key(line, known_at);
        if !self.books.contains_key(&key) {
            let (_, cells) = self.cells.as_ref().expect("they were read above");
            match cells.book(SalesListId::from_uuid(line.sales_list_id), line.book_version, known_at) {
                Ok(book) => {
                    self.books.insert(key, book);
                    self.verified.books += 1;
                }
                Err(error) => return Ok(Err(error.to_string())),
            }
        }
        Ok(Ok(()))
    }
}

/// Books that are kept while walking, at most.
const MOST_KEPT: usize = 256;
const DAY_MICROS: i64 = 86_400_000_000;

fn make_room<K, V>(kept: &mut HashMap<K, V>) {
    if kept.len() >= MOST_KEPT {
        kept.clear();
    }
}

fn book_key(line: &Line, known_at: Instant) -> (Uuid, i64, i64) {
    (line.sales_list_id, line.book_version, known_at.micros())
}

fn discounts_key(line: &Line, trace: &Trace) -> (i64, i64) {
    (line.book_version, trace.known_at().micros())
}

fn rates_key(line: &Line, trace: &Trace) -> (i64, i64) {
    (line.rates_version, trace.ask().at.micros().div_euclid(DAY_MICROS))
}

impl Line {
    /// The stored trace, when everything stored beside it says the same.
    fn trace(&self) -> std::result::Result<Trace, Difference> {
        let suffix = DomainName::parse(&self.name).map(|name| name.suffix().to_owned());
        self.same("ending", &self.ending, suffix.unwrap_or_default())?;
        let unread = |error: serde_json::Error| self.differs("trace", self.trace.clone(), error.to_string());
        let trace: Trace = serde_json::from_str(&self.trace).map_err(unread)?;
        let amounts: Amounts = serde_json::from_str(&self.amounts).map_err(unread)?;
        let minors: Vec<i64> = by_year(&trace).iter().map(|year| year.minor).collect();
        let minors = serde_json::to_string(&minors).map_err(unread)?;
        let ask = trace.ask();
        let service = |ending: &str, operation: &str, years: i64, currency: &str, at: i64| {
            format!("{operation} {ending} years {years} {currency} at {at}")
        };
        let asked = service(
            ask.tld,
            ask.operation.name(),
            ask.years.into(),
            ask.currency.code(),
            ask.at.micros(),
        );
        let stored = service(
            &self.ending,
            &self.operation,
            self.years,
            &self.currency,
            self.priced_at,
        );
        let currency = Currency::parse(&self.currency).unwrap_or(ask.currency);
        let total = Money::new(self.total_minor, currency);
        self.same("total", &total.to_string(), trace.total().to_string())?;
        self.same("total", &amounts.total.to_string(), trace.total().to_string())?;
        self.same("service", &stored, asked)?;
        self.same("buyer", &self.buyer(), bought_by(&trace))?;
        self.same("years", &self.by_year, minors)?;
        self.same("explanation", &self.canonical, trace.canonical())?;
        self.same(
            "fingerprint",
            &self.fingerprint,
            hex::encode(Sha256::digest(&self.canonical)),
        )?;
        if !trace.adds_up() {
            return Err(self.differs(
                "sum",
                self.canonical.clone(),
                "the steps do not make the total".to_owned(),
            ));
        }
        Ok(trace)
    }

    fn buyer(&self) -> String {
        who(self.customer_id.map(CustomerId::from_uuid), self.coupon.as_deref())
    }

    fn same(&self, fault: &'static str, stored: &str, computed: String) -> std::result::Result<(), Difference> {
        if stored == computed {
            Ok(())
        } else {
            Err(self.differs(fault, stored.to_owned(), computed))
        }
    }

    fn differs(&self, fault: &'static str, stored: String, computed: String) -> Difference {
        Difference {
            lock: PriceLockId::from_uuid(self.lock_id),
            name: self.name.clone(),
            fault,
            stored,
            computed,
        }
    }
}

/// For whom and with which coupon a trace was made.
fn bought_by(trace: &Trace) -> String {
    let asked = trace.asked_as();
    let buyer = asked.and_then(|asked| asked.buyer);
    who(
        buyer.map(|buyer| buyer.customer),
        asked.and_then(|asked| asked.coupon.as_deref()),
    )
}

fn who(customer: Option<CustomerId>, coupon: Option<&str>) -> String {
    let customer = customer.map_or_else(|| "nobody".to_owned(), |customer| customer.to_string());
    format!("for {customer} coupon {:?}", coupon.unwrap_or_default())
}

const SUMS: Sql = Sql::tenant(
    "SELECT k.id, k.total_minor, CAST(COALESCE(SUM(l.total_minor), 0) AS BIGINT) AS lines_minor \
     FROM domains_price_locks k \
     LEFT JOIN domains_price_lock_lines l ON l.tenant_id = k.tenant_id AND l.lock_id = k.id \
     WHERE k.tenant_id = $1 GROUP BY k.id, k.total_minor \
     HAVING k.total_minor <> COALESCE(SUM(l.total_minor), 0) OR COUNT(l.position) = 0 ORDER BY k.id LIMIT 1",
);

/// The first lock whose total is not the sum of its lines.
async fn sums(read: &Read) -> Result<Option<Difference>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
        total_minor: i64,
        lines_minor: i64,
    }
    let row: Option<Row> = read.sql(SUMS).one().await?;
    Ok(row.map(|row| Difference {
        lock: PriceLockId::from_uuid(row.id),
        name: String::new(),
        fault: "total",
        stored: row.total_minor.to_string(),
        computed: row.lines_minor.to_string(),
    }))
}
