//! The review of what is about to be done with a discount: what it is then, what it touches, and the one button that does
//! exactly this.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Problem, ProblemKind};
use scoped_futures::ScopedFutureExt;
use web::exposures::card;
use web::messages::Words;
use web::ui::{self, FormErrors, Html};
use web::{Fields, Result, Staff};

use super::words::Names;
use super::{PATH, head, one};
use crate::Books;
use crate::discounts::proposal::{self, Deed, DiscountPreview};
use crate::discounts::{Discount, ops};
use crate::exposures::Asked;
use crate::forms::{told, typed_version};

#[derive(Template)]
#[template(path = "pages/discount_review.html")]
struct ReviewPage<'a> {
    w: &'a Words,
    errors: FormErrors,
    csrf: String,
    heading: String,
    lede: String,
    action: String,
    hidden: Vec<(String, String)>,
    digest: String,
    submit: String,
    /// Whether it takes something away.
    is_bad: bool,
    facts: Vec<(String, String)>,
    touches: Html,
}

/// What came of a form: it was done, or here is the page that says what it would do, or why it cannot be.
pub(super) enum Outcome {
    Done(Discount),
    Shown(Response),
    Refused(Problem),
}

/// Where deeds are looked at and done.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    pub(super) ctx: &'a Staff,
    pub(super) books: &'a Books,
    pub(super) asked: &'a Asked,
}

impl Desk<'_> {
    /// Does what was looked at; looks at what was not, or has become another thing.
    pub(super) async fn send(self, deed: &Deed, typed: &Fields, action: String, is_coupon: bool) -> Result<Outcome> {
        if is_coupon {
            return self.send_coupon(deed, typed, action).await;
        }
        let digest = typed.get("publish");
        let refused = if digest.is_empty() {
            None
        } else {
            match self.publish(deed, typed_version(typed), digest).await {
                Ok(discount) => return Ok(Outcome::Done(discount)),
                Err(error) => Some(told(error)?),
            }
        };
        let outdated = |problem: &Problem| problem.code == "preview_outdated";
        if let Some(problem) = refused.as_ref().filter(|problem| !outdated(problem)) {
            return Ok(Outcome::Refused(problem.clone()));
        }
        match self.look(deed, typed_version(typed)).await {
            Ok(preview) => {
                let page = self.show(deed, &preview, typed, action, refused.as_ref()).await?;
                Ok(Outcome::Shown(page))
            }
            Err(error) => Ok(Outcome::Refused(refused.map_or_else(|| told(error), Ok)?)),
        }
    }

    /// A coupon touches nobody before somebody enters its code, so there is nothing to look at: it is done at once, but for
    /// what takes one away, which is asked about first.
    async fn send_coupon(self, deed: &Deed, typed: &Fields, action: String) -> Result<Outcome> {
        let (books, shown) = (self.books, typed_version(typed));
        if matches!(deed, Deed::End(..) | Deed::Remove(_)) && typed.get("publish").is_empty() {
            return match self.look(deed, shown).await {
                Ok(preview) => Ok(Outcome::Shown(self.show(deed, &preview, typed, action, None).await?)),
                Err(error) => Ok(Outcome::Refused(told(error)?)),
            };
        }
        let done = self
            .ctx
            .write(|tx| async move { proposal::carry_out(tx, books, deed, shown).await }.scope_boxed())
            .await;
        match done {
            Ok(coupon) => Ok(Outcome::Done(coupon)),
            Err(error) => Ok(Outcome::Refused(told(error)?)),
        }
    }

    async fn publish(self, deed: &Deed, shown: Option<i64>, digest: &str) -> platform::Result<Discount> {
        let books = self.books;
        self.ctx
            .write(|tx| async move { proposal::publish(tx, books, deed, shown, digest).await }.scope_boxed())
            .await
    }

    async fn look(self, deed: &Deed, shown: Option<i64>) -> platform::Result<DiscountPreview> {
        let (book, asking) = (&self.books.book(self.ctx).await?, &self.asked.by(self.ctx).await?);
        self.ctx
            .read(|read| async move { proposal::preview(read, asking, book, deed, shown).await }.scope_boxed())
            .await
    }

    async fn show(
        self,
        deed: &Deed,
        preview: &DiscountPreview,
        typed: &Fields,
        action: String,
        refused: Option<&Problem>,
    ) -> Result<Response> {
        let (ctx, discount) = (self.ctx, &preview.discount);
        let w = ctx.words();
        let names = Names::of(ctx, std::slice::from_ref(discount)).await?;
        let uses = match deed {
            Deed::Add(_) => 0,
            Deed::Change(id, _) | Deed::BringForward(id, _) | Deed::End(id, _) | Deed::Remove(id) => {
                let id = *id;
                ctx.read(|read| async move { ops::uses_of(read, id).await }.scope_boxed())
                    .await?
            }
        };
        let heading = w.t1("catalog-discount-review", "name", &discount.name);
        let (lede, submit) = words(w, deed);
        let page = ReviewPage {
            w,
            errors: refused.map_or_else(FormErrors::none, |problem| FormErrors::of(w, problem)),
            csrf: ctx.csrf(),
            lede,
            action,
            hidden: kept(typed, discount, deed),
            digest: preview.digest.clone(),
            submit,
            is_bad: matches!(deed, Deed::End(..) | Deed::Remove(_)),
            facts: one::facts(w, discount, &names, uses),
            touches: match &discount.coupon {
                Some(_) => Html::default(),
                None => card(w, &preview.exposures),
            },
            heading: heading.clone(),
        };
        let head = head(w, heading)
            .crumb(w.t("catalog-discounts"), PATH)
            .refused_if(refused.is_some());
        let status = refused.map_or(StatusCode::OK, |problem| match problem.kind {
            ProblemKind::Conflict => StatusCode::CONFLICT,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        });
        let shown = ctx.console(&head, &page).await?;
        Ok((status, shown).into_response())
    }
}

fn words(w: &Words, deed: &Deed) -> (String, String) {
    match deed {
        Deed::Add(_) | Deed::Change(..) | Deed::BringForward(..) => {
            (w.t("catalog-discount-review-lede"), w.t("catalog-change-publish"))
        }
        Deed::End(..) => (w.t("catalog-discount-review-end"), w.t("catalog-discount-end")),
        Deed::Remove(_) => (w.t("catalog-discount-review-remove"), w.t("catalog-discount-remove")),
    }
}

/// Everything that was typed, for the way back and for publishing, and the version of what is shown.
fn kept(typed: &Fields, discount: &Discount, deed: &Deed) -> Vec<(String, String)> {
    let own = ["csrf", "publish", "back", "version"];
    let version = match deed {
        Deed::Add(_) => None,
        // Where a form did not say which version it is of, what is looked at now is.
        Deed::Remove(_) => Some(discount.version),
        Deed::Change(..) | Deed::BringForward(..) | Deed::End(..) => typed_version(typed),
    };
    let version = version.map(|version| ("version".to_owned(), version.to_string()));
    typed
        .pairs()
        .filter(|(name, _)| !own.contains(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .chain(version)
        .collect()
}
