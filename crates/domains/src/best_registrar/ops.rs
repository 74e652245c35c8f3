//! The question and its answer.

use std::sync::Arc;

use catalog::Book;
use catalog::margins::Held;
use catalog::permissions::MARGINS_READ;
use catalog::tlds;
use engines::pricing::{
    BestAsk, Candidate, Considered, Operation, PriceAsk, Pricing, best_registrar, discounts::DiscountBook,
};
use kernel::{Currency, Instant, Problem, RegistrarId};
use platform::{Ctx, Result};

use crate::offers::{Counter, Refusal};

/// Most accounts a question may be narrowed to.
pub(super) const MOST_ACCOUNTS: usize = 50;

/// What is to be bought, and for how long it is to be held.
#[derive(Clone, Debug)]
pub(super) struct BestQuestion {
    /// The ending, as people write it.
    pub(super) tld: String,
    /// What is bought now.
    pub(super) operation: Operation,
    /// For how many years.
    pub(super) years: u8,
    /// For how many years the name is to be held, renewed year by year after those.
    pub(super) hold_years: u8,
    /// Whether privacy is wanted.
    pub(super) privacy: bool,
    /// The currency to compare in; the tenant's standard list's when not said.
    pub(super) currency: Option<Currency>,
    /// Only these accounts, by id or short name; all that sell the ending when not said.
    pub(super) registrars: Option<Vec<String>>,
}

/// Every candidate, the best first, in the book they are of.
pub(super) struct Answer {
    pub(super) book: Arc<Book>,
    pub(super) ending: String,
    pub(super) currency: Currency,
    pub(super) at: Instant,
    pub(super) considered: Vec<Considered>,
}

/// Compares the accounts that sell an ending by what holding a name costs there in all.
///
/// # Errors
/// `ending_unknown`, `domain_registrar_unknown`, `years_out_of_range`, `forbidden`, or the database.
pub(super) async fn best(ctx: &Ctx, counter: &Counter, question: &BestQuestion) -> Result<Answer> {
    ctx.allow(MARGINS_READ)?;
    if !question.operation.offers(question.years) || !(1..=10).contains(&question.hold_years.max(question.years)) {
        return Err(Refusal::YearsOutOfRange.into());
    }
    let unknown = || Problem::refused("invalid_fields").field("/tld", "tld_not_dealt_in");
    let book = counter.book(ctx).await?;
    let ending = tlds::parse(&question.tld).map_err(|_| unknown())?.ascii;
    book.ending(&ending).ok_or_else(unknown)?;
    let candidates = candidates(&book, &ending, question.registrars.as_deref())?;
    let (currency, at) = (question.currency.unwrap_or(book.currency), ctx.now());
    let held = Held::of(ctx, counter.rates(), book.settings.currency_conversion_markup).await?;
    let rates = held.rates();
    let pricing = Pricing {
        book: &book.prices,
        fx: Some((rates.book, rates.rules)),
        home: book.currency,
        discounts: DiscountBook::none(),
    };
    let ask = BestAsk {
        service: PriceAsk {
            tld: &ending,
            operation: question.operation,
            years: question.years,
            currency,
            at,
        },
        hold_years: question.hold_years,
        with_privacy: question.privacy,
        candidates: &candidates,
    };
    Ok(Answer {
        considered: best_registrar(&pricing, &ask),
        book: Arc::clone(&book),
        ending,
        currency,
        at,
    })
}

/// The accounts that sell the ending, the first asked first; of those named, each must be an account of the tenant's.
fn candidates(book: &Book, ending: &str, named: Option<&[String]>) -> Result<Vec<Candidate>, Problem> {
    let wanted: Option<Vec<RegistrarId>> = named.map(|names| accounts(book, names)).transpose()?;
    let sellers = book.sellers(ending).iter().copied();
    let allowed = sellers.filter(|seller| wanted.as_ref().is_none_or(|wanted| wanted.contains(seller)));
    let candidate = |registrar| Candidate {
        registrar,
        privacy_included: false,
    };
    Ok(allowed.map(candidate).collect())
}

fn accounts(book: &Book, names: &[String]) -> Result<Vec<RegistrarId>, Problem> {
    let account = |name: &String| {
        let accounts = book.registrars().iter();
        let mut found = accounts.filter(|account| account.slug == *name || account.id.to_string() == *name);
        found.next().map(|account| account.id)
    };
    let unknown = || Problem::refused("invalid_fields").field("/registrars", "domain_registrar_unknown");
    if names.len() > MOST_ACCOUNTS {
        return Err(unknown());
    }
    names.iter().map(|name| account(name).ok_or_else(unknown)).collect()
}
