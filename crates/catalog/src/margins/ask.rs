//! What a caller asks of the margins: pages, CSV and API read the same, so they agree.

use engines::margin::{MarginClass, MarginRules, Service};
use kernel::{Currency, Instant, Percent, Problem, ProblemKind, RegistrarId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::rates::Rates;
use super::report::{MarginReport, MarginRow, Question, of_endings};
use crate::price_books::Book;
use crate::tlds;

/// Which margins, in which currency, when.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Asked {
    /// One ending, as an A-label or as people write it.
    #[param(example = "com")]
    pub(super) tld: Option<String>,
    /// One registrar account's id.
    #[param(example = "reg_0193400000007000800000000000000a")]
    pub(super) registrar: Option<String>,
    /// `register_first_year`, `register_regular`, `renew`, `transfer` or `restore`.
    #[param(example = "renew")]
    pub(super) operation: Option<String>,
    /// `negative`, `low`, `healthy`, `not_comparable`, `no_cost` or `no_price`.
    #[param(example = "negative")]
    pub(super) class: Option<String>,
    /// The currency amounts are told in, ISO 4217; the standard list's if not said.
    #[param(example = "USD")]
    pub(super) currency: Option<String>,
    /// Under which margin on price, in percent, a margin is low; the tenant's minimum if not said.
    #[param(example = "5")]
    pub(super) below: Option<String>,
    /// At which instant, RFC 3339; now if not said.
    #[param(value_type = Option<String>, example = "2027-01-01T00:00:00Z", format = DateTime)]
    pub(super) at: Option<String>,
}

/// The same, read.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) question: Question,
    pub(super) tld: Option<String>,
    pub(super) registrar: Option<RegistrarId>,
    pub(super) service: Option<Service>,
    pub(super) class: Option<MarginClass>,
    /// Part of the ending, lower case.
    pub(super) search: String,
}

/// What a tenant has chosen for its reports.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    pub(super) currency: Currency,
    pub(super) rules: MarginRules,
}

impl Choice {
    /// The currency of its standard list, and what it calls low.
    pub(super) fn of(book: &Book) -> Self {
        Self {
            currency: book.currency,
            rules: book.margin_rules(),
        }
    }
}

fn bad(pointer: &'static str, code: &'static str) -> Problem {
    Problem::new(ProblemKind::Unreadable, code).field(pointer, code)
}

/// The text of a parameter, where there is any.
fn said(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

impl Asked {
    /// Reads it.
    ///
    /// # Errors
    /// `not_an_ending`, `registrar_unknown`, `service_unknown`, `margin_class_unknown`, `currency_unknown`, `limit_invalid`,
    /// `instant_invalid`.
    pub(super) fn read(&self, choice: Choice, search: Option<&str>, now: Instant) -> Result<Wanted, Problem> {
        let read = |text: &Option<String>| said(text.as_ref()).map(str::to_owned);
        let tld = read(&self.tld)
            .map(|text| tlds::parse(text.trim_start_matches('.')).map_err(|_| bad("/tld", "not_an_ending")))
            .transpose()?;
        let registrar = read(&self.registrar)
            .map(|text| text.parse().map_err(|_| bad("/registrar", "registrar_unknown")))
            .transpose()?;
        let service = read(&self.operation)
            .map(|text| Service::parse(&text).ok_or_else(|| bad("/operation", "service_unknown")))
            .transpose()?;
        let class = read(&self.class)
            .map(|text| MarginClass::parse(&text).ok_or_else(|| bad("/class", "margin_class_unknown")))
            .transpose()?;
        Ok(Wanted {
            question: self.question(choice, now)?,
            tld: tld.map(|ending| ending.ascii),
            registrar,
            service,
            class,
            search: search.unwrap_or_default().trim().trim_start_matches('.').to_lowercase(),
        })
    }

    fn question(&self, choice: Choice, now: Instant) -> Result<Question, Problem> {
        let currency = match said(self.currency.as_ref()) {
            None => choice.currency,
            Some(code) => Currency::parse(code).map_err(|_| bad("/currency", "currency_unknown"))?,
        };
        let low_below = match said(self.below.as_ref()) {
            None => choice.rules.low_below,
            Some(text) => limit(text).ok_or_else(|| bad("/below", "limit_invalid"))?,
        };
        let at = match said(self.at.as_ref()) {
            None => now,
            Some(text) => text.parse().map_err(|_| bad("/at", "instant_invalid"))?,
        };
        let rules = MarginRules {
            low_below,
            ..choice.rules
        };
        Ok(Question { at, currency, rules })
    }
}

/// A limit from 0 to 100 percent.
fn limit(text: &str) -> Option<Percent> {
    let percent = Percent::parse(text).ok()?;
    (0..=Percent::WHOLE.millionths())
        .contains(&percent.millionths())
        .then_some(percent)
}

impl Wanted {
    /// The margins of the endings asked for: every row of them, so that the classes can be counted beside what is shown.
    pub(super) fn report<'b>(&self, book: &'b Book, rates: Rates<'_>) -> MarginReport<'b> {
        let endings = book.endings().filter(|tld| self.has_ending(tld));
        of_endings(book, endings, rates, self.question)
    }

    fn has_ending(&self, tld: &tlds::Tld) -> bool {
        let found = |text: &str| tld.ending.contains(text) || tld.shown.contains(text);
        self.tld.as_deref().is_none_or(|ending| *tld.ending == *ending) && found(&self.search)
    }

    /// Whether a row is wanted, whatever its class.
    pub(super) fn takes(&self, row: &MarginRow<'_>) -> bool {
        self.takes_service(row) && self.takes_registrar(row)
    }

    /// Whether a row's service is wanted.
    pub(super) fn takes_service(&self, row: &MarginRow<'_>) -> bool {
        self.service.is_none_or(|service| row.found.service == service)
    }

    /// Whether a row's registrar is wanted.
    pub(super) fn takes_registrar(&self, row: &MarginRow<'_>) -> bool {
        self.registrar
            .is_none_or(|id| row.registrar.is_some_and(|registrar| registrar.id == id))
    }

    /// The rows wanted, the worst first.
    pub(super) fn rows<'r, 'b>(&self, report: &'r MarginReport<'b>) -> Vec<&'r MarginRow<'b>> {
        let of_class = |row: &&MarginRow<'_>| self.class.is_none_or(|class| row.found.margin.class == class);
        let mut rows: Vec<_> = report
            .rows
            .iter()
            .filter(|row| self.takes(row))
            .filter(of_class)
            .collect();
        rows.sort_by(|one, other| place(one).cmp(&place(other)));
        rows
    }
}

/// Where a row stands in a list that begins with the worst; no two have the same place.
pub(super) type Place<'r> = ((u8, i64), &'r str, Option<RegistrarId>, Service);

pub(super) fn place<'r>(row: &'r MarginRow<'_>) -> Place<'r> {
    let registrar = row.registrar.map(|registrar| registrar.id);
    (row.found.rank(), &row.tld.ending, registrar, row.found.service)
}
