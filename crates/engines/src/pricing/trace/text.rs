//! The canonical text of a trace.

use std::fmt::{Result, Write as _};

use kernel::{Currency, Money};

use super::super::discounts::{Off, Years};
use super::super::words::List;
use super::{Reduction, Step, Trace};
use crate::fx::Quoted;

pub(super) fn write(trace: &Trace, text: &mut String) -> Result {
    let second = trace.rate.is_some() || !trace.reductions.is_empty();
    question(trace, second, text)?;
    if let Some(rate) = &trace.rate {
        write_rate(rate, text)?;
    }
    for taken in &trace.steps {
        step(trace, taken, text)?;
    }
    for taken in &trace.reductions {
        if let Some(rate) = &taken.rate {
            write_rate(rate, text)?;
        }
        reduction(taken, trace.currency, text)?;
    }
    writeln!(text, "total {}", trace.total().decimal())
}

fn question(trace: &Trace, second: bool, text: &mut String) -> Result {
    text.push_str(if second { "price/2 " } else { "price/1 " });
    match trace.list {
        List::Sales => text.push_str("sales"),
        List::Registrar(registrar) => write!(text, "cost {registrar}")?,
    }
    let privacy = if trace.with_privacy { " with privacy" } else { "" };
    let (tld, operation, years, currency) = (&trace.tld, trace.operation.name(), trace.years, trace.currency);
    write!(
        text,
        " {operation} {tld} years {years}{privacy} {currency} at {} known {}",
        trace.at, trace.known_at
    )?;
    if let Some(asked) = trace.asked.as_ref().filter(|_| second) {
        if let Some(buyer) = asked.buyer {
            write!(text, " for {}", buyer.customer)?;
            if let Some(group) = buyer.group {
                write!(text, " of {group}")?;
            }
        }
        if let Some(coupon) = &asked.coupon {
            // Quoted, because whoever typed it may have typed a line's end.
            write!(text, " coupon {coupon:?}")?;
        }
    }
    text.push('\n');
    Ok(())
}

fn step(trace: &Trace, step: &Step, text: &mut String) -> Result {
    let amount = |minor| Money::new(minor, trace.currency).decimal();
    write!(text, "{} ", step.rule.name())?;
    if let (Some(rate), Some(listed)) = (&trace.rate, step.listed) {
        write!(text, "{} {} is ", rate.from, Money::new(listed, rate.from).decimal())?;
    }
    let (unit, times, made) = (amount(step.unit), step.times, amount(step.amount));
    writeln!(
        text,
        "{unit} x {times} = {made} by {} since {}",
        step.version, step.effective_from
    )
}

fn write_rate(rate: &Quoted, text: &mut String) -> Result {
    write!(
        text,
        "rate {} {} {} with {} applied {}",
        rate.from, rate.to, rate.rate, rate.markup, rate.applied
    )?;
    for leg in rate.legs.iter().flatten() {
        let inverse = if leg.inverted { "inverse of " } else { "" };
        write!(
            text,
            " by {inverse}{} {} {} at {} on {}",
            leg.base, leg.quote, leg.rate, leg.at, leg.sheet
        )?;
    }
    text.push('\n');
    Ok(())
}

fn reduction(taken: &Reduction, currency: Currency, text: &mut String) -> Result {
    let amount = |minor| Money::new(minor, currency).decimal();
    let off = match taken.off {
        Off::Percent(percent) => percent.to_string(),
        Off::Amount(amount) => format!("{} {}", amount.currency, amount.decimal()),
    };
    let of = match taken.years {
        Years::All => "",
        Years::First => "first year ",
    };
    writeln!(
        text,
        "{} {off} of {of}{} = -{} by {} since {}",
        taken.kind.name(),
        amount(taken.base),
        amount(taken.amount),
        taken.discount,
        taken.since
    )
}
