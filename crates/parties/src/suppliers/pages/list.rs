//! The list of suppliers and its CSV.

use axum::response::{IntoResponse, Response};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Chips, Pager, SearchBox, sort_th, th};
use web::{Csv, ListAsk, Listed, Query, Result, Staff};

use super::{PATH, kind_label};
use crate::party::State;
use crate::permissions::SUPPLIERS_EDIT;
use crate::seek::Page;
use crate::suppliers::http::{listed, place};
use crate::suppliers::{Filter, Kind, Supplier, ops};
use crate::views::{self, Asked, ListPage, Row};

/// Rows a CSV has at most.
const MOST_ROWS: usize = 100_000;

struct Found {
    rows: Listed<Supplier>,
    active: u64,
    archived: u64,
}

fn filter(ask: &ListAsk, asked: &Asked) -> Filter {
    Filter {
        state: Some(asked.state()),
        kind: asked.kind.as_deref().and_then(Kind::parse),
        search: ask.search().map(str::to_owned),
    }
}

pub(super) async fn show(ctx: Staff, ask: ListAsk, Query(asked): Query<Asked>) -> Result<Response> {
    let (page, filter) = (&Page::of(&ask)?, &filter(&ask, &asked));
    let ask = &ask;
    let found = ctx
        .read(|read| {
            async move {
                let rows = listed(ops::list(read, filter, page).await?, ask, page);
                let count = |state| Filter {
                    state: Some(state),
                    ..filter.clone()
                };
                Ok(Found {
                    rows,
                    active: ops::count(read, &count(State::Active)).await?,
                    archived: ops::count(read, &count(State::Archived)).await?,
                })
            }
            .scope_boxed()
        })
        .await?;
    let (w, list) = (ctx.words(), asked.query(PATH));
    let rows: Vec<Row> = found.rows.data.iter().map(|supplier| row(w, supplier)).collect();
    let mut pager = Pager::cursor(w, rows.len());
    if let Some(next) = &found.rows.next {
        pager = pager.next(list.with("after", next));
    }
    let may_edit = ctx.may(SUPPLIERS_EDIT);
    let body = ListPage {
        w,
        heading: w.t("parties-suppliers"),
        lede: w.t("parties-suppliers-lede"),
        tabs: None,
        new: may_edit.then(|| ("/console/suppliers/new", w.t("parties-supplier-new"))),
        views: views::views(w, &list, asked.state(), found.active, found.archived),
        search: Some(SearchBox::new(&list, w.t("parties-find-supplier"))),
        chips: filter
            .kind
            .map(|kind| Chips::new().set(kind_label(w, kind), list.without("kind"))),
        heads: vec![
            sort_th(&list, "name", w.t("parties-name")),
            th(w.t("parties-email")),
            th(w.t("parties-kind")),
            th(w.t("parties-place")),
            sort_th(&list, "created_at", w.t("parties-known-since")),
        ],
        rows,
        empty: empty(w, ask.search().is_some(), asked.state(), may_edit),
        pager: Some(pager),
        list,
    };
    ctx.console(&Head::new(w.t("parties-suppliers")), &body).await
}

fn row(w: &Words, supplier: &Supplier) -> Row {
    let party = &supplier.details.party;
    let place: Vec<&str> = [party.city.as_deref(), party.country.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    Row {
        href: super::path(supplier.id),
        name: party.name.clone(),
        sub: String::new(),
        cells: vec![
            (w.t("parties-email"), views::mail_link(party.email.as_deref())),
            (w.t("parties-kind"), views::text(kind_label(w, supplier.details.kind))),
            (
                w.t("parties-place"),
                views::text_or_dash(Some(place.join(", ")).filter(|p| !p.is_empty()).as_deref()),
            ),
            (
                w.t("parties-known-since"),
                ui::stamp(w, supplier.created_at, w.date(supplier.created_at)),
            ),
        ],
    }
}

fn empty(w: &Words, searched: bool, state: State, may_edit: bool) -> ui::Empty {
    if searched {
        let empty = ui::Empty::new(
            ui::Icon::Search,
            w.t("parties-nothing-found"),
            w.t("parties-nothing-found-text"),
        );
        return empty.link(PATH, w.t("parties-show-all"));
    }
    if state == State::Archived {
        return ui::Empty::new(
            ui::Icon::Truck,
            w.t("parties-none-archived"),
            w.t("parties-none-archived-text"),
        );
    }
    let empty = ui::Empty::new(
        ui::Icon::Truck,
        w.t("parties-no-suppliers"),
        w.t("parties-no-suppliers-text"),
    );
    if may_edit {
        empty.primary("/console/suppliers/new", w.t("parties-supplier-new"))
    } else {
        empty
    }
}

pub(super) async fn csv(ctx: Staff, ask: ListAsk, Query(asked): Query<Asked>) -> Result<Response> {
    let first = Page {
        rows: 1_000,
        after: None,
        ..Page::of(&ask)?
    };
    let (first, filter) = (&first, &filter(&ask, &asked));
    let rows = ctx
        .read(|read| {
            async move {
                let (mut rows, mut page): (Vec<Supplier>, Page) = (Vec::new(), first.clone());
                loop {
                    let more = ops::list(read, filter, &page).await?;
                    let whole = (more.len() as u64) < page.rows;
                    rows.extend(more);
                    match rows.last() {
                        Some(last) if !whole && rows.len() < MOST_ROWS => page = page.from(place(last, &page)),
                        _ => break,
                    }
                }
                Ok(rows)
            }
            .scope_boxed()
        })
        .await?;
    let head = [
        "id",
        "name",
        "kind",
        "website",
        "email",
        "phone",
        "tax_id",
        "street",
        "city",
        "region",
        "postal_code",
        "country",
        "state",
        "created_at",
    ];
    let table = rows.iter().fold(Csv::new("suppliers.csv", &head), |csv, supplier| {
        let (details, party) = (&supplier.details, &supplier.details.party);
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        csv.row([
            supplier.id.to_string(),
            party.name.clone(),
            details.kind.key().to_owned(),
            text(&details.website),
            text(&party.email),
            text(&party.phone),
            text(&party.tax_id),
            text(&party.street),
            text(&party.city),
            text(&party.region),
            text(&party.postal_code),
            text(&party.country),
            supplier.state.key().to_owned(),
            supplier.created_at.to_string(),
        ])
    });
    Ok(table.into_response())
}
