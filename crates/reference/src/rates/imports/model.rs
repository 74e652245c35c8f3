//! An import of a history, and what becomes of it.

use kernel::{Change, Fact, ImportId, Instant, Problem};
use serde_json::json;

use super::super::ecb;
use super::super::events::RatesImported;
use super::super::model::{RateSheet, Source};

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = RateImportState)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// Shown, and can be applied.
    Previewed,
    /// Has bad lines, and cannot.
    Refused,
    /// Its rates are recorded.
    Applied,
}

impl ImportState {
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

/// How many of what a file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// Days it adds.
    pub added: u32,
    /// Days that are known and stay as they are.
    pub known: u32,
    /// Figures that would wait for a person.
    pub held: u32,
    /// Lines that could not be read.
    pub bad: u32,
}

/// An import, without its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateImport {
    /// Its id.
    pub id: ImportId,
    /// What the file is called.
    pub file_name: String,
    /// How long it is.
    pub size_bytes: u64,
    /// SHA-256 of the file.
    pub content_hash: String,
    /// Where it stands.
    pub state: ImportState,
    /// What it holds.
    pub counts: ImportCounts,
    /// When it was read.
    pub created_at: Instant,
    /// By whom.
    pub created_by: String,
    /// When its rates were recorded.
    pub applied_at: Option<Instant>,
    /// By whom.
    pub applied_by: Option<String>,
}

impl RateImport {
    /// Its sheets become known.
    ///
    /// # Errors
    /// `rate_import_bad`, `rate_import_applied`.
    pub(super) fn apply(
        self,
        sheets: &[RateSheet],
        now: Instant,
        by: String,
    ) -> Result<Change<Self, RatesImported>, Problem> {
        match self.state {
            ImportState::Refused => Err(Problem::conflict("rate_import_bad").arg("n", self.counts.bad)),
            ImportState::Applied => Err(Problem::conflict("rate_import_applied")),
            ImportState::Previewed => {
                let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
                let fact = RatesImported {
                    import: self.id,
                    source: Source::Ecb,
                    base: ecb::BASE,
                    sheets: count(sheets.len()),
                    rates: count(sheets.iter().map(|sheet| sheet.rates.len()).sum()),
                    held: count(sheets.iter().map(|sheet| sheet.held.len()).sum()),
                    from: sheets.first().map(|sheet| sheet.quoted_at),
                    until: sheets.last().map(|sheet| sheet.quoted_at),
                };
                let before = json!({ "state": self.state.name() });
                let after = Self {
                    state: ImportState::Applied,
                    applied_at: Some(now),
                    applied_by: Some(by),
                    ..self
                };
                debug_assert_eq!(fact.subject(), after.id.to_string());
                Ok(Change::from(before, after, fact))
            }
        }
    }
}
