//! A page that is sent while registrars answer, and works without script: rows are sent in the order they come, each into
//! a slot of a declarative shadow root that was sent first.

use std::collections::VecDeque;
use std::convert::Infallible;

use askama::Template;
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, stream};
use web::ui::Html;

use super::frame::Cut;
use super::rows::Rows;
use crate::offers::model::{Offer, OfferState};
use crate::offers::ops::Checking;

/// How often a coming page tells its progress: each telling is one element.
pub(super) const TELLINGS: usize = 12;

/// The name of a row's place on the page.
pub(super) fn slot(position: usize) -> String {
    format!("r{position}")
}

/// A page that is being sent.
pub(super) struct Coming {
    rows: Rows,
    pieces: VecDeque<String>,
    tail: Option<String>,
    checking: Checking,
    exact: bool,
    total: usize,
    done: usize,
    unknown: usize,
    free: usize,
    told: usize,
}

impl Coming {
    pub(super) fn new(rows: Rows, cut: Cut, checking: Checking, total: usize, exact: bool) -> Self {
        Self {
            rows,
            pieces: VecDeque::from([cut.head]),
            tail: Some(cut.tail),
            checking,
            exact,
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
        let row = self.rows.row(offer).into_slot(slot(position));
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
                .rows
                .w
                .t2("domains-progress", "done", self.done, "total", self.total),
        };
        Html::of(&telling).to_string()
    }

    /// What is told once all rows are there.
    fn end(&self) -> String {
        let w = &self.rows.w;
        let text = if self.unknown > 0 {
            w.t3(
                "domains-done-some",
                "total",
                self.total,
                "free",
                self.free,
                "unknown",
                self.unknown,
            )
        } else {
            w.t2("domains-done", "total", self.total, "free", self.free)
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
pub(super) fn streamed(coming: Coming) -> Response {
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
    (headers, Body::from_stream(pieces)).into_response()
}
