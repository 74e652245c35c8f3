//! Charts drawn by the server: plain SVG, geometry in attributes, paint by class, a `<title>` that says the finding.
//!
//! The coordinates are floating point because they are places on a screen; the values they come from stay whole. Beside
//! every chart stands a table or a CSV with the same numbers.

mod bars;
mod steps;

use std::fmt::Write as _;

pub use bars::{Bars, Group, Histogram, bars, histogram};
pub use steps::{Change, Steps, steps};

use crate::ui::{Html, Tone, escape};

/// How values become places: a linear scale, `low` at `from` and `high` at `to`.
#[derive(Clone, Copy, Debug)]
struct Scale {
    low: i64,
    high: i64,
    from: f64,
    to: f64,
}

impl Scale {
    #[expect(clippy::cast_precision_loss, reason = "a place on the screen, not an amount")]
    fn place(self, value: i64) -> f64 {
        let share = (value as f64 - self.low as f64) / (self.high as f64 - self.low as f64).max(1.0);
        self.from + share * (self.to - self.from)
    }
}

/// Round values to put lines at, covering `low` to `high`: about four of them, each a multiple of 1, 2 or 5.
fn ticks(low: i64, high: i64) -> Vec<i64> {
    let span = high.saturating_sub(low).max(1);
    let mut step = 1i64;
    for factor in [2, 5, 2].into_iter().cycle() {
        if span / step <= 4 {
            break;
        }
        // 1, 2, 5 needs 2, 2.5, 2: the middle one by halves.
        step = if factor == 5 {
            step.saturating_mul(5) / 2
        } else {
            step.saturating_mul(factor)
        };
    }
    let first = low.div_euclid(step).saturating_mul(step);
    let last = high.saturating_add(step - 1).div_euclid(step).saturating_mul(step);
    (0..=6)
        .map(|index| first.saturating_add(step.saturating_mul(index)))
        .take_while(|tick| *tick <= last)
        .collect()
}

/// Where the drawing begins: right of the longest value at the axis.
fn margin(ticks: &[i64], label: &dyn Fn(i64) -> String) -> f64 {
    let longest = ticks.iter().map(|tick| label(*tick).chars().count()).max().unwrap_or(0);
    f64::from(u32::try_from(longest).unwrap_or(u32::MAX))
        .mul_add(6.4, 14.0)
        .clamp(30.0, 120.0)
}

/// Horizontal lines with their values at the left; the lowest is the axis.
fn grid(out: &mut String, ticks: &[i64], scale: Scale, left: f64, right: f64, label: &dyn Fn(i64) -> String) {
    for (index, tick) in ticks.iter().enumerate() {
        let y = scale.place(*tick);
        let class = if index == 0 { "ax" } else { "gl" };
        let _ = write!(
            out,
            r#"<line class="{class}" x1="{left}" x2="{right}" y1="{y:.1}" y2="{y:.1}"/>"#
        );
        let _ = write!(
            out,
            r#"<text x="{}" y="{:.1}" text-anchor="end">{}</text>"#,
            left - 8.0,
            y + 4.0,
            escape(label(*tick))
        );
    }
}

/// The frame of a chart with its finding.
fn frame(class: &str, width: u32, height: u32, title: &str, inner: &str) -> Html {
    Html::trusted(format!(
        r#"<svg class="{class}" viewBox="0 0 {width} {height}" role="img"><title>{}</title>{inner}</svg>"#,
        escape(title)
    ))
}

/// A line without axes beside a number. Fewer than two values draw nothing.
#[must_use]
pub fn sparkline(values: &[i64], tone: Tone, title: &str) -> Html {
    let (Some(low), Some(high)) = (values.iter().min(), values.iter().max()) else {
        return Html::default();
    };
    if values.len() < 2 {
        return Html::default();
    }
    let across = Scale {
        low: 0,
        high: i64::try_from(values.len() - 1).unwrap_or(i64::MAX),
        from: 0.0,
        to: 120.0,
    };
    let up = Scale {
        low: *low,
        high: (*high).max(low + 1),
        from: 29.0,
        to: 3.0,
    };
    let mut line = String::new();
    for (index, value) in (0i64..).zip(values) {
        let _ = write!(
            line,
            "{}{:.1} {:.1}",
            if index == 0 { 'M' } else { 'L' },
            across.place(index),
            up.place(*value)
        );
    }
    let class = match tone {
        Tone::Ok => "spark is-ok",
        Tone::Bad | Tone::Warn => "spark is-bad",
        Tone::None | Tone::Info | Tone::Brand => "spark",
    };
    Html::trusted(format!(
        r#"<svg class="{class}" viewBox="0 0 120 32" preserveAspectRatio="none" role="img"><title>{}</title><path class="a" d="{line}V32H0Z"/><path class="l" d="{line}"/></svg>"#,
        escape(title)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_values() {
        assert_eq!(ticks(0, 912_000), [0, 200_000, 400_000, 600_000, 800_000, 1_000_000]);
        assert_eq!(
            ticks(84_000, 121_000),
            [80_000, 90_000, 100_000, 110_000, 120_000, 130_000]
        );
        assert_eq!(ticks(-79, 30), [-100, -50, 0, 50]);
        assert_eq!(ticks(5, 5), [5]);
        for (low, high) in [(0, 1), (-3, 7), (1, 1_000_000_007), (i64::MIN / 4, i64::MAX / 4)] {
            let ticks = ticks(low, high);
            assert!(
                ticks[0] <= low && ticks[ticks.len() - 1] >= high && ticks.len() <= 7,
                "{low} {high} {ticks:?}"
            );
        }
    }

    #[test]
    fn a_sparkline_says_its_finding_and_carries_no_style() {
        let drawing = sparkline(&[3, 1, 4, 1, 5], Tone::Ok, "Rising <fast>").to_string();
        assert!(
            drawing.contains("<title>Rising &lt;fast&gt;</title>") && drawing.contains("M0.0 16.0L30.0 29.0"),
            "{drawing}"
        );
        assert!(!drawing.contains("style="));
        assert_eq!(sparkline(&[7], Tone::Ok, "").as_str(), "");
        assert!(
            sparkline(&[7, 7], Tone::Ok, "Level")
                .as_str()
                .contains("M0.0 29.0L120.0 29.0")
        );
    }
}
