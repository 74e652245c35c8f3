//! Which part of a dry run is shown: the page and its CSV read the same address, so they agree.

use engines::margin::MarginClass;
use serde::Deserialize;
use web::messages::Words;
use web::ui::ListQuery;

use crate::price_rules::run::{Line, Run, Skipped};
use crate::price_rules::sentence;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub(in crate::price_rules::pages) struct Asked {
    show: Option<String>,
    q: Option<String>,
    pub(super) page: Option<usize>,
}

/// Which lines.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Showing {
    /// Prices that change.
    Changes,
    /// Sold below cost so far.
    WasNegative,
    /// Earning too little so far.
    WasLow,
    /// Below their rule's minimum margin even so.
    BelowMinimum,
    /// Everything that was made.
    All,
    /// What no price was made for.
    Skipped,
}

impl Showing {
    pub(super) const ALL: [Self; 6] = [
        Self::Changes,
        Self::WasNegative,
        Self::WasLow,
        Self::BelowMinimum,
        Self::All,
        Self::Skipped,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::WasNegative => "was_negative",
            Self::WasLow => "was_low",
            Self::BelowMinimum => "below_minimum",
            Self::All => "all",
            Self::Skipped => "skipped",
        }
    }

    pub(super) fn label(self, w: &Words, run: &Run) -> String {
        match self {
            Self::Changes => w.t("catalog-show-changes"),
            Self::WasNegative => w.t("catalog-run-was-negative"),
            Self::WasLow => w.t1("catalog-run-was-low", "limit", sentence::percent(w, run.low_below)),
            Self::BelowMinimum => w.t("catalog-run-below-minimum"),
            Self::All => w.t("catalog-view-all"),
            Self::Skipped => w.t("catalog-run-skipped"),
        }
    }

    fn holds(self, run: &Run, line: &Line) -> bool {
        match self {
            Self::Changes => line.before != Some(line.made.price.minor),
            Self::WasNegative => line.margin_before(&run.margin_rules()).class == MarginClass::Negative,
            Self::WasLow => line.margin_before(&run.margin_rules()).class == MarginClass::Low,
            Self::BelowMinimum => line.made.below_minimum,
            Self::All => true,
            Self::Skipped => false,
        }
    }

    pub(super) fn count(self, run: &Run) -> usize {
        if self == Self::Skipped {
            return run.skipped.len();
        }
        run.lines.iter().filter(|line| self.holds(run, line)).count()
    }
}

/// What of a run is wanted.
pub(super) struct Wanted {
    pub(super) show: Showing,
    /// Part of the ending, lower case.
    search: String,
}

impl Wanted {
    pub(super) fn of(asked: &Asked) -> Self {
        let name = asked.show.as_deref().unwrap_or_default();
        let search = asked.q.as_deref().unwrap_or_default().trim();
        Self {
            show: Showing::ALL
                .into_iter()
                .find(|show| show.name() == name)
                .unwrap_or(Showing::Changes),
            search: search.trim_start_matches('.').to_lowercase(),
        }
    }

    /// The worst margins before come first, then what had no price.
    pub(super) fn lines<'r>(&self, run: &'r Run) -> Vec<&'r Line> {
        let wanted = |line: &&Line| self.show.holds(run, line) && line.ending.contains(&self.search);
        let rules = run.margin_rules();
        let mut lines: Vec<&Line> = run.lines.iter().filter(wanted).collect();
        lines.sort_by_key(|line| {
            let on_price = line.margin_before(&rules).on_price;
            (on_price.is_none(), on_price)
        });
        lines
    }

    pub(super) fn skipped<'r>(&self, run: &'r Run) -> Vec<&'r Skipped> {
        let wanted = |skipped: &&Skipped| skipped.ending.contains(&self.search);
        run.skipped.iter().filter(wanted).collect()
    }

    /// The same at another address.
    pub(super) fn query(&self, path: String) -> ListQuery {
        ListQuery::new(path)
            .param("q", &self.search)
            .param("show", self.show.name())
    }
}
