//! What customers have paid in ahead, and its CSV.

use askama::Template;
use axum::response::{IntoResponse, Response};
use engines::posting::{Account, Role};
use kernel::{Currency, CustomerId, Id};
use parties::permissions::CUSTOMERS_READ;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Field, Icon, ListQuery, Pager};
use web::{Csv, ListAsk, Listed, Query, Result, See, Staff};

use super::people::People;
use super::{WALLETS, wallet};
use crate::permissions::{WALLETS_ADJUST, WALLETS_READ};
use crate::wallets::{self, Wallet};

/// Wallets a CSV has at most.
const MOST_ROWS: i64 = 100_000;
/// Customers to choose from, the newest.
const MOST_CUSTOMERS: u64 = 500;

#[derive(Template)]
#[template(path = "pages/wallets.html")]
struct WalletsPage<'a> {
    w: &'a Words,
    list: ListQuery,
    /// Whose wallet to go to, for those who may put something in.
    customers: Option<Field>,
    rows: Vec<Row>,
    pager: Pager,
    empty: ui::Empty,
}

struct Row {
    href: String,
    name: String,
    currency: &'static str,
    available: String,
    held: String,
}

/// Whose wallet is wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    customer: String,
}

pub(super) async fn show(ctx: Staff, ask: ListAsk, Query(which): Query<Which>) -> Result<Response> {
    ctx.allow(WALLETS_READ)?;
    if let Ok(customer) = which.customer.parse() {
        return Ok(See::other(wallet::path(customer)).into_response());
    }
    let after = match ask.after::<(CustomerId, String)>()? {
        Some((customer, code)) => Currency::parse(&code).ok().map(|currency| (customer, currency)),
        None => None,
    };
    let most = i64::try_from(ask.fetch()).unwrap_or(i64::MAX);
    let found = ctx
        .read(|read| async move { wallets::all(read, after, most).await }.scope_boxed())
        .await?;
    let found = Listed::page(found, &ask, |wallet| {
        (wallet.customer, wallet.available.currency.code().to_owned())
    });
    let owners = found
        .data
        .iter()
        .map(|wallet| Account::of(Role::Wallet, wallet.customer.uuid()));
    let people = People::of(&ctx, owners).await?;
    let (w, list) = (ctx.words(), ListQuery::new(WALLETS));
    let mut pager = Pager::cursor(w, found.data.len());
    if let Some(next) = &found.next {
        pager = pager.next(list.with("after", next));
    }
    let page = WalletsPage {
        w,
        list,
        customers: customers(&ctx).await?,
        rows: found.data.iter().map(|wallet| row(w, &people, wallet)).collect(),
        pager,
        empty: ui::Empty::new(Icon::Wallet, w.t("ledger-no-wallets"), w.t("ledger-no-wallets-text")),
    };
    ctx.console(&Head::new(w.t("ledger-wallets")).crumb(w.t("nav-money"), ""), &page)
        .await
}

async fn customers(ctx: &Staff) -> Result<Option<Field>> {
    if !ctx.may(WALLETS_ADJUST) || !ctx.may(CUSTOMERS_READ) {
        return Ok(None);
    }
    let filter = &parties::customers::Filter {
        state: Some(parties::State::Active),
        ..parties::customers::Filter::default()
    };
    let page = &parties::Page::first(MOST_CUSTOMERS);
    let found = ctx
        .read(|read| async move { parties::customers::ops::list(read, filter, page).await }.scope_boxed())
        .await?;
    let mut names: Vec<_> = found
        .into_iter()
        .map(|customer| (customer.id.to_string(), customer.details.party.name))
        .collect();
    names.sort_by(|one, other| one.1.cmp(&other.1));
    Ok((!names.is_empty()).then(|| Field::select("customer", ctx.t("ledger-customer"), &names)))
}

fn row(w: &Words, people: &People, wallet: &Wallet) -> Row {
    let currency = wallet.available.currency.code();
    Row {
        href: format!("{}?currency={currency}", wallet::path(wallet.customer)),
        name: people.customer(wallet.customer),
        currency,
        available: w.exact(wallet.available),
        held: if wallet.held.is_zero() {
            String::new()
        } else {
            w.exact(wallet.held)
        },
    }
}

pub(super) async fn csv(ctx: Staff) -> Result<Response> {
    ctx.allow(WALLETS_READ)?;
    let found = ctx
        .read(|read| async move { wallets::all(read, None, MOST_ROWS).await }.scope_boxed())
        .await?;
    let row = |wallet: &Wallet| {
        vec![
            wallet.customer.to_string(),
            wallet.available.currency.code().to_owned(),
            wallet.available.decimal(),
            wallet.held.decimal(),
        ]
    };
    let table = Csv::new("wallets.csv", &["customer", "currency", "available", "held"]);
    Ok(table.rows(found.iter().map(row)).into_response())
}
