//! The journal: transactions, entries by hand, reversals, and all of it as text.

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use kernel::{Id, LedgerTransactionId, Problem, SupplierId};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Download, Json, ListAsk, Listed, Once, OpenApiRouter, Path, Query, Result, Staff, routes};

use super::parts::{GivenMoney, TransactionView, asked_about, asked_day, bad, day, role, today};
use crate::exports::{Format, export};
use crate::journal::{self, Kind, Listing, ManualEntry, ManualLine};
use crate::permissions::{LEDGER_POST, LEDGER_READ};

pub(super) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_transactions, enter_transaction))
        .routes(routes!(one_transaction))
        .routes(routes!(reverse_transaction))
        .routes(routes!(export_journal))
}

/// Which transactions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TransactionsAsk {
    /// From this day on.
    #[param(format = Date, max_length = 10)]
    from: Option<String>,
    /// Up to this day.
    #[param(format = Date, max_length = 10)]
    until: Option<String>,
    /// Only of this kind.
    #[param(example = "invoice", max_length = 40)]
    kind: Option<String>,
    /// Only of this order or trip.
    #[param(max_length = 100)]
    about: Option<String>,
}

/// The journal, the latest day first
#[utoipa::path(get, path = "/api/v1/ledger/transactions", tag = "ledger", params(ListAsk, TransactionsAsk),
    responses((status = 200, description = "Transactions", body = Listed<TransactionView>)))]
async fn list_transactions(
    ctx: Staff,
    ask: ListAsk,
    Query(which): Query<TransactionsAsk>,
) -> Result<Listed<TransactionView>> {
    ask.sort(&[])?;
    let after = ask.after::<(Date, Uuid)>()?;
    let listing = &Listing {
        from: asked_day("/from", which.from.as_deref())?,
        until: asked_day("/until", which.until.as_deref())?,
        kind: match which.kind.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => Some(Kind::parse(text).ok_or_else(|| bad("/kind", "transaction_kind_unknown"))?),
            None => None,
        },
        about: asked_about(which.about)?,
        after: after.map(|(day, id)| (day, LedgerTransactionId::from_uuid(id))),
        limit: i64::try_from(ask.fetch()).unwrap_or(i64::MAX),
    };
    let transactions = ctx
        .read(|read| async move { journal::list(read, listing).await }.scope_boxed())
        .await?;
    let place = |transaction: &journal::Transaction| (transaction.posted.day, transaction.id.uuid());
    Ok(Listed::page(transactions, &ask, place).map(TransactionView::from))
}

/// One line of an entry by hand.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewLedgerEntry)]
struct NewLine {
    /// What the account is for.
    #[schema(example = "expenses:other", max_length = 40)]
    role: String,
    /// Which supplier's, for `liabilities:payable`.
    #[serde(default)]
    #[schema(max_length = 40)]
    supplier: Option<String>,
    /// Above zero a debit, below zero a credit.
    amount: GivenMoney,
    /// What it is worth in the currency of the books; needed where it is of another.
    #[serde(default)]
    worth: Option<GivenMoney>,
}

/// An entry by hand.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewLedgerTransaction, example = json!({"memo": "Rent of November", "entries": [
    {"role": "expenses:other", "amount": {"minor": 120_000, "currency": "USD"}},
    {"role": "assets:bank", "amount": {"minor": -120_000, "currency": "USD"}}]}))]
struct NewTransactionBody {
    /// On which day; today where the company is, if not said.
    #[serde(default)]
    #[schema(format = Date, max_length = 10)]
    day: Option<String>,
    /// What it is. No names of people: it stays for ever.
    #[schema(min_length = 1, max_length = 500)]
    memo: String,
    /// The order or trip it belongs to.
    #[serde(default)]
    #[schema(max_length = 100)]
    about: Option<String>,
    /// Its lines, which come to nothing.
    #[schema(min_items = 2, max_items = 100)]
    entries: Vec<NewLine>,
}

impl NewTransactionBody {
    fn read(self, today: Date) -> Result<ManualEntry, Problem> {
        let mut lines = Vec::with_capacity(self.entries.len().min(100));
        for (at, line) in self.entries.iter().enumerate() {
            let refused = |pointer: String, code| Problem::refused("invalid_fields").field(pointer, code);
            let supplier = line.supplier.as_deref().filter(|text| !text.is_empty());
            let supplier = supplier.map(|text| {
                text.parse::<SupplierId>()
                    .map_err(|_| refused(format!("/entries/{at}/supplier"), "supplier_unknown"))
            });
            lines.push(ManualLine {
                role: role(&line.role).ok_or_else(|| refused(format!("/entries/{at}/role"), "account_role_unknown"))?,
                supplier: supplier.transpose()?,
                amount: line.amount.read(&format!("/entries/{at}/amount"))?,
                worth: match &line.worth {
                    Some(worth) => Some(worth.read(&format!("/entries/{at}/worth"))?),
                    None => None,
                },
            });
        }
        Ok(ManualEntry {
            day: day("/day", self.day.as_deref(), today)?,
            memo: self.memo,
            about: self.about.filter(|text| !text.is_empty()),
            lines,
        })
    }
}

/// Post an entry by hand
///
/// Adjustments, costs that nothing else knows, opening balances. What customers owe and have paid in follows their invoices
/// and wallets and is not posted by hand.
#[utoipa::path(post, path = "/api/v1/ledger/transactions", tag = "ledger", request_body = NewTransactionBody,
    responses((status = 201, description = "Posted", body = TransactionView)))]
async fn enter_transaction(ctx: Staff, once: Once<NewTransactionBody>) -> Result<Response> {
    ctx.allow(LEDGER_POST)?;
    let today = today(&ctx)?;
    once.write(&ctx, StatusCode::CREATED, |tx, body| {
        async move {
            let entry = body.read(today)?;
            Ok(TransactionView::from(journal::enter(tx, &entry).await?))
        }
        .scope_boxed()
    })
    .await
}

/// A transaction, and whether it was taken back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerTransactionDetail)]
struct TransactionDetail {
    /// The transaction.
    #[serde(flatten)]
    transaction: TransactionView,
    /// The transaction that takes it back.
    #[schema(value_type = Option<String>)]
    reversed_by: Option<LedgerTransactionId>,
}

/// One transaction
#[utoipa::path(get, path = "/api/v1/ledger/transactions/{id}", tag = "ledger", params(("id" = String, Path, description = "The transaction")),
    responses((status = 200, description = "The transaction", body = TransactionDetail)))]
async fn one_transaction(ctx: Staff, Path(id): Path<LedgerTransactionId>) -> Result<Json<TransactionDetail>> {
    let (transaction, reversed_by) = ctx
        .read(|read| async move { journal::by_id(read, id).await }.scope_boxed())
        .await?;
    Ok(Json(TransactionDetail {
        transaction: transaction.into(),
        reversed_by,
    }))
}

/// Why something is taken back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LedgerReversal, example = json!({"reason": "Entered twice"}))]
struct Reversal {
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// On which day; today where the company is, if not said.
    #[serde(default)]
    #[schema(format = Date, max_length = 10)]
    day: Option<String>,
}

/// Take back what a person posted
///
/// Another transaction with the same lines the other way; the first one stays as it is. What an invoice, a payment or a
/// hold posted has its own way back.
#[utoipa::path(post, path = "/api/v1/ledger/transactions/{id}/reverse", tag = "ledger", request_body = Reversal,
    params(("id" = String, Path, description = "The transaction")),
    responses((status = 201, description = "Taken back by this", body = TransactionView)))]
async fn reverse_transaction(
    ctx: Staff,
    Path(id): Path<LedgerTransactionId>,
    once: Once<Reversal>,
) -> Result<Response> {
    ctx.allow(LEDGER_POST)?;
    let today = today(&ctx)?;
    once.write(&ctx, StatusCode::CREATED, |tx, body| {
        async move {
            let on = day("/day", body.day.as_deref(), today)?;
            Ok(TransactionView::from(journal::reverse(tx, id, on, &body.reason).await?))
        }
        .scope_boxed()
    })
    .await
}

/// How the journal is to be written.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportAsk {
    /// `hledger`, `beancount` or `csv`; hledger if not said.
    #[param(example = "hledger", max_length = 20)]
    format: Option<String>,
    /// Up to this day.
    #[param(format = Date, max_length = 10)]
    until: Option<String>,
}

/// The journal as text
///
/// For hledger every line asserts what is on its account after it; for beancount the end asserts what is on each.
#[utoipa::path(get, path = "/api/v1/ledger/journal", tag = "ledger", params(ExportAsk),
    responses((status = 200, description = "The journal", content((String = "text/plain"), (String = "text/csv")))))]
pub(crate) async fn export_journal(ctx: Staff, Query(ask): Query<ExportAsk>) -> Result<Download> {
    ctx.allow(LEDGER_READ)?;
    let format = match ask.format.as_deref().filter(|text| !text.is_empty()) {
        Some(text) => Format::parse(text).ok_or_else(|| bad("/format", "journal_format_unknown"))?,
        None => Format::Hledger,
    };
    let until = asked_day("/until", ask.until.as_deref())?.unwrap_or(Date::MAX);
    let mut text = String::new();
    export(&ctx, format, until, |part| {
        text.push_str(part);
        Ok(())
    })
    .await?;
    Ok(Download::attachment(
        format.file_name(),
        format.media_type(),
        Body::from(text),
    ))
}
