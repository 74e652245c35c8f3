//! One account: what was posted on it, with what was on it after each.

use askama::Template;
use axum::response::Response;
use kernel::{LedgerAccountId, Money, Problem};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::ui::{self, Html, Icon, ListQuery, Pager, Tile};
use web::{ListAsk, Listed, Path, Result, Staff};

use super::people::{Named, People};
use super::{ACCOUNTS, below, journal as listed, opened, to_open, words};
use crate::accounts::{self, LedgerAccount};
use crate::journal::{self, AccountEntry};

#[derive(Template)]
#[template(path = "pages/account.html")]
struct AccountPage<'a> {
    w: &'a Words,
    account: Named,
    section: String,
    tiles: Html,
    rows: Vec<Row>,
    pager: Pager,
    empty: ui::Empty,
}

struct Row {
    href: String,
    memo: String,
    kind: String,
    day: String,
    sides: [String; 2],
    balance: String,
}

pub(super) async fn show(ctx: Staff, ask: ListAsk, Path(id): Path<LedgerAccountId>) -> Result<Response> {
    let Some(books) = opened(&ctx).await? else {
        return Ok(to_open());
    };
    let before = ask.after::<i64>()?;
    let most = i64::try_from(ask.fetch()).unwrap_or(i64::MAX);
    let (account, entries) = ctx
        .read(|read| {
            async move {
                let account = accounts::by_id(read, id, books.functional).await?;
                let account = account.ok_or_else(Problem::not_found)?;
                Ok((account, journal::of_account(read, id, before, most).await?))
            }
            .scope_boxed()
        })
        .await?;
    let entries = Listed::page(entries, &ask, |entry| entry.number);
    let (w, list) = (ctx.words(), ListQuery::new(super::accounts::path(id)));
    let mut pager = Pager::cursor(w, entries.data.len());
    if let Some(next) = &entries.next {
        pager = pager.next(list.with("after", next));
    }
    let people = People::of(&ctx, [account.purpose.account]).await?;
    let named = people.name(w, account.purpose.account);
    let page = AccountPage {
        w,
        section: words::section(w, account.purpose.account.role.section()),
        tiles: tiles(w, &account),
        rows: entries.data.iter().map(|entry| row(w, &account, entry)).collect(),
        pager,
        empty: ui::Empty::new(Icon::Book, w.t("ledger-none-posted"), w.t("ledger-none-posted-text")),
        account: named.clone(),
    };
    let head = below(w, named.role).crumb(w.t("ledger-accounts"), ACCOUNTS);
    ctx.console(&head, &page).await
}

fn tiles(w: &Words, account: &LedgerAccount) -> Html {
    let mut tiles = vec![Tile::new(
        w.t("ledger-balance"),
        w.exact(natural(account, account.balance)),
    )];
    if account.balance.currency != account.worth.currency {
        let label = w.t1("ledger-worth-in", "currency", account.worth.currency.code());
        tiles.push(Tile::new(label, w.exact(natural(account, account.worth))));
    }
    tiles.push(Tile::new(w.t("ledger-entries"), w.number(account.entries)));
    ui::tiles(tiles)
}

/// Above zero on the side the account is meant for.
fn natural(account: &LedgerAccount, amount: Money) -> Money {
    if account.purpose.account.role.section().is_raised_by_debits() {
        amount
    } else {
        words::turned(amount)
    }
}

fn row(w: &Words, account: &LedgerAccount, entry: &AccountEntry) -> Row {
    let kind = words::kind(w, entry.kind);
    Row {
        href: listed::path(entry.transaction),
        memo: if entry.memo.is_empty() {
            kind.clone()
        } else {
            entry.memo.clone()
        },
        kind,
        day: w.day(entry.day),
        sides: words::sides(w, entry.amount),
        balance: w.exact(natural(account, entry.balance)),
    }
}
