//! The pages that are one form or one message, in the bare frame: signing in and up, links from mails.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::{Problem, ProblemKind};
use platform::ports::{CaptchaToken, CaptchaWidget};
use web::messages::Words;
use web::ui::{self, Alert, Field, FormErrors, Tone};
use web::{App, LooserCsp};

/// One form.
#[derive(Template)]
#[template(path = "pages/form.html")]
pub(crate) struct FormPage {
    pub(crate) heading: String,
    pub(crate) lede: String,
    pub(crate) errors: FormErrors,
    pub(crate) action: String,
    pub(crate) csrf: String,
    pub(crate) hidden: Vec<(&'static str, String)>,
    pub(crate) fields: Vec<Field>,
    pub(crate) proof: Option<Proof>,
    pub(crate) submit: String,
    pub(crate) links: Vec<(String, String)>,
}

impl FormPage {
    /// The answer that `page`, this form in its frame, makes: refused with `problem`, and open to what its proof loads.
    pub(crate) fn answer(&self, page: Response, problem: Option<&Problem>) -> Response {
        let page = answer(page, problem);
        match &self.proof {
            Some(proof) => (LooserCsp::default().captcha(&proof.widget), page).into_response(),
            None => page,
        }
    }
}

/// What a public form shows so that a person can prove to be one.
#[derive(Template)]
#[template(path = "pages/proof.html")]
pub(crate) struct Proof {
    widget: CaptchaWidget,
    action: &'static str,
    /// Made anew each time the form is shown; a token is spent by its first use.
    issued: String,
    without_script: Alert,
}

impl HtmlSafe for Proof {}

impl Proof {
    /// For a form whose posts are judged for `action`; nothing when the installation asks for no proof.
    pub(crate) fn of(app: &App, w: &Words, action: &'static str) -> Option<Self> {
        Some(Self {
            widget: app.captcha().widget()?,
            action,
            issued: app.captcha().issue(action).unwrap_or_default(),
            without_script: ui::alert(
                Tone::Warn,
                w.t("identity-proof-needs-script"),
                w.t("identity-proof-needs-script-text"),
            ),
        })
    }
}

/// One message.
#[derive(Template)]
#[template(path = "pages/notice.html")]
pub(crate) struct NoticePage {
    pub(crate) heading: String,
    pub(crate) text: String,
    pub(crate) link: Option<(String, String)>,
}

/// The answer a page makes. A refused form stands there with what was typed, under the status of its problem.
pub(crate) fn answer(page: Response, problem: Option<&Problem>) -> Response {
    let Some(problem) = problem else { return page };
    let status = match problem.kind {
        ProblemKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ProblemKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ProblemKind::Conflict | ProblemKind::Stale => StatusCode::CONFLICT,
        ProblemKind::Forbidden => StatusCode::FORBIDDEN,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let mut response = (status, page).into_response();
    if let Some(seconds) = problem.retry_after_seconds {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// What a form says is wrong; nothing yet when it is first shown.
pub(crate) fn errors(w: &Words, problem: Option<&Problem>) -> FormErrors {
    problem.map_or_else(FormErrors::none, |problem| FormErrors::of(w, problem))
}

/// What a person is told on the form they sent. What is not there, a page they may not use at all, and a failure of ours
/// go on to the error page.
pub(crate) fn told(error: platform::Error) -> web::Result<Problem> {
    match error {
        platform::Error::Problem(problem) if problem.kind != ProblemKind::NotFound && problem.code != "forbidden" => {
            Ok(problem)
        }
        other => Err(other.into()),
    }
}
