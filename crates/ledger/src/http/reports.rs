//! What the books say.

use engines::posting::Role;
use jiff::civil::Date;
use kernel::Money;
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::exposures::MoneyView;
use web::{App, Json, OpenApiRouter, Query, Result, Staff, routes};

use super::parts::{asked_about, asked_day, bad, today};
use crate::reports::{self, Sums};

pub(super) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(trial_balance))
        .routes(routes!(balance_sheet))
        .routes(routes!(profit_and_loss))
}

/// At the end of which day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OnAsk {
    /// At the end of this day; after all that was ever posted, if not said.
    #[param(format = Date, max_length = 10)]
    on: Option<String>,
}

/// What accounts for one purpose come to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrialBalanceLine)]
struct TrialLineView {
    /// What they are for.
    #[schema(value_type = String, example = "assets:receivable")]
    role: &'static str,
    /// On them, in their currency: above zero debits are more.
    balance: MoneyView,
    /// What that is worth in the currency of the books.
    worth: MoneyView,
}

/// What is on every account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrialBalance)]
struct TrialBalanceView {
    /// At the end of this day; null for all that was ever posted.
    #[schema(value_type = Option<String>, format = Date)]
    on: Option<Date>,
    /// By purpose and currency, in the order of the chart.
    lines: Vec<TrialLineView>,
    /// What the debits are worth.
    debits: MoneyView,
    /// What the credits are worth: as much below zero.
    credits: MoneyView,
    /// Whether both come to the same.
    balances: bool,
}

/// Trial balance
#[utoipa::path(get, path = "/api/v1/ledger/trial-balance", tag = "ledger", params(OnAsk),
    responses((status = 200, description = "What is on every account", body = TrialBalanceView)))]
async fn trial_balance(ctx: Staff, Query(ask): Query<OnAsk>) -> Result<Json<TrialBalanceView>> {
    let on = asked_day("/on", ask.on.as_deref())?;
    let trial = ctx
        .read(|read| async move { reports::trial_balance(read, on).await }.scope_boxed())
        .await?;
    let line = |line: &reports::TrialLine| TrialLineView {
        role: line.role.path(),
        balance: line.balance.into(),
        worth: line.worth.into(),
    };
    Ok(Json(TrialBalanceView {
        on: trial.on,
        lines: trial.lines.iter().map(line).collect(),
        balances: trial.balances(),
        debits: trial.debits.into(),
        credits: trial.credits.into(),
    }))
}

/// What accounts come to, by purpose.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerSums)]
struct SumsView {
    /// By purpose, each above zero on the side it is meant for.
    lines: Vec<SumView>,
    /// All together.
    total: MoneyView,
}

/// What accounts for one purpose come to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerSum)]
struct SumView {
    /// What they are for.
    #[schema(value_type = String, example = "income:sales")]
    role: &'static str,
    /// In the currency of the books.
    worth: MoneyView,
}

impl From<Sums> for SumsView {
    fn from(sums: Sums) -> Self {
        let line = |(role, worth): (Role, Money)| SumView {
            role: role.path(),
            worth: worth.into(),
        };
        Self {
            lines: sums.lines.into_iter().map(line).collect(),
            total: sums.total.into(),
        }
    }
}

/// What the company has and owes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BalanceSheet)]
struct BalanceSheetView {
    /// At the end of this day; null for all that was ever posted.
    #[schema(value_type = Option<String>, format = Date)]
    on: Option<Date>,
    /// What it has.
    assets: SumsView,
    /// What it owes.
    liabilities: SumsView,
    /// What its owners have in it, without the result.
    equity: SumsView,
    /// Earned less spent, since the books were opened.
    result: MoneyView,
}

/// Balance sheet
#[utoipa::path(get, path = "/api/v1/ledger/balance-sheet", tag = "ledger", params(OnAsk),
    responses((status = 200, description = "What the company has and owes", body = BalanceSheetView)))]
async fn balance_sheet(ctx: Staff, Query(ask): Query<OnAsk>) -> Result<Json<BalanceSheetView>> {
    let on = asked_day("/on", ask.on.as_deref())?;
    let sheet = ctx
        .read(|read| async move { reports::balance_sheet(read, on).await }.scope_boxed())
        .await?;
    Ok(Json(BalanceSheetView {
        on: sheet.on,
        assets: sheet.assets.into(),
        liabilities: sheet.liabilities.into(),
        equity: sheet.equity.into(),
        result: sheet.result.into(),
    }))
}

/// Over which days, or of what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PeriodAsk {
    /// From this day on; the first day of the year, if not said.
    #[param(format = Date, max_length = 10)]
    from: Option<String>,
    /// Up to this day; today, if not said.
    #[param(format = Date, max_length = 10)]
    until: Option<String>,
    /// Of one order or trip instead, over all days.
    #[param(max_length = 100)]
    about: Option<String>,
}

/// What was earned and spent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProfitAndLoss)]
struct ProfitAndLossView {
    /// From this day on; null for one order or trip.
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// Up to this day; null for one order or trip.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
    /// Of this order or trip; null for a period.
    about: Option<String>,
    /// Earned.
    income: SumsView,
    /// Spent.
    expenses: SumsView,
    /// What is left.
    result: MoneyView,
}

/// Profit and loss of a period, or of one order or trip
#[utoipa::path(get, path = "/api/v1/ledger/profit-and-loss", tag = "ledger", params(PeriodAsk),
    responses((status = 200, description = "What was earned and spent", body = ProfitAndLossView)))]
async fn profit_and_loss(ctx: Staff, Query(ask): Query<PeriodAsk>) -> Result<Json<ProfitAndLossView>> {
    let about = asked_about(ask.about)?;
    let today = today(&ctx)?;
    let until = asked_day("/until", ask.until.as_deref())?.unwrap_or(today);
    let from = asked_day("/from", ask.from.as_deref())?.unwrap_or_else(|| until.first_of_year());
    if from > until {
        return Err(bad("/until", "period_backwards").into());
    }
    let (found, of) = (
        ctx.read(|read| {
            let about = about.clone();
            async move {
                match about {
                    Some(about) => reports::profit_of(read, &about).await,
                    None => reports::profit_and_loss(read, from, until).await,
                }
            }
            .scope_boxed()
        })
        .await?,
        about,
    );
    let period = of.is_none();
    Ok(Json(ProfitAndLossView {
        from: period.then_some(from),
        until: period.then_some(until),
        about: of,
        income: found.income.into(),
        expenses: found.expenses.into(),
        result: found.result.into(),
    }))
}
