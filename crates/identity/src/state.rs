//! The room's own state: ports, hasher, permission matrix, caches. One per process, made in `app/wiring`.

use std::sync::{Arc, OnceLock};

use kernel::TenantId;
use platform::ports::{Mailbox, Mailer};
use platform::{Ctx, Platform, ScopeMint};

use crate::auth;
use crate::hosts::{self, TxtRecords};
use crate::passwords::Hasher;
use crate::roles::{Declared, Matrix};
use crate::sessions::jwt;
use crate::versions::Watch;

/// What the room needs of the rest.
pub struct Ports {
    /// The installation.
    pub platform: Platform,
    /// Makes scopes for whom we recognise.
    pub mint: ScopeMint,
    /// Base URL of the installation's own site; tenants answer at `{slug}.` in front of its host.
    pub public_url: String,
    /// Hands mails over.
    pub mailer: Arc<dyn Mailer>,
    /// Whom mails come from; the tenant's name is shown with this address.
    pub mail_from: String,
    /// Looks up the proof of own domains.
    pub txt_records: Arc<dyn TxtRecords>,
}

pub(crate) struct Inner {
    pub(crate) ports: Ports,
    pub(crate) hasher: Hasher,
    pub(crate) tokens: jwt::Tokens,
    pub(crate) callers: auth::Callers,
    pub(crate) sites: hosts::Sites,
    pub(crate) watch: Watch,
    matrix: OnceLock<Matrix>,
}

/// The room, shared by its handlers, its jobs and the edge's ports. Cheap to clone.
#[derive(Clone)]
pub struct Identity(pub(crate) Arc<Inner>);

impl Identity {
    /// Puts the parts together.
    pub fn new(ports: Ports) -> Self {
        let tokens = jwt::Tokens::new(&ports.platform.secrets().derive("identity.access_token.v1"));
        Self(Arc::new(Inner {
            ports,
            hasher: Hasher::default(),
            tokens,
            callers: auth::Callers::default(),
            sites: hosts::Sites::default(),
            watch: Watch::default(),
            matrix: OnceLock::new(),
        }))
    }

    /// Tells the room every permission of the product, once all rooms are known. Before that nobody may do anything.
    pub fn learn_permissions<'m>(&self, modules: impl IntoIterator<Item = &'m web::Module>) {
        let declared = modules.into_iter().flat_map(|module| module.permissions.iter());
        let declared = declared
            .map(|info| Declared {
                permission: info.permission.0,
                roles: info.roles,
            })
            .collect();
        // Wiring calls it once; a second call would change nothing.
        let _ = self.0.matrix.set(Matrix::new(declared));
    }

    /// Every permission and who has it by default.
    pub fn matrix(&self) -> &Matrix {
        static EMPTY: std::sync::LazyLock<Matrix> = std::sync::LazyLock::new(Matrix::default);
        self.0.matrix.get().unwrap_or(&EMPTY)
    }

    /// Hashes passwords; for the demo's seed.
    pub fn hasher(&self) -> &Hasher {
        &self.0.hasher
    }

    /// The stored form of a password, for the demo's seed.
    ///
    /// # Errors
    /// When too many are being hashed.
    pub async fn hash_password(&self, password: &str) -> platform::Result<String> {
        let salt = self.platform().entropy().bytes();
        Ok(self
            .0
            .hasher
            .hash(password.to_owned(), salt)
            .await
            .map_err(kernel::Problem::from)?)
    }

    /// Whether this is the password a stored form was made of; false where there is none.
    ///
    /// # Errors
    /// When too many are being hashed.
    pub(crate) async fn is_password(&self, password: &str, stored: Option<String>) -> platform::Result<bool> {
        let verified = self.0.hasher.verify(password.to_owned(), stored).await;
        Ok(verified.map_err(kernel::Problem::from)?.matches)
    }

    pub(crate) fn platform(&self) -> &Platform {
        &self.0.ports.platform
    }

    /// A context in which the room looks things up for somebody not yet recognised.
    pub(crate) fn visitor(&self, tenant: TenantId) -> Ctx {
        self.platform()
            .ctx(self.0.ports.mint.visitor(tenant), self.platform().new_trace())
    }

    /// A context in which the product itself acts for a tenant.
    pub(crate) fn system(&self, tenant: TenantId) -> Ctx {
        self.platform()
            .ctx(self.0.ports.mint.system(tenant), self.platform().new_trace())
    }

    pub(crate) fn from(&self, shown: &str) -> Mailbox {
        Mailbox {
            name: shown.to_owned(),
            address: self.0.ports.mail_from.clone(),
        }
    }
}
