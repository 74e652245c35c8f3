//! POSTs that happen once however often they are sent: a JSON body with its `Idempotency-Key`.
//!
//! The answer is kept in the transaction that made the change, sealed, since answers may carry new secrets. Refusals are
//! not kept: what was refused changed nothing and may be tried again under the same key.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::{Problem, ProblemKind};
use platform::Tx;
use platform::idempotency::{self, Answer, Claim};
use scoped_futures::{ScopedBoxFuture, ScopedFutureExt};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::body::{json_body, read_json};
use crate::context::Ctx;
use crate::error::{Error, Result};

const HEADER: &str = "idempotency-key";
const MAX_KEY: usize = 255;
/// What kept answers are sealed for.
const PURPOSE: &str = "idempotency";

/// A JSON body and the key under which it is to happen once, if the caller sent one.
#[derive(Clone, Debug)]
pub struct Once<T> {
    /// The body.
    pub value: T,
    key: Option<String>,
    fingerprint: [u8; 32],
}

/// The body of a POST that needs none: nothing, or `{}`.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

impl<T: DeserializeOwned> FromRequest<App> for Once<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &App) -> Result<Self> {
        let key = read_key(request.headers())?;
        let place = format!("{} {}\n", request.method(), request.uri().path());
        let is_empty = request.headers().get(header::CONTENT_TYPE).is_none() && no_content(request.headers());
        let body = if is_empty {
            Bytes::from_static(b"{}")
        } else {
            json_body(request).await?
        };
        let fingerprint = Sha256::new().chain_update(place).chain_update(&body).finalize().into();
        Ok(Self {
            value: read_json(&body)?,
            key,
            fingerprint,
        })
    }
}

fn no_content(headers: &HeaderMap) -> bool {
    let length = headers.get(header::CONTENT_LENGTH);
    length.is_none_or(|length| length == "0") && !headers.contains_key(header::TRANSFER_ENCODING)
}

fn read_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(HEADER) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or("");
    if (1..=MAX_KEY).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(Some(text.to_owned()));
    }
    Err(Problem::new(ProblemKind::Unreadable, "idempotency_key_invalid"))
}

/// What one run of the transaction came to.
enum Outcome {
    Answer(Answer),
    Replay(Answer),
}

impl<T> Once<T> {
    /// The answer given under this key before, if there is one: looked for by work that calls the world ahead of its
    /// transaction, so that a repeated request calls nobody.
    ///
    /// # Errors
    /// `idempotency_key_reused` (422), or the database.
    pub async fn answered(&self, ctx: &Ctx) -> Result<Option<Response>> {
        let Some(key) = self.key.as_deref() else {
            return Ok(None);
        };
        let fingerprint = &self.fingerprint;
        let claim = ctx
            .read(|read| async move { idempotency::look(read, key, fingerprint).await }.scope_boxed())
            .await?;
        match claim {
            Claim::Replay(answer) if answer.status != 0 => Ok(Some(replayed(opened(ctx, answer)?))),
            Claim::Mismatch => Err(reused().into()),
            Claim::Fresh | Claim::Replay(_) => Ok(None),
        }
    }

    /// Does the work in one transaction and answers with its JSON and `status`; a second request with the same key gets
    /// the first one's answer. The work may run again (see `Ctx::write`), each time with a fresh copy of the body.
    ///
    /// # Errors
    /// What the work returns; `idempotency_key_reused` (422) and `idempotency_in_progress` (409).
    pub async fn write<'a, R, F>(&self, ctx: &Ctx, status: StatusCode, work: F) -> Result<Response>
    where
        T: Clone + Send + Sync + 'a,
        R: Serialize + Send + 'a,
        F: for<'r> Fn(&'r mut Tx, T) -> ScopedBoxFuture<'a, 'r, platform::Result<R>> + Send + Sync + 'a,
    {
        let Some(key) = self.key.as_deref() else {
            let work = &work;
            let done = ctx
                .write(|tx| async move { work(tx, self.value.clone()).await }.scope_boxed())
                .await?;
            return Ok((status, crate::body::Json(done)).into_response());
        };
        let _under_way = ctx
            .app()
            .under_way()
            .enter(format!("{} {} {key}", ctx.tenant(), ctx.actor().who))?;
        let outcome = ctx
            .write(|tx| {
                let work = &work;
                async move {
                    match idempotency::claim(tx, key, &self.fingerprint).await? {
                        Claim::Fresh => {}
                        Claim::Mismatch => return Err(reused().into()),
                        Claim::Replay(answer) if answer.status == 0 => return Err(in_progress().into()),
                        Claim::Replay(answer) => return Ok(Outcome::Replay(opened(ctx, answer)?)),
                    }
                    let done = work(tx, self.value.clone()).await?;
                    let answer = Answer {
                        status: status.as_u16(),
                        headers: Vec::new(),
                        body: serde_json::to_vec(&done)?,
                    };
                    idempotency::answer(tx, key, &sealed(ctx, &answer)).await?;
                    Ok(Outcome::Answer(answer))
                }
                .scope_boxed()
            })
            .await?;
        Ok(match outcome {
            Outcome::Answer(answer) => respond(answer),
            Outcome::Replay(answer) => replayed(answer),
        })
    }
}

fn reused() -> Problem {
    Problem::refused("idempotency_key_reused")
}

fn replayed(answer: Answer) -> Response {
    ([("idempotent-replayed", "true")], respond(answer)).into_response()
}

fn sealed(ctx: &Ctx, answer: &Answer) -> Answer {
    let body = ctx
        .secrets()
        .seal(ctx.platform().entropy(), ctx.tenant(), PURPOSE, &answer.body);
    Answer { body, ..answer.clone() }
}

fn opened(ctx: &Ctx, answer: Answer) -> platform::Result<Answer> {
    let body = ctx.secrets().open(ctx.tenant(), PURPOSE, &answer.body)?;
    Ok(Answer { body, ..answer })
}

fn respond(answer: Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn in_progress() -> Problem {
    Problem::conflict("idempotency_in_progress").retry_after(1)
}

/// Keys whose first request this process is still answering. Another process waits at the row and then repeats.
#[derive(Clone, Default)]
pub(crate) struct UnderWay(Arc<Mutex<HashSet<String>>>);

impl UnderWay {
    fn enter(&self, key: String) -> Result<Entered, Problem> {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.insert(key.clone()) {
            Ok(Entered { all: self.clone(), key })
        } else {
            Err(in_progress())
        }
    }
}

struct Entered {
    all: UnderWay,
    key: String,
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.all
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_visible_ascii_of_bounded_length() {
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, HeaderValue::from_bytes(text.as_bytes()).unwrap());
            read_key(&headers)
        };
        assert_eq!(read("order-17"), Ok(Some("order-17".into())));
        assert_eq!(read_key(&HeaderMap::new()), Ok(None));
        for bad in ["", "a b", "é", &"x".repeat(256)] {
            assert_eq!(read(bad).unwrap_err().code, "idempotency_key_invalid", "{bad}");
        }
    }

    #[test]
    fn a_second_request_with_the_same_key_is_under_way_until_the_first_is_answered() {
        let all = UnderWay::default();
        let first = all.enter("a".into()).map_err(drop);
        assert_eq!(
            all.enter("a".into()).map(drop).unwrap_err().code,
            "idempotency_in_progress"
        );
        assert!(all.enter("b".into()).is_ok());
        drop(first);
        assert!(all.enter("a".into()).is_ok());
    }
}
