//! Whoever is refused for lack of a right leaves an audit entry, whichever room refused.
//!
//! It is written here, behind the handler: the transaction that was refused is taken back and would take the entry along.
//! One a minute for each person (or key) and right, so that a program in a loop cannot flood the chain.

use axum::response::Response;
use kernel::ProblemKind;
use platform::{Ctx, audit};
use scoped_futures::ScopedFutureExt;
use serde_json::{Value, json};

use crate::app::App;
use crate::error::Error;
use crate::request::RequestInfo;

/// The act under which it is in the audit log.
const ACT: &str = "access.denied";

/// A refusal that is to be noted.
pub(crate) struct Denial {
    ctx: Ctx,
    /// The right that was missing; the route where it takes none but another kind of caller.
    subject: String,
    detail: Value,
}

impl Denial {
    /// The refusal in an answer, if it is one to somebody we know, and not one of many.
    pub(crate) fn of(app: &App, info: &RequestInfo, route: &str, response: &Response) -> Option<Self> {
        let problem = response.extensions().get::<Error>()?.problem();
        let caller = info.notes.caller.get()?;
        if problem.kind != ProblemKind::Forbidden || caller.who().user().is_none() {
            return None;
        }
        let permission = problem.args.iter().find(|(name, _)| *name == "permission");
        let subject = permission.map_or_else(|| route.to_owned(), |(_, permission)| permission.clone());
        app.limits().denial(caller.who(), &subject).then(|| Self {
            ctx: app.platform().ctx(caller.scope.clone(), info.trace_id()),
            subject,
            detail: json!({ "code": problem.code, "method": info.method().as_str(), "route": route }),
        })
    }

    /// Notes it. In a task of its own: who hangs up now does not take the entry along.
    pub(crate) async fn note(self, app: &App) {
        if let Err(error) = app.tasks().spawn(self.write()).await {
            tracing::error!(%error, "noting a refusal ended early");
        }
    }

    async fn write(self) {
        let Self { ctx, subject, detail } = &self;
        let written = ctx
            .write(|tx| audit::note(tx, ACT, subject, detail.clone(), None).scope_boxed())
            .await;
        if let Err(error) = written {
            tracing::error!(?error, who = %ctx.actor().who, subject, "a refusal could not be noted");
        }
    }
}
