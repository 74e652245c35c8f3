//! API keys in the console: the list, making one (shown once), revoking.

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::Extension;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kernel::{ApiKeyId, Id, Problem};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Empty, Field, FormErrors, Html, Icon, ListQuery, Pager, Tone};
use web::{App, Form, ListAsk, Listed, Path, See, Staff};

use super::model::{ApiKey, Mode};
use super::ops::{self, NewApiKey};
use crate::forms::{answer, errors, told};
use crate::frames::{Action, Card, CardForm, CardsPage, Codes, Pairs, Row, TablePage, text};
use crate::permissions::API_KEYS_MANAGE;
use crate::roles::permission_list;
use crate::sessions::STEP_UP_MINUTES;
use crate::state::Identity;

const PATH: &str = "/console/api-keys";

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/console/api-keys", get(list))
        .route("/console/api-keys/new", get(show_new).post(make))
        .route("/console/api-keys/{id}", get(show))
        .route("/console/api-keys/{id}/revoke", post(revoke))
}

async fn list(ctx: Staff, ask: ListAsk) -> web::Result<Response> {
    let (after, rows) = (ask.after::<(i64, uuid::Uuid)>()?, ask.fetch());
    let keys = ctx.read(|r| ops::list(r, after, rows).scope_boxed()).await?;
    let page = Listed::page(keys, &ask, |key| (key.created_at.micros(), key.id.uuid()));
    let w = ctx.words();
    let pager = Pager::cursor(w, page.data.len());
    let pager = match &page.next {
        Some(next) => pager.next(ListQuery::new(PATH).with("after", next)),
        None => pager,
    };
    let body = TablePage {
        heading: w.t("identity-api-keys"),
        lede: w.t("identity-api-keys-lede"),
        actions: vec![Action::primary("/console/api-keys/new", w.t("identity-api-key-new"))],
        filters: None,
        columns: [
            "identity-name-column",
            "identity-api-key-mode",
            "identity-state",
            "identity-last-used",
        ]
        .map(|key| w.t(key))
        .into(),
        rows: page.data.iter().map(|key| row(w, key, &ctx)).collect(),
        empty: Empty::new(
            Icon::Key,
            w.t("identity-api-keys-none"),
            w.t("identity-api-keys-none-text"),
        )
        .primary("/console/api-keys/new", w.t("identity-api-key-new")),
        pager: Some(pager),
    };
    ctx.console(
        &Head::new(w.t("identity-api-keys")).crumb(w.t("nav-settings"), "/console/settings"),
        &body,
    )
    .await
}

fn row(w: &Words, key: &ApiKey, ctx: &Staff) -> Row {
    let used = key.last_used_at.map_or_else(
        || text(w.t("identity-never")),
        |at| ui::ago(w, at.micros(), ctx.now().micros()),
    );
    Row {
        href: Some(format!("{PATH}/{}", key.id)),
        lead: key.name.clone(),
        sub: format!("{}…{}", key.mode.prefix(), key.hint),
        cells: vec![mode(w, key.mode), state(w, key, ctx), used],
    }
}

fn mode(w: &Words, mode: Mode) -> Html {
    match mode {
        Mode::Live => ui::tag(Tone::Brand, w.t("identity-mode-live")),
        Mode::Test => ui::tag(Tone::Info, w.t("identity-mode-test")),
    }
}

fn state(w: &Words, key: &ApiKey, ctx: &Staff) -> Html {
    match (key.revoked_at, key.is_live(ctx.now())) {
        (Some(_), _) => ui::badge(Tone::Bad, w.t("identity-revoked")),
        (None, false) => ui::badge(Tone::Warn, w.t("identity-expired")),
        (None, true) => ui::badge(Tone::Ok, w.t("identity-state-active")),
    }
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct KeyForm {
    name: String,
    mode: String,
    permissions: Vec<String>,
}

/// Where the password is asked again before keys are made, and the way back.
fn step_up(ctx: &Staff) -> Option<Response> {
    ctx.require_recent_sign_in(STEP_UP_MINUTES)
        .err()
        .map(|_| See::other("/console/confirm?next=/console/api-keys/new").into_response())
}

async fn show_new(ctx: Staff, Extension(identity): Extension<Identity>) -> web::Result<Response> {
    ctx.allow(API_KEYS_MANAGE)?;
    if let Some(first) = step_up(&ctx) {
        return Ok(first);
    }
    let form = KeyForm {
        mode: Mode::Live.key().to_owned(),
        ..KeyForm::default()
    };
    new_page(&ctx, &identity, &form, None).await
}

/// What the person may, and so could let a key do.
fn own<'c>(ctx: &'c Staff, identity: &'c Identity) -> impl Iterator<Item = &'static str> + 'c {
    let all = identity.matrix().permissions();
    all.filter(|permission| ctx.may(platform::Permission(permission)))
}

async fn new_page(
    ctx: &Staff,
    identity: &Identity,
    form: &KeyForm,
    problem: Option<&Problem>,
) -> web::Result<Response> {
    let w = ctx.words();
    let errors = errors(w, problem);
    let modes = Mode::ALL.map(|mode| {
        let label = if mode == Mode::Live {
            "identity-mode-live-long"
        } else {
            "identity-mode-test-long"
        };
        (mode.key().to_owned(), w.t(label))
    });
    let fields = vec![
        Field::text("name", w.t("identity-api-key-name"))
            .value(&form.name)
            .required()
            .hint(w.t("identity-api-key-name-hint"))
            .error(errors.get("name")),
        Field::choices("mode", w.t("identity-api-key-mode"), &modes)
            .value(&form.mode)
            .error(errors.get("mode")),
    ];
    let form = CardForm {
        action: format!("{PATH}/new"),
        fields,
        more: Some(permission_list::boxes(
            w,
            own(ctx, identity),
            &form.permissions,
            &errors,
        )),
        submit: w.t("identity-api-key-make"),
        ..CardForm::default()
    };
    let card = Card {
        title: w.t("identity-api-key-new"),
        lede: w.t("identity-api-key-lede"),
        forms: vec![form],
        ..Card::default()
    };
    let body = CardsPage {
        heading: w.t("identity-api-key-new"),
        lede: String::new(),
        errors,
        csrf: ctx.csrf(),
        cards: vec![card],
    };
    let head = Head::new(w.t("identity-api-key-new"))
        .crumb(w.t("identity-api-keys"), PATH)
        .refused_if(problem.is_some());
    let page = ctx.console(&head, &body).await?;
    Ok(answer(page, problem))
}

async fn make(ctx: Staff, Extension(identity): Extension<Identity>, form: Form<KeyForm>) -> web::Result<Response> {
    if let Some(first) = step_up(&ctx) {
        return Ok(first);
    }
    let (typed, matrix) = (&form.value, identity.matrix());
    let outcome = match Mode::parse(&typed.mode) {
        Some(mode) => {
            let permissions: BTreeSet<String> = typed.permissions.iter().cloned().collect();
            let new = &NewApiKey {
                name: typed.name.clone(),
                mode,
                permissions,
                expires_at: None,
            };
            ctx.write(|tx| ops::make(tx, matrix, new.clone()).scope_boxed()).await
        }
        None => Err(Problem::refused("invalid_fields").field("/mode", "required").into()),
    };
    match outcome {
        Ok((key, secret)) => made_page(&ctx, &key, secret).await,
        Err(error) => {
            let problem = told(error)?;
            new_page(&ctx, &identity, typed, Some(&problem)).await
        }
    }
}

/// The one time the secret is shown. No redirect: there is nowhere the secret could wait for the next request.
async fn made_page(ctx: &Staff, key: &ApiKey, secret: String) -> web::Result<Response> {
    let w = ctx.words();
    let body = Html::of(&Codes { codes: &[secret] });
    let card = Card {
        title: key.name.clone(),
        lede: w.t("identity-api-key-once"),
        body: Some(body),
        ..Card::default()
    };
    let page = CardsPage {
        heading: w.t("identity-api-key-made"),
        lede: String::new(),
        errors: FormErrors::none(),
        csrf: ctx.csrf(),
        cards: vec![card],
    };
    ctx.console(
        &Head::new(w.t("identity-api-key-made")).crumb(w.t("identity-api-keys"), PATH),
        &page,
    )
    .await
}

async fn show(ctx: Staff, Extension(identity): Extension<Identity>, Path(id): Path<ApiKeyId>) -> web::Result<Response> {
    key_page(&ctx, &identity, id, None).await
}

async fn key_page(ctx: &Staff, identity: &Identity, id: ApiKeyId, problem: Option<&Problem>) -> web::Result<Response> {
    let key = ctx.read(|r| ops::by_id(r, id).scope_boxed()).await?;
    let w = ctx.words();
    let all = identity.matrix().permissions();
    let held = all.filter(|permission| key.permissions.contains(*permission));
    let pairs = vec![
        (w.t("identity-api-key-mode"), mode(w, key.mode)),
        (w.t("identity-state"), state(w, &key, ctx)),
        (w.t("identity-created"), ui::when(w, key.created_at.micros())),
        (
            w.t("identity-last-used"),
            key.last_used_at
                .map_or_else(|| text(w.t("identity-never")), |at| ui::when(w, at.micros())),
        ),
    ];
    let mut cards = vec![
        Card {
            title: w.t("identity-details"),
            body: Some(Html::of(&Pairs { pairs })),
            ..Card::default()
        },
        Card {
            title: w.t("identity-permissions"),
            body: Some(permission_list::list(w, held)),
            ..Card::default()
        },
    ];
    if key.revoked_at.is_none() {
        let form = CardForm {
            action: format!("{PATH}/{id}/revoke"),
            submit: w.t("identity-revoke"),
            danger: true,
            ..CardForm::default()
        };
        cards.push(Card {
            title: w.t("identity-revoke"),
            lede: w.t("identity-revoke-lede"),
            forms: vec![form],
            ..Card::default()
        });
    }
    let errors = errors(w, problem);
    let lede = format!("{}…{}", key.mode.prefix(), key.hint);
    let body = CardsPage {
        heading: key.name.clone(),
        lede,
        errors,
        csrf: ctx.csrf(),
        cards,
    };
    let head = Head::new(&key.name)
        .crumb(w.t("identity-api-keys"), PATH)
        .refused_if(problem.is_some());
    let page = ctx.console(&head, &body).await?;
    Ok(answer(page, problem))
}

async fn revoke(
    ctx: Staff,
    Extension(identity): Extension<Identity>,
    Path(id): Path<ApiKeyId>,
) -> web::Result<Response> {
    match ctx.write(|tx| ops::revoke(tx, id).scope_boxed()).await {
        Ok(()) => Ok(See::other(format!("{PATH}/{id}"))
            .flash(Flash::done(ctx.t("identity-api-key-gone")))
            .into_response()),
        Err(error) => {
            let problem = told(error)?;
            key_page(&ctx, &identity, id, Some(&problem)).await
        }
    }
}
