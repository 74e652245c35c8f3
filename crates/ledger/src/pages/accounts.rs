//! The chart of accounts with what is on each, and its CSV.

use askama::Template;
use axum::response::{IntoResponse, Response};
use engines::posting::{Role, Section};
use kernel::{CustomerId, Id, LedgerAccountId, SupplierId};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use uuid::Uuid;
use web::messages::Words;
use web::ui::{self, Chips, Field, Icon, ListQuery, Pager, Tabs};
use web::{Csv, ListAsk, Listed, Query, Result, Staff};

use super::people::{Named, People};
use super::{ACCOUNTS, below, opened, tabs, to_open, words};
use crate::accounts::{self, Filter, LedgerAccount};
use crate::http::parts::bad;
use crate::permissions::LEDGER_READ;

/// Accounts a CSV has at most.
const MOST_ROWS: i64 = 100_000;

/// Which accounts an address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    role: String,
    whose: String,
}

impl Asked {
    fn query(&self) -> ListQuery {
        ListQuery::new(ACCOUNTS)
            .param("role", &self.role)
            .param("whose", &self.whose)
    }

    fn filter(&self) -> Result<Filter> {
        let role = Some(self.role.as_str()).filter(|text| !text.is_empty());
        let role = role.map(|text| Role::parse(text).ok_or_else(|| bad("/role", "account_role_unknown")));
        let whose = Some(self.whose.as_str()).filter(|text| !text.is_empty());
        let whose = whose.map(|text| owner(text).ok_or_else(|| bad("/whose", "account_owner_unknown")));
        Ok(Filter {
            role: role.transpose()?,
            whose: whose.transpose()?,
        })
    }
}

/// Whose accounts an id of a customer or supplier asks for.
fn owner(text: &str) -> Option<Uuid> {
    let customer = text.parse::<CustomerId>().map(Id::uuid);
    customer.or_else(|_| text.parse::<SupplierId>().map(Id::uuid)).ok()
}

#[derive(Template)]
#[template(path = "pages/accounts.html")]
struct AccountsPage<'a> {
    w: &'a Words,
    tabs: Tabs,
    list: ListQuery,
    kept: ui::Html,
    role: Field,
    chips: Option<Chips>,
    /// Where an account shown is of another currency.
    worth: Option<String>,
    rows: Vec<Row>,
    pager: Pager,
    empty: ui::Empty,
}

struct Row {
    href: String,
    account: Named,
    section: String,
    sides: [String; 2],
    /// Where the account is of another currency.
    worth: String,
    entries: String,
}

/// The page of one account.
pub(super) fn path(id: LedgerAccountId) -> String {
    format!("{ACCOUNTS}/{id}")
}

pub(super) async fn show(ctx: Staff, ask: ListAsk, Query(asked): Query<Asked>) -> Result<Response> {
    let Some(books) = opened(&ctx).await? else {
        return Ok(to_open());
    };
    let filter = asked.filter()?;
    let after = ask.after::<Uuid>()?.map(LedgerAccountId::from_uuid);
    let most = i64::try_from(ask.fetch()).unwrap_or(i64::MAX);
    let found = ctx
        .read(|read| async move { accounts::all(read, filter, after, most, books.functional).await }.scope_boxed())
        .await?;
    let found = Listed::page(found, &ask, |account| account.id.uuid());
    let people = People::of(&ctx, found.data.iter().map(|account| account.purpose.account)).await?;
    let (w, list) = (ctx.words(), asked.query());
    let mut pager = Pager::cursor(w, found.data.len());
    if let Some(next) = &found.next {
        pager = pager.next(list.with("after", next));
    }
    let page = AccountsPage {
        w,
        tabs: tabs(&ctx, ACCOUNTS),
        kept: list.hidden_except("role"),
        role: Field::select("role", w.t("ledger-purpose"), &roles(w)).value(&asked.role),
        chips: chips(w, &list, &asked, &people, found.data.first()),
        worth: found
            .data
            .iter()
            .any(is_foreign)
            .then(|| w.t1("ledger-worth-in", "currency", books.functional.code())),
        rows: found.data.iter().map(|account| row(w, &people, account)).collect(),
        pager,
        empty: ui::Empty::new(Icon::Book, w.t("ledger-no-accounts"), w.t("ledger-no-accounts-text")),
        list,
    };
    ctx.console(&below(w, w.t("ledger-accounts")), &page).await
}

fn roles(w: &Words) -> Vec<(String, String)> {
    let mut roles = vec![(String::new(), w.t("ledger-every-purpose"))];
    for section in Section::ALL {
        let of_section = Role::ALL.iter().filter(|role| role.section() == section);
        roles.extend(of_section.map(|role| {
            let label = format!("{}: {}", words::section(w, section), words::role(w, *role));
            (role.path().to_owned(), label)
        }));
    }
    roles
}

/// Whose accounts alone are shown.
fn chips(w: &Words, list: &ListQuery, asked: &Asked, people: &People, first: Option<&LedgerAccount>) -> Option<Chips> {
    let whose = Some(&asked.whose).filter(|text| !text.is_empty())?;
    let name = first.map_or_else(
        || whose.clone(),
        |account| people.name(w, account.purpose.account).whose,
    );
    Some(Chips::new().set(name, list.without("whose")))
}

fn row(w: &Words, people: &People, account: &LedgerAccount) -> Row {
    Row {
        href: path(account.id),
        account: people.name(w, account.purpose.account),
        section: words::section(w, account.purpose.account.role.section()),
        sides: sides(w, account),
        worth: if is_foreign(account) {
            w.exact(words::size(account.worth))
        } else {
            String::new()
        },
        entries: w.number(account.entries),
    }
}

fn is_foreign(account: &LedgerAccount) -> bool {
    account.balance.currency != account.worth.currency
}

/// What is on it as a debit or a credit; nothing is shown on the side it is meant for.
fn sides(w: &Words, account: &LedgerAccount) -> [String; 2] {
    if !account.balance.is_zero() {
        return words::sides(w, account.balance);
    }
    let nothing = w.exact(account.balance);
    if account.purpose.account.role.section().is_raised_by_debits() {
        [nothing, String::new()]
    } else {
        [String::new(), nothing]
    }
}

pub(super) async fn csv(ctx: Staff, Query(asked): Query<Asked>) -> Result<Response> {
    ctx.allow(LEDGER_READ)?;
    let filter = asked.filter()?;
    let found = ctx.read(|read| {
        async move {
            let functional = crate::books::opened(read).await?.functional;
            accounts::all(read, filter, None, MOST_ROWS, functional).await
        }
        .scope_boxed()
    });
    let head = [
        "account",
        "purpose",
        "name",
        "balance",
        "currency",
        "worth",
        "worth_currency",
        "entries",
    ];
    let row = |account: &LedgerAccount| {
        vec![
            account.id.to_string(),
            account.purpose.account.role.path().to_owned(),
            account.purpose.path(),
            account.balance.decimal(),
            account.balance.currency.code().to_owned(),
            account.worth.decimal(),
            account.worth.currency.code().to_owned(),
            account.entries.to_string(),
        ]
    };
    let table = Csv::new("accounts.csv", &head);
    Ok(table.rows(found.await?.iter().map(row)).into_response())
}
