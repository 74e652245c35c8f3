//! The index of settings: every place the rooms put under that heading and this person may see, with what it is for.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use web::messages::key;
use web::page::Head;
use web::ui::Icon;
use web::{App, NavEntry, Result, Section, Staff};

const PATH: &str = "/console/settings";

/// Everybody has settings of their own.
const PROFILE: NavEntry = NavEntry::new(Section::Settings, key("page-profile"), "/console/profile", Icon::User)
    .about(key("app-settings-profile-about"));

pub(super) fn pages() -> Router<App> {
    Router::new().route(PATH, get(index))
}

#[derive(Template)]
#[template(path = "pages/settings.html")]
struct SettingsPage {
    heading: String,
    lede: String,
    places: Vec<Place>,
}

/// A place where something is set, as it is shown.
struct Place {
    href: &'static str,
    icon: Icon,
    label: String,
    about: String,
}

async fn index(ctx: Staff) -> Result<Response> {
    let w = ctx.words();
    let settings = ctx
        .app()
        .nav()
        .iter()
        .filter(|entry| entry.section == Section::Settings);
    let seen = settings.filter(|entry| entry.permission.is_none_or(|permission| ctx.may(permission)));
    let place = |entry: &NavEntry| Place {
        href: entry.href,
        icon: entry.icon,
        label: w.t(entry.label),
        about: if entry.about.is_empty() {
            String::new()
        } else {
            w.t(entry.about)
        },
    };
    let page = SettingsPage {
        heading: w.t("nav-settings"),
        lede: w.t("app-settings-lede"),
        places: seen.chain([&PROFILE]).map(place).collect(),
    };
    ctx.console(&Head::new(w.t("nav-settings")), &page).await
}
