//! What the room hands to the house.

use axum::extract::Extension;
use platform::db::Migration;
use platform::jobs::QueueLimits;
use platform::migration;
use web::messages::key;
use web::ui::Icon;
use web::{Erase, EventInfo, MailInfo, Module, NavEntry, PermissionInfo, PersonalData, Section};

use crate::state::Identity;
use crate::{
    accounts, api_keys, hosts, housekeeping, mails, permissions, profile, roles, sessions, sign_in, tenants, users,
};

/// The room's tables.
pub fn migrations() -> Vec<Migration> {
    vec![
        migration!("20261121_010_identity_tenants"),
        migration!("20261121_011_identity_users"),
        migration!("20261121_012_identity_sessions"),
        migration!("20261127_013_identity_prices_with_tax"),
    ]
}

/// The room.
pub fn module(identity: &Identity) -> Module {
    let pages = sign_in::pages::routes()
        .merge(accounts::pages::routes())
        .merge(accounts::link_pages::routes())
        .merge(users::pages::routes())
        .merge(roles::pages::routes())
        .merge(api_keys::pages::routes())
        .merge(tenants::pages::routes())
        .merge(hosts::pages::routes())
        .merge(profile::pages::routes());
    let api = sign_in::http::routes()
        .merge(users::http::routes())
        .merge(roles::http::routes())
        .merge(api_keys::http::routes())
        .merge(profile::http::routes())
        .merge(tenants::http::routes());
    Module {
        pages: pages.layer(Extension(identity.clone())),
        api: api.layer(Extension(identity.clone())),
        jobs: mails::handlers(identity)
            .into_iter()
            .chain(housekeeping::handlers(identity))
            .collect(),
        cron: housekeeping::cron(),
        queues: vec![QueueLimits {
            name: mails::QUEUE,
            concurrency: 5,
            per_minute: Some(100),
        }],
        events: events(),
        migrations: migrations(),
        permissions: permissions::DECLARED
            .iter()
            .map(|(permission, roles)| PermissionInfo {
                permission: *permission,
                roles,
            })
            .collect(),
        messages: vec![("en-US", crate::EN_US)],
        public_routes: vec!["post /api/v1/auth/sign-in", "post /api/v1/auth/refresh"],
        personal_data: personal_data(),
        mails: mail_infos(),
        nav: NAV.to_vec(),
        ..Module::new("identity")
    }
}

const fn setting(label: &'static str, href: &'static str, icon: Icon) -> NavEntry {
    NavEntry::new(Section::Settings, label, href, icon)
}

const NAV: &[NavEntry] = &[
    setting(key("identity-users"), "/console/users", Icon::People)
        .about(key("identity-users-about"))
        .needs(permissions::USERS_READ)
        .keys("g u"),
    setting(key("identity-roles"), "/console/roles", Icon::Shield)
        .about(key("identity-roles-about"))
        .needs(permissions::USERS_READ),
    setting(key("identity-api-keys"), "/console/api-keys", Icon::Key)
        .about(key("identity-api-keys-about"))
        .needs(permissions::API_KEYS_MANAGE),
    setting(key("identity-company"), "/console/settings/company", Icon::Building)
        .about(key("identity-company-about"))
        .needs(permissions::SETTINGS_EDIT),
    setting(key("identity-hosts"), "/console/settings/domains", Icon::Globe)
        .about(key("identity-hosts-about"))
        .needs(permissions::SETTINGS_EDIT),
];

fn mail_infos() -> Vec<MailInfo> {
    let info = |name, description| MailInfo { name, description };
    vec![
        info("identity.verify", key("identity-mail-verify-when")),
        info("identity.welcome", key("identity-mail-welcome-when")),
        info("identity.reset", key("identity-mail-reset-when")),
        info("identity.invite", key("identity-mail-invite-when")),
        info("identity.change_email", key("identity-mail-change-email-when")),
        info("identity.new_sign_in", key("identity-mail-new-sign-in-when")),
    ]
}

fn events() -> Vec<EventInfo> {
    vec![
        EventInfo::of::<tenants::events::TenantSignedUp>(),
        EventInfo::of::<tenants::events::TenantChanged>(),
        EventInfo::of::<hosts::events::HostChanged>(),
        EventInfo::of::<users::events::UserAdded>(),
        EventInfo::of::<users::events::UserChanged>(),
        EventInfo::of::<users::events::UserStateChanged>(),
        EventInfo::of::<users::events::UserRolesChanged>(),
        EventInfo::of::<users::events::CredentialsChanged>(),
        EventInfo::of::<roles::events::RoleChanged>(),
        EventInfo::of::<sessions::events::SignedIn>(),
        EventInfo::of::<sessions::events::SessionsEnded>(),
        EventInfo::of::<api_keys::events::ApiKeyMade>(),
        EventInfo::of::<api_keys::events::ApiKeyRevoked>(),
    ]
}

fn personal_data() -> Vec<PersonalData> {
    let data = |table, columns, erase| PersonalData { table, columns, erase };
    vec![
        data(
            "users",
            &[
                "email",
                "email_key",
                "name",
                "search_key",
                "password_hash",
                "totp_sealed",
                "locale",
                "time_zone",
            ],
            Erase::Blank,
        ),
        data("user_avatars", &["content"], Erase::Delete),
        data("sessions", &["agent", "network"], Erase::Delete),
        data("known_devices", &["digest"], Erase::Delete),
        data(
            "sign_in_failures",
            &["counter_key"],
            Erase::Keep("digests of addresses and network prefixes; they are gone after a day"),
        ),
        data("links", &["detail"], Erase::Delete),
    ]
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_message_asked_for_is_there() {
        let complaints = web::messages::check::room(env!("CARGO_MANIFEST_DIR"), &[("en-US", crate::EN_US)]);
        assert_eq!(complaints, Vec::<String>::new());
    }
}
