//! Rounding, once, and a home for what that leaves over.

use std::collections::BTreeMap;

use kernel::{Currency, Money, MoneyError};

use super::due::Part;
use super::facets::{RoundingPolicy, Scope};
use super::fraction::Fraction;
use super::segment::Segment;

/// A part of what is due on a segment: exact, and once it is settled in minor units.
pub(super) struct Due<'a> {
    /// Which segment it is of.
    pub(super) segment: usize,
    pub(super) part: Part<'a>,
    pub(super) exact: Fraction,
    pub(super) amount: i64,
}

/// What is rounded as one: the same rules and brackets, of one line or of the document.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    line: Option<usize>,
    included: bool,
    rules: Vec<(usize, usize)>,
}

/// Gives every part its amount. Parts that are rounded as one sum to what they come to together.
pub(super) fn settle(dues: &mut [Due<'_>], segments: &[Segment<'_>], currency: Currency) -> Result<(), MoneyError> {
    let mut in_price: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
    for due in dues.iter().filter(|due| due.part.is_in_price()) {
        in_price.entry(due.segment).or_default().push(rule_of(due));
    }
    let mut groups: BTreeMap<Group, Vec<usize>> = BTreeMap::new();
    for (at, due) in dues.iter().enumerate() {
        let line = segments[due.segment].line;
        let per = due.part.matched.rule.rounding.per;
        // All that is taken out of one price is taken out at once.
        let together = due.part.is_in_price().then(|| in_price.get(&due.segment)).flatten();
        let group = Group {
            line: (per == Scope::Line).then_some(line),
            included: due.part.included,
            rules: together.cloned().unwrap_or_else(|| vec![rule_of(due)]),
        };
        groups.entry(group).or_default().push(at);
    }
    for members in groups.values() {
        let exact: Vec<Fraction> = members.iter().map(|at| dues[*at].exact).collect();
        let Some(first) = members.first() else { continue };
        let amounts = distribute(&exact, dues[*first].part.matched.rule.rounding, currency)?;
        for (at, amount) in members.iter().zip(amounts) {
            dues[*at].amount = amount.minor;
        }
    }
    Ok(())
}

fn rule_of(due: &Due<'_>) -> (usize, usize) {
    (due.part.matched.at, due.part.bracket)
}

/// The sum rounded by the policy, in parts: each gets its whole minor units, those left over go one each to the largest
/// remainders, ties to the first; what rounding to coarser units adds beyond that goes by size. Negated, it is the same negated.
fn distribute(exact: &[Fraction], policy: RoundingPolicy, currency: Currency) -> Result<Vec<Money>, MoneyError> {
    let sum = Fraction::sum(exact.iter().copied())?;
    let total = sum.round_to(policy.unit(currency), policy.ties)?;
    let (mut parts, rests): (Vec<i128>, Vec<Fraction>) = exact.iter().map(|part| part.split()).unzip();
    let left = total - parts.iter().sum::<i128>();
    let mut takers: Vec<usize> = (0..exact.len())
        .filter(|at| rests[*at].sign() == left.signum())
        .collect();
    let mut failed = None;
    takers.sort_by(|a, b| {
        let order = rests[*a].compare(rests[*b]).unwrap_or_else(|error| {
            failed = Some(error);
            std::cmp::Ordering::Equal
        });
        if left > 0 { order.reverse() } else { order }
    });
    if let Some(error) = failed {
        return Err(error);
    }
    let ones = usize::try_from(left.unsigned_abs())
        .unwrap_or(usize::MAX)
        .min(takers.len());
    for at in &takers[..ones] {
        parts[*at] += left.signum();
    }
    let more = Money::from_wide(total - parts.iter().sum::<i128>(), currency)?;
    if !more.is_zero() {
        let weight = |part: &Fraction| match part.sign() {
            0 => 0,
            _ => u64::try_from(part.split().0.unsigned_abs())
                .unwrap_or(u64::MAX)
                .saturating_add(1),
        };
        let weights: Vec<u64> = exact.iter().map(weight).collect();
        for (part, more) in parts.iter_mut().zip(more.allocate(&weights)?) {
            *part += i128::from(more.minor);
        }
    }
    parts.into_iter().map(|part| Money::from_wide(part, currency)).collect()
}

#[cfg(test)]
mod tests {
    use kernel::Rounding;
    use proptest::prelude::*;

    use super::super::facets::To;
    use super::*;

    fn split(tenths: &[i64], to: To) -> Vec<i64> {
        let exact: Vec<Fraction> = tenths
            .iter()
            .map(|part| Fraction::new((*part).into(), 10).unwrap())
            .collect();
        let policy = RoundingPolicy {
            per: Scope::Invoice,
            to,
            ties: Rounding::HalfUp,
        };
        distribute(&exact, policy, Currency::INR)
            .unwrap()
            .iter()
            .map(|part| part.minor)
            .collect()
    }

    #[test]
    fn what_is_left_over_goes_to_the_largest_remainders_and_ties_to_the_first() {
        assert_eq!(split(&[16, 16, 16], To::Minor), [2, 2, 1]);
        assert_eq!(split(&[11, 19, 15], To::Minor), [1, 2, 2]);
        assert_eq!(split(&[-16, -16, -16], To::Minor), [-2, -2, -1]);
        // A discount beside a charge: 100.6 - 100.4 is 0.2, which is nothing.
        assert_eq!(split(&[1006, -1004], To::Minor), [100, -100]);
        // 99.6 paise are a rupee; 40 paise are none.
        assert_eq!(split(&[498, 498], To::Whole), [50, 50]);
        assert_eq!(split(&[100, 300], To::Whole), [0, 0]);
        assert_eq!(split(&[], To::Minor), Vec::<i64>::new());
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_rounded_whole_and_turn_sign_with_it(tenths in prop::collection::vec(-10_000..10_000_i64, 1..12), whole in any::<bool>()) {
            let to = if whole { To::Whole } else { To::Minor };
            let parts = split(&tenths, to);
            let unit = if whole { 100 } else { 1 };
            let total = Rounding::HalfUp.divide(tenths.iter().sum::<i64>().into(), 10 * unit) * unit;
            prop_assert_eq!(i128::from(parts.iter().sum::<i64>()), total);
            let negated: Vec<i64> = tenths.iter().map(|part| -part).collect();
            prop_assert_eq!(split(&negated, to), parts.iter().map(|part| -part).collect::<Vec<_>>());
            // To the minor unit, no part is moved by a whole one.
            prop_assert!(whole || parts.iter().zip(&tenths).all(|(part, tenths)| (part * 10 - tenths).abs() < 10));
        }
    }
}
