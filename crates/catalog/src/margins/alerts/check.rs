//! Looking at margins, and telling what is new about them.

use kernel::Change;
use platform::mail::{self, Message};
use platform::ports::Mailbox;
use platform::{Ctx, Result, Tx};
use scoped_futures::ScopedFutureExt;

use super::events::MarginsAlerted;
use super::jobs::{CheckMargins, Ports};
use super::letter;
use super::model::{self, Alert, Kind, Told};
use super::store::{self, New};
use crate::margins::rates::Held;
use crate::margins::report::{Question, of_endings};
use crate::price_books::Book;

/// From so many alerts on there is one mail for all of them.
const DIGEST_FROM: usize = 4;

/// What is to be told, and to whom.
struct Tidings {
    alerts: Vec<Alert>,
    messages: Vec<Message>,
    version: i64,
}

/// Looks at the margins whose prices moved since they were last looked at, or at all, and tells what is new.
pub(super) async fn check(ctx: &Ctx, ports: &Ports, all: bool) -> Result<()> {
    let book = ports.books.refresh(ctx).await?;
    let held = Held::of(ctx, &ports.rates, book.settings.currency_conversion_markup).await?;
    let touched = ctx
        .read(|read| {
            async move {
                match store::watch(read).await? {
                    Some(watch) if !all => store::touched(read, watch).await.map(Some),
                    _ => Ok(None),
                }
            }
            .scope_boxed()
        })
        .await?;
    let is_touched = |ending: &str| touched.as_ref().is_none_or(|touched| touched.contains(ending));
    let question = Question {
        at: ctx.now(),
        currency: book.currency,
        rules: book.margin_rules(),
    };
    let endings = book.endings().filter(|tld| is_touched(&tld.ending));
    let report = of_endings(&book, endings, held.rates(), question);
    let mut told: Vec<&str> = report.rows.iter().map(|row| &*row.tld.ending).collect();
    told.dedup();
    let told = &told;
    let told = ctx
        .read(|read| async move { store::told(read, told).await }.scope_boxed())
        .await?;
    let alerts = model::due(&book, &report, &book.settings, &told);
    let tidings = &tidings(ctx, ports, &book, alerts).await?;
    ctx.write(|tx| async move { tell(tx, tidings).await }.scope_boxed())
        .await
}

/// Mails to those the tenant has named; a notice where it has named nobody.
async fn tidings(ctx: &Ctx, ports: &Ports, book: &Book, mut alerts: Vec<Alert>) -> Result<Tidings> {
    let recipients = &book.settings.margin_alert_emails;
    let site = ports.hosts.of_tenant(ctx.tenant()).await?;
    let site = site.filter(|_| !recipients.is_empty() && !alerts.is_empty());
    let mut messages = Vec::new();
    if let Some(site) = site {
        for alert in &mut alerts {
            alert.told = Told::Mail;
        }
        let w = letter::words(&site)?;
        let letters = if alerts.len() < DIGEST_FROM {
            alerts
                .iter()
                .map(|alert| letter::one(&w, &site, alert))
                .collect::<Result<Vec<_>>>()?
        } else {
            vec![letter::digest(&w, &site, &alerts)?]
        };
        for letter in letters {
            messages.extend(
                recipients
                    .iter()
                    .map(|address| message(ports, &site.name, address, &letter)),
            );
        }
    }
    Ok(Tidings {
        alerts,
        messages,
        version: book.version,
    })
}

fn message(ports: &Ports, company: &str, address: &str, letter: &letter::Letter) -> Message {
    Message {
        template: letter.template,
        from: Mailbox {
            name: company.to_owned(),
            address: ports.mail_from.clone(),
        },
        to: Mailbox {
            name: String::new(),
            address: address.to_owned(),
        },
        subject: letter.subject.clone(),
        text: letter.text.clone(),
        html: letter.html.clone(),
    }
}

/// Alerts, their mails and how far was looked, in one transaction.
async fn tell(tx: &mut Tx, tidings: &Tidings) -> Result<()> {
    let mut alerts = tidings.alerts.clone();
    for alert in &mut alerts {
        alert.id = tx.new_id();
    }
    if let Some(worst) = alerts.first() {
        let count = |kind| u32::try_from(alerts.iter().filter(|alert| alert.kind == kind).count()).unwrap_or(u32::MAX);
        let fact = MarginsAlerted {
            negative: count(Kind::Negative),
            low: count(Kind::Low),
            told: worst.told,
            worst: worst.ending.clone(),
        };
        tx.save(Change::new(New(alerts), fact)).await?;
        for message in &tidings.messages {
            mail::send(tx, message.clone()).await?;
        }
    }
    store::looked(&mut tx.bookkeeping("how far margins were looked at"), tidings.version).await?;
    if let Some(at) = store::next_change(tx).await? {
        let job = CheckMargins {
            all: false,
            at: Some(at.micros()),
        };
        tx.enqueue_at(&job, at).await?;
    }
    Ok(())
}
