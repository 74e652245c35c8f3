//! What the room hands to the house.

use axum::extract::Extension;
use platform::db::Migration;
use platform::jobs::QueueLimits;
use platform::migration;
use web::{Erase, EventInfo, Module, PermissionInfo, PersonalData};

use crate::state::Identity;
use crate::{api_keys, hosts, mails, permissions, roles, sessions, sign_in, tenants, users};

/// The room's tables.
pub fn migrations() -> Vec<Migration> {
    vec![
        migration!("20261121_010_identity_tenants"),
        migration!("20261121_011_identity_users"),
        migration!("20261121_012_identity_sessions"),
    ]
}

/// The room.
pub fn module(identity: &Identity) -> Module {
    let pages = sign_in::pages::routes();
    let api = sign_in::http::routes();
    Module {
        pages: pages.layer(Extension(identity.clone())),
        api: api.layer(Extension(identity.clone())),
        jobs: mails::handlers(identity),
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
        ..Module::new("identity")
    }
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
