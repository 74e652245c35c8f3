//! One tenant's price book as one immutable value: the engine's snapshot of all prices, the endings, and who sells them.

use std::collections::HashMap;

use engines::fx::{FxBook, FxRules};
use engines::margin::MarginRules;
use engines::pricing::discounts::DiscountBook;
use engines::pricing::{self, Amounts, CostAsk, NotPriced, PriceAsk, PriceBook, Pricing};
use kernel::{Currency, DiscountId, Id, Instant, PriceId, RegistrarId, SalesListId, Timeline};

use super::model::CellKey;
use super::words::{Kind, Operation, Side};
use crate::discounts::Discount;
use crate::margins::Rates;
use crate::registrars::{AdapterKind, Registrar, Sells, State};
use crate::sales_lists::SalesList;
use crate::settings::TldPricing;
use crate::tlds::Tld;

/// What a reader of the book may know of a registrar account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrarInfo {
    /// The account.
    pub id: RegistrarId,
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The adapter's kind.
    pub kind: AdapterKind,
    /// Whether it is asked and bought from.
    pub active: bool,
    /// What it charges in.
    pub currency: Currency,
}

/// A tenant's price book at one version.
#[derive(Debug)]
pub struct Book {
    /// Its version; every change of a price, ending or registrar brings the next.
    pub version: i64,
    /// All prices, for `engines::pricing::{price, cost}`.
    pub prices: PriceBook,
    /// What is taken off for whom, for [`Book::pricing`].
    pub discounts: DiscountBook,
    /// The standard sales list, whose prices the book's sales prices are.
    pub sales_list: Option<SalesListId>,
    /// The currency of that list.
    pub currency: Currency,
    /// How the tenant prices endings.
    pub settings: TldPricing,
    /// When it was read; what takes effect later was to come then.
    pub read_at: Instant,
    endings: Vec<Tld>,
    places: HashMap<Box<str>, usize>,
    on_sale: Vec<bool>,
    sellers: Vec<Box<[RegistrarId]>>,
    registrars: Vec<RegistrarInfo>,
    scheduled: HashMap<usize, Vec<Scheduled>>,
    discount_names: HashMap<DiscountId, String>,
}

/// A price that was to take effect when the book was built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheduled {
    /// When it does.
    pub at: Instant,
    /// Cost or sale.
    pub side: Side,
    /// Of what.
    pub operation: Operation,
    /// What it will be; nothing: no such price from then on.
    pub minor: Option<i64>,
    /// In which currency.
    pub currency: Currency,
}

/// A cell as the book and comparisons need it: without who recorded what and why. Never a superseded one.
#[derive(Clone, Debug)]
pub(crate) struct BookCell {
    pub(crate) id: PriceId,
    pub(crate) key: CellKey,
    pub(crate) effective_from: Instant,
    pub(crate) amount_minor: Option<i64>,
    pub(crate) recorded_at: Instant,
}

/// What a book is made of, as read in one snapshot.
pub(super) struct Parts {
    pub(super) now: Instant,
    pub(super) version: i64,
    pub(super) changed_at: Instant,
    pub(super) cells: Vec<BookCell>,
    pub(super) standard: Option<SalesList>,
    pub(super) tlds: Vec<Tld>,
    pub(super) registrars: Vec<Registrar>,
    pub(super) settings: TldPricing,
    pub(super) discounts: Vec<Discount>,
}

impl Book {
    /// Puts a book together. A cell the engine refuses is a fault of ours, because importing has checked it.
    pub(super) fn build(parts: Parts) -> platform::Result<Self> {
        let known_at = known_at(&parts);
        let prices = PriceBook::as_known_at(parts.cells.iter().map(engine_cell), known_at);
        let discounts = DiscountBook::as_known_at(parts.discounts.iter().flat_map(Discount::entries), known_at);
        let places: HashMap<Box<str>, usize> = parts
            .tlds
            .iter()
            .enumerate()
            .map(|(at, tld)| (tld.ending.clone(), at))
            .collect();
        let (on_sale, sellers) = sold_by(&parts, &places);
        let scheduled = scheduled(&parts, &places);
        Ok(Self {
            version: parts.version,
            prices: prices.map_err(platform::Error::internal)?,
            sales_list: parts.standard.as_ref().map(|list| list.id),
            currency: parts
                .standard
                .map_or(parts.settings.default_sales_currency, |list| list.currency),
            settings: parts.settings,
            read_at: parts.now,
            endings: parts.tlds,
            places,
            on_sale,
            sellers,
            registrars: parts.registrars.into_iter().map(info).collect(),
            scheduled,
            discounts: discounts.map_err(platform::Error::internal)?,
            discount_names: parts
                .discounts
                .into_iter()
                .map(|discount| (discount.id, discount.name))
                .collect(),
        })
    }

    /// All that an effective price is made from: this version's prices and discounts, and rates where the tenant lets sales
    /// prices be converted, with the mark-up it puts on them.
    pub fn pricing<'b>(&'b self, rates: Rates<'b>) -> Pricing<'b> {
        let rules = FxRules {
            markup: self.settings.currency_conversion_markup,
            ..rates.rules
        };
        let converts = self.settings.enable_auto_currency_conversion;
        Pricing {
            book: &self.prices,
            fx: converts.then_some((rates.book, rules)),
            home: self.currency,
            discounts: &self.discounts,
        }
    }

    /// When the tenant calls a margin low.
    pub fn margin_rules(&self) -> MarginRules {
        MarginRules {
            low_below: self.settings.minimum_margin_percentage,
            ..MarginRules::default()
        }
    }

    /// What staff call a discount or coupon; empty for one this book does not hold.
    pub fn discount_name(&self, discount: DiscountId) -> &str {
        self.discount_names.get(&discount).map_or("", String::as_str)
    }

    /// An ending by its A-label.
    pub fn ending(&self, ending: &str) -> Option<&Tld> {
        self.places.get(ending).map(|at| &self.endings[*at])
    }

    /// All endings, the most sought-after first.
    pub fn endings(&self) -> impl ExactSizeIterator<Item = &Tld> {
        self.endings.iter()
    }

    /// Whether names under it are sold: the tenant wants to, and there is a sales price, now or later.
    pub fn is_sold(&self, ending: &str) -> bool {
        self.places
            .get(ending)
            .is_some_and(|at| self.endings[*at].sold && self.on_sale[*at])
    }

    /// Active registrars that sell the ending, the first asked first.
    pub fn sellers(&self, ending: &str) -> &[RegistrarId] {
        self.places.get(ending).map_or(&[], |at| &self.sellers[*at])
    }

    /// A registrar account.
    pub fn registrar(&self, id: RegistrarId) -> Option<&RegistrarInfo> {
        self.registrars.iter().find(|registrar| registrar.id == id)
    }

    /// The active registrar that asks least for a service, ICANN's fee counted, privacy not; of two that ask the same, the one
    /// asked first. Costs in other currencies are converted where there are rates.
    ///
    /// # Errors
    /// Why there is none to be told: `RateMissing` or `RateStale` where a registrar's cost could not be converted.
    pub fn lowest_cost(
        &self,
        service: &PriceAsk<'_>,
        rates: Option<(&FxBook, FxRules)>,
    ) -> Result<(RegistrarId, Amounts), NotPriced> {
        let mut least: Option<(RegistrarId, Amounts)> = None;
        let mut lacking = NotPriced::TldNotPriced;
        for registrar in self.sellers(service.tld) {
            let ask = CostAsk {
                registrar: *registrar,
                service: *service,
                with_privacy: false,
            };
            match pricing::cost_converted_bare(&self.prices, rates, &ask) {
                Ok(cost) if least.is_none_or(|(_, least)| cost.total.minor < least.total.minor) => {
                    least = Some((*registrar, cost));
                }
                Ok(_) => {}
                Err(reason) if !is_of_a_rate(lacking) => lacking = reason,
                Err(_) => {}
            }
        }
        least.ok_or(lacking)
    }

    /// The first price of an ending that takes effect after an instant; of costs too where they may be seen.
    pub fn next_change(&self, ending: &str, after: Instant, with_costs: bool) -> Option<&Scheduled> {
        let visible = |change: &&Scheduled| with_costs || change.side == Side::Sale;
        let scheduled = self.scheduled.get(self.places.get(ending)?)?;
        scheduled.iter().filter(visible).find(|change| change.at > after)
    }

    /// All registrar accounts, the first asked first.
    pub fn registrars(&self) -> &[RegistrarInfo] {
        &self.registrars
    }
}

/// Whether there is an amount, and no rate to compare it at.
pub(super) const fn is_of_a_rate(reason: NotPriced) -> bool {
    matches!(reason, NotPriced::RateMissing | NotPriced::RateStale)
}

/// When the book came to be what it is: the same on every machine for the same version, so that traces are too. Another
/// machine's clock may be ahead; then the newest price says when.
fn known_at(parts: &Parts) -> Instant {
    let cells = parts.cells.iter().map(|cell| cell.recorded_at);
    let discounts = parts.discounts.iter().map(|discount| discount.recorded_at);
    cells
        .chain(discounts)
        .max()
        .map_or(parts.changed_at, |newest| newest.max(parts.changed_at))
}

/// What takes effect after the book was read, by ending, the earliest first.
fn scheduled(parts: &Parts, places: &HashMap<Box<str>, usize>) -> HashMap<usize, Vec<Scheduled>> {
    let mut scheduled: HashMap<usize, Vec<Scheduled>> = HashMap::new();
    for cell in parts.cells.iter().filter(|cell| cell.effective_from > parts.now) {
        let Some(at) = places.get(cell.key.ending.as_str()) else {
            continue;
        };
        let change = Scheduled {
            at: cell.effective_from,
            side: cell.key.side,
            operation: cell.key.operation,
            minor: cell.amount_minor,
            currency: cell.key.currency,
        };
        scheduled.entry(*at).or_default().push(change);
    }
    for changes in scheduled.values_mut() {
        // The sales price of a registration is what people look for first.
        changes.sort_unstable_by_key(|change| (change.at, change.side == Side::Cost, change.operation));
    }
    scheduled
}

fn info(registrar: Registrar) -> RegistrarInfo {
    let Registrar {
        id,
        slug,
        name,
        kind,
        state,
        currency,
        ..
    } = registrar;
    RegistrarInfo {
        id,
        slug,
        name,
        kind,
        active: state == State::Active,
        currency,
    }
}

/// A cell as the engine takes it.
fn engine_cell(cell: &BookCell) -> pricing::Cell<'_> {
    let list = match cell.key.side {
        Side::Cost => pricing::List::Registrar(RegistrarId::from_uuid(cell.key.list)),
        Side::Sale => pricing::List::Sales,
    };
    pricing::Cell {
        list,
        tld: &cell.key.ending,
        operation: cell.key.operation,
        years: cell.key.years,
        kind: cell.key.kind,
        currency: cell.key.currency,
        effective_from: cell.effective_from,
        minor: cell.amount_minor,
        recorded_at: cell.recorded_at,
        superseded_at: None,
        version: cell.id,
    }
}

/// Per ending: whether it has a sales price for registration, and which active registrars sell it. A price that was
/// withdrawn is none; one that is scheduled counts, because it will be in force before the book is read again.
fn sold_by(parts: &Parts, places: &HashMap<Box<str>, usize>) -> (Vec<bool>, Vec<Box<[RegistrarId]>>) {
    let mut on_sale = vec![false; parts.tlds.len()];
    let mut has_cost = vec![Vec::new(); parts.tlds.len()];
    for (key, prices) in registrations(parts) {
        let Some(at) = places.get(key.ending.as_str()).copied() else {
            continue;
        };
        let later = prices.transitions().any(|(from, priced)| *priced && from > parts.now);
        match key.side {
            _ if !later && prices.at(parts.now) != Some(&true) => {}
            Side::Sale => on_sale[at] = true,
            Side::Cost => has_cost[at].push(RegistrarId::from_uuid(key.list)),
        }
    }
    let active: Vec<&Registrar> = parts
        .registrars
        .iter()
        .filter(|registrar| registrar.state == State::Active)
        .collect();
    let sells =
        |registrar: &Registrar, at: usize| registrar.sells == Sells::All || has_cost[at].contains(&registrar.id);
    let sellers = |at| {
        active
            .iter()
            .filter(|registrar| sells(registrar, at))
            .map(|registrar| registrar.id)
            .collect()
    };
    let sellers = (0..parts.tlds.len()).map(sellers).collect();
    (on_sale, sellers)
}

/// Since when there is or is no regular price for registering, by its key.
fn registrations(parts: &Parts) -> HashMap<&CellKey, Timeline<bool>> {
    let mut prices: HashMap<&CellKey, Timeline<bool>> = HashMap::new();
    for cell in parts
        .cells
        .iter()
        .filter(|cell| cell.key.operation == Operation::Register && cell.key.kind == Kind::Regular)
    {
        let of_key = prices.entry(&cell.key).or_default();
        of_key.set_from(cell.effective_from, cell.amount_minor.is_some());
    }
    prices
}
