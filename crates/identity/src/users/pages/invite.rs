//! Inviting somebody to work for the company.

use axum::Router;
use axum::extract::Extension;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use kernel::Problem;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::page::{Flash, Head};
use web::ui::Field;
use web::{App, Form, See, Staff};

use super::{PATH, role_checks, role_ids};
use crate::forms::{answer, errors, told};
use crate::frames::{Card, CardForm, CardsPage};
use crate::permissions::USERS_MANAGE;
use crate::roles;
use crate::state::Identity;
use crate::users::ops;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/console/users/new", get(show).post(send))
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct InviteForm {
    name: String,
    email: String,
    roles: Vec<String>,
}

async fn show(ctx: Staff) -> web::Result<Response> {
    ctx.allow(USERS_MANAGE)?;
    page(&ctx, &InviteForm::default(), None).await
}

async fn page(ctx: &Staff, form: &InviteForm, problem: Option<&Problem>) -> web::Result<Response> {
    let all = ctx.read(|r| roles::ops::list(r).scope_boxed()).await?;
    let w = ctx.words();
    let errors = errors(w, problem);
    let mut fields = vec![
        Field::text("name", w.t("identity-name-column"))
            .value(&form.name)
            .required()
            .error(errors.get("name")),
        Field::email("email", w.t("identity-email"))
            .value(&form.email)
            .required()
            .error(errors.get("email")),
    ];
    fields.extend(role_checks(w, &all, &form.roles, &errors));
    let card = Card {
        title: w.t("identity-invite"),
        lede: w.t("identity-invite-lede"),
        forms: vec![CardForm {
            action: "/console/users/new".into(),
            fields,
            submit: w.t("identity-invite-send"),
            ..CardForm::default()
        }],
        ..Card::default()
    };
    let body = CardsPage {
        heading: w.t("identity-invite"),
        lede: String::new(),
        errors,
        csrf: ctx.csrf(),
        cards: vec![card],
    };
    let head = Head::new(w.t("identity-invite"))
        .crumb(w.t("identity-users"), PATH)
        .refused_if(problem.is_some());
    Ok(answer(ctx.console(&head, &body).await?, problem))
}

async fn send(ctx: Staff, Extension(identity): Extension<Identity>, form: Form<InviteForm>) -> web::Result<Response> {
    let typed = form.value;
    let (asked, matrix) = (&typed, identity.matrix());
    let outcome = match role_ids(&typed.roles) {
        Ok(ids) => {
            let ids = &ids;
            ctx.write(|tx| ops::invite(tx, matrix, &asked.email, &asked.name, ids.clone()).scope_boxed())
                .await
        }
        Err(problem) => Err(problem.into()),
    };
    match outcome {
        Ok(user) => {
            let flash = Flash::done(ctx.words().t1("identity-invited", "email", user.email.as_str()));
            Ok(See::other(format!("{PATH}/{}", user.id)).flash(flash).into_response())
        }
        Err(error) => {
            let problem = told(error)?;
            page(&ctx, &typed, Some(&problem)).await
        }
    }
}
