//! The closed sets a run is told by: where it stands, what started it, why it waits or failed.

use serde::{Deserialize, Serialize};

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SyncRunState)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Under way.
    Running,
    /// Its prices wait for a person to apply or reject them.
    Waiting,
    /// Its prices are in force, or nothing had changed.
    Succeeded,
    /// Nothing of it is in force.
    Failed,
    /// Ended by a person while it was running.
    Cancelled,
    /// A person looked and said no.
    Rejected,
}

impl RunState {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Running,
        Self::Waiting,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
        Self::Rejected,
    ];

    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Rejected => "rejected",
        }
    }

    /// From a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What started a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SyncRunCause)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Its time had come.
    Schedule,
    /// Somebody asked for it.
    Person,
}

impl Cause {
    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::Person => "person",
        }
    }

    /// From a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Schedule, Self::Person]
            .into_iter()
            .find(|cause| cause.name() == name)
    }
}

/// Why a run waits or failed, as a stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SyncRunReason)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It would change or end more of the prices in force than the source may.
    TooMuchChanged,
    /// It would not believe more of what the source says than may be wrong by chance.
    TooMuchRejected,
    /// Nothing the source said could be believed.
    NothingBelieved,
    /// The source told no price at all.
    NoPrices,
    /// The source refused our account or the question.
    Refused,
    /// The source could not be reached, or its answer was none.
    Unreachable,
    /// The source asked us to wait for longer than a run lasts.
    Limited,
    /// The source's settings cannot be used.
    Unfit,
    /// The price book changed over and over while its prices were compared.
    BookChanged,
}

impl Why {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::TooMuchChanged,
        Self::TooMuchRejected,
        Self::NothingBelieved,
        Self::NoPrices,
        Self::Refused,
        Self::Unreachable,
        Self::Limited,
        Self::Unfit,
        Self::BookChanged,
    ];

    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooMuchChanged => "too_much_changed",
            Self::TooMuchRejected => "too_much_rejected",
            Self::NothingBelieved => "nothing_believed",
            Self::NoPrices => "no_prices",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Limited => "limited",
            Self::Unfit => "unfit",
            Self::BookChanged => "book_changed",
        }
    }

    /// From a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_read_back_as_what_they_name_and_as_the_api_writes_them() {
        for state in RunState::ALL {
            assert_eq!(RunState::parse(state.name()), Some(state));
            assert_eq!(json!(state), state.name());
        }
        for why in Why::ALL {
            assert_eq!(Why::parse(why.name()), Some(why));
            assert_eq!(json!(why), why.name());
        }
        for cause in [Cause::Schedule, Cause::Person] {
            assert_eq!(Cause::parse(cause.name()), Some(cause));
            assert_eq!(json!(cause), cause.name());
        }
    }
}
