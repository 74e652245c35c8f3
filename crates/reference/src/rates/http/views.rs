//! What the routes answer with, and how they read what they are asked.

use std::collections::BTreeMap;

use engines::fx::{Leg, Quoted};
use kernel::{Currency, Instant, Money, Percent, Problem, ProblemKind, Rate, RateSheetId};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::books::RateBook;
use super::super::effect::RateStep;
use super::super::model::{HeldRate, HeldWhy, RateSheet, Source};
use super::super::ops::Found;

/// An amount in minor units of its currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConvertedMoney)]
pub(super) struct MoneyView {
    /// Minor units: cents of USD, yen of JPY.
    #[schema(example = 1108)]
    minor: i64,
    /// ISO 4217 code.
    #[schema(example = "USD")]
    currency: &'static str,
}

impl From<Money> for MoneyView {
    fn from(money: Money) -> Self {
        Self {
            minor: money.minor,
            currency: money.currency.code(),
        }
    }
}

/// One quote a rate was made of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RateLeg)]
pub(super) struct LegView {
    /// As it was quoted: one unit of this.
    #[schema(value_type = String, example = "EUR")]
    base: Currency,
    /// Is worth so much of this.
    #[schema(value_type = String, example = "USD")]
    quote: Currency,
    /// How much, as decimal text.
    #[schema(value_type = String, example = "1.0845")]
    rate: Rate,
    /// Whether it was used the other way round.
    inverted: bool,
    /// When it was quoted.
    #[schema(value_type = String, format = DateTime)]
    quoted_at: Instant,
    /// The sheet it stands on.
    #[schema(value_type = String, example = "rts_01934000000070008000000000000021")]
    sheet: RateSheetId,
    /// Who says so: `exchangerate-api`, `ecb` or `manual`.
    #[schema(example = "ecb")]
    source: &'static str,
}

/// How a rate came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RateKind)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// Both currencies are one.
    Same,
    /// As it was quoted.
    Direct,
    /// The opposite quote, turned round.
    Inverse,
    /// Through a third currency.
    Cross,
}

impl Kind {
    pub(super) fn of(quoted: &Quoted) -> Self {
        match quoted.legs {
            [None, _] => Self::Same,
            [Some(leg), None] if leg.inverted => Self::Inverse,
            [Some(_), None] => Self::Direct,
            [Some(_), Some(_)] => Self::Cross,
        }
    }
}

/// What one unit of a currency is worth in another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StandingRate)]
pub(super) struct RateView {
    /// One unit of this.
    #[schema(value_type = String, example = "USD")]
    base: Currency,
    /// Is worth so much of this.
    #[schema(value_type = String, example = "INR")]
    quote: Currency,
    /// How much, as decimal text.
    #[schema(value_type = String, example = "89.2718")]
    rate: Rate,
    /// How it came about.
    kind: Kind,
    /// When the older of its quotes was quoted.
    #[schema(value_type = Option<String>, format = DateTime)]
    quoted_at: Option<Instant>,
    /// Older than the setting allows: nothing is converted with it.
    stale: bool,
    /// The quotes it was made of.
    legs: Vec<LegView>,
}

impl RateView {
    pub(super) fn of(book: &RateBook, found: &Found) -> Self {
        let Found { quoted, stale } = found;
        Self {
            base: quoted.from,
            quote: quoted.to,
            rate: quoted.rate,
            kind: Kind::of(quoted),
            quoted_at: quoted.quoted_at(),
            stale: *stale,
            legs: legs(book, quoted),
        }
    }
}

pub(super) fn legs(book: &RateBook, quoted: &Quoted) -> Vec<LegView> {
    let view = |leg: &Leg| LegView {
        base: leg.base,
        quote: leg.quote,
        rate: leg.rate,
        inverted: leg.inverted,
        quoted_at: leg.at,
        sheet: leg.sheet,
        source: super::source_name(book.source(leg.sheet)),
    };
    quoted.legs.iter().flatten().map(view).collect()
}

/// A figure that waits for a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HeldRate)]
pub(super) struct HeldView {
    /// The currency one unit of the base is said to be worth so much of.
    #[schema(value_type = String, example = "JPY")]
    quote: Currency,
    /// What was said, as it was written.
    #[schema(example = "1561.2")]
    said: String,
    /// `jump`: too far from the last known rate; `unfit`: no rate at all.
    #[schema(example = "jump")]
    reason: &'static str,
    /// The last known rate, of a jump.
    #[schema(value_type = Option<String>, example = "156.07")]
    known: Option<Rate>,
    /// How far from it in percent, of a jump.
    #[schema(example = "900.3204")]
    change_percent: Option<String>,
}

impl From<&HeldRate> for HeldView {
    fn from(held: &HeldRate) -> Self {
        let (reason, known, change_percent) = match held.why {
            HeldWhy::Jump { known, change } => ("jump", Some(known), Some(percent(change))),
            HeldWhy::Unfit => ("unfit", None, None),
        };
        Self {
            quote: held.quote,
            said: held.said.clone(),
            reason,
            known,
            change_percent,
        }
    }
}

/// What a source said at one instant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RateSheet)]
pub(super) struct SheetView {
    /// Its id.
    #[schema(value_type = String, example = "rts_01934000000070008000000000000021")]
    id: RateSheetId,
    /// Who says so.
    source: Source,
    /// One unit of this.
    #[schema(value_type = String, example = "USD")]
    base: Currency,
    /// From when on.
    #[schema(value_type = String, format = DateTime)]
    quoted_at: Instant,
    /// Is worth so much of each of these, as decimal text.
    #[schema(value_type = std::collections::BTreeMap<String, String>, example = json!({"EUR": "0.8641", "INR": "89.2718"}))]
    rates: BTreeMap<Currency, Rate>,
    /// What was said as well and waits for a person.
    held: Vec<HeldView>,
    /// When we came to know it.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Instant,
    /// Through whom.
    #[schema(example = "system")]
    recorded_by: String,
}

impl From<RateSheet> for SheetView {
    fn from(sheet: RateSheet) -> Self {
        Self {
            id: sheet.id,
            source: sheet.source,
            base: sheet.base,
            quoted_at: sheet.quoted_at,
            held: sheet.held.iter().map(HeldView::from).collect(),
            rates: sheet.rates,
            recorded_at: sheet.recorded_at,
            recorded_by: sheet.recorded_by,
        }
    }
}

/// One rate before and after.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RateStep)]
pub(super) struct StepView {
    /// One unit of the base in this.
    #[schema(value_type = String, example = "USD")]
    quote: Currency,
    /// What is said.
    #[schema(value_type = String, example = "1.0912")]
    said: Rate,
    /// What counts now; null where nobody has said.
    #[schema(value_type = Option<String>, example = "1.0845")]
    before: Option<Rate>,
    /// When that was quoted.
    #[schema(value_type = Option<String>, format = DateTime)]
    before_quoted_at: Option<Instant>,
    /// That is older than the setting allows, and converts nothing.
    before_stale: bool,
    /// What would count: what is said, or what stands where somebody has said something newer.
    #[schema(value_type = Option<String>, example = "1.0912")]
    after: Option<Rate>,
    /// When that was quoted.
    #[schema(value_type = Option<String>, format = DateTime)]
    after_quoted_at: Option<Instant>,
    /// That is older than the setting allows, and would convert nothing.
    after_stale: bool,
    /// How far it goes in percent; null where nothing counts now.
    #[schema(example = "0.6178")]
    change_percent: Option<String>,
}

impl From<&RateStep> for StepView {
    fn from(step: &RateStep) -> Self {
        let RateStep {
            quote,
            said,
            before,
            after,
            ..
        } = *step;
        Self {
            quote,
            said,
            before: before.map(|rate| rate.rate),
            before_quoted_at: before.and_then(|rate| rate.quoted_at),
            before_stale: before.is_some_and(|rate| rate.stale),
            after: after.map(|rate| rate.rate),
            after_quoted_at: after.and_then(|rate| rate.quoted_at),
            after_stale: after.is_some_and(|rate| rate.stale),
            change_percent: step.change().map(percent),
        }
    }
}

/// A percentage as decimal text.
fn percent(share: Percent) -> String {
    share.text(4, kernel::Rounding::HalfEven)
}

/// The currency a parameter names.
pub(super) fn currency(pointer: &'static str, code: &str) -> Result<Currency, Problem> {
    Currency::parse(code.trim())
        .map_err(|_| Problem::new(ProblemKind::Unreadable, "currency_unknown").field(pointer, "currency_unknown"))
}

/// The instant a parameter names; the present where it names none.
pub(super) fn instant(pointer: &'static str, text: Option<&str>, now: Instant) -> Result<Instant, Problem> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(now),
        Some(text) => text.parse().map_err(|_| {
            Problem::new(ProblemKind::Unreadable, "rate_time_invalid").field(pointer, "rate_time_invalid")
        }),
    }
}
