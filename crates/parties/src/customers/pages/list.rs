//! The list of customers and its CSV.

use std::collections::HashMap;

use axum::response::{IntoResponse, Response};
use kernel::GroupId;
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Chips, Pager, SearchBox, Tabs, sort_th, th};
use web::{Csv, ListAsk, Listed, Query, Result, Staff};

use super::PATH;
use crate::customers::http::{listed, place};
use crate::customers::{Customer, Filter, ops};
use crate::groups;
use crate::party::State;
use crate::permissions::CUSTOMERS_EDIT;
use crate::seek::Page;
use crate::views::{self, Asked, ListPage, Row};

/// Rows a CSV has at most.
const MOST_ROWS: usize = 100_000;

struct Found {
    rows: Listed<Customer>,
    active: u64,
    archived: u64,
    groups: HashMap<GroupId, String>,
}

fn filter(ask: &ListAsk, asked: &Asked) -> Filter {
    Filter {
        state: Some(asked.state()),
        group: asked.group.as_deref().and_then(|group| group.parse().ok()),
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
                    groups: groups::ops::list(read)
                        .await?
                        .into_iter()
                        .map(|group| (group.id, group.name))
                        .collect(),
                })
            }
            .scope_boxed()
        })
        .await?;
    let (w, list) = (ctx.words(), asked.query(PATH));
    let rows: Vec<Row> = found
        .rows
        .data
        .iter()
        .map(|customer| row(w, customer, &found.groups))
        .collect();
    let mut pager = Pager::cursor(w, rows.len());
    if let Some(next) = &found.rows.next {
        pager = pager.next(list.with("after", next));
    }
    let may_edit = ctx.may(CUSTOMERS_EDIT);
    let body = ListPage {
        w,
        heading: w.t("parties-customers"),
        lede: w.t("parties-customers-lede"),
        tabs: Some(tabs(w, PATH)),
        new: may_edit.then(|| ("/console/customers/new", w.t("parties-customer-new"))),
        views: views::views(w, &list, asked.state(), found.active, found.archived),
        search: Some(SearchBox::new(&list, w.t("parties-find-customer"))),
        chips: filter
            .group
            .and_then(|id| found.groups.get(&id))
            .map(|name| Chips::new().set(w.t1("parties-in-group", "name", name), list.without("group"))),
        heads: vec![
            sort_th(&list, "name", w.t("parties-name")),
            th(w.t("parties-email")),
            th(w.t("parties-group")),
            th(w.t("parties-place")),
            sort_th(&list, "created_at", w.t("parties-known-since")),
        ],
        rows,
        empty: empty(w, ask.search().is_some(), asked.state(), may_edit),
        pager: Some(pager),
        list,
    };
    ctx.console(&Head::new(w.t("parties-customers")), &body).await
}

/// Customers and their price levels.
pub(crate) fn tabs(w: &Words, current: &str) -> Tabs {
    let groups = groups::pages::PATH;
    Tabs::new(w.t("parties-customers"))
        .tab(PATH, w.t("parties-customers"), None, current == PATH)
        .tab(groups, w.t("parties-groups"), None, current == groups)
}

fn row(w: &Words, customer: &Customer, groups: &HashMap<GroupId, String>) -> Row {
    let party = &customer.details.party;
    let group = customer
        .details
        .group
        .and_then(|id| groups.get(&id))
        .map(String::as_str);
    let place: Vec<&str> = [party.city.as_deref(), party.country.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    Row {
        href: super::path(customer.id),
        name: party.name.clone(),
        sub: customer.details.company.clone().unwrap_or_default(),
        cells: vec![
            (w.t("parties-email"), views::mail_link(party.email.as_deref())),
            (w.t("parties-group"), views::text_or_dash(group)),
            (
                w.t("parties-place"),
                views::text_or_dash(Some(place.join(", ")).filter(|p| !p.is_empty()).as_deref()),
            ),
            (
                w.t("parties-known-since"),
                ui::stamp(w, customer.created_at, w.date(customer.created_at)),
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
            views::PEOPLE,
            w.t("parties-none-archived"),
            w.t("parties-none-archived-text"),
        );
    }
    let empty = ui::Empty::new(
        views::PEOPLE,
        w.t("parties-no-customers"),
        w.t("parties-no-customers-text"),
    );
    if may_edit {
        empty.primary("/console/customers/new", w.t("parties-customer-new"))
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
    let (rows, groups) = ctx
        .read(|read| {
            async move {
                let (mut rows, mut page): (Vec<Customer>, Page) = (Vec::new(), first.clone());
                loop {
                    let more = ops::list(read, filter, &page).await?;
                    let whole = (more.len() as u64) < page.rows;
                    rows.extend(more);
                    match rows.last() {
                        Some(last) if !whole && rows.len() < MOST_ROWS => page = page.from(place(last, &page)),
                        _ => break,
                    }
                }
                let groups = groups::ops::list(read).await?;
                Ok((
                    rows,
                    groups
                        .into_iter()
                        .map(|group| (group.id, group.name))
                        .collect::<HashMap<_, _>>(),
                ))
            }
            .scope_boxed()
        })
        .await?;
    let head = [
        "id",
        "name",
        "company",
        "email",
        "phone",
        "tax_id",
        "street",
        "city",
        "region",
        "postal_code",
        "country",
        "group",
        "state",
        "created_at",
    ];
    let table = rows.iter().fold(Csv::new("customers.csv", &head), |csv, customer| {
        let (details, party) = (&customer.details, &customer.details.party);
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        csv.row([
            customer.id.to_string(),
            party.name.clone(),
            text(&details.company),
            text(&party.email),
            text(&party.phone),
            text(&party.tax_id),
            text(&party.street),
            text(&party.city),
            text(&party.region),
            text(&party.postal_code),
            text(&party.country),
            details
                .group
                .and_then(|id| groups.get(&id))
                .cloned()
                .unwrap_or_default(),
            customer.state.key().to_owned(),
            customer.created_at.to_string(),
        ])
    });
    Ok(table.into_response())
}
