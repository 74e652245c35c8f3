//! The buttons of the jobs pages: retry some, retry all that match, cancel.

use axum::response::{IntoResponse, Response};
use kernel::{JobId, Problem};
use platform::jobs::admin::{self, Filter, State};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::page::Flash;
use web::{Result, See, Staff, TryForm};

use super::PATH;
use crate::screens::JOBS_MANAGE;

/// What the page's buttons send.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Act {
    #[serde(rename = "do")]
    what: String,
    sel: Vec<String>,
    queue: String,
}

pub(super) async fn act(ctx: Staff, form: TryForm<Act>) -> Result<Response> {
    ctx.allow(JOBS_MANAGE)?;
    let act = form.value?;
    let picked: Vec<JobId> = act.sel.iter().filter_map(|id| id.parse().ok()).collect();
    let (what, picked, queue) = (act.what.as_str(), &picked, &act.queue);
    let done = ctx
        .write(|tx| {
            async move {
                match what {
                    "retry" => admin::retry(tx, picked).await,
                    "retry_all" => {
                        let queue = (!queue.is_empty()).then(|| queue.clone());
                        admin::retry_matching(
                            tx,
                            &Filter {
                                state: Some(State::Dead),
                                queue,
                                kind: None,
                            },
                        )
                        .await
                    }
                    "cancel" => {
                        let mut cancelled = 0;
                        for id in picked {
                            cancelled += u64::from(admin::cancel(tx, *id).await?);
                        }
                        Ok(cancelled)
                    }
                    _ => Err(Problem::refused("invalid").into()),
                }
            }
            .scope_boxed()
        })
        .await?;
    let text = match what {
        "cancel" => ctx.words().t1("jobs-cancelled", "n", done),
        _ => ctx.words().t1("jobs-retried", "n", done),
    };
    Ok(See::other(PATH).flash(Flash::done(text)).into_response())
}
