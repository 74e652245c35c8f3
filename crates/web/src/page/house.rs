//! The console's own few pages: the list of keys, light or dark without script, and the gallery of components.

use askama::Template;
use axum::Router;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::gallery::Gallery;
use super::{Head, KeysBody, Scheme};
use crate::answers::See;
use crate::app::App;
use crate::body::Form;
use crate::context::Staff;
use crate::error::Result;
use crate::messages::Words;

/// The routes; the edge serves them beside those of the rooms.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/console/keys", get(keys).post(switch_keys))
        .route("/console/scheme", post(choose_scheme))
        .route("/console/components", get(components))
}

/// The list of keys, and the switch that turns single letters off (WCAG 2.1.4).
#[derive(Template)]
#[template(path = "page/keys_page.html")]
struct KeysPage<'a> {
    w: &'a Words,
    list: KeysBody<'a>,
    on: bool,
    csrf: String,
}

async fn keys(ctx: Staff) -> Result<Response> {
    let shell = ctx.console_shell().await?;
    let w = ctx.words();
    let places = shell.nav.iter().flat_map(|section| &section.items);
    let list = KeysBody::new(w, places.chain(&shell.foot).chain(&shell.quick));
    let page = KeysPage {
        w,
        list,
        on: shell.keys,
        csrf: ctx.csrf(),
    };
    ctx.console(&Head::new(w.t("keys-title")), &page).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeysForm {
    keys: String,
}

async fn switch_keys(_: Staff, form: Form<KeysForm>) -> impl IntoResponse {
    let value = if form.value.keys == "off" { "off" } else { "on" };
    (kept("keys", value), See::other("/console/keys"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemeForm {
    scheme: String,
    #[serde(default)]
    back: String,
}

async fn choose_scheme(form: Form<SchemeForm>) -> impl IntoResponse {
    let scheme = Scheme::from_cookie(&form.value.scheme);
    (kept(Scheme::COOKIE, scheme.as_str()), See::other(form.value.back))
}

/// A cookie that keeps how a person likes their pages: no secret, readable by the script that writes the same one.
fn kept(name: &str, value: &str) -> AppendHeaders<[(axum::http::HeaderName, String); 1]> {
    let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax");
    AppendHeaders([(SET_COOKIE, cookie)])
}

async fn components(ctx: Staff) -> Result<Response> {
    let w = ctx.words();
    let head = Head::new("Component gallery").crumb(w.t("nav-settings"), "/console/settings");
    ctx.console(&head, &Gallery::new(w, ctx.now())).await
}
