//! What staff may do with prices. Costs and margins are never shown to buyers: they need a permission of their own.
//! Administrators change prices; pricing managers see margins, and change prices where the company gives them a role that may.

use platform::Permission;
use web::PermissionInfo;

/// See sales prices, registrars and endings in the console.
pub const PRICES_READ: Permission = Permission("catalog.prices.read");
/// See costs and margins.
pub const MARGINS_READ: Permission = Permission("catalog.margins.read");
/// Add and change sales lists, and their prices.
pub const PRICES_EDIT: Permission = Permission("catalog.prices.edit");
/// Set a sales price below its cost, with a reason.
pub const BELOW_COST: Permission = Permission("catalog.prices.below_cost");
/// Import price lists.
pub const PRICES_IMPORT: Permission = Permission("catalog.prices.import");
/// Add, change, pause and resume registrar accounts.
pub const REGISTRARS_EDIT: Permission = Permission("catalog.registrars.edit");
/// Change how endings are priced: lowest margin, alerts, scheduling, currencies, retention.
pub const SETTINGS_EDIT: Permission = Permission("catalog.settings.edit");

/// Archive old prices now, and bring archived ones back.
pub const ARCHIVE_MANAGE: Permission = Permission("catalog.archive.manage");

/// Who has them unless the tenant says otherwise.
pub(crate) fn permissions() -> Vec<PermissionInfo> {
    let info = |permission, roles| PermissionInfo { permission, roles };
    vec![
        info(
            PRICES_READ,
            &["owner", "admin", "pricing", "sales", "support", "finance", "viewer"][..],
        ),
        info(MARGINS_READ, &["owner", "admin", "pricing"][..]),
        info(PRICES_EDIT, &["owner", "admin"][..]),
        info(BELOW_COST, &["owner", "admin"][..]),
        info(PRICES_IMPORT, &["owner", "admin"][..]),
        info(REGISTRARS_EDIT, &["owner", "admin"][..]),
        info(SETTINGS_EDIT, &["owner", "admin"][..]),
        info(ARCHIVE_MANAGE, &["owner", "admin"][..]),
    ]
}
