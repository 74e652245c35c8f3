//! What the routes take.

use kernel::Problem;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::imports::{ListRef, Vanished};
use crate::sync::kind::{Credentials, SourceKind};
use crate::sync::source::{NewSource, SourceEdit};
use crate::sync::terms::{Terms, filter};

/// What a source's calls are signed with. Taken in, never given out.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PriceSourceCredentials)]
pub(in crate::sync::http) struct CredentialsBody {
    /// Identifier or user name.
    #[schema(min_length = 1, max_length = 256, example = "q7Xk")]
    key: String,
    /// Secret or password.
    #[schema(min_length = 1, max_length = 256, example = "9sVxK2")]
    secret: String,
}

/// Everything about a source that people decide.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PriceSourceEdit)]
pub(in crate::sync::http) struct SourceBody {
    /// As people call it.
    #[schema(min_length = 1, max_length = 120, example = "Our WHMCS")]
    name: String,
    /// Where it answers; left out for the usual place. A WHMCS always needs one.
    #[schema(max_length = 300, example = "https://billing.example.com")]
    #[serde(default)]
    endpoint: String,
    /// The list its prices go to: a registrar account's id for costs, a sales list's for sales prices.
    #[schema(max_length = 64, example = "sal_01934000000070008000000000000002")]
    list: String,
    /// Minutes between two runs.
    #[schema(minimum = 5, maximum = 40_320, example = 360)]
    #[serde(default = "day")]
    interval_minutes: i64,
    /// Seconds to wait for one answer.
    #[schema(minimum = 1, maximum = 30, example = 20)]
    #[serde(default = "twenty")]
    timeout_seconds: i64,
    /// Endings taken, apart by spaces, `*` for any characters; all if left out.
    #[schema(max_length = 20_000, example = "com net *.uk")]
    #[serde(default)]
    include: String,
    /// Endings not taken.
    #[schema(max_length = 20_000, example = "xn--*")]
    #[serde(default)]
    exclude: String,
    /// What becomes of prices in force that the source no longer names.
    #[serde(default)]
    vanished: Vanished,
    /// Of a hundred prices in force, how many a run may change or end before a person has to look.
    #[schema(minimum = 0, maximum = 100, example = 20)]
    #[serde(default = "twenty")]
    most_changed_percent: i64,
    /// Hundredths of a price in force that the next may be at most, and as far below it: 300 is three times.
    #[schema(minimum = 101, maximum = 10_000, example = 300)]
    #[serde(default = "three_times")]
    largest_jump_hundredths: i64,
    /// Replace those there are; leave them out to keep them.
    credentials: Option<CredentialsBody>,
}

const fn day() -> i64 {
    24 * 60
}

const fn twenty() -> i64 {
    20
}

const fn three_times() -> i64 {
    300
}

impl TryFrom<SourceBody> for SourceEdit {
    type Error = Problem;

    fn try_from(body: SourceBody) -> Result<Self, Problem> {
        let list: ListRef = body
            .list
            .parse()
            .map_err(|_| Problem::refused("list_unknown").field("/list", "list_unknown"))?;
        Ok(Self {
            terms: Terms {
                name: body.name,
                endpoint: body.endpoint,
                list,
                interval_minutes: body.interval_minutes,
                timeout_seconds: body.timeout_seconds,
                filter: filter(&body.include, &body.exclude)?,
                vanished: body.vanished,
                most_changed_percent: body.most_changed_percent,
                largest_jump_hundredths: body.largest_jump_hundredths,
            },
            credentials: body
                .credentials
                .map(|credentials| Credentials::new(&credentials.key, &credentials.secret)),
        })
    }
}

/// A price source to add.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPriceSource)]
pub(in crate::sync::http) struct NewSourceBody {
    /// Whose protocol it speaks. Never changes.
    kind: SourceKind,
    /// Everything else.
    source: SourceBody,
}

impl TryFrom<NewSourceBody> for NewSource {
    type Error = Problem;

    fn try_from(body: NewSourceBody) -> Result<Self, Problem> {
        let SourceEdit { terms, credentials } = body.source.try_into()?;
        Ok(Self {
            kind: body.kind,
            terms,
            credentials,
        })
    }
}
