//! What the edge knows of a request before anybody looks at it, and what is noted on the way for the answer.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use kernel::Instant;
use platform::TraceId;

use crate::app::App;
use crate::config::CookieSecurity;
use crate::cookies::{self, Audience};
use crate::limits::Rate;
use crate::origin::Origin;
use crate::ports::{Caller, Site};
use crate::trace;

/// What speaks behind a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteKind {
    /// JSON with bearer tokens: `/api`.
    Api,
    /// Calls of providers, each with its own proof of origin: `/hooks`.
    Hook,
    /// Files of the product, the same for everybody: `/a`, `/theme`, and the answers to probes.
    Public,
    /// HTML with cookies: everything else.
    Page,
}

impl RouteKind {
    /// The kind of a path.
    pub fn of_path(path: &str) -> Self {
        let first = path.trim_start_matches('/').split('/').next().unwrap_or("");
        match first {
            "api" => Self::Api,
            "hooks" => Self::Hook,
            "a"
            | "theme"
            | "healthz"
            | "readyz"
            | "metrics"
            | "favicon.ico"
            | "robots.txt"
            | "manifest.webmanifest" => Self::Public,
            _ => Self::Page,
        }
    }
}

/// One request, as the edge read it.
pub struct RequestInfo {
    trace: TraceId,
    started: Instant,
    method: Method,
    uri: Uri,
    kind: RouteKind,
    origin: Origin,
    secure_cookies: bool,
    accept: Option<HeaderValue>,
    accept_language: Option<HeaderValue>,
    cookies: Option<HeaderValue>,
    pub(crate) notes: Notes,
}

/// What is learnt while answering and decides about the answer's headers.
#[derive(Default)]
pub(crate) struct Notes {
    authenticated: AtomicBool,
    flash_shown: AtomicBool,
    secret_path: AtomicBool,
    /// Who was found to call, and where: their language and look are the answer's, also when it tells of a problem.
    pub(crate) caller: OnceLock<Arc<Caller>>,
    pub(crate) site: OnceLock<Arc<Site>>,
    pub(crate) rate: OnceLock<Rate>,
    pub(crate) new_visitor: OnceLock<String>,
}

impl Notes {
    pub(crate) fn set_authenticated(&self) {
        self.authenticated.store(true, Ordering::Relaxed);
    }

    /// The address itself opens something, so no other site may learn it.
    pub(crate) fn set_secret_path(&self) {
        self.secret_path.store(true, Ordering::Relaxed);
    }

    pub(crate) fn secret_path(&self) -> bool {
        self.secret_path.load(Ordering::Relaxed)
    }

    pub(crate) fn set_flash_shown(&self) {
        self.flash_shown.store(true, Ordering::Relaxed);
    }

    pub(crate) fn flash_shown(&self) -> bool {
        self.flash_shown.load(Ordering::Relaxed)
    }

    pub(crate) fn authenticated(&self) -> bool {
        self.authenticated.load(Ordering::Relaxed)
    }
}

impl RequestInfo {
    pub(crate) fn read(app: &App, request: &Request) -> Self {
        let headers = request.headers();
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(address)| address.ip());
        let origin = Origin::read(app.config(), peer, request.uri(), headers);
        let secure = origin.https || origin.is_loopback() || app.config().cookies == CookieSecurity::Always;
        Self {
            trace: trace::from_headers(headers).map_or_else(|| app.platform().new_trace(), TraceId::from_bytes),
            started: app.now(),
            method: request.method().clone(),
            uri: request.uri().clone(),
            kind: RouteKind::of_path(request.uri().path()),
            origin,
            secure_cookies: secure,
            accept: headers.get(header::ACCEPT).cloned(),
            accept_language: headers.get(header::ACCEPT_LANGUAGE).cloned(),
            cookies: joined_cookies(headers),
            notes: Notes::default(),
        }
    }

    /// Joins the request with everything it causes; told in the answer.
    pub fn trace_id(&self) -> TraceId {
        self.trace
    }

    /// When it came in.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path.
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// Path and query, for coming back after sign-in.
    pub fn path_and_query(&self) -> &str {
        self.uri.path_and_query().map_or("/", |path| path.as_str())
    }

    /// The query string, undecoded.
    pub fn query(&self) -> &str {
        self.uri.query().unwrap_or("")
    }

    /// What speaks behind the path.
    pub fn kind(&self) -> RouteKind {
        self.kind
    }

    /// Whose login the path belongs to.
    pub fn audience(&self) -> Audience {
        Audience::of_path(self.path())
    }

    /// The client's address; a proxy's word counts only if the proxy is trusted.
    pub fn client_ip(&self) -> IpAddr {
        self.origin.ip
    }

    /// The host asked, lower case, without port.
    pub fn host(&self) -> &str {
        self.origin.host()
    }

    /// Whether the client speaks https (to us or to a trusted proxy).
    pub fn is_https(&self) -> bool {
        self.origin.https
    }

    /// `http://northwind.localhost:8080`: scheme and authority as the client wrote them.
    pub fn base_url(&self) -> String {
        let scheme = if self.origin.https { "https" } else { "http" };
        format!("{scheme}://{}", self.origin.authority)
    }

    /// Whether the answer to a page's route should be HTML: not when a script asks for JSON.
    pub fn wants_html(&self) -> bool {
        let json = |accept: &HeaderValue| {
            accept
                .to_str()
                .is_ok_and(|text| text.trim_start().starts_with("application/json"))
        };
        self.kind == RouteKind::Page && !self.accept.as_ref().is_some_and(json)
    }

    /// Whether CSV is asked for rather than JSON or HTML.
    pub fn wants_csv(&self) -> bool {
        crate::csv::asked_for(self.accept.as_ref())
    }

    /// Whether the page's script asks for a fragment to put into the page.
    pub fn wants_fragment(&self) -> bool {
        self.accept
            .as_ref()
            .is_some_and(|accept| accept.as_bytes().starts_with(b"text/vnd.fragment+html"))
    }

    pub(crate) fn accept_language(&self) -> Option<&str> {
        self.accept_language.as_ref()?.to_str().ok()
    }

    pub(crate) fn cookies(&self) -> Option<&HeaderValue> {
        self.cookies.as_ref()
    }

    /// Whether cookies of this answer are `Secure` and carry the `__Host-` prefix.
    pub fn secure_cookies(&self) -> bool {
        self.secure_cookies
    }

    /// What forms of this browser are bound to: its session of this login, else its visitor's mark.
    pub(crate) fn csrf_binding(&self) -> Option<&str> {
        let session = cookies::session(self, self.audience());
        session.or_else(|| cookies::find(self.cookies(), cookies::Name::Visitor, self.secure_cookies))
    }
}

/// HTTP/2 may send each cookie in a line of its own.
fn joined_cookies(headers: &HeaderMap) -> Option<HeaderValue> {
    let lines: Vec<&[u8]> = headers
        .get_all(header::COOKIE)
        .iter()
        .map(HeaderValue::as_bytes)
        .collect();
    match lines.len() {
        0 | 1 => headers.get(header::COOKIE).cloned(),
        _ => HeaderValue::from_bytes(&lines.join(&b"; "[..])).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_part_of_a_path_tells_what_speaks_there() {
        for (path, kind) in [
            ("/api/v1/customers", RouteKind::Api),
            ("/apis", RouteKind::Page),
            ("/hooks/payments/x", RouteKind::Hook),
            ("/a/ui-1.css", RouteKind::Public),
            ("/", RouteKind::Page),
            ("//api", RouteKind::Api),
            ("/console/prices", RouteKind::Page),
        ] {
            assert_eq!(RouteKind::of_path(path), kind, "{path}");
        }
    }
}
