//! The portfolio in the console: the list and its CSV.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use catalog::Book;
use kernel::{CustomerId, RegistrarId};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Chips, Html, Icon, ListQuery, Pager, SearchBox, Tone, Views};
use web::{App, Csv, ListAsk, Listed, Query, Result, Staff};

use super::http::{DomainFilter, order};
use super::model::{Domain, Filter, Order, State};
use super::ops;
use crate::offers::{Counter, to_unicode};
use crate::permissions::NAMES_READ;

pub(crate) const PATH: &str = "/console/domains";
/// The list with one name in it.
pub(crate) fn found_by(name: &str) -> String {
    ListQuery::new(PATH).with("q", name)
}

/// Rows a CSV has at most.
const MOST_ROWS: usize = 100_000;

pub(crate) fn pages(counter: &Arc<Counter>) -> Router<App> {
    Router::new()
        .route("/console/domains", get(list))
        .route("/console/domains.csv", get(csv))
        .layer(Extension(Arc::clone(counter)))
}

#[derive(Template)]
#[template(path = "pages/domains.html")]
struct DomainsPage<'a> {
    w: &'a Words,
    list: ListQuery,
    views: Views,
    search: SearchBox,
    chips: Option<Chips>,
    rows: Vec<Row>,
    empty: ui::Empty,
    pager: Pager,
}

struct Row {
    name: String,
    ascii: String,
    customer: String,
    customer_href: String,
    registrar: String,
    expires: Html,
    renews: String,
    state: Html,
}

/// What a page shows of the portfolio.
struct Found {
    rows: Listed<Domain>,
    customers: HashMap<CustomerId, String>,
    book: Arc<Book>,
    active: u64,
    expired: u64,
}

impl Found {
    fn registrar(&self, id: RegistrarId) -> String {
        self.book
            .registrar(id)
            .map_or_else(|| id.to_string(), |account| account.name.clone())
    }
}

async fn find(ctx: &Staff, counter: &Counter, ask: &ListAsk, filter: &Filter, order: &Order) -> Result<Found> {
    let may_see_customers = ctx.may(parties::permissions::CUSTOMERS_READ);
    let book = &counter.book(ctx).await?;
    let found = ctx.read(|read| {
        async move {
            let rows = ops::list(read, filter, order).await?;
            let mut ids: Vec<CustomerId> = rows.iter().map(|domain| domain.customer).collect();
            ids.sort_unstable();
            ids.dedup();
            let customers = if may_see_customers {
                parties::customers::ops::names(read, &ids).await?
            } else {
                Vec::new()
            };
            let in_state = |state| Filter {
                state: Some(state),
                ..filter.clone()
            };
            Ok(Found {
                rows: Listed::page(rows, ask, |domain| order.place(domain)),
                customers: customers.into_iter().collect(),
                book: Arc::clone(book),
                active: ops::count(read, &in_state(State::Active)).await?,
                expired: ops::count(read, &in_state(State::Expired)).await?,
            })
        }
        .scope_boxed()
    });
    Ok(found.await?)
}

async fn list(
    ctx: Staff,
    Extension(counter): Extension<Arc<Counter>>,
    ask: ListAsk,
    Query(narrowed): Query<Narrowed>,
    Query(sorted): Query<Sorted>,
) -> Result<Response> {
    ctx.allow(NAMES_READ)?;
    let asked = DomainFilter::from(narrowed);
    let (w, query) = (ctx.words(), query(&ask, &asked, &sorted));
    let order = &order(&ask)?;
    let filter = &asked.with(&ask);
    let found = find(&ctx, &counter, &ask, filter, order).await?;
    let mut pager = Pager::cursor(w, found.rows.data.len());
    if let Some(next) = &found.rows.next {
        pager = pager.next(query.with("after", next));
    }
    let narrowed = ask.search().is_some() || filter.ending.is_some() || filter.customer.is_some();
    let page = DomainsPage {
        w,
        views: views(w, &query, filter.state, &found),
        search: SearchBox::new(&query, w.t("domains-find-name")),
        chips: chips(w, &query, filter, &found),
        rows: found.rows.data.iter().map(|domain| row(w, domain, &found)).collect(),
        empty: empty(w, narrowed),
        pager,
        list: query,
    };
    let head = Head::new(w.t("domains-names")).crumb(w.t("nav-domains"), "");
    ctx.console(&head, &page).await
}

/// What the address narrows the list to. A page shows all rather than nothing when it says what there is not.
#[derive(Debug, Default, Deserialize)]
struct Narrowed {
    ending: Option<String>,
    customer: Option<String>,
    registrar: Option<String>,
    state: Option<String>,
}

impl From<Narrowed> for DomainFilter {
    fn from(narrowed: Narrowed) -> Self {
        Self {
            ending: narrowed.ending,
            customer: narrowed.customer.and_then(|id| id.parse().ok()),
            registrar: narrowed.registrar.and_then(|id| id.parse().ok()),
            state: narrowed.state.and_then(|state| State::parse(&state)),
        }
    }
}

/// The order as the address writes it.
#[derive(Debug, Default, Deserialize)]
struct Sorted {
    sort: Option<String>,
}

/// The address of what is shown, with what differs from the defaults.
fn query(ask: &ListAsk, asked: &DomainFilter, sorted: &Sorted) -> ListQuery {
    let text = |value: Option<String>| value.unwrap_or_default();
    ListQuery::new(PATH)
        .param("q", ask.search().unwrap_or_default())
        .param("sort", sorted.sort.clone().unwrap_or_default())
        .param("state", asked.state.map(State::name).unwrap_or_default())
        .param("ending", asked.ending.clone().unwrap_or_default())
        .param("customer", text(asked.customer.map(|id| id.to_string())))
        .param("registrar", text(asked.registrar.map(|id| id.to_string())))
}

fn views(w: &Words, query: &ListQuery, state: Option<State>, found: &Found) -> Views {
    let count = |number: u64| i64::try_from(number).ok();
    Views::new(w.t("domains-names-views"))
        .view(
            query.with("state", ""),
            w.t("domains-all"),
            count(found.active + found.expired),
            state.is_none(),
        )
        .view(
            query.with("state", "active"),
            w.t("domains-active"),
            count(found.active),
            state == Some(State::Active),
        )
        .view(
            query.with("state", "expired"),
            w.t("domains-expired"),
            count(found.expired),
            state == Some(State::Expired),
        )
}

fn chips(w: &Words, query: &ListQuery, filter: &Filter, found: &Found) -> Option<Chips> {
    let ending = filter.ending.as_ref().map(|ending| format!(".{}", to_unicode(ending)));
    let customer = filter
        .customer
        .map(|id| found.customers.get(&id).cloned().unwrap_or_else(|| id.to_string()));
    let registrar = filter.registrar.map(|id| found.registrar(id));
    let set = [("ending", ending), ("customer", customer), ("registrar", registrar)];
    let mut chips = None;
    for (name, text) in set {
        if let Some(text) = text {
            let of_one = w.t1("domains-of", "what", text);
            chips = Some(chips.unwrap_or_else(Chips::new).set(of_one, query.without(name)));
        }
    }
    chips
}

fn row(w: &Words, domain: &Domain, found: &Found) -> Row {
    let (shown, ascii) = (domain.name.unicode().into_owned(), domain.name.ascii().to_owned());
    Row {
        ascii: if ascii == shown { String::new() } else { ascii },
        name: shown,
        customer: found.customers.get(&domain.customer).cloned().unwrap_or_default(),
        customer_href: format!("/console/customers/{}", domain.customer),
        registrar: found.registrar(domain.registrar),
        expires: ui::stamp(w, domain.expires_at, w.date(domain.expires_at)),
        renews: if domain.auto_renew {
            w.t("domains-renews-itself")
        } else {
            w.t("domains-renews-by-hand")
        },
        state: match (domain.state, domain.premium) {
            (State::Expired, _) => ui::badge(Tone::Bad, w.t("domains-expired")),
            (State::Active, true) => ui::badge(Tone::Info, w.t("domains-premium")),
            (State::Active, false) => ui::badge(Tone::Ok, w.t("domains-active")),
        },
    }
}

fn empty(w: &Words, narrowed: bool) -> ui::Empty {
    if narrowed {
        let empty = ui::Empty::new(
            Icon::Search,
            w.t("domains-no-name-found"),
            w.t("domains-no-name-found-text"),
        );
        return empty.link(PATH, w.t("domains-show-all"));
    }
    ui::Empty::new(Icon::Globe, w.t("domains-no-names"), w.t("domains-no-names-text"))
}

async fn csv(ctx: Staff, ask: ListAsk, Query(narrowed): Query<Narrowed>) -> Result<Csv> {
    ctx.allow(NAMES_READ)?;
    let filter = &DomainFilter::from(narrowed).with(&ask);
    let first = &Order {
        most: 1_000,
        after: None,
        ..order(&ask)?
    };
    let domains = ctx
        .read(|read| {
            async move {
                let (mut domains, mut order): (Vec<Domain>, Order) = (Vec::new(), first.clone());
                loop {
                    let more = ops::list(read, filter, &order).await?;
                    let whole = (more.len() as u64) < order.most;
                    domains.extend(more);
                    match domains.last() {
                        Some(last) if !whole && domains.len() < MOST_ROWS => order.after = Some(order.place(last)),
                        _ => return Ok(domains),
                    }
                }
            }
            .scope_boxed()
        })
        .await?;
    let columns = [
        "id",
        "name",
        "ending",
        "customer",
        "registrar",
        "state",
        "auto_renew",
        "registered_at",
        "expires_at",
    ];
    Ok(domains
        .into_iter()
        .fold(Csv::new("domains.csv", &columns), |csv, domain| {
            csv.row([
                domain.id.to_string(),
                domain.name.ascii().to_owned(),
                domain.name.suffix().to_owned(),
                domain.customer.to_string(),
                domain.registrar.to_string(),
                domain.state.name().to_owned(),
                domain.auto_renew.to_string(),
                domain.registered_at.to_string(),
                domain.expires_at.to_string(),
            ])
        }))
}
