//! How adapters speak HTTP: over the network, or in memory to a router.
//!
//! A provider's answer is hostile until proved otherwise, so the limits live here and not in each adapter: no
//! redirects (a redirect could carry credentials elsewhere), a body cap, a deadline for the whole exchange.

use std::future::Future;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use tower::ServiceExt as _;

mod public;

/// The header that ties a provider's log line to ours.
pub const CORRELATION_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Most bytes of an answer we read.
pub const BODY_CAP: usize = 4 * 1024 * 1024;

/// Longest wait for a connection, whatever the caller's patience.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Longest wait for a whole answer, whatever the caller's patience.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

tokio::task_local! {
    static CORRELATION: String;
}

/// Runs `work` so that every call it makes carries `id` as its correlation id. A spawned task needs its own.
pub async fn with_correlation<F: Future>(id: String, work: F) -> F::Output {
    CORRELATION.scope(id, work).await
}

/// The correlation id of the work under way.
pub fn correlation() -> Option<String> {
    CORRELATION.try_with(Clone::clone).ok()
}

/// A request to a provider.
#[derive(Clone)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// Headers, credentials among them: never logged.
    pub headers: HeaderMap,
    /// The body, empty for none.
    pub body: Vec<u8>,
}

impl Call {
    /// A `GET`.
    pub fn get(url: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            url: url.into(),
            headers: HeaderMap::new(),
            body: Vec::new(),
        }
    }

    /// A `POST` of JSON.
    pub fn post_json(url: impl Into<String>, body: Vec<u8>) -> Self {
        Self::post(url, body).header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
    }

    /// A `POST` of a form.
    pub fn post_form(url: impl Into<String>, fields: &[(&str, &str)]) -> Self {
        let body = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect::<Vec<_>>();
        Self::post(url, body.join("&").into_bytes()).header(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        )
    }

    fn post(url: impl Into<String>, body: Vec<u8>) -> Self {
        Self {
            method: Method::POST,
            url: url.into(),
            headers: HeaderMap::new(),
            body,
        }
    }

    /// This call with one more header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }
}

/// Percent-encodes everything but letters, digits and `-._~`.
pub fn encode(text: &str) -> String {
    const KEPT: percent_encoding::AsciiSet = percent_encoding::NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    percent_encoding::utf8_percent_encode(text, &KEPT).to_string()
}

/// A provider's answer, whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, at most the cap.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The deadline passed.
    #[error("no answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// No connection, or it broke before the answer was whole.
    #[error("connection failed: {0}")]
    Broken(String),
    /// The answer is longer than the cap.
    #[error("answer longer than {0} bytes")]
    TooLarge(usize),
    /// The call itself cannot be made (a bad address); a defect of ours or of the configuration.
    #[error("call cannot be made: {0}")]
    Unfit(String),
}

/// What carries calls. Cheap to clone.
#[derive(Clone)]
pub struct Transport {
    wire: Wire,
    body_cap: usize,
    /// Calls only addresses of the public internet.
    public_only: bool,
}

#[derive(Clone)]
enum Wire {
    Network(reqwest::Client),
    Memory(Router),
}

impl Transport {
    /// Over the network, with the system's certificates and proxy settings.
    pub fn network() -> Result<Self, TransportError> {
        Self::over(client())
    }

    /// Over the network, to addresses that tenants type: those of the public internet only.
    pub fn public() -> Result<Self, TransportError> {
        let guarded = Self::over(client().dns_resolver(std::sync::Arc::new(public::PublicOnly)))?;
        Ok(Self {
            public_only: true,
            ..guarded
        })
    }

    /// To servers of this machine: no proxy, and no certificates, so TLS fails. Starts faster and needs no CA files.
    pub fn loopback() -> Result<Self, TransportError> {
        Self::over(client().no_proxy().tls_certs_only([]))
    }

    /// Straight into a router, without sockets: what the simulator of years uses.
    pub fn memory(router: Router) -> Self {
        Self {
            wire: Wire::Memory(router),
            body_cap: BODY_CAP,
            public_only: false,
        }
    }

    /// This transport reading at most `bytes` of an answer.
    #[must_use]
    pub fn with_body_cap(mut self, bytes: usize) -> Self {
        self.body_cap = bytes;
        self
    }

    fn over(builder: reqwest::ClientBuilder) -> Result<Self, TransportError> {
        let client = builder.build().map_err(|error| TransportError::Unfit(chain(&error)))?;
        Ok(Self {
            wire: Wire::Network(client),
            body_cap: BODY_CAP,
            public_only: false,
        })
    }

    /// Makes the call; the whole answer must be in `within` this time.
    pub async fn send(&self, mut call: Call, within: Duration) -> Result<Answer, TransportError> {
        if self.public_only && !public::may_call(&call.url) {
            return Err(TransportError::Unfit("an address of our own network".to_owned()));
        }
        if let Some(value) = correlation().and_then(|id| HeaderValue::from_str(&id).ok()) {
            call.headers.insert(CORRELATION_HEADER, value);
        }
        let exchange = async {
            match &self.wire {
                Wire::Network(client) => over_network(client, call, self.body_cap).await,
                Wire::Memory(router) => in_memory(router, call, self.body_cap).await,
            }
        };
        tokio::time::timeout(within, exchange)
            .await
            .unwrap_or(Err(TransportError::TimedOut(within)))
    }
}

fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_WITHIN)
        .timeout(ANSWER_WITHIN)
        .pool_idle_timeout(Duration::from_secs(60))
        .user_agent(concat!("Entrepot/", env!("CARGO_PKG_VERSION")))
}

async fn over_network(client: &reqwest::Client, call: Call, cap: usize) -> Result<Answer, TransportError> {
    let request = client
        .request(call.method, &call.url)
        .headers(call.headers)
        .body(call.body);
    let mut response = request.send().await.map_err(translate)?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(translate)? {
        if body.len() + chunk.len() > cap {
            return Err(TransportError::TooLarge(cap));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, headers, body })
}

async fn in_memory(router: &Router, call: Call, cap: usize) -> Result<Answer, TransportError> {
    let mut request = Request::builder().method(call.method).uri(&call.url);
    if let Some(headers) = request.headers_mut() {
        *headers = call.headers;
    }
    let request = request
        .body(Body::from(call.body))
        .map_err(|error| TransportError::Unfit(error.to_string()))?;
    let response = match router.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let (parts, body) = response.into_parts();
    let body = read_capped(body, cap).await?;
    Ok(Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body,
    })
}

async fn read_capped(body: Body, cap: usize) -> Result<Vec<u8>, TransportError> {
    match axum::body::to_bytes(body, cap).await {
        Ok(bytes) => Ok(bytes.to_vec()),
        // axum wraps its length error; the words are the only public sign of it.
        Err(error) if chain(&error).contains("length limit") => Err(TransportError::TooLarge(cap)),
        Err(error) => Err(TransportError::Broken(chain(&error))),
    }
}

fn translate(error: reqwest::Error) -> TransportError {
    // The address may hold a secret in its query, and callers log this text.
    let error = error.without_url();
    if error.is_timeout() {
        TransportError::TimedOut(if error.is_connect() {
            CONNECT_WITHIN
        } else {
            ANSWER_WITHIN
        })
    } else if error.is_builder() {
        TransportError::Unfit(chain(&error))
    } else {
        TransportError::Broken(chain(&error))
    }
}

/// An error with its causes, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !words.ends_with(&text) {
            words.push_str(": ");
            words.push_str(&text);
        }
        cause = error.source();
    }
    words
}

/// Whether credentials may travel to `base_url`: over TLS, or without it to this machine only.
pub(crate) fn may_carry_secrets(base_url: &str) -> bool {
    let Ok(uri) = base_url.parse::<axum::http::Uri>() else {
        return false;
    };
    match (uri.scheme_str(), uri.host()) {
        (Some("https"), Some(_)) => true,
        (Some("http"), Some(host)) => is_loopback(host),
        _ => false,
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost"
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests;
