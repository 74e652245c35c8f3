//! The setting in the console: where rates come from and how far they are trusted.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Currency, Percent, Problem, ProblemKind};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Field, FormErrors};
use web::{Form, Result, See, Staff};

use super::super::ops;
use super::super::setting::{self, RatesSetting};
use super::{SETTINGS, currencies, told};
use crate::permissions::RATES_EDIT;

#[derive(Template)]
#[template(path = "pages/rate_settings.html")]
struct SettingsPage<'a> {
    w: &'a Words,
    errors: FormErrors,
    csrf: String,
    action: &'static str,
    version: &'a str,
    fields: [Field; 4],
}

/// As typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    version: String,
    fetch: String,
    base: String,
    oldest_hours: String,
    jump_percent: String,
}

impl Typed {
    fn of(setting: &RatesSetting) -> Self {
        Self {
            version: setting.version().to_string(),
            fetch: if setting.fetch { "on" } else { "" }.to_owned(),
            base: setting.base.code().to_owned(),
            oldest_hours: setting.oldest_hours.to_string(),
            jump_percent: setting.jump_percent.to_string().trim_end_matches(" %").to_owned(),
        }
    }

    /// What is no number is out of range, and refused as such beside its field.
    fn read(&self) -> Result<RatesSetting, Problem> {
        let base = Currency::parse(&self.base)
            .map_err(|_| Problem::refused("invalid_fields").field("/base", "currency_unknown"))?;
        Ok(RatesSetting {
            fetch: self.fetch == "on",
            base,
            oldest_hours: self.oldest_hours.trim().parse().unwrap_or(0),
            jump_percent: Percent::parse(self.jump_percent.trim()).unwrap_or(Percent::ZERO),
        })
    }
}

pub(super) async fn show(ctx: Staff) -> Result<Response> {
    ctx.allow(RATES_EDIT)?;
    let kept = ctx
        .read(|read| async move { ops::setting(read).await }.scope_boxed())
        .await?;
    page(&ctx, &Typed::of(&kept), None).await
}

pub(super) async fn save(ctx: Staff, form: Form<Typed>) -> Result<Response> {
    ctx.allow(RATES_EDIT)?;
    let typed = form.value;
    let saved = match typed.read() {
        Ok(wanted) => {
            ctx.write(|tx| setting::set(tx, wanted.clone(), setting::based_on(&typed.version)).scope_boxed())
                .await
        }
        Err(problem) => Err(problem.into()),
    };
    match saved {
        Ok(_) => Ok(See::other(SETTINGS)
            .flash(Flash::done(ctx.t("rates-settings-saved")))
            .into_response()),
        Err(error) => {
            let problem = told(error)?;
            if problem.kind != ProblemKind::Stale {
                return page(&ctx, &typed, Some(&problem)).await;
            }
            // Told once; who saves again has been told.
            let kept = ctx
                .read(|read| async move { ops::setting(read).await }.scope_boxed())
                .await?;
            let version = kept.version().to_string();
            page(&ctx, &Typed { version, ..typed }, Some(&problem)).await
        }
    }
}

async fn page(ctx: &Staff, typed: &Typed, problem: Option<&Problem>) -> Result<Response> {
    let w = ctx.words();
    let errors = problem.map_or_else(FormErrors::none, |problem| FormErrors::of(w, problem));
    let body = SettingsPage {
        w,
        csrf: ctx.csrf(),
        action: SETTINGS,
        version: &typed.version,
        fields: fields(w, typed, &errors),
        errors,
    };
    let head = Head::new(w.t("rates"))
        .crumb(w.t("nav-settings"), "")
        .refused_if(problem.is_some());
    let shown = ctx.console(&head, &body).await?;
    let status = match problem.map(|problem| problem.kind) {
        None => StatusCode::OK,
        Some(ProblemKind::Stale) => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok((status, shown).into_response())
}

fn fields(w: &Words, typed: &Typed, errors: &FormErrors) -> [Field; 4] {
    let number = |field: Field, value: &str| field.value(value).attr("inputmode", "decimal").autocomplete("off");
    [
        Field::switch("fetch", w.t("rates-fetch-switch"))
            .checked(typed.fetch == "on")
            .hint(w.t("rates-fetch-switch-hint")),
        Field::select("base", w.t("rates-base"), &currencies())
            .value(&typed.base)
            .hint(w.t("rates-base-hint"))
            .error(errors.get("base")),
        number(Field::text("oldest_hours", w.t("rates-oldest")), &typed.oldest_hours)
            .hint(w.t("rates-oldest-hint"))
            .error(errors.get("oldest_hours")),
        number(Field::text("jump_percent", w.t("rates-jump")), &typed.jump_percent)
            .hint(w.t("rates-jump-hint"))
            .error(errors.get("jump_percent")),
    ]
}
