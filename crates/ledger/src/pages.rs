//! The books and customers' wallets in the console.

mod account;
mod accounts;
mod close;
mod entry;
mod journal;
mod lines;
mod overview;
mod people;
mod reports;
mod reverse;
mod transaction;
mod wallet;
mod wallets;
mod words;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kernel::{Problem, ProblemKind};
use scoped_futures::ScopedFutureExt;
use web::messages::{Words, key};
use web::page::Head;
use web::ui::{Icon, Tabs};
use web::{App, NavEntry, Result, Section, See, Staff};

use crate::books::{self, Books};
use crate::http;
use crate::permissions::{LEDGER_CLOSE, LEDGER_READ, WALLETS_READ};

const BOOKS: &str = "/console/ledger";
const TRANSACTIONS: &str = "/console/ledger/transactions";
const ENTER: &str = "/console/ledger/transactions/new";
const ACCOUNTS: &str = "/console/ledger/accounts";
const REPORTS: &str = "/console/ledger/reports";
const CLOSE: &str = "/console/ledger/close";
const REOPEN: &str = "/console/ledger/reopen";
const JOURNAL: &str = "/console/ledger/journal";
const WALLETS: &str = "/console/wallets";

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route(BOOKS, get(overview::show).post(overview::open))
        .route(TRANSACTIONS, get(journal::show))
        .route("/console/ledger/transactions.csv", get(journal::csv))
        .route(ENTER, get(entry::form).post(entry::save))
        .route("/console/ledger/transactions/{id}", get(transaction::show))
        .route("/console/ledger/transactions/{id}/reverse", post(reverse::send))
        .route(ACCOUNTS, get(accounts::show))
        .route("/console/ledger/accounts.csv", get(accounts::csv))
        .route("/console/ledger/accounts/{id}", get(account::show))
        .route(REPORTS, get(reports::show))
        .route(CLOSE, get(close::show).post(close::close))
        .route(REOPEN, post(close::reopen))
        .route(JOURNAL, get(http::export_journal))
        .route(WALLETS, get(wallets::show))
        .route("/console/wallets.csv", get(wallets::csv))
        .route("/console/customers/{id}/wallet", get(wallet::show).post(wallet::adjust))
}

pub(crate) fn nav() -> Vec<NavEntry> {
    let books = NavEntry::new(Section::Money, key("ledger-books"), BOOKS, Icon::Book);
    let wallets = NavEntry::new(Section::Money, key("ledger-wallets"), WALLETS, Icon::Wallet);
    vec![
        books.needs(LEDGER_READ).keys("g l"),
        wallets.needs(WALLETS_READ).keys("g b"),
    ]
}

fn tabs(ctx: &Staff, current: &str) -> Tabs {
    let w = ctx.words();
    let tabs = [
        (BOOKS, w.t("ledger-overview")),
        (TRANSACTIONS, w.t("ledger-journal")),
        (ACCOUNTS, w.t("ledger-accounts")),
        (REPORTS, w.t("ledger-reports")),
        (CLOSE, w.t("ledger-closing")),
    ];
    tabs.into_iter()
        .filter(|(path, _)| *path != CLOSE || ctx.may(LEDGER_CLOSE))
        .fold(Tabs::new(w.t("ledger-books")), |tabs, (path, label)| {
            tabs.tab(path, label, None, path == current)
        })
}

/// The head of a page below the books.
fn below(w: &Words, title: String) -> Head {
    Head::new(title)
        .crumb(w.t("nav-money"), "")
        .crumb(w.t("ledger-books"), BOOKS)
}

/// The books, for who may read them.
async fn opened(ctx: &Staff) -> Result<Option<Books>> {
    let books = ctx.read(|read| async move { books::get(read).await }.scope_boxed());
    Ok(books.await?)
}

/// Where the books are opened, for a page that has nothing to show before.
fn to_open() -> Response {
    See::other(BOOKS).into_response()
}

/// What a person is told on the page; a failure of ours, and what is nobody's to see, goes on to the error page.
fn told(error: platform::Error) -> Result<Problem> {
    match error {
        platform::Error::Problem(problem)
            if !matches!(problem.kind, ProblemKind::NotFound | ProblemKind::Forbidden) =>
        {
            Ok(problem)
        }
        other => Err(other.into()),
    }
}

/// The page of a form, with the status that fits what was refused.
fn answered(page: Response, problem: Option<&Problem>) -> Response {
    let status = match problem.map(|problem| problem.kind) {
        None => StatusCode::OK,
        Some(ProblemKind::Conflict) => StatusCode::CONFLICT,
        Some(ProblemKind::Stale) => StatusCode::PRECONDITION_FAILED,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    (status, page).into_response()
}

/// A refusal that one field is to answer for, told beside it: its sentence keeps its arguments.
fn at_field(problem: &Problem, code: &'static str, pointer: &'static str) -> Problem {
    let mut problem = problem.clone();
    if problem.code == code && problem.fields.is_empty() {
        let args = problem.args.clone();
        problem = problem.field(pointer, code);
        if let Some(field) = problem.fields.last_mut() {
            field.args = args;
        }
    }
    problem
}
