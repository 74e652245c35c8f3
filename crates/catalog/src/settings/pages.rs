//! The setting in the console: every field with what it does.

use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use kernel::{Percent, Problem};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::Field;
use web::{App, Fields, Form, Result, Staff};

use super::model::TldPricing;
use super::ops;
use crate::Books;
use crate::forms::{self, Block, EditForm, Filled, Typed, Values, done, told, typed_version};
use crate::permissions::SETTINGS_EDIT;
use crate::values::based_on;

/// Where the page is.
pub(super) const PATH: &str = "/console/settings/tld-pricing";

/// The console's page of this feature.
pub(crate) fn pages() -> Router<App> {
    Router::new().route("/console/settings/tld-pricing", get(show).post(save))
}

async fn show(ctx: Staff) -> Result<Response> {
    ctx.allow(SETTINGS_EDIT)?;
    let setting = kept(&ctx).await?;
    page(&ctx, Filled::with(ctx.words(), stored(&setting)), &setting).await
}

async fn save(ctx: Staff, Extension(books): Extension<Books>, form: Form<Typed>) -> Result<Response> {
    ctx.allow(SETTINGS_EDIT)?;
    let (books, shown) = (&books, typed_version(&form.raw));
    let saved = match read(&form.raw) {
        Err(problem) => Err(problem.into()),
        Ok(wanted) => {
            ctx.write(|tx| {
                let wanted = wanted.clone();
                ops::set(tx, books, wanted, move |version| based_on(shown, version)).scope_boxed()
            })
            .await
        }
    };
    match saved {
        Ok(_) => Ok(done(PATH, ctx.t("catalog-tld-pricing-saved"), None)),
        Err(error) => {
            let (problem, setting) = (told(error)?, kept(&ctx).await?);
            let filled = Filled::again(ctx.words(), &form.raw, &problem, stored(&setting));
            page(&ctx, filled, &setting).await
        }
    }
}

async fn kept(ctx: &Staff) -> Result<TldPricing> {
    Ok(ctx.read(|read| ops::tld_pricing(read).scope_boxed()).await?)
}

/// What was typed as a setting. What is no number is beyond every range, and refused as such beside its field.
fn read(typed: &Fields) -> Result<TldPricing, Problem> {
    let number = |name| typed.get(name).trim().parse().unwrap_or(u16::MAX);
    let percent = |name| {
        let read = Percent::parse(typed.get(name).trim());
        read.unwrap_or(Percent::from_millionths(-1))
    };
    let on = |name| typed.get(name) == "on";
    let emails = typed.get("margin_alert_emails").split([',', ';', '\n']);
    let emails = emails.map(str::trim).filter(|email| !email.is_empty());
    TldPricing {
        cost_pricing_retention_years: number("cost_pricing_retention_years"),
        sales_pricing_retention_years: number("sales_pricing_retention_years"),
        discount_history_retention_years: number("discount_history_retention_years"),
        minimum_margin_percentage: percent("minimum_margin_percentage"),
        enable_negative_margin_alerts: on("enable_negative_margin_alerts"),
        enable_low_margin_alerts: on("enable_low_margin_alerts"),
        margin_alert_emails: emails.map(str::to_owned).collect(),
        allow_editing_future_prices: on("allow_editing_future_prices"),
        max_schedule_days: number("max_schedule_days"),
        default_sales_currency: kernel::Currency::parse(typed.get("default_sales_currency").trim())
            .map_err(|_| Problem::refused("invalid_fields").field("/default_sales_currency", "currency_unknown"))?,
        enable_auto_currency_conversion: on("enable_auto_currency_conversion"),
        currency_conversion_markup: percent("currency_conversion_markup"),
        current_price_cache_minutes: number("current_price_cache_minutes"),
    }
    .checked()
}

fn stored(setting: &TldPricing) -> Values {
    let percent = |percent: Percent| percent.to_string().trim_end_matches(" %").to_owned();
    let on = |on: bool| if on { "on" } else { "" }.to_owned();
    vec![
        (
            "cost_pricing_retention_years",
            setting.cost_pricing_retention_years.to_string(),
        ),
        (
            "sales_pricing_retention_years",
            setting.sales_pricing_retention_years.to_string(),
        ),
        (
            "discount_history_retention_years",
            setting.discount_history_retention_years.to_string(),
        ),
        ("minimum_margin_percentage", percent(setting.minimum_margin_percentage)),
        (
            "enable_negative_margin_alerts",
            on(setting.enable_negative_margin_alerts),
        ),
        ("enable_low_margin_alerts", on(setting.enable_low_margin_alerts)),
        ("margin_alert_emails", setting.margin_alert_emails.join("\n")),
        ("allow_editing_future_prices", on(setting.allow_editing_future_prices)),
        ("max_schedule_days", setting.max_schedule_days.to_string()),
        (
            "default_sales_currency",
            setting.default_sales_currency.code().to_owned(),
        ),
        (
            "enable_auto_currency_conversion",
            on(setting.enable_auto_currency_conversion),
        ),
        (
            "currency_conversion_markup",
            percent(setting.currency_conversion_markup),
        ),
        (
            "current_price_cache_minutes",
            setting.current_price_cache_minutes.to_string(),
        ),
    ]
}

async fn page(ctx: &Staff, filled: Filled<'_>, setting: &TldPricing) -> Result<Response> {
    let w = ctx.words();
    let form = EditForm {
        heading: w.t("catalog-tld-pricing"),
        lede: w.t("catalog-tld-pricing-lede"),
        action: PATH.to_owned(),
        blocks: vec![
            margins(w, &filled),
            schedule(w, &filled),
            currency(w, &filled),
            retention(w, &filled),
        ],
        submit: w.t("catalog-save"),
        cancel: "/console/settings",
        version: Some(ops::version(setting)),
        aside: None,
    };
    let head = Head::new(w.t("catalog-tld-pricing")).crumb(w.t("nav-settings"), "/console/settings");
    filled.show(ctx, head, form).await
}

fn margins(w: &Words, filled: &Filled<'_>) -> Block {
    let percent = Field::text("minimum_margin_percentage", w.t("catalog-setting-minimum-margin"))
        .attr("inputmode", "decimal")
        .hint(w.t("catalog-setting-minimum-margin-hint"));
    let negative = Field::switch("enable_negative_margin_alerts", w.t("catalog-setting-negative-alerts"));
    let low = Field::switch("enable_low_margin_alerts", w.t("catalog-setting-low-alerts"));
    let emails = Field::textarea("margin_alert_emails", w.t("catalog-setting-alert-emails"));
    Block {
        title: w.t("catalog-setting-margins"),
        text: w.t("catalog-setting-margins-text"),
        fields: vec![
            filled.field("minimum_margin_percentage", percent),
            filled.field(
                "margin_alert_emails",
                emails.hint(w.t("catalog-setting-alert-emails-hint")),
            ),
            filled.tick(
                "enable_negative_margin_alerts",
                negative.hint(w.t("catalog-setting-negative-alerts-hint")),
            ),
            filled.tick(
                "enable_low_margin_alerts",
                low.hint(w.t("catalog-setting-low-alerts-hint")),
            ),
        ],
    }
}

fn schedule(w: &Words, filled: &Filled<'_>) -> Block {
    let days = Field::number("max_schedule_days", w.t("catalog-setting-schedule-days"));
    let minutes = Field::number("current_price_cache_minutes", w.t("catalog-setting-cache-minutes"));
    let edit = Field::switch("allow_editing_future_prices", w.t("catalog-setting-edit-future"));
    Block {
        title: w.t("catalog-setting-schedule"),
        text: w.t("catalog-setting-schedule-text"),
        fields: vec![
            filled.field(
                "max_schedule_days",
                days.hint(w.t("catalog-setting-schedule-days-hint")),
            ),
            filled.field(
                "current_price_cache_minutes",
                minutes.hint(w.t("catalog-setting-cache-minutes-hint")),
            ),
            filled.tick(
                "allow_editing_future_prices",
                edit.hint(w.t("catalog-setting-edit-future-hint")),
            ),
        ],
    }
}

fn currency(w: &Words, filled: &Filled<'_>) -> Block {
    let own = Field::select(
        "default_sales_currency",
        w.t("catalog-setting-currency"),
        &forms::currencies(),
    );
    let markup = Field::text("currency_conversion_markup", w.t("catalog-setting-markup"))
        .attr("inputmode", "decimal")
        .hint(w.t("catalog-setting-markup-hint"));
    let convert = Field::switch("enable_auto_currency_conversion", w.t("catalog-setting-convert"));
    Block {
        title: w.t("catalog-setting-currencies"),
        text: w.t("catalog-setting-currencies-text"),
        fields: vec![
            filled.field("default_sales_currency", own.hint(w.t("catalog-setting-currency-hint"))),
            filled.field("currency_conversion_markup", markup),
            filled.tick(
                "enable_auto_currency_conversion",
                convert.hint(w.t("catalog-setting-convert-hint")),
            ),
        ],
    }
}

fn retention(w: &Words, filled: &Filled<'_>) -> Block {
    let years =
        |name: &'static str, label: String, hint: String| filled.field(name, Field::number(name, label).hint(hint));
    Block {
        title: w.t("catalog-setting-retention"),
        text: w.t("catalog-setting-retention-text"),
        fields: vec![
            years(
                "cost_pricing_retention_years",
                w.t("catalog-setting-keep-costs"),
                w.t("catalog-setting-keep-costs-hint"),
            ),
            years(
                "sales_pricing_retention_years",
                w.t("catalog-setting-keep-sales"),
                w.t("catalog-setting-keep-sales-hint"),
            ),
            years(
                "discount_history_retention_years",
                w.t("catalog-setting-keep-discounts"),
                w.t("catalog-setting-keep-discounts-hint"),
            ),
        ],
    }
}
