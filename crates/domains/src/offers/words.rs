//! Offers in words: the sentence of each reason.

use web::messages::{Words, key};

use super::model::Reason;
use super::shortened;

/// A reason's code and the key of its sentence. Codes are public and never change; keys are ours.
const SENTENCES: [(&str, &str); 39] = [
    ("name_empty", key("domains-reason-name-empty")),
    ("name_has_space", key("domains-reason-name-has-space")),
    ("name_too_long", key("domains-reason-name-too-long")),
    ("label_empty", key("domains-reason-label-empty")),
    ("label_too_long", key("domains-reason-label-too-long")),
    ("hyphen_at_edge", key("domains-reason-hyphen-at-edge")),
    ("hyphens_reserved", key("domains-reason-hyphens-reserved")),
    ("character_not_allowed", key("domains-reason-character-not-allowed")),
    ("emoji_not_allowed", key("domains-reason-emoji-not-allowed")),
    ("mixed_script", key("domains-reason-mixed-script")),
    ("encoding_invalid", key("domains-reason-encoding-invalid")),
    ("suffix_missing", key("domains-reason-suffix-missing")),
    ("suffix_unknown", key("domains-reason-suffix-unknown")),
    ("not_registrable", key("domains-reason-not-registrable")),
    ("is_subdomain", key("domains-reason-is-subdomain")),
    ("suffix_not_sold", key("domains-reason-suffix-not-sold")),
    ("name_not_sold", key("domains-reason-name-not-sold")),
    ("not_priced", key("domains-reason-not-priced")),
    (
        "premium_price_on_request",
        key("domains-reason-premium-price-on-request"),
    ),
    ("registrar_slow", key("domains-reason-registrar-slow")),
    ("registrar_down", key("domains-reason-registrar-down")),
    ("registrar_limited", key("domains-reason-registrar-limited")),
    ("registrar_unsure", key("domains-reason-registrar-unsure")),
    ("no_registrar", key("domains-reason-no-registrar")),
    ("not_registered", key("domains-reason-not-registered")),
    ("not_ours", key("domains-reason-not-ours")),
    ("term_not_offered", key("domains-reason-term-not-offered")),
    ("tld_not_priced", key("domains-reason-tld-not-priced")),
    ("operation_not_priced", key("domains-reason-operation-not-priced")),
    ("currency_not_priced", key("domains-reason-currency-not-priced")),
    ("no_price_in_force", key("domains-reason-no-price-in-force")),
    ("renewal_not_priced", key("domains-reason-renewal-not-priced")),
    ("fee_not_priced", key("domains-reason-fee-not-priced")),
    ("privacy_not_priced", key("domains-reason-privacy-not-priced")),
    ("rate_missing", key("domains-reason-rate-missing")),
    ("rate_stale", key("domains-reason-rate-stale")),
    ("total_too_large", key("domains-reason-total-too-large")),
    ("ending_not_a_name", key("domains-reason-ending-not-a-name")),
    ("ending_unknown", key("domains-reason-ending-unknown")),
];

/// The sentence of a reason.
pub(super) fn reason(words: &Words, reason: &Reason) -> String {
    let sentence = SENTENCES.iter().find(|(code, _)| *code == reason.code);
    let Some((_, key)) = sentence else {
        return reason.code.to_owned();
    };
    let value = reason.value.as_deref().unwrap_or_default();
    words.t1(key, "value", shortened(value, 80))
}

#[cfg(test)]
mod tests {
    use engines::pricing::NotPriced;

    use super::super::answers::NoAnswer;
    use super::super::name::InvalidName;
    use super::*;

    #[test]
    fn every_reason_has_its_sentence() {
        let unanswered = [
            NoAnswer::Slow,
            NoAnswer::Down,
            NoAnswer::Limited,
            NoAnswer::Denied,
            NoAnswer::Unsure,
            NoAnswer::Unsupported,
            NoAnswer::NoRegistrar,
        ];
        let codes = InvalidName::CODES.into_iter().chain(unanswered.map(NoAnswer::code));
        let unpriced = [
            NotPriced::TermNotOffered,
            NotPriced::TldNotPriced,
            NotPriced::OperationNotPriced,
            NotPriced::CurrencyNotPriced,
            NotPriced::NoPriceInForce,
            NotPriced::RenewalNotPriced,
            NotPriced::FeeNotPriced,
            NotPriced::PrivacyNotPriced,
            NotPriced::RateMissing,
            NotPriced::RateStale,
            NotPriced::TotalTooLarge,
        ];
        let codes = codes.chain(unpriced.map(NotPriced::code));
        let own = [
            "suffix_not_sold",
            "not_priced",
            "premium_price_on_request",
            "not_registered",
            "not_ours",
        ];
        for code in codes.chain(own).chain(["ending_not_a_name", "ending_unknown"]) {
            assert!(
                SENTENCES.iter().any(|(known, _)| *known == code),
                "{code} has no sentence"
            );
        }
    }
}
