//! The console's bell: notices made from events by the app's table.

pub(crate) mod http;
mod model;
pub mod ops;
pub(crate) mod pages;
mod rules;
mod store;

use platform::Ctx;
use platform::events::{Event, Subscriber};
use platform::jobs::{Handler, Job, JobSpec, Outcome};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};

pub use model::{Notice, Seen, Unread};
pub use rules::{Audience, NoticeRule, Rules, When};

use model::NewNotice;

/// The queue that makes notices.
pub const QUEUE: &str = "notices";

/// Makes one notice, or brings it up again.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MakeNotice {
    notice: NewNotice,
}

impl Job for MakeNotice {
    const KIND: &'static str = "reactions.make_notice";
    const QUEUE: &'static str = QUEUE;
    const PRIORITY: u8 = 3;
}

/// Turns events into notices by the table of `R`.
pub fn subscriber<R: Rules>() -> Subscriber {
    Subscriber {
        name: "reactions.notices",
        react: react::<R>,
    }
}

fn react<R: Rules>(event: &Event) -> Vec<JobSpec> {
    // A notice that cannot be made must not ask for a notice about that.
    if event.payload["kind"] == MakeNotice::KIND {
        return Vec::new();
    }
    let rules = R::NOTICES.iter().filter(|rule| rule.event == event.name);
    let notices = rules.filter_map(|rule| rule.notice(event));
    notices
        .filter_map(|notice| JobSpec::of(&MakeNotice { notice }, event.at).ok())
        .collect()
}

pub(crate) fn handler() -> Handler {
    Handler::of(|ctx: Ctx, job: MakeNotice, _| async move {
        let notice = &job.notice;
        ctx.write(|tx| async move { ops::make(tx, notice).await }.scope_boxed())
            .await?;
        Ok(Outcome::Done)
    })
}

#[cfg(test)]
mod tests {
    use kernel::{EventId, Instant, TenantId};
    use platform::Permission;
    use serde_json::json;
    use web::ui::Tone;

    use super::*;

    struct Table;

    impl Rules for Table {
        const NOTICES: &'static [NoticeRule] = &[NoticeRule::new(
            "platform.job.died",
            Permission("platform.jobs.read"),
            "notice-job-died",
            "/console/jobs/{subject}",
            Tone::Bad,
        )];
    }

    #[test]
    fn a_notice_that_could_not_be_made_asks_for_no_notice_about_that() {
        let died = |kind: &str| Event {
            id: EventId::NONE,
            position: 1,
            tenant: TenantId::NONE,
            name: "platform.job.died".into(),
            version: 1,
            subject: "job_1".into(),
            actor: "system".into(),
            cause: None,
            trace_id: String::new(),
            at: Instant::from_micros(1),
            payload: json!({ "kind": kind }),
        };
        assert_eq!(react::<Table>(&died("mail.send")).len(), 1);
        assert!(react::<Table>(&died(MakeNotice::KIND)).is_empty());
    }
}
