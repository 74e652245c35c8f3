//! What the routes are asked with.

use kernel::{Instant, Problem};
use platform::Read;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::instant;
use crate::imports::ListRef;
use crate::price_books::{Kind, Operation, Side};
use crate::price_changes::model::{NewChange, NewPrice};
use crate::price_changes::ops::{self, Terms};
use crate::views;

/// Of which list, at which instant.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AtAsk {
    /// The sales list or registrar account; the storefront's list, or the account asked first, if not said.
    #[serde(alias = "registrar")]
    pub(super) list: Option<String>,
    /// At which instant, RFC 3339; now if not said.
    #[param(example = "2027-01-01T00:00:00Z", format = DateTime)]
    instant: Option<String>,
    /// By what was known at which instant; now if not said.
    #[param(example = "2026-12-01T00:00:00Z", format = DateTime)]
    known_at: Option<String>,
    /// In which currency; the list's if not said.
    #[param(example = "USD")]
    pub(super) currency: Option<String>,
}

impl AtAsk {
    pub(super) fn instant(&self, now: Instant) -> Result<Instant, Problem> {
        instant(self.instant.as_deref(), "/instant", now)
    }

    pub(super) fn known_at(&self, now: Instant) -> Result<Instant, Problem> {
        instant(self.known_at.as_deref(), "/known_at", now)
    }
}

/// Of which list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListFilter {
    /// The sales list or registrar account; all if not said.
    #[serde(alias = "registrar")]
    pub(super) list: Option<String>,
}

/// A change of prices: all that begins together.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPriceChange)]
pub(super) struct ChangeBody {
    /// The registrar account or sales list; the storefront's list if not said.
    #[serde(default, alias = "registrar")]
    #[schema(example = "sal_0193400000007000800000000000000d")]
    list: Option<String>,
    /// ISO 4217 code; the list's currency if not said.
    #[serde(default)]
    #[schema(example = "USD")]
    currency: Option<String>,
    /// From when, RFC 3339; at once if not said. Never in the past, and no further ahead than the settings say.
    #[serde(default)]
    #[schema(example = "2027-03-01T00:00:00Z", format = DateTime)]
    effective_from: Option<String>,
    /// Until when its promotional prices hold; until another change if not said.
    #[serde(default)]
    #[schema(format = DateTime)]
    until: Option<String>,
    /// The prices.
    #[schema(min_items = 1, max_items = 100)]
    prices: Vec<PriceBody>,
    /// Name of the promotion.
    #[serde(default)]
    #[schema(max_length = 120, example = "Spring")]
    promotion: Option<String>,
    /// A remark for staff.
    #[serde(default)]
    #[schema(max_length = 120)]
    note: Option<String>,
    /// Why a sales price may be below its cost, where one is; that also takes a right.
    #[serde(default)]
    #[schema(max_length = 120)]
    below_cost_reason: Option<String>,
    /// The `digest` of a preview: the change is then made exactly as that showed it, or not at all (409).
    #[serde(default)]
    #[schema(max_length = 64)]
    preview: Option<String>,
}

/// One price of a change.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPrice, example = json!({"operation": "register", "years": 1, "kind": "regular", "minor": 1400}))]
pub(super) struct PriceBody {
    /// `register`, `renew`, `transfer` or `restore`.
    operation: String,
    /// 1 to 10; 0 for a transfer or restore that adds none.
    #[serde(default = "one")]
    #[schema(minimum = 0, maximum = 10)]
    years: u8,
    /// `regular`, `first_year` or `promo`; of costs also `icann_fee` and `privacy`, per year.
    #[serde(default = "regular")]
    kind: String,
    /// In minor units of the currency; null: no such price from then on.
    #[schema(required = true)]
    minor: Option<i64>,
}

fn one() -> u8 {
    1
}

fn regular() -> String {
    Kind::Regular.name().to_owned()
}

impl ChangeBody {
    /// As the operations take it.
    pub(super) async fn read(self, read: &Read, side: Side, tld: &str) -> platform::Result<(NewChange, Terms)> {
        let unknown = || Problem::refused("list_unknown").field("/list", "list_unknown");
        let list = match self.list.as_deref().map(str::parse::<ListRef>) {
            Some(Ok(list)) if list.side() == side => list,
            None if side == Side::Sale => ops::standard_list(read).await?,
            _ => return Err(unknown().into()),
        };
        let currency = match self.currency.as_deref() {
            Some(code) => views::currency(code)?,
            None => ops::currency(read, list).await?,
        };
        let when = |text: Option<&str>, pointer: &'static str| match text.map(str::parse::<Instant>) {
            None => Ok(None),
            Some(Ok(at)) => Ok(Some(at)),
            Some(Err(_)) => Err(Problem::refused("invalid_fields").field(pointer, "instant_invalid")),
        };
        let new = NewChange {
            list,
            ending: ops::ending(tld)?.ascii,
            currency,
            effective_from: when(self.effective_from.as_deref(), "/effective_from")?,
            until: when(self.until.as_deref(), "/until")?,
            prices: self.prices.iter().enumerate().map(price).collect::<Result<_, _>>()?,
            promotion: said(self.promotion),
            note: said(self.note),
        };
        let terms = Terms {
            preview: said(self.preview),
            below_cost_reason: said(self.below_cost_reason),
        };
        Ok((new, terms))
    }
}

/// A text that says something.
fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

fn price((at, body): (usize, &PriceBody)) -> Result<NewPrice, Problem> {
    let unknown =
        |field: &str| Problem::refused("invalid_fields").field(format!("/prices/{at}/{field}"), "choice_unknown");
    Ok(NewPrice {
        operation: Operation::parse(&body.operation).ok_or_else(|| unknown("operation"))?,
        years: body.years,
        kind: Kind::parse(&body.kind).ok_or_else(|| unknown("kind"))?,
        minor: body.minor,
    })
}
