//! Customers' wallets.

use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use kernel::{CustomerId, Instant, LedgerTransactionId, Problem, Rate, WalletHoldId};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::exposures::MoneyView;
use web::{App, ListAsk, Listed, Once, OpenApiRouter, Path, Result, Staff, routes};

use super::accounts::AccountEntryView;
use super::parts::{GivenMoney, currency, day, today};
use crate::permissions::WALLETS_ADJUST;
use crate::wallets::{self, Adjustment, Against, Hold, HoldState, Wallet};

pub(super) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_wallets))
        .routes(routes!(list_wallet_entries))
        .routes(routes!(list_wallet_holds))
        .routes(routes!(adjust_wallet))
}

/// What a customer has paid in, in one currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Wallet)]
struct WalletView {
    /// Whose.
    #[schema(value_type = String, example = "cus_01934000000070008000000000000012")]
    customer: CustomerId,
    /// What can be spent.
    available: MoneyView,
    /// What is set aside for what was ordered.
    held: MoneyView,
}

impl From<Wallet> for WalletView {
    fn from(wallet: Wallet) -> Self {
        Self {
            customer: wallet.customer,
            available: wallet.available.into(),
            held: wallet.held.into(),
        }
    }
}

/// A customer's wallets, by currency
#[utoipa::path(get, path = "/api/v1/customers/{id}/wallets", tag = "wallets", params(("id" = String, Path, description = "The customer")),
    responses((status = 200, description = "Wallets", body = Listed<WalletView>)))]
async fn list_wallets(ctx: Staff, Path(id): Path<CustomerId>) -> Result<Listed<WalletView>> {
    let wallets = ctx
        .read(|read| async move { wallets::of_customer(read, id).await }.scope_boxed())
        .await?;
    Ok(Listed::whole(wallets).map(WalletView::from))
}

/// What happened to a wallet, the latest first
#[utoipa::path(get, path = "/api/v1/customers/{id}/wallets/{currency}/entries", tag = "wallets",
    params(("id" = String, Path, description = "The customer"), ("currency" = String, Path, description = "ISO 4217"), ListAsk),
    responses((status = 200, description = "Entries; below zero is money that came in", body = Listed<AccountEntryView>)))]
async fn list_wallet_entries(
    ctx: Staff,
    Path((id, code)): Path<(CustomerId, String)>,
    ask: ListAsk,
) -> Result<Listed<AccountEntryView>> {
    let currency = currency("/currency", &code).map_err(|_| Problem::not_found())?;
    ask.sort(&[])?;
    let before = ask.after::<i64>()?;
    let mut entries = ctx
        .read(|read| async move { wallets::history(read, id, currency, before).await }.scope_boxed())
        .await?;
    entries.truncate(usize::try_from(ask.fetch()).unwrap_or(usize::MAX));
    Ok(Listed::page(entries, &ask, |entry| entry.number).map(AccountEntryView::from))
}

/// A part of a wallet that was set aside.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WalletHold)]
struct HoldView {
    /// Its id.
    #[schema(value_type = String, example = "hld_01934000000070008000000000000092")]
    id: WalletHoldId,
    /// How much.
    amount: MoneyView,
    /// How it stands.
    state: HoldState,
    /// What for.
    memo: String,
    /// The printed id of what it is for.
    source: Option<String>,
    /// The order or trip it belongs to.
    about: Option<String>,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    held_at: Instant,
}

impl From<Hold> for HoldView {
    fn from(hold: Hold) -> Self {
        Self {
            id: hold.id,
            amount: hold.amount.into(),
            state: hold.state,
            memo: hold.memo,
            source: hold.source,
            about: hold.about,
            held_at: hold.held_at,
        }
    }
}

/// What of a customer's wallets is set aside, the oldest first
#[utoipa::path(get, path = "/api/v1/customers/{id}/wallets/holds", tag = "wallets", params(("id" = String, Path, description = "The customer")),
    responses((status = 200, description = "Open holds", body = Listed<HoldView>)))]
async fn list_wallet_holds(ctx: Staff, Path(id): Path<CustomerId>) -> Result<Listed<HoldView>> {
    let holds = ctx
        .read(|read| async move { wallets::open_holds(read, id).await }.scope_boxed())
        .await?;
    Ok(Listed::whole(holds).map(HoldView::from))
}

/// A change by hand.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWalletAdjustment, example = json!({"amount": {"minor": 50000, "currency": "USD"}, "against": "bank", "reason": "Bank transfer of 20 November"}))]
struct NewAdjustment {
    /// Above zero more in the wallet, below zero less.
    amount: GivenMoney,
    /// What it is booked against.
    against: Against,
    /// Why. No names of people: it stays for ever.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// On which day; today where the company is, if not said.
    #[serde(default)]
    #[schema(format = Date, max_length = 10)]
    day: Option<String>,
    /// One unit of the amount's currency in that of the books, as decimal text; needed to put in another currency.
    #[serde(default)]
    #[schema(example = "1.0845", max_length = 24)]
    rate: Option<String>,
}

impl NewAdjustment {
    fn read(self, customer: CustomerId, key: String, today: Date) -> Result<Adjustment, Problem> {
        let rate = self.rate.as_deref().filter(|text| !text.is_empty());
        let rate = rate.map(|text| {
            Rate::parse(text).map_err(|_| Problem::refused("invalid_fields").field("/rate", "wallet_rate_invalid"))
        });
        Ok(Adjustment {
            key,
            customer,
            amount: self.amount.read("/amount")?,
            against: self.against,
            reason: self.reason,
            day: day("/day", self.day.as_deref(), today)?,
            rate: rate.transpose()?,
        })
    }
}

/// How a change by hand was posted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WalletAdjustment)]
struct AdjustmentView {
    /// The transaction of the journal.
    #[schema(value_type = String, example = "ltx_01934000000070008000000000000093")]
    transaction: LedgerTransactionId,
    /// What is in the wallets after it.
    wallets: Vec<WalletView>,
}

/// Put into a wallet, or take out of it, by hand
#[utoipa::path(post, path = "/api/v1/customers/{id}/wallets/adjustments", tag = "wallets", request_body = NewAdjustment,
    params(("id" = String, Path, description = "The customer")),
    responses((status = 201, description = "Posted", body = AdjustmentView)))]
async fn adjust_wallet(ctx: Staff, Path(id): Path<CustomerId>, once: Once<NewAdjustment>) -> Result<Response> {
    ctx.allow(WALLETS_ADJUST)?;
    let today = today(&ctx)?;
    once.write(&ctx, StatusCode::CREATED, |tx, body| {
        async move {
            let key = format!("adjustment:{}", tx.new_id::<LedgerTransactionId>());
            let adjustment = body.read(id, key, today)?;
            let transaction = wallets::adjust(tx, &adjustment).await?;
            let wallets = wallets::of_customer(tx, id).await?;
            Ok(AdjustmentView {
                transaction,
                wallets: wallets.into_iter().map(WalletView::from).collect(),
            })
        }
        .scope_boxed()
    })
    .await
}
