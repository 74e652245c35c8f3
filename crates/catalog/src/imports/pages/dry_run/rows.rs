//! Rows of a dry run in words: prices before and after with their margins, and what was wrong.

use engines::margin::{Margin, MarginClass, MarginRules};
use web::messages::Words;
use web::ui::{self, Html, Tone};

use super::showing::class_name;
use crate::imports::plan::{Class, PlanRow};
use crate::imports::sheet::{Finding, Weight};
use crate::price_books;

/// A price before and after.
pub(super) struct Row {
    pub(super) ending: String,
    pub(super) what: String,
    pub(super) line: String,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) changed: bool,
    pub(super) class: Html,
    pub(super) margin_before: String,
    pub(super) margin_after: Html,
    pub(super) from: String,
}

/// Something wrong with the file.
pub(super) struct FindingRow {
    pub(super) place: String,
    pub(super) field: String,
    pub(super) value: String,
    pub(super) reason: String,
    pub(super) weight: Html,
}

pub(super) fn row(w: &Words, row: &PlanRow, rules: &MarginRules) -> Row {
    let key = &row.key;
    let money = |minor: Option<i64>| minor.map(|minor| w.money(minor, key.currency.exponent(), key.currency.code()));
    let (before, after) = row.margins(rules).unwrap_or_default();
    let tone = match row.class {
        Class::Added => Tone::Brand,
        Class::Changed => Tone::Info,
        Class::Unchanged => Tone::None,
        Class::Vanished => Tone::Warn,
    };
    let (operation, kind) = (price_books::operation(w, key.operation), price_books::kind(w, key.kind));
    Row {
        ending: format!(".{}", key.ending),
        what: w.t3(
            "catalog-what",
            "operation",
            operation,
            "years",
            i64::from(key.years),
            "kind",
            kind,
        ),
        line: if row.line == 0 {
            String::new()
        } else {
            w.number(row.line)
        },
        before: money(row.before).unwrap_or_else(|| w.t("catalog-none")),
        after: money(row.after).unwrap_or_else(|| w.t("catalog-withdrawn")),
        changed: row.before != row.after && row.before.is_some(),
        class: ui::badge(tone, class_name(w, row.class)),
        margin_before: before
            .and_then(|margin| margin.on_price)
            .map(|share| price_books::percent(w, share))
            .unwrap_or_default(),
        margin_after: after.map(|margin| margin_badge(w, &margin)).unwrap_or_default(),
        from: row.effective_from.map(|at| w.date_time(at)).unwrap_or_default(),
    }
}

fn margin_badge(w: &Words, margin: &Margin) -> Html {
    let Some(share) = margin.on_price else {
        return Html::default();
    };
    let tone = match margin.class {
        MarginClass::Negative => Tone::Bad,
        MarginClass::Low => Tone::Warn,
        MarginClass::Healthy | MarginClass::NotComparable | MarginClass::NoCost | MarginClass::NoPrice => Tone::Ok,
    };
    ui::badge(tone, price_books::percent(w, share))
}

pub(super) fn finding(w: &Words, finding: &Finding) -> FindingRow {
    let weight = match finding.weight {
        Weight::Refused => ui::badge(Tone::Bad, w.t("catalog-weight-refused")),
        Weight::LeftOut => ui::badge(Tone::None, w.t("catalog-weight-left-out")),
    };
    FindingRow {
        place: match (finding.line, finding.column) {
            (0, _) => w.t("catalog-whole-file"),
            (line, 0) => w.t1("catalog-at-line", "line", line),
            (line, column) => w.t2("catalog-at-line-column", "line", line, "column", column),
        },
        field: finding.field.clone(),
        value: finding.value.clone(),
        reason: w.t(&finding.reason.key()),
        weight,
    }
}
