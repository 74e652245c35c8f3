//! The mark a browser keeps once somebody has signed in with it, for as long as browsers keep anything.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponseParts, ResponseParts};
use web::RequestInfo;

use crate::tokens;

const KEPT_SECONDS: u32 = 400 * 24 * 3600;

/// As the session's cookie: browsers refuse `__Host-` where the connection is not secure by their own lights.
fn name(request: &RequestInfo) -> &'static str {
    if request.secure_cookies() {
        "__Host-device"
    } else {
        "device"
    }
}

/// The mark a request carries.
pub(crate) fn read(request: &RequestInfo, headers: &HeaderMap) -> Option<String> {
    let name = name(request);
    let lines = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let mut pairs = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(key, value)| *key == name && tokens::is_reference(value))
        .map(|(_, value)| value.to_owned())
}

/// Keeps a new mark in the browser, if there is one.
pub(crate) struct Mark(Option<HeaderValue>);

impl Mark {
    pub(crate) fn new(request: &RequestInfo, device: Option<&str>) -> Self {
        let secure = if request.secure_cookies() { "; Secure" } else { "" };
        let text = device.map(|device| {
            format!(
                "{}={device}; Path=/; Max-Age={KEPT_SECONDS}; HttpOnly; SameSite=Lax{secure}",
                name(request)
            )
        });
        Self(text.map(|text| HeaderValue::try_from(text).expect("base64url text is a header")))
    }
}

impl IntoResponseParts for Mark {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        if let Some(cookie) = self.0 {
            parts.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(parts)
    }
}
