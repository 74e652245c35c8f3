//! One transaction: its lines, what it came of, and the form that takes it back.

use askama::Template;
use axum::response::Response;
use kernel::{LedgerTransactionId, Problem};
use platform::Permission;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::ui::{self, Alert, Field, FormErrors, Html, Tone};
use web::{Path, Result, Staff};

use super::journal::path;
use super::people::People;
use super::{TRANSACTIONS, answered, below, lines, opened, to_open, words};
use crate::http::parts::today;
use crate::journal::{self, Kind, Transaction};
use crate::permissions::LEDGER_POST;

/// Who may see the audit log; the right is the house's.
const AUDIT: &str = "platform.audit.read";
/// Where the audit log is.
const AUDIT_PATH: &str = "/console/audit";

#[derive(Template)]
#[template(path = "pages/transaction.html")]
struct TransactionPage<'a> {
    w: &'a Words,
    csrf: String,
    errors: FormErrors,
    title: String,
    kind: String,
    /// What it takes back, or what takes it back.
    notice: Option<Alert>,
    lines: Html,
    facts: Vec<(String, Html)>,
    back: Option<Back>,
}

/// The form that takes a transaction back.
struct Back {
    action: String,
    fields: [Field; 2],
}

/// What somebody wrote who takes a transaction back.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) day: String,
    pub(super) reason: String,
    /// The lines were looked at.
    pub(super) confirmed: String,
    /// Back to the form, with what was typed.
    pub(super) back: String,
}

pub(super) async fn show(ctx: Staff, Path(id): Path<LedgerTransactionId>) -> Result<Response> {
    if opened(&ctx).await?.is_none() {
        return Ok(to_open());
    }
    let typed = Typed {
        day: today(&ctx)?.to_string(),
        ..Typed::default()
    };
    page(&ctx, id, &typed, None).await
}

/// The page of a transaction, with its form as typed.
pub(super) async fn page(
    ctx: &Staff,
    id: LedgerTransactionId,
    typed: &Typed,
    problem: Option<&Problem>,
) -> Result<Response> {
    let (transaction, reversed_by) = ctx
        .read(|read| async move { journal::by_id(read, id).await }.scope_boxed())
        .await?;
    let w = ctx.words();
    let posted = &transaction.posted;
    let people = People::of(ctx, lines::accounts(&posted.posting)).await?;
    let kind = words::kind(w, posted.kind);
    let title = if posted.memo.is_empty() {
        kind.clone()
    } else {
        posted.memo.clone()
    };
    let errors = problem.map_or_else(FormErrors::none, |problem| FormErrors::of(w, problem));
    let may_take_back = posted.kind == Kind::Manual && reversed_by.is_none() && ctx.may(LEDGER_POST);
    let page = TransactionPage {
        w,
        csrf: ctx.csrf(),
        kind,
        notice: notice(w, &transaction, reversed_by),
        lines: lines::table(w, &people, &posted.posting, w.t("ledger-lines")),
        facts: facts(ctx, &transaction),
        back: may_take_back.then(|| back(w, id, typed, &errors)),
        errors,
        title: title.clone(),
    };
    let head = below(w, title).crumb(w.t("ledger-journal"), TRANSACTIONS);
    let shown = ctx.console(&head.refused_if(problem.is_some()), &page).await?;
    Ok(answered(shown, problem))
}

fn back(w: &Words, id: LedgerTransactionId, typed: &Typed, errors: &FormErrors) -> Back {
    Back {
        action: format!("{}/reverse", path(id)),
        fields: [
            Field::date("day", w.t("ledger-on-day"))
                .value(&typed.day)
                .required()
                .error(errors.get("day")),
            Field::text("reason", w.t("ledger-reason"))
                .value(&typed.reason)
                .required()
                .attr("maxlength", 500)
                .hint(w.t("ledger-no-names"))
                .error(errors.get("reason")),
        ],
    }
}

fn notice(w: &Words, transaction: &Transaction, reversed_by: Option<LedgerTransactionId>) -> Option<Alert> {
    if let Some(by) = reversed_by {
        let alert = Alert::new(Tone::Warn, w.t("ledger-was-taken-back")).text(w.t("ledger-was-taken-back-text"));
        return Some(alert.action(path(by), w.t("ledger-see-by-what")));
    }
    let of = transaction.reverses?;
    let alert = Alert::new(Tone::Info, w.t("ledger-takes-back")).text(w.t("ledger-takes-back-text"));
    Some(alert.action(path(of), w.t("ledger-see-what")))
}

fn facts(ctx: &Staff, transaction: &Transaction) -> Vec<(String, Html)> {
    let (w, posted) = (ctx.words(), &transaction.posted);
    let text = |text: &str| plain(text);
    let mut facts = vec![
        (w.t("ledger-day"), text(&w.day(posted.day))),
        (w.t("ledger-kind"), text(&words::kind(w, posted.kind))),
        (w.t("ledger-recorded"), ui::when(w, transaction.recorded_at)),
        (w.t("ledger-recorded-by"), actor(ctx, &transaction.recorded_by)),
    ];
    if let Some(source) = &posted.source {
        facts.push((w.t("ledger-source"), source_link(source)));
    }
    if let Some(about) = &posted.about {
        let list = ui::ListQuery::new(TRANSACTIONS).param("about", about);
        facts.push((w.t("ledger-about"), ui::link(list.href(), about)));
    }
    if let Some(rate) = posted.rate {
        facts.push((w.t("ledger-rate"), text(&rate.to_string())));
    }
    if let Some(cause) = transaction.cause {
        facts.push((w.t("ledger-cause"), text(&cause.to_string())));
    }
    facts.push((w.t("ledger-trace"), text(&transaction.trace.to_string())));
    facts.push((w.t("ledger-id"), text(&transaction.id.to_string())));
    if ctx.may(Permission(AUDIT)) {
        let log = ui::ListQuery::new(AUDIT_PATH).param("subject", audited(transaction));
        facts.push((w.t("ledger-audit"), ui::link(log.href(), w.t("ledger-audit-open"))));
    }
    facts
}

/// What the audit log tells of: what a person posted itself, else what it was posted for.
fn audited(transaction: &Transaction) -> String {
    match (&transaction.posted.source, transaction.posted.kind) {
        (Some(source), kind) if !matches!(kind, Kind::Manual | Kind::Reversal) => source.clone(),
        _ => transaction.id.to_string(),
    }
}

/// What it was posted for, with the way there where the console has a page of it.
fn source_link(source: &str) -> Html {
    match source.split('_').next() {
        Some("cus") => ui::link(format!("/console/customers/{source}/wallet"), source),
        Some("ltx") => ui::link(format!("{TRANSACTIONS}/{source}"), source),
        _ => plain(source),
    }
}

/// Who wrote it, as far as this room can say.
fn actor(ctx: &Staff, by: &str) -> Html {
    let w = ctx.words();
    if ctx.user().is_some_and(|user| user.id.to_string() == by) {
        return plain(&w.t("ledger-by-you"));
    }
    match by.split('_').next() {
        Some("usr") => ui::link(format!("/console/users/{by}"), w.t("ledger-by-colleague")),
        Some("key") => plain(&w.t("ledger-by-key")),
        _ => plain(&w.t("ledger-by-system")),
    }
}

fn plain(text: &str) -> Html {
    #[derive(Template)]
    #[template(ext = "html", source = "<bdi>{{ text }}</bdi>")]
    struct Plain<'a> {
        text: &'a str,
    }
    Html::of(&Plain { text })
}
