//! Exchange rates in the console: what stands, the course of a pair, what waits for a person, entering, importing, settings.

mod board;
mod enter;
mod import;
mod import_one;
mod imports;
mod pair;
mod review;
mod settings;
mod steps;

use axum::Router;
use axum::routing::{get, post};
use kernel::Problem;
use web::messages::{Words, key};
use web::page::Head;
use web::ui::{Icon, Tabs};
use web::{App, NavEntry, Result, Section};

use crate::permissions::{RATES_EDIT, RATES_READ};

const BOARD: &str = "/console/rates";
const IMPORTS: &str = "/console/rates/imports";
const IMPORT: &str = "/console/rates/import";
const ENTER: &str = "/console/rates/new";
const SETTINGS: &str = "/console/settings/rates";

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route(BOARD, get(board::show))
        .route("/console/rates.csv", get(board::csv))
        .route("/console/rates/fetch", post(board::fetch))
        .route("/console/rates/held/{sheet}/{quote}", post(board::accept))
        .route(ENTER, get(enter::form).post(enter::save))
        .route("/console/rates/pairs/{base}/{quote}", get(pair::show))
        .route("/console/rates/pairs/{base}/{quote}/course.csv", get(pair::csv))
        .route(IMPORTS, get(imports::list))
        .route("/console/rates/imports.csv", get(imports::csv))
        .route(IMPORT, get(import::form).post(import::preview))
        .route("/console/rates/imports/{id}", get(import_one::show))
        .route("/console/rates/imports/{id}/apply", post(import_one::apply))
        .route(SETTINGS, get(settings::show).post(settings::save))
}

pub(crate) fn nav() -> Vec<NavEntry> {
    let board = NavEntry::new(Section::Money, key("rates"), BOARD, Icon::Transfer);
    let settings = NavEntry::new(Section::Settings, key("rates"), SETTINGS, Icon::Transfer);
    vec![
        board.needs(RATES_READ).keys("g e"),
        settings.needs(RATES_EDIT).about(key("rates-settings-about")),
    ]
}

fn tabs(w: &Words, current: &str, may_edit: bool) -> Tabs {
    let tabs = Tabs::new(w.t("rates")).tab(BOARD, w.t("rates-standing"), None, current == BOARD);
    if may_edit {
        tabs.tab(IMPORTS, w.t("rates-imports"), None, current == IMPORTS)
    } else {
        tabs
    }
}

/// The head of a page below the board.
fn below(w: &Words, title: String) -> Head {
    Head::new(title).crumb(w.t("nav-money"), "").crumb(w.t("rates"), BOARD)
}

/// What a person is told on the page; a failure of ours, and what is nobody's to see, goes on to the error page.
fn told(error: platform::Error) -> Result<Problem> {
    use kernel::ProblemKind::{Forbidden, NotFound};
    match error {
        platform::Error::Problem(problem) if !matches!(problem.kind, NotFound | Forbidden) => Ok(problem),
        other => Err(other.into()),
    }
}

/// Every currency to choose from, by code.
fn currencies() -> Vec<(&'static str, &'static str)> {
    kernel::Currency::all()
        .map(|currency| (currency.code(), currency.code()))
        .collect()
}
