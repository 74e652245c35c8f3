//! What a tenant may still ask of registrars: a budget of names, so that no tenant uses up what an account allows its
//! neighbours, and no visitor its own shop's.

use kernel::{Problem, TenantId};
use web::Budget;

/// One tenant's share of the budget of names sent to registrars.
#[derive(Clone)]
pub(super) struct Purse {
    budget: Budget,
    tenant: TenantId,
}

impl Purse {
    /// The purse of a tenant.
    pub(super) fn of(budget: &Budget, tenant: TenantId) -> Self {
        Self {
            budget: budget.clone(),
            tenant,
        }
    }

    /// Pays for names that are about to be sent.
    ///
    /// # Errors
    /// 429 with the seconds after which it would be granted; nothing is taken then.
    pub(super) fn pay(&self, names: usize) -> Result<(), Problem> {
        self.budget.take(self.tenant, names)
    }
}
