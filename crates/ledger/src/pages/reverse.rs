//! Taking back what a person posted: first the lines it will post, then just those.

use askama::Template;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use kernel::{LedgerTransactionId, Problem};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Flash;
use web::ui::{self, Html};
use web::{Form, Path, Result, See, Staff};

use super::journal::path;
use super::people::People;
use super::transaction::{self, Typed};
use super::{TRANSACTIONS, below, lines, told};
use crate::http::parts::{day, today};
use crate::journal::{self, NewTransaction};
use crate::permissions::LEDGER_POST;

#[derive(Template)]
#[template(path = "pages/reverse.html")]
struct ReviewPage<'a> {
    w: &'a Words,
    csrf: String,
    lede: String,
    action: String,
    hidden: Vec<(&'static str, String)>,
    lines: Html,
}

pub(super) async fn send(ctx: Staff, Path(id): Path<LedgerTransactionId>, form: Form<Typed>) -> Result<Response> {
    ctx.allow(LEDGER_POST)?;
    let typed = form.value;
    if !typed.back.is_empty() {
        return transaction::page(&ctx, id, &typed, None).await;
    }
    let on = match day("/day", Some(&typed.day), today(&ctx)?) {
        Ok(on) => on,
        Err(problem) => return transaction::page(&ctx, id, &typed, Some(&problem)).await,
    };
    if typed.confirmed.is_empty() {
        look(&ctx, id, &typed, on).await
    } else {
        take_back(&ctx, id, &typed, on).await
    }
}

/// The lines that taking it back posts. They follow from the transaction, which cannot change.
async fn look(ctx: &Staff, id: LedgerTransactionId, typed: &Typed, on: Date) -> Result<Response> {
    let reason = &typed.reason;
    let found = ctx
        .read(|read| async move { journal::reversal(read, id, on, reason).await }.scope_boxed())
        .await;
    match found {
        Ok(reversal) => review(ctx, id, &reversal).await,
        Err(error) => refused(ctx, id, typed, &told(error)?).await,
    }
}

async fn take_back(ctx: &Staff, id: LedgerTransactionId, typed: &Typed, on: Date) -> Result<Response> {
    let reason = &typed.reason;
    let done = ctx
        .write(|tx| async move { journal::reverse(tx, id, on, reason).await }.scope_boxed())
        .await;
    match done {
        Ok(reversal) => {
            let flash = Flash::done(ctx.t("ledger-taken-back"));
            Ok(See::other(path(reversal.id)).flash(flash).into_response())
        }
        Err(error) => refused(ctx, id, typed, &told(error)?).await,
    }
}

/// The transaction again, with what was typed. A closed day is the day's fault.
async fn refused(ctx: &Staff, id: LedgerTransactionId, typed: &Typed, problem: &Problem) -> Result<Response> {
    let problem = super::at_field(problem, "period_closed", "/day");
    transaction::page(ctx, id, typed, Some(&problem)).await
}

async fn review(ctx: &Staff, id: LedgerTransactionId, reversal: &NewTransaction) -> Result<Response> {
    let w = ctx.words();
    let people = People::of(ctx, lines::accounts(&reversal.posting)).await?;
    let page = ReviewPage {
        w,
        csrf: ctx.csrf(),
        lede: w.t2(
            "ledger-review-lede",
            "day",
            w.day(reversal.day),
            "reason",
            &reversal.memo,
        ),
        action: format!("{}/reverse", path(id)),
        hidden: vec![("day", reversal.day.to_string()), ("reason", reversal.memo.clone())],
        lines: lines::table(w, &people, &reversal.posting, w.t("ledger-lines")),
    };
    let head = below(w, w.t("ledger-take-back")).crumb(w.t("ledger-journal"), TRANSACTIONS);
    ctx.console(&head, &page).await
}
