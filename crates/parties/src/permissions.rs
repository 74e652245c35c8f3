//! What staff may do with customers and suppliers.

use platform::Permission;
use web::PermissionInfo;

/// See customers, their groups and contacts.
pub const CUSTOMERS_READ: Permission = Permission("parties.customers.read");
/// Add, change, archive and restore customers, their groups and contacts.
pub const CUSTOMERS_EDIT: Permission = Permission("parties.customers.edit");
/// See suppliers and their contacts.
pub const SUPPLIERS_READ: Permission = Permission("parties.suppliers.read");
/// Add, change, archive and restore suppliers and their contacts.
pub const SUPPLIERS_EDIT: Permission = Permission("parties.suppliers.edit");

/// Who has them unless the tenant says otherwise.
pub(crate) fn permissions() -> Vec<PermissionInfo> {
    let info = |permission, roles| PermissionInfo { permission, roles };
    vec![
        info(
            CUSTOMERS_READ,
            &["owner", "admin", "pricing", "sales", "operations", "finance", "support"][..],
        ),
        info(CUSTOMERS_EDIT, &["owner", "admin", "sales", "support"][..]),
        info(
            SUPPLIERS_READ,
            &["owner", "admin", "pricing", "sales", "operations", "finance"][..],
        ),
        info(SUPPLIERS_EDIT, &["owner", "admin", "pricing", "operations"][..]),
    ]
}
