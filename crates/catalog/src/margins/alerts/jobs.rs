//! What starts looking at margins, and the job that does.

use std::sync::Arc;

use platform::Ctx;
use platform::events::{Event, Subscriber};
use platform::jobs::{Handler, Job, JobSpec, Outcome, QueueLimits};
use reference::RateBooks;
use serde::{Deserialize, Serialize};

use super::check;
use crate::price_books::Books;

/// The queue: nobody waits for it, and a large import is one job. One at a time: two that look at one tenant's margins at
/// once would find the same alerts untold, and the one that is refused for it would have to be tried again.
pub(crate) const LIMITS: QueueLimits = QueueLimits {
    name: "catalog_margins",
    concurrency: 1,
    per_minute: None,
};

/// What telling needs of the rest.
#[derive(Clone)]
pub struct Ports {
    /// Prices in memory.
    pub books: Books,
    /// Rates in memory.
    pub rates: RateBooks,
    /// The tenants' names, languages and addresses.
    pub hosts: Arc<dyn web::Hosts>,
    /// Whom mails come from; the tenant's name is shown with this address.
    pub mail_from: String,
}

/// Looks at the margins whose prices moved since they were last looked at.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CheckMargins {
    /// Looks at all of them: what changed is no price.
    pub(super) all: bool,
    /// The moment a scheduled price takes effect, in microseconds; nothing where an event started it.
    pub(super) at: Option<i64>,
}

impl Job for CheckMargins {
    const KIND: &'static str = "catalog.check_margins";
    const QUEUE: &'static str = LIMITS.name;
    const PRIORITY: u8 = 3;

    /// One for each moment. Those that events start have none: one more that finds nothing is cheap, one too few would
    /// leave somebody untold.
    fn unique_key(&self) -> Option<String> {
        self.at.map(|at| format!("at {at}"))
    }
}

/// Listens to what may change a margin.
pub fn subscriber() -> Subscriber {
    Subscriber {
        name: "catalog.margin_alerts",
        react,
    }
}

fn react(event: &Event) -> Vec<JobSpec> {
    let all = match event.name.as_str() {
        "catalog.prices.imported" | "catalog.prices.changed" => false,
        "reference.rates.recorded"
        | "reference.rates.imported"
        | "catalog.registrar.resumed"
        | "catalog.sales_list.changed" => true,
        _ => return Vec::new(),
    };
    let job = CheckMargins { all, at: None };
    JobSpec::of(&job, event.at).into_iter().collect()
}

/// What runs it.
pub fn handlers(ports: &Ports) -> Vec<Handler> {
    let ports = ports.clone();
    vec![Handler::of(move |ctx: Ctx, job: CheckMargins, _run| {
        let ports = ports.clone();
        async move {
            check::check(&ctx, &ports, job.all).await?;
            Ok(Outcome::Done)
        }
    })]
}
