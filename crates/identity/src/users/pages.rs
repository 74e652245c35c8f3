//! Users in the console: the list, and what the pages beside it share.

mod invite;
mod person;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use kernel::{Id, Problem, RoleId};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Empty, Field, FormErrors, Html, Icon, ListQuery, Pager, SearchBox, Tone, Views};
use web::{App, Csv, ListAsk, Listed, Query, Staff};

use super::model::{Kind, State, User};
use super::ops;
use super::store::Filter;
use crate::frames::{Action, Row, TablePage, text};
use crate::permissions::USERS_MANAGE;
use crate::roles::{self, Role};

const PATH: &str = "/console/users";

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route(PATH, get(list))
        .route("/console/users.csv", get(csv))
        .merge(invite::routes())
        .merge(person::routes())
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct View {
    view: String,
}

/// The views of the list: all, and one for each side and state worth a look.
fn filter(view: &str, q: Option<&str>) -> Filter {
    let q = q.map(str::to_owned);
    match view {
        "staff" => Filter {
            kind: Some(Kind::Staff),
            q,
            ..Filter::default()
        },
        "customers" => Filter {
            kind: Some(Kind::Customer),
            q,
            ..Filter::default()
        },
        "invited" => Filter {
            state: Some(State::Invited),
            q,
            ..Filter::default()
        },
        "disabled" => Filter {
            state: Some(State::Disabled),
            q,
            ..Filter::default()
        },
        _ => Filter { q, ..Filter::default() },
    }
}

async fn list(ctx: Staff, ask: ListAsk, Query(View { view }): Query<View>) -> web::Result<Response> {
    let after = ask.after::<(i64, uuid::Uuid)>()?;
    let filter = &filter(&view, ask.search());
    let rows = ask.fetch();
    let (people, total, all_roles) = ctx
        .read(|r| {
            async move {
                Ok((
                    ops::list(r, filter, after, rows).await?,
                    ops::count(r, filter).await?,
                    roles::ops::list(r).await?,
                ))
            }
            .scope_boxed()
        })
        .await?;
    let page = Listed::page(people, &ask, |(user, _)| (user.created_at.micros(), user.id.uuid()));
    let w = ctx.words();
    let list = ListQuery::new(PATH)
        .param("view", &view)
        .param("q", ask.search().unwrap_or(""));
    let view_link = |views: Views, key: &'static str, label: &str| {
        views.view(list.with("view", key), w.t(label), None, view == key)
    };
    let views = view_link(Views::new(w.t("identity-users-views")), "", "identity-users-all");
    let views = view_link(views, "staff", "identity-users-staff");
    let views = view_link(views, "customers", "identity-users-customers");
    let views = view_link(views, "invited", "identity-state-invited");
    let views = view_link(views, "disabled", "identity-state-disabled");
    let pager = Pager::cursor(w, page.data.len());
    let pager = match &page.next {
        Some(next) => pager.next(list.with("after", next)),
        None => pager,
    };
    let now = ctx.now().micros();
    let body = TablePage {
        heading: w.t("identity-users"),
        lede: w.t1("identity-users-lede", "n", total),
        actions: actions(&ctx, w, &list),
        filters: Some((views, SearchBox::new(&list, w.t("identity-users-find")))),
        columns: [
            "identity-name-column",
            "identity-roles",
            "identity-state",
            "identity-last-seen",
        ]
        .map(|key| w.t(key))
        .into(),
        rows: page
            .data
            .iter()
            .map(|(user, held)| row(w, user, held, &all_roles, now))
            .collect(),
        empty: Empty::new(
            Icon::People,
            w.t("identity-users-none"),
            w.t("identity-users-none-text"),
        ),
        pager: Some(pager),
    };
    ctx.console(
        &Head::new(w.t("identity-users")).crumb(w.t("nav-settings"), "/console/settings"),
        &body,
    )
    .await
}

fn actions(ctx: &Staff, w: &Words, list: &ListQuery) -> Vec<Action> {
    let mut actions = vec![Action::new(list.csv(), w.t("identity-csv"))];
    if ctx.may(USERS_MANAGE) {
        actions.push(Action::primary("/console/users/new", w.t("identity-invite")));
    }
    actions
}

fn row(w: &Words, user: &User, held: &[RoleId], all: &[Role], now: i64) -> Row {
    let names: Vec<String> = all
        .iter()
        .filter(|role| held.contains(&role.id))
        .map(|role| role_name(w, role))
        .collect();
    let names = if user.kind == Kind::Customer {
        w.t("identity-kind-customer")
    } else {
        names.join(", ")
    };
    let seen = user
        .signed_in_at
        .map_or_else(|| text(w.t("identity-never")), |at| ui::ago(w, at.micros(), now));
    Row {
        href: Some(format!("{PATH}/{}", user.id)),
        lead: user.name.clone(),
        sub: user.email.as_str().to_owned(),
        cells: vec![text(names), state_badge(w, user.state), seen],
    }
}

/// A role's name in the reader's language.
pub(crate) fn role_name(w: &Words, role: &Role) -> String {
    role.built_in
        .map_or_else(|| role.name.clone(), |built_in| w.t(built_in.label()))
}

fn state_badge(w: &Words, state: State) -> Html {
    match state {
        State::Active => ui::badge(Tone::Ok, w.t("identity-state-active")),
        State::Invited => ui::badge(Tone::Info, w.t("identity-state-invited")),
        State::Unverified => ui::badge(Tone::Warn, w.t("identity-state-unverified")),
        State::Disabled => ui::badge(Tone::Bad, w.t("identity-state-disabled")),
    }
}

async fn csv(ctx: Staff, ask: ListAsk, Query(View { view }): Query<View>) -> web::Result<Response> {
    let filter = &filter(&view, ask.search());
    let (people, all) = ctx
        .write(|tx| async move { Ok((ops::export(tx, filter).await?, roles::ops::list(tx).await?)) }.scope_boxed())
        .await?;
    let w = ctx.words();
    let mut file = Csv::new(
        "users.csv",
        &[
            "id",
            "name",
            "email",
            "kind",
            "roles",
            "state",
            "created_at",
            "signed_in_at",
        ],
    );
    for (user, held) in people {
        let names: Vec<String> = all
            .iter()
            .filter(|role| held.contains(&role.id))
            .map(|role| role_name(w, role))
            .collect();
        let last = user.signed_in_at.map(|at| at.to_string()).unwrap_or_default();
        file = file.row([
            user.id.to_string(),
            user.name,
            user.email.as_str().to_owned(),
            user.kind.key().to_owned(),
            names.join(", "),
            user.state.key().to_owned(),
            user.created_at.to_string(),
            last,
        ]);
    }
    Ok(file.into_response())
}

/// A box for each role.
fn role_checks(w: &Words, all: &[Role], chosen: &[String], errors: &FormErrors) -> Vec<Field> {
    let check = |(at, role): (usize, &Role)| {
        let id = role.id.to_string();
        let field = Field::check("roles", role_name(w, role))
            .value(&id)
            .checked(chosen.contains(&id));
        // The summary's link leads to the first of the boxes.
        if at == 0 {
            field.id("f-roles").error(errors.get("roles"))
        } else {
            field.id(format!("f-{id}"))
        }
    };
    all.iter().enumerate().map(check).collect()
}

/// The roles that were ticked.
fn role_ids(texts: &[String]) -> Result<Vec<RoleId>, Problem> {
    let parse = |text: &String| {
        text.parse()
            .map_err(|_| Problem::refused("invalid_fields").field("/roles", "role_unknown"))
    };
    texts.iter().map(parse).collect()
}
