//! Problems as a caller sees them: `application/problem+json` (RFC 9457), or a page.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;

use crate::app::App;
use crate::cookies::Audience;
use crate::error::{Error, Told};
use crate::messages::Words;
use crate::ports::Site;
use crate::request::{RequestInfo, RouteKind};

/// What `type` starts with; the code follows.
const TYPE: &str = "urn:entrepot:problem:";

/// The body of every answer that tells of a problem.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "urn:entrepot:problem:invalid_fields", "title": "Refused", "status": 422, "code": "invalid_fields",
    "detail": "Some fields cannot be used as sent.", "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    "errors": [{"pointer": "/years", "code": "invalid_value", "detail": "This value cannot be used here."}]
}))]
pub struct ProblemBody {
    /// `urn:entrepot:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// The kind of problem, in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// Stable, for programs.
    code: String,
    /// What happened and what to do, for people.
    detail: String,
    /// What is wrong with single fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldBody>,
    /// Name it when you ask for help.
    trace_id: String,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ProblemField)]
pub struct FieldBody {
    /// JSON pointer to the field.
    pointer: String,
    /// Stable, for programs.
    code: String,
    /// For people.
    detail: String,
}

/// What an error page shows; the page itself is the shell's business.
pub struct ProblemView {
    /// The HTTP status.
    pub status: u16,
    /// The kind of problem, in words.
    pub title: String,
    /// What happened and what to do.
    pub detail: String,
    /// What is wrong with single fields.
    pub fields: Vec<String>,
    /// Name it when you ask for help.
    pub trace_id: String,
    /// Where to sign in, when that would help.
    pub sign_in: Option<String>,
    /// The tenant at whose site it happened, if one was found.
    pub site: Option<Arc<Site>>,
    /// Whether it happened in the console.
    pub console: bool,
}

/// Gives an answer its body if it tells of a problem, whoever made it.
pub(crate) fn finish(app: &App, request: &RequestInfo, mut response: Response) -> Response {
    let error = match response.extensions_mut().remove::<Error>() {
        Some(error) => error,
        None => match bare(&response) {
            Some(error) => error,
            None => return response,
        },
    };
    let mut told = error.into_told();
    if let Some(allow) = response.headers_mut().remove(header::ALLOW) {
        told.headers.insert(header::ALLOW, allow);
    }
    log(request, &told);
    write(app, request, told)
}

/// Problems that axum itself answers without our words: no such method, refused by an extractor of its own.
fn bare(response: &Response) -> Option<Error> {
    let status = response.status();
    let plain = |value: &HeaderValue| value.as_bytes().starts_with(b"text/plain");
    let ours = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| !plain(value));
    if ours || !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND => kernel::Problem::not_found().into(),
        StatusCode::METHOD_NOT_ALLOWED => Error::with_status(status, "method_not_allowed"),
        StatusCode::PAYLOAD_TOO_LARGE => Error::with_status(status, "body_too_large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Error::with_status(status, "media_type"),
        _ if status.is_server_error() => Error::internal(format!("an answer of status {status} without a problem")),
        _ => Error::with_status(status, "unreadable"),
    })
}

/// Once, here: what a caller did wrong quietly, what we did wrong loudly, with all its causes.
fn log(request: &RequestInfo, told: &Told) {
    let (code, status, trace_id) = (told.problem.code, told.status.as_u16(), request.trace_id());
    match &told.cause {
        Some(cause) => {
            let causes = chain(cause.as_ref());
            tracing::error!(http.status = status, code, %trace_id, causes, "a request failed");
        }
        None if told.status.is_server_error() => {
            tracing::warn!(http.status = status, code, %trace_id, "a request could not be served")
        }
        None => tracing::debug!(http.status = status, code, %trace_id, "a request was refused"),
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

fn write(app: &App, request: &RequestInfo, told: Told) -> Response {
    let sign_in = sign_in(request, told.status);
    if let Some(url) = &sign_in
        && request.method().is_safe()
        && request.wants_html()
    {
        return Redirect::to(url).into_response();
    }
    let words = words(app, request);
    let mut response = if request.wants_html() {
        let view = view(&words, request, &told, sign_in);
        let html = crate::page::error_page(&words, &view);
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
    } else {
        let body =
            serde_json::to_vec(&body(&words, request, &told)).expect("a struct of texts and a number serialises");
        ([(header::CONTENT_TYPE, "application/problem+json")], Body::from(body)).into_response()
    };
    *response.status_mut() = told.status;
    response.headers_mut().extend(told.headers);
    if let Some(seconds) = told.problem.retry_after_seconds {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if told.status == StatusCode::UNAUTHORIZED && request.kind() == RouteKind::Api {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Where a page sends those who are not signed in, and back to where they were.
fn sign_in(request: &RequestInfo, status: StatusCode) -> Option<String> {
    if status != StatusCode::UNAUTHORIZED || request.kind() != RouteKind::Page {
        return None;
    }
    let next = if request.method().is_safe() {
        request.path_and_query()
    } else {
        request.path()
    };
    let next = percent_encoding::utf8_percent_encode(next, percent_encoding::NON_ALPHANUMERIC);
    Some(format!("{}?next={next}", request.audience().sign_in_path()))
}

/// The words of the answer, as far as caller and site were found out.
pub(crate) fn words(app: &App, request: &RequestInfo) -> Words {
    let (caller, site) = (request.notes.caller.get(), request.notes.site.get());
    crate::context::words(app, request, caller.map(AsRef::as_ref), site.map(AsRef::as_ref))
}

fn title(words: &Words, status: StatusCode) -> String {
    let key = format!("error-title-{}", status.as_u16());
    if words.has(&key) {
        words.t(&key)
    } else {
        status.canonical_reason().unwrap_or("Problem").to_owned()
    }
}

fn body(words: &Words, request: &RequestInfo, told: &Told) -> ProblemBody {
    let field = |field: &kernel::FieldProblem| FieldBody {
        pointer: field.pointer.clone().into_owned(),
        code: field.code.to_owned(),
        detail: words.coded(field.code, &field.args),
    };
    ProblemBody {
        kind: format!("{TYPE}{}", told.problem.code),
        title: title(words, told.status),
        status: told.status.as_u16(),
        code: told.problem.code.to_owned(),
        detail: words.problem(&told.problem),
        errors: told.problem.fields.iter().map(field).collect(),
        trace_id: request.trace_id().to_string(),
    }
}

fn view(words: &Words, request: &RequestInfo, told: &Told, sign_in: Option<String>) -> ProblemView {
    let field = |field: &kernel::FieldProblem| words.coded(field.code, &field.args);
    ProblemView {
        status: told.status.as_u16(),
        title: title(words, told.status),
        detail: words.problem(&told.problem),
        fields: told.problem.fields.iter().map(field).collect(),
        trace_id: request.trace_id().to_string(),
        sign_in,
        site: request.notes.site.get().cloned(),
        console: request.audience() == Audience::Console,
    }
}

/// An error page without the shell, for when none was plugged in.
pub(crate) fn plain_page(words: &Words, view: &ProblemView) -> String {
    let (lang, title) = (words.lang(), escape(&view.title));
    let mut html =
        format!("<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\"><title>{title}</title><h1>{title}</h1>");
    for line in std::iter::once(&view.detail).chain(&view.fields) {
        html.push_str(&format!("<p>{}</p>", escape(line)));
    }
    html.push_str(&format!("<p><code>{}</code></p></html>", escape(&view.trace_id)));
    html
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
