//! What staff may do with the shop.

use platform::Permission;
use web::PermissionInfo;

/// Choose how the storefront shows prices, and at which rate tax is added.
pub(crate) const STOREFRONT_EDIT: Permission = Permission("domains.storefront.edit");

/// Who has them unless the tenant says otherwise.
pub(crate) fn permissions() -> Vec<PermissionInfo> {
    vec![PermissionInfo {
        permission: STOREFRONT_EDIT,
        roles: &["owner", "admin"],
    }]
}
