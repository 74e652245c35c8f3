//! One discount or coupon: its form while it has not begun, its facts and versions from then on.

use askama::Template;
use axum::Extension;
use axum::response::{IntoResponse, Response};
use kernel::DiscountId;
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::ui::{self, Html};
use web::{Fields, Form, Path, Result, See, Staff};

use super::review::{Desk, Outcome};
use super::words::{self, Names};
use super::{PATH, form, head, list, path};
use crate::Books;
use crate::discounts::ops::{self, Sort};
use crate::discounts::proposal::Deed;
use crate::discounts::{Discount, Standing};
use crate::exposures::Asked;
use crate::forms::{Typed, done};
use crate::permissions::PRICES_EDIT;

#[derive(Template)]
#[template(path = "pages/discount.html")]
struct DiscountPage<'a> {
    w: &'a Words,
    name: String,
    standing: Html,
    facts: Vec<(String, String)>,
    versions: Vec<VersionRow>,
    /// Where it is ended, if it can be.
    end: Option<String>,
    version: i64,
    csrf: String,
}

struct VersionRow {
    number: String,
    off: String,
    from: String,
    until: String,
    recorded: String,
    by: String,
}

/// One of either sort.
pub(super) async fn load(ctx: &Staff, id: DiscountId) -> Result<Discount> {
    Ok(ctx
        .read(|read| {
            async move {
                match ops::by_id(read, Sort::Discounts, id).await {
                    Err(platform::Error::Problem(problem)) if problem.kind == kernel::ProblemKind::NotFound => {
                        ops::by_id(read, Sort::Coupons, id).await
                    }
                    found => found,
                }
            }
            .scope_boxed()
        })
        .await?)
}

pub(super) async fn one(ctx: Staff, Path(id): Path<DiscountId>) -> Result<Response> {
    let discount = load(&ctx, id).await?;
    if discount.standing(ctx.now()) == Standing::Scheduled && ctx.may(PRICES_EDIT) {
        return form::edit(&ctx, &discount).await;
    }
    let (versions, uses) = ctx
        .read(|read| async move { Ok((ops::versions(read, id).await?, ops::uses_of(read, id).await?)) }.scope_boxed())
        .await?;
    let names = Names::of(&ctx, std::slice::from_ref(&discount)).await?;
    let (w, now) = (ctx.words(), ctx.now());
    let may_end = discount.standing(now) == Standing::Current && ctx.may(PRICES_EDIT);
    let page = DiscountPage {
        w,
        standing: words::badge(w, discount.standing(now)),
        facts: facts(w, &discount, &names, uses),
        versions: versions.iter().map(|version| row(w, version)).collect(),
        end: may_end.then(|| format!("{}/end", path(id))),
        version: discount.version,
        csrf: ctx.csrf(),
        name: discount.name,
    };
    let head = head(w, page.name.clone()).crumb(w.t("catalog-discounts"), PATH);
    ctx.console(&head, &page).await
}

pub(super) fn facts(w: &Words, discount: &Discount, names: &Names, uses: i64) -> Vec<(String, String)> {
    let terms = &discount.terms;
    let (from, until) = words::span(w, discount);
    let mut facts = vec![
        (w.t("catalog-discount-off"), words::off(w, terms.off)),
        (w.t("catalog-discount-years"), words::years(w, terms.years)),
        (w.t("catalog-discount-tlds"), words::tlds(w, &terms.tlds)),
        (
            w.t("catalog-discount-operations"),
            words::operations(w, terms.operations),
        ),
        (w.t("catalog-discount-for-whom"), names.whom(w, terms.whom)),
        (w.t("catalog-discount-from"), from),
        (w.t("catalog-discount-ends"), until),
    ];
    if let Some(coupon) = &discount.coupon {
        let stacks = if terms.stacks {
            w.t("catalog-coupon-is-stacked")
        } else {
            w.t("catalog-coupon-replaces")
        };
        let each = coupon
            .max_uses_each
            .map_or_else(|| w.t("catalog-none"), |most| w.number(most));
        facts.splice(
            0..0,
            [
                (w.t("catalog-coupon-code"), coupon.code.clone()),
                (w.t("catalog-coupon-stacking"), stacks),
                (w.t("catalog-coupon-uses"), list::used(w, uses, coupon.max_uses)),
                (w.t("catalog-coupon-max-each"), each),
            ],
        );
    }
    facts
}

fn row(w: &Words, version: &Discount) -> VersionRow {
    let (from, until) = words::span(w, version);
    VersionRow {
        number: w.number(version.version),
        off: words::off(w, version.terms.off),
        from,
        until,
        recorded: w.date_time(version.recorded_at),
        by: version.recorded_by.clone(),
    }
}

pub(super) async fn end(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<DiscountId>,
    typed: Form<Typed>,
) -> Result<Response> {
    let (deed, action) = (Deed::End(id, None), format!("{}/end", path(id)));
    let back = path(id);
    act(
        (&ctx, &books, &asked),
        (id, &deed),
        action,
        &typed.raw,
        ("catalog-discount-ended-named", &back),
    )
    .await
}

pub(super) async fn remove(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<DiscountId>,
    typed: Form<Typed>,
) -> Result<Response> {
    let (deed, action) = (Deed::Remove(id), format!("{}/remove", path(id)));
    act(
        (&ctx, &books, &asked),
        (id, &deed),
        action,
        &typed.raw,
        ("catalog-discount-removed-named", PATH),
    )
    .await
}

/// Looks at a deed, then does it; `done_at` is what is said then, and where.
async fn act(
    (ctx, books, asked): (&Staff, &Books, &Asked),
    (id, deed): (DiscountId, &Deed),
    action: String,
    typed: &Fields,
    done_at: (&'static str, &str),
) -> Result<Response> {
    ctx.allow(PRICES_EDIT)?;
    if !typed.get("back").is_empty() {
        return Ok(See::other(path(id)).into_response());
    }
    let is_coupon = load(ctx, id).await?.coupon.is_some();
    match (Desk { ctx, books, asked })
        .send(deed, typed, action, is_coupon)
        .await?
    {
        Outcome::Shown(review) => Ok(review),
        Outcome::Refused(problem) => Err(problem.into()),
        Outcome::Done(discount) => {
            let text = ctx.words().t1(done_at.0, "name", &discount.name);
            Ok(done(done_at.1, text, None))
        }
    }
}
