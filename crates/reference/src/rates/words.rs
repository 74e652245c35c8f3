//! Words for what has a code.

use web::messages::Words;

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
