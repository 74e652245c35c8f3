//! The list of customers or suppliers, and its CSV.

use axum::response::{IntoResponse, Response};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Chips, Icon, Pager, SearchBox, sort_th, th};
use web::{Csv, ListAsk, Listed, Query, Result, Staff};

use super::{Pages, path};
use crate::record::{Of, State};
use crate::seek::{self, Filter, Page};
use crate::views::{self, Asked, ListPage, Row};

/// Rows a CSV has at most.
const MOST_ROWS: usize = 100_000;

struct Found<D: Pages> {
    rows: Listed<Of<D>>,
    active: u64,
    archived: u64,
    beside: D::Beside,
}

fn filter<D: Pages>(ask: &ListAsk, asked: &Asked) -> Filter<D::Class> {
    Filter {
        state: Some(asked.state()),
        class: D::asked(asked),
        search: ask.search().map(str::to_owned),
    }
}

async fn find<D: Pages>(ctx: &Staff, ask: &ListAsk, filter: &Filter<D::Class>) -> Result<Found<D>> {
    let page = &Page::of(ask)?;
    let found = ctx.read(|read| {
        async move {
            let rows = seek::list::<D>(read, filter, page).await?;
            let count = |state| Filter {
                state: Some(state),
                ..filter.clone()
            };
            Ok(Found {
                rows: Listed::page(rows, ask, |row| page.place::<D>(row)),
                active: seek::count::<D>(read, &count(State::Active)).await?,
                archived: seek::count::<D>(read, &count(State::Archived)).await?,
                beside: D::beside(read).await?,
            })
        }
        .scope_boxed()
    });
    Ok(found.await?)
}

pub(super) async fn show<D: Pages>(ctx: Staff, ask: ListAsk, Query(asked): Query<Asked>) -> Result<Response> {
    let filter = filter::<D>(&ask, &asked);
    let found = find::<D>(&ctx, &ask, &filter).await?;
    let (w, list, titles) = (ctx.words(), asked.query(D::PATH), D::TITLES);
    let mut pager = Pager::cursor(w, found.rows.data.len());
    if let Some(next) = &found.rows.next {
        pager = pager.next(list.with("after", next));
    }
    let chip = filter.class.and_then(|class| D::chip(w, class, &found.beside));
    let new = ctx.may(D::EDIT).then(|| (format!("{}/new", D::PATH), w.t(titles.new)));
    let rows = found.rows.data.iter();
    let body = ListPage {
        w,
        heading: w.t(titles.many),
        lede: w.t(titles.lede),
        tabs: D::list_tabs(w),
        views: views::views(w, &list, asked.state(), found.active, found.archived),
        search: Some(SearchBox::new(&list, w.t(titles.find))),
        chips: chip.map(|text| Chips::new().set(text, list.without(D::CLASS))),
        heads: vec![
            sort_th(&list, "name", w.t("parties-name")),
            th(w.t("parties-email")),
            th(w.t(titles.class)),
            th(w.t("parties-place")),
            sort_th(&list, "created_at", w.t("parties-known-since")),
        ],
        rows: rows.map(|record| row::<D>(w, record, &found.beside)).collect(),
        empty: if ask.search().is_some() {
            nothing_found(w, D::PATH)
        } else {
            views::empty(w, D::ICON, [titles.none, titles.none_text], asked.state(), new.clone())
        },
        new,
        pager: Some(pager),
        list,
    };
    ctx.console(&Head::new(w.t(titles.many)), &body).await
}

fn row<D: Pages>(w: &Words, record: &Of<D>, beside: &D::Beside) -> Row {
    let (details, party) = (&record.details, record.details.party());
    let place = views::joined([party.city.as_deref(), party.country.as_deref()]);
    Row {
        href: path::<D>(record.id),
        name: party.name.clone(),
        sub: details.row_sub(),
        cells: vec![
            (w.t("parties-email"), views::mail_link(party.email.as_deref())),
            (w.t(D::TITLES.class), details.class_cell(w, beside)),
            (w.t("parties-place"), views::text_or_dash(place.as_deref())),
            (
                w.t("parties-known-since"),
                ui::stamp(w, record.created_at, w.date(record.created_at)),
            ),
        ],
    }
}

fn nothing_found(w: &Words, path: &str) -> ui::Empty {
    let empty = ui::Empty::new(
        Icon::Search,
        w.t("parties-nothing-found"),
        w.t("parties-nothing-found-text"),
    );
    empty.link(path, w.t("parties-show-all"))
}

pub(super) async fn csv<D: Pages>(ctx: Staff, ask: ListAsk, Query(asked): Query<Asked>) -> Result<Response> {
    let first = &Page {
        rows: 1_000,
        after: None,
        ..Page::of(&ask)?
    };
    let filter = &filter::<D>(&ask, &asked);
    let (records, beside) = ctx
        .read(|read| {
            async move {
                let (mut records, mut page): (Vec<Of<D>>, Page) = (Vec::new(), first.clone());
                loop {
                    let more = seek::list::<D>(read, filter, &page).await?;
                    let whole = (more.len() as u64) < page.rows;
                    records.extend(more);
                    match records.last() {
                        Some(last) if !whole && records.len() < MOST_ROWS => page = page.from(page.place::<D>(last)),
                        _ => break,
                    }
                }
                Ok((records, D::beside(read).await?))
            }
            .scope_boxed()
        })
        .await?;
    let head: Vec<&str> = D::CSV.split(' ').collect();
    let file = D::PATH.rsplit('/').next().unwrap_or_default();
    let table = Csv::new(format!("{file}.csv"), &head);
    let table = table.rows(records.iter().map(|record| D::csv(record, &beside)));
    Ok(table.into_response())
}
