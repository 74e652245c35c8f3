//! Uploads: bounded, typed by their content, scanned before any handler sees them.
//!
//! Quarantine is this process's memory: a file is written nowhere until the scanner says clean, and the type of its content
//! ([`Scanned`]) is proof that it did. A scanner that cannot be reached means that none is taken.

use std::time::Duration;

use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use kernel::{Problem, ProblemKind};
use platform::ports::{Quarantined, Scanned};

use crate::app::App;
use crate::body::too_many_fields;
use crate::csrf;
use crate::download::safe_name;
use crate::error::{Error, Result};
use crate::fields::{Fields, MAX_PAIRS};
use crate::request::{RequestInfo, RouteKind};

/// The largest upload, all its parts together.
pub const MAX_UPLOAD: usize = 20 * 1024 * 1024;
const MAX_FILES: usize = 20;
const MAX_FIELD: usize = 64 * 1024;
/// How long a client may take to send one.
const SLOWEST_UPLOAD: Duration = Duration::from_mins(2);

/// What a file is, by its content; what its sender calls it does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// PNG image.
    Png,
    /// JPEG image.
    Jpeg,
    /// WebP image.
    Webp,
    /// PDF document.
    Pdf,
    /// A ZIP container: XLSX among others.
    Zip,
    /// UTF-8 text: CSV, JSON.
    Text,
    /// Anything else.
    Unknown,
}

impl FileKind {
    /// The kind of this content.
    pub fn of(content: &[u8]) -> Self {
        match content {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Self::Png,
            [0xff, 0xd8, 0xff, ..] => Self::Jpeg,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::Webp,
            [b'%', b'P', b'D', b'F', b'-', ..] => Self::Pdf,
            [b'P', b'K', 3, 4, ..] => Self::Zip,
            _ if is_text(content) => Self::Text,
            _ => Self::Unknown,
        }
    }
}

fn is_text(content: &[u8]) -> bool {
    !content.contains(&0) && std::str::from_utf8(content).is_ok()
}

/// A file that passed the scanner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadedFile {
    /// The form field it came in.
    pub field: String,
    /// Its name, without path and control characters; shown, never used as a path.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// Its content, out of quarantine.
    pub content: Scanned,
}

/// A form with files (`multipart/form-data`). On pages its first field is the token `csrf`.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The fields that are no files.
    pub fields: Fields,
    /// The files; empty file inputs are left out.
    pub files: Vec<UploadedFile>,
}

impl Upload {
    /// The one file of a field, of one of these kinds.
    ///
    /// # Errors
    /// When there is none or it is of another kind.
    pub fn file(&self, field: &'static str, kinds: &[FileKind]) -> Result<&UploadedFile, Problem> {
        let pointer = format!("/{field}");
        let file = self.files.iter().find(|file| file.field == field);
        let file = file.ok_or_else(|| Problem::refused("upload_empty").field(pointer.clone(), "upload_empty"))?;
        if kinds.contains(&file.kind) {
            Ok(file)
        } else {
            Err(Problem::refused("upload_type").field(pointer, "upload_type"))
        }
    }
}

impl FromRequest<App> for Upload {
    type Rejection = Error;

    async fn from_request(mut request: Request, app: &App) -> Result<Self> {
        let needs_token = needs_token(app, &request)?;
        let info = request.extensions().get::<std::sync::Arc<RequestInfo>>().cloned();
        DefaultBodyLimit::max(MAX_UPLOAD).apply(&mut request);
        let parts = Multipart::from_request(request, &()).await;
        let parts = parts.map_err(|_| {
            Problem::new(ProblemKind::UnsupportedMedia, "media_type").arg("expected", "multipart/form-data")
        })?;
        let token = |value: &str| {
            let binding = info.as_deref().and_then(RequestInfo::csrf_binding);
            !needs_token || binding.is_some_and(|binding| csrf::holds(&app.config().csrf_key, binding, value))
        };
        let read = read(parts, needs_token, token);
        let upload = tokio::time::timeout(SLOWEST_UPLOAD, read).await;
        let (fields, sent) = upload.map_err(|_| Problem::new(ProblemKind::Unreadable, "body_too_slow"))??;
        let mut files = Vec::with_capacity(sent.len());
        for file in sent {
            files.push(file.scanned(app).await?);
        }
        Ok(Self { fields, files })
    }
}

/// Pages need a token; the edge has checked it already if it came in the header.
fn needs_token(app: &App, request: &Request) -> Result<bool> {
    let info = request.extensions().get::<std::sync::Arc<RequestInfo>>();
    let info = info.ok_or_else(|| Error::internal("a route outside the edge's layer"))?;
    let sent = request
        .headers()
        .get(csrf::HEADER)
        .and_then(|value| value.to_str().ok());
    let held = sent
        .zip(info.csrf_binding())
        .is_some_and(|(token, binding)| csrf::holds(&app.config().csrf_key, binding, token));
    Ok(info.kind() == RouteKind::Page && !held)
}

/// A file as it came, in quarantine.
struct SentFile {
    field: String,
    name: String,
    content: Vec<u8>,
}

/// Reads the whole form. Where it needs a token, that comes first: nothing is held for a form that did not prove itself.
async fn read(
    mut parts: Multipart,
    needs_token: bool,
    holds: impl Fn(&str) -> bool,
) -> Result<(Fields, Vec<SentFile>)> {
    let (mut fields, mut files) = (Fields::default(), Vec::new());
    let mut unlocked = !needs_token;
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let field = part.name().unwrap_or("").to_owned();
        match part.file_name().map(safe_name) {
            None if field == csrf::FIELD => unlocked = holds(&text(part).await?) || unlocked,
            _ if !unlocked => return Err(csrf::expired().into()),
            None if fields.pairs().count() == MAX_PAIRS => return Err(too_many_fields().into()),
            None => fields.push(field, text(part).await?),
            Some(_) if files.len() == MAX_FILES => {
                return Err(Problem::refused("upload_too_many").arg("limit", MAX_FILES).into());
            }
            Some(name) => {
                let content = part.bytes().await.map_err(broken)?;
                if !content.is_empty() {
                    let content = content.into();
                    files.push(SentFile { field, name, content });
                }
            }
        }
    }
    if unlocked {
        Ok((fields, files))
    } else {
        Err(csrf::expired().into())
    }
}

async fn text(mut part: Field<'_>) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(broken)? {
        if bytes.len() + chunk.len() > MAX_FIELD {
            return Err(Problem::new(ProblemKind::TooLarge, "body_too_large")
                .arg("limit_kb", MAX_FIELD / 1024)
                .into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn broken(error: MultipartError) -> Error {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(ProblemKind::TooLarge, "upload_too_large")
            .arg("limit_mb", MAX_UPLOAD / 1024 / 1024)
            .into();
    }
    Problem::new(ProblemKind::Unreadable, "body_unreadable").into()
}

impl SentFile {
    /// The file, once the scanner says clean.
    async fn scanned(self, app: &App) -> Result<UploadedFile, Problem> {
        let Self { field, name, content } = self;
        let (kind, bytes) = (FileKind::of(&content), content.len());
        match Scanned::by(app.scanner(), content).await {
            Ok(content) => Ok(UploadedFile {
                field,
                name,
                kind,
                content,
            }),
            Err(Quarantined::Infected(finding)) => {
                tracing::warn!(finding, bytes, "an upload was refused by the scanner");
                Err(Problem::refused("upload_infected").field(format!("/{field}"), "upload_infected"))
            }
            Err(Quarantined::NotScanned(reason)) => {
                tracing::error!(reason, "an upload could not be scanned");
                Err(Problem::new(ProblemKind::Unavailable, "upload_not_scanned").retry_after(60))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_content_says() {
        assert_eq!(FileKind::of(b"\x89PNG\r\n\x1a\n...."), FileKind::Png);
        assert_eq!(FileKind::of(b"%PDF-1.7"), FileKind::Pdf);
        assert_eq!(FileKind::of(b"PK\x03\x04..."), FileKind::Zip);
        assert_eq!(FileKind::of("tld,price\né,1".as_bytes()), FileKind::Text);
        assert_eq!(FileKind::of(b"MZ\x90\x00"), FileKind::Unknown);
        assert_eq!(FileKind::of(b"\xff\xfe\x00a"), FileKind::Unknown);
    }
}
