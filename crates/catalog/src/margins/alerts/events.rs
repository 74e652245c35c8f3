//! What is told of alerts.

use kernel::Fact;
use serde::Serialize;

use super::model::Told;

/// Margins have become negative or low, and staff are told.
#[derive(Clone, Debug, Serialize)]
pub struct MarginsAlerted {
    /// Alerts of prices below cost.
    pub negative: u32,
    /// Alerts of low margins.
    pub low: u32,
    /// How staff are told.
    pub told: Told,
    /// The ending of the worst.
    pub worst: String,
}

impl Fact for MarginsAlerted {
    const NAME: &'static str = "catalog.margins.alerted";

    fn subject(&self) -> String {
        "margins".into()
    }

    fn sample() -> Self {
        Self {
            negative: 1,
            low: 0,
            told: Told::Mail,
            worst: "com".into(),
        }
    }
}
