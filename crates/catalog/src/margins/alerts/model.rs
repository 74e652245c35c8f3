//! An alert, and which of a report's margins are worth one.

use std::collections::{BTreeMap, HashSet};

use engines::margin::{MarginClass, Service};
use kernel::{Change, Id, Instant, MarginAlertId, Money, Percent, PriceId, Problem, RegistrarId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::events::{AlertAcknowledged, AlertReopened};
use crate::margins::report::{MarginReport, MarginRow};
use crate::price_books::Book;
use crate::settings::TldPricing;

/// What is wrong with a margin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = MarginAlertKind)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Sold below cost.
    Negative,
    /// Earns less than the tenant's minimum.
    Low,
}

impl Kind {
    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Low => "low",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        [Self::Negative, Self::Low].into_iter().find(|kind| kind.name() == name)
    }

    const fn of(class: MarginClass) -> Option<Self> {
        match class {
            MarginClass::Negative => Some(Self::Negative),
            MarginClass::Low => Some(Self::Low),
            _ => None,
        }
    }
}

/// How staff were told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = MarginAlertTold)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// By e-mail, to those the tenant has named.
    Mail,
    /// In the console's bell.
    Notice,
}

impl Told {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Notice => "notice",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        [Self::Mail, Self::Notice].into_iter().find(|told| told.name() == name)
    }
}

/// One margin as it was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Of which service.
    pub service: Service,
    /// What we take.
    pub price: Money,
    /// What we pay.
    pub cost: Money,
    /// What is left.
    pub profit: Money,
    /// As a share of the price.
    pub on_price: Option<Percent>,
    /// As a share of the cost.
    pub on_cost: Option<Percent>,
    /// Whether it is what the alert is about, or stands beside it.
    pub affected: bool,
    /// The version of the prices it is made of.
    pub version: String,
}

impl Line {
    /// The share of the price, in millionths; given away below cost is worse than any.
    fn share(&self) -> i64 {
        self.on_price.map_or(i64::MIN, Percent::millionths)
    }
}

/// Somebody has seen to an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Acknowledgement {
    /// When.
    pub at: Instant,
    /// Who: a printed id, or `system`.
    pub by: String,
    /// What they noted.
    pub note: Option<String>,
}

/// Of which margins an alert tells: ending, registrar, kind.
type Key = (String, RegistrarId, Kind);

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its id.
    pub id: MarginAlertId,
    /// The ending, as an A-label.
    pub ending: String,
    /// Whom we pay.
    pub registrar: RegistrarId,
    /// Its name then.
    pub registrar_name: String,
    /// What is wrong.
    pub kind: Kind,
    /// The version of the prices of all that is affected.
    pub price_version: String,
    /// The version of the price book.
    pub book_version: i64,
    /// Figures of all services that were compared.
    pub lines: Vec<Line>,
    /// How staff were told.
    pub told: Told,
    /// When.
    pub created_at: Instant,
    /// Who has seen to it; open while nobody has.
    pub acknowledged: Option<Acknowledgement>,
}

/// An alert with what was said of it, to be kept in place of what was read.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) alert: Alert,
}

impl Alert {
    /// Somebody says that they have seen to it.
    ///
    /// # Errors
    /// `alert_acknowledged`.
    pub(super) fn acknowledge(self, said: Acknowledgement) -> Result<Change<Said, AlertAcknowledged>, Problem> {
        if self.acknowledged.is_some() {
            return Err(Problem::conflict("alert_acknowledged").arg("tld", self.ending));
        }
        let fact = AlertAcknowledged {
            id: self.id,
            tld: self.ending.clone(),
            registrar: self.registrar,
            kind: self.kind,
            note: said.note.clone(),
        };
        let alert = Self {
            acknowledged: Some(said),
            ..self
        };
        Ok(Change::from(json!({ "acknowledged": null }), Said { alert }, fact))
    }

    /// Somebody takes that back.
    ///
    /// # Errors
    /// `alert_open`.
    pub(super) fn reopen(self) -> Result<Change<Said, AlertReopened>, Problem> {
        let Some(said) = self.acknowledged else {
            return Err(Problem::conflict("alert_open").arg("tld", self.ending));
        };
        let fact = AlertReopened {
            id: self.id,
            tld: self.ending.clone(),
            registrar: self.registrar,
            kind: self.kind,
        };
        let alert = Self {
            acknowledged: None,
            ..self
        };
        Ok(Change::from(json!({ "acknowledged": said }), Said { alert }, fact))
    }

    /// The line that is worst among what is affected.
    pub fn worst_line(&self) -> Option<&Line> {
        let affected = self.lines.iter().filter(|line| line.affected);
        affected.min_by_key(|line| line.share())
    }

    /// The worst share of a price among what is affected; given away below cost is worst.
    pub fn worst(&self) -> i64 {
        self.worst_line().map_or(i64::MAX, Line::share)
    }

    fn key(&self) -> Key {
        (self.ending.clone(), self.registrar, self.kind)
    }

    /// What it told: service and price version.
    pub(super) fn told_of(&self) -> impl Iterator<Item = (Service, &str)> {
        let affected = self.lines.iter().filter(|line| line.affected);
        affected.map(|line| (line.service, line.version.as_str()))
    }
}

/// The alerts a report is worth, without ids; `told` says what was told before: nothing is told again unless a price it is
/// made of is another.
pub(super) fn due(book: &Book, report: &MarginReport<'_>, setting: &TldPricing, told: &[Alert]) -> Vec<Alert> {
    let mut groups: BTreeMap<(&str, RegistrarId), Vec<&MarginRow<'_>>> = BTreeMap::new();
    for row in report.rows.iter().filter(|row| row.found.margin.class.is_compared()) {
        if let Some(registrar) = row.registrar {
            groups.entry((&row.tld.ending, registrar.id)).or_default().push(row);
        }
    }
    let mut known: BTreeMap<Key, HashSet<(Service, &str)>> = BTreeMap::new();
    for alert in told {
        known.entry(alert.key()).or_default().extend(alert.told_of());
    }
    let mut alerts = Vec::new();
    for rows in groups.values() {
        for kind in kinds(setting) {
            if let Some(alert) = alert(book, report, rows, kind) {
                let before = known.get(&alert.key());
                let is_new = alert
                    .told_of()
                    .any(|told| before.is_none_or(|before| !before.contains(&told)));
                alerts.extend(is_new.then_some(alert));
            }
        }
    }
    alerts.sort_by_key(Alert::worst);
    alerts
}

fn kinds(setting: &TldPricing) -> impl Iterator<Item = Kind> {
    let negative = setting.enable_negative_margin_alerts.then_some(Kind::Negative);
    let low = setting.enable_low_margin_alerts.then_some(Kind::Low);
    negative.into_iter().chain(low)
}

fn alert(book: &Book, report: &MarginReport<'_>, rows: &[&MarginRow<'_>], kind: Kind) -> Option<Alert> {
    let lines: Vec<Line> = rows.iter().filter_map(|row| line(book, report, row, kind)).collect();
    let affected: Vec<&str> = lines
        .iter()
        .filter(|line| line.affected)
        .map(|line| line.version.as_str())
        .collect();
    let first = rows.first().filter(|_| !affected.is_empty())?;
    let registrar = first.registrar?;
    Some(Alert {
        id: MarginAlertId::NONE,
        ending: first.tld.ending.to_string(),
        registrar: registrar.id,
        registrar_name: registrar.name.clone(),
        kind,
        price_version: short_hash(affected.concat().as_bytes()),
        book_version: report.version,
        told: Told::Notice,
        created_at: report.question.at,
        acknowledged: None,
        lines,
    })
}

fn line(book: &Book, report: &MarginReport<'_>, row: &MarginRow<'_>, kind: Kind) -> Option<Line> {
    let margin = row.found.margin;
    let (sold_in, charged_in) = (row.found.price?.currency, row.found.cost?.currency);
    let versions = row.found.service.versions(
        &book.prices,
        row.registrar?.id,
        &row.tld.ending,
        (sold_in, charged_in),
        report.question.at,
    );
    Some(Line {
        service: row.found.service,
        price: margin.price?,
        cost: margin.cost?,
        profit: margin.profit?,
        on_price: margin.on_price,
        on_cost: margin.on_cost,
        affected: Kind::of(row.found.margin.class) == Some(kind),
        version: version(&versions),
    })
}

/// One text for the prices a margin is made of.
fn version(prices: &[PriceId]) -> String {
    let ids: Vec<u8> = prices.iter().flat_map(|id| id.uuid().into_bytes()).collect();
    short_hash(&ids)
}

fn short_hash(bytes: &[u8]) -> String {
    hex::encode(&Sha256::digest(bytes)[..12])
}
