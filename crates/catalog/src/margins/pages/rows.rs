//! Rows of the page in words.

use engines::fx::NoRate;
use engines::margin::{Exchange, MarginClass, Service};
use kernel::{Money, Rounding};
use web::messages::Words;
use web::ui::{self, Html, ListQuery, Tone};

use super::frame;
use crate::margins::ask::Wanted;
use crate::margins::report::{MarginReport, MarginRow};
use crate::margins::tally::Tally;
use crate::price_books;

/// One margin.
pub(super) struct Row {
    pub(super) href: String,
    pub(super) shown: String,
    pub(super) service: String,
    pub(super) registrar: String,
    pub(super) price: String,
    /// As the list has it, where it was converted.
    pub(super) listed: String,
    pub(super) cost: String,
    /// As the registrar charges it and at which rate, where it was converted.
    pub(super) charged: String,
    pub(super) profit: String,
    pub(super) loses: bool,
    pub(super) on_price: Html,
    pub(super) on_cost: String,
    pub(super) reason: String,
}

pub(super) fn row(w: &Words, report: &MarginReport<'_>, row: &MarginRow<'_>) -> Row {
    let margin = row.found.margin;
    let none = || w.t("catalog-none");
    let amount = |told: Option<Money>, own: Option<Money>| told.or(own).map_or_else(none, |money| w.price(money));
    let own = |told: Option<Money>, own: Option<Money>| match (told, own) {
        (Some(told), Some(own)) if told.currency != own.currency => w.price(own),
        _ => String::new(),
    };
    Row {
        href: format!("/console/prices/{}", row.tld.ending),
        shown: format!(".{}", row.tld.shown),
        service: frame::service(w, row.found.service),
        registrar: row
            .registrar
            .map(|registrar| registrar.name.clone())
            .unwrap_or_default(),
        price: amount(margin.price, row.found.price),
        listed: own(margin.price, row.found.price),
        cost: amount(margin.cost, row.found.cost),
        charged: charged(w, report, row),
        profit: margin.profit.map(|profit| w.price(profit)).unwrap_or_default(),
        loses: row.found.margin.class == MarginClass::Negative,
        on_price: badge(w, row),
        on_cost: margin
            .on_cost
            .map(|share| price_books::percent(w, share))
            .unwrap_or_default(),
        reason: row.found.reason.map(|reason| why(w, reason)).unwrap_or_default(),
    }
}

fn charged(w: &Words, report: &MarginReport<'_>, row: &MarginRow<'_>) -> String {
    let (Some(place), Some(cost)) = (row.found.cost_rate, row.found.cost) else {
        return String::new();
    };
    match report.rates[place].quoted {
        Ok(quoted) => w.t2(
            "catalog-margin-charged-at",
            "amount",
            w.price(cost),
            "rate",
            quoted.applied.to_string(),
        ),
        Err(_) => String::new(),
    }
}

fn badge(w: &Words, row: &MarginRow<'_>) -> Html {
    let tone = match row.found.margin.class {
        MarginClass::Negative => Tone::Bad,
        MarginClass::Low => Tone::Warn,
        MarginClass::Healthy => Tone::Ok,
        MarginClass::NotComparable | MarginClass::NoCost | MarginClass::NoPrice => {
            return ui::badge(Tone::None, frame::class(w, row.found.margin.class));
        }
    };
    match row.found.margin.on_price {
        Some(share) => ui::badge(tone, price_books::percent(w, share)),
        None => ui::badge(tone, w.t("catalog-free")),
    }
}

/// Why there is no rate.
fn why(w: &Words, reason: NoRate) -> String {
    match reason {
        NoRate::Missing => w.t("catalog-margin-rate-missing"),
        NoRate::Stale => w.t("catalog-margin-rate-stale"),
        NoRate::TooLarge => w.t("catalog-margin-rate-too-large"),
    }
}

/// An exchange rate: what it is, and when it was quoted or why there is none.
pub(super) fn rate(w: &Words, exchange: &Exchange) -> (String, String) {
    match exchange.quoted {
        Ok(quoted) => {
            let told = w.t3(
                "catalog-margin-rate",
                "from",
                exchange.from.code(),
                "rate",
                quoted.applied.to_string(),
                "to",
                exchange.to.code(),
            );
            let at = quoted.quoted_at().map(|at| w.date_time(at)).unwrap_or_default();
            (
                told,
                w.t2(
                    "catalog-margin-rate-of",
                    "at",
                    at,
                    "markup",
                    quoted.markup.text(2, Rounding::HalfEven),
                ),
            )
        }
        Err(reason) => {
            let told = w.t2(
                "catalog-margin-no-rate",
                "from",
                exchange.from.code(),
                "to",
                exchange.to.code(),
            );
            (told, why(w, reason))
        }
    }
}

/// The counts of some margins.
pub(super) struct Sum {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) negative: String,
    pub(super) low: String,
    pub(super) median: String,
}

fn sum(w: &Words, href: String, name: String, tally: &Tally) -> Sum {
    Sum {
        href,
        name,
        negative: w.number(tally.count(MarginClass::Negative)),
        low: w.number(tally.count(MarginClass::Low)),
        median: tally
            .median
            .map_or_else(|| w.t("catalog-none"), |share| price_books::percent(w, share)),
    }
}

pub(super) fn by_registrar(w: &Words, list: &ListQuery, report: &MarginReport<'_>, wanted: &Wanted) -> Vec<Sum> {
    let of = |registrar: &crate::RegistrarInfo| {
        let own = |row: &&MarginRow<'_>| row.registrar.is_some_and(|of| of.id == registrar.id);
        let rows = report.rows.iter().filter(|row| wanted.takes_service(row)).filter(own);
        sum(
            w,
            list.with("registrar", registrar.id),
            registrar.name.clone(),
            &Tally::of(rows),
        )
    };
    report.registrars().into_iter().map(of).collect()
}

pub(super) fn by_service(w: &Words, list: &ListQuery, report: &MarginReport<'_>, wanted: &Wanted) -> Vec<Sum> {
    let of = |service: Service| {
        let own = |row: &&MarginRow<'_>| row.found.service == service;
        let rows = report.rows.iter().filter(|row| wanted.takes_registrar(row)).filter(own);
        sum(
            w,
            list.with("operation", service.name()),
            frame::service(w, service),
            &Tally::of(rows),
        )
    };
    Service::ALL.into_iter().map(of).collect()
}
