//! The journal as a list, and its CSV.

use std::collections::BTreeSet;

use askama::Template;
use axum::response::{IntoResponse, Response};
use engines::posting::{Line, Role};
use jiff::civil::Date;
use kernel::{Id, LedgerTransactionId};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use uuid::Uuid;
use web::messages::Words;
use web::ui::{self, Field, Icon, ListQuery, Pager, Tabs};
use web::{Csv, ListAsk, Listed, Query, Result, Staff};

use super::{ENTER, TRANSACTIONS, below, lines, opened, tabs, to_open, words};
use crate::http::parts::{asked_day, bad};
use crate::journal::{self, Kind, Listing, Transaction};
use crate::permissions::{LEDGER_POST, LEDGER_READ};

/// Transactions a CSV has at most.
const MOST_ROWS: usize = 100_000;

/// Which transactions an address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    from: String,
    until: String,
    kind: String,
    about: String,
}

impl Asked {
    fn query(&self) -> ListQuery {
        ListQuery::new(TRANSACTIONS)
            .param("from", &self.from)
            .param("until", &self.until)
            .param("kind", &self.kind)
            .param("about", &self.about)
    }

    fn listing(&self, ask: &ListAsk) -> Result<Listing> {
        let kind = Some(self.kind.as_str()).filter(|text| !text.is_empty());
        let kind = kind.map(|text| Kind::parse(text).ok_or_else(|| bad("/kind", "transaction_kind_unknown")));
        let after = ask.after::<(Date, Uuid)>()?;
        Ok(Listing {
            from: asked_day("/from", Some(&self.from))?,
            until: asked_day("/until", Some(&self.until))?,
            kind: kind.transpose()?,
            about: Some(self.about.trim().to_owned()).filter(|text| !text.is_empty()),
            after: after.map(|(day, id)| (day, LedgerTransactionId::from_uuid(id))),
            limit: i64::try_from(ask.fetch()).unwrap_or(i64::MAX),
        })
    }

    fn fields(&self, w: &Words) -> [Field; 4] {
        let mut kinds = vec![(String::new(), w.t("ledger-every-kind"))];
        kinds.extend(
            Kind::ALL
                .iter()
                .map(|kind| (kind.name().to_owned(), words::kind(w, *kind))),
        );
        [
            Field::date("from", w.t("ledger-from")).value(&self.from),
            Field::date("until", w.t("ledger-until")).value(&self.until),
            Field::select("kind", w.t("ledger-kind"), &kinds).value(&self.kind),
            Field::text("about", w.t("ledger-about"))
                .value(&self.about)
                .attr("maxlength", 100),
        ]
    }
}

#[derive(Template)]
#[template(path = "pages/journal.html")]
struct JournalPage<'a> {
    w: &'a Words,
    tabs: Tabs,
    list: ListQuery,
    fields: [Field; 4],
    narrowed: bool,
    enter: Option<&'static str>,
    rows: Vec<Row>,
    pager: Pager,
    empty: ui::Empty,
}

/// A transaction in a list.
pub(super) struct Row {
    pub(super) href: String,
    pub(super) memo: String,
    pub(super) kind: String,
    pub(super) day: String,
    pub(super) debit: String,
    pub(super) credit: String,
    pub(super) amount: String,
}

/// The page of one transaction.
pub(super) fn path(id: LedgerTransactionId) -> String {
    format!("{TRANSACTIONS}/{id}")
}

/// A transaction as lists show it.
pub(super) fn row(w: &Words, transaction: &Transaction) -> Row {
    let posted = &transaction.posted;
    let all = posted.posting.lines();
    let kind = words::kind(w, posted.kind);
    let [debit, credit] = [true, false].map(|debits| purposes(w, all, debits));
    Row {
        href: path(transaction.id),
        memo: if posted.memo.is_empty() {
            kind.clone()
        } else {
            posted.memo.clone()
        },
        kind,
        day: w.day(posted.day),
        debit,
        credit,
        amount: w.exact(lines::size(&posted.posting)),
    }
}

/// What the accounts on one side of a posting are for, each once.
fn purposes(w: &Words, lines: &[Line], debits: bool) -> String {
    let side = lines.iter().filter(|line| (line.amount.minor > 0) == debits);
    let roles: BTreeSet<_> = side.map(|line| line.account.role).collect();
    let roles: Vec<String> = roles.into_iter().map(|role| words::role(w, role)).collect();
    roles.join(", ")
}

pub(super) async fn show(ctx: Staff, ask: ListAsk, Query(asked): Query<Asked>) -> Result<Response> {
    if opened(&ctx).await?.is_none() {
        return Ok(to_open());
    }
    let listing = &asked.listing(&ask)?;
    let found = ctx
        .read(|read| async move { journal::list(read, listing).await }.scope_boxed())
        .await?;
    let found = Listed::page(found, &ask, |row| (row.posted.day, row.id.uuid()));
    let (w, list) = (ctx.words(), asked.query());
    let mut pager = Pager::cursor(w, found.data.len());
    if let Some(next) = &found.next {
        pager = pager.next(list.with("after", next));
    }
    let narrowed = list.href() != TRANSACTIONS;
    let enter = ctx.may(LEDGER_POST).then_some(ENTER);
    let page = JournalPage {
        w,
        tabs: tabs(&ctx, TRANSACTIONS),
        fields: asked.fields(w),
        rows: found.data.iter().map(|found| row(w, found)).collect(),
        pager,
        empty: empty(w, narrowed, enter),
        list,
        narrowed,
        enter,
    };
    ctx.console(&below(w, w.t("ledger-journal")), &page).await
}

fn empty(w: &Words, narrowed: bool, enter: Option<&'static str>) -> ui::Empty {
    if narrowed {
        return ui::Empty::new(
            Icon::Search,
            w.t("ledger-nothing-found"),
            w.t("ledger-nothing-found-text"),
        )
        .link(TRANSACTIONS, w.t("ledger-show-all"));
    }
    let empty = ui::Empty::new(Icon::Book, w.t("ledger-none-posted"), w.t("ledger-none-posted-text"));
    match enter {
        Some(path) => empty.primary(path, w.t("ledger-enter")),
        None => empty,
    }
}

pub(super) async fn csv(ctx: Staff, ask: ListAsk, Query(asked): Query<Asked>) -> Result<Response> {
    ctx.allow(LEDGER_READ)?;
    let mut first = asked.listing(&ask)?;
    first.limit = journal::store::PAGE;
    let found = ctx.read(|read| {
        async move {
            let (mut found, mut listing) = (Vec::new(), first);
            loop {
                let more = journal::list(read, &listing).await?;
                let whole = i64::try_from(more.len()).unwrap_or(i64::MAX) < listing.limit;
                found.extend(more);
                match found.last() {
                    Some(last) if !whole && found.len() < MOST_ROWS => {
                        listing.after = Some((last.posted.day, last.id));
                    }
                    _ => return Ok(found),
                }
            }
        }
        .scope_boxed()
    });
    let head = [
        "day",
        "transaction",
        "kind",
        "memo",
        "source",
        "about",
        "debit",
        "credit",
        "amount",
        "currency",
        "recorded_at",
        "recorded_by",
    ];
    let table = Csv::new("transactions.csv", &head);
    Ok(table.rows(found.await?.iter().map(csv_row)).into_response())
}

/// A line for each transaction, as the page has them; the download of the journal has every entry.
fn csv_row(transaction: &Transaction) -> Vec<String> {
    let posted = &transaction.posted;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let [debit, credit] = [true, false].map(|debits| {
        let side = posted.posting.lines().iter();
        let side = side.filter(|line| (line.amount.minor > 0) == debits);
        let roles: BTreeSet<_> = side.map(|line| line.account.role).collect();
        roles.into_iter().map(Role::path).collect::<Vec<_>>().join(" ")
    });
    let size = lines::size(&posted.posting);
    vec![
        posted.day.to_string(),
        transaction.id.to_string(),
        posted.kind.name().to_owned(),
        posted.memo.clone(),
        text(&posted.source),
        text(&posted.about),
        debit,
        credit,
        size.decimal(),
        size.currency.code().to_owned(),
        transaction.recorded_at.to_string(),
        transaction.recorded_by.clone(),
    ]
}
