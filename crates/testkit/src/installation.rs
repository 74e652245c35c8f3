//! A running installation without HTTP: for tests of platform and of rooms' operations.

use std::sync::Arc;

use kernel::{Id, Instant, TenantId};
use platform::clock::ManualClock;
use platform::db::Migration;
use platform::entropy::Entropy;
use platform::secrets::{MasterKey, Secrets};
use platform::{Actor, Ctx, Grants, Permission, Platform, ScopeMint, Who};

use crate::TestDatabase;

/// A platform over a database of its own, at a fixed moment, with seeded ids.
pub struct TestInstallation {
    /// The platform.
    pub platform: Platform,
    /// Its clock, to be moved by hand.
    pub clock: Arc<ManualClock>,
    /// Makes scopes.
    pub mint: ScopeMint,
    database: TestDatabase,
}

impl TestInstallation {
    /// The moment tests begin at: 2026-11-21T09:00:00Z.
    pub const START: &str = "2026-11-21T09:00:00Z";

    /// An installation with platform's and these migrations.
    pub async fn new(migrations: &[Migration]) -> Self {
        let database = TestDatabase::new(migrations).await;
        let start: Instant = Self::START.parse().expect("a fixed instant");
        let clock = Arc::new(ManualClock::at(start));
        let secrets = Secrets::new(MasterKey::new(1, [7; 32]), Vec::new());
        let platform = Platform::new(database.db.clone(), clock.clone(), Entropy::from_seed(7), secrets);
        Self {
            platform,
            clock,
            mint: ScopeMint::the_only_one(),
            database,
        }
    }

    /// The context of a tenant in which everything is allowed.
    pub fn system(&self, tenant: TenantId) -> Ctx {
        self.platform.ctx(self.mint.system(tenant), self.platform.new_trace())
    }

    /// The context of a member of staff who may do exactly this.
    pub fn staff(&self, tenant: TenantId, permissions: &[Permission]) -> Ctx {
        let these = permissions.iter().map(|permission| permission.0.to_owned()).collect();
        let who = Who::Staff(self.platform.new_id());
        let actor = Actor {
            who,
            grants: Grants::These(Arc::new(these)),
            test_mode: false,
        };
        self.platform
            .ctx(self.mint.scope(tenant, actor), self.platform.new_trace())
    }

    /// The context of somebody at the tenant's public site.
    pub fn visitor(&self, tenant: TenantId) -> Ctx {
        self.platform.ctx(self.mint.visitor(tenant), self.platform.new_trace())
    }

    /// A tenant's id for tests that need no tenant row.
    pub fn tenant(number: u128) -> TenantId {
        TenantId::from_uuid(uuid::Uuid::from_u128(number))
    }

    /// The database of this test.
    pub fn database(&self) -> &TestDatabase {
        &self.database
    }
}
