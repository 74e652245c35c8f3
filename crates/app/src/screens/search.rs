//! One box over everything the reader may see.

use askama::Template;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use catalog::Books;
use parties::Page;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Icon};
use web::{App, Query, Result, Staff};

pub(super) fn routes(books: &Books) -> Router<App> {
    Router::new()
        .route("/console/search", get(search))
        .layer(Extension(books.clone()))
}

#[derive(Template)]
#[template(path = "pages/search.html")]
struct SearchPage<'a> {
    w: &'a Words,
    q: String,
    groups: Vec<Group>,
    empty: ui::Empty,
}

/// Hits of one kind.
struct Group {
    title: String,
    hits: Vec<Hit>,
}

struct Hit {
    title: String,
    detail: String,
    href: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    q: String,
}

/// Hits of one kind, at most.
const MOST_HITS: usize = 10;

async fn search(ctx: Staff, Extension(books): Extension<Books>, Query(wanted): Query<Wanted>) -> Result<Response> {
    let w = ctx.words();
    let q = wanted.q.trim().to_owned();
    let mut groups = Vec::new();
    if !q.is_empty() {
        groups.extend(pages(&ctx, &q));
        groups.extend(endings(&ctx, &books, &q).await?);
        groups.extend(customers(&ctx, &q).await?);
        groups.extend(suppliers(&ctx, &q).await?);
    }
    groups.retain(|group| !group.hits.is_empty());
    let (title, text) = if q.is_empty() {
        (w.t("search-what"), w.t("search-what-text"))
    } else {
        (w.t1("search-nothing", "q", &q), w.t("search-nothing-text"))
    };
    let page = SearchPage {
        w,
        q,
        groups,
        empty: ui::Empty::new(Icon::Search, title, text),
    };
    ctx.console(&Head::new(w.t("search-title")), &page).await
}

/// Places of the menu whose name has the text.
fn pages(ctx: &Staff, q: &str) -> Option<Group> {
    let w = ctx.words();
    let asked = q.to_lowercase();
    let allowed = ctx
        .app()
        .nav()
        .iter()
        .filter(|entry| entry.permission.is_none_or(|permission| ctx.may(permission)));
    let found = allowed.filter(|entry| w.t(entry.label).to_lowercase().contains(&asked));
    let hits: Vec<Hit> = found
        .map(|entry| Hit {
            title: w.t(entry.label),
            detail: String::new(),
            href: entry.href.to_owned(),
        })
        .collect();
    (!hits.is_empty()).then(|| Group {
        title: w.t("search-pages"),
        hits,
    })
}

async fn endings(ctx: &Staff, books: &Books, q: &str) -> Result<Option<Group>> {
    if !ctx.may(catalog::permissions::PRICES_READ) {
        return Ok(None);
    }
    let book = books.book(ctx).await?;
    let asked = q.trim_start_matches('.').to_lowercase();
    let found = book
        .endings()
        .filter(|tld| tld.ending.starts_with(asked.as_str()) || tld.shown.starts_with(asked.as_str()));
    let hit = |tld: &catalog::tlds::Tld| Hit {
        title: format!(".{}", tld.shown),
        detail: String::new(),
        href: format!("/console/prices/{}", tld.ending),
    };
    Ok(Some(Group {
        title: ctx.words().t("search-endings"),
        hits: found.take(MOST_HITS).map(hit).collect(),
    }))
}

async fn customers(ctx: &Staff, q: &str) -> Result<Option<Group>> {
    if !ctx.may(parties::permissions::CUSTOMERS_READ) {
        return Ok(None);
    }
    let filter = &parties::customers::Filter {
        search: Some(q.to_owned()),
        ..Default::default()
    };
    let page = &Page::first(MOST_HITS as u64);
    let found = ctx
        .read(|read| async move { parties::customers::ops::list(read, filter, page).await }.scope_boxed())
        .await?;
    let hit = |customer: parties::customers::Customer| Hit {
        href: format!("/console/customers/{}", customer.id),
        detail: customer.details.party.email.unwrap_or_default(),
        title: customer.details.party.name,
    };
    Ok(Some(Group {
        title: ctx.words().t("search-customers"),
        hits: found.into_iter().map(hit).collect(),
    }))
}

async fn suppliers(ctx: &Staff, q: &str) -> Result<Option<Group>> {
    if !ctx.may(parties::permissions::SUPPLIERS_READ) {
        return Ok(None);
    }
    let filter = &parties::suppliers::Filter {
        search: Some(q.to_owned()),
        ..Default::default()
    };
    let page = &Page::first(MOST_HITS as u64);
    let found = ctx
        .read(|read| async move { parties::suppliers::ops::list(read, filter, page).await }.scope_boxed())
        .await?;
    let hit = |supplier: parties::suppliers::Supplier| Hit {
        href: format!("/console/suppliers/{}", supplier.id),
        detail: supplier.details.party.email.unwrap_or_default(),
        title: supplier.details.party.name,
    };
    Ok(Some(Group {
        title: ctx.words().t("search-suppliers"),
        hits: found.into_iter().map(hit).collect(),
    }))
}
