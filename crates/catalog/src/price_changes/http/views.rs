//! What the routes answer with.

use engines::margin::Margin;
use kernel::{Instant, Money};
use serde::Serialize;
use utoipa::ToSchema;
use web::exposures::{self, ExposureView};

use crate::imports::ListRef;
use crate::price_books::Cell;
use crate::price_changes::model::{ChangeState, PriceChange, Step};
use crate::price_changes::preview::{Charge, MarginStep, Preview};
use crate::views::{MoneyView, percent};

/// One price of a change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangePrice)]
struct PriceView {
    /// Its id, which price traces name.
    #[schema(example = "pri_0193400000007000800000000000000b")]
    id: String,
    /// `register`, `renew`, `transfer` or `restore`.
    operation: &'static str,
    /// For how many years.
    years: u8,
    /// `regular`, `first_year`, `promo`, `icann_fee` or `privacy`.
    kind: &'static str,
    /// The price; null: no such price from then on.
    price: Option<MoneyView>,
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    effective_from: Instant,
}

impl From<&Cell> for PriceView {
    fn from(cell: &Cell) -> Self {
        let money = |minor| Money::new(minor, cell.key.currency).into();
        Self {
            id: cell.id.to_string(),
            operation: cell.key.operation.name(),
            years: cell.key.years,
            kind: cell.key.kind.name(),
            price: cell.amount_minor.map(money),
            effective_from: cell.effective_from,
        }
    }
}

/// A change of prices: all of one list and ending that begins together.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceChange)]
pub(super) struct ChangeView {
    /// Its id.
    #[schema(example = "pch_0193400000007000800000000000000e")]
    id: String,
    /// The registrar account or sales list.
    list: String,
    /// The ending, as an A-label.
    #[schema(example = "com")]
    ending: String,
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    effective_from: Instant,
    /// Until when its promotional prices hold, where that was said.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Instant>,
    /// Where it stands. Only a future one can be edited and cancelled.
    state: ChangeState,
    /// Its prices.
    prices: Vec<PriceView>,
    /// Name of the promotion.
    promotion: Option<String>,
    /// A remark for staff.
    note: Option<String>,
    /// The import that brought it.
    import: Option<String>,
    /// When it was first made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// By whom.
    created_by: String,
    /// When it was last edited or cancelled.
    #[schema(value_type = String, format = DateTime)]
    changed_at: Instant,
    /// By whom.
    changed_by: String,
    /// Also the `ETag`; another after every edit.
    version: i64,
}

impl From<PriceChange> for ChangeView {
    fn from(change: PriceChange) -> Self {
        Self {
            version: change.version(),
            note: change.note().map(str::to_owned),
            import: change
                .prices
                .iter()
                .find_map(|cell| cell.import)
                .map(|id| id.to_string()),
            prices: change.prices.iter().map(PriceView::from).collect(),
            id: change.id.to_string(),
            list: change.list.to_string(),
            ending: change.ending,
            effective_from: change.effective_from,
            until: change.until,
            state: change.state,
            promotion: change.promotion,
            created_at: change.created_at,
            created_by: change.created_by,
            changed_at: change.changed_at,
            changed_by: change.changed_by,
        }
    }
}

/// What a service is charged.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Charge)]
struct ChargeView {
    /// `register`, `renew`, `transfer` or `restore`.
    operation: &'static str,
    /// For how many years.
    years: u8,
    /// In all; of costs with ICANN's fee, without privacy.
    total: MoneyView,
    /// The first year, where it has a price of its own.
    first_year: Option<MoneyView>,
    /// Each further year.
    renewal: Option<MoneyView>,
    /// The prices it is made of.
    versions: Vec<String>,
}

/// The prices of one list at an instant, by what was known at another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PricesInForce)]
pub(super) struct InForceView {
    /// The registrar account or sales list.
    list: String,
    /// At which instant.
    #[schema(value_type = String, format = DateTime)]
    instant: Instant,
    /// By what was known at which instant.
    #[schema(value_type = String, format = DateTime)]
    known_at: Instant,
    /// What was kept as price then.
    prices: Vec<PriceView>,
    /// What it made: the charge of every service that could be had.
    charges: Vec<ChargeView>,
}

impl InForceView {
    pub(super) fn of(list: ListRef, cells: &[Cell], charges: &[Charge], at: Instant, known_at: Instant) -> Self {
        let charge = |charge: &Charge| ChargeView {
            operation: charge.operation.name(),
            years: charge.years,
            total: charge.total.into(),
            first_year: charge.first_year.map(Into::into),
            renewal: charge.renewal.map(Into::into),
            versions: charge.versions.iter().map(ToString::to_string).collect(),
        };
        Self {
            list: list.to_string(),
            instant: at,
            known_at,
            prices: in_force(cells, at, known_at).into_iter().map(PriceView::from).collect(),
            charges: charges.iter().map(charge).collect(),
        }
    }
}

/// The one cell of each key that holds, by key; withdrawn ones left out.
fn in_force(cells: &[Cell], at: Instant, known_at: Instant) -> Vec<&Cell> {
    let known = |cell: &&Cell| {
        cell.recorded_at <= known_at && cell.superseded_at.is_none_or(|superseded| known_at < superseded)
    };
    let mut begun: Vec<&Cell> = cells
        .iter()
        .filter(known)
        .filter(|cell| cell.effective_from <= at)
        .collect();
    begun.sort_by(|one, other| {
        (&one.key, other.effective_from, other.recorded_at).cmp(&(&other.key, one.effective_from, one.recorded_at))
    });
    begun.dedup_by(|later, held| later.key == held.key);
    begun.retain(|cell| cell.amount_minor.is_some());
    begun
}

/// A price before and after.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceStep)]
struct StepView {
    /// `register`, `renew`, `transfer` or `restore`.
    operation: &'static str,
    /// For how many years.
    years: u8,
    /// `regular`, `first_year`, `promo`, `icann_fee` or `privacy`.
    kind: &'static str,
    /// The price it follows.
    before: Option<MoneyView>,
    /// The price from then on.
    after: Option<MoneyView>,
}

impl From<&Step> for StepView {
    fn from(step: &Step) -> Self {
        let money = |minor: Option<i64>| minor.map(|minor| Money::new(minor, step.key.currency).into());
        Self {
            operation: step.key.operation.name(),
            years: step.key.years,
            kind: step.key.kind.name(),
            before: money(step.before),
            after: money(step.after),
        }
    }
}

/// What is earned on a service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MarginOf)]
struct MarginView {
    /// What we pay; null where that registrar has no cost in this currency.
    cost: Option<MoneyView>,
    /// What we charge.
    price: Option<MoneyView>,
    /// Price less cost.
    profit: Option<MoneyView>,
    /// Profit as percent of the price.
    on_price: Option<String>,
    /// Profit as percent of the cost.
    on_cost: Option<String>,
    /// `negative`, `low`, `healthy`, `no_cost` or `no_price`.
    class: &'static str,
}

impl From<Margin> for MarginView {
    fn from(margin: Margin) -> Self {
        Self {
            cost: margin.cost.map(Into::into),
            price: margin.price.map(Into::into),
            profit: margin.profit.map(Into::into),
            on_price: margin.on_price.map(percent),
            on_cost: margin.on_cost.map(percent),
            class: margin.class.name(),
        }
    }
}

/// What is earned on one service at one registrar, before and after.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MarginStep)]
struct MarginStepView {
    /// The registrar account.
    registrar: String,
    /// Its name.
    name: String,
    /// `register`, `renew`, `transfer` or `restore`.
    operation: &'static str,
    /// For how many years.
    years: u8,
    /// Without the change, when it would begin.
    before: MarginView,
    /// With it.
    after: MarginView,
}

impl From<&MarginStep> for MarginStepView {
    fn from(step: &MarginStep) -> Self {
        Self {
            registrar: step.registrar.to_string(),
            name: step.name.clone(),
            operation: step.operation.name(),
            years: step.years,
            before: step.before.into(),
            after: step.after.into(),
        }
    }
}

/// What a change would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PricePreview)]
pub(super) struct PreviewView {
    /// The version of the book it was made on.
    book_version: i64,
    /// Sent with the change, it is made exactly as shown here, or not at all.
    digest: String,
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    effective_from: Instant,
    /// Every price before and after.
    prices: Vec<StepView>,
    /// What is earned, the worst after first; null without the right to see margins.
    margins: Option<Vec<MarginStepView>>,
    /// Whether a sales price would be below its cost: then it takes a reason, and the right.
    below_cost: bool,
    /// Whether a registrar's cost is in a currency without a fresh exchange rate, so that nobody can tell.
    cost_uncompared: bool,
    /// What else it touches.
    exposures: Vec<ExposureView>,
}

impl PreviewView {
    pub(super) fn of(preview: &Preview, margins: bool) -> Self {
        Self {
            book_version: preview.book_version,
            digest: preview.digest.clone(),
            effective_from: preview.proposed.effective_from,
            prices: preview.proposed.steps.iter().map(StepView::from).collect(),
            margins: margins.then(|| preview.margins.iter().map(MarginStepView::from).collect()),
            below_cost: preview.is_below_cost(),
            cost_uncompared: preview.is_uncompared(),
            exposures: exposures::views(&preview.exposures),
        }
    }
}
