//! The profile's page and its forms.

use axum::Router;
use axum::extract::Extension;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kernel::{Problem, ProblemKind, SessionId, UserId};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::page::{Flash, Head};
use web::{App, Audience, Ctx, Download, Form, Path, See, Upload};

use super::{avatar, avatar_store, cards, two_factor};
use crate::accounts;
use crate::forms::{answer, errors, told};
use crate::frames::CardsPage;
use crate::permissions::USERS_READ;
use crate::sessions::{self, Carrier};
use crate::sign_in::{ops as sign_in, pages::from};
use crate::state::Identity;
use crate::users::{self, User};

pub(crate) fn routes() -> Router<App> {
    let one = Router::new()
        .route("/profile", get(show).post(edit))
        .route("/profile/picture", post(picture))
        .route("/profile/password", post(password))
        .route("/profile/email", post(email))
        .route("/profile/sessions/others", post(end_others))
        .route("/profile/sessions/{id}", post(end_session))
        .route("/avatars/{user}/{version}", get(show_picture))
        .merge(two_factor::routes());
    Router::new().nest("/console", one.clone()).nest("/me", one)
}

/// Where the profile is on this side.
pub(crate) fn path(ctx: &Ctx) -> &'static str {
    match ctx.audience() {
        Audience::Console => "/console/profile",
        Audience::Site => "/me/profile",
    }
}

/// Who is signed in here, and in which session.
pub(crate) fn signed_in(ctx: &Ctx) -> Result<(UserId, SessionId), Problem> {
    let missing = || Problem::new(ProblemKind::Unauthenticated, "credentials_missing");
    ctx.caller().who().user().zip(ctx.caller().session).ok_or_else(missing)
}

/// The page in the frame of its side.
pub(crate) async fn framed(ctx: &Ctx, head: &Head, body: &CardsPage) -> web::Result<Response> {
    match ctx.audience() {
        Audience::Console => ctx.console(head, body).await,
        Audience::Site => ctx.public(head, body),
    }
}

async fn show(ctx: Ctx) -> web::Result<Response> {
    page(&ctx, &Typed::default(), None).await
}

/// Name, language and zone, as typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct PersonForm {
    pub(super) version: String,
    pub(super) name: String,
    pub(super) locale: String,
    pub(super) time_zone: String,
}

impl PersonForm {
    fn of(user: &User) -> Self {
        let (locale, time_zone) = (
            user.locale.clone().unwrap_or_default(),
            user.time_zone.clone().unwrap_or_default(),
        );
        Self {
            version: user.version.to_string(),
            name: user.name.clone(),
            locale,
            time_zone,
        }
    }
}

/// What was typed into a form that was refused.
#[derive(Default)]
struct Typed<'t> {
    person: Option<&'t PersonForm>,
    email: &'t str,
}

async fn page(ctx: &Ctx, typed: &Typed<'_>, problem: Option<&Problem>) -> web::Result<Response> {
    let (id, session) = signed_in(ctx)?;
    let (user, open, codes_left) = ctx
        .read(|r| {
            async move {
                let left = crate::totp::store::left(r, id).await?;
                Ok((
                    users::store::by_id(r, id).await?,
                    sessions::ops::list(r, id).await?,
                    left,
                ))
            }
            .scope_boxed()
        })
        .await?;
    let w = ctx.words();
    let errors = errors(w, problem);
    let form = typed.person.cloned().unwrap_or_else(|| PersonForm::of(&user));
    let base = path(ctx);
    let cards = vec![
        cards::person(w, base, &form, &errors),
        cards::picture(w, base, &user, &errors),
        cards::email(w, base, &user, typed.email, &errors),
        cards::password(w, base, &errors),
        two_factor::card(w, base, &user, codes_left),
        cards::sessions(w, base, &open, session),
    ];
    let body = CardsPage {
        heading: w.t("identity-profile"),
        lede: user.email.as_str().to_owned(),
        errors,
        csrf: ctx.csrf(),
        cards,
    };
    let page = framed(
        ctx,
        &Head::new(w.t("identity-profile")).refused_if(problem.is_some()),
        &body,
    )
    .await?;
    Ok(answer(page, problem))
}

fn done(ctx: &Ctx, key: &str) -> Response {
    See::other(path(ctx)).flash(Flash::done(ctx.t(key))).into_response()
}

async fn edit(ctx: Ctx, form: Form<PersonForm>) -> web::Result<Response> {
    let typed = &form.value;
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let (expected, locale, zone) = (
        typed.version.parse().ok(),
        &some(&typed.locale),
        &some(&typed.time_zone),
    );
    match ctx
        .write(|tx| users::ops::edit_self(tx, expected, &typed.name, locale.clone(), zone.clone()).scope_boxed())
        .await
    {
        Ok(_) => Ok(done(&ctx, "identity-saved")),
        Err(error) => {
            let problem = told(error)?;
            let typed = Typed {
                person: Some(typed),
                ..Typed::default()
            };
            page(&ctx, &typed, Some(&problem)).await
        }
    }
}

async fn picture(ctx: Ctx, upload: Upload) -> web::Result<Response> {
    signed_in(&ctx)?;
    let sent = upload.files.into_iter().find(|file| file.field == "avatar");
    let outcome = match sent {
        Some(file) => avatar::set(&ctx, file.content).await,
        None => Err(Problem::refused("invalid_fields")
            .field("/avatar", "upload_empty")
            .into()),
    };
    match outcome {
        Ok(_) => Ok(done(&ctx, "identity-picture-saved")),
        Err(error) => {
            let problem = told(error)?;
            page(&ctx, &Typed::default(), Some(&problem)).await
        }
    }
}

/// Staff see everybody's picture, customers their own.
async fn show_picture(ctx: Ctx, Path((user, _version)): Path<(UserId, i64)>) -> web::Result<Response> {
    let (own, _) = signed_in(&ctx)?;
    if own != user && !ctx.may(USERS_READ) {
        return Err(Problem::not_found().into());
    }
    let jpeg = ctx
        .read(|r| avatar_store::of(r, user).scope_boxed())
        .await?
        .ok_or_else(Problem::not_found)?;
    Ok(Download::inline("picture.jpg", "image/jpeg", jpeg).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PasswordForm {
    current: String,
    password: String,
}

async fn password(
    ctx: Ctx,
    Extension(identity): Extension<Identity>,
    headers: HeaderMap,
    form: Form<PasswordForm>,
) -> web::Result<Response> {
    let (_, session) = signed_in(&ctx)?;
    let PasswordForm { current, password } = form.value;
    let address = ctx.user().map(|user| user.email.clone()).unwrap_or_default();
    let place = from(&ctx, &headers, Carrier::Browser);
    let outcome = match sign_in::prove_again(&ctx, identity.hasher(), session, &address, current, &place).await {
        Ok(()) => accounts::ops::change_password(&ctx, &identity, &ctx.site().name, session, &password).await,
        Err(platform::Error::Problem(problem)) if problem.code == "sign_in_wrong" => {
            Err(Problem::refused("invalid_fields")
                .field("/current", "current_password_wrong")
                .into())
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Ok(done(&ctx, "identity-password-changed")),
        Err(error) => {
            let problem = told(error)?;
            page(&ctx, &Typed::default(), Some(&problem)).await
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EmailForm {
    email: String,
}

/// Asks for the password first when it was shown long ago.
pub(crate) fn step_up(ctx: &Ctx) -> Option<Response> {
    let confirm = match ctx.audience() {
        Audience::Console => "/console/confirm?next=/console/profile",
        Audience::Site => "/me/confirm?next=/me/profile",
    };
    ctx.require_recent_sign_in(sessions::STEP_UP_MINUTES)
        .err()
        .map(|_| See::other(confirm).into_response())
}

async fn email(ctx: Ctx, form: Form<EmailForm>) -> web::Result<Response> {
    signed_in(&ctx)?;
    if let Some(first) = step_up(&ctx) {
        return Ok(first);
    }
    let typed = &form.value.email;
    match ctx
        .write(|tx| accounts::ops::ask_new_email(tx, typed).scope_boxed())
        .await
    {
        Ok(()) => Ok(done(&ctx, "identity-new-email-sent")),
        Err(error) => {
            let problem = told(error)?;
            let typed = Typed {
                email: typed,
                ..Typed::default()
            };
            page(&ctx, &typed, Some(&problem)).await
        }
    }
}

async fn end_session(ctx: Ctx, Path(id): Path<SessionId>) -> web::Result<Response> {
    signed_in(&ctx)?;
    ctx.write(|tx| sessions::ops::end(tx, id, "ended_by_person").scope_boxed())
        .await?;
    Ok(done(&ctx, "identity-session-ended"))
}

async fn end_others(ctx: Ctx) -> web::Result<Response> {
    let (_, session) = signed_in(&ctx)?;
    ctx.write(|tx| sessions::ops::end_others(tx, session).scope_boxed())
        .await?;
    Ok(done(&ctx, "identity-session-ended"))
}
