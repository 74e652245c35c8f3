//! The rates of all tenants in memory: immutable books that readers take without a lock.

use std::collections::HashMap;
use std::sync::Arc;

use engines::fx::{FxBook, FxRules, Quote};
use jiff::SignedDuration;
use kernel::{Currency, Instant, RateSheetId};
use platform::{Ctx, Read, Result, Snapshot, Snapshots, Tx};

use super::model::{HeldRate, RateSheet, Source};
use super::ops;
use super::store::{self, Window};

/// How far back the book in memory reaches: a year, and what a rate of its first days may lean on.
pub(super) const KEPT_IN_MEMORY: SignedDuration = SignedDuration::from_hours(24 * 400);

/// A tenant's rates of the last year.
#[derive(Clone, Debug)]
pub struct RateBook {
    /// Moves with every sheet.
    pub version: i64,
    /// The quotes, for [`engines::fx`].
    pub fx: FxBook,
    /// When this version began: what was known then is what stands here.
    pub known_at: Instant,
    /// The first instant it knows of.
    pub from: Instant,
    /// Figures that wait for a person, the latest of each pair, by pair.
    pub waiting: Vec<Waiting>,
    sources: HashMap<RateSheetId, Source>,
    instants: Vec<Instant>,
}

/// A figure that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The sheet it was said on.
    pub sheet: RateSheetId,
    /// Who said so.
    pub source: Source,
    /// One unit of this.
    pub base: Currency,
    /// Since when it is said to be worth that.
    pub quoted_at: Instant,
    /// What was said.
    pub held: HeldRate,
}

impl RateBook {
    pub(super) fn build(version: i64, known_at: Instant, from: Instant, sheets: &[RateSheet]) -> Self {
        let fx = quotes(sheets);
        let mut instants: Vec<Instant> = sheets.iter().map(|sheet| sheet.quoted_at).collect();
        instants.sort_unstable();
        instants.dedup();
        Self {
            version,
            known_at,
            from,
            waiting: waiting(sheets, &fx),
            sources: sheets.iter().map(|sheet| (sheet.id, sheet.source)).collect(),
            instants,
            fx,
        }
    }

    /// Who said what stands on a sheet of this book.
    pub fn source(&self, sheet: RateSheetId) -> Option<Source> {
        self.sources.get(&sheet).copied()
    }

    /// Every instant of which somebody said something, the earliest first.
    pub fn instants(&self) -> &[Instant] {
        &self.instants
    }
}

/// The book of what counts on these sheets, corrections last.
pub(super) fn quotes(sheets: &[RateSheet]) -> FxBook {
    FxBook::new(sheets.iter().flat_map(|sheet| {
        sheet.rates.iter().map(|(quote, rate)| Quote {
            base: sheet.base,
            quote: *quote,
            rate: *rate,
            at: sheet.quoted_at,
            sheet: sheet.id,
        })
    }))
}

/// A figure waits until a rate of its pair counts from its instant on or from a later one.
fn waiting(sheets: &[RateSheet], fx: &FxBook) -> Vec<Waiting> {
    let mut latest: std::collections::BTreeMap<(Currency, Currency), Waiting> = std::collections::BTreeMap::new();
    for sheet in sheets {
        for held in &sheet.held {
            let pair = (sheet.base, held.quote);
            if latest.get(&pair).is_none_or(|other| other.quoted_at <= sheet.quoted_at) {
                let waits = Waiting {
                    sheet: sheet.id,
                    source: sheet.source,
                    base: sheet.base,
                    quoted_at: sheet.quoted_at,
                    held: held.clone(),
                };
                latest.insert(pair, waits);
            }
        }
    }
    latest.retain(|(base, quote), waits| {
        let counted = fx.history(*base, *quote).last();
        counted.is_none_or(|counted| counted.at < waits.quoted_at)
    });
    latest.into_values().collect()
}

impl Snapshot for RateBook {
    fn version(&self) -> i64 {
        self.version
    }

    async fn version_kept(read: &Read) -> Result<i64> {
        Ok(store::version_since(read).await?.0)
    }

    async fn load(read: &Read) -> Result<Self> {
        let (version, known_at) = store::version_since(read).await?;
        let window = Window {
            from: read.now().minus(KEPT_IN_MEMORY),
            until: Instant::from_micros(i64::MAX),
            version,
        };
        let sheets = store::window(read, window).await?;
        Ok(Self::build(version, known_at, window.from, &sheets))
    }
}

/// The rate books of this process. One value, cloned to whoever converts.
#[derive(Clone, Debug, Default)]
pub struct RateBooks(Snapshots<RateBook>);

impl RateBooks {
    /// No book loaded yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The tenant's rates of the last year, loaded or looked after when need be. Nearly always answers from memory.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn book(&self, ctx: &Ctx) -> Result<Arc<RateBook>> {
        self.0.get(ctx).await
    }

    /// Loads the tenant's rates anew, for callers that have just changed them and answer with the result.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refresh(&self, ctx: &Ctx) -> Result<Arc<RateBook>> {
        self.0.refresh(ctx).await
    }

    /// Has the tenant's rates loaded anew once this transaction is durable.
    pub(super) fn stale_after_commit(&self, tx: &mut Tx) {
        self.0.stale_after_commit(tx);
    }
}

/// The rates that counted around `at` in a version of the tenant's rates: what a price's trace names.
///
/// # Errors
/// When the database fails.
pub async fn of_version(read: &Read, at: Instant, version: i64) -> Result<FxBook> {
    let window = Window {
        from: at.minus(KEPT_IN_MEMORY),
        until: at,
        version,
    };
    Ok(quotes(&store::window(read, window).await?))
}

/// The rates that may be converted with at this moment, as whoever reads knows them, and how old they may be, without a
/// mark-up: for making sure, inside the transaction, of what was converted before it.
///
/// # Errors
/// When the database fails.
pub async fn fresh(read: &Read) -> Result<(FxBook, FxRules)> {
    let rules = ops::rules(read).await?;
    let window = Window {
        from: read.now().minus(SignedDuration::from_hours(rules.oldest_hours.into())),
        until: read.now(),
        version: store::version_since(read).await?.0,
    };
    Ok((quotes(&store::window(read, window).await?), rules))
}

/// The same as a book, for looking at a day the one in memory does not reach.
pub(super) async fn around(read: &Read, at: Instant) -> Result<RateBook> {
    between(read, at, at).await
}

/// The rates that counted between two instants, and what they lean on, as a book.
pub(super) async fn between(read: &Read, first: Instant, last: Instant) -> Result<RateBook> {
    let (version, known_at) = store::version_since(read).await?;
    let window = Window {
        from: first.minus(KEPT_IN_MEMORY),
        until: last,
        version,
    };
    let sheets = store::window(read, window).await?;
    Ok(RateBook::build(version, known_at, window.from, &sheets))
}
