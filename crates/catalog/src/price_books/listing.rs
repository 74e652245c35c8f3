//! The price book as a list: what is shown of it, in which order. Pages, CSV and API ask the same, so they agree.

use std::cmp::Ordering;

use engines::margin::MarginClass;
use kernel::{Problem, ProblemKind};

use super::report::{Report, ReportRow};
use crate::tlds::Category;

/// Which endings are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum View {
    /// All of them.
    #[default]
    All,
    /// Those that lose money on something.
    Negative,
    /// Those that earn too little on something.
    Low,
    /// Those with a cost and no sales price.
    Unpriced,
    /// Those with a sales price and no cost.
    NoCost,
    /// Those whose prices will change.
    Scheduled,
    /// Those whose first year loses money.
    RegisterNegative,
    /// Those whose renewal loses money.
    RenewNegative,
    /// Those whose renewal earns too little.
    RenewLow,
}

impl View {
    /// Those the page always offers, in its order; the others are behind its sums.
    pub(crate) const OFFERED: [Self; 6] = [
        Self::All,
        Self::Negative,
        Self::Low,
        Self::Unpriced,
        Self::NoCost,
        Self::Scheduled,
    ];

    /// As addresses write it; empty for all.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Negative => "negative",
            Self::Low => "low",
            Self::Unpriced => "unpriced",
            Self::NoCost => "no_cost",
            Self::Scheduled => "scheduled",
            Self::RegisterNegative => "register_negative",
            Self::RenewNegative => "renew_negative",
            Self::RenewLow => "renew_low",
        }
    }

    /// From an address.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let behind_sums = [Self::RegisterNegative, Self::RenewNegative, Self::RenewLow];
        let found = Self::OFFERED
            .into_iter()
            .chain(behind_sums)
            .find(|view| view.name() == name);
        found.or((name == "all").then_some(Self::All))
    }

    /// Whether it gives away margins.
    pub(crate) const fn tells_margins(self) -> bool {
        !matches!(self, Self::All | Self::Scheduled)
    }

    fn holds(self, row: &ReportRow<'_>, with_costs: bool) -> bool {
        match self {
            Self::All => true,
            Self::Negative => row.any(MarginClass::Negative),
            Self::Low => row.any(MarginClass::Low),
            Self::Unpriced => row.register.class() == MarginClass::NoPrice,
            Self::NoCost => row.register.class() == MarginClass::NoCost,
            Self::Scheduled => row.next_change(with_costs).is_some(),
            Self::RegisterNegative => row.register.class() == MarginClass::Negative,
            Self::RenewNegative => row.renew.class() == MarginClass::Negative,
            Self::RenewLow => row.renew.class() == MarginClass::Low,
        }
    }
}

/// The fields a list can be sorted by.
pub(crate) const SORTS: [&str; 5] = ["ending", "register", "renew", "transfer", "margin"];

/// What is asked of the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ask {
    /// Part of the ending.
    pub(crate) search: Option<String>,
    /// Which endings.
    pub(crate) view: View,
    /// Of which kind.
    pub(crate) category: Option<Category>,
    /// One of [`SORTS`] and whether the largest comes first; none: the most sought-after first.
    pub(crate) sort: Option<(&'static str, bool)>,
    /// Whether who asks may see costs: a change of costs alone is none to others.
    pub(crate) with_costs: bool,
}

impl Ask {
    /// Reads what an address says.
    pub(crate) fn read(
        search: Option<&str>,
        view: Option<&str>,
        category: Option<&str>,
        sort: Option<(&'static str, bool)>,
        with_costs: bool,
    ) -> Result<Self, Problem> {
        let view = View::parse(view.unwrap_or_default()).ok_or_else(|| bad("/view", "view_unknown"))?;
        let category = match category.unwrap_or_default() {
            "" => None,
            "generic" => Some(Category::Generic),
            "country" => Some(Category::Country),
            "company" => Some(Category::Company),
            _ => return Err(bad("/category", "category_unknown")),
        };
        let search = search
            .map(|text| text.trim().trim_start_matches('.').to_lowercase())
            .filter(|text| !text.is_empty());
        Ok(Self {
            search,
            view,
            category,
            sort,
            with_costs,
        })
    }

    /// Whether answering gives away margins.
    pub(crate) fn tells_margins(&self) -> bool {
        self.view.tells_margins() || self.sort.is_some_and(|(key, _)| key == "margin")
    }

    fn matches(&self, row: &ReportRow<'_>) -> bool {
        let found = |text: &String| row.tld.ending.contains(text.as_str()) || row.tld.shown.contains(text.as_str());
        self.category.is_none_or(|category| row.tld.category == category) && self.search.as_ref().is_none_or(found)
    }
}

fn bad(pointer: &'static str, code: &'static str) -> Problem {
    Problem::new(ProblemKind::Unreadable, code).field(pointer, code)
}

/// The rows asked for, in the order asked for.
pub(crate) fn select<'r, 'b>(report: &'r Report<'b>, ask: &Ask) -> Vec<&'r ReportRow<'b>> {
    let mut rows: Vec<&ReportRow<'_>> = report
        .rows
        .iter()
        .filter(|row| ask.matches(row) && ask.view.holds(row, ask.with_costs))
        .collect();
    if let Some((key, descending)) = ask.sort {
        rows.sort_by(|a, b| compare(a, b, key, descending).then_with(|| a.tld.ending.cmp(&b.tld.ending)));
    }
    rows
}

/// How many rows each view has, for the same search: those offered, and the one asked for.
pub(crate) fn counts(report: &Report<'_>, ask: &Ask) -> Vec<(View, usize)> {
    let asked = (!View::OFFERED.contains(&ask.view)).then_some(ask.view);
    let count = |view: View| {
        report
            .rows
            .iter()
            .filter(|row| ask.matches(row) && view.holds(row, ask.with_costs))
            .count()
    };
    View::OFFERED
        .into_iter()
        .chain(asked)
        .map(|view| (view, count(view)))
        .collect()
}

/// Rows without a value come last in either direction.
fn compare(a: &ReportRow<'_>, b: &ReportRow<'_>, key: &str, descending: bool) -> Ordering {
    if key == "ending" {
        let order = a.tld.ending.cmp(&b.tld.ending);
        return if descending { order.reverse() } else { order };
    }
    match (value(a, key), value(b, key)) {
        (Some(a), Some(b)) => {
            if descending {
                b.cmp(&a)
            } else {
                a.cmp(&b)
            }
        }
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

fn value(row: &ReportRow<'_>, key: &str) -> Option<i64> {
    match key {
        "register" => row.register.sale(),
        "renew" => row.renew.sale(),
        "transfer" => row.transfer.sale(),
        // The worst of an ending's margins on price.
        _ => row
            .cells()
            .iter()
            .filter_map(|cell| cell.on_price())
            .min()
            .map(kernel::Percent::millionths),
    }
}
