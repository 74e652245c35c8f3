//! Who calls: sessions, access tokens and API keys, answered from memory.
//!
//! An answer is kept with the version its tenant had in the snapshot it was read in, and counts while no later version
//! is known; so a role taken away, a session ended or a key revoked bites with the next request.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use jiff::SignedDuration;
use kernel::{ApiKeyId, Instant, SessionId, TenantId};
use platform::{Actor, Grants, Read, Result, Who};
use quick_cache::sync::Cache;
use scoped_futures::ScopedFutureExt;
use web::{Audience, Caller, LinkGrant, Site, UserSummary};

use crate::links::{self, Purpose};
use crate::sessions::{self, Session};
use crate::state::Identity;
use crate::tokens::{self, SecretDigest};
use crate::users::{Kind, User, store as users};
use crate::{api_keys, roles, tenants, versions};

/// What somebody shows to be recognised, whose it says it is included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Shown {
    Cookie(TenantId, SecretDigest),
    AccessToken(TenantId, SessionId),
    ApiKey(TenantId, SecretDigest),
}

impl Shown {
    fn tenant(self) -> TenantId {
        match self {
            Self::Cookie(tenant, _) | Self::AccessToken(tenant, _) | Self::ApiKey(tenant, _) => tenant,
        }
    }
}

/// What has to be looked at again with each request, because time passes.
enum Life {
    Session {
        id: SessionId,
        idle: SignedDuration,
        ends_at: Instant,
        seen: AtomicI64,
    },
    ApiKey {
        id: ApiKeyId,
        expires_at: Option<Instant>,
        used: AtomicI64,
    },
}

struct Known {
    caller: Arc<Caller>,
    version: i64,
    life: Life,
}

/// Callers recognised lately.
pub(crate) struct Callers(Cache<Shown, Arc<Known>>);

impl Default for Callers {
    fn default() -> Self {
        Self(Cache::new(20_000))
    }
}

const USED_EVERY: SignedDuration = SignedDuration::from_mins(1);

impl Known {
    fn is_live(&self, now: Instant) -> bool {
        match &self.life {
            Life::Session {
                idle, ends_at, seen, ..
            } => now < *ends_at && now < Instant::from_micros(seen.load(Ordering::Relaxed)).plus(*idle),
            Life::ApiKey { expires_at, .. } => expires_at.is_none_or(|at| now < at),
        }
    }

    /// Whether this request is the one that writes down that the session or key is in use; at most once a minute.
    fn takes_note(&self, now: Instant) -> bool {
        let last = match &self.life {
            Life::Session { seen, .. } => seen,
            Life::ApiKey { used, .. } => used,
        };
        let before = last.load(Ordering::Relaxed);
        let due = before == i64::MIN || now.since(Instant::from_micros(before)) >= USED_EVERY;
        due && last
            .compare_exchange(before, now.micros(), Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
    }
}

impl Identity {
    async fn recognise(&self, shown: Shown) -> Result<Option<Arc<Caller>>> {
        let tenant = shown.tenant();
        self.0.watch.look(self.platform()).await?;
        let now = self.platform().now();
        let kept = self
            .0
            .callers
            .0
            .get(&shown)
            .filter(|known| known.version == versions::known(tenant) && known.is_live(now));
        let known = match kept {
            Some(known) => known,
            None => match self.look_up(shown).await? {
                Some(known) => known,
                None => return Ok(None),
            },
        };
        if known.takes_note(now) {
            self.note_use(tenant, &known).await?;
        }
        Ok(Some(Arc::clone(&known.caller)))
    }

    async fn look_up(&self, shown: Shown) -> Result<Option<Arc<Known>>> {
        let tenant = shown.tenant();
        let found = self
            .visitor(tenant)
            .read(|r| self.read_known(r, shown).scope_boxed())
            .await?;
        let Some(known) = found.map(Arc::new) else {
            self.0.callers.0.remove(&shown);
            return Ok(None);
        };
        versions::learn(tenant, known.version);
        self.0.callers.0.insert(shown, Arc::clone(&known));
        Ok(Some(known))
    }

    async fn read_known(&self, read: &Read, shown: Shown) -> Result<Option<Known>> {
        let version = versions::of(read).await?;
        // A key of a tenant that does not exist names nobody.
        if version == 0 || tenants::store::own(read).await?.suspended {
            return Ok(None);
        }
        let found = match shown {
            Shown::Cookie(_, digest) => {
                self.of_session(read, sessions::store::by_digest(read, digest).await?)
                    .await?
            }
            Shown::AccessToken(_, id) => self.of_session(read, sessions::store::by_id(read, id).await?).await?,
            Shown::ApiKey(_, digest) => self.of_key(read, digest).await?,
        };
        Ok(found.map(|(caller, life)| Known {
            caller: Arc::new(caller),
            version,
            life,
        }))
    }

    async fn of_session(&self, read: &Read, session: Option<Session>) -> Result<Option<(Caller, Life)>> {
        let Some(session) = session.filter(|session| session.is_live(read.now())) else {
            return Ok(None);
        };
        let user = users::by_id(read, session.user).await?;
        if user.may_sign_in().is_err() {
            return Ok(None);
        }
        let (who, grants, role) = match user.kind {
            Kind::Customer => (Who::Customer(user.id), Grants::Nothing, "Customer".to_owned()),
            Kind::Staff => {
                let (permissions, role) = self.rights_of(read, &user).await?;
                (Who::Staff(user.id), Grants::These(Arc::new(permissions)), role)
            }
        };
        let caller = Caller {
            scope: self.0.ports.mint.scope(
                read.tenant(),
                Actor {
                    who,
                    grants,
                    test_mode: false,
                },
            ),
            language: user.locale.clone(),
            session: Some(session.id),
            signed_in_at: Some(session.proved_at),
            per_minute: None,
            user: Some(summary(user, role)),
        };
        let seen = AtomicI64::new(session.last_seen_at.micros());
        let idle = sessions::idle_limit(session.kind, session.carrier);
        Ok(Some((
            caller,
            Life::Session {
                id: session.id,
                idle,
                ends_at: session.ends_at,
                seen,
            },
        )))
    }

    async fn of_key(&self, read: &Read, digest: SecretDigest) -> Result<Option<(Caller, Life)>> {
        let Some(key) = api_keys::store::by_digest(read, digest)
            .await?
            .filter(|key| key.is_live(read.now()))
        else {
            return Ok(None);
        };
        let maker = users::by_id(read, key.user).await?;
        if maker.may_sign_in().is_err() {
            return Ok(None);
        }
        let (own, role) = self.rights_of(read, &maker).await?;
        let permissions: BTreeSet<String> = key.permissions.intersection(&own).cloned().collect();
        let who = Who::ApiKey(key.id, maker.id);
        let test_mode = key.mode == api_keys::Mode::Test;
        let caller = Caller {
            scope: self.0.ports.mint.scope(
                read.tenant(),
                Actor {
                    who,
                    grants: Grants::These(Arc::new(permissions)),
                    test_mode,
                },
            ),
            user: Some(summary(maker, role)),
            session: None,
            signed_in_at: None,
            per_minute: None,
            language: None,
        };
        let used = AtomicI64::new(key.last_used_at.map_or(i64::MIN, Instant::micros));
        Ok(Some((
            caller,
            Life::ApiKey {
                id: key.id,
                expires_at: key.expires_at,
                used,
            },
        )))
    }

    /// What a member of staff may do now, and the name of their first role.
    async fn rights_of(&self, read: &Read, user: &User) -> Result<(BTreeSet<String>, String)> {
        let held = users::roles_of(read, &[user.id])
            .await?
            .remove(&user.id)
            .unwrap_or_default();
        let all = roles::store::all(read).await?;
        let held: Vec<&roles::Role> = all.iter().filter(|role| held.contains(&role.id)).collect();
        let name = held.first().map_or_else(String::new, |role| role.title());
        Ok((roles::union(self.matrix(), held), name))
    }

    async fn note_use(&self, tenant: TenantId, known: &Known) -> Result<()> {
        let ctx = self.visitor(tenant);
        let life = &known.life;
        ctx.write(|tx| {
            async move {
                let mut writer = tx.bookkeeping("when a session or key was last used");
                match life {
                    Life::Session { id, .. } => sessions::store::mark_seen(&mut writer, *id).await,
                    Life::ApiKey { id, .. } => api_keys::store::mark_used(&mut writer, *id).await,
                }
            }
            .scope_boxed()
        })
        .await
    }
}

fn summary(user: User, role: String) -> UserSummary {
    let place = match user.kind {
        Kind::Staff => "/console",
        Kind::Customer => "/me",
    };
    let avatar = (user.avatar_version > 0).then(|| format!("{place}/avatars/{}/{}", user.id, user.avatar_version));
    UserSummary {
        id: user.id,
        email: user.email.as_str().to_owned(),
        role,
        avatar,
        zone: user.time_zone,
        name: user.name,
    }
}

#[async_trait]
impl web::Authenticate for Identity {
    async fn bearer(&self, token: &str) -> Result<Option<Arc<Caller>>> {
        if let Some(tenant) = api_keys::tenant_of(token) {
            return self.recognise(Shown::ApiKey(tenant, tokens::digest(token))).await;
        }
        match self.0.tokens.read(token, self.platform().now()) {
            Some(bearer) => self.recognise(Shown::AccessToken(bearer.tenant, bearer.session)).await,
            None => Ok(None),
        }
    }

    async fn session(&self, site: &Site, audience: Audience, cookie: &str) -> Result<Option<Arc<Caller>>> {
        if !tokens::is_reference(cookie) {
            return Ok(None);
        }
        let caller = self
            .recognise(Shown::Cookie(site.tenant(), tokens::digest(cookie)))
            .await?;
        let expected = |caller: &Arc<Caller>| {
            matches!(
                (audience, caller.who()),
                (Audience::Console, Who::Staff(_)) | (Audience::Site, Who::Customer(_))
            )
        };
        Ok(caller.filter(expected))
    }

    async fn link(&self, site: &Site, purpose: &'static str, token: &str) -> Result<Option<LinkGrant>> {
        let Some(purpose) = Purpose::parse(purpose) else {
            return Ok(None);
        };
        let tenant = site.tenant();
        let found = self
            .visitor(tenant)
            .read(|r| links::ops::look(r, purpose, token).scope_boxed())
            .await?;
        Ok(found.map(|link| {
            let actor = Actor {
                who: Who::Link(link.id),
                grants: Grants::Nothing,
                test_mode: false,
            };
            LinkGrant {
                scope: self.0.ports.mint.scope(tenant, actor),
                link: link.id,
                subject: link.subject,
            }
        }))
    }
}
