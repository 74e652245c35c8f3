//! What staff may do with reference data.

use platform::Permission;
use web::PermissionInfo;

/// See exchange rates and convert with them.
pub const RATES_READ: Permission = Permission("reference.rates.read");
/// Record, fetch and import exchange rates, and choose where they come from.
pub const RATES_EDIT: Permission = Permission("reference.rates.edit");

/// Who has them unless the tenant says otherwise.
pub(crate) fn permissions() -> Vec<PermissionInfo> {
    let info = |permission, roles| PermissionInfo { permission, roles };
    vec![
        info(
            RATES_READ,
            &["owner", "admin", "pricing", "sales", "support", "finance", "viewer"][..],
        ),
        info(RATES_EDIT, &["owner", "admin", "finance"][..]),
    ]
}
