//! Adding a rule and having one say something else.

use axum::response::Response;
use kernel::{PriceRuleId, Problem};
use scoped_futures::ScopedFutureExt;
use web::{Fields, Form, Path, Result, Staff};

use super::{PATH, head};
use crate::forms::{EditForm, Filled, Typed, done, told, typed_version};
use crate::permissions::{MARGINS_READ, PRICES_EDIT};
use crate::price_rules::form::{self, Choices};
use crate::price_rules::model::PriceRule;
use crate::price_rules::ops;
use crate::price_rules::terms::RuleTerms;
use crate::{registrars, sales_lists, tld_groups};

async fn choices(ctx: &Staff) -> Result<Choices> {
    ctx.allow(PRICES_EDIT)?;
    ctx.allow(MARGINS_READ)?;
    Ok(ctx
        .read(|read| {
            async move {
                Ok(Choices {
                    lists: sales_lists::all(read).await?,
                    registrars: registrars::all(read).await?,
                    groups: tld_groups::all(read).await?,
                })
            }
            .scope_boxed()
        })
        .await?)
}

async fn load(ctx: &Staff, id: PriceRuleId) -> Result<PriceRule> {
    Ok(ctx
        .read(|read| async move { ops::by_id(read, id).await }.scope_boxed())
        .await?)
}

pub(super) async fn new(ctx: Staff) -> Result<Response> {
    let choices = choices(&ctx).await?;
    let blank = form::blank(&choices.lists);
    page(&ctx, Filled::with(ctx.words(), blank), &choices, None).await
}

pub(super) async fn edit(ctx: Staff, Path(id): Path<PriceRuleId>) -> Result<Response> {
    let choices = choices(&ctx).await?;
    let rule = load(&ctx, id).await?;
    let stored = form::stored(&RuleTerms::from(&rule.terms));
    page(&ctx, Filled::with(ctx.words(), stored), &choices, Some(&rule)).await
}

pub(super) async fn add(ctx: Staff, form: Form<Typed>) -> Result<Response> {
    let choices = choices(&ctx).await?;
    let saved = match &form::read(&form.raw, &choices.lists) {
        Err(problem) => Err(problem.clone().into()),
        Ok(new) => {
            ctx.write(|tx| async move { ops::add(tx, new).await }.scope_boxed())
                .await
        }
    };
    answer(&ctx, saved, &form.raw, &choices, None).await
}

pub(super) async fn save(ctx: Staff, Path(id): Path<PriceRuleId>, form: Form<Typed>) -> Result<Response> {
    let choices = choices(&ctx).await?;
    let shown = typed_version(&form.raw);
    let saved = match &form::read(&form.raw, &choices.lists) {
        Err(problem) => Err(problem.clone().into()),
        Ok(edit) => {
            ctx.write(|tx| async move { ops::change(tx, id, shown, edit).await }.scope_boxed())
                .await
        }
    };
    answer(&ctx, saved, &form.raw, &choices, Some(id)).await
}

/// On to the rules, or the form again with everything that was typed.
async fn answer(
    ctx: &Staff,
    saved: platform::Result<PriceRule>,
    typed: &Fields,
    choices: &Choices,
    id: Option<PriceRuleId>,
) -> Result<Response> {
    let error = match saved {
        Ok(rule) => {
            let text = ctx.words().t1("catalog-rule-saved", "name", &rule.terms.name);
            return Ok(done(PATH, text, None));
        }
        Err(error) => error,
    };
    let problem = on_fields(told(error)?);
    let rule = match id {
        Some(id) => Some(load(ctx, id).await?),
        None => None,
    };
    let stored = rule.as_ref().map(|rule| form::stored(&RuleTerms::from(&rule.terms)));
    let filled = Filled::again(ctx.words(), typed, &problem, stored.unwrap_or_default());
    page(ctx, filled, choices, rule.as_ref()).await
}

/// Operations are boxes of their own in the form: what is wrong with them all stands at the first.
fn on_fields(mut problem: Problem) -> Problem {
    for field in problem.fields.iter_mut().filter(|field| field.pointer == "/operations") {
        field.pointer = "/op-register".into();
    }
    problem
}

async fn page(ctx: &Staff, filled: Filled<'_>, choices: &Choices, rule: Option<&PriceRule>) -> Result<Response> {
    let w = ctx.words();
    let heading = match rule {
        None => w.t("catalog-price-rule-new"),
        Some(rule) => w.t1("catalog-edit-named", "name", &rule.terms.name),
    };
    let form = EditForm {
        lede: w.t("catalog-price-rule-lede"),
        action: rule.map_or_else(|| PATH.to_owned(), |rule| format!("{PATH}/{}", rule.id)),
        blocks: form::blocks(w, &filled, choices),
        submit: rule.map_or_else(|| w.t("catalog-price-rule-add"), |_| w.t("catalog-save")),
        cancel: PATH,
        version: rule.map(|rule| rule.version),
        aside: None,
        heading: heading.clone(),
    };
    filled
        .show(ctx, head(w, heading).crumb(w.t("catalog-price-rules"), PATH), form)
        .await
}
