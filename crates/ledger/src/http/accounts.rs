//! Accounts, and what was posted on one.

use jiff::civil::Date;
use kernel::{Id, LedgerAccountId, LedgerTransactionId, Problem};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::exposures::MoneyView;
use web::{App, Json, ListAsk, Listed, OpenApiRouter, Path, Query, Result, Staff, routes};

use super::parts::{bad, role};
use crate::accounts::{self, Filter, LedgerAccount};
use crate::books;
use crate::journal::{self, AccountEntry};
use crate::permissions::LEDGER_READ;

pub(super) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_accounts))
        .routes(routes!(one_account))
        .routes(routes!(list_account_entries))
}

/// Which accounts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AccountsAsk {
    /// Only those for one purpose.
    #[param(example = "assets:receivable", max_length = 40)]
    role: Option<String>,
    /// Only those of one customer or supplier: its id.
    #[param(example = "cus_01934000000070008000000000000012", max_length = 40)]
    whose: Option<String>,
}

/// An account with what is on it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerAccount)]
struct AccountView {
    /// Its id.
    #[schema(value_type = String, example = "acc_01934000000070008000000000000090")]
    id: LedgerAccountId,
    /// What it is for.
    #[schema(value_type = String, example = "assets:receivable")]
    role: &'static str,
    /// Its name in plain text, with whose it is.
    #[schema(example = "assets:receivable:cus_01934000000070008000000000000012")]
    name: String,
    /// What is on it: above zero debits are more.
    balance: MoneyView,
    /// What that is worth in the currency of the books, as booked.
    worth: MoneyView,
    /// How many entries it has.
    entries: i64,
}

impl From<LedgerAccount> for AccountView {
    fn from(account: LedgerAccount) -> Self {
        Self {
            id: account.id,
            role: account.purpose.account.role.path(),
            name: account.purpose.path(),
            balance: account.balance.into(),
            worth: account.worth.into(),
            entries: account.entries,
        }
    }
}

/// The accounts of the books, the oldest first
#[utoipa::path(get, path = "/api/v1/ledger/accounts", tag = "ledger", params(ListAsk, AccountsAsk),
    responses((status = 200, description = "Accounts", body = Listed<AccountView>)))]
async fn list_accounts(ctx: Staff, ask: ListAsk, Query(which): Query<AccountsAsk>) -> Result<Listed<AccountView>> {
    ctx.allow(LEDGER_READ)?;
    let filter = Filter {
        role: match which.role.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => Some(role(text).ok_or_else(|| bad("/role", "account_role_unknown"))?),
            None => None,
        },
        whose: match which.whose.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => Some(owner(text).ok_or_else(|| bad("/whose", "account_owner_unknown"))?),
            None => None,
        },
    };
    ask.sort(&[])?;
    let after = ask.after::<Uuid>()?.map(LedgerAccountId::from_uuid);
    let most = i64::try_from(ask.fetch()).unwrap_or(i64::MAX);
    let accounts = ctx
        .read(|read| {
            async move {
                let functional = books::opened(read).await?.functional;
                accounts::all(read, filter, after, most, functional).await
            }
            .scope_boxed()
        })
        .await?;
    Ok(Listed::page(accounts, &ask, |account| account.id.uuid()).map(AccountView::from))
}

/// Whose accounts an id of a customer or supplier asks for.
fn owner(text: &str) -> Option<Uuid> {
    let customer = text.parse::<kernel::CustomerId>().map(Id::uuid);
    customer
        .or_else(|_| text.parse::<kernel::SupplierId>().map(Id::uuid))
        .ok()
}

/// One account
#[utoipa::path(get, path = "/api/v1/ledger/accounts/{id}", tag = "ledger", params(("id" = String, Path, description = "The account")),
    responses((status = 200, description = "The account", body = AccountView)))]
async fn one_account(ctx: Staff, Path(id): Path<LedgerAccountId>) -> Result<Json<AccountView>> {
    ctx.allow(LEDGER_READ)?;
    let account = ctx
        .read(|read| {
            async move {
                let functional = books::opened(read).await?.functional;
                accounts::by_id(read, id, functional).await
            }
            .scope_boxed()
        })
        .await?;
    Ok(Json(account.ok_or_else(Problem::not_found)?.into()))
}

/// A line on an account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerAccountEntry)]
pub(super) struct AccountEntryView {
    /// Its number on the account, from 1 without a gap.
    number: i64,
    /// Of this transaction.
    #[schema(value_type = String, example = "ltx_01934000000070008000000000000091")]
    transaction: LedgerTransactionId,
    /// What happened.
    #[schema(value_type = String, example = "invoice")]
    kind: &'static str,
    /// On which day, where the company is.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// In a few words.
    memo: String,
    /// What it was posted for: a printed id.
    source: Option<String>,
    /// Above zero a debit, below zero a credit.
    amount: MoneyView,
    /// What that is worth in the currency of the books.
    worth: MoneyView,
    /// What was on the account after it.
    balance: MoneyView,
}

impl From<AccountEntry> for AccountEntryView {
    fn from(entry: AccountEntry) -> Self {
        Self {
            number: entry.number,
            transaction: entry.transaction,
            kind: entry.kind.name(),
            day: entry.day,
            memo: entry.memo,
            source: entry.source,
            amount: entry.amount.into(),
            worth: entry.worth.into(),
            balance: entry.balance.into(),
        }
    }
}

/// What was posted on an account, the latest first
#[utoipa::path(get, path = "/api/v1/ledger/accounts/{id}/entries", tag = "ledger",
    params(("id" = String, Path, description = "The account"), ListAsk),
    responses((status = 200, description = "Entries", body = Listed<AccountEntryView>)))]
async fn list_account_entries(
    ctx: Staff,
    Path(id): Path<LedgerAccountId>,
    ask: ListAsk,
) -> Result<Listed<AccountEntryView>> {
    ask.sort(&[])?;
    let before = ask.after::<i64>()?;
    let most = i64::try_from(ask.fetch()).unwrap_or(i64::MAX);
    let entries = ctx
        .read(|read| async move { journal::of_account(read, id, before, most).await }.scope_boxed())
        .await?;
    Ok(Listed::page(entries, &ask, |entry| entry.number).map(AccountEntryView::from))
}
