//! Whether a source's address and credentials work: asked when a person wants to know, written down nowhere.

use std::time::Duration;

use kernel::PriceSourceId;
use platform::{Ctx, Result};
use scoped_futures::ScopedFutureExt;

use super::ops;
use super::ports::{Ask, PriceSources};
use super::runner::connect;
use super::telemetry::measure;
use crate::imports;
use crate::permissions::REGISTRARS_EDIT;

/// What came of asking.
pub(super) struct Checked {
    /// What is wrong; nothing when all is well.
    pub(super) error: Option<String>,
    /// How long the calls took together.
    pub(super) milliseconds: i64,
}

/// Makes the cheapest call that proves a source's settings.
///
/// # Errors
/// `not_found`, `source_lacks_credentials`, `source_unfit`, `forbidden`, or the database.
pub(super) async fn check(ctx: &Ctx, sources: &dyn PriceSources, id: PriceSourceId) -> Result<Checked> {
    ctx.allow(REGISTRARS_EDIT)?;
    let (source, currency) = ctx
        .read(|read| {
            async move {
                let source = ops::by_id(read, id).await?;
                let currency = imports::list_currency(read, source.terms.list).await?;
                Ok((source, currency))
            }
            .scope_boxed()
        })
        .await?;
    let adapter = connect(ctx, sources, &source)?;
    let correlation = ctx.trace_id().to_string();
    let ask = Ask {
        currency,
        cursor: None,
        within: Duration::from_secs(source.terms.timeout_seconds.unsigned_abs()),
        correlation: &correlation,
    };
    let heard = adapter.check(ask).await;
    measure(&source, &correlation, &heard.calls);
    let took: Duration = heard.calls.iter().map(|call| call.took).sum();
    Ok(Checked {
        error: heard.outcome.err().map(|failure| failure.to_string()),
        milliseconds: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
    })
}
