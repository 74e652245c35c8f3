//! A sheet of rates, and what may stand on it.

use std::collections::BTreeMap;

use engines::fx::{FxAsk, FxBook, FxRules, rate};
use kernel::{Change, Currency, Instant, Percent, Problem, Rate, RateSheetId, Rounding};
use serde::{Deserialize, Serialize};

use super::events::RatesRecorded;

/// Who says what a currency is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RateSource)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// exchangerate-api.com, once a day.
    ExchangerateApi,
    /// The European Central Bank's reference rates, on its working days at 16:00 in Frankfurt.
    Ecb,
    /// A person.
    Manual,
}

impl Source {
    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExchangerateApi => "exchangerate-api",
            Self::Ecb => "ecb",
            Self::Manual => "manual",
        }
    }

    /// From a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::ExchangerateApi, Self::Ecb, Self::Manual]
            .into_iter()
            .find(|source| source.name() == name)
    }

    /// Whether nobody looked at a figure before it came: such figures are checked against the last known.
    pub const fn is_machine(self) -> bool {
        !matches!(self, Self::Manual)
    }
}

/// What a source said at one instant. It never changes; a correction is another sheet, recorded later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateSheet {
    /// Its id.
    pub id: RateSheetId,
    /// Who says so.
    pub source: Source,
    /// One unit of this.
    pub base: Currency,
    /// From when on.
    pub quoted_at: Instant,
    /// Is worth so much of each of these.
    pub rates: BTreeMap<Currency, Rate>,
    /// What was said as well and does not count before a person has said so too.
    pub held: Vec<HeldRate>,
    /// When we came to know it.
    pub recorded_at: Instant,
    /// Through whom.
    pub recorded_by: String,
}

/// A figure that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldRate {
    /// The currency one unit of the base was said to be worth so much of.
    pub quote: Currency,
    /// What was said, as it was written.
    pub said: String,
    /// Why it does not count.
    #[serde(flatten)]
    pub why: HeldWhy,
}

impl HeldRate {
    /// The figure, where it is one that a person could let count.
    pub fn rate(&self) -> Option<Rate> {
        match self.why {
            HeldWhy::Jump { .. } => Rate::parse(&self.said).ok(),
            HeldWhy::Unfit => None,
        }
    }
}

/// Why a figure does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum HeldWhy {
    /// It is further from the last known rate than the setting allows.
    Jump {
        /// The last known rate.
        known: Rate,
        /// How far it is from that, as a share of it; below zero for a fall.
        change: Percent,
    },
    /// It is no rate: zero, below zero, no number.
    Unfit,
}

/// What somebody says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSheet {
    /// Who.
    pub source: Source,
    /// One unit of this.
    pub base: Currency,
    /// From when on.
    pub quoted_at: Instant,
    /// Is worth so much of each of these.
    pub rates: Vec<(Currency, Rate)>,
    /// What a machine said and was no rate.
    pub unfit: Vec<(Currency, String)>,
}

/// What is known already, and how far from it a machine may go.
#[derive(Clone, Copy, Debug)]
pub struct Against<'b> {
    /// The rates known.
    pub book: &'b FxBook,
    /// The largest step up or down that counts unseen, as a share of the last known rate.
    pub jump: Percent,
}

impl RateSheet {
    /// A new sheet. What a machine says is held against what is known; a person's word counts.
    ///
    /// # Errors
    /// `rates_empty`, `rates_in_the_future`, `rate_of_base`, `rate_twice`.
    pub fn record(
        id: RateSheetId,
        new: NewSheet,
        against: Option<Against<'_>>,
        now: Instant,
        by: String,
    ) -> Result<Change<Self, RatesRecorded>, Problem> {
        let NewSheet {
            source,
            base,
            quoted_at,
            rates: said,
            unfit,
        } = new;
        if quoted_at > now {
            return Err(Problem::refused("rates_in_the_future").field("/quoted_at", "rates_in_the_future"));
        }
        let unfit = unfit.into_iter().map(|(quote, said)| HeldRate {
            quote,
            said,
            why: HeldWhy::Unfit,
        });
        let (mut rates, mut held) = (BTreeMap::new(), unfit.collect::<Vec<_>>());
        for (quote, rate) in said {
            if quote == base {
                // Machines say that one is worth one; a person who does has mistaken a field.
                if source.is_machine() {
                    continue;
                }
                return Err(Problem::refused("rate_of_base").field("/rates", "rate_of_base"));
            }
            let jump = against
                .filter(|_| source.is_machine())
                .and_then(|against| jump(&against, base, quote, quoted_at, rate));
            match jump {
                Some(why) => held.push(HeldRate {
                    quote,
                    said: rate.to_string(),
                    why,
                }),
                None if rates.insert(quote, rate).is_some() => {
                    return Err(Problem::refused("rate_twice").field("/rates", "rate_twice"));
                }
                None => {}
            }
        }
        if rates.is_empty() && held.is_empty() {
            return Err(Problem::refused("rates_empty").field("/rates", "rates_empty"));
        }
        let sheet = Self {
            id,
            source,
            base,
            quoted_at,
            rates,
            held,
            recorded_at: now,
            recorded_by: by,
        };
        let fact = RatesRecorded::of(&sheet);
        Ok(Change::new(sheet, fact))
    }
}

/// Why a figure does not count, where it is too far from the rate known at its instant, which may itself be an inverse or
/// a cross. A pair nobody knows has nothing to jump from.
fn jump(against: &Against<'_>, base: Currency, quote: Currency, at: Instant, said: Rate) -> Option<HeldWhy> {
    let ask = FxAsk {
        from: base,
        to: quote,
        at,
    };
    let known = rate(against.book, &however_old(), &ask).ok()?.rate;
    step(known, said, against.jump)
}

/// The jump from a rate to another, where it is larger than allowed.
pub(super) fn step(known: Rate, said: Rate, allowed: Percent) -> Option<HeldWhy> {
    let difference = said.scaled().checked_sub(known.scaled())?;
    // Beyond what a percentage can hold is beyond any that is allowed.
    let change =
        Percent::share(difference, known.scaled(), Rounding::HalfUp).unwrap_or(Percent::from_millionths(i64::MAX));
    (change.millionths().unsigned_abs() > allowed.millionths().unsigned_abs())
        .then_some(HeldWhy::Jump { known, change })
}

/// Rules that take a rate of any age, as it was quoted.
pub(super) fn however_old() -> FxRules {
    FxRules {
        markup: Percent::ZERO,
        oldest_hours: 24 * 365 * 100,
    }
}

#[cfg(test)]
mod tests {
    use engines::fx::Quote;
    use kernel::Id;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use Currency::{EUR, GBP, INR, JPY, USD};

    const NOON: &str = "2027-03-01T12:00:00Z";

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn id() -> RateSheetId {
        RateSheetId::from_uuid(Uuid::from_u128(9))
    }

    fn rate_of(text: &str) -> Rate {
        Rate::parse(text).unwrap()
    }

    fn known() -> FxBook {
        let quote = |base, quote, rate| Quote {
            base,
            quote,
            rate: rate_of(rate),
            at: at("2027-02-28T00:00:00Z"),
            sheet: id(),
        };
        FxBook::new([quote(USD, EUR, "0.8"), quote(USD, INR, "83.4125")])
    }

    fn said(source: Source, base: Currency, rates: &[(Currency, &str)]) -> NewSheet {
        NewSheet {
            source,
            base,
            quoted_at: at("2027-03-01T00:00:00Z"),
            rates: rates.iter().map(|(quote, rate)| (*quote, rate_of(rate))).collect(),
            unfit: Vec::new(),
        }
    }

    fn recorded(new: NewSheet) -> Result<RateSheet, &'static str> {
        let book = known();
        let against = Against {
            book: &book,
            jump: Percent::whole(25),
        };
        RateSheet::record(id(), new, Some(against), at(NOON), "system".into())
            .map(|change| change.after)
            .map_err(|problem| problem.code)
    }

    #[test]
    fn a_machines_tenfold_rate_waits_for_a_person_and_the_others_count() {
        let sheet = recorded(said(Source::ExchangerateApi, USD, &[(EUR, "0.81"), (INR, "834.125")])).unwrap();
        assert_eq!(sheet.rates, BTreeMap::from([(EUR, rate_of("0.81"))]));
        assert_eq!(
            sheet.held,
            [HeldRate {
                quote: INR,
                said: "834.125".into(),
                why: HeldWhy::Jump {
                    known: rate_of("83.4125"),
                    change: Percent::whole(900)
                },
            }]
        );
        assert_eq!(sheet.held[0].rate(), Some(rate_of("834.125")));
    }

    #[test]
    fn a_jump_is_seen_through_the_inverse_and_the_cross_and_a_persons_word_counts() {
        // EUR to USD is known as 1.25, EUR to INR as 104.265625.
        let wrong = [(USD, "0.125"), (INR, "10.43"), (GBP, "0.85")];
        let sheet = recorded(said(Source::Ecb, EUR, &wrong)).unwrap();
        assert_eq!(sheet.rates.keys().copied().collect::<Vec<_>>(), [GBP]);
        assert_eq!(sheet.held.len(), 2);
        assert_eq!(recorded(said(Source::Manual, EUR, &wrong)).unwrap().held, []);
    }

    #[test]
    fn exactly_the_allowed_step_counts() {
        let sheet = recorded(said(Source::Ecb, USD, &[(EUR, "1"), (INR, "62.559375")])).unwrap();
        assert_eq!((sheet.rates.len(), sheet.held.len()), (2, 0));
        let sheet = recorded(said(Source::Ecb, USD, &[(EUR, "1.000001"), (INR, "62.55")])).unwrap();
        assert_eq!((sheet.rates.len(), sheet.held.len()), (0, 2));
    }

    #[test]
    fn what_says_nothing_or_speaks_of_tomorrow_is_refused() {
        assert_eq!(recorded(said(Source::Manual, USD, &[])), Err("rates_empty"));
        assert_eq!(recorded(said(Source::Ecb, USD, &[(USD, "1")])), Err("rates_empty"));
        assert_eq!(recorded(said(Source::Manual, USD, &[(USD, "1")])), Err("rate_of_base"));
        assert_eq!(
            recorded(said(Source::Manual, USD, &[(JPY, "151"), (JPY, "152")])),
            Err("rate_twice")
        );
        let tomorrow = NewSheet {
            quoted_at: at("2027-03-01T12:00:00.000001Z"),
            ..said(Source::Manual, USD, &[(JPY, "151")])
        };
        assert_eq!(recorded(tomorrow), Err("rates_in_the_future"));
    }

    #[test]
    fn a_figure_that_is_no_rate_is_kept_as_it_was_written_and_cannot_be_let_count() {
        let mut new = said(Source::ExchangerateApi, USD, &[]);
        new.unfit = vec![(JPY, "0".into())];
        let sheet = recorded(new).unwrap();
        assert_eq!(sheet.held[0].rate(), None);
        let json = serde_json::to_string(&sheet.held).unwrap();
        assert_eq!(json, r#"[{"quote":"JPY","said":"0","reason":"unfit"}]"#);
        assert_eq!(serde_json::from_str::<Vec<HeldRate>>(&json).unwrap(), sheet.held);
    }

    proptest! {
        /// What a machine says either counts or waits; nothing is lost, and nothing counts that jumps.
        #[test]
        fn every_figure_counts_or_waits(scaled in prop::collection::vec((0_usize..4, 1_i64..i64::MAX), 1..6)) {
            let all = [EUR, INR, GBP, JPY];
            let mut rates: BTreeMap<Currency, Rate> = BTreeMap::new();
            for (quote, scaled) in scaled { rates.insert(all[quote], Rate::from_scaled(scaled).unwrap()); }
            let new = NewSheet { rates: rates.clone().into_iter().collect(), ..said(Source::Ecb, USD, &[]) };
            let sheet = recorded(new).unwrap();
            prop_assert_eq!(sheet.rates.len() + sheet.held.len(), rates.len());
            for (quote, known) in [(EUR, rate_of("0.8")), (INR, rate_of("83.4125"))] {
                if let Some(counted) = sheet.rates.get(&quote) {
                    let (difference, known) = (i128::from(counted.scaled() - known.scaled()).abs(), i128::from(known.scaled()));
                    // 25 %, and the rounding of a percentage to four places.
                    prop_assert!(difference * 1_000_000 <= known * 250_000 + known / 2 + 1);
                }
            }
        }
    }
}
