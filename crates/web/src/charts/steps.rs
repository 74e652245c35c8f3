//! The step chart of a price: sale over cost, the band between them, what is scheduled dashed, a line for today.

use std::fmt::Write as _;

use super::{Scale, frame, grid, margin, ticks};
use crate::ui::{Html, escape};

/// From this moment (microseconds) this value, until the next change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Microseconds since the epoch.
    pub at: i64,
    /// The value from then on, in minor units.
    pub value: i64,
}

/// What the step chart shows.
pub struct Steps<'a> {
    /// The finding.
    pub title: &'a str,
    /// The sale price's changes, oldest first.
    pub sale: &'a [Change],
    /// The cost's changes, oldest first, in the same currency; may be empty.
    pub cost: &'a [Change],
    /// From which moment to which the chart runs.
    pub span: (i64, i64),
    /// Now.
    pub now: i64,
    /// The word beside the line of today.
    pub today: &'a str,
    /// How a value is written.
    pub label: &'a dyn Fn(i64) -> String,
    /// How a moment is written below the chart.
    pub date: &'a dyn Fn(i64) -> String,
}

const RIGHT: f64 = 352.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 190.0;

/// Draws the chart, 360 by 212.
#[must_use]
pub fn steps(chart: &Steps<'_>) -> Html {
    let (from, until) = (chart.span.0, chart.span.1.max(chart.span.0.saturating_add(1)));
    let (sale, cost) = (within(chart.sale, from, until), within(chart.cost, from, until));
    let values = || sale.iter().chain(&cost).map(|change| change.value);
    let (Some(low), Some(high)) = (values().min(), values().max()) else {
        return Html::default();
    };
    // A price that never changed stands in the middle, with room that fits its size on either side.
    let room = if low == high { (high / 20).max(1) } else { 0 };
    let ticks = ticks(low.saturating_sub(room), high.saturating_add(room));
    let up = Scale {
        low: ticks[0],
        high: ticks[ticks.len() - 1],
        from: BOTTOM,
        to: TOP,
    };
    let left = margin(&ticks, chart.label);
    let across = Scale {
        low: from,
        high: until,
        from: left,
        to: RIGHT,
    };
    let mut out = String::new();
    grid(&mut out, &ticks, up, left, 360.0, chart.label);
    dates(&mut out, chart, across);
    let now = chart.now.clamp(from, until);
    if let (Some(first_sale), Some(first_cost)) = (sale.first(), cost.first()) {
        // Between the two there is something only once there are both.
        let both = first_sale.at.max(first_cost.at);
        let band = format!(
            "{}{}Z",
            line(&sale, both, until, across, up),
            back(&within(&cost, both, until), until, across, up)
        );
        let _ = write!(out, r#"<path class="band" d="{band}"/>"#);
    }
    for (class, changes) in [("l2", &cost), ("l1", &sale)] {
        draw(&mut out, class, changes, (from, now, until), across, up);
    }
    mark_today(&mut out, chart, &sale, now, across, up);
    mark_next(&mut out, chart, &sale, now, across, up);
    frame("chart chart--small", 360, 212, chart.title, &out)
}

/// The changes that matter within the span; the one in force at its start begins there.
fn within(changes: &[Change], from: i64, until: i64) -> Vec<Change> {
    let first = changes
        .iter()
        .rfind(|change| change.at <= from)
        .map(|change| Change { at: from, ..*change });
    first
        .into_iter()
        .chain(
            changes
                .iter()
                .filter(|change| change.at > from && change.at < until)
                .copied(),
        )
        .collect()
}

/// The part of the changes between two moments, as a path of level and upright moves.
fn line(changes: &[Change], from: i64, until: i64, across: Scale, up: Scale) -> String {
    let mut path = String::new();
    for change in within(changes, from, until) {
        let (x, y) = (across.place(change.at.max(from)), up.place(change.value));
        let _ = if path.is_empty() {
            write!(path, "M{x:.1} {y:.1}")
        } else {
            write!(path, "H{x:.1}V{y:.1}")
        };
    }
    if !path.is_empty() {
        let _ = write!(path, "H{:.1}", across.place(until));
    }
    path
}

/// The cost's line backwards, to close the band.
fn back(cost: &[Change], until: i64, across: Scale, up: Scale) -> String {
    let mut path = String::new();
    let mut right = across.place(until);
    for change in cost.iter().rev() {
        let (x, y) = (across.place(change.at), up.place(change.value));
        let _ = write!(path, "L{right:.1} {y:.1}H{x:.1}");
        right = x;
    }
    path
}

/// One line: solid until now, dashed after.
fn draw(
    out: &mut String,
    class: &str,
    changes: &[Change],
    (from, now, until): (i64, i64, i64),
    across: Scale,
    up: Scale,
) {
    let past = line(changes, from, now, across, up);
    let future = line(changes, now, until, across, up);
    for (path, class) in [(past, class.to_owned()), (future, format!("{class} fut"))] {
        if !path.is_empty() {
            let _ = write!(out, r#"<path class="{class}" d="{path}"/>"#);
        }
    }
}

fn mark_today(out: &mut String, chart: &Steps<'_>, sale: &[Change], now: i64, across: Scale, up: Scale) {
    let x = across.place(now);
    let _ = write!(
        out,
        r#"<line class="now" x1="{x:.1}" x2="{x:.1}" y1="{TOP}" y2="{BOTTOM}"/>"#
    );
    let (place, anchor) = if x > 110.0 {
        (x - 6.0, "end")
    } else {
        (x + 6.0, "start")
    };
    let _ = write!(
        out,
        r#"<text class="hl" x="{place:.1}" y="22" text-anchor="{anchor}">{}</text>"#,
        escape(chart.today)
    );
    if let Some(current) = sale.iter().rfind(|change| change.at <= now) {
        let _ = write!(
            out,
            r#"<circle class="pt" cx="{x:.1}" cy="{:.1}" r="4"/>"#,
            up.place(current.value)
        );
    }
}

/// The first scheduled price, written at its step.
fn mark_next(out: &mut String, chart: &Steps<'_>, sale: &[Change], now: i64, across: Scale, up: Scale) {
    let Some(next) = sale.iter().find(|change| change.at > now) else {
        return;
    };
    let (x, y) = (across.place(next.at), up.place(next.value));
    let (place, anchor) = if x < 280.0 {
        (x + 6.0, "start")
    } else {
        (x - 6.0, "end")
    };
    let _ = write!(
        out,
        r#"<text class="hl" x="{place:.1}" y="{:.1}" text-anchor="{anchor}">{}</text>"#,
        y - 8.0,
        escape((chart.label)(next.value))
    );
}

/// Four dates below the chart.
fn dates(out: &mut String, chart: &Steps<'_>, across: Scale) {
    for part in 0..4i64 {
        let at = across
            .low
            .saturating_add(across.high.saturating_sub(across.low) / 8 * (1 + 2 * part));
        let _ = write!(
            out,
            r#"<text x="{:.1}" y="204" text-anchor="middle">{}</text>"#,
            across.place(at),
            escape((chart.date)(at))
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(sale: &[Change], cost: &[Change]) -> String {
        let (label, date) = (|value: i64| value.to_string(), |at: i64| at.to_string());
        steps(&Steps {
            title: "Price",
            sale,
            cost,
            span: (0, 1000),
            now: 600,
            today: "Today",
            label: &label,
            date: &date,
        })
        .to_string()
    }

    #[test]
    fn what_is_scheduled_is_dashed_and_named() {
        let drawing = chart(
            &[
                Change { at: -50, value: 1000 },
                Change { at: 300, value: 1100 },
                Change { at: 700, value: 1180 },
            ],
            &[Change { at: 0, value: 900 }],
        );
        assert!(
            drawing.contains(r#"<path class="l1" d="M39.6"#) && drawing.contains(r#"<path class="l1 fut""#),
            "{drawing}"
        );
        assert!(
            drawing.contains(">1180</text>") && drawing.contains("class=\"band\"") && drawing.contains(">Today</text>")
        );
        assert!(!drawing.contains("style=") && !drawing.contains("NaN"));
    }

    #[test]
    fn the_band_begins_upright_where_the_later_of_the_two_does() {
        let (early, late) = (Change { at: 0, value: 1000 }, Change { at: 500, value: 900 });
        for (sale, cost, later) in [(early, late, "l2"), (late, early, "l1")] {
            let drawing = chart(&[sale], &[cost]);
            let x_of = |class: &str| {
                let (_, path) = drawing.split_once(&format!("class=\"{class}\" d=\"M")).unwrap();
                path.split(' ').next().unwrap().to_owned()
            };
            assert_eq!(x_of("band"), x_of(later), "{drawing}");
            let (_, band) = drawing.split_once("class=\"band\" d=\"").unwrap();
            let band = band.split('"').next().unwrap();
            assert!(band.ends_with(&format!("H{}Z", x_of(later))), "{band}");
        }
    }

    #[test]
    fn a_price_without_a_cost_has_no_band_and_no_price_no_chart() {
        assert!(!chart(&[Change { at: 0, value: 5 }], &[]).contains("band"));
        assert_eq!(chart(&[], &[]), "");
    }
}
