//! Files sent to a browser: their type, and a name that no header can be broken with.

use crate::direction::is_mark;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 8187 lets stand in an encoded file name.
const NOT_IN_A_NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_').remove(b'~');
/// File names are cut here, before their ending is lost in any file system.
const MAX_NAME: usize = 120;

/// A file as an answer. Its media type is the sender's word, and browsers are told not to guess.
pub struct Download {
    name: String,
    media_type: &'static str,
    inline: bool,
    body: Body,
}

impl Download {
    /// A file to keep.
    pub fn attachment(name: impl Into<String>, media_type: &'static str, content: impl Into<Body>) -> Self {
        Self {
            name: name.into(),
            media_type,
            inline: false,
            body: content.into(),
        }
    }

    /// A file to show in the browser: only types made by ourselves or decoded anew (images, PDF).
    pub fn inline(name: impl Into<String>, media_type: &'static str, content: impl Into<Body>) -> Self {
        Self {
            name: name.into(),
            media_type,
            inline: true,
            body: content.into(),
        }
    }
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        let mut response = Response::new(self.body);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        headers.insert(
            header::CONTENT_DISPOSITION,
            content_disposition(self.inline, &self.name),
        );
        response
    }
}

/// `attachment; filename="plain.pdf"; filename*=UTF-8''en%20coded.pdf` (RFC 6266).
fn content_disposition(inline: bool, name: &str) -> HeaderValue {
    let name = safe_name(name);
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || ".-_ ".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let kind = if inline { "inline" } else { "attachment" };
    let encoded = utf8_percent_encode(&name, NOT_IN_A_NAME);
    HeaderValue::try_from(format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"))
        .expect("a plain name has no control characters and an encoded one is ASCII")
}

/// The last part of a path, without control and direction characters, cut to length with its ending kept.
pub(crate) fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    let kept: String = last.chars().filter(|c| !c.is_control() && !is_mark(*c)).collect();
    let kept = kept.trim().trim_start_matches('.');
    if kept.is_empty() {
        return "file".to_owned();
    }
    let length = kept.chars().count();
    if length <= MAX_NAME {
        return kept.to_owned();
    }
    let ending: String = kept
        .rsplit_once('.')
        .map(|(_, ending)| ending.chars().take(10).collect())
        .unwrap_or_default();
    let stem: String = kept.chars().take(MAX_NAME - ending.chars().count() - 1).collect();
    format!("{stem}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_cannot_break_the_header() {
        let header = |name| content_disposition(false, name).to_str().unwrap().to_owned();
        assert_eq!(
            header("../../etc/passwd"),
            "attachment; filename=\"passwd\"; filename*=UTF-8''passwd"
        );
        assert_eq!(
            header("a\"\r\nX: y.pdf"),
            "attachment; filename=\"a_X_ y.pdf\"; filename*=UTF-8''a%22X%3A%20y.pdf"
        );
        assert_eq!(
            header("\u{202e}fdp.exe"),
            "attachment; filename=\"fdp.exe\"; filename*=UTF-8''fdp.exe"
        );
        assert_eq!(
            header("préis.csv"),
            "attachment; filename=\"pr_is.csv\"; filename*=UTF-8''pr%C3%A9is.csv"
        );
        assert_eq!(header("..."), "attachment; filename=\"file\"; filename*=UTF-8''file");
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = safe_name(&format!("{}.pdf", "x".repeat(300)));
        assert_eq!((name.len(), name.ends_with(".pdf")), (MAX_NAME, true));
    }
}
