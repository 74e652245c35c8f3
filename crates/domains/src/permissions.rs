//! What staff may do with the shop, with prices told to customers, and with the names they hold.

use platform::Permission;
use web::PermissionInfo;

/// Choose how the storefront shows prices, and at which rate tax is added.
pub(crate) const STOREFRONT_EDIT: Permission = Permission("domains.storefront.edit");

/// Lock prices for customers.
pub(crate) const PRICES_LOCK: Permission = Permission("domains.prices.lock");
/// See the domain names held for customers.
pub(crate) const NAMES_READ: Permission = Permission("domains.names.read");
/// Take names into the portfolio.
pub(crate) const NAMES_EDIT: Permission = Permission("domains.names.edit");

/// Who has them unless the tenant says otherwise.
pub(crate) fn permissions() -> Vec<PermissionInfo> {
    let info = |permission, roles| PermissionInfo { permission, roles };
    vec![
        info(STOREFRONT_EDIT, &["owner", "admin"][..]),
        info(PRICES_LOCK, &["owner", "admin", "pricing", "sales"][..]),
        info(
            NAMES_READ,
            &["owner", "admin", "pricing", "sales", "operations", "support", "finance"][..],
        ),
        info(NAMES_EDIT, &["owner", "admin", "operations"][..]),
    ]
}
