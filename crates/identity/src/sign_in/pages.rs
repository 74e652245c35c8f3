//! The pages of signing in and out, for staff under `/console` and for customers on the site.

use axum::Router;
use axum::extract::Extension;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kernel::{Problem, ProblemKind};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::page::Head;
use web::ui::Field;
use web::{App, Audience, Ctx, Form, Query, See, SessionCookie, local_path};

use super::device::{self, Mark};
use super::ops::{self, From, Outcome, SignedIn};
use crate::forms::{FormPage, errors, told};
use crate::sessions::{self, Carrier};
use crate::state::Identity;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in", get(show).post(sign_in))
        .route("/console/sign-in", get(show).post(sign_in))
        .route("/sign-in/code", post(code))
        .route("/console/sign-in/code", post(code))
        .route("/sign-out", post(sign_out))
        .route("/console/sign-out", post(sign_out))
        .route("/console/confirm", get(show_confirm).post(confirm))
        .route("/me/confirm", get(show_confirm).post(confirm))
}

#[derive(Default, Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
struct SignInForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
struct CodeForm {
    #[serde(default)]
    ticket: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

/// Where one is after signing in, when nothing else was asked for.
pub(crate) fn home(audience: Audience) -> &'static str {
    match audience {
        Audience::Console => "/console",
        Audience::Site => "/",
    }
}

pub(crate) fn from(ctx: &Ctx, headers: &HeaderMap, carrier: Carrier) -> From {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("")
        .chars()
        .take(300)
        .collect();
    From {
        carrier,
        ip: ctx.client_ip(),
        agent,
        device: device::read(ctx.request(), headers),
    }
}

async fn show(ctx: Ctx, Query(ask): Query<Next>) -> web::Result<Response> {
    if ctx.caller().session.is_some() {
        return Ok(See::other(home(ctx.audience())).into_response());
    }
    page(&ctx, "", &ask.next, None)
}

fn page(ctx: &Ctx, email: &str, next: &str, problem: Option<&Problem>) -> web::Result<Response> {
    let w = ctx.words();
    let errors = errors(w, problem);
    let email_field = Field::email("email", w.t("identity-email"))
        .value(email)
        .required()
        .autocomplete("username");
    let mut links = vec![("/forgot".to_owned(), w.t("identity-forgot-link"))];
    if ctx.audience() == Audience::Site {
        links.push(("/join".to_owned(), w.t("identity-join-link")));
    }
    let body = FormPage {
        heading: w.t1("identity-sign-in-heading", "company", &ctx.site().name),
        lede: String::new(),
        errors,
        action: ctx.audience().sign_in_path().to_owned(),
        csrf: ctx.csrf(),
        hidden: vec![("next", next.to_owned())],
        fields: vec![
            if email.is_empty() {
                email_field.autofocus()
            } else {
                email_field
            },
            Field::password("password", w.t("identity-password"))
                .required()
                .autocomplete("current-password"),
        ],
        proof: None,
        submit: w.t("identity-sign-in"),
        links,
    };
    let page = ctx.plain(&Head::new(w.t("identity-sign-in")).refused_if(problem.is_some()), &body)?;
    Ok(body.answer(page, problem))
}

async fn sign_in(
    ctx: Ctx,
    Extension(identity): Extension<Identity>,
    headers: HeaderMap,
    form: Form<SignInForm>,
) -> web::Result<Response> {
    let SignInForm { email, password, next } = form.value;
    let from = from(&ctx, &headers, Carrier::Browser);
    match ops::with_password(&ctx, identity.hasher(), &email, password, None, &from).await {
        Ok(Outcome::In(signed_in)) => Ok(welcome(&ctx, &signed_in, &next)),
        Ok(Outcome::CodeWanted { ticket }) => code_page(&ctx, &ticket, &next, None),
        Err(error) => {
            let problem = told(error)?;
            page(&ctx, &email, &next, Some(&problem))
        }
    }
}

fn welcome(ctx: &Ctx, signed_in: &SignedIn, next: &str) -> Response {
    let audience = sessions::ops::audience(signed_in.user.kind);
    let seconds = u32::try_from(sessions::absolute_limit(Carrier::Browser).as_secs()).unwrap_or(0);
    let next = local_path(next);
    // A page of the other login would only ask to sign in again.
    let to = if next != "/" && Audience::of_path(next) == audience {
        next
    } else {
        home(audience)
    };
    let cookie = SessionCookie::set(ctx, audience, &signed_in.secret, seconds);
    (
        cookie,
        Mark::new(ctx.request(), signed_in.new_device.as_deref()),
        See::other(to),
    )
        .into_response()
}

fn code_page(ctx: &Ctx, ticket: &str, next: &str, problem: Option<&Problem>) -> web::Result<Response> {
    let w = ctx.words();
    let errors = errors(w, problem);
    let body = FormPage {
        heading: w.t("identity-code-heading"),
        lede: w.t("identity-code-lede"),
        action: format!("{}/code", ctx.audience().sign_in_path()),
        csrf: ctx.csrf(),
        hidden: vec![("ticket", ticket.to_owned()), ("next", next.to_owned())],
        fields: vec![
            Field::one_time_code("code", w.t("identity-code"))
                .required()
                .autofocus()
                .error(errors.get("code")),
        ],
        errors,
        proof: None,
        submit: w.t("identity-sign-in"),
        links: vec![(ctx.audience().sign_in_path().to_owned(), w.t("identity-start-over"))],
    };
    let page = ctx.plain(
        &Head::new(w.t("identity-code-heading")).refused_if(problem.is_some()),
        &body,
    )?;
    Ok(body.answer(page, problem))
}

async fn code(ctx: Ctx, headers: HeaderMap, form: Form<CodeForm>) -> web::Result<Response> {
    let CodeForm { ticket, code, next } = form.value;
    let from = from(&ctx, &headers, Carrier::Browser);
    match ops::with_ticket(&ctx, &ticket, &code, &from).await {
        Ok(Outcome::In(signed_in)) => Ok(welcome(&ctx, &signed_in, &next)),
        Ok(Outcome::CodeWanted { ticket }) => code_page(&ctx, &ticket, &next, None),
        Err(error) => {
            let problem = told(error)?;
            if problem.code == "link_spent" {
                page(&ctx, "", &next, Some(&problem))
            } else {
                code_page(&ctx, &ticket, &next, Some(&problem))
            }
        }
    }
}

async fn sign_out(ctx: Ctx) -> web::Result<Response> {
    if let Some(session) = ctx.caller().session {
        ctx.write(|tx| sessions::ops::end(tx, session, "signed_out").scope_boxed())
            .await?;
    }
    let audience = ctx.audience();
    let to = match audience {
        Audience::Console => "/console/sign-in",
        Audience::Site => "/",
    };
    let flash = web::page::Flash::done(ctx.t("identity-signed-out"));
    Ok((SessionCookie::clear(&ctx, audience), See::other(to).flash(flash)).into_response())
}

/// Asks for the password again before an act that needs it.
async fn show_confirm(ctx: Ctx, Query(ask): Query<Next>) -> web::Result<Response> {
    signed_in(&ctx)?;
    confirm_page(&ctx, &ask.next, None)
}

fn signed_in(ctx: &Ctx) -> Result<kernel::SessionId, Problem> {
    ctx.caller()
        .session
        .ok_or_else(|| Problem::new(ProblemKind::Unauthenticated, "credentials_missing"))
}

fn confirm_page(ctx: &Ctx, next: &str, problem: Option<&Problem>) -> web::Result<Response> {
    let w = ctx.words();
    let errors = errors(w, problem);
    let email = ctx.user().map(|user| user.email.clone()).unwrap_or_default();
    let body = FormPage {
        heading: w.t("identity-confirm-heading"),
        lede: w.t1("identity-confirm-lede", "email", email),
        errors,
        action: ctx.request().path().to_owned(),
        csrf: ctx.csrf(),
        hidden: vec![("next", next.to_owned())],
        fields: vec![
            Field::password("password", w.t("identity-password"))
                .required()
                .autocomplete("current-password")
                .autofocus(),
        ],
        proof: None,
        submit: w.t("identity-confirm"),
        links: Vec::new(),
    };
    let page = ctx.plain(
        &Head::new(w.t("identity-confirm-heading")).refused_if(problem.is_some()),
        &body,
    )?;
    Ok(body.answer(page, problem))
}

#[derive(Deserialize)]
struct ConfirmForm {
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

async fn confirm(
    ctx: Ctx,
    Extension(identity): Extension<Identity>,
    headers: HeaderMap,
    form: Form<ConfirmForm>,
) -> web::Result<Response> {
    let session = signed_in(&ctx)?;
    let ConfirmForm { password, next } = form.value;
    let email = ctx.user().map(|user| user.email.clone()).unwrap_or_default();
    let from = from(&ctx, &headers, Carrier::Browser);
    match ops::prove_again(&ctx, identity.hasher(), session, &email, password, &from).await {
        Ok(()) => Ok(See::other(if next.is_empty() {
            home(ctx.audience())
        } else {
            local_path(&next)
        })
        .into_response()),
        Err(error) => {
            let problem = told(error)?;
            confirm_page(&ctx, &next, Some(&problem))
        }
    }
}
