//! Small answers: see other, live events.

use std::convert::Infallible;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt};

use crate::page::Flash;

/// 303: after a form was taken, the browser goes on with a GET. Only paths of our own: a full address is cut to `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct See(String, Option<Flash>);

impl See {
    /// On to a page of this host.
    pub fn other(path: impl Into<String>) -> Self {
        Self(local_path(&path.into()).to_owned(), None)
    }

    /// Where a sentence says what was done.
    #[must_use]
    pub fn flash(mut self, flash: Flash) -> Self {
        self.1 = Some(flash);
        self
    }
}

impl IntoResponse for See {
    fn into_response(self) -> Response {
        let location = HeaderValue::try_from(self.0).unwrap_or(HeaderValue::from_static("/"));
        let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
        if let Some(flash) = self.1 {
            response.extensions_mut().insert(flash);
        }
        response
    }
}

/// The path itself when it leads to a page of this host, else `/`: for `next=` of a sign-in.
pub fn local_path(path: &str) -> &str {
    let local = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n', '\t', '\0']);
    if local { path } else { "/" }
}

/// One live event: a name and its text (JSON or HTML).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveEvent {
    /// What the page's script listens for.
    pub name: &'static str,
    /// Its text.
    pub data: String,
    /// Where to go on after a broken connection (`Last-Event-ID`).
    pub id: Option<String>,
}

impl LiveEvent {
    /// An event without a place to go on from.
    pub fn new(name: &'static str, data: impl Into<String>) -> Self {
        Self {
            name,
            data: data.into(),
            id: None,
        }
    }
}

/// Server-sent events (`text/event-stream`), with a sign of life every 15 seconds.
pub struct Live<S>(S);

impl<S> Live<S>
where
    S: Stream<Item = LiveEvent> + Send + 'static,
{
    /// Sends these events; the stream's end closes the connection.
    pub fn new(events: S) -> Self {
        Self(events)
    }
}

impl<S> IntoResponse for Live<S>
where
    S: Stream<Item = LiveEvent> + Send + 'static,
{
    fn into_response(self) -> Response {
        let events = self.0.map(|event| {
            // A carriage return alone would end a line of the stream.
            let told = Event::default().event(event.name).data(event.data.replace('\r', ""));
            Ok::<_, Infallible>(match event.id {
                Some(id) => told.id(id.replace(['\r', '\n', '\0'], "")),
                None => told,
            })
        });
        let alive = KeepAlive::new().interval(Duration::from_secs(15));
        let mut response = axum::response::Sse::new(events).keep_alive(alive).into_response();
        // Proxies would hold events back to fill their buffers.
        response
            .headers_mut()
            .insert("x-accel-buffering", HeaderValue::from_static("no"));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_our_own_are_followed() {
        assert_eq!(local_path("/console?x=1"), "/console?x=1");
        for bad in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "javascript:x",
            "",
            "/a\r\nb",
        ] {
            assert_eq!(local_path(bad), "/", "{bad}");
        }
    }
}
