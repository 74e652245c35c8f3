//! An import and what becomes of it.

use kernel::{Change, Currency, Id, ImportId, Instant, Problem, RegistrarId, SalesListId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::events::PricesImported;
use super::plan::{Counts, Vanished};
use crate::price_books::Side;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// `tld,price,renewal,icann_fee`: a registrar's prices for resellers, per year.
    AtCostCsv,
    /// `{"status": …, "pricing": {"com": {"registration": "11.08", …}}}`: retail prices.
    RetailJson,
    /// Our own: `tld,operation,years,kind,currency,amount,effective_from`.
    PricesCsv,
    /// No file: what a price source told.
    PriceSource,
    /// No file: what price rules made.
    PriceRules,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::AtCostCsv,
        Self::RetailJson,
        Self::PricesCsv,
        Self::PriceSource,
        Self::PriceRules,
    ];
    /// Those a file can have.
    pub const OF_FILES: [Self; 3] = [Self::AtCostCsv, Self::RetailJson, Self::PricesCsv];

    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AtCostCsv => "at_cost_csv",
            Self::RetailJson => "retail_json",
            Self::PricesCsv => "prices_csv",
            Self::PriceSource => "price_source",
            Self::PriceRules => "price_rules",
        }
    }

    /// From a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Whether there is a file, whose bad cells refuse it.
    pub const fn is_of_a_file(self) -> bool {
        matches!(self, Self::AtCostCsv | Self::RetailJson | Self::PricesCsv)
    }

    /// Whether a file of this format holds the whole list, so that what it lacks has vanished.
    pub const fn is_whole_list(self) -> bool {
        matches!(self, Self::AtCostCsv | Self::RetailJson)
    }
}

/// The list a file's prices go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListRef {
    /// Costs of a registrar account.
    Registrar(RegistrarId),
    /// Sales prices of a list.
    Sales(SalesListId),
}

impl ListRef {
    /// Cost or sale.
    pub const fn side(self) -> Side {
        match self {
            Self::Registrar(_) => Side::Cost,
            Self::Sales(_) => Side::Sale,
        }
    }

    /// The list's id in cells.
    pub fn uuid(self) -> Uuid {
        match self {
            Self::Registrar(id) => id.uuid(),
            Self::Sales(id) => id.uuid(),
        }
    }

    pub(crate) fn of(side: Side, list: Uuid) -> Self {
        match side {
            Side::Cost => Self::Registrar(RegistrarId::from_uuid(list)),
            Side::Sale => Self::Sales(SalesListId::from_uuid(list)),
        }
    }
}

impl std::fmt::Display for ListRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Registrar(id) => id.fmt(f),
            Self::Sales(id) => id.fmt(f),
        }
    }
}

impl std::str::FromStr for ListRef {
    type Err = kernel::BadId;

    fn from_str(text: &str) -> Result<Self, kernel::BadId> {
        text.parse()
            .map(Self::Registrar)
            .or_else(|_| text.parse().map(Self::Sales))
    }
}

/// A file somebody wants to import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewImport {
    /// How it is written.
    pub format: Format,
    /// Where its prices go.
    pub list: ListRef,
    /// What the file is called, for people.
    pub file_name: String,
    /// The file.
    pub content: Vec<u8>,
    /// From when its prices hold; nothing: as soon as it is applied.
    pub effective_from: Option<Instant>,
    /// What becomes of prices it lacks, where the format is a whole list.
    pub vanished: Vanished,
}

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ImportState)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Shown, and can be applied.
    Previewed,
    /// Has bad cells, and cannot.
    Refused,
    /// Its prices are in the book.
    Applied,
}

impl State {
    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Previewed => "previewed",
            Self::Refused => "refused",
            Self::Applied => "applied",
        }
    }

    /// From a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Previewed, Self::Refused, Self::Applied]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// An import, without its plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// How the file is written.
    pub format: Format,
    /// Where its prices go.
    pub list: ListRef,
    /// That list's name when it was previewed.
    pub list_name: String,
    /// The list's currency.
    pub currency: Currency,
    /// What the file is called.
    pub file_name: String,
    /// How long it is.
    pub size_bytes: u64,
    /// SHA-256 of the file.
    pub content_hash: String,
    /// SHA-256 of the plan: what applying does.
    pub plan_hash: String,
    /// The version of the book it was compared with.
    pub book_version: i64,
    /// Where it stands.
    pub state: State,
    /// From when its prices hold; nothing: from when it is applied.
    pub effective_from: Option<Instant>,
    /// Rows or entries in the file.
    pub rows: u32,
    /// What it changes and what was wrong.
    pub counts: Counts,
    /// When it was previewed.
    pub created_at: Instant,
    /// By whom.
    pub created_by: String,
    /// When it was applied.
    pub applied_at: Option<Instant>,
    /// By whom.
    pub applied_by: Option<String>,
    /// The version of the book it made.
    pub applied_version: Option<i64>,
}

impl Import {
    /// Whether a run of a price source made it: then the run decides, and applies it.
    pub fn is_of_a_source(&self) -> bool {
        self.format == Format::PriceSource
    }

    /// Becomes applied at `now`: its prices are in the book from `version` on.
    pub fn apply(self, now: Instant, by: String, version: i64) -> Result<Change<Self, PricesImported>, Problem> {
        match self.state {
            State::Applied => return Err(Problem::conflict("import_applied")),
            State::Refused => return Err(Problem::refused("import_has_bad_cells").arg("n", self.counts.bad)),
            State::Previewed => {}
        }
        let fact = PricesImported {
            id: self.id,
            list: self.list.to_string(),
            side: self.list.side(),
            format: self.format,
            book_version: version,
            effective_from: self.effective_from.unwrap_or(now),
            counts: self.counts,
            plan_hash: self.plan_hash.clone(),
        };
        let before = json!({"book_version": self.book_version, "state": "previewed"});
        let after = Self {
            state: State::Applied,
            applied_at: Some(now),
            applied_by: Some(by),
            applied_version: Some(version),
            ..self
        };
        Ok(Change::from(before, after, fact))
    }
}
