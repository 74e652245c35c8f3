//! The storefront: search, bulk check and price list. Results stream into their places while registrars answer, without
//! script: rows are sent in the order they come, each into a slot of a declarative shadow root that was sent first.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::Extension;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use catalog::Book;
use engines::pricing::List;
use futures::{StreamExt, stream};
use kernel::{Currency, Problem};
use serde::Deserialize;
use web::messages::{Words, key};
use web::page::Head;
use web::ui::{self, FormErrors, Html, Icon, ListQuery};
use web::{App, Ctx, FileKind, Query, Result, Upload, assets};

use super::counter::Counter;
use super::frame::{self, Cut};
use super::model::{MOST_NAMES, Offer, OfferState, PriceCheck};
use super::ops::{self, Checking};
use super::price_list;
use super::rows::{Row, shown};
use super::search::{self, SortBy, Wanted};
use super::settings::price_note;

/// How long a page waits for registrars.
const PATIENCE: Duration = Duration::from_secs(6);
/// How often a coming page tells its progress: each telling is one element.
const TELLINGS: usize = 12;

/// The room's pages.
pub(crate) fn pages(counter: &Arc<Counter>) -> axum::Router<App> {
    axum::Router::new()
        .route("/", get(home))
        .route("/search", get(found).merge(post(checked)))
        .route("/bulk", get(bulk))
        .route("/prices", get(price_list::page))
        .route("/prices.csv", get(price_list::csv))
        .layer(Extension(Arc::clone(counter)))
}

/// What a search address says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    years: String,
    currency: String,
    sort: String,
    all: String,
}

/// Years and currency as chosen, and what can be chosen.
struct Choice {
    years: u8,
    currency: Currency,
    currencies: Vec<Currency>,
}

impl Choice {
    /// What an address says, as far as it can be had; the rest as usual.
    fn read(years: &str, currency: &str, book: &Book) -> Self {
        let mut currencies: Vec<Currency> = book.prices.currencies(List::Sales).collect();
        if !currencies.contains(&book.currency) {
            currencies.insert(0, book.currency);
        }
        let currency = Currency::parse(currency)
            .ok()
            .filter(|currency| currencies.contains(currency));
        Self {
            years: years.parse().ok().filter(|years| (1..=10).contains(years)).unwrap_or(1),
            currency: currency.unwrap_or(book.currency),
            currencies,
        }
    }
}

impl Choice {
    /// One to ten years, in words.
    fn terms(&self, w: &Words) -> Vec<Chosen> {
        let term = |years: u8| Chosen {
            value: years.to_string(),
            label: w.t1("domains-n-years", "n", u64::from(years)),
            current: years == self.years,
        };
        (1..=10).map(term).collect()
    }
}

/// The search box with its choices; on every page of this room.
#[derive(Template)]
#[template(path = "parts/search_form.html")]
struct SearchForm<'a> {
    w: &'a Words,
    q: &'a str,
    choice: &'a Choice,
    focus: bool,
}

#[derive(Template)]
#[template(path = "pages/home.html")]
struct HomePage<'a> {
    w: &'a Words,
    site: &'a str,
    form: Html,
    ideas: Vec<&'static str>,
    endings: Vec<Ending>,
    price_note: String,
}

/// An ending and its price, on the home page.
struct Ending {
    shown: String,
    price: String,
    renewal: String,
}

async fn home(ctx: Ctx, Extension(counter): Extension<Arc<Counter>>) -> Result<Response> {
    let book = counter.book(&ctx).await?;
    let w = ctx.words();
    if !book.endings().any(|tld| book.is_sold(&tld.ending)) {
        return closed(&ctx);
    }
    let choice = Choice::read("", "", &book);
    let form = Html::of(&SearchForm {
        w,
        q: "",
        choice: &choice,
        focus: true,
    });
    let endings = price_list::rows(&book, choice.currency, ctx.now())
        .filter_map(|row| {
            Some(Ending {
                shown: row.shown.to_owned(),
                price: shown(w, row.register?),
                renewal: row.renew.map(|money| shown(w, money)).unwrap_or_default(),
            })
        })
        .take(8)
        .collect();
    let ideas = vec!["solsticetea", "harbourbooks.com", "nightgarden"];
    let body = HomePage {
        w,
        site: &ctx.site().name,
        form,
        ideas,
        endings,
        price_note: price_note(&ctx).await?,
    };
    let head = Head::new(w.t("domains-home-title")).describe(w.t("domains-home-lede"));
    Ok(frame::whole(&ctx, &head, &body)?.into_response())
}

/// The home of a tenant that sells no names.
fn closed(ctx: &Ctx) -> Result<Response> {
    let w = ctx.words();
    let body = ClosedPage {
        w,
        site: &ctx.site().name,
    };
    Ok(frame::whole(ctx, &Head::new(&ctx.site().name), &body)?.into_response())
}

#[derive(Template)]
#[template(path = "pages/closed.html")]
struct ClosedPage<'a> {
    w: &'a Words,
    site: &'a str,
}

async fn found(ctx: Ctx, Extension(counter): Extension<Arc<Counter>>, Query(asked): Query<Asked>) -> Result<Response> {
    let book = counter.book(&ctx).await?;
    let choice = Choice::read(&asked.years, &asked.currency, &book);
    let wanted = Wanted::read(&asked.q, &book, !asked.all.is_empty());
    let Wanted::Names { names, exact, more } = wanted else {
        return empty(&ctx, &choice);
    };
    if names.len() > MOST_NAMES {
        let problem = too_many(names.len());
        return bulk_page(&ctx, &choice, &names.join("\n"), &problem);
    }
    let query = ListQuery::new("/search")
        .param("q", &asked.q)
        .param("years", choice.years)
        .param("currency", choice.currency.code())
        .param("all", &asked.all)
        .param("sort", &asked.sort);
    let results = Results {
        asked: asked.q,
        names,
        exact,
        more,
        sort: SortBy::read(&asked.sort),
        query: Some(query),
    };
    results.answer(ctx, &counter, choice).await
}

/// A list of up to 500 names, from the box, a file, or both.
async fn checked(ctx: Ctx, Extension(counter): Extension<Arc<Counter>>, upload: Upload) -> Result<Response> {
    let book = counter.book(&ctx).await?;
    let fields = &upload.fields;
    let choice = Choice::read(fields.get("years"), fields.get("currency"), &book);
    let mut names = search::list(fields.get("names"));
    if upload.files.iter().any(|file| file.field == "file") {
        match upload.file("file", &[FileKind::Text]) {
            Ok(file) => names.extend(search::from_csv(&file.content)),
            Err(problem) => return bulk_page(&ctx, &choice, fields.get("names"), &problem),
        }
    }
    let text = names.join("\n");
    match Wanted::list(names) {
        Wanted::Nothing => {
            let problem = Problem::refused("no_names").field("/names", "no_names");
            bulk_page(&ctx, &choice, fields.get("names"), &problem)
        }
        Wanted::Names { names, .. } if names.len() > MOST_NAMES => {
            bulk_page(&ctx, &choice, &text, &too_many(names.len()))
        }
        Wanted::Names { names, .. } => {
            let sort = SortBy::read(fields.get("sort"));
            let results = Results {
                asked: text,
                names,
                exact: false,
                more: 0,
                sort,
                query: None,
            };
            results.answer(ctx, &counter, choice).await
        }
    }
}

fn too_many(asked: usize) -> Problem {
    let mut problem = Problem::from(super::Refusal::TooManyNames { asked });
    for field in &mut problem.fields {
        field.pointer = "/names".into();
    }
    problem
}

async fn bulk(ctx: Ctx, Extension(counter): Extension<Arc<Counter>>, Query(asked): Query<Asked>) -> Result<Response> {
    let book = counter.book(&ctx).await?;
    let choice = Choice::read(&asked.years, &asked.currency, &book);
    let form = BulkForm::new(&ctx, &choice, &asked.q, FormErrors::none(), None);
    let w = ctx.words();
    let head = Head::new(w.t("domains-bulk-title")).describe(w.t("domains-bulk-lede"));
    Ok(frame::whole(
        &ctx,
        &head,
        &BulkPage {
            w,
            form: Html::of(&form),
        },
    )?
    .into_response())
}

/// The bulk form again, with what is wrong and everything that was typed.
fn bulk_page(ctx: &Ctx, choice: &Choice, names: &str, problem: &Problem) -> Result<Response> {
    let w = ctx.words();
    let form = BulkForm::new(ctx, choice, names, FormErrors::of(w, problem), None);
    let head = Head::new(w.t("domains-bulk-title")).refused();
    let page = frame::whole(
        ctx,
        &head,
        &BulkPage {
            w,
            form: Html::of(&form),
        },
    )?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn empty(ctx: &Ctx, choice: &Choice) -> Result<Response> {
    let w = ctx.words();
    let form = Html::of(&SearchForm {
        w,
        q: "",
        choice,
        focus: true,
    });
    let empty = ui::Empty::new(Icon::Search, w.t("domains-empty-title"), w.t("domains-empty-text"))
        .link("/bulk", w.t("domains-nav-bulk"))
        .link("/prices", w.t("domains-nav-all-prices"));
    let title = w.t("domains-search-title");
    let body = EmptyPage {
        title: &title,
        form,
        empty,
    };
    Ok(frame::whole(ctx, &Head::new(&title), &body)?.into_response())
}

#[derive(Template)]
#[template(path = "pages/empty.html")]
struct EmptyPage<'a> {
    title: &'a str,
    form: Html,
    empty: ui::Empty,
}

#[derive(Template)]
#[template(path = "pages/bulk.html")]
struct BulkPage<'a> {
    w: &'a Words,
    form: Html,
}

/// The box for many names.
#[derive(Template)]
#[template(path = "parts/bulk_form.html")]
struct BulkForm<'a> {
    w: &'a Words,
    csrf: String,
    names: &'a str,
    choice: &'a Choice,
    errors: FormErrors,
    names_error: Option<String>,
    file_error: Option<String>,
    /// Ways to sort the rows below, on a page that has some.
    sorts: Vec<Chosen>,
}

impl<'a> BulkForm<'a> {
    fn new(ctx: &'a Ctx, choice: &'a Choice, names: &'a str, errors: FormErrors, sort: Option<SortBy>) -> Self {
        let (names_error, file_error) = (errors.get("names"), errors.get("file"));
        let w = ctx.words();
        let sorts = sort
            .map(|current| sorts(w, current, |sort| sort.name().to_owned()))
            .unwrap_or_default();
        Self {
            w,
            csrf: ctx.csrf(),
            names,
            choice,
            errors,
            names_error,
            file_error,
            sorts,
        }
    }
}

/// Names to be answered on a page.
struct Results {
    /// As typed.
    asked: String,
    names: Vec<String>,
    exact: bool,
    more: usize,
    sort: SortBy,
    /// The page's address; nothing for a list, which has none.
    query: Option<ListQuery>,
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

/// Something that can be chosen: a term, a way to sort.
struct Chosen {
    /// What is sent, or the address it leads to.
    value: String,
    label: String,
    current: bool,
}

impl Results {
    async fn answer(self, ctx: Ctx, counter: &Counter, choice: Choice) -> Result<Response> {
        let ask = PriceCheck {
            names: self.names.clone(),
            years: choice.years,
            currency: Some(choice.currency),
            patience: PATIENCE,
        };
        if self.sort != SortBy::Asked {
            let mut offers = ops::check(&ctx, counter, ask).await?;
            self.sort.sort(&mut offers);
            return self.sorted(&ctx, &choice, &offers, price_note(&ctx).await?);
        }
        let cut = self.page(&ctx, &choice, true, price_note(&ctx).await?)?;
        let checking = ops::check_stream(&ctx, counter, ask).await?;
        Ok(streamed(Coming::new(
            &ctx,
            cut,
            checking,
            self.names.len(),
            self.exact,
            choice.years,
        )))
    }

    /// All rows in order, none of them coming.
    fn sorted(&self, ctx: &Ctx, choice: &Choice, offers: &[Offer], price_note: String) -> Result<Response> {
        let Cut { head, tail } = self.page(ctx, choice, false, price_note)?;
        let mut page = head;
        for offer in offers {
            page.push_str(
                Row::new(ctx.words(), offer, String::new(), choice.years)
                    .html()
                    .as_str(),
            );
        }
        page.push_str(&tail);
        Ok((not_indexed(), axum::response::Html(page)).into_response())
    }

    fn page(&self, ctx: &Ctx, choice: &Choice, coming: bool, price_note: String) -> Result<Cut> {
        let w = ctx.words();
        let form = match &self.query {
            Some(_) => Html::of(&SearchForm {
                w,
                q: &self.asked,
                choice,
                focus: false,
            }),
            None => Html::of(&BulkForm::new(
                ctx,
                choice,
                &self.asked,
                FormErrors::none(),
                Some(self.sort),
            )),
        };
        let title = match &self.query {
            Some(_) => w.t1("domains-results-for", "asked", shortened(&self.asked).as_str()),
            None => w.t1("domains-results-list", "n", count(self.names.len())),
        };
        let body = ResultsPage {
            w,
            title: title.clone(),
            form,
            is_list: self.query.is_none(),
            css: assets::url("ui.css"),
            coming,
            exact: self.exact && coming,
            slots: self
                .names
                .iter()
                .enumerate()
                .map(|(at, text)| Slot { name: slot(at), text })
                .collect(),
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
            price_note,
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
fn sorts(w: &Words, current: SortBy, value: impl Fn(SortBy) -> String) -> Vec<Chosen> {
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

fn slot(position: usize) -> String {
    format!("r{position}")
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Search engines need not index what anybody may type.
fn not_indexed() -> [(HeaderName, HeaderValue); 1] {
    [(
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex"),
    )]
}

/// A page that is being sent.
struct Coming {
    words: Words,
    pieces: VecDeque<String>,
    tail: Option<String>,
    checking: Checking,
    exact: bool,
    years: u8,
    total: usize,
    done: usize,
    unknown: usize,
    free: usize,
    told: usize,
}

impl Coming {
    fn new(ctx: &Ctx, cut: Cut, checking: Checking, total: usize, exact: bool, years: u8) -> Self {
        Self {
            words: ctx.words().clone(),
            pieces: VecDeque::from([cut.head]),
            tail: Some(cut.tail),
            checking,
            exact,
            years,
            total,
            done: 0,
            unknown: 0,
            free: 0,
            told: 0,
        }
    }

    /// The next piece of the page; nothing after its end.
    async fn next(&mut self) -> Option<String> {
        if let Some(piece) = self.pieces.pop_front() {
            return Some(piece);
        }
        self.tail.as_ref()?;
        match self.checking.next().await {
            Some(offers) => {
                let mut piece = String::new();
                for (position, offer) in &offers {
                    piece.push_str(&self.row(*position, offer));
                }
                piece.push_str(&self.progress());
                Some(piece)
            }
            None => {
                let tail = self.tail.take().unwrap_or_default();
                Some(format!("{}{tail}", self.end()))
            }
        }
    }

    fn row(&mut self, position: usize, offer: &Offer) -> String {
        self.done += 1;
        match offer.state {
            OfferState::Unknown => self.unknown += 1,
            OfferState::Available => self.free += 1,
            OfferState::Taken | OfferState::Invalid => {}
        }
        let row = Row::new(&self.words, offer, slot(position), self.years);
        let row = if self.exact && position == 0 { row.exact() } else { row };
        row.html().to_string()
    }

    /// Told at most [`TELLINGS`] times: each telling takes the place of the one before, from the inside out.
    fn progress(&mut self) -> String {
        let due = self.done * TELLINGS / self.total.max(1);
        if due <= self.told || self.done == self.total {
            return String::new();
        }
        self.told = due.min(TELLINGS);
        let telling = Progress {
            slot: format!("p{}", self.told),
            done: self.done,
            total: self.total,
            text: self
                .words
                .t2("domains-progress", "done", count(self.done), "total", count(self.total)),
        };
        Html::of(&telling).to_string()
    }

    /// What is told once all rows are there.
    fn end(&self) -> String {
        let text = if self.unknown > 0 {
            self.words.t3(
                "domains-done-some",
                "total",
                count(self.total),
                "free",
                count(self.free),
                "unknown",
                count(self.unknown),
            )
        } else {
            self.words
                .t2("domains-done", "total", count(self.total), "free", count(self.free))
        };
        Html::of(&Done { text }).to_string()
    }
}

#[derive(Template)]
#[template(path = "parts/progress.html")]
struct Progress {
    slot: String,
    done: usize,
    total: usize,
    text: String,
}

#[derive(Template)]
#[template(path = "parts/done.html")]
struct Done {
    text: String,
}

/// Sends a page piece by piece; proxies must not hold it back.
fn streamed(coming: Coming) -> Response {
    let pieces = stream::unfold(coming, |mut coming| async move {
        let piece = coming.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(piece)), coming))
    })
    // Compression asks once more after the end.
    .fuse();
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    (headers, not_indexed(), Body::from_stream(pieces)).into_response()
}
