//! Which registrar is cheapest for as long as a name is to be held?

use kernel::{Money, RegistrarId};
use serde::{Deserialize, Serialize};

use super::ask::{CostAsk, NotPriced, PriceAsk, Priced};
use super::effective::Pricing;
use super::listed::cost_converted;
use super::words::Operation;

/// One registrar account that may be bought from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The account.
    pub registrar: RegistrarId,
    /// Privacy is part of every price of theirs. Else it must have a price in the book, of 0.00 perhaps: a missing one does
    /// not mean that it is free.
    pub privacy_included: bool,
}

/// What is to be bought, and for how long it is to be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BestAsk<'a> {
    /// What is bought now, for how many years, and the currency to compare in.
    pub service: PriceAsk<'a>,
    /// Renewals of one year each bring it up to so many years; fewer than are bought now add none.
    pub hold_years: u8,
    /// Whether privacy is wanted.
    pub with_privacy: bool,
    /// Who may be bought from, the preferred first.
    pub candidates: &'a [Candidate],
}

/// What holding the name costs at one registrar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldCost {
    /// Of what is bought now.
    pub now: Priced,
    /// Of one more year, at the cost in force at the purchase; nothing where no more years are wanted.
    pub another_year: Option<Priced>,
    /// How many more years.
    pub more_years: u8,
    /// All of it.
    pub total: Money,
}

/// Why a registrar cannot be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NoCandidate {
    /// What is bought now has no cost there.
    #[error("{0}")]
    NotPriced(NotPriced),
    /// The years after it have none.
    #[error("the renewals: {0}")]
    RenewalsNotPriced(NotPriced),
    /// Privacy is wanted, and they have no price for it.
    #[error("privacy has no price there")]
    NoPrivacy,
}

/// One registrar, as it was considered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Considered {
    /// Which one.
    pub registrar: RegistrarId,
    /// What it would cost there, or why it cannot be bought there.
    pub cost: Result<HeldCost, NoCandidate>,
}

/// Every candidate with its cost and its trace, the best first: the cheapest for the whole time, of equals the preferred;
/// those that cannot be chosen come last, in the order given. The first of the answer is the best registrar when its cost
/// is `Ok`.
pub fn best_registrar(pricing: &Pricing<'_>, ask: &BestAsk<'_>) -> Vec<Considered> {
    let mut considered: Vec<Considered> = ask
        .candidates
        .iter()
        .map(|candidate| Considered {
            registrar: candidate.registrar,
            cost: held_cost(pricing, ask, candidate),
        })
        .collect();
    // Stable, so equals stay in the order given.
    considered.sort_by_key(|one| one.cost.as_ref().map_or((true, 0), |held| (false, held.total.minor)));
    considered
}

fn held_cost(pricing: &Pricing<'_>, ask: &BestAsk<'_>, candidate: &Candidate) -> Result<HeldCost, NoCandidate> {
    let bought = |service: PriceAsk<'_>| {
        cost_converted(
            pricing.book,
            pricing.fx,
            &CostAsk {
                registrar: candidate.registrar,
                service,
                with_privacy: ask.with_privacy && !candidate.privacy_included,
            },
        )
    };
    let lacking = |other: fn(NotPriced) -> NoCandidate| {
        move |reason| match reason {
            NotPriced::PrivacyNotPriced => NoCandidate::NoPrivacy,
            reason => other(reason),
        }
    };
    let now = bought(ask.service).map_err(lacking(NoCandidate::NotPriced))?;
    let more_years = ask.hold_years.saturating_sub(ask.service.years);
    let renewal = PriceAsk {
        operation: Operation::Renew,
        years: 1,
        ..ask.service
    };
    let another_year = (more_years > 0).then(|| bought(renewal)).transpose();
    let another_year = another_year.map_err(lacking(NoCandidate::RenewalsNotPriced))?;
    let total = another_year
        .as_ref()
        .map_or(Ok(Money::zero(ask.service.currency)), |priced| {
            priced.amounts.total.times(more_years.into())
        })
        .and_then(|renewals| now.amounts.total.add(renewals))
        .map_err(|_| NoCandidate::NotPriced(NotPriced::TotalTooLarge))?;
    Ok(HeldCost {
        now,
        another_year,
        more_years,
        total,
    })
}
