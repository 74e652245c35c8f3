//! The demo's mailbox: the mail that this tenant sent, as the people it went to would read it.

use adapters::mail::Mailbox;
use adapters::mail::mailbox::Letter;
use askama::Template;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use kernel::{MailId, Problem};
use platform::Read;
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Icon};
use web::{App, Path, Result, Staff};

use super::MAILBOX_READ;

const PATH: &str = "/console/mailbox";
/// Letters looked through for this tenant's.
const NEWEST: usize = 300;

pub(super) fn pages() -> Router<App> {
    Router::new()
        .route(PATH, get(list))
        .route("/console/mailbox/{number}", get(letter))
}

#[derive(Template)]
#[template(path = "pages/mailbox.html")]
struct MailboxPage<'a> {
    w: &'a Words,
    letters: Vec<Letter>,
    empty: ui::Empty,
    now: i64,
}

#[derive(Template)]
#[template(path = "pages/letter.html")]
struct LetterPage<'a> {
    w: &'a Words,
    letter: Letter,
    lines: Vec<Line>,
}

/// A line of the text, and where it leads when it is an address.
struct Line {
    text: String,
    href: Option<String>,
}

async fn list(ctx: Staff, Extension(mailbox): Extension<Mailbox>) -> Result<Response> {
    ctx.allow(MAILBOX_READ)?;
    let letters = mailbox.letters(NEWEST);
    let ours = ctx
        .read(|read| {
            async move {
                let mut ours = Vec::new();
                for letter in letters {
                    if is_ours(read, &letter).await? {
                        ours.push(letter);
                    }
                }
                Ok(ours)
            }
            .scope_boxed()
        })
        .await?;
    let w = ctx.words();
    let empty = ui::Empty::new(Icon::Mail, w.t("mailbox-empty"), w.t("mailbox-empty-text"));
    let page = MailboxPage {
        w,
        letters: ours,
        empty,
        now: ctx.now().micros(),
    };
    ctx.console(&Head::new(w.t("nav-mailbox")).crumb(w.t("nav-operate"), ""), &page)
        .await
}

async fn letter(ctx: Staff, Extension(mailbox): Extension<Mailbox>, Path(number): Path<u64>) -> Result<Response> {
    ctx.allow(MAILBOX_READ)?;
    let letter = mailbox.letter(number).ok_or_else(Problem::not_found)?;
    let wanted = &letter;
    let is_ours = ctx
        .read(|read| async move { is_ours(read, wanted).await }.scope_boxed())
        .await?;
    if !is_ours {
        return Err(Problem::not_found().into());
    }
    let w = ctx.words();
    let head = Head::new(&letter.subject)
        .crumb(w.t("nav-operate"), "")
        .crumb(w.t("nav-mailbox"), PATH);
    let lines = letter.text.lines().map(line).collect();
    ctx.console(&head, &LetterPage { w, letter, lines }).await
}

fn line(text: &str) -> Line {
    let is_link = text.starts_with("http://") || text.starts_with("https://");
    let href = (is_link && !text.contains(char::is_whitespace)).then(|| text.to_owned());
    Line {
        text: text.to_owned(),
        href,
    }
}

/// One mailbox serves all tenants of the demo: a letter's Message-ID carries our id of the mail, which only its tenant has.
async fn is_ours(read: &Read, letter: &Letter) -> platform::Result<bool> {
    let id = letter.message_id.trim_start_matches('<').split('@').next();
    match id.and_then(|id| id.parse::<MailId>().ok()) {
        Some(id) => platform::mail::is_ours(read, id).await,
        None => Ok(false),
    }
}
