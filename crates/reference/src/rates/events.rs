//! What happens to exchange rates, told to others.

use std::collections::BTreeMap;

use kernel::{Currency, Fact, Id, ImportId, Instant, Rate, RateSheetId};
use serde::Serialize;
use uuid::Uuid;

use super::model::{HeldRate, HeldWhy, RateSheet, Source};

/// A source's rates of one instant were recorded.
#[derive(Clone, Debug, Serialize)]
pub struct RatesRecorded {
    /// The sheet.
    pub id: RateSheetId,
    /// Who says so.
    pub source: Source,
    /// One unit of this.
    pub base: Currency,
    /// From when on.
    pub quoted_at: Instant,
    /// Is worth so much of each of these, as decimal text.
    pub rates: BTreeMap<Currency, Rate>,
    /// What was said as well and waits for a person.
    pub held: Vec<HeldRate>,
}

impl RatesRecorded {
    pub(super) fn of(sheet: &RateSheet) -> Self {
        Self {
            id: sheet.id,
            source: sheet.source,
            base: sheet.base,
            quoted_at: sheet.quoted_at,
            rates: sheet.rates.clone(),
            held: sheet.held.clone(),
        }
    }
}

/// A history of rates was read and compared; nothing is recorded yet.
#[derive(Clone, Debug, Serialize)]
pub struct RateImportPreviewed {
    /// The import.
    pub id: ImportId,
    /// SHA-256 of the file.
    pub content_hash: String,
    /// Days that would be added.
    pub added: u32,
    /// Days known already.
    pub known: u32,
    /// Lines that could not be read.
    pub bad: u32,
}

/// A history of rates was recorded.
#[derive(Clone, Debug, Serialize)]
pub struct RatesImported {
    /// The import.
    pub import: ImportId,
    /// Who says so.
    pub source: Source,
    /// One unit of this is what rates are of.
    pub base: Currency,
    /// How many sheets it brought.
    pub sheets: u32,
    /// How many rates count that did not before.
    pub rates: u32,
    /// How many figures wait for a person.
    pub held: u32,
    /// The first instant rates were quoted at.
    pub from: Option<Instant>,
    /// The last.
    pub until: Option<Instant>,
}

fn sample_instant() -> Instant {
    Instant::from_micros(1_795_737_600_000_000)
}

impl Fact for RatesRecorded {
    const NAME: &'static str = "reference.rates.recorded";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        let rate = |text| Rate::parse(text).expect("a rate");
        Self {
            id: RateSheetId::from_uuid(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0021)),
            source: Source::ExchangerateApi,
            base: Currency::USD,
            quoted_at: sample_instant(),
            rates: BTreeMap::from([(Currency::EUR, rate("0.8641")), (Currency::INR, rate("89.2718"))]),
            held: vec![HeldRate {
                quote: Currency::JPY,
                said: "1561.2".into(),
                why: HeldWhy::Jump {
                    known: rate("156.07"),
                    change: kernel::Percent::from_millionths(9_003_204),
                },
            }],
        }
    }
}

fn sample_import() -> ImportId {
    ImportId::from_uuid(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0022))
}

impl Fact for RateImportPreviewed {
    const NAME: &'static str = "reference.rates.import_previewed";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        Self {
            id: sample_import(),
            content_hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
            added: 250,
            known: 3,
            bad: 0,
        }
    }
}

impl Fact for RatesImported {
    const NAME: &'static str = "reference.rates.imported";

    fn subject(&self) -> String {
        self.import.to_string()
    }

    fn sample() -> Self {
        Self {
            import: sample_import(),
            source: Source::Ecb,
            base: Currency::EUR,
            sheets: 250,
            rates: 7_500,
            held: 0,
            from: Some(sample_instant().minus(jiff::SignedDuration::from_hours(24 * 365))),
            until: Some(sample_instant()),
        }
    }
}
