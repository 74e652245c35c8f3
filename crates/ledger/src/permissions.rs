//! What staff may do with the books and with wallets.

use platform::Permission;
use web::PermissionInfo;

/// See accounts, the journal and reports.
pub const LEDGER_READ: Permission = Permission("ledger.journal.read");
/// Post entries by hand and reverse transactions.
pub const LEDGER_POST: Permission = Permission("ledger.journal.post");
/// Open the books, close a period and open it again.
pub const LEDGER_CLOSE: Permission = Permission("ledger.books.close");
/// See customers' wallets.
pub const WALLETS_READ: Permission = Permission("ledger.wallets.read");
/// Credit and correct customers' wallets.
pub const WALLETS_ADJUST: Permission = Permission("ledger.wallets.adjust");

/// Who has them unless the tenant says otherwise.
pub(crate) fn permissions() -> Vec<PermissionInfo> {
    let info = |permission, roles| PermissionInfo { permission, roles };
    vec![
        info(LEDGER_READ, &["owner", "admin", "finance"][..]),
        info(LEDGER_POST, &["owner", "finance"][..]),
        info(LEDGER_CLOSE, &["owner", "finance"][..]),
        info(WALLETS_READ, &["owner", "admin", "finance", "sales", "support"][..]),
        info(WALLETS_ADJUST, &["owner", "finance"][..]),
    ]
}
