//! Running the rules of a sales list over the book: pure. What comes out is a price for every ending and operation a rule
//! fits, with the cost it was made from and every step; and, by name, what no price was made for and why.

use std::collections::{BTreeMap, BTreeSet};

use engines::fx::{self, NoRate};
use engines::margin::{Margin, MarginClass, MarginRules, margin};
use engines::price_rules::{self as engine, Formula, Generated, NotGenerated, Subject};
use engines::pricing::{self, CostAsk, PriceAsk};
use kernel::{Instant, Money, Percent, PriceRuleId, RegistrarId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::PriceRule;
use super::rates::{AskedFor, UsedRate};
use crate::imports::Standing;
use crate::margins::Rates;
use crate::price_books::{Book, CellKey, Kind, Operation, Side};
use crate::sales_lists::SalesList;
use crate::tlds::Tld;

/// A rule that was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedRule {
    /// The rule.
    pub id: PriceRuleId,
    /// Which version of it.
    pub version: i64,
    /// Its name then.
    pub name: String,
}

/// A price that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The ending, as an A-label.
    pub ending: String,
    /// Of which operation.
    pub operation: Operation,
    /// For how many years.
    pub years: u8,
    /// Whose cost it was made from.
    pub registrar: RegistrarId,
    /// By which rule, from which cost, in which steps.
    pub made: Generated,
    /// The price in force, in minor units.
    pub before: Option<i64>,
    /// What is charged instead as long as it lasts: a promotion or a first-year price, which a run leaves alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<i64>,
    /// Registrars that sell it too, in currencies their costs could not be converted from: one may ask less.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_compared: Vec<RegistrarId>,
}

impl Line {
    /// What was earned before, on the same cost.
    pub fn margin_before(&self, rules: &MarginRules) -> Margin {
        let before = self.before.map(|minor| Money::new(minor, self.made.price.currency));
        margin(self.made.margin.cost, before, rules).expect("both are of the list's currency")
    }

    /// What is earned with the price that was made.
    pub fn margin_after(&self, rules: &MarginRules) -> Margin {
        let price = Some(self.made.price);
        margin(self.made.margin.cost, price, rules).expect("both are of the list's currency")
    }
}

/// Why no price was made; the one in force, if any, stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotMade {
    /// No rule is for it.
    NoRule,
    /// Nobody we buy from has a cost for it.
    NoCost,
    /// Its cost is in another currency, and there is no exchange rate.
    RateMissing,
    /// Its cost is in another currency, and the exchange rate is too old.
    RateStale,
    /// The price would be zero, which is none for a registration or renewal.
    Zero,
    /// The price would be larger than can be held.
    TooLarge,
}

impl NotMade {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::NoRule,
        Self::NoCost,
        Self::RateMissing,
        Self::RateStale,
        Self::Zero,
        Self::TooLarge,
    ];

    /// As sent, and what its message ends in.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoRule => "no_rule",
            Self::NoCost => "no_cost",
            Self::RateMissing => "rate_missing",
            Self::RateStale => "rate_stale",
            Self::Zero => "zero",
            Self::TooLarge => "too_large",
        }
    }
}

/// An ending no price was made for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The ending, as an A-label.
    pub ending: String,
    /// Of which operations.
    pub operations: Vec<Operation>,
    /// Why.
    pub reason: NotMade,
}

/// What a run made, as kept with its plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The rules that were asked, in their order.
    pub rules: Vec<UsedRule>,
    /// Margins below this share of the price counted as low.
    pub low_below: Percent,
    /// Only these endings were asked for; nothing: all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub only: BTreeSet<String>,
    /// The exchange rates they were made with: of every currency that a cost or an amount of a rule is in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rates: Vec<UsedRate>,
    /// The prices that were made, by ending.
    pub lines: Vec<Line>,
    /// What none was made for, by ending.
    pub skipped: Vec<Skipped>,
}

impl Run {
    /// How margins are to be taken.
    pub fn margin_rules(&self) -> MarginRules {
        MarginRules {
            low_below: self.low_below,
            ..MarginRules::default()
        }
    }

    /// The rule that made a price.
    pub fn rule(&self, id: PriceRuleId) -> Option<&UsedRule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// How the margins of one operation for one year stand, before and after.
    pub fn tally(&self, operation: Operation) -> Tally {
        let (mut tally, rules) = (Tally::default(), self.margin_rules());
        for line in self
            .lines
            .iter()
            .filter(|line| line.operation == operation && line.years <= 1)
        {
            tally.before.count(line.margin_before(&rules).class);
            tally.after.count(line.margin_after(&rules).class);
        }
        tally
    }
}

/// Margins by how they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PriceRunStandings)]
pub struct Standings {
    /// Below cost.
    pub negative: u32,
    /// Not below cost, under the threshold.
    pub low: u32,
    /// At the threshold or above.
    pub healthy: u32,
    /// No price at all.
    pub unpriced: u32,
}

impl Standings {
    const fn count(&mut self, class: MarginClass) {
        match class {
            MarginClass::Negative => self.negative += 1,
            MarginClass::Low => self.low += 1,
            MarginClass::Healthy => self.healthy += 1,
            MarginClass::NoPrice => self.unpriced += 1,
            // Every price here was made from a cost.
            // Both are in the list's currency by now.
            MarginClass::NoCost | MarginClass::NotComparable => {}
        }
    }
}

/// Margins before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PriceRunTally)]
pub struct Tally {
    /// With the prices in force.
    pub before: Standings,
    /// With the prices that were made.
    pub after: Standings,
}

/// A rule, and the same as the engine takes it.
pub(super) struct Ready {
    pub(super) rule: PriceRule,
    pub(super) engine: engine::PriceRule,
}

/// What rules are run over.
pub(super) struct Market<'a> {
    /// Costs, and who sells what.
    pub(super) book: &'a Book,
    /// The list whose prices are made.
    pub(super) list: &'a SalesList,
    /// Its prices.
    pub(super) standing: &'a Standing,
    /// The rules of that list that make prices, in their order.
    pub(super) rules: &'a [Ready],
    /// Exchange rates.
    pub(super) rates: Rates<'a>,
    /// When costs are converted.
    pub(super) now: Instant,
    /// When the prices take effect: the costs in force then are theirs.
    pub(super) at: Instant,
}

/// A cost that was found.
struct Found {
    registrar: RegistrarId,
    cost: Money,
    not_compared: Vec<RegistrarId>,
}

impl Market<'_> {
    /// Runs the rules over all endings, or over these only.
    pub(super) fn run(&self, only: BTreeSet<String>) -> Run {
        let mut lines = Vec::new();
        let mut skipped: BTreeMap<(&str, NotMade), Vec<Operation>> = BTreeMap::new();
        let (operations, mut asked) = (self.operations(), AskedFor::default());
        let wanted = |tld: &&Tld| only.is_empty() || only.contains(&*tld.ending);
        for tld in self.book.endings().filter(wanted) {
            for operation in &operations {
                let (made, lacking) = self.price(&tld.ending, *operation, &mut asked);
                lines.extend(made);
                if let Some(reason) = lacking {
                    skipped.entry((&tld.ending, reason)).or_default().push(*operation);
                }
            }
        }
        lines.sort_by(|a, b| (&a.ending, a.operation, a.years).cmp(&(&b.ending, b.operation, b.years)));
        let skipped = skipped.into_iter().map(|((ending, reason), operations)| Skipped {
            ending: ending.to_owned(),
            operations,
            reason,
        });
        Run {
            rules: self.rules.iter().map(|ready| used(&ready.rule)).collect(),
            low_below: self.book.settings.minimum_margin_percentage,
            rates: asked.rates(self.rates, self.list.currency, self.now),
            lines,
            skipped: skipped.collect(),
            only,
        }
    }

    /// The operations any rule is for; without rules all, so that every ending is named as lacking one.
    fn operations(&self) -> Vec<Operation> {
        let any = |one: &Operation| self.rules.iter().any(|ready| ready.rule.terms.operations.has(*one));
        let wanted: Vec<Operation> = Operation::ALL.into_iter().filter(any).collect();
        if wanted.is_empty() {
            Operation::ALL.to_vec()
        } else {
            wanted
        }
    }

    /// The prices of one operation, one for each term, and why one of them is lacking. A term that only other rules are
    /// for is not lacking, nor is a transfer that adds a year beside one that adds none.
    fn price(&self, tld: &str, operation: Operation, asked: &mut AskedFor) -> (Vec<Line>, Option<NotMade>) {
        let mut lines = Vec::new();
        let mut lacking: Option<NotMade> = None;
        for years in terms_of(operation, self.rules) {
            match self.line(tld, operation, years, asked) {
                Ok(line) => lines.push(line),
                // The reason of the term that came furthest is told.
                Err(reason) => lacking = lacking.max(Some(reason)),
            }
        }
        let told = lines.is_empty() || (by_year(operation) && lacking != Some(NotMade::NoRule));
        (lines, lacking.filter(|_| told))
    }

    fn line(&self, tld: &str, operation: Operation, years: u8, asked: &mut AskedFor) -> Result<Line, NotMade> {
        let (ready, found) = self.first_match(tld, operation, years, asked)?;
        asked.note(found.cost.currency);
        if let Formula::Markup { fixed: Some(fixed), .. } = ready.engine.formula {
            asked.note(fixed.currency);
        }
        let made = engine::generate(
            &ready.engine,
            found.cost,
            self.list.currency,
            Some((self.rates.book, self.rates.rules)),
            self.now,
        )
        .map_err(why)?;
        if made.price.is_zero() && by_year(operation) {
            return Err(NotMade::Zero);
        }
        let key = |kind| self.key(tld, operation, years, kind);
        let first_year = || self.standing.at(&key(Kind::FirstYear), self.at);
        Ok(Line {
            ending: tld.to_owned(),
            operation,
            years,
            registrar: found.registrar,
            before: self.standing.at(&key(Kind::Regular), self.at),
            instead: self.standing.at(&key(Kind::Promo), self.at).or_else(first_year),
            not_compared: found.not_compared,
            made,
        })
    }

    /// The first rule that fits, and its cost. A rule for one registrar fits what that registrar sells.
    fn first_match(
        &self,
        tld: &str,
        operation: Operation,
        years: u8,
        asked: &mut AskedFor,
    ) -> Result<(&Ready, Found), NotMade> {
        for ready in self.rules {
            let terms = &ready.rule.terms;
            let subject = Subject {
                registrar: terms.registrar.unwrap_or(RegistrarId::NONE),
                tld,
                groups: &[],
                operation,
                list: self.list.id,
            };
            if !ready.engine.fits(&subject) || (by_year(operation) && !terms.years.contains(&years)) {
                continue;
            }
            let Some(registrar) = terms.registrar else {
                return Ok((ready, self.lowest(tld, operation, years, asked)?));
            };
            let sells = self.book.sellers(tld).contains(&registrar);
            if let Some(cost) = self.cost(registrar, tld, operation, years).filter(|_| sells) {
                let not_compared = Vec::new();
                return Ok((
                    ready,
                    Found {
                        registrar,
                        cost,
                        not_compared,
                    },
                ));
            }
        }
        Err(NotMade::NoRule)
    }

    /// The active registrar that asks least, in the list's currency; of two that ask the same the one asked first.
    fn lowest(&self, tld: &str, operation: Operation, years: u8, asked: &mut AskedFor) -> Result<Found, NotMade> {
        let mut best: Option<(i64, RegistrarId, Money)> = None;
        let (mut not_compared, mut reason) = (Vec::new(), NotMade::NoCost);
        for registrar in self.book.sellers(tld) {
            let Some(cost) = self.cost(*registrar, tld, operation, years) else {
                continue;
            };
            asked.note(cost.currency);
            match self.worth(cost) {
                Ok(worth) if best.is_none_or(|(least, ..)| worth < least) => best = Some((worth, *registrar, cost)),
                Ok(_) => {}
                Err(no_rate) => {
                    not_compared.push(*registrar);
                    reason = reason.max(why(no_rate.into()));
                }
            }
        }
        let (_, registrar, cost) = best.ok_or(reason)?;
        Ok(Found {
            registrar,
            cost,
            not_compared,
        })
    }

    /// What a registrar charges, ICANN's fee counted: in the list's currency where it has such a price, else in its own.
    /// Its promotions do not count: they are for a while, and the price that is made is not.
    fn cost(&self, registrar: RegistrarId, tld: &str, operation: Operation, years: u8) -> Option<Money> {
        let own = self.book.registrar(registrar)?.currency;
        [self.list.currency, own].into_iter().find_map(|currency| {
            let service = PriceAsk {
                tld,
                operation,
                years,
                currency,
                at: self.at,
            };
            let ask = CostAsk {
                registrar,
                service,
                with_privacy: false,
            };
            let amounts = pricing::cost_bare(&self.book.prices, &ask).ok()?;
            let saved = amounts.promotion.and_then(|promotion| {
                let usual = promotion.instead_of?;
                usual.sub(promotion.price).ok()
            });
            saved.map_or(Some(amounts.total), |saved| amounts.total.add(saved).ok())
        })
    }

    /// A cost in the list's currency, in minor units.
    fn worth(&self, cost: Money) -> Result<i64, NoRate> {
        if cost.currency == self.list.currency {
            return Ok(cost.minor);
        }
        fx::convert(self.rates.book, &self.rates.rules, cost, self.list.currency, self.now)
            .map(|conversion| conversion.worth.minor)
    }

    /// The key of a price of the list.
    pub(super) fn key(&self, tld: &str, operation: Operation, years: u8, kind: Kind) -> CellKey {
        CellKey {
            side: Side::Sale,
            list: kernel::Id::uuid(self.list.id),
            ending: tld.to_owned(),
            currency: self.list.currency,
            operation,
            years,
            kind,
        }
    }
}

/// Whether an operation is bought for a number of years.
const fn by_year(operation: Operation) -> bool {
    matches!(operation, Operation::Register | Operation::Renew)
}

/// The terms an operation is priced for. Transfers add a year or none, restores renew or do not, as the registrar has it.
fn terms_of(operation: Operation, rules: &[Ready]) -> BTreeSet<u8> {
    match operation {
        Operation::Register | Operation::Renew => {
            let years = rules.iter().flat_map(|ready| ready.rule.terms.years.iter().copied());
            let years: BTreeSet<u8> = years.collect();
            if years.is_empty() { BTreeSet::from([1]) } else { years }
        }
        Operation::Transfer | Operation::Restore => BTreeSet::from([0, 1]),
    }
}

fn used(rule: &PriceRule) -> UsedRule {
    UsedRule {
        id: rule.id,
        version: rule.version,
        name: rule.terms.name.clone(),
    }
}

fn why(not: NotGenerated) -> NotMade {
    match not {
        NotGenerated::NoRate(NoRate::Stale) => NotMade::RateStale,
        NotGenerated::NoRate(NoRate::Missing) => NotMade::RateMissing,
        // A rule that could not have been saved and a cost below zero are not in the database.
        NotGenerated::NoRule | NotGenerated::BadRule => NotMade::NoRule,
        NotGenerated::NegativeCost => NotMade::NoCost,
        NotGenerated::NoRate(NoRate::TooLarge) | NotGenerated::TooLarge => NotMade::TooLarge,
    }
}
