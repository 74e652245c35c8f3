//! The rules that make a price, in the order they apply. One code computes with and without the trace.

use kernel::{Currency, Money};

use crate::fx::Quoted;

use super::ask::{Amounts, NotPriced, PriceAsk, Promotion};
use super::book::{Found, PriceBook, Sheet};
use super::trace::{Rule, Step};
use super::words::{Kind, List, Operation};

/// First charge, renewals, ICANN's fee, privacy.
const MOST_STEPS: usize = 4;

/// Where steps are noted down, or not.
pub(crate) trait Noted {
    /// Notes a step.
    fn note(&mut self, rule: Rule, found: Found<'_>, times: u8, amount: i64);
}

impl Noted for () {
    fn note(&mut self, _: Rule, _: Found<'_>, _: u8, _: i64) {}
}

/// Steps as they are taken.
pub(super) struct Notes<'b> {
    book: &'b PriceBook,
    pub(super) steps: Vec<Step>,
}

impl<'b> Notes<'b> {
    pub(super) fn new(book: &'b PriceBook) -> Self {
        Self {
            book,
            steps: Vec::with_capacity(MOST_STEPS),
        }
    }
}

impl Noted for Notes<'_> {
    fn note(&mut self, rule: Rule, found: Found<'_>, times: u8, amount: i64) {
        let (version, effective_from) = (self.book.version(found), self.book.effective_from(found));
        self.steps.push(Step {
            rule,
            version,
            effective_from,
            listed: found.listed,
            unit: found.minor,
            times,
            amount,
        });
    }
}

/// An ask that has found its place in the book.
pub(super) struct Question<'b> {
    book: &'b PriceBook,
    list: List,
    /// The TLD's number.
    tld: usize,
    sheet: &'b Sheet,
    operation: Operation,
    years: u8,
    currency: Currency,
    at: i64,
    /// From the sheet's currency to the one asked for, where they differ.
    rate: Option<&'b Quoted>,
}

/// The price without fees.
struct Base {
    total: i64,
    first_year: Option<i64>,
    promotion: Option<Promotion>,
}

impl<'b> Question<'b> {
    /// In the currency asked for, or in the one a rate converts from.
    pub(super) fn find(
        book: &'b PriceBook,
        list: List,
        ask: &PriceAsk<'_>,
        rate: Option<&'b Quoted>,
    ) -> Result<Self, NotPriced> {
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
        let listed_in = rate.map_or(currency, |rate| rate.from);
        let sheet = book.column(list, listed_in).map(|column| book.sheet(number, column));
        match sheet {
            Some(sheet) if sheet.rows[operation as usize].mask != 0 => Ok(Self {
                book,
                list,
                tld: number,
                sheet,
                operation,
                years,
                currency,
                at: at.micros(),
                rate,
            }),
            _ => Err(missing(book, list, number, operation)),
        }
    }

    /// The answer, with every step noted.
    pub(super) fn amounts(&self, with_privacy: bool, notes: &mut impl Noted) -> Result<Amounts, NotPriced> {
        let renewal = self.cell(Operation::Renew, Kind::Regular, 1)?;
        let base = self.base(renewal, notes)?;
        let fees = self.fees(with_privacy, notes)?;
        let total = times(fees, self.years).and_then(|fees| plus(base.total, fees))?;
        let first_year = base.first_year.map(|first| plus(first, fees)).transpose()?;
        let another_year = |renewal: Found<'_>| match self.yearly_fees(Operation::Renew, with_privacy) {
            // It is told where it is known whole.
            Err(NotPriced::FeeNotPriced | NotPriced::PrivacyNotPriced) => Ok(None),
            fees => plus(renewal.minor, fees?).map(Some),
        };
        let renewal = renewal.map(another_year).transpose()?.flatten();
        Ok(Amounts {
            total: self.money(total),
            first_year: first_year.map(|minor| self.money(minor)),
            renewal: renewal.map(|minor| self.money(minor)),
            years: self.years,
            promotion: base.promotion,
        })
    }

    fn base(&self, renewal: Option<Found<'_>>, notes: &mut impl Noted) -> Result<Base, NotPriced> {
        match self.whole_term(notes)? {
            Some(base) => Ok(base),
            None if self.years == 0 => Err(NotPriced::NoPriceInForce),
            None => self.year_by_year(renewal, notes),
        }
    }

    /// A term of no year or of several may have a price of its own.
    fn whole_term(&self, notes: &mut impl Noted) -> Result<Option<Base>, NotPriced> {
        if self.years == 1 {
            return Ok(None);
        }
        let own = |kind| self.cell(self.operation, kind, self.years);
        let (regular, promo) = (own(Kind::Regular)?, own(Kind::Promo)?);
        let Some(taken) = promo.or(regular) else {
            return Ok(None);
        };
        let rule = match (promo, self.years) {
            (Some(_), _) => Rule::PromotionalTerm,
            (None, 0) => Rule::WithoutYears,
            (None, _) => Rule::WholeTerm,
        };
        notes.note(rule, taken, 1, taken.minor);
        let promotion = promo.map(|promo| self.promotion(promo, regular));
        Ok(Some(Base {
            total: taken.minor,
            first_year: None,
            promotion,
        }))
    }

    /// The first charge, then the renewal price for every year it does not cover.
    fn year_by_year(&self, renewal: Option<Found<'_>>, notes: &mut impl Noted) -> Result<Base, NotPriced> {
        let own = |kind, years| self.cell(self.operation, kind, years);
        let (promo, introduction) = (own(Kind::Promo, 1)?, own(Kind::FirstYear, 1)?);
        let lasting = own(Kind::Regular, 1)?;
        let (rule, first, covered) = if let Some(promo) = promo {
            (Rule::PromotionalFirstYear, promo, 1)
        } else if let Some(introduction) = introduction {
            (Rule::FirstYear, introduction, 1)
        } else if let Some(lasting) = lasting {
            (Rule::RegularYear, lasting, 1)
        } else {
            let fee = if self.operation.offers(0) {
                own(Kind::Regular, 0)?
            } else {
                None
            };
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
        if self.years == 0 {
            return Ok(0);
        }
        for fee in self.fee_cells(operation, with_privacy) {
            let (rule, fee) = fee?;
            notes.note(rule, fee, self.years, times(fee.minor, self.years)?);
        }
        self.yearly_fees(operation, with_privacy)
    }

    fn yearly_fees(&self, operation: Operation, with_privacy: bool) -> Result<i64, NotPriced> {
        let mut fees = self.fee_cells(operation, with_privacy);
        fees.try_fold(0, |sum, fee| plus(sum, fee?.1.minor))
    }

    fn fee_cells(
        &self,
        operation: Operation,
        with_privacy: bool,
    ) -> impl Iterator<Item = Result<(Rule, Found<'b>), NotPriced>> {
        let privacy = with_privacy.then_some((Rule::Privacy, Kind::Privacy));
        let wanted = std::iter::once((Rule::IcannFee, Kind::IcannFee)).chain(privacy);
        wanted.filter_map(move |(rule, kind)| {
            let fee = self.fee(operation, kind).transpose()?;
            Some(fee.map(|fee| (rule, fee)))
        })
    }

    /// A fee in the currency of the price it comes on top of. One that is known in another currency only is not left out as
    /// if it were nothing, and privacy that nobody has priced is not free: 0.00 says that there is no such charge.
    fn fee(&self, operation: Operation, kind: Kind) -> Result<Option<Found<'b>>, NotPriced> {
        match self.cell(operation, kind, 1)? {
            None if kind == Kind::Privacy => Err(NotPriced::PrivacyNotPriced),
            None if self.is_charged_elsewhere(operation, kind) => Err(NotPriced::FeeNotPriced),
            found => Ok(found),
        }
    }

    /// Whether the list has such a fee in any currency. Sales lists have none.
    fn is_charged_elsewhere(&self, operation: Operation, kind: Kind) -> bool {
        let has = |column| {
            let sheet = self.book.sheet(self.tld, column);
            self.book.find(sheet, operation, kind, 1, self.at).is_some()
        };
        let of_list = |column: &usize| self.book.columns[*column].list == self.list;
        self.list != List::Sales && (0..self.book.columns.len()).filter(of_list).any(has)
    }

    fn promotion(&self, promo: Found<'_>, instead_of: Option<Found<'_>>) -> Promotion {
        Promotion {
            price: self.money(promo.minor),
            instead_of: instead_of.map(|found| self.money(found.minor)),
        }
    }

    /// A cell in force, each converted by itself: so n years are exactly n times what one is told to cost.
    fn cell(&self, operation: Operation, kind: Kind, years: u8) -> Result<Option<Found<'b>>, NotPriced> {
        let found = self.book.find(self.sheet, operation, kind, years, self.at);
        match (found, self.rate) {
            (Some(found), Some(rate)) => {
                let minor = rate.convert(Money::new(found.minor, rate.from))?.minor;
                Ok(Some(found.converted(minor)))
            }
            (found, _) => Ok(found),
        }
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

/// Says what exactly is missing. Another currency's price is never taken as it stands: it is converted, with the rate in the
/// trace, or not at all.
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
