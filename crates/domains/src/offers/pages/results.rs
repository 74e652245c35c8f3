//! The page of names that were asked about: rows that come as registrars answer, or all in order.

use std::time::Duration;

use askama::Template;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use engines::pricing::Operation;
use kernel::{Problem, ProblemKind};
use web::messages::{Words, key};
use web::page::Head;
use web::ui::{Html, ListQuery};
use web::{Ctx, Result, assets};

use super::bulk::BulkForm;
use super::coming::{self, Coming, TELLINGS};
use super::frame::{self, Cut};
use super::rows::Rows;
use super::{Choice, Chosen, SearchForm};
use crate::offers::model::PriceCheck;
use crate::offers::search::SortBy;
use crate::offers::{Counter, ops, shortened};
use crate::storefront::{self, Storefront};

/// How long a page waits for registrars.
const PATIENCE: Duration = Duration::from_secs(6);

/// Names to be answered on a page.
pub(super) struct Results<'a> {
    /// As typed.
    pub(super) asked: &'a str,
    pub(super) names: Vec<String>,
    /// Whether the first name is the very one that was typed.
    pub(super) exact: bool,
    /// How many more endings could be asked about.
    pub(super) more: usize,
    pub(super) sort: SortBy,
    /// The page's address; nothing for a list, which has none.
    pub(super) query: Option<ListQuery>,
}

/// The page around the rows.
#[derive(Template)]
#[template(path = "pages/search.html")]
struct ResultsPage<'a> {
    w: &'a Words,
    title: String,
    form: Html,
    is_list: bool,
    css: &'static str,
    coming: bool,
    exact: bool,
    slots: Vec<Slot<'a>>,
    tellings: Vec<usize>,
    total: usize,
    sorts: Vec<Chosen>,
    more: usize,
    more_href: String,
    note: String,
    price_note: String,
}

/// A place that a row will take.
struct Slot<'a> {
    name: String,
    text: &'a str,
}

/// What a visitor is told beside what he typed: that more was asked than is granted. Other failures go on to their page.
pub(super) fn told(answer: Result<Response>) -> Result<std::result::Result<Response, Problem>> {
    match answer {
        Ok(page) => Ok(Ok(page)),
        Err(error) if error.problem().kind == ProblemKind::TooMany => Ok(Err(error.problem().clone())),
        Err(error) => Err(error),
    }
}

impl Results<'_> {
    /// Asks, and answers with the page.
    ///
    /// # Errors
    /// When the check as a whole cannot be answered; no part of the page has been sent then.
    pub(super) async fn answer(&self, ctx: &Ctx, counter: &Counter, choice: &Choice) -> Result<Response> {
        let ask = PriceCheck {
            operation: Operation::Register,
            names: self.names.clone(),
            years: choice.years,
            currency: Some(choice.currency),
            patience: PATIENCE,
        };
        let storefront = storefront::of(ctx).await?;
        let rows = Rows {
            w: ctx.words().clone(),
            storefront,
            years: choice.years,
            currency: choice.currency,
        };
        if self.sort != SortBy::Asked {
            let mut offers = ops::check(ctx, counter, ask).await?;
            self.sort.sort(&mut offers);
            let Cut { head, tail } = self.page(ctx, choice, false, &rows.storefront)?;
            let body: String = offers.iter().map(|offer| rows.row(offer).html().to_string()).collect();
            return Ok((not_indexed(), axum::response::Html([head, body, tail].concat())).into_response());
        }
        let cut = self.page(ctx, choice, true, &rows.storefront)?;
        let checking = ops::check_stream(ctx, counter, ask).await?;
        let page = coming::streamed(Coming::new(rows, cut, checking, self.names.len(), self.exact));
        Ok((not_indexed(), page).into_response())
    }

    fn page(&self, ctx: &Ctx, choice: &Choice, coming: bool, storefront: &Storefront) -> Result<Cut> {
        let w = ctx.words();
        let (form, title) = match &self.query {
            Some(_) => (
                Html::of(&SearchForm {
                    w,
                    q: self.asked,
                    choice,
                    focus: false,
                }),
                w.t1("domains-results-for", "asked", shortened(self.asked, 60).as_str()),
            ),
            None => (
                Html::of(&BulkForm::above(ctx, choice, self.asked, self.sort)),
                w.t1("domains-results-list", "n", self.names.len()),
            ),
        };
        let slot = |(at, text)| Slot {
            name: coming::slot(at),
            text,
        };
        let body = ResultsPage {
            w,
            title: title.clone(),
            form,
            is_list: self.query.is_none(),
            css: assets::url("ui.css"),
            coming,
            exact: self.exact && coming,
            slots: self.names.iter().map(String::as_str).enumerate().map(slot).collect(),
            tellings: (1..=TELLINGS).rev().collect(),
            total: self.names.len(),
            sorts: self.sort_links(w),
            more: self.more,
            more_href: self
                .query
                .as_ref()
                .map(|query| query.with("all", "1"))
                .unwrap_or_default(),
            note: w.t1("domains-prices-read", "time", w.time_zoned(ctx.now().micros()).as_str()),
            price_note: storefront.note_of_offers(w),
        };
        frame::cut(ctx, &Head::new(title), &body)
    }

    fn sort_links(&self, w: &Words) -> Vec<Chosen> {
        let Some(query) = &self.query else { return Vec::new() };
        sorts(w, self.sort, |sort| match sort {
            SortBy::Asked => query.without("sort"),
            sort => query.with("sort", sort.name()),
        })
    }
}

/// The ways to sort, with what stands for each.
pub(super) fn sorts(w: &Words, current: SortBy, value: impl Fn(SortBy) -> String) -> Vec<Chosen> {
    let chosen = |sort| Chosen {
        value: value(sort),
        label: w.t(sort_label(sort)),
        current: sort == current,
    };
    SortBy::ALL.into_iter().map(chosen).collect()
}

fn sort_label(sort: SortBy) -> &'static str {
    match sort {
        SortBy::Asked => key("domains-sort-asked"),
        SortBy::Name => key("domains-sort-name"),
        SortBy::Price => key("domains-sort-price"),
        SortBy::Renewal => key("domains-sort-renewal"),
        SortBy::State => key("domains-sort-state"),
    }
}

/// Search engines need not index what anybody may type.
fn not_indexed() -> [(HeaderName, HeaderValue); 1] {
    [(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex"),
    )]
}
