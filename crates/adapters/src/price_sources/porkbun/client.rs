//! The one call.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use catalog::sync::ports::{Ask, Heard, Part, PriceSource};
use kernel::Clock;

use super::translate;
use crate::Unfit;
use crate::price_sources::wire::Wire;
use crate::transport::{self, Call, Transport};

/// The adapter. It has no credentials: the list is public.
pub struct Porkbun {
    base_url: String,
    transport: Transport,
    clock: Arc<dyn Clock>,
}

impl Porkbun {
    /// `base_url` is `https://api.porkbun.com/api/json/v3`, or a simulator. Makes no call.
    pub fn try_new(base_url: &str, transport: Transport, clock: Arc<dyn Clock>) -> Result<Self, Unfit> {
        let base_url = base_url.trim_end_matches('/').to_owned();
        // Prices that anybody on the way could change are worth as little as credentials anybody could read.
        if !transport::may_carry_secrets(&base_url) {
            return Err(Unfit(format!("porkbun: {base_url} is not an https address")));
        }
        Ok(Self {
            base_url,
            transport,
            clock,
        })
    }
}

#[async_trait]
impl PriceSource for Porkbun {
    fn pause(&self) -> Duration {
        Duration::from_secs(1)
    }

    async fn part(&self, ask: Ask<'_>) -> Heard<Part> {
        let mut wire = Wire::new(&self.transport, self.clock.as_ref(), &ask);
        let call = Call::get(format!("{}/pricing/get", self.base_url));
        let outcome = wire.call("pricing/get", call, translate::prices).await;
        wire.heard(outcome)
    }

    /// There is nothing cheaper to ask than the list.
    async fn check(&self, ask: Ask<'_>) -> Heard<()> {
        let Heard { outcome, calls } = self.part(ask).await;
        Heard {
            outcome: outcome.map(|_| ()),
            calls,
        }
    }
}
