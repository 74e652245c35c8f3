//! Checking names: parse, ask registrars, price, seal. The only place that knows this order.
//!
//! Whether a name is free matters to who registers or transfers it; a renewal or restore asks no registrar, because only
//! names that are ours can be renewed.

use std::collections::HashMap;
use std::sync::Arc;

use engines::pricing::{NotPriced, Operation, PriceAsk};
use kernel::{Currency, Instant, TenantId};
use platform::{Ctx, Who};
use scoped_futures::ScopedFutureExt;
use tokio::time;

use super::answers::Verdict;
use super::basis::Basis;
use super::counter::Counter;
use super::desk::Asked;
use super::explained::Explained;
use super::inquiry::{Inquiry, Outcome, Route};
use super::model::{Offer, OfferState, PRICE_HOLDS, PriceCheck, Reason, Source};
use super::name::DomainName;
use super::token::{PriceToken, TokenRefusal, TokenSeal};
use crate::portfolio;

/// Checks names and waits until each has its row, at most as long as the check is patient. Rows in the order asked.
///
/// # Errors
/// When the check as a whole cannot be answered.
pub async fn check(ctx: &Ctx, counter: &Counter, ask: PriceCheck) -> platform::Result<Vec<Offer>> {
    let mut rows: Vec<Option<Offer>> = vec![None; ask.names.len()];
    let mut checking = check_stream(ctx, counter, ask).await?;
    while let Some(offers) = checking.next().await {
        for (position, offer) in offers {
            rows[position] = Some(offer);
        }
    }
    Ok(rows
        .into_iter()
        .map(|row| row.expect("an inquiry answers every question"))
        .collect())
}

/// Checks names and hands over rows as they come.
///
/// # Errors
/// When the check as a whole cannot be answered: it asks too much, or the tenant's budget of names sent to registrars is
/// used up for now (429; names whose answers are kept cost nothing). No registrar has been asked then.
pub async fn check_stream(ctx: &Ctx, counter: &Counter, ask: PriceCheck) -> platform::Result<Checking> {
    ask.validate()?;
    let started = time::Instant::now();
    let asked = Asked {
        at: ctx.now(),
        started,
        until: started + ask.patience,
        trace: ctx.trace_id(),
    };
    let basis = counter.basis(ctx, ask.currency).await?;
    let mut pricing = Pricing {
        tenant: ctx.tenant(),
        operation: ask.operation,
        years: ask.years,
        currency: ask.currency.unwrap_or(basis.book.currency),
        at: asked.at,
        seal: Arc::clone(counter.seal(ctx)),
        priced: HashMap::new(),
        ours: HashMap::new(),
        basis,
    };
    if !asks_registrars(ask.operation) {
        pricing.ours = ours(ctx, &ask.names).await?;
    }
    let (settled, questions) = sort(ask.names, &mut pricing);
    let mut endings: HashMap<Box<str>, Arc<[Route]>> = HashMap::new();
    let mut to_ask = Vec::with_capacity(questions.len());
    for question in &questions {
        let ending = question.name.suffix();
        let routes = match endings.get(ending) {
            Some(routes) => Arc::clone(routes),
            None => {
                let routes = counter.routes(ctx, &pricing.basis.book, ending, asked.at).await;
                endings.insert(ending.into(), Arc::clone(&routes));
                routes
            }
        };
        to_ask.push((Box::from(question.name.ascii()), routes));
    }
    Ok(Checking {
        settled,
        inquiry: Inquiry::begin(to_ask, asked, counter.purse(ctx))?,
        questions,
        pricing,
    })
}

/// The price a token holds, for a checkout to take.
///
/// # Errors
/// When it is not a token of this tenant's, or its time is over.
pub fn price_of_token(ctx: &Ctx, counter: &Counter, token: &str) -> Result<PriceToken, TokenRefusal> {
    counter.seal(ctx).open(ctx.tenant(), token, ctx.now())
}

/// A check under way.
pub struct Checking {
    /// Rows that needed no registrar.
    settled: Vec<(usize, Offer)>,
    inquiry: Inquiry,
    questions: Vec<Question>,
    pricing: Pricing,
}

/// A name and where it was asked.
struct Question {
    name: DomainName,
    places: Vec<(usize, String)>,
}

/// What prices depend on, the same for all rows of a check.
struct Pricing {
    tenant: TenantId,
    basis: Basis,
    operation: Operation,
    years: u8,
    currency: Currency,
    at: Instant,
    seal: Arc<TokenSeal>,
    /// By ending: names under one ending share one price and its explanation.
    priced: HashMap<Box<str>, Result<Arc<Explained>, NotPriced>>,
    /// Names of the portfolio among those asked to be renewed or restored, and whether they are premium.
    ours: HashMap<DomainName, bool>,
}

impl Checking {
    /// The next rows, with their positions; nothing once all have come.
    pub async fn next(&mut self) -> Option<Vec<(usize, Offer)>> {
        if !self.settled.is_empty() {
            return Some(std::mem::take(&mut self.settled));
        }
        let outcomes = self.inquiry.next().await?;
        let mut offers = Vec::with_capacity(outcomes.len());
        for (at, outcome) in outcomes {
            let Question { name, places } = &mut self.questions[at];
            let offer = self.pricing.offer(name, &outcome);
            let last = places.pop();
            for (position, asked) in places.drain(..) {
                offers.push((position, Offer { asked, ..offer.clone() }));
            }
            offers.extend(last.map(|(position, asked)| (position, Offer { asked, ..offer })));
        }
        Some(offers)
    }
}

/// Rows that need no registrar, and the distinct names that do.
fn sort(names: Vec<String>, pricing: &mut Pricing) -> (Vec<(usize, Offer)>, Vec<Question>) {
    let mut settled = Vec::new();
    let mut questions: Vec<Question> = Vec::with_capacity(names.len());
    let mut known: HashMap<DomainName, usize> = HashMap::with_capacity(names.len());
    for (position, asked) in names.into_iter().enumerate() {
        match DomainName::parse(&asked) {
            Err(why) => settled.push((position, Offer::invalid(asked, &why, pricing.at))),
            Ok(name) if !pricing.sells(&name) => settled.push((position, not_sold(asked, name, pricing.at))),
            Ok(name) if !asks_registrars(pricing.operation) => settled.push((position, pricing.of_ours(asked, name))),
            Ok(name) => {
                if let Some(at) = known.get(&name) {
                    questions[*at].places.push((position, asked));
                } else {
                    known.insert(name.clone(), questions.len());
                    questions.push(Question {
                        name,
                        places: vec![(position, asked)],
                    });
                }
            }
        }
    }
    (settled, questions)
}

fn not_sold(asked: String, name: DomainName, at: Instant) -> Offer {
    let reason = Reason {
        code: "suffix_not_sold",
        value: Some(super::to_unicode(name.suffix()).into_owned()),
    };
    Offer {
        reason: Some(reason),
        ..Offer::blank(asked, Some(name), OfferState::Unknown, at)
    }
}

impl Pricing {
    fn sells(&self, name: &DomainName) -> bool {
        let book = &self.basis.book;
        book.ending(name.suffix()).is_some_and(|ending| ending.sold)
    }

    /// A registrar's answer as an offer.
    fn offer(&mut self, name: &DomainName, outcome: &Outcome) -> Offer {
        let row = |state| Offer {
            source: if outcome.live { Source::Live } else { Source::Cache },
            ..Offer::blank(String::new(), Some(name.clone()), state, outcome.checked_at)
        };
        let because = |state, code| Offer {
            reason: Some(Reason::of(code)),
            ..row(state)
        };
        match (outcome.verdict, self.operation) {
            (Verdict::Unknown(why), _) => self.if_sold(because(OfferState::Unknown, why.code()), name),
            // A registry's own price is not ours to guess: it is sold by a person, never on the normal path.
            (Verdict::Free { premium: true }, Operation::Register) => Offer {
                premium: true,
                ..because(OfferState::Available, "premium_price_on_request")
            },
            (Verdict::Free { premium: false }, Operation::Register) => self.sold(row(OfferState::Available), name),
            (Verdict::Free { .. }, _) => because(OfferState::Available, "not_registered"),
            (Verdict::Taken, Operation::Register) => row(OfferState::Taken),
            (Verdict::Taken, _) => self.sold(row(OfferState::Taken), name),
        }
    }

    /// The row of a name that only its holder's company can renew or restore.
    fn of_ours(&mut self, asked: String, name: DomainName) -> Offer {
        let row = |state| Offer::blank(asked, Some(name.clone()), state, self.at);
        match self.ours.get(&name) {
            Some(false) => self.sold(row(OfferState::Taken), &name),
            // Its renewal may be premium too.
            Some(true) => Offer {
                premium: true,
                reason: Some(Reason::of("premium_price_on_request")),
                ..row(OfferState::Taken)
            },
            None => {
                let reason = Some(Reason::of("not_ours"));
                let row = row(OfferState::Unknown);
                self.if_sold(Offer { reason, ..row }, &name)
            }
        }
    }

    /// A row with what the name would cost, for one that cannot be bought now.
    fn if_sold(&mut self, row: Offer, name: &DomainName) -> Offer {
        let explained = self.price(name).ok();
        Offer {
            price: explained.as_ref().map(|explained| explained.amounts),
            explained,
            ..row
        }
    }

    /// A row with its price and the token that holds it; without a price it says so and cannot be bought.
    fn sold(&mut self, row: Offer, name: &DomainName) -> Offer {
        match self.price(name) {
            Ok(explained) => self.sealed(row, name, explained),
            Err(why) => Offer {
                reason: Some(Reason::of(match self.operation {
                    Operation::Register => "not_priced",
                    _ => why.code(),
                })),
                ..row
            },
        }
    }

    fn price(&mut self, name: &DomainName) -> Result<Arc<Explained>, NotPriced> {
        if let Some(priced) = self.priced.get(name.suffix()) {
            return priced.clone();
        }
        let ask = PriceAsk {
            tld: name.suffix(),
            operation: self.operation,
            years: self.years,
            currency: self.currency,
            at: self.at,
        };
        let priced = self.basis.explain(&ask, None).map(Arc::new);
        self.priced.insert(name.suffix().into(), priced.clone());
        priced
    }

    fn sealed(&self, row: Offer, name: &DomainName, explained: Arc<Explained>) -> Offer {
        let valid_until = self.at.plus(PRICE_HOLDS);
        let price = PriceToken {
            name: name.clone(),
            operation: self.operation,
            years: self.years,
            total: explained.amounts.total,
            at: self.at,
            valid_until,
            book_version: explained.book_version,
            known_at: explained.known_at(),
            rates_version: explained.rates_version,
            trace: explained.hash(),
        };
        Offer {
            price: Some(explained.amounts),
            valid_until: Some(valid_until),
            token: Some(self.seal.seal(self.tenant, &price)),
            explained: Some(explained),
            ..row
        }
    }
}

/// Which of these texts are names of the tenant's portfolio, and whether they are premium. A customer is told of their own
/// alone: what others hold is not theirs to know, nor to renew.
async fn ours(ctx: &Ctx, texts: &[String]) -> platform::Result<HashMap<DomainName, bool>> {
    let names = texts.iter().filter_map(|text| DomainName::parse(text).ok());
    let names: Vec<String> = names.map(|name| name.ascii().to_owned()).collect();
    let names = &names;
    let (held, asking) = ctx
        .read(|read| {
            async move {
                let asking = match read.actor().who {
                    Who::Customer(_) => Some(
                        parties::customers::ops::of_actor(read)
                            .await?
                            .map(|customer| customer.id),
                    ),
                    _ => None,
                };
                Ok((portfolio::store::of_names(read, names).await?, asking))
            }
            .scope_boxed()
        })
        .await?;
    let told = held
        .into_iter()
        .filter(|domain| asking.is_none_or(|customer| customer == Some(domain.customer)));
    Ok(told.map(|domain| (domain.name, domain.premium)).collect())
}

/// Whether the state of a name in the registry decides about it.
const fn asks_registrars(operation: Operation) -> bool {
    matches!(operation, Operation::Register | Operation::Transfer)
}
