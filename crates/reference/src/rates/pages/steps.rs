//! Rates before and after, as every review of them shows it: when each was quoted, whether it is too old, how far it goes.

use askama::Template;
use web::messages::Words;
use web::ui::{self, Html};

use super::super::effect::{InForce, RateStep};
use super::super::words;

#[derive(Template)]
#[template(path = "pages/rate_steps.html")]
struct Card<'a> {
    w: &'a Words,
    rows: Vec<Row>,
    none: String,
}

struct Row {
    pair: String,
    /// What is said, where something newer counts.
    said: String,
    before: Cell,
    after: Cell,
    change: String,
}

struct Cell {
    rate: String,
    /// When it was quoted, and whether it is too old.
    about: String,
}

/// The card of a review; `none` is what it says where there is no rate to show.
pub(super) fn card(w: &Words, steps: &[RateStep], none: String) -> Html {
    let row = |step: &RateStep| Row {
        pair: format!("{} → {}", step.base, step.quote),
        said: if step.is_overtaken() {
            w.t1("rates-review-overtaken", "rate", words::shown(w, step.said))
        } else {
            String::new()
        },
        before: cell(w, step.before),
        after: cell(w, step.after),
        change: step
            .change()
            .map_or_else(|| w.t("rates-unknown"), |change| w.share(change)),
    };
    Html::of(&Card {
        w,
        rows: steps.iter().map(row).collect(),
        none,
    })
}

fn cell(w: &Words, in_force: Option<InForce>) -> Cell {
    let Some(InForce { rate, quoted_at, stale }) = in_force else {
        return Cell {
            rate: w.t("rates-unknown"),
            about: String::new(),
        };
    };
    let when = quoted_at.map(|at| w.date_time(at));
    let too_old = stale.then(|| w.t("rates-stale"));
    let about: Vec<String> = when.into_iter().chain(too_old).collect();
    Cell {
        rate: words::shown(w, rate),
        about: about.join(" · "),
    }
}
