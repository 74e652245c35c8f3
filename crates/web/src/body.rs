//! What handlers take from a request: JSON, forms, query and path, each refusing in words of ours.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::{FieldProblem, Problem, ProblemKind};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::error::{Error, Result};
use crate::fields::{BadField, Fields};
use crate::json_guard::{self, Excess};

/// The largest body that is read, uploads aside.
pub const MAX_BODY: usize = 1024 * 1024;
/// How long a client may take to send one.
const SLOWEST_BODY: Duration = Duration::from_secs(30);

/// A JSON body. Request types say `#[serde(deny_unknown_fields)]`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &App) -> Result<Self> {
        let body = json_body(request).await?;
        read_json(&body).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The bytes of a JSON body, within their bounds.
pub(crate) async fn json_body(request: Request) -> Result<Bytes> {
    if !is_json(request.headers()) {
        return Err(Problem::new(ProblemKind::UnsupportedMedia, "media_type")
            .arg("expected", "application/json")
            .into());
    }
    let body = whole_body(request, MAX_BODY).await?;
    match json_guard::check(&body) {
        Ok(()) => Ok(body),
        Err(Excess::Depth) => Err(Problem::new(ProblemKind::Unreadable, "json_too_deep")
            .arg("limit", json_guard::MAX_DEPTH)
            .into()),
        Err(Excess::Elements) => Err(Problem::refused("too_many_items")
            .arg("limit", json_guard::MAX_ELEMENTS)
            .into()),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let text = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let media_type = text.split(';').next().unwrap_or("").trim();
    media_type.eq_ignore_ascii_case("application/json")
        || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

/// Reads a whole body of at most `limit` bytes, in time.
pub(crate) async fn whole_body(mut request: Request, limit: usize) -> Result<Bytes> {
    DefaultBodyLimit::max(limit).apply(&mut request);
    match tokio::time::timeout(SLOWEST_BODY, Bytes::from_request(request, &())).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)))) => {
            Err(Problem::new(ProblemKind::TooLarge, "body_too_large")
                .arg("limit_kb", limit / 1024)
                .into())
        }
        Ok(Err(_)) => Err(Problem::new(ProblemKind::Unreadable, "body_unreadable").into()),
        Err(_) => Err(Error::with_status(
            StatusCode::REQUEST_TIMEOUT,
            crate::messages::key("body_too_slow"),
        )),
    }
}

/// Reads JSON, naming the field that does not fit.
pub(crate) fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    // serde would take a list of the values in order for an object; the document says object.
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(bad_field("", "a list, expected an object").into());
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let pointer = pointer(error.path());
        bad_json(&pointer, error.inner())
    })?;
    reader.end().map_err(|error| bad_json("", &error))?;
    Ok(value)
}

fn bad_json(pointer: &str, error: &serde_json::Error) -> Error {
    if !error.is_data() {
        let problem = Problem::new(ProblemKind::Unreadable, "json_syntax");
        return problem.arg("line", error.line()).arg("column", error.column()).into();
    }
    let text = error.to_string();
    // Behind the sentence serde_json adds where it stood; the pointer says that better.
    let reason = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(reason, _)| reason);
    bad_field(pointer, reason).into()
}

/// A 422 for one field, from what serde says about it.
fn bad_field(pointer: &str, reason: &str) -> Problem {
    let (code, pointer) = match (quoted(reason, "missing field `"), quoted(reason, "unknown field `")) {
        (Some(field), _) => ("field_missing", format!("{pointer}/{field}")),
        (_, Some(field)) => ("field_unknown", join_once(pointer, field)),
        _ => ("field_invalid", pointer.to_owned()),
    };
    let mut problem = Problem::refused("invalid_fields");
    problem.fields.push(FieldProblem {
        pointer: pointer.into(),
        code,
        args: vec![("reason", reason.to_owned())],
    });
    problem
}

fn quoted<'t>(text: &'t str, before: &str) -> Option<&'t str> {
    text.strip_prefix(before)?.split('`').next()
}

/// The path of an unknown field ends in the field already, or before it, by how deep the reader was.
fn join_once(pointer: &str, field: &str) -> String {
    if pointer.rsplit('/').next() == Some(field) {
        pointer.to_owned()
    } else {
        format!("{pointer}/{field}")
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

/// The query string as a typed value. Names it does not know are left alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let fields = Fields::parse(parts.uri.query().unwrap_or("").as_bytes()).ok_or_else(too_many_fields)?;
        read_query(&fields).map(Self)
    }
}

/// A typed query; what does not fit is 400, as the address itself is wrong.
pub(crate) fn read_query<T: DeserializeOwned>(fields: &Fields) -> Result<T> {
    fields.read().map_err(|bad| {
        let mut problem = field_problem(&bad);
        problem.kind = ProblemKind::Unreadable;
        problem.into()
    })
}

/// The path's parameters. What does not read as an id is not found, like an id of nothing.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(Problem::not_found().into()),
        }
    }
}

/// A page's form. The edge has checked its CSRF token before the handler runs.
#[derive(Clone, Debug)]
pub struct Form<T> {
    /// The typed fields.
    pub value: T,
    /// The fields as typed, to show again.
    pub raw: Fields,
    /// What the CAPTCHA's widget put in, if the page had one.
    pub captcha: String,
}

impl<T: DeserializeOwned> FromRequest<App> for Form<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let TryForm { value, raw, captcha } = TryForm::from_request(request, app).await?;
        Ok(Self {
            value: value?,
            raw,
            captcha,
        })
    }
}

/// A page's form whose fields may not fit their types: the page then shows again what was typed.
#[derive(Clone, Debug)]
pub struct TryForm<T> {
    /// The typed fields, or which of them does not fit.
    pub value: Result<T, Problem>,
    /// The fields as typed.
    pub raw: Fields,
    /// What the CAPTCHA's widget put in, if the page had one.
    pub captcha: String,
}

impl<T: DeserializeOwned> FromRequest<App> for TryForm<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        if !is_form(request.headers()) {
            return Err(Problem::new(ProblemKind::UnsupportedMedia, "media_type")
                .arg("expected", FORM)
                .into());
        }
        let body = whole_body(request, MAX_BODY).await?;
        let mut raw = Fields::parse(&body).ok_or_else(too_many_fields)?;
        raw.take(crate::csrf::FIELD);
        let captcha = app
            .captcha()
            .widget()
            .and_then(|widget| raw.take(widget.field))
            .unwrap_or_default();
        let value = raw.read().map_err(|bad| field_problem(&bad));
        Ok(Self { value, raw, captcha })
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Whether a body is a plain form.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let text = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    text.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case(FORM)
}

pub(crate) fn too_many_fields() -> Problem {
    Problem::new(ProblemKind::Unreadable, "too_many_fields")
}

fn field_problem(bad: &BadField) -> Problem {
    let pointer = bad.name.as_ref().map(|name| format!("/{name}")).unwrap_or_default();
    bad_field(&pointer, &bad.reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read into")]
    struct Ask {
        names: Vec<String>,
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read into")]
    struct Inner {
        years: u8,
    }

    fn refused(json: &str) -> (u16, String, String) {
        let error = read_json::<Ask>(json.as_bytes()).unwrap_err();
        let field = error
            .problem()
            .fields
            .first()
            .map(|field| (field.pointer.to_string(), field.code.to_owned()));
        let (pointer, code) = field.unwrap_or_else(|| (String::new(), error.problem().code.to_owned()));
        (error.status().as_u16(), pointer, code)
    }

    #[test]
    fn what_does_not_fit_is_named_by_pointer_and_code() {
        let told =
            |json, status, pointer: &str, code: &str| assert_eq!(refused(json), (status, pointer.into(), code.into()));
        told(r#"{"names":["a",7]}"#, 422, "/names/1", "field_invalid");
        told(
            r#"{"names":[],"inner":{"years":900}}"#,
            422,
            "/inner/years",
            "field_invalid",
        );
        told(r#"{"names":[],"inner":{}}"#, 422, "/inner/years", "field_missing");
        told("{}", 422, "/names", "field_missing");
        told(r#"{"names":[],"tenant_id":"x"}"#, 422, "/tenant_id", "field_unknown");
        told(r#"{"names":["#, 400, "", "json_syntax");
        told(r#"{"names":[]} x"#, 400, "", "json_syntax");
        told("", 400, "", "json_syntax");
        told("[1]", 422, "", "field_invalid");
    }
}
