//! The rules that make a price, in the order they apply. One code computes with and without the trace.

use kernel::{Currency, Money};

use super::ask::{Amounts, CostAsk, NotPriced, PriceAsk, Priced, Promotion};
use super::book::{Found, PriceBook, Sheet};
use super::trace::{Rule, Step, Trace};
use super::words::{Kind, List, Operation};

/// What customers pay, and why.
pub fn price(book: &PriceBook, ask: &PriceAsk<'_>) -> Result<Priced, NotPriced> {
    explained(book, List::Sales, ask, false)
}

/// What customers pay, without the trace. Allocates nothing.
pub fn price_bare(book: &PriceBook, ask: &PriceAsk<'_>) -> Result<Amounts, NotPriced> {
    Question::find(book, List::Sales, ask)?.amounts(false, &mut ())
}

/// What a registrar takes from us, fees included, and why.
pub fn cost(book: &PriceBook, ask: &CostAsk<'_>) -> Result<Priced, NotPriced> {
    explained(book, List::Registrar(ask.registrar), &ask.service, ask.with_privacy)
}

/// What a registrar takes from us, without the trace. Allocates nothing.
pub fn cost_bare(book: &PriceBook, ask: &CostAsk<'_>) -> Result<Amounts, NotPriced> {
    Question::find(book, List::Registrar(ask.registrar), &ask.service)?.amounts(ask.with_privacy, &mut ())
}

fn explained(book: &PriceBook, list: List, ask: &PriceAsk<'_>, with_privacy: bool) -> Result<Priced, NotPriced> {
    let mut notes = Notes {
        book,
        steps: Vec::with_capacity(MOST_STEPS),
    };
    let amounts = Question::find(book, list, ask)?.amounts(with_privacy, &mut notes)?;
    let trace = Trace {
        list,
        tld: ask.tld.into(),
        operation: ask.operation,
        years: ask.years,
        with_privacy,
        currency: ask.currency,
        at: ask.at,
        known_at: book.known_at(),
        steps: notes.steps,
        total: amounts.total.minor,
    };
    Ok(Priced { amounts, trace })
}

/// First charge, renewals, ICANN's fee, privacy.
const MOST_STEPS: usize = 4;

/// Where steps are noted down, or not.
trait Noted {
    fn note(&mut self, rule: Rule, found: Found<'_>, times: u8, amount: i64);
}

impl Noted for () {
    fn note(&mut self, _: Rule, _: Found<'_>, _: u8, _: i64) {}
}

struct Notes<'b> {
    book: &'b PriceBook,
    steps: Vec<Step>,
}

impl Noted for Notes<'_> {
    fn note(&mut self, rule: Rule, found: Found<'_>, times: u8, amount: i64) {
        let (version, effective_from) = (self.book.version(found), self.book.effective_from(found));
        self.steps.push(Step {
            rule,
            version,
            effective_from,
            unit: found.minor,
            times,
            amount,
        });
    }
}

/// An ask that has found its place in the book.
struct Question<'b> {
    book: &'b PriceBook,
    sheet: &'b Sheet,
    operation: Operation,
    years: u8,
    currency: Currency,
    at: i64,
}

/// The price without fees.
struct Base {
    total: i64,
    first_year: Option<i64>,
    promotion: Option<Promotion>,
}

impl<'b> Question<'b> {
    fn find(book: &'b PriceBook, list: List, ask: &PriceAsk<'_>) -> Result<Self, NotPriced> {
        let PriceAsk {
            tld,
            operation,
            years,
            currency,
            at,
        } = *ask;
        if !operation.offers(years) {
            return Err(NotPriced::TermNotOffered);
        }
        let number = book.names.number(tld).ok_or(NotPriced::TldNotPriced)?;
        let sheet = book.column(list, currency).map(|column| book.sheet(number, column));
        match sheet {
            Some(sheet) if sheet.rows[operation as usize].mask != 0 => Ok(Self {
                book,
                sheet,
                operation,
                years,
                currency,
                at: at.micros(),
            }),
            _ => Err(missing(book, list, number, operation)),
        }
    }

    fn amounts(&self, with_privacy: bool, notes: &mut impl Noted) -> Result<Amounts, NotPriced> {
        let renewal = self.cell(Operation::Renew, Kind::Regular, 1);
        let base = self.base(renewal, notes)?;
        let fees = self.fees(with_privacy, notes)?;
        let total = times(fees, self.years).and_then(|fees| plus(base.total, fees))?;
        let first_year = base.first_year.map(|first| plus(first, fees)).transpose()?;
        let another_year = |renewal: Found<'_>| plus(renewal.minor, self.yearly_fees(Operation::Renew, with_privacy)?);
        let renewal = renewal.map(another_year).transpose()?;
        Ok(Amounts {
            total: self.money(total),
            first_year: first_year.map(|minor| self.money(minor)),
            renewal: renewal.map(|minor| self.money(minor)),
            years: self.years,
            promotion: base.promotion,
        })
    }

    fn base(&self, renewal: Option<Found<'_>>, notes: &mut impl Noted) -> Result<Base, NotPriced> {
        match self.whole_term(notes) {
            Some(base) => Ok(base),
            None if self.years == 0 => Err(NotPriced::NoPriceInForce),
            None => self.year_by_year(renewal, notes),
        }
    }

    /// A term of no year or of several may have a price of its own.
    fn whole_term(&self, notes: &mut impl Noted) -> Option<Base> {
        if self.years == 1 {
            return None;
        }
        let own = |kind| self.cell(self.operation, kind, self.years);
        let (regular, promo) = (own(Kind::Regular), own(Kind::Promo));
        let taken = promo.or(regular)?;
        let rule = match (promo, self.years) {
            (Some(_), _) => Rule::PromotionalTerm,
            (None, 0) => Rule::WithoutYears,
            (None, _) => Rule::WholeTerm,
        };
        notes.note(rule, taken, 1, taken.minor);
        let promotion = promo.map(|promo| self.promotion(promo, regular));
        Some(Base {
            total: taken.minor,
            first_year: None,
            promotion,
        })
    }

    /// The first charge, then the renewal price for every year it does not cover.
    fn year_by_year(&self, renewal: Option<Found<'_>>, notes: &mut impl Noted) -> Result<Base, NotPriced> {
        let own = |kind, years| self.cell(self.operation, kind, years);
        let (promo, introduction) = (own(Kind::Promo, 1), own(Kind::FirstYear, 1));
        let lasting = own(Kind::Regular, 1);
        let (rule, first, covered) = if let Some(promo) = promo {
            (Rule::PromotionalFirstYear, promo, 1)
        } else if let Some(introduction) = introduction {
            (Rule::FirstYear, introduction, 1)
        } else if let Some(lasting) = lasting {
            (Rule::RegularYear, lasting, 1)
        } else {
            let fee = self.operation.offers(0).then(|| own(Kind::Regular, 0)).flatten();
            (Rule::WithoutYears, fee.ok_or(NotPriced::NoPriceInForce)?, 0)
        };
        notes.note(rule, first, 1, first.minor);
        let promotion = promo.map(|promo| self.promotion(promo, introduction.or(lasting)));
        let mut base = Base {
            total: first.minor,
            first_year: None,
            promotion,
        };
        base.first_year = (covered == 1).then_some(first.minor);
        let left = self.years - covered;
        if left > 0 {
            let renewal = renewal.ok_or(NotPriced::RenewalNotPriced)?;
            let amount = times(renewal.minor, left)?;
            notes.note(Rule::RenewalYears, renewal, left, amount);
            base.total = plus(base.total, amount)?;
            base.first_year = base.first_year.or(first.minor.checked_add(renewal.minor));
        }
        Ok(base)
    }

    /// What is charged on top for each year asked; noted for all years. A restored name's years are renewals.
    fn fees(&self, with_privacy: bool, notes: &mut impl Noted) -> Result<i64, NotPriced> {
        let operation = if self.operation == Operation::Restore {
            Operation::Renew
        } else {
            self.operation
        };
        if self.years > 0 {
            for (rule, fee) in self.fee_cells(operation, with_privacy) {
                notes.note(rule, fee, self.years, times(fee.minor, self.years)?);
            }
        }
        self.yearly_fees(operation, with_privacy)
    }

    fn yearly_fees(&self, operation: Operation, with_privacy: bool) -> Result<i64, NotPriced> {
        let mut fees = self.fee_cells(operation, with_privacy);
        fees.try_fold(0, |sum, (_, fee)| plus(sum, fee.minor))
    }

    fn fee_cells(&self, operation: Operation, with_privacy: bool) -> impl Iterator<Item = (Rule, Found<'b>)> {
        let privacy = with_privacy.then_some((Rule::Privacy, Kind::Privacy));
        let wanted = std::iter::once((Rule::IcannFee, Kind::IcannFee)).chain(privacy);
        wanted.filter_map(move |(rule, kind)| Some((rule, self.cell(operation, kind, 1)?)))
    }

    fn promotion(&self, promo: Found<'_>, instead_of: Option<Found<'_>>) -> Promotion {
        Promotion {
            price: self.money(promo.minor),
            instead_of: instead_of.map(|found| self.money(found.minor)),
        }
    }

    fn cell(&self, operation: Operation, kind: Kind, years: u8) -> Option<Found<'b>> {
        self.book.find(self.sheet, operation, kind, years, self.at)
    }

    const fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }
}

fn plus(one: i64, other: i64) -> Result<i64, NotPriced> {
    one.checked_add(other).ok_or(NotPriced::TotalTooLarge)
}

fn times(unit: i64, times: u8) -> Result<i64, NotPriced> {
    unit.checked_mul(i64::from(times)).ok_or(NotPriced::TotalTooLarge)
}

/// Says what exactly is missing. Another currency's price is never taken instead: converting will be a rule of its own,
/// with its rate in the trace.
#[cold]
fn missing(book: &PriceBook, list: List, tld: usize, operation: Operation) -> NotPriced {
    let has = |column: usize, operation: Operation| book.sheet(tld, column).rows[operation as usize].mask != 0;
    let of_list = || (0..book.columns.len()).filter(|column| book.columns[*column].list == list);
    if of_list().any(|column| has(column, operation)) {
        NotPriced::CurrencyNotPriced
    } else if of_list().any(|column| Operation::ALL.iter().any(|operation| has(column, *operation))) {
        NotPriced::OperationNotPriced
    } else {
        NotPriced::TldNotPriced
    }
}
