//! What one buyer pays: the list's price, converted where need be, less a discount and a coupon.

use kernel::{Currency, CustomerId, GroupId, Money};
use serde::{Deserialize, Serialize};

use super::ask::{Amounts, NotPriced, PriceAsk, Priced};
use super::book::PriceBook;
use super::discounts::{DiscountBook, Purchase};
use super::listed::{Listed, Lookup, listed};
use super::rules::{Noted, Notes};
use super::trace::{AskedAs, Reduction, Trace};
use super::words::List;
use crate::fx::{FxBook, FxRules};

/// All that a tenant's prices are made from, each an immutable snapshot.
#[derive(Clone, Copy, Debug)]
pub struct Pricing<'a> {
    /// Prices and costs.
    pub book: &'a PriceBook,
    /// Exchange rates and what the tenant allows; nothing where nothing may be converted.
    pub fx: Option<(&'a FxBook, FxRules)>,
    /// The sales list's default currency: what it does not have in another is converted from this one.
    pub home: Currency,
    /// Discounts and coupons; of the same knowledge as the prices, so that a trace can be computed again.
    pub discounts: &'a DiscountBook,
}

/// Who buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Buyer {
    /// The customer.
    pub customer: CustomerId,
    /// Their price level, if they have one.
    pub group: Option<GroupId>,
}

/// What does this buyer pay?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EffectiveAsk<'a> {
    /// For which service, in which currency, when.
    pub service: PriceAsk<'a>,
    /// Nothing for a stranger, who has what everybody has.
    pub buyer: Option<Buyer>,
    /// A coupon's code as it was typed. One that does not exist or does not fit takes nothing off.
    pub coupon: Option<&'a str>,
}

/// An effective price without its trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bare {
    /// As in [`effective`].
    pub amounts: Amounts,
    /// The total before anything was taken off.
    pub undiscounted: Money,
}

/// What a buyer pays, and why. Of the amounts, the total is what is paid; `first_year`, `renewal` and `promotion` are the
/// list's, before discounts: a discount is taken off the purchase, and the next renewal has the discounts of its own day.
pub fn effective(pricing: &Pricing<'_>, ask: &EffectiveAsk<'_>) -> Result<Priced, NotPriced> {
    let mut notes = Notes::new(pricing.book);
    let Made {
        listed,
        amounts,
        reductions,
    } = made(pricing, ask, &mut notes)?;
    let mut trace = Trace::of_list(pricing.book, List::Sales, &ask.service, notes.steps, &listed);
    let converted = listed.rate.is_some() || reductions.iter().flatten().any(|taken| taken.rate.is_some());
    trace.asked = (ask.buyer.is_some() || ask.coupon.is_some() || converted).then(|| AskedAs {
        buyer: ask.buyer,
        coupon: ask.coupon.map(Into::into),
        fx: pricing.fx.filter(|_| converted).map(|(_, rules)| rules),
    });
    trace.reductions.extend(reductions.into_iter().flatten());
    trace.total = amounts.total.minor;
    Ok(Priced { amounts, trace })
}

/// What a buyer pays, without the trace. Allocates nothing.
pub fn effective_bare(pricing: &Pricing<'_>, ask: &EffectiveAsk<'_>) -> Result<Bare, NotPriced> {
    let made = made(pricing, ask, &mut ())?;
    Ok(Bare {
        amounts: made.amounts,
        undiscounted: made.listed.amounts.total,
    })
}

struct Made {
    listed: Listed,
    amounts: Amounts,
    reductions: [Option<Reduction>; 2],
}

fn made(pricing: &Pricing<'_>, ask: &EffectiveAsk<'_>, notes: &mut impl Noted) -> Result<Made, NotPriced> {
    let (service, home) = (&ask.service, Some(pricing.home));
    let mut rates = Lookup::new(pricing.fx, service);
    let listed = listed(pricing.book, List::Sales, service, false, home, &mut rates, notes)?;
    let reductions = pricing.discounts.reductions(&mut Purchase {
        service,
        buyer: ask.buyer,
        coupon: ask.coupon,
        rates: &mut rates,
        total: listed.amounts.total.minor,
        first_year: listed.amounts.first_year.map(|first| first.minor),
    });
    let taken: i64 = reductions.iter().flatten().map(|taken| taken.amount).sum();
    let mut amounts = listed.amounts;
    // What is taken off is never more than what remains, so this stays at or above zero.
    amounts.total.minor -= taken;
    Ok(Made {
        listed,
        amounts,
        reductions,
    })
}
