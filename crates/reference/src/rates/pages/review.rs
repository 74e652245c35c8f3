//! The review of rates before they are recorded: each before and after, what they touch, and the one button that records
//! exactly these.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use scoped_futures::ScopedFutureExt;
use web::exposures::card;
use web::messages::Words;
use web::ui::{self, FormErrors, Html};
use web::{Result, Staff};

use super::super::books::RateBooks;
use super::super::effect::Asked;
use super::super::model::RateSheet;
use super::super::proposal::{self, Proposal, RatePreview};
use super::{below, steps, told};

#[derive(Template)]
#[template(path = "pages/rate_review.html")]
struct ReviewPage<'a> {
    w: &'a Words,
    errors: FormErrors,
    csrf: String,
    lede: String,
    action: String,
    hidden: Vec<(&'static str, String)>,
    digest: String,
    steps: Html,
    touches: Html,
}

/// What came of a form.
pub(super) enum Outcome {
    /// The rates are recorded.
    Recorded(RateSheet),
    /// Here is the page that says what recording them would do.
    Shown(Response),
    /// They cannot be.
    Refused(Problem),
}

/// Where rates are looked at and recorded: the form's address and what it sends again.
pub(super) struct Desk<'a> {
    pub(super) ctx: &'a Staff,
    pub(super) books: &'a RateBooks,
    pub(super) asked: &'a Asked,
    pub(super) action: String,
    pub(super) hidden: Vec<(&'static str, String)>,
}

impl Desk<'_> {
    /// Records what was looked at; looks at what was not, or has become another thing.
    pub(super) async fn send(self, proposal: &Proposal, digest: &str) -> Result<Outcome> {
        let refused = if digest.is_empty() {
            None
        } else {
            let books = self.books;
            let recorded = self
                .ctx
                .write(|tx| async move { proposal::publish(tx, books, proposal.clone(), digest).await }.scope_boxed())
                .await;
            match recorded {
                Ok(sheet) => return Ok(Outcome::Recorded(sheet)),
                Err(error) => Some(told(error)?),
            }
        };
        if let Some(problem) = refused
            .as_ref()
            .filter(|problem| problem.code != "rates_preview_outdated")
        {
            return Ok(Outcome::Refused(problem.clone()));
        }
        match proposal::preview(self.ctx, self.books, self.asked, proposal).await {
            Ok(preview) => self.show(&preview, refused.as_ref()).await.map(Outcome::Shown),
            Err(error) => Ok(Outcome::Refused(refused.map_or_else(|| told(error), Ok)?)),
        }
    }

    async fn show(self, preview: &RatePreview, refused: Option<&Problem>) -> Result<Response> {
        let (ctx, w) = (self.ctx, self.ctx.words());
        let page = ReviewPage {
            w,
            errors: refused.map_or_else(FormErrors::none, |problem| FormErrors::of(w, problem)),
            csrf: ctx.csrf(),
            lede: w.t1("rates-review-lede", "at", w.date_time_zoned(preview.quoted_at)),
            action: self.action,
            hidden: self.hidden,
            digest: preview.digest.clone(),
            steps: steps::card(w, &preview.rates, String::new()),
            touches: card(w, &preview.exposures),
        };
        let head = below(w, w.t("rates-review")).refused_if(refused.is_some());
        let shown = ctx.console(&head, &page).await?;
        let status = if refused.is_some() {
            StatusCode::CONFLICT
        } else {
            StatusCode::OK
        };
        Ok((status, shown).into_response())
    }
}
