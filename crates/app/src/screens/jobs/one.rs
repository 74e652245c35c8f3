//! One job's whole story.

use askama::Template;
use axum::response::Response;
use kernel::{JobId, Problem};
use platform::jobs::admin::{self, FailedAttempt, JobView, State};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Html, Icon};
use web::{Path, Result, Staff};

use super::{PATH, badge};
use crate::screens::names::Names;
use crate::screens::{JOBS_MANAGE, JOBS_READ};

#[derive(Template)]
#[template(path = "pages/job.html")]
struct JobPage<'a> {
    w: &'a Words,
    job: JobView,
    badge: Html,
    attempts: Vec<FailedAttempt>,
    about: Vec<Html>,
    csrf: String,
    may_retry: bool,
    may_cancel: bool,
}

pub(super) async fn page(ctx: Staff, Path(id): Path<JobId>) -> Result<Response> {
    ctx.allow(JOBS_READ)?;
    let (job, attempts, names) = ctx
        .read(|read| {
            async move {
                let job = admin::by_id(read, id).await?.ok_or_else(Problem::not_found)?;
                let names = Names::of(read, job.about.iter().map(String::as_str)).await?;
                Ok((job, admin::failed_attempts(read, id).await?, names))
            }
            .scope_boxed()
        })
        .await?;
    let w = ctx.words();
    let may = ctx.may(JOBS_MANAGE);
    let head = Head::new(&job.kind)
        .crumb(w.t("nav-operate"), "")
        .crumb(w.t("nav-jobs"), PATH);
    let page = JobPage {
        w,
        badge: badge(w, job.state),
        attempts,
        about: names.known(&job.about),
        csrf: ctx.csrf(),
        may_retry: may && matches!(job.state, State::Dead | State::Cancelled),
        may_cancel: may && job.state == State::Waiting,
        job,
    };
    ctx.console(&head, &page).await
}
