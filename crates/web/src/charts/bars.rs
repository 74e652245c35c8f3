//! Bars side by side, each a stack of series, and the histogram of margins.

use std::fmt::Write as _;

use super::{Scale, frame, grid, margin, ticks};
use crate::ui::{Html, escape};

/// One bar: its label below, what it says when pointed at, and its parts from the bottom up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Below the bar.
    pub label: String,
    /// The finding of this bar.
    pub title: String,
    /// Its parts; negative ones count as nothing.
    pub values: Vec<i64>,
}

/// Stacked bars.
pub struct Bars<'a> {
    /// The finding of the whole chart.
    pub title: &'a str,
    /// From left to right.
    pub groups: &'a [Group],
    /// How a value is written at the axis.
    pub label: &'a dyn Fn(i64) -> String,
}

/// The classes of the parts, the lowest first; the last one painted is the brand's.
const PAINT: [&str; 4] = ["c1", "c2", "c3", "c4"];

/// Draws stacked bars, 720 by 236.
#[must_use]
pub fn bars(chart: &Bars<'_>) -> Html {
    let highest = chart
        .groups
        .iter()
        .map(|group| group.values.iter().filter(|value| **value > 0).sum::<i64>())
        .max()
        .unwrap_or(0);
    let ticks = ticks(0, highest.max(1));
    let up = Scale {
        low: 0,
        high: *ticks.last().unwrap_or(&1),
        from: 212.0,
        to: 10.0,
    };
    let mut out = String::new();
    let left = margin(&ticks, chart.label);
    grid(&mut out, &ticks, up, left, 720.0, chart.label);
    let slot = (720.0 - left) / count(chart.groups.len().max(1));
    let width = (slot * 0.46).clamp(4.0, 44.0);
    for (index, group) in chart.groups.iter().enumerate() {
        let middle = left + slot * (count(index) + 0.5);
        let _ = write!(out, r#"<g class="b"><title>{}</title>"#, escape(&group.title));
        stack(&mut out, group, up, middle - width / 2.0, width);
        let _ = write!(
            out,
            r#"</g><text x="{middle:.1}" y="230" text-anchor="middle">{}</text>"#,
            escape(&group.label)
        );
    }
    frame("chart", 720, 236, chart.title, &out)
}

/// The parts of one bar, with a hair of background between them.
fn stack(out: &mut String, group: &Group, up: Scale, x: f64, width: f64) {
    let mut below = 0i64;
    for (value, paint) in group.values.iter().zip(PAINT) {
        if *value <= 0 {
            continue;
        }
        let (bottom, top) = (up.place(below), up.place(below + value));
        let gap = if below == 0 { 0.0 } else { 1.5 };
        let height = (bottom - top - gap).max(0.5);
        let _ = write!(
            out,
            r#"<rect class="{paint}" x="{x:.1}" y="{top:.1}" width="{width:.1}" height="{height:.1}" rx="2"/>"#
        );
        below += value;
    }
}

/// How many of a thing fall into each of its ranges; ranges below zero are shaded.
pub struct Histogram<'a> {
    /// The finding.
    pub title: &'a str,
    /// The ranges from left to right: label, what is said when pointed at, how many.
    pub ranges: &'a [(String, String, i64)],
    /// How many of the ranges, from the left, lie below zero.
    pub below_zero: usize,
    /// How a count is written at the axis.
    pub label: &'a dyn Fn(i64) -> String,
}

/// Draws a histogram, 360 by 190.
#[must_use]
pub fn histogram(chart: &Histogram<'_>) -> Html {
    let highest = chart.ranges.iter().map(|(_, _, number)| *number).max().unwrap_or(0);
    let ticks = ticks(0, highest.max(1));
    let up = Scale {
        low: 0,
        high: *ticks.last().unwrap_or(&1),
        from: 166.0,
        to: 10.0,
    };
    let from = margin(&ticks, chart.label);
    let slot = (360.0 - from) / count(chart.ranges.len().max(1));
    let mut out = String::new();
    if chart.below_zero > 0 {
        let _ = write!(
            out,
            r#"<rect class="neg" x="{from:.1}" y="10" width="{:.1}" height="156"/>"#,
            slot * count(chart.below_zero)
        );
    }
    grid(&mut out, &ticks, up, from, 360.0, chart.label);
    for (index, (label, title, number)) in chart.ranges.iter().enumerate() {
        let x = from + slot * count(index);
        let (y, paint) = (
            up.place((*number).max(0)),
            if index < chart.below_zero { "c4" } else { "c1" },
        );
        let (left, wide, high) = (x + slot * 0.1, slot * 0.8, 166.0 - y);
        let _ = write!(
            out,
            r#"<g class="b"><title>{}</title><rect class="{paint}" x="{left:.1}" y="{y:.1}" width="{wide:.1}" height="{high:.1}" rx="2"/></g>"#,
            escape(title)
        );
        let _ = write!(
            out,
            r#"<text x="{:.1}" y="182" text-anchor="middle">{}</text>"#,
            x + slot / 2.0,
            escape(label)
        );
    }
    frame("chart chart--small", 360, 190, chart.title, &out)
}

/// A number of things as a length.
#[expect(clippy::cast_precision_loss, reason = "a few dozen bars")]
fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stack_their_parts_and_leave_out_what_is_nothing() {
        let groups = [Group {
            label: "31 Aug".into(),
            title: "Week of 31 Aug".into(),
            values: vec![182, 0, 410],
        }];
        let drawing = bars(&Bars {
            title: "Sales",
            groups: &groups,
            label: &|value| value.to_string(),
        })
        .to_string();
        assert_eq!(drawing.matches("<rect").count(), 2);
        assert!(
            drawing.contains("<title>Week of 31 Aug</title>")
                && !drawing.contains("NaN")
                && !drawing.contains("style=")
        );
    }

    #[test]
    fn charts_of_nothing_are_empty_frames() {
        let nothing = bars(&Bars {
            title: "Nothing",
            groups: &[],
            label: &|value| value.to_string(),
        })
        .to_string();
        assert!(!nothing.contains("NaN") && !nothing.contains("inf"), "{nothing}");
        let none = histogram(&Histogram {
            title: "None",
            ranges: &[],
            below_zero: 0,
            label: &|value| value.to_string(),
        })
        .to_string();
        assert!(!none.contains("NaN") && !none.contains("inf"), "{none}");
    }

    #[test]
    fn ranges_below_zero_are_shaded() {
        let ranges = [("−5".into(), "3 lose".into(), 3), ("5".into(), "9 gain".into(), 9)];
        let drawing = histogram(&Histogram {
            title: "Margins",
            ranges: &ranges,
            below_zero: 1,
            label: &|value| value.to_string(),
        })
        .to_string();
        assert!(
            drawing.contains(r#"class="neg" x="30.0" y="10" width="165.0""#) && drawing.contains("c4"),
            "{drawing}"
        );
    }
}
