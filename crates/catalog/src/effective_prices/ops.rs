//! Asking for an effective price. It reads one snapshot: prices, discounts and rates of one version.

use engines::margin::{MarginRules, margin};
use engines::pricing::{self, BestAsk, Buyer, Candidate, EffectiveAsk, NotPriced, PriceAsk, Pricing};
use kernel::{CustomerId, Problem};
use platform::{Ctx, Result};
use reference::RateBooks;
use scoped_futures::ScopedFutureExt;

use super::model::{Earned, EffectivePrice, EffectiveQuestion};
use crate::archive;
use crate::margins::Held;
use crate::permissions::{MARGINS_READ, PRICES_READ};
use crate::tlds;
use crate::{Book, Books};

/// What a buyer pays, and why; with what it costs for those who may see margins.
///
/// # Errors
/// `not_found` for a customer, `ending_unknown`, `price_…` with what is missing, `forbidden`, or the database.
pub async fn effective_price(
    ctx: &Ctx,
    books: &Books,
    rates: &RateBooks,
    question: &EffectiveQuestion,
) -> Result<EffectivePrice> {
    ctx.allow(PRICES_READ)?;
    let buyer = match question.customer {
        Some(customer) => Some(buyer(ctx, customer).await?),
        None => None,
    };
    let at = question.at.unwrap_or_else(|| ctx.now());
    let book = archive::book_at(ctx, books, at).await?;
    let ending = tlds::parse(&question.tld)
        .map_err(|_| Problem::refused("ending_unknown").field("/tld", "ending_unknown"))?
        .ascii;
    let service = PriceAsk {
        tld: &ending,
        operation: question.operation,
        years: question.years,
        currency: question.currency.unwrap_or(book.currency),
        at,
    };
    let coupon = question
        .coupon
        .as_deref()
        .map(str::trim)
        .filter(|code| !code.is_empty());
    let ask = EffectiveAsk { service, buyer, coupon };
    let held = Held::of(ctx, rates, book.settings.currency_conversion_markup).await?;
    let rates = held.rates();
    let pricing = book.pricing(rates);
    let priced = pricing::effective(&pricing, &ask).map_err(not_priced)?;
    let names = priced
        .trace
        .reductions()
        .iter()
        .map(|taken| book.discount_name(taken.discount).to_owned())
        .collect();
    let earned = ctx.actor().grants.allow(MARGINS_READ).then(|| {
        // A margin is computed whether or not sales prices may be converted.
        let costs = Pricing {
            fx: Some((rates.book, rates.rules)),
            ..pricing
        };
        earned(&book, &costs, &service, priced.amounts.total)
    });
    Ok(EffectivePrice {
        coupon: coupon
            .and_then(|code| book.discounts.coupon(code, service.at))
            .map(|(id, _)| id),
        names,
        book_version: book.version,
        earned,
        priced,
    })
}

async fn buyer(ctx: &Ctx, customer: CustomerId) -> Result<Buyer> {
    let group = ctx
        .read(|read| async move { parties::customers::ops::group_of(read, customer).await }.scope_boxed())
        .await?;
    Ok(Buyer { customer, group })
}

fn earned(book: &Book, pricing: &Pricing<'_>, service: &PriceAsk<'_>, price: kernel::Money) -> Earned {
    let candidates: Vec<Candidate> = book
        .sellers(service.tld)
        .iter()
        .map(|registrar| Candidate {
            registrar: *registrar,
            privacy_included: true,
        })
        .collect();
    let ask = BestAsk {
        service: *service,
        hold_years: service.years,
        with_privacy: false,
        candidates: &candidates,
    };
    let best = pricing::best_registrar(pricing, &ask).into_iter().next();
    let (registrar, cost) = match best.map(|best| (best.registrar, best.cost)) {
        Some((registrar, Ok(held))) => (Some(registrar), Some(held.now)),
        _ => (None, None),
    };
    let rules = MarginRules {
        low_below: book.settings.minimum_margin_percentage,
        ..MarginRules::default()
    };
    let paid = cost.as_ref().map(|cost| cost.amounts.total);
    Earned {
        registrar,
        cost,
        margin: margin(paid, Some(price), &rules)
            .expect("neither is below zero, and both are in the currency asked for"),
    }
}

/// A price that is missing is not one of zero, so the refusal says what exactly is missing.
fn not_priced(reason: NotPriced) -> platform::Error {
    let code = match reason {
        NotPriced::TermNotOffered => "price_term_not_offered",
        NotPriced::TldNotPriced => "price_tld_not_priced",
        NotPriced::OperationNotPriced => "price_operation_not_priced",
        NotPriced::CurrencyNotPriced => "price_currency_not_priced",
        NotPriced::NoPriceInForce => "price_not_in_force",
        NotPriced::RenewalNotPriced => "price_renewal_not_priced",
        NotPriced::FeeNotPriced => "price_fee_not_priced",
        NotPriced::PrivacyNotPriced => "price_privacy_not_priced",
        NotPriced::RateMissing => "price_rate_missing",
        NotPriced::RateStale => "price_rate_stale",
        NotPriced::TotalTooLarge => "price_too_large",
    };
    Problem::refused(code).field("/tld", code).into()
}
