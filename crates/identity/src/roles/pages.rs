//! Roles in the console: what each permits, and making one's own.

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::Extension;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kernel::{Problem, RoleId};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::page::{Flash, Head};
use web::ui::{Empty, Field, Icon};
use web::{App, Form, Path, See, Staff};

use super::model::Role;
use super::{ops, permission_list};
use crate::forms::{answer, errors, told};
use crate::frames::{Action, Card, CardForm, CardsPage, Row, TablePage, text};
use crate::permissions::ROLES_MANAGE;
use crate::state::Identity;
use crate::users::pages::role_name;

const PATH: &str = "/console/roles";

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/console/roles", get(list))
        .route("/console/roles/new", get(show_new).post(create))
        .route("/console/roles/{id}", get(show).post(change))
        .route("/console/roles/{id}/remove", post(remove))
}

async fn list(ctx: Staff, Extension(identity): Extension<Identity>) -> web::Result<Response> {
    let roles = ctx.read(|r| ops::list(r).scope_boxed()).await?;
    let w = ctx.words();
    let row = |role: &Role| {
        let kind = if role.built_in.is_some() {
            "identity-role-built-in"
        } else {
            "identity-role-own"
        };
        let count = role.grants(identity.matrix()).len();
        Row {
            href: Some(format!("{PATH}/{}", role.id)),
            lead: role_name(w, role),
            sub: String::new(),
            cells: vec![text(w.t(kind)), text(w.number(count))],
        }
    };
    let body = TablePage {
        heading: w.t("identity-roles"),
        lede: w.t("identity-roles-page-lede"),
        actions: if ctx.may(ROLES_MANAGE) {
            vec![Action::primary("/console/roles/new", w.t("identity-role-new"))]
        } else {
            Vec::new()
        },
        filters: None,
        columns: ["identity-name-column", "identity-role-kind", "identity-permissions"]
            .map(|key| w.t(key))
            .into(),
        rows: roles.iter().map(row).collect(),
        empty: Empty::new(Icon::Shield, w.t("identity-roles"), ""),
        pager: None,
    };
    ctx.console(
        &Head::new(w.t("identity-roles")).crumb(w.t("nav-settings"), "/console/settings"),
        &body,
    )
    .await
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct RoleForm {
    name: String,
    permissions: Vec<String>,
}

impl RoleForm {
    fn chosen(&self) -> BTreeSet<String> {
        self.permissions.iter().cloned().collect()
    }
}

async fn show_new(ctx: Staff, Extension(identity): Extension<Identity>) -> web::Result<Response> {
    ctx.allow(ROLES_MANAGE)?;
    page(&ctx, &identity, None, &RoleForm::default(), None).await
}

async fn show(ctx: Staff, Extension(identity): Extension<Identity>, Path(id): Path<RoleId>) -> web::Result<Response> {
    let role = ctx.read(|r| ops::by_id(r, id).scope_boxed()).await?;
    let form = RoleForm {
        name: role_name(ctx.words(), &role),
        permissions: role.grants(identity.matrix()).into_iter().collect(),
    };
    page(&ctx, &identity, Some(&role), &form, None).await
}

async fn page(
    ctx: &Staff,
    identity: &Identity,
    role: Option<&Role>,
    form: &RoleForm,
    problem: Option<&Problem>,
) -> web::Result<Response> {
    let w = ctx.words();
    let errors = errors(w, problem);
    let editable = ctx.may(ROLES_MANAGE) && role.is_none_or(|role| role.built_in.is_none());
    let heading = role.map_or_else(|| w.t("identity-role-new"), |role| role_name(w, role));
    let all = identity.matrix().permissions();
    let mut cards = Vec::new();
    if editable {
        let name = Field::text("name", w.t("identity-name-column"))
            .value(&form.name)
            .required()
            .error(errors.get("name"));
        let form = CardForm {
            action: role.map_or_else(|| format!("{PATH}/new"), |role| format!("{PATH}/{}", role.id)),
            fields: vec![name],
            more: Some(permission_list::boxes(w, all, &form.permissions, &errors)),
            submit: w.t("identity-role-save"),
            ..CardForm::default()
        };
        cards.push(Card {
            title: w.t("identity-permissions"),
            lede: w.t("identity-role-lede"),
            forms: vec![form],
            ..Card::default()
        });
    } else {
        let held = all.filter(|permission| form.permissions.iter().any(|own| own == permission));
        let lede = match role {
            Some(role) if role.built_in.is_some() => w.t("identity-role-fixed"),
            _ => String::new(),
        };
        cards.push(Card {
            title: w.t("identity-permissions"),
            lede,
            body: Some(permission_list::list(w, held)),
            ..Card::default()
        });
    }
    if let Some(role) = role.filter(|_| editable) {
        let form = CardForm {
            action: format!("{PATH}/{}/remove", role.id),
            submit: w.t("identity-role-remove"),
            danger: true,
            ..CardForm::default()
        };
        cards.push(Card {
            title: w.t("identity-role-remove"),
            lede: w.t("identity-role-remove-lede"),
            forms: vec![form],
            ..Card::default()
        });
    }
    let body = CardsPage {
        heading: heading.clone(),
        lede: String::new(),
        errors,
        csrf: ctx.csrf(),
        cards,
    };
    let head = Head::new(heading)
        .crumb(w.t("identity-roles"), PATH)
        .refused_if(problem.is_some());
    let page = ctx.console(&head, &body).await?;
    Ok(answer(page, problem))
}

async fn create(ctx: Staff, Extension(identity): Extension<Identity>, form: Form<RoleForm>) -> web::Result<Response> {
    let (typed, matrix) = (&form.value, identity.matrix());
    match ctx
        .write(|tx| ops::create(tx, matrix, &typed.name, typed.chosen()).scope_boxed())
        .await
    {
        Ok(role) => Ok(saved(&ctx, role.id)),
        Err(error) => {
            let problem = told(error)?;
            page(&ctx, &identity, None, typed, Some(&problem)).await
        }
    }
}

fn saved(ctx: &Staff, id: RoleId) -> Response {
    See::other(format!("{PATH}/{id}"))
        .flash(Flash::done(ctx.t("identity-role-saved")))
        .into_response()
}

async fn change(
    ctx: Staff,
    Extension(identity): Extension<Identity>,
    Path(id): Path<RoleId>,
    form: Form<RoleForm>,
) -> web::Result<Response> {
    let (typed, matrix) = (&form.value, identity.matrix());
    match ctx
        .write(|tx| ops::change(tx, matrix, id, &typed.name, typed.chosen()).scope_boxed())
        .await
    {
        Ok(role) => Ok(saved(&ctx, role.id)),
        Err(error) => {
            let problem = told(error)?;
            let role = ctx.read(|r| ops::by_id(r, id).scope_boxed()).await?;
            page(&ctx, &identity, Some(&role), typed, Some(&problem)).await
        }
    }
}

async fn remove(ctx: Staff, Extension(identity): Extension<Identity>, Path(id): Path<RoleId>) -> web::Result<Response> {
    let matrix = identity.matrix();
    match ctx.write(|tx| ops::remove(tx, matrix, id).scope_boxed()).await {
        Ok(()) => Ok(See::other(PATH)
            .flash(Flash::done(ctx.t("identity-role-removed")))
            .into_response()),
        Err(error) => {
            let problem = told(error)?;
            let role = ctx.read(|r| ops::by_id(r, id).scope_boxed()).await?;
            let form = RoleForm {
                name: role.name.clone(),
                permissions: role.permissions.iter().cloned().collect(),
            };
            page(&ctx, &identity, Some(&role), &form, Some(&problem)).await
        }
    }
}
