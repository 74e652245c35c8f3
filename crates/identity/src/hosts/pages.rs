//! Domains of one's own in the console: claim, prove, give up.

use axum::Router;
use axum::extract::Extension;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kernel::{HostId, Problem};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Field, Html, Tone};
use web::{App, Form, Path, See, Staff};

use super::model::OwnHost;
use super::ops;
use crate::forms::{answer, errors, told};
use crate::frames::{Card, CardForm, CardsPage, Codes, Pairs, text};
use crate::state::Identity;

const PATH: &str = "/console/settings/domains";

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/console/settings/domains", get(show).post(claim))
        .route("/console/settings/domains/{id}/verify", post(verify))
        .route("/console/settings/domains/{id}/remove", post(remove))
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct HostForm {
    host: String,
}

async fn show(ctx: Staff, Extension(identity): Extension<Identity>) -> web::Result<Response> {
    page(&ctx, &identity, "", None).await
}

async fn page(ctx: &Staff, identity: &Identity, typed: &str, problem: Option<&Problem>) -> web::Result<Response> {
    let hosts = ctx.read(|r| ops::list(r).scope_boxed()).await?;
    let w = ctx.words();
    let errors = errors(w, problem);
    let field = Field::text("host", w.t("identity-host"))
        .value(typed)
        .required()
        .placeholder("shop.example.com")
        .error(errors.get("host"));
    let form = CardForm {
        action: PATH.into(),
        fields: vec![field],
        submit: w.t("identity-host-claim"),
        ..CardForm::default()
    };
    let mut cards: Vec<Card> = hosts.iter().map(|host| card(w, host)).collect();
    cards.push(Card {
        title: w.t("identity-host-new"),
        lede: w.t("identity-host-new-lede"),
        forms: vec![form],
        ..Card::default()
    });
    let lede = w.t1("identity-hosts-lede", "url", identity.url_of_slug(&ctx.site().slug));
    let body = CardsPage {
        heading: w.t("identity-hosts"),
        lede,
        errors,
        csrf: ctx.csrf(),
        cards,
    };
    let head = Head::new(w.t("identity-hosts"))
        .crumb(w.t("nav-settings"), "/console/settings")
        .refused_if(problem.is_some());
    let page = ctx.console(&head, &body).await?;
    Ok(answer(page, problem))
}

fn card(w: &Words, host: &OwnHost) -> Card {
    let form = |act: &str, label: &str, danger: bool| CardForm {
        action: format!("{PATH}/{}/{act}", host.id),
        submit: w.t(label),
        danger,
        ..CardForm::default()
    };
    let state = match host.verified_at {
        Some(_) => ui::badge(Tone::Ok, w.t("identity-host-verified")),
        None => ui::badge(Tone::Warn, w.t("identity-host-waiting")),
    };
    let mut pairs = vec![(w.t("identity-state"), state)];
    let mut forms = Vec::new();
    let mut lede = String::new();
    if host.verified_at.is_none() {
        lede = w.t("identity-host-proof-lede");
        pairs.push((
            w.t("identity-host-record"),
            Html::of(&Codes {
                codes: &[host.record_name()],
            }),
        ));
        pairs.push((
            w.t("identity-host-proof"),
            Html::of(&Codes {
                codes: std::slice::from_ref(&host.proof),
            }),
        ));
        pairs.push((
            w.t("identity-host-checked"),
            host.checked_at
                .map_or_else(|| text(w.t("identity-never")), |at| ui::when(w, at.micros())),
        ));
        forms.push(form("verify", "identity-host-verify", false));
    }
    forms.push(form("remove", "identity-host-remove", true));
    Card {
        title: host.host.clone(),
        lede,
        body: Some(Html::of(&Pairs { pairs })),
        forms,
        ..Card::default()
    }
}

async fn claim(ctx: Staff, Extension(identity): Extension<Identity>, form: Form<HostForm>) -> web::Result<Response> {
    let typed = &form.value.host;
    let own = identity.own_host();
    match ctx.write(|tx| ops::claim(tx, own, typed).scope_boxed()).await {
        Ok(_) => Ok(See::other(PATH)
            .flash(Flash::done(ctx.t("identity-host-claimed")))
            .into_response()),
        Err(error) => {
            let problem = told(error)?;
            page(&ctx, &identity, typed, Some(&problem)).await
        }
    }
}

async fn verify(ctx: Staff, Extension(identity): Extension<Identity>, Path(id): Path<HostId>) -> web::Result<Response> {
    match ops::verify(&ctx, identity.0.ports.txt_records.as_ref(), id).await {
        Ok(host) => Ok(See::other(PATH)
            .flash(Flash::done(ctx.words().t1("identity-host-answers", "host", host.host)))
            .into_response()),
        Err(error) => {
            let problem = told(error)?;
            page(&ctx, &identity, "", Some(&problem)).await
        }
    }
}

async fn remove(ctx: Staff, Path(id): Path<HostId>) -> web::Result<Response> {
    ctx.write(|tx| ops::remove(tx, id).scope_boxed()).await?;
    Ok(See::other(PATH)
        .flash(Flash::done(ctx.t("identity-host-removed")))
        .into_response())
}
