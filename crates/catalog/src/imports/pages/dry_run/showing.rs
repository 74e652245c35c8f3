//! Which part of a plan is shown: the page and its CSV read the same address, so they agree.

use serde::Deserialize;
use web::messages::Words;
use web::ui::ListQuery;

use crate::imports::model::{Import, State};
use crate::imports::plan::{Class, Plan, PlanRow};

/// What the address says.
#[derive(Debug, Default, Deserialize)]
pub(in crate::imports::pages) struct Asked {
    show: Option<String>,
    q: Option<String>,
    pub(super) page: Option<usize>,
}

/// What of a plan is wanted.
pub(super) struct Wanted {
    pub(super) show: Showing,
    /// Part of the ending, lower case.
    search: String,
}

impl Wanted {
    pub(super) fn of(asked: &Asked, import: &Import) -> Self {
        let search = asked.q.as_deref().unwrap_or_default().trim();
        Self {
            show: Showing::of(asked, import),
            search: search.trim_start_matches('.').to_lowercase(),
        }
    }

    pub(super) fn rows<'p>(&self, plan: &'p Plan) -> Vec<&'p PlanRow> {
        let wanted = |row: &&PlanRow| self.show.holds(row) && row.key.ending.contains(&self.search);
        plan.rows.iter().filter(wanted).collect()
    }

    /// The same at another address.
    pub(super) fn query(&self, path: String) -> ListQuery {
        ListQuery::new(path)
            .param("q", &self.search)
            .param("show", self.show.name())
    }
}

/// Which rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Showing {
    Changes,
    Class(Class),
    Findings,
}

impl Showing {
    pub(super) const ALL: [Self; 6] = [
        Self::Changes,
        Self::Class(Class::Added),
        Self::Class(Class::Changed),
        Self::Class(Class::Unchanged),
        Self::Class(Class::Vanished),
        Self::Findings,
    ];

    /// What the address says; a refused file opens on what is wrong with it.
    fn of(asked: &Asked, import: &Import) -> Self {
        let otherwise = if import.state == State::Refused {
            Self::Findings
        } else {
            Self::Changes
        };
        let name = asked.show.as_deref().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|show| show.name() == name)
            .unwrap_or(otherwise)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Class(Class::Added) => "added",
            Self::Class(Class::Changed) => "changed",
            Self::Class(Class::Unchanged) => "unchanged",
            Self::Class(Class::Vanished) => "vanished",
            Self::Findings => "findings",
        }
    }

    fn holds(self, row: &PlanRow) -> bool {
        match self {
            Self::Changes => row.class != Class::Unchanged,
            Self::Class(class) => row.class == class,
            Self::Findings => false,
        }
    }

    pub(super) fn label(self, w: &Words) -> String {
        match self {
            Self::Changes => w.t("catalog-show-changes"),
            Self::Class(class) => class_name(w, class),
            Self::Findings => w.t("catalog-show-findings"),
        }
    }

    pub(super) fn count(self, import: &Import) -> u32 {
        let counts = import.counts;
        match self {
            Self::Changes => counts.added + counts.changed + counts.vanished,
            Self::Class(Class::Added) => counts.added,
            Self::Class(Class::Changed) => counts.changed,
            Self::Class(Class::Unchanged) => counts.unchanged,
            Self::Class(Class::Vanished) => counts.vanished,
            Self::Findings => counts.bad + counts.left_out,
        }
    }
}

pub(super) fn class_name(w: &Words, class: Class) -> String {
    match class {
        Class::Added => w.t("catalog-class-added"),
        Class::Changed => w.t("catalog-class-changed"),
        Class::Unchanged => w.t("catalog-class-unchanged"),
        Class::Vanished => w.t("catalog-class-vanished"),
    }
}
