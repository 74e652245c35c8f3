//! The one layer around every route: reads the request, guards forms, runs the handler where a client that hangs up
//! cannot stop it, writes problems, adds headers, counts and logs.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use jiff::SignedDuration;
use tracing::Instrument;

use crate::app::App;
use crate::body::{MAX_BODY, is_form, whole_body};
use crate::cookies;
use crate::csrf;
use crate::csv;
use crate::denials::Denial;
use crate::error::{Error, Result};
use crate::fields::Fields;
use crate::headers::{self, LooserCsp};
use crate::lists::IsList;
use crate::page::Flash;
use crate::problem;
use crate::request::{RequestInfo, RouteKind};
use crate::shell::flash_cookie;

/// The longest list that is turned into CSV on its way out.
const MAX_LIST: usize = 16 * 1024 * 1024;
/// How long a sentence about what was done waits for the next page.
const FLASH_SECONDS: u32 = 60;
/// What is counted for paths that no route matches.
const NO_ROUTE: &str = "none";

pub(crate) async fn edge(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let info = Arc::new(RequestInfo::read(&app, &request));
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    let span = tracing::info_span!(
        "request", trace_id = %info.trace_id(), method = %info.method(), route,
        tenant = tracing::field::Empty, user = tracing::field::Empty,
    );
    let in_flight = app.meters().enter();
    request.extensions_mut().insert(Arc::clone(&info));
    let answered = async {
        let response = match guard(&app, &info, request).await {
            Ok(request) => run(&app, &info, route, request, next).await,
            Err(error) => error.into_response(),
        };
        let response = problem::finish(&app, &info, response);
        let response = as_csv(&info, response).await;
        let response = with_headers(&info, response);
        let elapsed = app.now().since(info.started());
        log(app.may_write(info.method(), route), response.status(), elapsed);
        app.meters()
            .record(route, info.method(), response.status(), elapsed.as_secs_f64());
        response
    };
    let response = answered.instrument(span).await;
    drop(in_flight);
    response
}

/// Refuses what no handler should see: forms from elsewhere, forms without their token.
async fn guard(app: &App, info: &RequestInfo, request: Request) -> Result<Request> {
    if info.method().is_safe() || info.kind() != RouteKind::Page {
        return Ok(request);
    }
    csrf::check_source(info, request.headers())?;
    let binding = info.csrf_binding().ok_or_else(csrf::expired)?;
    let key = &app.config().csrf_key;
    if let Some(token) = request
        .headers()
        .get(csrf::HEADER)
        .and_then(|value| value.to_str().ok())
    {
        return if csrf::holds(key, binding, token) {
            Ok(request)
        } else {
            Err(csrf::expired().into())
        };
    }
    if is_form(request.headers()) {
        return guard_form(key, binding, request).await;
    }
    // An upload's token is its first field; only the extractor `Upload` reads such bodies, and checks it.
    let multipart = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"multipart/form-data"));
    if multipart {
        Ok(request)
    } else {
        Err(csrf::expired().into())
    }
}

async fn guard_form(key: &[u8; 32], binding: &str, request: Request) -> Result<Request> {
    let (parts, body) = request.into_parts();
    let bytes = whole_body(Request::new(body), MAX_BODY).await?;
    let token = Fields::parse(&bytes)
        .and_then(|mut fields| fields.take(csrf::FIELD))
        .unwrap_or_default();
    if !csrf::holds(key, binding, &token) {
        return Err(csrf::expired().into());
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// Runs the handler. What may write runs in a task of its own: once begun it ends, whether or not the client stays.
async fn run(app: &App, info: &Arc<RequestInfo>, route: &str, request: Request, next: Next) -> Response {
    if !app.may_write(info.method(), route) {
        return handle(app, info, route, request, next).await;
    }
    let (shared, info, route) = (app.clone(), Arc::clone(info), route.to_owned());
    let handled = async move { handle(&shared, &info, &route, request, next).await };
    let task = app.tasks().spawn(handled.in_current_span());
    task.await
        .unwrap_or_else(|error| Error::internal(format!("the task of a request ended: {error}")).into_response())
}

async fn handle(app: &App, info: &RequestInfo, route: &str, request: Request, next: Next) -> Response {
    let outcome = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let response = outcome.unwrap_or_else(|panic| Error::internal(panic_text(panic.as_ref())).into_response());
    let denial = Denial::of(app, info, route, &response);
    if let Some(denial) = denial {
        denial.note(app).await;
    }
    response
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    format!("a handler panicked: {}", text.unwrap_or_default())
}

/// A list asked for as CSV becomes CSV; the next page is named in a `Link` header.
async fn as_csv(info: &RequestInfo, mut response: Response) -> Response {
    if response.extensions_mut().remove::<IsList>().is_none()
        || !info.wants_csv()
        || response.status() != StatusCode::OK
    {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Some((text, next)) = to_bytes(body, MAX_LIST)
        .await
        .ok()
        .and_then(|json| csv::from_list_json(&json))
    else {
        return Error::internal("a list that is no list").into_response();
    };
    parts.headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::VARY, HeaderValue::from_static("Accept"));
    if let Some(link) = next.and_then(|cursor| next_link(info, &cursor)) {
        parts.headers.insert(header::LINK, link);
    }
    Response::from_parts(parts, Body::from(text))
}

fn next_link(info: &RequestInfo, cursor: &str) -> Option<HeaderValue> {
    let others = info
        .query()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("after="));
    let query: String = others.map(|pair| format!("{pair}&")).collect();
    HeaderValue::try_from(format!("<{}?{query}after={cursor}>; rel=\"next\"", info.path())).ok()
}

fn with_headers(info: &RequestInfo, mut response: Response) -> Response {
    let looser = response.extensions_mut().remove::<LooserCsp>();
    let flash = response.extensions_mut().remove::<Flash>();
    headers::add(response.headers_mut(), info, looser.as_ref());
    if let Some(flash) = flash {
        let cookie = cookies::set(
            cookies::Name::Flash,
            &flash_cookie(&flash),
            FLASH_SECONDS,
            info.secure_cookies(),
        );
        cookies::append(response.headers_mut(), cookie);
    }
    response
}

/// One line for each request that may have changed something; those that only read are told at the level `debug`.
fn log(may_have_written: bool, status: StatusCode, elapsed: SignedDuration) {
    let status = status.as_u16();
    let micros = u64::try_from(elapsed.as_micros()).unwrap_or(0);
    if may_have_written {
        tracing::info!(http.status = status, elapsed_us = micros, "answered");
    } else {
        tracing::debug!(http.status = status, elapsed_us = micros, "answered");
    }
}
