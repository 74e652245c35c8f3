//! Somebody signed up at a tenant's site and proved the address: the tenant gets a customer of that login.

use identity::users::{Kind, State};
use kernel::UserId;
use platform::events::{Event, Subscriber};
use platform::jobs::{Handler, Job, JobSpec, Outcome, Run};
use platform::{Ctx, Result};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};

/// Opens the customer of a login, or finds the one that is known by its address.
#[derive(Serialize, Deserialize)]
struct OpenCustomer {
    user: UserId,
}

impl Job for OpenCustomer {
    const KIND: &'static str = "app.open_customer";
    const QUEUE: &'static str = "flows";

    fn unique_key(&self) -> Option<String> {
        Some(self.user.to_string())
    }
}

pub(crate) fn subscriber() -> Subscriber {
    Subscriber {
        name: "app.customer_sign_up",
        react,
    }
}

pub(crate) fn handler() -> Handler {
    Handler::of(open)
}

fn react(event: &Event) -> Vec<JobSpec> {
    let is = |field: &str, value: &str| event.payload.get(field).and_then(serde_json::Value::as_str) == Some(value);
    if event.name != "identity.user.state_changed" || !is("kind", "customer") || !is("state", "active") {
        return Vec::new();
    }
    let job = event
        .subject
        .parse()
        .ok()
        .and_then(|user| JobSpec::of(&OpenCustomer { user }, event.at).ok());
    job.into_iter().collect()
}

async fn open(ctx: Ctx, job: OpenCustomer, _run: Run) -> Result<Outcome> {
    ctx.write(|tx| {
        async move {
            let (user, _) = identity::users::ops::by_id(tx, job.user).await?;
            if user.kind == Kind::Customer && user.state == State::Active {
                parties::customers::ops::for_login(tx, user.id, &user.name, user.email.as_str()).await?;
            }
            Ok(Outcome::Done)
        }
        .scope_boxed()
    })
    .await
}
