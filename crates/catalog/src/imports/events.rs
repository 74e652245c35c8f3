//! What imports tell the rest of the house.

use kernel::{Fact, ImportId, Instant, RegistrarId};
use serde::Serialize;
use uuid::Uuid;

use super::model::Format;
use super::plan::Counts;
use crate::price_books::Side;

/// A file was read and compared with the book.
#[derive(Clone, Debug, Serialize)]
pub struct ImportPreviewed {
    /// The import.
    pub id: ImportId,
    /// Where its prices would go.
    pub list: String,
    /// How the file is written.
    pub format: Format,
    /// SHA-256 of the file.
    pub content_hash: String,
    /// What it would change and what was wrong.
    pub counts: Counts,
}

/// The prices of a file are in the book.
#[derive(Clone, Debug, Serialize)]
pub struct PricesImported {
    /// The import.
    pub id: ImportId,
    /// Where its prices went.
    pub list: String,
    /// Cost or sale.
    pub side: Side,
    /// How the file was written.
    pub format: Format,
    /// The version of the book that holds them.
    pub book_version: i64,
    /// From when they hold, where a price does not say so itself.
    pub effective_from: Instant,
    /// What it changed.
    pub counts: Counts,
    /// SHA-256 of the plan that was applied; the import keeps the plan, price by price.
    pub plan_hash: String,
}

const SAMPLE_COUNTS: Counts = Counts {
    added: 12,
    changed: 3,
    unchanged: 671,
    vanished: 2,
    bad: 0,
    left_out: 2,
};

fn sample_id() -> ImportId {
    ImportId::from(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0003))
}

fn sample_list() -> String {
    RegistrarId::from(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0001)).to_string()
}

impl Fact for ImportPreviewed {
    const NAME: &'static str = "catalog.import.previewed";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        let content_hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into();
        Self {
            id: sample_id(),
            list: sample_list(),
            format: Format::AtCostCsv,
            content_hash,
            counts: SAMPLE_COUNTS,
        }
    }
}

impl Fact for PricesImported {
    const NAME: &'static str = "catalog.prices.imported";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        Self {
            id: sample_id(),
            list: sample_list(),
            side: Side::Cost,
            format: Format::AtCostCsv,
            book_version: 7,
            effective_from: Instant::from_micros(1_795_000_000_000_000),
            counts: SAMPLE_COUNTS,
            plan_hash: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae".into(),
        }
    }
}
