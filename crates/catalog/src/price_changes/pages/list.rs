//! An ending's changes as the page of the ending shows them: what, from when, where it stands, whose doing it was.

use kernel::Instant;
use platform::Read;
use web::Staff;
use web::messages::Words;
use web::ui::{self, Html, Tone};

use crate::permissions::{MARGINS_READ, PRICES_EDIT};
use crate::price_books::{Side, kind, operation};
use crate::price_changes::model::{self, ChangeState, PriceChange};
use crate::price_changes::store;

/// Changes shown at most.
const MOST: usize = 100;

/// One line.
pub(crate) struct ChangeRow {
    pub(crate) what: String,
    pub(crate) list: String,
    pub(crate) remark: String,
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) state: Html,
    pub(crate) created: String,
    pub(crate) changed: String,
    /// Where it is edited and cancelled, while it can be.
    pub(crate) edit: Option<String>,
    pub(crate) version: i64,
}

/// The changes of an ending the person may see, the latest first.
pub(crate) async fn changes(read: &Read, ending: &str, margins: bool) -> platform::Result<Vec<PriceChange>> {
    let mut cells = store::cells(read, ending, Side::Sale, None).await?;
    if margins {
        cells.extend(store::cells(read, ending, Side::Cost, None).await?);
    }
    let mut changes = model::changes(&cells, read.now());
    changes.truncate(MOST);
    Ok(changes)
}

/// Their lines; `list_name` says whose prices.
pub(crate) fn rows(
    ctx: &Staff,
    changes: &[PriceChange],
    may_edit_future: bool,
    list_name: &dyn Fn(&PriceChange) -> String,
) -> Vec<ChangeRow> {
    let w = ctx.words();
    let may_edit = ctx.may(PRICES_EDIT) && may_edit_future;
    let row = |change: &PriceChange| {
        let sale = change.list.side() == Side::Sale;
        let editable = may_edit && change.state == ChangeState::Future && (sale || ctx.may(MARGINS_READ));
        ChangeRow {
            what: what(w, change),
            list: list_name(change),
            remark: [change.promotion.as_deref(), change.note()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" · "),
            from: w.date_time(change.effective_from),
            until: change
                .until
                .map(|until| w.t1("catalog-until-date", "date", w.date_time(until)))
                .unwrap_or_default(),
            state: state(w, change.state),
            created: by(ctx, change.created_at, &change.created_by),
            changed: if change.changed_at == change.created_at {
                String::new()
            } else {
                let by = by(ctx, change.changed_at, &change.changed_by);
                w.t1("catalog-last-changed", "who", by)
            },
            edit: editable.then(|| format!("/console/tlds/{}/prices/{}", change.ending, change.id)),
            version: change.version(),
        }
    };
    changes.iter().map(row).collect()
}

/// `Register $14.00, renew $14.00`.
fn what(w: &Words, change: &PriceChange) -> String {
    use crate::price_books::Kind;
    let price = |cell: &crate::price_books::Cell| {
        let key = &cell.key;
        let of = operation(w, key.operation);
        let of = match (key.years, key.kind) {
            (1, Kind::Regular) => of,
            (years, Kind::Regular) => w.t2("catalog-operation-years", "operation", of, "years", i64::from(years)),
            (_, other) => w.t2("catalog-operation-kind", "operation", of, "kind", kind(w, other)),
        };
        let amount = cell.amount_minor.map_or_else(
            || w.t("catalog-withdrawn"),
            |minor| w.money(minor, key.currency.exponent(), key.currency.code()),
        );
        format!("{of} {amount}")
    };
    change.prices.iter().map(price).collect::<Vec<_>>().join(", ")
}

fn state(w: &Words, state: ChangeState) -> Html {
    match state {
        ChangeState::Future => ui::badge(Tone::Info, w.t("catalog-scheduled")),
        ChangeState::Current => ui::badge(Tone::Ok, w.t("catalog-current")),
        ChangeState::Past => ui::badge(Tone::None, w.t("catalog-past")),
        ChangeState::Cancelled => ui::badge(Tone::None, w.t("catalog-cancelled")),
    }
}

/// Whose doing it was and when.
fn by(ctx: &Staff, at: Instant, who: &str) -> String {
    let w = ctx.words();
    let who = match who {
        "system" => w.t("catalog-by-system"),
        own if own == ctx.actor().who.to_string() => w.t("catalog-by-you"),
        other => other.to_owned(),
    };
    w.t2("catalog-by", "who", who, "date", w.date_time(at))
}
