//! Words for what has a code.

use engines::fx::Quoted;
use kernel::Rate;
use web::messages::Words;

use super::model::Source;

/// How a fetch went.
pub(super) fn outcome(w: &Words, code: &str) -> String {
    match code {
        "recorded" => w.t("rates-outcome-recorded"),
        "known" => w.t("rates-outcome-known"),
        "feed_unknown" => w.t("rates-outcome-unknown"),
        "feed_not_configured" => w.t("rates-outcome-not-configured"),
        "feed_unsupported_base" => w.t("rates-outcome-unsupported-base"),
        "feed_malformed_request" => w.t("rates-outcome-malformed"),
        "feed_invalid_key" => w.t("rates-outcome-invalid-key"),
        "feed_inactive_account" => w.t("rates-outcome-inactive-account"),
        "feed_quota_reached" => w.t("rates-outcome-quota-reached"),
        "feed_plan_upgrade_required" => w.t("rates-outcome-plan-upgrade"),
        "feed_no_data" => w.t("rates-outcome-no-data"),
        _ => w.t("rates-outcome-refused"),
    }
}

/// Who says so.
pub(super) fn source(w: &Words, source: Source) -> String {
    match source {
        Source::ExchangerateApi => w.t("rates-source-exchangerate-api"),
        Source::Ecb => w.t("rates-source-ecb"),
        Source::Manual => w.t("rates-source-manual"),
    }
}

/// A rate for people: every digit that tells two days apart, and no more.
pub(super) fn shown(w: &Words, rate: Rate) -> String {
    const UNIT: i64 = Rate::ONE.scaled();
    let places = match rate.scaled() {
        large if large >= 1_000 * UNIT => 2,
        middle if middle >= UNIT / 10 => 4,
        small if small >= UNIT / 1_000 => 6,
        _ => 9,
    };
    let cut = 10_i64.pow(12 - places);
    // Half up, as people round.
    w.decimal(rate.scaled().saturating_add(cut / 2) / cut, places)
}

/// How a rate came about.
pub(super) fn origin(w: &Words, quoted: &Quoted) -> String {
    match quoted.legs {
        [None, _] => w.t("rates-same"),
        [Some(leg), None] if leg.inverted => w.t2("rates-inverse", "base", leg.base.code(), "quote", leg.quote.code()),
        [Some(_), None] => w.t("rates-direct"),
        [Some(one), Some(_)] => {
            let through = if one.base == quoted.from { one.quote } else { one.base };
            w.t1("rates-cross", "through", through.code())
        }
    }
}
