//! The files that pages need, inside the binary: one sheet, one script, one icon.
//!
//! Each file's address carries a hash of its content, so a browser keeps it for ever and a new build is a new address.
//! The small modules of the script are joined into one file, each in a block of its own so that their names do not
//! meet. Compressed copies are made once, when the first page asks for them.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::theme::Theme;

/// The script's parts, in order of use; each works without the others.
pub const MODULES: &[(&str, &str)] = &[
    ("theme", include_str!("../assets/js/theme.js")),
    ("invoke", include_str!("../assets/js/invoke.js")),
    ("nav", include_str!("../assets/js/nav.js")),
    ("bulk", include_str!("../assets/js/bulk.js")),
    ("swap", include_str!("../assets/js/swap.js")),
    ("clock", include_str!("../assets/js/clock.js")),
    ("live", include_str!("../assets/js/live.js")),
    ("captcha", include_str!("../assets/js/captcha.js")),
];

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const CSS: &str = "text/css; charset=utf-8";

struct File {
    name: &'static str,
    /// The address, `/a/<name>-<hash>.<ext>`.
    url: String,
    content_type: &'static str,
    body: Vec<u8>,
    gzip: Vec<u8>,
}

static FILES: LazyLock<[File; 3]> = LazyLock::new(|| {
    [
        File::new("ui.css", CSS, include_bytes!("../assets/ui.css").to_vec()),
        File::new("ui.js", "text/javascript; charset=utf-8", script().into_bytes()),
        File::new(
            "icon.svg",
            "image/svg+xml",
            include_bytes!("../assets/icon.svg").to_vec(),
        ),
    ]
});

impl File {
    fn new(name: &'static str, content_type: &'static str, body: Vec<u8>) -> Self {
        let (stem, extension) = name.split_once('.').unwrap_or((name, "bin"));
        let mut url = format!("/a/{stem}-");
        for byte in Sha256::digest(&body).iter().take(8) {
            // Writing to a string cannot fail.
            let _ = write!(url, "{byte:02x}");
        }
        let _ = write!(url, ".{extension}");
        let gzip = compress(&body);
        Self {
            name,
            url,
            content_type,
            body,
            gzip,
        }
    }
}

/// The modules, each in a block, so that what one declares the next does not see.
fn script() -> String {
    MODULES.iter().fold(String::new(), |mut script, (name, text)| {
        let _ = write!(script, "// {name}\n{{\n{text}}}\n");
        script
    })
}

/// An empty answer when compressing fails, which a vector never does; the plain copy is sent then.
fn compress(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(body)
        .and_then(|()| encoder.finish())
        .unwrap_or_default()
}

/// The address of a file, such as `ui.css`. An unknown name is a mistake of ours and leads to a 404.
#[must_use]
pub fn url(name: &str) -> &'static str {
    FILES
        .iter()
        .find(|file| file.name == name)
        .map_or("/a/unknown", |file| file.url.as_str())
}

/// Serves `/a/…` and `/theme/…`. Nothing here depends on who asks: no session, no tenant, no cookie.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/a/{file}", get(asset))
        .route("/theme/{file}", get(theme))
}

async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let wanted = FILES
        .iter()
        .find(|known| known.url.strip_prefix("/a/") == Some(file.as_str()));
    wanted.map_or_else(
        || StatusCode::NOT_FOUND.into_response(),
        |known| known.respond(takes_gzip(&headers)),
    )
}

async fn theme(Path(file): Path<String>) -> Response {
    let Some(theme) = Theme::from_file(&file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    (
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(CSS)),
            (header::CACHE_CONTROL, FOR_EVER),
        ],
        theme.css(),
    )
        .into_response()
}

impl File {
    fn respond(&'static self, gzip: bool) -> Response {
        let kind = (header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        let vary = (header::VARY, HeaderValue::from_static("accept-encoding"));
        let keep = (header::CACHE_CONTROL, FOR_EVER);
        if gzip && !self.gzip.is_empty() {
            let encoding = (header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            return ([kind, vary, keep, encoding], self.gzip.as_slice()).into_response();
        }
        ([kind, vary, keep], self.body.as_slice()).into_response()
    }
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    accepted
        .split(',')
        .any(|coding| coding.trim().split(';').next() == Some("gzip") && !coding.contains("q=0"))
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt as _;

    use super::*;

    async fn fetch(path: &str, encoding: &str) -> Response {
        let request = Request::get(path)
            .header(header::ACCEPT_ENCODING, encoding)
            .body(Body::empty())
            .unwrap();
        router::<()>().oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn files_are_kept_for_ever_under_the_hash_of_their_content() {
        let answer = fetch(url("ui.css"), "br, gzip").await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(
            answer.headers()[header::CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
        assert_eq!(answer.headers()[header::CONTENT_TYPE], CSS);
        assert_eq!(answer.headers()[header::CONTENT_ENCODING], "gzip");
        let plain = fetch(url("ui.css"), "gzip;q=0").await;
        assert!(plain.headers().get(header::CONTENT_ENCODING).is_none());
        let body = to_bytes(plain.into_body(), usize::MAX).await.unwrap();
        assert_eq!(body.as_ref(), include_bytes!("../assets/ui.css"));
    }

    #[tokio::test]
    async fn other_addresses_are_not_found() {
        for path in [
            "/a/ui.css",
            "/a/ui-0000000000000000.css",
            "/theme/northwind.css",
            "/theme/x-1.2.css",
        ] {
            assert_eq!(fetch(path, "").await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[tokio::test]
    async fn a_tenants_colours_come_from_the_address_alone() {
        let answer = fetch("/theme/northwind-175.100.200.css", "").await;
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        assert_eq!(body.as_ref(), b":root { --h: 175; --c: .100; --n: 200; }\n");
    }

    #[test]
    fn the_script_stays_under_twelve_kilobytes_and_the_sheet_under_twenty() {
        let size = |name: &str| FILES.iter().find(|file| file.name == name).unwrap().gzip.len();
        assert!(size("ui.js") <= 12 * 1024, "{}", size("ui.js"));
        assert!(size("ui.css") <= 20 * 1024, "{}", size("ui.css"));
    }

    #[test]
    fn the_script_evaluates_no_text_and_writes_no_style() {
        for (name, text) in MODULES {
            for forbidden in [
                "eval(",
                "Function(",
                ".style",
                "innerHTML",
                "setAttribute(\"style",
                "document.write",
            ] {
                assert!(!text.contains(forbidden), "{name}: {forbidden}");
            }
        }
    }
}
