//! From what is settled to what an assessment says.

use std::collections::BTreeMap;

use kernel::{Money, MoneyError, Rounding};

use super::assess::{NotAssessed, Work};
use super::due::BaseOf;
use super::fraction::Fraction;
use super::result::{AppliedRate, AssessedLine, Assessment, ComponentTotal, Tax};
use super::settle::Due;

pub(super) fn report(mut work: Work<'_>) -> Result<Assessment, NotAssessed> {
    let currency = work.facts.currency;
    let zero = Money::zero(currency);
    let mut made = Assessment {
        currency,
        lines: Vec::with_capacity(work.lines.len()),
        totals: Vec::new(),
        net: zero,
        tax: zero,
        gross: zero,
        collected: zero,
        payable: zero,
    };
    for (at, looked_at) in std::mem::take(&mut work.looked_at).into_iter().enumerate() {
        let segments = || work.of_line[at].clone();
        let included = work.sum(segments(), |due| due.part.included)?;
        let collected = work.sum(segments(), |due| due.part.matched.rule.collected)?;
        let tax = work.sum(segments(), |due| !due.part.matched.rule.collected)?;
        let net = work.lines[at].price.sub(included)?;
        made.net = made.net.add(net)?;
        made.tax = made.tax.add(tax)?;
        made.collected = made.collected.add(collected)?;
        made.lines.push(AssessedLine {
            net,
            gross: net.add(tax)?,
            taxes: taxes(&work, at)?,
            looked_at,
        });
    }
    made.gross = made.net.add(made.tax)?;
    made.payable = made.gross.add(made.collected)?;
    made.totals = totals(&made)?;
    Ok(made)
}

/// The taxes of a line; what one rule and bracket take at one place is one.
fn taxes(work: &Work<'_>, line: usize) -> Result<Vec<Tax>, NotAssessed> {
    let mut taxes: BTreeMap<(usize, usize, &str), Tax> = BTreeMap::new();
    for due in work.dues(work.of_line[line].clone()) {
        let (part, matched) = (&due.part, due.part.matched);
        if matches!(part.rate, AppliedRate::Each { times: 0, .. }) {
            continue;
        }
        let base = base(work, due)?;
        let amount = Money::new(due.amount, work.facts.currency);
        let night = work.segments[due.segment].night.map(|(_, on)| on);
        match taxes.entry((matched.at, part.bracket, matched.place.as_str())) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(tax(due, base, amount)).nights.extend(night);
            }
            std::collections::btree_map::Entry::Occupied(mut same) => {
                let same = same.get_mut();
                same.base = same.base.add(base)?;
                same.amount = same.amount.add(amount)?;
                same.nights
                    .extend(night.filter(|night| same.nights.last() != Some(night)));
                if let (AppliedRate::Each { times, .. }, AppliedRate::Each { times: more, .. }) =
                    (&mut same.rate, part.rate)
                {
                    *times = times.saturating_add(more);
                }
            }
        }
    }
    Ok(taxes.into_values().collect())
}

fn tax(due: &Due<'_>, base: Money, amount: Money) -> Tax {
    let (part, rule) = (&due.part, due.part.matched.rule);
    Tax {
        rule: rule.id.clone(),
        jurisdiction: rule.jurisdiction.clone(),
        code: rule.code.clone(),
        component: rule.component.clone(),
        place: part.matched.place.clone(),
        nights: Vec::new(),
        base,
        rate: part.rate,
        amount,
        included: part.included,
        collected: rule.collected,
        hidden: rule.hidden,
        legal_ref: rule.legal_ref.clone(),
        invoice_note: rule.invoice_note.clone(),
        reviewed: rule.reviewed_by.is_some(),
    }
}

/// Of what a tax is, without itself.
fn base(work: &Work<'_>, due: &Due<'_>) -> Result<Money, MoneyError> {
    let currency = work.facts.currency;
    let rounded = |exact: Fraction| Money::from_wide(exact.round_to(1, Rounding::HalfUp)?, currency);
    let net = || work.net(due.segment).map(Fraction::of);
    match due.part.base {
        BaseOf::Net(share) => rounded(net()?.times(share)?),
        BaseOf::NetAndTaxes(share) => {
            let other = |other: &Due<'_>| {
                !other.part.matched.rule.collected && !matches!(other.part.base, BaseOf::NetAndTaxes(_))
            };
            let taxes = Fraction::of(work.sum(due.segment..due.segment + 1, other)?);
            rounded(net()?.plus(taxes)?.times(share)?)
        }
        BaseOf::Own(value) if due.part.included => rounded(value)?.sub(Money::new(due.amount, currency)),
        BaseOf::Own(value) => rounded(value),
        BaseOf::None => Ok(Money::zero(currency)),
    }
}

fn totals(made: &Assessment) -> Result<Vec<ComponentTotal>, MoneyError> {
    let mut totals: BTreeMap<_, ComponentTotal> = BTreeMap::new();
    for tax in made.taxes() {
        let zero = Money::zero(made.currency);
        let total = totals
            .entry((&tax.jurisdiction, &tax.code, &tax.component, tax.collected))
            .or_insert_with(|| ComponentTotal {
                jurisdiction: tax.jurisdiction.clone(),
                code: tax.code.clone(),
                component: tax.component.clone(),
                collected: tax.collected,
                base: zero,
                amount: zero,
            });
        total.base = total.base.add(tax.base)?;
        total.amount = total.amount.add(tax.amount)?;
    }
    Ok(totals.into_values().collect())
}
