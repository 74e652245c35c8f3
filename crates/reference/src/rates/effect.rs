//! What more quotes would make of the rates in force, and what that touches: one computation for rates a person says and
//! for a history that is imported.

use std::fmt;
use std::sync::Arc;

use engines::fx::{FxAsk, FxBook, FxRules, Quote};
use kernel::{Currency, Instant, Percent, Rate, Rounding};
use platform::{Ctx, Result};
use web::exposures::Exposure;

use super::ops::{Found, find};
use super::ports::{ProposedRates, RateExposures};

/// Every room that was given at wiring.
#[derive(Clone)]
pub(crate) struct Asked(pub(crate) Arc<[Arc<dyn RateExposures>]>);

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Asked({})", self.0.len())
    }
}

/// A rate that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InForce {
    /// What one unit of the base is worth.
    pub rate: Rate,
    /// When the older of its quotes was quoted.
    pub quoted_at: Option<Instant>,
    /// Older than the setting allows: it is shown, and converts nothing.
    pub stale: bool,
}

impl From<Found> for InForce {
    fn from(Found { quoted, stale }: Found) -> Self {
        Self {
            rate: quoted.rate,
            quoted_at: quoted.quoted_at(),
            stale,
        }
    }
}

/// One rate as it counts now, and as it would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateStep {
    /// One unit of this.
    pub base: Currency,
    /// In this currency.
    pub quote: Currency,
    /// What is said.
    pub said: Rate,
    /// What counts now; nothing where nobody has said.
    pub before: Option<InForce>,
    /// What would count: what was said, or what stands where somebody has said something newer.
    pub after: Option<InForce>,
}

impl RateStep {
    /// Whether what is said counts no more, because somebody has said something newer.
    pub fn is_overtaken(&self) -> bool {
        self.after.is_some_and(|after| after.rate != self.said)
    }

    /// How far it goes, as a share of what counts now; nothing where nothing does, or beyond what a percentage can hold.
    pub fn change(&self) -> Option<Percent> {
        let (before, after) = (self.before?.rate.scaled(), self.after?.rate.scaled());
        Percent::share(after.checked_sub(before)?, before, Rounding::HalfUp)
    }
}

/// Quotes put beside those that are known, at a moment.
pub(super) struct Effect<'b> {
    before: &'b FxBook,
    after: FxBook,
    rules: FxRules,
    /// Of every pair that is quoted, and whether another rate is in force afterwards.
    steps: Vec<(RateStep, bool)>,
}

impl<'b> Effect<'b> {
    /// Of quotes of different pairs.
    pub(super) fn of(before: &'b FxBook, quotes: &[Quote], rules: FxRules, now: Instant) -> Self {
        let after = before.with(quotes.iter().copied());
        let in_force = |book: &FxBook, quote: &Quote| {
            let (from, to) = (quote.base, quote.quote);
            find(book, &rules, &FxAsk { from, to, at: now }).ok()
        };
        let step = |quote: &Quote| {
            let found = [before, &after].map(|book| in_force(book, quote));
            let [was, would_be] = found.map(|found| found.map(InForce::from));
            let step = RateStep {
                base: quote.base,
                quote: quote.quote,
                said: quote.rate,
                before: was,
                after: would_be,
            };
            // The same figure of a later day is another rate: it lasts longer.
            (step, found[0] != found[1])
        };
        let steps = quotes.iter().map(step).collect();
        Self {
            before,
            after,
            rules,
            steps,
        }
    }

    /// Every pair that is quoted.
    pub(super) fn steps(&self) -> Vec<RateStep> {
        self.steps.iter().map(|(step, _)| *step).collect()
    }

    /// The pairs of which another rate is in force afterwards.
    pub(super) fn moved(&self) -> Vec<RateStep> {
        let moved = self.steps.iter().filter(|(_, moves)| *moves);
        moved.map(|(step, _)| *step).collect()
    }

    /// What the rooms hold that is touched. Where the rates in force stay, nobody is asked.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn exposures(&self, ctx: &Ctx, asked: &Asked) -> Result<Vec<Exposure>> {
        let moved = self.moved();
        if moved.is_empty() {
            return Ok(Vec::new());
        }
        let proposed = ProposedRates {
            before: self.before,
            after: &self.after,
            rules: self.rules,
            said: moved.iter().flat_map(|step| [step.base, step.quote]).collect(),
        };
        let mut exposures = Vec::new();
        for room in asked.0.iter() {
            exposures.extend(room.touched(ctx, &proposed).await?);
        }
        Ok(exposures)
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Id, RateSheetId};
    use uuid::Uuid;

    use super::*;
    use Currency::{EUR, INR, JPY, USD};

    const NOW: &str = "2027-03-01T12:00:00Z";
    const RULES: FxRules = FxRules {
        markup: Percent::ZERO,
        oldest_hours: 72,
    };

    fn quote(base: Currency, quote: Currency, rate: &str, at: &str) -> Quote {
        Quote {
            base,
            quote,
            rate: Rate::parse(rate).unwrap(),
            at: at.parse().unwrap(),
            sheet: RateSheetId::from_uuid(Uuid::from_u128(9)),
        }
    }

    fn moved(known: &[Quote], said: &[Quote]) -> Vec<RateStep> {
        let book = FxBook::new(known.iter().copied());
        Effect::of(&book, said, RULES, NOW.parse().unwrap()).moved()
    }

    #[test]
    fn what_is_older_than_the_rate_in_force_moves_nothing_whichever_way_round_that_was_quoted() {
        let known = [
            quote(EUR, USD, "1.08", "2027-02-28T12:00:00Z"),
            quote(JPY, EUR, "0.0062", "2027-02-28T12:00:00Z"),
        ];
        let older = [
            quote(EUR, USD, "1.5", "2027-02-27T12:00:00Z"),
            quote(EUR, JPY, "200", "2027-02-27T12:00:00Z"),
        ];
        assert_eq!(moved(&known, &older), []);
        let book = FxBook::new(known);
        assert_eq!(Effect::of(&book, &older, RULES, NOW.parse().unwrap()).steps().len(), 2);
    }

    #[test]
    fn a_rate_moves_by_its_figure_or_by_its_day() {
        let known = [
            quote(EUR, USD, "1.08", "2027-02-20T12:00:00Z"),
            quote(EUR, INR, "90", "2027-02-28T12:00:00Z"),
        ];
        let newer = [
            quote(EUR, USD, "1.08", "2027-02-28T13:00:00Z"),
            quote(EUR, INR, "99", "2027-02-28T13:00:00Z"),
        ];
        let steps = moved(&known, &newer);
        let [usd, inr] = &steps[..] else { panic!("{steps:?}") };
        assert_eq!(
            (usd.before.unwrap().stale, usd.after.unwrap().stale, usd.change()),
            (true, false, Some(Percent::ZERO))
        );
        assert_eq!(inr.change(), Some(Percent::whole(10)));
    }

    #[test]
    fn the_first_rate_of_a_pair_has_nothing_it_moved_from() {
        let steps = moved(&[], &[quote(EUR, USD, "1.08", "2027-02-28T12:00:00Z")]);
        assert_eq!((steps[0].before, steps[0].change()), (None, None));
        assert!(steps[0].after.is_some());
    }
}
