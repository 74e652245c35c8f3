//! Rows of the pages in words.

use kernel::{Instant, Money};
use web::messages::Words;
use web::ui::{self, Html, Tone};

use crate::archive::model::{Run, RunState};
use crate::discounts::{self, Discount, Names};
use crate::price_books::{self, Cell, Side};

/// A price that is or would be archived.
pub(super) struct PriceRow {
    pub(super) id: String,
    pub(super) ending: String,
    pub(super) what: String,
    pub(super) side: String,
    pub(super) amount: String,
    pub(super) from: Html,
    pub(super) ceased: Html,
}

pub(super) fn price(w: &Words, cell: &Cell, ceased_at: Instant) -> PriceRow {
    let key = &cell.key;
    let amount = cell.amount_minor.map(|minor| w.price(Money::new(minor, key.currency)));
    PriceRow {
        id: cell.id.to_string(),
        ending: format!(".{}", key.ending),
        what: w.t3(
            "catalog-what",
            "operation",
            price_books::operation(w, key.operation),
            "years",
            i64::from(key.years),
            "kind",
            price_books::kind(w, key.kind),
        ),
        side: match key.side {
            Side::Cost => w.t("catalog-side-cost"),
            Side::Sale => w.t("catalog-side-sale"),
        },
        amount: amount.unwrap_or_else(|| w.t("catalog-withdrawn")),
        from: ui::when(w, cell.effective_from),
        ceased: ui::when(w, ceased_at),
    }
}

/// A discount that is or would be archived.
pub(super) struct DiscountRow {
    pub(super) id: String,
    pub(super) name: String,
    /// The code of a coupon.
    pub(super) code: String,
    pub(super) off: String,
    pub(super) whom: String,
    pub(super) tlds: String,
    pub(super) operations: String,
    pub(super) from: Html,
    pub(super) ceased: Html,
}

pub(super) fn discount(w: &Words, names: &Names, discount: &Discount, ceased_at: Instant) -> DiscountRow {
    let (tlds, operations) = discounts::what(w, &discount.terms);
    DiscountRow {
        id: discount.id.to_string(),
        name: discount.name.clone(),
        code: discount
            .coupon
            .as_ref()
            .map(|coupon| coupon.code.clone())
            .unwrap_or_default(),
        off: discounts::off(w, discount.terms.off),
        whom: names.whom(w, discount.terms.whom),
        tlds,
        operations,
        from: ui::when(w, discount.from),
        ceased: ui::when(w, ceased_at),
    }
}

/// One run.
pub(super) struct RunRow {
    pub(super) started: Html,
    pub(super) by: String,
    pub(super) state: Html,
    pub(super) costs: String,
    pub(super) sales: String,
    pub(super) discounts: String,
    pub(super) referred: String,
    pub(super) finished: Html,
}

pub(super) fn run(w: &Words, run: &Run) -> RunRow {
    RunRow {
        started: ui::when(w, run.started_at),
        by: if run.started_by == "system" {
            w.t("catalog-archive-by-itself")
        } else {
            run.started_by.clone()
        },
        state: match run.state {
            RunState::Running => ui::badge(Tone::Info, w.t("catalog-archive-running")),
            RunState::Done => ui::badge(Tone::Ok, w.t("catalog-archive-done")),
        },
        costs: w.number(run.costs),
        sales: w.number(run.sales),
        discounts: w.number(run.discounts),
        referred: w.number(run.referred),
        finished: run.finished_at.map(|at| ui::when(w, at)).unwrap_or_default(),
    }
}
