//! Two-step sign-in on the profile: begin, confirm with a first code, recovery codes, switch off.

use askama::Template;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kernel::Problem;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{Field, FormErrors, Html};
use web::{App, Ctx, Form, See};

use super::pages::{framed, path, signed_in, step_up};
use crate::forms::{answer, errors, told};
use crate::frames::{Card, CardForm, CardsPage, Codes};
use crate::totp::{model, ops};
use crate::users::User;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/profile/two-factor", get(set_up).post(begin))
        .route("/profile/two-factor/confirm", post(confirm))
        .route("/profile/two-factor/codes", post(new_codes))
        .route("/profile/two-factor/off", post(switch_off))
}

/// The card on the profile.
pub(crate) fn card(w: &Words, base: &str, user: &User, codes_left: u64) -> Card {
    let form = |act: &str, label: &str, danger: bool| CardForm {
        action: format!("{base}/two-factor{act}"),
        submit: w.t(label),
        danger,
        ..CardForm::default()
    };
    let (lede, forms) = if user.two_factor {
        let forms = vec![
            form("/codes", "identity-codes-new", false),
            form("/off", "identity-two-factor-off", true),
        ];
        (w.t1("identity-two-factor-on-lede", "n", codes_left), forms)
    } else {
        (
            w.t("identity-two-factor-lede"),
            vec![form("", "identity-two-factor-begin", false)],
        )
    };
    Card {
        id: "two-factor",
        title: w.t("identity-two-factor"),
        lede,
        forms,
        ..Card::default()
    }
}

/// The secret as a picture and as text.
#[derive(Template)]
#[template(path = "pages/secret.html")]
struct Secret {
    size: i32,
    modules: String,
    label: String,
    text: String,
    uri: String,
}

async fn begin(ctx: Ctx) -> web::Result<Response> {
    let (user, _) = signed_in(&ctx)?;
    if let Some(first) = step_up(&ctx) {
        return Ok(first);
    }
    ctx.write(|tx| ops::begin(tx, user).scope_boxed()).await?;
    Ok(See::other(format!("{}/two-factor", path(&ctx))).into_response())
}

async fn set_up(ctx: Ctx) -> web::Result<Response> {
    signed_in(&ctx)?;
    if let Some(first) = step_up(&ctx) {
        return Ok(first);
    }
    set_up_page(&ctx, None).await
}

async fn set_up_page(ctx: &Ctx, problem: Option<&Problem>) -> web::Result<Response> {
    let (user, _) = signed_in(ctx)?;
    let Ok(sealed) = ctx.read(|r| ops::pending(r, user).scope_boxed()).await else {
        return Ok(See::other(path(ctx)).into_response());
    };
    let secret = ops::opened(ctx.secrets(), ctx.tenant(), &sealed)?;
    let w = ctx.words();
    let account = ctx.user().map(|user| user.email.clone()).unwrap_or_default();
    let uri = model::uri(&secret, &ctx.site().name, &account);
    let (size, modules) = model::qr(&uri).unwrap_or_default();
    let picture = Secret {
        size,
        modules,
        label: w.t("identity-two-factor-picture"),
        text: model::secret_text(&secret),
        uri,
    };
    let errors = errors(w, problem);
    let form = CardForm {
        action: format!("{}/two-factor/confirm", path(ctx)),
        fields: vec![
            Field::one_time_code("code", w.t("identity-code"))
                .required()
                .error(errors.get("code")),
        ],
        submit: w.t("identity-two-factor-confirm"),
        ..CardForm::default()
    };
    let card = Card {
        title: w.t("identity-two-factor"),
        lede: w.t("identity-two-factor-set-up"),
        body: Some(Html::of(&picture)),
        forms: vec![form],
        ..Card::default()
    };
    let body = CardsPage {
        heading: w.t("identity-two-factor"),
        lede: String::new(),
        errors,
        csrf: ctx.csrf(),
        cards: vec![card],
    };
    let head = Head::new(w.t("identity-two-factor"))
        .crumb(w.t("identity-profile"), path(ctx))
        .refused_if(problem.is_some());
    let page = framed(ctx, &head, &body).await?;
    Ok(answer(page, problem))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CodeForm {
    code: String,
}

async fn confirm(ctx: Ctx, form: Form<CodeForm>) -> web::Result<Response> {
    let (user, session) = signed_in(&ctx)?;
    let code = &form.value.code;
    match ctx
        .write(|tx| ops::confirm(tx, user, code, Some(session)).scope_boxed())
        .await
    {
        Ok(codes) => codes_page(&ctx, &codes).await,
        Err(error) => {
            let problem = told(error)?;
            set_up_page(&ctx, Some(&problem)).await
        }
    }
}

async fn codes_page(ctx: &Ctx, codes: &[String]) -> web::Result<Response> {
    let w = ctx.words();
    let body = Some(Html::of(&Codes { codes }));
    let card = Card {
        title: w.t("identity-codes"),
        lede: w.t("identity-codes-lede"),
        body,
        ..Card::default()
    };
    let page = CardsPage {
        heading: w.t("identity-codes"),
        lede: String::new(),
        errors: FormErrors::none(),
        csrf: ctx.csrf(),
        cards: vec![card],
    };
    framed(
        ctx,
        &Head::new(w.t("identity-codes")).crumb(w.t("identity-profile"), path(ctx)),
        &page,
    )
    .await
}

async fn new_codes(ctx: Ctx) -> web::Result<Response> {
    let (user, _) = signed_in(&ctx)?;
    if let Some(first) = step_up(&ctx) {
        return Ok(first);
    }
    let codes = ctx.write(|tx| ops::new_recovery_codes(tx, user).scope_boxed()).await?;
    codes_page(&ctx, &codes).await
}

async fn switch_off(ctx: Ctx) -> web::Result<Response> {
    let (user, _) = signed_in(&ctx)?;
    if let Some(first) = step_up(&ctx) {
        return Ok(first);
    }
    ctx.write(|tx| ops::switch_off(tx, user).scope_boxed()).await?;
    Ok(See::other(path(&ctx))
        .flash(Flash::done(ctx.t("identity-two-factor-is-off")))
        .into_response())
}
