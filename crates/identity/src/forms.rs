//! The pages that are one form or one message, in the bare frame: signing in and up, links from mails.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::{Problem, ProblemKind};
use platform::ports::CaptchaWidget;
use web::App;
use web::ui::{self, Field, FormErrors};

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
    pub(crate) captcha: Option<Proof>,
    pub(crate) submit: String,
    pub(crate) links: Vec<(String, String)>,
}

/// What a public form shows so that a person can prove to be one: a widget, and the token of a check without one.
pub(crate) struct Proof {
    pub(crate) widget: CaptchaWidget,
    /// Made anew each time the form is shown; a token is spent by its first use.
    pub(crate) token: Option<String>,
}

impl Proof {
    /// For a form whose posts are judged for `action`; nothing when the installation asks for no proof.
    pub(crate) fn of(app: &App, action: &'static str) -> Option<Self> {
        let widget = app.captcha().widget()?;
        let token = app.captcha().issue(action);
        Some(Self { widget, token })
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

/// The page of a refused form: what was typed stands in it, and the status says what the problem says.
pub(crate) fn refused(page: Response, problem: &Problem) -> Response {
    let status = match problem.kind {
        ProblemKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ProblemKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ProblemKind::Conflict | ProblemKind::Stale => StatusCode::CONFLICT,
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

/// What a person is told on the page; a failure of ours goes on to the error page.
pub(crate) fn told(error: platform::Error) -> web::Result<Problem> {
    match error {
        platform::Error::Problem(problem)
            if !matches!(problem.kind, ProblemKind::NotFound | ProblemKind::Forbidden) =>
        {
            Ok(problem)
        }
        other => Err(other.into()),
    }
}
