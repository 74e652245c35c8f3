//! The pages that links from mails lead to. Opening one changes nothing (mail scanners open links, too); its button does.

use axum::Router;
use axum::extract::Extension;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use kernel::Problem;
use serde::Deserialize;
use web::page::{Flash, Head};
use web::ui::{Field, FormErrors};
use web::{App, Ctx, Form, Path, See};

use super::ops;
use super::pages::new_password;
use crate::forms::{FormPage, NoticePage, answer, errors, told};
use crate::links::Purpose;
use crate::sessions;
use crate::state::Identity;
use crate::users::User;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/verify/{token}", get(show_verify).post(verify))
        .route("/change-email/{token}", get(show_change_email).post(change_email))
        .route("/reset/{token}", get(show_reset).post(reset))
        .route("/invite/{token}", get(show_invite).post(invite))
        .layer(map_response(no_referrer))
}

/// The address is the secret: no page that is opened from here learns it.
async fn no_referrer(mut response: Response) -> Response {
    let policy = HeaderValue::from_static("no-referrer");
    response.headers_mut().insert(header::REFERRER_POLICY, policy);
    response
}

/// What was done, and on to signing in on the right side.
fn done(ctx: &Ctx, user: &User, key: &str) -> Response {
    let path = sessions::ops::audience(user.kind).sign_in_path();
    See::other(path).flash(Flash::done(ctx.t(key))).into_response()
}

/// A link that is no good any more leads on to asking for a new one.
fn spent(ctx: &Ctx, problem: &Problem) -> web::Result<Response> {
    let w = ctx.words();
    let body = NoticePage {
        heading: w.t("identity-link-spent"),
        text: w.problem(problem),
        link: Some(("/forgot".to_owned(), w.t("identity-forgot-heading"))),
    };
    let page = ctx.plain(&Head::new(w.t("identity-link-spent")), &body)?;
    Ok(answer(page, Some(problem)))
}

fn button_page(ctx: &Ctx, heading: &str, lede: &str, submit: &str) -> web::Result<Response> {
    let w = ctx.words();
    let body = FormPage {
        heading: w.t(heading),
        lede: w.t1(lede, "company", &ctx.site().name),
        errors: FormErrors::none(),
        action: ctx.request().path().to_owned(),
        csrf: ctx.csrf(),
        hidden: Vec::new(),
        fields: Vec::new(),
        proof: None,
        submit: w.t(submit),
        links: Vec::new(),
    };
    ctx.plain(&Head::new(w.t(heading)), &body)
}

async fn show_verify(ctx: Ctx, Path(token): Path<String>) -> web::Result<Response> {
    verify_page(&ctx, &token, None).await
}

async fn verify_page(ctx: &Ctx, token: &str, problem: Option<&Problem>) -> web::Result<Response> {
    let user = match ops::reader(ctx, Purpose::Verify, token).await {
        Ok(user) => user,
        Err(error) => return spent(ctx, &told(error)?),
    };
    let w = ctx.words();
    let errors = errors(w, problem);
    let password = Field::password("password", w.t("identity-password"))
        .required()
        .autofocus()
        .autocomplete("current-password")
        .hint(w.t("identity-verify-password-hint"))
        .error(errors.get("password"));
    let body = FormPage {
        heading: w.t("identity-verify-heading"),
        lede: w.t2(
            "identity-verify-lede",
            "company",
            &ctx.site().name,
            "email",
            user.email.as_str(),
        ),
        action: ctx.request().path().to_owned(),
        csrf: ctx.csrf(),
        hidden: Vec::new(),
        fields: vec![password],
        errors,
        proof: None,
        submit: w.t("identity-verify"),
        links: vec![("/forgot".to_owned(), w.t("identity-forgot-heading"))],
    };
    let head = Head::new(w.t("identity-verify-heading")).refused_if(problem.is_some());
    let page = ctx.plain(&head, &body)?;
    Ok(body.answer(page, problem))
}

async fn verify(
    ctx: Ctx,
    Extension(identity): Extension<Identity>,
    Path(token): Path<String>,
    form: Form<PasswordForm>,
) -> web::Result<Response> {
    match ops::verify(&ctx, &identity, &token, &form.value.password).await {
        Ok(user) => Ok(done(&ctx, &user, "identity-verified")),
        Err(error) => {
            let problem = told(error)?;
            verify_page(&ctx, &token, Some(&problem)).await
        }
    }
}

async fn show_change_email(ctx: Ctx, Path(token): Path<String>) -> web::Result<Response> {
    match ops::reader(&ctx, Purpose::ChangeEmail, &token).await {
        Ok(_) => button_page(
            &ctx,
            "identity-change-email-heading",
            "identity-change-email-lede",
            "identity-change-email",
        ),
        Err(error) => spent(&ctx, &told(error)?),
    }
}

async fn change_email(ctx: Ctx, Path(token): Path<String>) -> web::Result<Response> {
    match ops::change_email(&ctx, &token).await {
        Ok(user) => Ok(done(&ctx, &user, "identity-email-changed")),
        Err(error) => spent(&ctx, &told(error)?),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PasswordForm {
    password: String,
}

async fn show_reset(ctx: Ctx, Path(token): Path<String>) -> web::Result<Response> {
    password_page(&ctx, Purpose::Reset, &token, None).await
}

async fn show_invite(ctx: Ctx, Path(token): Path<String>) -> web::Result<Response> {
    password_page(&ctx, Purpose::Invite, &token, None).await
}

async fn password_page(ctx: &Ctx, purpose: Purpose, token: &str, problem: Option<&Problem>) -> web::Result<Response> {
    let user = match ops::reader(ctx, purpose, token).await {
        Ok(user) => user,
        Err(error) => return spent(ctx, &told(error)?),
    };
    let w = ctx.words();
    let errors = errors(w, problem);
    let heading = if purpose == Purpose::Invite {
        "identity-invite-heading"
    } else {
        "identity-reset-heading"
    };
    let body = FormPage {
        heading: w.t1(heading, "company", &ctx.site().name),
        lede: w.t1("identity-reset-lede", "email", user.email.as_str()),
        action: ctx.request().path().to_owned(),
        csrf: ctx.csrf(),
        hidden: Vec::new(),
        fields: vec![new_password(w, &errors).autofocus()],
        errors,
        proof: None,
        submit: w.t("identity-reset"),
        links: Vec::new(),
    };
    let page = ctx.plain(
        &Head::new(w.t1(heading, "company", &ctx.site().name)).refused_if(problem.is_some()),
        &body,
    )?;
    Ok(body.answer(page, problem))
}

async fn reset(
    ctx: Ctx,
    Extension(identity): Extension<Identity>,
    Path(token): Path<String>,
    form: Form<PasswordForm>,
) -> web::Result<Response> {
    choose(&ctx, &identity, Purpose::Reset, &token, &form.value.password).await
}

async fn invite(
    ctx: Ctx,
    Extension(identity): Extension<Identity>,
    Path(token): Path<String>,
    form: Form<PasswordForm>,
) -> web::Result<Response> {
    choose(&ctx, &identity, Purpose::Invite, &token, &form.value.password).await
}

async fn choose(
    ctx: &Ctx,
    identity: &Identity,
    purpose: Purpose,
    token: &str,
    password: &str,
) -> web::Result<Response> {
    match ops::choose_password(ctx, identity, &ctx.site().name, purpose, token, password).await {
        Ok(user) => Ok(done(ctx, &user, "identity-password-chosen")),
        Err(error) => {
            let problem = told(error)?;
            password_page(ctx, purpose, token, Some(&problem)).await
        }
    }
}
