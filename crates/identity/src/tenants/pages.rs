//! The company in the console: its name, brand, currency, zone and language.

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use kernel::Problem;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::page::{Flash, Head};
use web::ui::Field;
use web::{App, Form, See, Staff};

use super::model::{LOCALES, MAX_CHROMA_THOUSANDTHS, Settings, Tenant};
use super::ops;
use crate::forms::{answer, errors, told};
use crate::frames::{Card, CardForm, CardsPage};
use crate::permissions::SETTINGS_EDIT;

const PATH: &str = "/console/settings/company";

pub(crate) fn routes() -> Router<App> {
    Router::new().route(PATH, get(show).post(save))
}

/// As typed: numbers stay text until they are read, so that nothing typed is lost.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct CompanyForm {
    version: String,
    name: String,
    slug: String,
    hue: String,
    chroma_thousandths: String,
    currency: String,
    time_zone: String,
    locale: String,
}

impl CompanyForm {
    fn of(tenant: &Tenant) -> Self {
        let settings = tenant.settings.clone();
        Self {
            version: tenant.version.to_string(),
            slug: tenant.slug.clone(),
            name: settings.name,
            hue: settings.hue.to_string(),
            chroma_thousandths: settings.chroma_thousandths.to_string(),
            currency: settings.currency,
            time_zone: settings.time_zone,
            locale: settings.locale,
        }
    }

    fn settings(&self) -> Settings {
        // What is no number is out of every range, and refused as such beside its field.
        let number = |text: &str| text.trim().parse().unwrap_or(-1);
        Settings {
            name: self.name.trim().to_owned(),
            hue: number(&self.hue),
            chroma_thousandths: number(&self.chroma_thousandths),
            currency: self.currency.trim().to_uppercase(),
            time_zone: self.time_zone.trim().to_owned(),
            locale: self.locale.clone(),
        }
    }
}

async fn show(ctx: Staff) -> web::Result<Response> {
    ctx.allow(SETTINGS_EDIT)?;
    let tenant = ctx.read(|r| ops::own(r).scope_boxed()).await?;
    page(&ctx, &CompanyForm::of(&tenant), None).await
}

async fn page(ctx: &Staff, form: &CompanyForm, problem: Option<&Problem>) -> web::Result<Response> {
    let w = ctx.words();
    let errors = errors(w, problem);
    let locales: Vec<(&str, String)> = LOCALES
        .iter()
        .map(|locale| (*locale, w.t(locale_name(locale))))
        .collect();
    let fields = vec![
        Field::text("name", w.t("identity-company"))
            .value(&form.name)
            .required()
            .autocomplete("organization")
            .error(errors.get("name")),
        Field::text("slug", w.t("identity-slug"))
            .value(&form.slug)
            .required()
            .hint(w.t("identity-slug-change-hint"))
            .error(errors.get("slug")),
        Field::number("hue", w.t("identity-hue"))
            .value(&form.hue)
            .attr("min", 0)
            .attr("max", 359)
            .hint(w.t("identity-hue-hint"))
            .error(errors.get("hue")),
        Field::number("chroma_thousandths", w.t("identity-chroma"))
            .value(&form.chroma_thousandths)
            .attr("min", 0)
            .attr("max", MAX_CHROMA_THOUSANDTHS)
            .error(errors.get("chroma_thousandths")),
        Field::text("currency", w.t("identity-currency"))
            .value(&form.currency)
            .required()
            .attr("maxlength", 3)
            .error(errors.get("currency")),
        Field::text("time_zone", w.t("identity-time-zone"))
            .value(&form.time_zone)
            .required()
            .hint(w.t("identity-time-zone-hint"))
            .error(errors.get("time_zone")),
        Field::select("locale", w.t("identity-locale"), &locales)
            .value(&form.locale)
            .error(errors.get("locale")),
    ];
    let card_form = CardForm {
        action: PATH.into(),
        hidden: vec![("version", form.version.clone())],
        fields,
        submit: w.t("identity-save"),
        ..CardForm::default()
    };
    let card = Card {
        title: w.t("identity-company"),
        forms: vec![card_form],
        ..Card::default()
    };
    let body = CardsPage {
        heading: w.t("identity-company"),
        lede: w.t("identity-company-lede"),
        errors,
        csrf: ctx.csrf(),
        cards: vec![card],
    };
    let head = Head::new(w.t("identity-company"))
        .crumb(w.t("nav-settings"), "/console/settings")
        .refused_if(problem.is_some());
    let page = ctx.console(&head, &body).await?;
    Ok(answer(page, problem))
}

/// The message with a language's own name.
pub(crate) fn locale_name(locale: &str) -> &'static str {
    match locale {
        "en-IN" => "identity-locale-en-in",
        "es" => "identity-locale-es",
        "fr" => "identity-locale-fr",
        _ => "identity-locale-en-us",
    }
}

async fn save(ctx: Staff, form: Form<CompanyForm>) -> web::Result<Response> {
    let typed = &form.value;
    let (expected, settings) = (typed.version.parse::<i64>().ok(), &typed.settings());
    match ctx
        .write(|tx| ops::set(tx, expected, &typed.slug, settings.clone()).scope_boxed())
        .await
    {
        Ok(tenant) => {
            // The console moves with the slug: stay on a host that still answers.
            let flash = Flash::done(ctx.t("identity-saved"));
            let renamed = tenant.slug != ctx.site().slug;
            let page = See::other(PATH).flash(flash).into_response();
            Ok(if renamed { moved(&ctx, &tenant.slug) } else { page })
        }
        Err(error) => {
            let problem = told(error)?;
            page(&ctx, typed, Some(&problem)).await
        }
    }
}

/// On to the tenant's new host, where everybody signs in anew: cookies do not cross hosts.
fn moved(ctx: &Staff, slug: &str) -> Response {
    let base = ctx
        .site()
        .base_url
        .replacen(&format!("//{}.", ctx.site().slug), &format!("//{slug}."), 1);
    (
        axum::http::StatusCode::SEE_OTHER,
        [(axum::http::header::LOCATION, format!("{base}{PATH}"))],
    )
        .into_response()
}
