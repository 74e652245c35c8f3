//! Pages that belong to no one room: today, search, audit log, jobs, the demo's mailbox, the index of settings, the
//! installation's own front.

mod audit;
pub(crate) mod installation;
mod jobs;
mod mailbox;
mod names;
mod search;
mod settings;
mod today;

use adapters::mail::Mailbox;
use axum::Extension;
use catalog::Books;
use platform::Permission;
use platform::jobs::JobDied;
use platform::jobs::admin::{JobsCancelled, JobsRetried};
use platform::settings::SettingChanged;
use reactions::{NoticeRule, Rules, When};
use reference::RateBooks;
use web::Module;
use web::messages::key;
use web::ui::{Icon, Tone};
use web::{EventInfo, NavEntry, PermissionInfo, Section};

/// See durable work.
pub(crate) const JOBS_READ: Permission = Permission("platform.jobs.read");
/// Retry and cancel it.
pub(crate) const JOBS_MANAGE: Permission = Permission("platform.jobs.manage");
/// See who did what.
pub(crate) const AUDIT_READ: Permission = Permission("platform.audit.read");
/// See the demo's mail.
pub(crate) const MAILBOX_READ: Permission = Permission("platform.mailbox.read");

const MESSAGES: &[(&str, &str)] = &[("en-US", include_str!("../messages/en-US.ftl"))];

/// The pages as a module of the house.
pub(crate) fn module(books: &Books, rates: &RateBooks, mailbox: Option<Mailbox>) -> Module {
    let permission = |permission, roles| PermissionInfo { permission, roles };
    let mut nav = vec![
        NavEntry::new(Section::Top, key("nav-today"), "/console", Icon::Home).keys("g h"),
        NavEntry::new(Section::Operate, key("nav-jobs"), "/console/jobs", Icon::Layers)
            .needs(JOBS_READ)
            .keys("g j")
            .count(jobs::dead, Tone::Bad),
        NavEntry::new(Section::Operate, key("nav-audit"), "/console/audit", Icon::Shield)
            .needs(AUDIT_READ)
            .keys("g a"),
    ];
    let mut pages = today::routes(books, rates)
        .merge(search::routes(books))
        .merge(jobs::pages())
        .merge(audit::pages())
        .merge(settings::pages());
    if let Some(mailbox) = mailbox {
        let entry = NavEntry::new(Section::Operate, key("nav-mailbox"), "/console/mailbox", Icon::Mail);
        nav.push(entry.needs(MAILBOX_READ).keys("g m"));
        pages = pages.merge(mailbox::pages().layer(Extension(mailbox)));
    }
    Module {
        api: jobs::api().merge(audit::api()),
        pages,
        nav,
        permissions: vec![
            permission(JOBS_READ, &["admin", "operations", "support"]),
            permission(JOBS_MANAGE, &["admin", "operations"]),
            permission(AUDIT_READ, &["admin", "finance"]),
            permission(
                MAILBOX_READ,
                &["admin", "operations", "support", "pricing", "sales", "finance"],
            ),
        ],
        events: vec![
            EventInfo::of::<JobsRetried>(),
            EventInfo::of::<JobsCancelled>(),
            EventInfo::of::<SettingChanged>(),
            EventInfo::of::<JobDied>(),
        ],
        messages: MESSAGES.to_vec(),
        ..Module::new("app")
    }
}

/// Which events ring the console's bell, and for whom.
pub(crate) struct NoticeRules;

impl Rules for NoticeRules {
    const NOTICES: &'static [NoticeRule] = &[
        rule(
            "catalog.prices.imported",
            catalog::permissions::PRICES_READ,
            key("notice-prices-imported"),
            "/console/prices",
            Tone::Info,
        )
        .only_of_people(),
        rule(
            "catalog.sync.waits",
            catalog::permissions::PRICES_IMPORT,
            key("notice-sync-waits"),
            "/console/sync/runs/{id}",
            Tone::Warn,
        ),
        rule(
            "catalog.sync.source_failing",
            catalog::permissions::REGISTRARS_EDIT,
            key("notice-source-failing"),
            "/console/sync/runs/{run}",
            Tone::Bad,
        ),
        rule(
            "catalog.margins.alerted",
            catalog::permissions::MARGINS_READ,
            key("notice-margins-alerted"),
            "/console/margins/alerts",
            Tone::Bad,
        )
        .when(When::Is("/told", "notice")),
        rule(
            "platform.job.died",
            JOBS_READ,
            key("notice-job-died"),
            "/console/jobs?state=dead",
            Tone::Bad,
        ),
        rule(
            "identity.api_key.made",
            identity::permissions::API_KEYS_MANAGE,
            key("notice-api-key"),
            "/console/api-keys",
            Tone::Warn,
        )
        .only_of_people(),
        rule(
            "parties.customer.added",
            parties::permissions::CUSTOMERS_READ,
            key("notice-customer-joined"),
            "/console/customers/{subject}",
            Tone::Ok,
        )
        .when(When::Present("/user")),
        rule(
            "identity.user.added",
            identity::permissions::USERS_READ,
            key("notice-staff-invited"),
            "/console/users",
            Tone::Info,
        )
        .when(When::Is("/kind", "staff"))
        .only_of_people(),
        rule(
            "identity.host.changed",
            identity::permissions::SETTINGS_EDIT,
            key("notice-host-verified"),
            "/console/settings/domains",
            Tone::Ok,
        )
        .when(When::Is("/what", "verified")),
        rule(
            "identity.session.started",
            identity::permissions::USERS_READ,
            key("notice-new-device"),
            "/console/profile",
            Tone::Warn,
        )
        .to_user("/user")
        .when(When::Flag("/known_device", false)),
    ];
}

const fn rule(
    event: &'static str,
    permission: Permission,
    title_key: &'static str,
    href: &'static str,
    tone: Tone,
) -> NoticeRule {
    NoticeRule::new(event, permission, title_key, href, tone)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_word_used_is_there() {
        let complaints = web::messages::check::room(env!("CARGO_MANIFEST_DIR"), super::MESSAGES);
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}
