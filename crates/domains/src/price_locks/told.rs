//! The lock of a price token: the price that was told, found again from what was known then, and what the customer's
//! discounts and a coupon take off it.

use catalog::discounts::KnownDiscounts;
use catalog::price_books::EndingCells;
use engines::fx::{FxBook, FxRules};
use engines::pricing::{Buyer, EffectiveAsk, PriceAsk, Pricing};
use kernel::Problem;
use platform::{Ctx, Result};
use scoped_futures::ScopedFutureExt;

use super::coupon;
use super::model::{LockAsk, LockLine, LockName};
use super::ops::{Prepared, buyer, field};
use crate::offers::{Counter, DomainName, Explained, PriceToken, ops as offers};

/// The names of a token are free by its word: it is given for nothing else, and for minutes.
pub(super) async fn of_token(
    ctx: &Ctx,
    counter: &Counter,
    ask: &LockAsk,
    token: &str,
    coupon: Option<String>,
) -> Result<Prepared> {
    let held = &offers::price_of_token(ctx, counter, token).map_err(Problem::from)?;
    if !ask.names.iter().all(|name| is_of(name, held)) || ask.names.len() > 1 {
        return Err(field("/names", "price_token_of_another_name").into());
    }
    if ask.currency.is_some_and(|currency| currency != held.total.currency) {
        return Err(field("/currency", "price_token_of_another_name").into());
    }
    let book = counter.book(ctx).await?;
    let sales_list = book.sales_list.ok_or_else(outdated)?;
    let markup = book.settings.currency_conversion_markup;
    let rules = FxRules {
        markup,
        ..counter.fx_rules(ctx).await?
    };
    let (cells, discounts, rates) = known_then(ctx, held).await?;
    let pricing = Pricing {
        book: &cells.book(sales_list, held.book_version, held.known_at)?,
        fx: rates.as_ref().map(|rates| (rates, rules)),
        home: book.currency,
        discounts: &discounts.book(held.book_version, held.known_at)?,
    };
    let buyer = buyer(ctx, ask.customer).await?;
    let told = |buyer| explained(&pricing, held, buyer, None).filter(|told| is_told(told, held));
    // It was told to a stranger or, where they were signed in, to the customer.
    let told = told(None).or_else(|| told(buyer)).ok_or_else(outdated)?;
    let explained = if buyer.is_some() || coupon.is_some() {
        explained(&pricing, held, buyer, coupon.as_deref()).ok_or_else(outdated)?
    } else {
        told
    };
    let lines = vec![LockLine::new(held.name.clone(), &explained)];
    if let Some(code) = &coupon {
        coupon::takes_something(&pricing, code, buyer, &lines)?;
    }
    Ok(Prepared {
        customer: ask.customer,
        coupon,
        lines,
        sales_list,
        book_version: held.book_version,
        rates_version: held.rates_version,
        priced_at: held.at,
    })
}

/// Prices, discounts and rates as they were when the token was given.
async fn known_then(ctx: &Ctx, held: &PriceToken) -> Result<(EndingCells, KnownDiscounts, Option<FxBook>)> {
    ctx.read(|read| {
        async move {
            let rates = match held.rates_version {
                0 => None,
                version => Some(reference::rates::of_version(read, held.at, version).await?),
            };
            let cells = EndingCells::read(read, held.name.suffix()).await?;
            Ok((cells, KnownDiscounts::read(read).await?, rates))
        }
        .scope_boxed()
    })
    .await
}

fn explained(
    pricing: &Pricing<'_>,
    held: &PriceToken,
    buyer: Option<Buyer>,
    coupon: Option<&str>,
) -> Option<Explained> {
    let service = PriceAsk {
        tld: held.name.suffix(),
        operation: held.operation,
        years: held.years,
        currency: held.total.currency,
        at: held.at,
    };
    let ask = EffectiveAsk { service, buyer, coupon };
    Explained::found(pricing, &ask, held.book_version, held.rates_version).ok()
}

/// Whether this is the very price that was told.
fn is_told(explained: &Explained, held: &PriceToken) -> bool {
    explained.hash() == held.trace && explained.amounts.total == held.total
}

fn is_of(name: &LockName, held: &PriceToken) -> bool {
    let same_name = DomainName::parse(&name.name).is_ok_and(|name| name == held.name);
    same_name && (name.operation, name.years) == (held.operation, held.years)
}

fn outdated() -> Problem {
    let problem = Problem::conflict("price_token_outdated");
    crate::offers::of_field(problem, "/token")
}
