//! Users in the console: the list, inviting, one person with roles, state and sessions.

use axum::Router;
use axum::extract::Extension;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kernel::{Id, Problem, RoleId, UserId};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Empty, Field, FormErrors, Html, Icon, ListQuery, Pager, SearchBox, Tone, Views};
use web::{App, Csv, Form, ListAsk, Listed, Path, Query, See, Staff};

use super::model::{Kind, State, User};
use super::ops;
use super::store::Filter;
use crate::forms::{refused, told};
use crate::frames::{Action, Card, CardForm, CardsPage, Pairs, Row, TablePage, text};
use crate::permissions::USERS_MANAGE;
use crate::roles::{self, Role};
use crate::sessions;
use crate::state::Identity;

const PATH: &str = "/console/users";

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/console/users", get(list))
        .route("/console/users.csv", get(csv))
        .route("/console/users/new", get(show_invite).post(invite))
        .route("/console/users/{id}", get(show))
        .route("/console/users/{id}/roles", post(set_roles))
        .route("/console/users/{id}/state", post(set_state))
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
        notice: None,
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
    ctx.console(&Head::new(w.t("identity-users")).crumb(w.t("nav-settings"), ""), &body)
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
    // Every person the filter finds, up to a bound no company's people reach.
    let (people, all) = ctx
        .read(|r| {
            async move { Ok((ops::list(r, filter, None, 100_000).await?, roles::ops::list(r).await?)) }.scope_boxed()
        })
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

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct InviteForm {
    name: String,
    email: String,
    roles: Vec<String>,
}

async fn show_invite(ctx: Staff) -> web::Result<Response> {
    ctx.allow(USERS_MANAGE)?;
    invite_page(&ctx, &InviteForm::default(), None).await
}

async fn invite_page(ctx: &Staff, form: &InviteForm, problem: Option<&Problem>) -> web::Result<Response> {
    let all = ctx.read(|r| roles::ops::list(r).scope_boxed()).await?;
    let w = ctx.words();
    let errors = problem.map_or_else(FormErrors::none, |problem| FormErrors::of(w, problem));
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
    let page = ctx.console(&head, &body).await?;
    Ok(match problem {
        Some(problem) => refused(page, problem),
        None => page,
    })
}

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

fn role_ids(texts: &[String]) -> Result<Vec<RoleId>, Problem> {
    let parse = |text: &String| {
        text.parse()
            .map_err(|_| Problem::refused("invalid_fields").field("/roles", "role_unknown"))
    };
    texts.iter().map(parse).collect()
}

async fn invite(ctx: Staff, Extension(identity): Extension<Identity>, form: Form<InviteForm>) -> web::Result<Response> {
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
            invite_page(&ctx, &typed, Some(&problem)).await
        }
    }
}

async fn show(ctx: Staff, Path(id): Path<UserId>) -> web::Result<Response> {
    person_page(&ctx, id, None).await
}

async fn person_page(ctx: &Staff, id: UserId, problem: Option<&Problem>) -> web::Result<Response> {
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
    let errors = problem.map_or_else(FormErrors::none, |problem| FormErrors::of(w, problem));
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
    let page = ctx.console(&head, &body).await?;
    Ok(match problem {
        Some(problem) => refused(page, problem),
        None => page,
    })
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
    answer(&ctx, id, outcome, "identity-roles-saved").await
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
    answer(&ctx, id, outcome, "identity-done").await
}

async fn answer(ctx: &Staff, id: UserId, outcome: platform::Result<()>, done: &str) -> web::Result<Response> {
    match outcome {
        Ok(()) => Ok(See::other(format!("{PATH}/{id}"))
            .flash(Flash::done(ctx.t(done)))
            .into_response()),
        Err(error) => {
            let problem = told(error)?;
            person_page(ctx, id, Some(&problem)).await
        }
    }
}
