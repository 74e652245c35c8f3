//! What is told of alerts.

use kernel::{Fact, MarginAlertId, RegistrarId};
use serde::Serialize;
use uuid::Uuid;

use super::model::{Kind, Told};

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

/// Somebody has seen to an alert.
#[derive(Clone, Debug, Serialize)]
pub struct AlertAcknowledged {
    /// Which.
    pub id: MarginAlertId,
    /// The ending, as an A-label.
    pub tld: String,
    /// Whom we pay.
    pub registrar: RegistrarId,
    /// What is wrong.
    pub kind: Kind,
    /// What they noted.
    pub note: Option<String>,
}

/// Somebody took back that they had seen to an alert.
#[derive(Clone, Debug, Serialize)]
pub struct AlertReopened {
    /// Which.
    pub id: MarginAlertId,
    /// The ending, as an A-label.
    pub tld: String,
    /// Whom we pay.
    pub registrar: RegistrarId,
    /// What is wrong.
    pub kind: Kind,
}

const SAMPLE: Uuid = Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_000a);

impl Fact for AlertAcknowledged {
    const NAME: &'static str = "catalog.margin_alert.acknowledged";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        Self {
            id: MarginAlertId::from(SAMPLE),
            tld: "com".into(),
            registrar: RegistrarId::from(SAMPLE),
            kind: Kind::Negative,
            note: Some("Loss leader until March".into()),
        }
    }
}

impl Fact for AlertReopened {
    const NAME: &'static str = "catalog.margin_alert.reopened";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        Self {
            id: MarginAlertId::from(SAMPLE),
            tld: "com".into(),
            registrar: RegistrarId::from(SAMPLE),
            kind: Kind::Negative,
        }
    }
}
