//! The pages of signing up, joining, and forgetting a password.

use axum::Router;
use axum::extract::Extension;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use kernel::Problem;
use serde::Deserialize;
use web::messages::Words;
use web::page::Head;
use web::ui::{Field, FormErrors};
use web::{App, Ctx, Form, OwnHost, captcha};

use super::ops::{self, SignUp};
use crate::forms::{FormPage, NoticePage, Proof, errors, told};
use crate::state::Identity;
use crate::tenants::Trades;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/sign-up", get(show_sign_up).post(sign_up))
        .route("/join", get(show_join).post(join))
        .route("/forgot", get(show_forgot).post(forgot))
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct SignUpForm {
    company: String,
    slug: String,
    domains: Option<String>,
    travel: Option<String>,
    name: String,
    email: String,
    password: String,
}

async fn show_sign_up(own: OwnHost) -> web::Result<Response> {
    let form = SignUpForm {
        domains: Some("on".into()),
        ..SignUpForm::default()
    };
    sign_up_page(&own, &form, None)
}

fn sign_up_page(own: &OwnHost, form: &SignUpForm, problem: Option<&Problem>) -> web::Result<Response> {
    let w = &own.words;
    let errors = errors(w, problem);
    let body = FormPage {
        heading: w.t("identity-sign-up-heading"),
        lede: w.t("identity-sign-up-lede"),
        action: "/sign-up".to_owned(),
        csrf: own.csrf(),
        hidden: Vec::new(),
        fields: [
            Field::text("company", w.t("identity-company"))
                .value(&form.company)
                .required()
                .autocomplete("organization")
                .error(errors.get("company")),
            Field::text("slug", w.t("identity-slug"))
                .value(&form.slug)
                .required()
                .hint(w.t1("identity-slug-hint", "host", own.request.host()))
                .error(errors.get("slug")),
            Field::check("domains", w.t("identity-trade-domains")).checked(form.domains.is_some()),
            Field::check("travel", w.t("identity-trade-travel"))
                .checked(form.travel.is_some())
                .error(errors.get("trades")),
        ]
        .into_iter()
        .chain(person(w, &form.name, &form.email, &errors))
        .collect(),
        errors,
        proof: Proof::of(&own.app, w, "sign_up"),
        submit: w.t("identity-sign-up"),
        links: Vec::new(),
    };
    let page = own.plain(&Head::new(w.t("identity-sign-up")).refused_if(problem.is_some()), &body)?;
    Ok(body.answer(page, problem))
}

/// Who somebody new is.
fn person(w: &Words, name: &str, email: &str, errors: &FormErrors) -> [Field; 3] {
    [
        Field::text("name", w.t("identity-name"))
            .value(name)
            .required()
            .autocomplete("name")
            .error(errors.get("name")),
        Field::email("email", w.t("identity-email"))
            .value(email)
            .required()
            .autocomplete("username")
            .error(errors.get("email")),
        new_password(w, errors),
    ]
}

/// The field every new password is typed into.
pub(crate) fn new_password(w: &Words, errors: &FormErrors) -> Field {
    Field::password("password", w.t("identity-new-password"))
        .required()
        .autocomplete("new-password")
        .hint(w.t("identity-new-password-hint"))
        .error(errors.get("password"))
}

async fn sign_up(
    own: OwnHost,
    Extension(identity): Extension<Identity>,
    form: Form<SignUpForm>,
) -> web::Result<Response> {
    let typed = form.value;
    if let Err(problem) = captcha::passed_at_own_host(&own, "sign_up", &form.captcha).await {
        return sign_up_page(&own, &typed, Some(&problem));
    }
    let again = typed.clone();
    let trades = Trades {
        domains: typed.domains.is_some(),
        travel: typed.travel.is_some(),
    };
    let ask = SignUp {
        company: typed.company,
        slug: typed.slug,
        trades,
        name: typed.name,
        email: typed.email,
        password: typed.password,
    };
    let w = &own.words;
    match ops::sign_up(&identity, ask).await {
        Ok(_) => {
            let url = format!(
                "{}/console/sign-in",
                identity.url_of_slug(&again.slug.trim().to_ascii_lowercase())
            );
            let body = NoticePage {
                heading: w.t1("identity-signed-up-heading", "company", &again.company),
                text: w.t1("identity-signed-up-text", "email", &again.email),
                link: Some((url, w.t("identity-sign-in"))),
            };
            own.plain(&Head::new(w.t("identity-signed-up")), &body)
        }
        Err(error) => {
            let problem = told(error)?;
            sign_up_page(&own, &again, Some(&problem))
        }
    }
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct JoinForm {
    name: String,
    email: String,
    password: String,
}

async fn show_join(ctx: Ctx) -> web::Result<Response> {
    join_page(&ctx, &JoinForm::default(), None)
}

fn join_page(ctx: &Ctx, form: &JoinForm, problem: Option<&Problem>) -> web::Result<Response> {
    let w = ctx.words();
    let errors = errors(w, problem);
    let body = FormPage {
        heading: w.t1("identity-join-heading", "company", &ctx.site().name),
        lede: String::new(),
        action: "/join".to_owned(),
        csrf: ctx.csrf(),
        hidden: Vec::new(),
        fields: person(w, &form.name, &form.email, &errors).into(),
        errors,
        proof: Proof::of(ctx.app(), w, "join"),
        submit: w.t("identity-join"),
        links: vec![("/sign-in".to_owned(), w.t("identity-have-account"))],
    };
    let page = ctx.plain(&Head::new(w.t("identity-join")).refused_if(problem.is_some()), &body)?;
    Ok(body.answer(page, problem))
}

async fn join(ctx: Ctx, Extension(identity): Extension<Identity>, form: Form<JoinForm>) -> web::Result<Response> {
    let typed = form.value;
    if let Err(problem) = captcha::passed(&ctx, "join", &form.captcha).await {
        return join_page(&ctx, &typed, Some(&problem));
    }
    match ops::join(
        &ctx,
        &identity,
        &ctx.site().name,
        &typed.name,
        &typed.email,
        &typed.password,
    )
    .await
    {
        Ok(()) => mail_sent(&ctx, &typed.email),
        Err(error) => {
            let problem = told(error)?;
            join_page(&ctx, &typed, Some(&problem))
        }
    }
}

/// The one answer to everybody who asked for a mail.
fn mail_sent(ctx: &Ctx, email: &str) -> web::Result<Response> {
    let w = ctx.words();
    let body = NoticePage {
        heading: w.t("identity-mail-sent"),
        text: w.t1("identity-mail-sent-text", "email", email.trim()),
        link: Some(("/sign-in".to_owned(), w.t("identity-sign-in"))),
    };
    ctx.plain(&Head::new(w.t("identity-mail-sent")), &body)
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct ForgotForm {
    email: String,
}

async fn show_forgot(ctx: Ctx) -> web::Result<Response> {
    forgot_page(&ctx, "", None)
}

fn forgot_page(ctx: &Ctx, email: &str, problem: Option<&Problem>) -> web::Result<Response> {
    let w = ctx.words();
    let body = FormPage {
        heading: w.t("identity-forgot-heading"),
        lede: w.t("identity-forgot-lede"),
        errors: errors(w, problem),
        action: "/forgot".to_owned(),
        csrf: ctx.csrf(),
        hidden: Vec::new(),
        fields: vec![
            Field::email("email", w.t("identity-email"))
                .value(email)
                .required()
                .autocomplete("username")
                .autofocus(),
        ],
        proof: Proof::of(ctx.app(), w, "forgot"),
        submit: w.t("identity-forgot"),
        links: vec![("/sign-in".to_owned(), w.t("identity-sign-in"))],
    };
    let page = ctx.plain(
        &Head::new(w.t("identity-forgot-heading")).refused_if(problem.is_some()),
        &body,
    )?;
    Ok(body.answer(page, problem))
}

async fn forgot(ctx: Ctx, form: Form<ForgotForm>) -> web::Result<Response> {
    let email = form.value.email;
    if let Err(problem) = captcha::passed(&ctx, "forgot", &form.captcha).await {
        return forgot_page(&ctx, &email, Some(&problem));
    }
    ops::forgot(&ctx, &email).await?;
    Ok(mail_sent(&ctx, &email)?.into_response())
}
