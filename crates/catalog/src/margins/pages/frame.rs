//! What the pages about margins share: tabs, and the words for services and classes.

use engines::margin::{MarginClass, Service};
use web::messages::Words;
use web::ui::Tabs;

use super::{ALERTS_PATH, PATH};

/// The pages about margins.
pub(in crate::margins) fn tabs(w: &Words, current: &str) -> Tabs {
    Tabs::new(w.t("catalog-margins"))
        .tab(PATH, w.t("catalog-margin-report"), None, current == PATH)
        .tab(ALERTS_PATH, w.t("catalog-margin-alerts"), None, current == ALERTS_PATH)
}

/// The words for a service.
pub(in crate::margins) fn service(w: &Words, service: Service) -> String {
    match service {
        Service::RegisterFirstYear => w.t("catalog-service-first-year"),
        Service::RegisterRegular => w.t("catalog-service-regular"),
        Service::Renew => w.t("catalog-renew"),
        Service::Transfer => w.t("catalog-transfer"),
        Service::Restore => w.t("catalog-restore"),
    }
}

/// The words for a class.
pub(in crate::margins) fn class(w: &Words, class: MarginClass) -> String {
    match class {
        MarginClass::Negative => w.t("catalog-margin-negative"),
        MarginClass::Low => w.t("catalog-margin-low"),
        MarginClass::Healthy => w.t("catalog-margin-healthy"),
        MarginClass::NotComparable => w.t("catalog-margin-not-comparable"),
        MarginClass::NoCost => w.t("catalog-margin-no-cost"),
        MarginClass::NoPrice => w.t("catalog-margin-no-price"),
    }
}
