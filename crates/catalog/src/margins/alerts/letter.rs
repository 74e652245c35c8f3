//! What the mails say: one alert, or many at once. Subject, text and HTML side by side, made from one value.

use askama::Template;
use engines::margin::Service;
use kernel::{Money, Percent, Rounding};
use platform::{Error, Result};
use web::messages::{Messages, Words, key};
use web::{MailInfo, Site};

use super::model::{Alert, Kind, Line};

/// Alerts a digest names, at most.
const NAMED: usize = 50;

/// A mail ready to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) template: &'static str,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// The mails of this slice.
pub(crate) fn mails() -> Vec<MailInfo> {
    let info = |name, description| MailInfo { name, description };
    vec![
        info("catalog.margin_alert", key("catalog-mail-margin-alert-when")),
        info("catalog.margin_digest", key("catalog-mail-margin-digest-when")),
    ]
}

/// The words of a tenant's own mails.
pub(super) fn words(site: &Site) -> Result<Words> {
    let messages = Messages::new(crate::MESSAGES).map_err(|fault| Error::internal(format!("{fault:?}")))?;
    let words = messages.words(&site.language).region(&site.region);
    Ok(match jiff::tz::TimeZone::get(&site.zone) {
        Ok(zone) => words.zone(zone),
        Err(_) => words,
    })
}

/// What a mail says before it is set as text and as HTML.
struct Said {
    company: String,
    subject: String,
    lead: String,
    /// Blocks of lines: name and value.
    blocks: Vec<Vec<(String, String)>>,
    action: String,
    link: (String, String),
    language: String,
}

#[derive(Template)]
#[template(path = "mails/margins.html")]
struct Html<'a> {
    said: &'a Said,
}

#[derive(Template)]
#[template(path = "mails/margins.txt")]
struct Text<'a> {
    said: &'a Said,
}

fn set(template: &'static str, said: &Said) -> Result<Letter> {
    Ok(Letter {
        template,
        subject: one_line(&said.subject),
        text: Text { said }.render().map_err(Error::internal)?,
        html: Html { said }.render().map_err(Error::internal)?,
    })
}

/// Header fields are one line, whatever a tenant calls itself.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ")
}

/// One alert.
pub(super) fn one(w: &Words, site: &Site, alert: &Alert) -> Result<Letter> {
    let (subject, lead) = match alert.kind {
        Kind::Negative => (
            "catalog-mail-margin-negative-subject",
            "catalog-mail-margin-negative-lead",
        ),
        Kind::Low => ("catalog-mail-margin-low-subject", "catalog-mail-margin-low-lead"),
    };
    let mut blocks = vec![vec![(w.t("catalog-margin-registrar"), alert.registrar_name.clone())]];
    let shown = alert.lines.iter().filter(|line| is_shown(alert, line));
    blocks.extend(shown.map(|line| block(w, line)));
    let tld = format!(".{}", alert.ending);
    let said = Said {
        company: site.name.clone(),
        subject: w.t1(subject, "tld", &tld),
        lead: w.t1(lead, "tld", &tld),
        blocks,
        action: w.t("catalog-mail-margin-action"),
        link: (
            w.t("catalog-mail-margin-link"),
            format!("{}/console/margins?tld={}", site.base_url, alert.ending),
        ),
        language: w.lang(),
    };
    set("catalog.margin_alert", &said)
}

/// What is affected; beside it the first year and the renewal, which everybody looks for.
fn is_shown(alert: &Alert, line: &Line) -> bool {
    match line.service {
        Service::RegisterFirstYear | Service::Renew => true,
        // The lasting price says nothing new where it is the first year's.
        Service::RegisterRegular => {
            let same = |other: &Line| other.service == Service::RegisterFirstYear && other.version == line.version;
            line.affected && !alert.lines.iter().any(same)
        }
        Service::Transfer | Service::Restore => line.affected,
    }
}

fn block(w: &Words, line: &Line) -> Vec<(String, String)> {
    let (cost, price) = match line.service {
        Service::RegisterFirstYear => ("catalog-mail-registration-cost", "catalog-mail-registration-price"),
        Service::RegisterRegular => ("catalog-mail-regular-cost", "catalog-mail-regular-price"),
        Service::Renew => ("catalog-mail-renewal-cost", "catalog-mail-renewal-price"),
        Service::Transfer => ("catalog-mail-transfer-cost", "catalog-mail-transfer-price"),
        Service::Restore => ("catalog-mail-restore-cost", "catalog-mail-restore-price"),
    };
    vec![
        (w.t(cost), amount(w, line.cost)),
        (w.t(price), amount(w, line.price)),
        (w.t("catalog-mail-margin"), left(w, line)),
    ]
}

/// `$9.50 USD`: the sign alone does not say whose dollars.
fn amount(w: &Words, money: Money) -> String {
    let shown = w.exact(money);
    let code = money.currency.code();
    if shown.contains(code) {
        shown
    } else {
        format!("{shown} {code}")
    }
}

/// `−$0.50 (−5.56%)`: the share is that of the price.
fn left(w: &Words, line: &Line) -> String {
    match line.on_price {
        Some(share) => format!("{} ({})", w.exact(line.profit), two_places(w, share)),
        None => w.exact(line.profit),
    }
}

fn two_places(w: &Words, share: Percent) -> String {
    let hundredths = Rounding::HalfEven.divide(i128::from(share.millionths()), 100);
    format!("{}%", w.decimal(i64::try_from(hundredths).unwrap_or(i64::MAX), 2))
}

/// Many alerts at once, the worst first.
pub(super) fn digest(w: &Words, site: &Site, alerts: &[Alert]) -> Result<Letter> {
    let count = |kind| alerts.iter().filter(|alert| alert.kind == kind).count();
    let (negative, low) = (count(Kind::Negative), count(Kind::Low));
    let named = alerts.iter().take(NAMED).map(|alert| {
        let worst = alert
            .lines
            .iter()
            .filter(|line| line.affected)
            .min_by_key(|line| line.on_price.map_or(i64::MIN, Percent::millionths));
        let what = worst.map_or_else(String::new, |line| {
            w.t3(
                "catalog-mail-digest-line",
                "cost",
                amount(w, line.cost),
                "price",
                amount(w, line.price),
                "margin",
                left(w, line),
            )
        });
        (format!(".{} · {}", alert.ending, alert.registrar_name), what)
    });
    let mut lines: Vec<(String, String)> = named.collect();
    if alerts.len() > NAMED {
        lines.push((
            w.t1("catalog-mail-digest-more", "n", alerts.len() - NAMED),
            String::new(),
        ));
    }
    let said = Said {
        company: site.name.clone(),
        subject: w.t2("catalog-mail-digest-subject", "negative", negative, "low", low),
        lead: w.t2("catalog-mail-digest-lead", "negative", negative, "low", low),
        blocks: vec![lines],
        action: w.t("catalog-mail-margin-action"),
        link: (
            w.t("catalog-mail-margin-link"),
            format!("{}/console/margins", site.base_url),
        ),
        language: w.lang(),
    };
    set("catalog.margin_digest", &said)
}
