//! Checking names: parse, ask registrars, price, seal. The only place that knows this order.

use std::collections::HashMap;
use std::sync::Arc;

use catalog::Book;
use engines::pricing::{self, Amounts, Operation, PriceAsk, Trace};
use kernel::{Currency, Instant, TenantId};
use platform::Ctx;
use tokio::time;

use super::answers::Verdict;
use super::counter::Counter;
use super::desk::Asked;
use super::inquiry::{Inquiry, Outcome, Route};
use super::model::{Offer, OfferState, PRICE_HOLDS, PriceCheck, Reason, Source};
use super::name::DomainName;
use super::token::{PriceToken, TokenRefusal, TokenSeal, TraceHash};

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
    };
    let book = counter.book(ctx).await?;
    let pricing = Pricing {
        tenant: ctx.tenant(),
        years: ask.years,
        currency: ask.currency.unwrap_or(book.currency),
        at: asked.at,
        seal: Arc::clone(counter.seal(ctx)),
        priced: HashMap::new(),
        book,
    };
    let (settled, questions) = sort(ask.names, &pricing);
    let mut endings: HashMap<Box<str>, Arc<[Route]>> = HashMap::new();
    let mut to_ask = Vec::with_capacity(questions.len());
    for question in &questions {
        let ending = question.name.suffix();
        let routes = match endings.get(ending) {
            Some(routes) => Arc::clone(routes),
            None => {
                let routes = counter.routes(ctx, &pricing.book, ending, asked.at).await;
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
    book: Arc<Book>,
    years: u8,
    currency: Currency,
    at: Instant,
    seal: Arc<TokenSeal>,
    /// By ending: names under one ending share one price and its explanation.
    priced: HashMap<Box<str>, Option<(Amounts, TraceHash)>>,
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
fn sort(names: Vec<String>, pricing: &Pricing) -> (Vec<(usize, Offer)>, Vec<Question>) {
    let mut settled = Vec::new();
    let mut questions: Vec<Question> = Vec::with_capacity(names.len());
    let mut known: HashMap<DomainName, usize> = HashMap::with_capacity(names.len());
    for (position, asked) in names.into_iter().enumerate() {
        match DomainName::parse(&asked) {
            Err(why) => settled.push((position, Offer::invalid(asked, &why, pricing.at))),
            Ok(name) if !pricing.sells(&name) => settled.push((position, not_sold(asked, name, pricing.at))),
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
        self.book.ending(name.suffix()).is_some_and(|ending| ending.sold)
    }

    /// A registrar's answer as an offer.
    fn offer(&mut self, name: &DomainName, outcome: &Outcome) -> Offer {
        let source = if outcome.live { Source::Live } else { Source::Cache };
        let row = |state| Offer {
            source,
            ..Offer::blank(String::new(), Some(name.clone()), state, outcome.checked_at)
        };
        match outcome.verdict {
            Verdict::Taken => row(OfferState::Taken),
            Verdict::Unknown(why) => Offer {
                reason: Some(Reason::of(why.code())),
                price: self.price(name).map(|(amounts, _)| amounts),
                ..row(OfferState::Unknown)
            },
            // A registry's own price is not ours to guess: it is sold by a person, never on the normal path.
            Verdict::Free { premium: true } => Offer {
                premium: true,
                reason: Some(Reason::of("premium_price_on_request")),
                ..row(OfferState::Available)
            },
            Verdict::Free { premium: false } => match self.price(name) {
                Some((amounts, trace)) => self.priced(row(OfferState::Available), name, amounts, trace),
                None => Offer {
                    reason: Some(Reason::of("not_priced")),
                    ..row(OfferState::Available)
                },
            },
        }
    }

    fn price(&mut self, name: &DomainName) -> Option<(Amounts, TraceHash)> {
        if let Some(priced) = self.priced.get(name.suffix()) {
            return *priced;
        }
        let ask = PriceAsk {
            tld: name.suffix(),
            operation: Operation::Register,
            years: self.years,
            currency: self.currency,
            at: self.at,
        };
        let priced = pricing::price(&self.book.prices, &ask)
            .ok()
            .map(|priced| (priced.amounts, hash(&priced.trace)));
        self.priced.insert(name.suffix().into(), priced);
        priced
    }

    fn priced(&self, row: Offer, name: &DomainName, amounts: Amounts, trace: TraceHash) -> Offer {
        let valid_until = self.at.plus(PRICE_HOLDS);
        let price = PriceToken {
            name: name.clone(),
            years: self.years,
            total: amounts.total,
            valid_until,
            trace,
        };
        let token = Some(self.seal.seal(self.tenant, &price));
        Offer {
            price: Some(amounts),
            valid_until: Some(valid_until),
            token,
            ..row
        }
    }
}

/// What binds a token to the explanation of its price: the first half of the trace's fingerprint.
fn hash(trace: &Trace) -> TraceHash {
    let mut hash = TraceHash::default();
    hex::decode_to_slice(&trace.fingerprint()[..32], &mut hash).expect("a fingerprint is 64 hexadecimal digits");
    hash
}
