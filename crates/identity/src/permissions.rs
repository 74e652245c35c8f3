//! What staff may be permitted to do in this room.

use platform::Permission;

/// See who signs in.
pub const USERS_READ: Permission = Permission("identity.users.read");
/// Invite, disable, give roles, end sessions of others.
pub const USERS_MANAGE: Permission = Permission("identity.users.manage");
/// Make owners, and change or disable them.
pub const OWNERS_MANAGE: Permission = Permission("identity.owners.manage");
/// Make and change roles of the tenant's own.
pub const ROLES_MANAGE: Permission = Permission("identity.roles.manage");
/// See, make and revoke API keys.
pub const API_KEYS_MANAGE: Permission = Permission("identity.api_keys.manage");
/// Change the company's name, brand, currency, zone, language and domains.
pub const SETTINGS_EDIT: Permission = Permission("identity.settings.edit");

/// All of them with the built-in roles that have them by default (owner and admin have everything a room declares).
pub const DECLARED: &[(Permission, &[&str])] = &[
    (USERS_READ, &["owner", "admin", "support"]),
    (USERS_MANAGE, &["owner", "admin"]),
    (OWNERS_MANAGE, &["owner"]),
    (ROLES_MANAGE, &["owner", "admin"]),
    (API_KEYS_MANAGE, &["owner", "admin"]),
    (SETTINGS_EDIT, &["owner", "admin"]),
];
