//! One person: details, roles, state and sessions.

use axum::Router;
use axum::extract::Extension;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kernel::{Problem, RoleId, UserId};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Html};
use web::{App, Form, Path, See, Staff};

use super::{PATH, role_checks, role_ids, state_badge};
use crate::forms::{answer, errors, told};
use crate::frames::{Card, CardForm, CardsPage, Pairs, text};
use crate::permissions::USERS_MANAGE;
use crate::roles;
use crate::sessions;
use crate::state::Identity;
use crate::users::ops;
use crate::users::{Kind, State, User};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/console/users/{id}", get(show))
        .route("/console/users/{id}/roles", post(set_roles))
        .route("/console/users/{id}/state", post(set_state))
}

async fn show(ctx: Staff, Path(id): Path<UserId>) -> web::Result<Response> {
    page(&ctx, id, None).await
}

async fn page(ctx: &Staff, id: UserId, problem: Option<&Problem>) -> web::Result<Response> {
    let may_manage = ctx.may(USERS_MANAGE);
    let ((user, held), all, open) = ctx
        .read(|r| {
            async move {
                let open = if may_manage {
                    sessions::ops::list(r, id).await?
                } else {
                    Vec::new()
                };
                Ok((ops::by_id(r, id).await?, roles::ops::list(r).await?, open))
            }
            .scope_boxed()
        })
        .await?;
    let w = ctx.words();
    let errors = errors(w, problem);
    let mut cards = vec![details(w, &user, open.len())];
    if may_manage {
        if user.kind == Kind::Staff {
            let chosen: Vec<String> = held.iter().map(RoleId::to_string).collect();
            let form = CardForm {
                action: format!("{PATH}/{id}/roles"),
                fields: role_checks(w, &all, &chosen, &errors),
                submit: w.t("identity-roles-save"),
                ..CardForm::default()
            };
            cards.push(Card {
                title: w.t("identity-roles"),
                lede: w.t("identity-roles-lede"),
                forms: vec![form],
                ..Card::default()
            });
        }
        cards.push(state_card(w, &user, open.len()));
    }
    let body = CardsPage {
        heading: user.name.clone(),
        lede: user.email.as_str().to_owned(),
        errors,
        csrf: ctx.csrf(),
        cards,
    };
    let head = Head::new(&user.name)
        .crumb(w.t("identity-users"), PATH)
        .refused_if(problem.is_some());
    Ok(answer(ctx.console(&head, &body).await?, problem))
}

fn details(w: &Words, user: &User, sessions: usize) -> Card {
    let yes_no = |yes: bool| text(w.t(if yes { "identity-yes" } else { "identity-no" }));
    let seen = user
        .signed_in_at
        .map_or_else(|| text(w.t("identity-never")), |at| ui::when(w, at.micros()));
    let pairs = vec![
        (w.t("identity-state"), state_badge(w, user.state)),
        (
            w.t("identity-address-confirmed"),
            yes_no(user.email_verified_at.is_some()),
        ),
        (w.t("identity-two-factor"), yes_no(user.two_factor)),
        (w.t("identity-last-seen"), seen),
        (w.t("identity-sessions"), text(w.number(sessions))),
        (w.t("identity-created"), ui::when(w, user.created_at.micros())),
    ];
    Card {
        title: w.t("identity-details"),
        body: Some(Html::of(&Pairs { pairs })),
        ..Card::default()
    }
}

fn state_card(w: &Words, user: &User, sessions: usize) -> Card {
    let form = |act: &str, label: &str, danger: bool| CardForm {
        action: format!("{PATH}/{}/state", user.id),
        hidden: vec![("act", act.to_owned())],
        submit: w.t(label),
        danger,
        ..CardForm::default()
    };
    let mut forms = Vec::new();
    if matches!(user.state, State::Invited | State::Unverified) {
        forms.push(form("send_again", "identity-send-again", false));
    }
    if sessions > 0 {
        forms.push(form("sign_out", "identity-sign-out-everywhere", true));
    }
    forms.push(match user.state {
        State::Disabled => form("enable", "identity-enable", false),
        _ => form("disable", "identity-disable", true),
    });
    Card {
        title: w.t("identity-access"),
        lede: w.t("identity-access-lede"),
        forms,
        ..Card::default()
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RolesForm {
    roles: Vec<String>,
}

async fn set_roles(
    ctx: Staff,
    Extension(identity): Extension<Identity>,
    Path(id): Path<UserId>,
    form: Form<RolesForm>,
) -> web::Result<Response> {
    let matrix = identity.matrix();
    let outcome = match role_ids(&form.value.roles) {
        Ok(ids) => {
            let ids = &ids;
            ctx.write(|tx| ops::set_roles(tx, matrix, id, ids.clone()).scope_boxed())
                .await
        }
        Err(problem) => Err(problem.into()),
    };
    done_or_page(&ctx, id, outcome, "identity-roles-saved").await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct StateForm {
    act: String,
}

async fn set_state(
    ctx: Staff,
    Extension(identity): Extension<Identity>,
    Path(id): Path<UserId>,
    form: Form<StateForm>,
) -> web::Result<Response> {
    let (matrix, act) = (identity.matrix(), form.value.act.as_str());
    let outcome = ctx
        .write(|tx| {
            async move {
                match act {
                    "disable" => ops::disable(tx, matrix, id).await.map(|_| ()),
                    "enable" => ops::enable(tx, matrix, id).await.map(|_| ()),
                    "send_again" => ops::send_again(tx, id).await,
                    "sign_out" => ops::sign_out_everywhere(tx, matrix, id).await,
                    _ => Err(Problem::not_found().into()),
                }
            }
            .scope_boxed()
        })
        .await;
    done_or_page(&ctx, id, outcome, "identity-done").await
}

async fn done_or_page(ctx: &Staff, id: UserId, outcome: platform::Result<()>, done: &str) -> web::Result<Response> {
    match outcome {
        Ok(()) => Ok(See::other(format!("{PATH}/{id}"))
            .flash(Flash::done(ctx.t(done)))
            .into_response()),
        Err(error) => {
            let problem = told(error)?;
            page(ctx, id, Some(&problem)).await
        }
    }
}
