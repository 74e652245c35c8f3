//! The context handlers get: one tenant, one caller, one request, one language.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use kernel::{Id, Problem, ProblemKind};
use platform::{Permission, Who};

use crate::app::App;
use crate::cookies::{self, Audience};
use crate::csrf;
use crate::error::{Error, Result};
use crate::limits::Counted;
use crate::messages::{FALLBACK, Words};
use crate::origin::ip_prefix;
use crate::ports::{Caller, Site, UserSummary};
use crate::request::{RequestInfo, RouteKind};

/// Anybody at one tenant: visitor, customer, staff, API key. Derefs to [`platform::Ctx`]. Cheap to clone.
#[derive(Clone)]
pub struct Ctx {
    inner: platform::Ctx,
    app: App,
    caller: Arc<Caller>,
    site: Arc<Site>,
    request: Arc<RequestInfo>,
    words: OnceLock<Words>,
}

impl Deref for Ctx {
    type Target = platform::Ctx;

    fn deref(&self) -> &platform::Ctx {
        &self.inner
    }
}

impl Ctx {
    pub(crate) fn new(app: &App, request: Arc<RequestInfo>, site: Arc<Site>, caller: Arc<Caller>) -> Self {
        let inner = app.platform().ctx(caller.scope.clone(), request.trace_id());
        Self {
            inner,
            app: app.clone(),
            caller,
            site,
            request,
            words: OnceLock::new(),
        }
    }

    /// The edge's state.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Who calls.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The person, if one is signed in.
    pub fn user(&self) -> Option<&UserSummary> {
        self.caller.user.as_ref()
    }

    /// The tenant's face.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The request.
    pub fn request(&self) -> &RequestInfo {
        &self.request
    }

    /// The client's address.
    pub fn client_ip(&self) -> std::net::IpAddr {
        self.request.client_ip()
    }

    /// Whether the caller may; for showing or hiding. What enforces is `tx.allow` in the operation.
    pub fn may(&self, permission: Permission) -> bool {
        self.caller.scope.actor().grants.allow(permission)
    }

    /// The language of the answer, as a tag.
    pub fn locale(&self) -> String {
        self.words().lang()
    }

    /// The words of the answer: the person's language, else the browser's, else the tenant's; the tenant's digits and
    /// the person's clock.
    pub fn words(&self) -> &Words {
        self.words
            .get_or_init(|| words(&self.app, &self.request, Some(&self.caller), Some(&self.site)))
    }

    /// A message without arguments.
    pub fn t(&self, key: &str) -> String {
        self.words().t(key)
    }

    /// An absolute address at the tenant's site, for mails and QR codes.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.site.base_url)
    }

    /// A token for the hidden field `csrf` of a form.
    pub fn csrf(&self) -> String {
        csrf::issue(&self.app, &self.request)
    }

    /// Refuses with 401 when the person has not shown password or second factor within the last minutes.
    ///
    /// # Errors
    /// `step_up_required`.
    pub fn require_recent_sign_in(&self, minutes: i64) -> Result<()> {
        let limit = self.now().minus(jiff::SignedDuration::from_mins(minutes));
        match self.caller.signed_in_at {
            Some(at) if at >= limit => Ok(()),
            _ => Err(Problem::new(ProblemKind::Unauthenticated, "step_up_required").into()),
        }
    }
}

impl FromRequestParts<App> for Ctx {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let request = Arc::clone(request_info(parts)?);
        let site = site_of_host(app, &request).await?;
        let (site, caller) = match request.kind() {
            RouteKind::Page => from_cookie(app, &request, site.ok_or_else(Problem::not_found)?).await?,
            RouteKind::Api | RouteKind::Hook | RouteKind::Public => from_bearer(app, &request, parts, site).await?,
        };
        let ctx = Self::new(app, request, site, caller);
        ctx.admit()?;
        Ok(ctx)
    }
}

impl Ctx {
    /// Counts the request against the caller's limit and notes who it is for the log and the answer's headers.
    pub(crate) fn admit(&self) -> Result<()> {
        let (span, who) = (tracing::Span::current(), self.caller.who());
        let counted = match who {
            Who::Staff(user) | Who::Customer(user) => Counted::Caller(user.uuid()),
            Who::ApiKey(key, _) => Counted::Caller(key.uuid()),
            Who::Link(link) => Counted::Caller(link.uuid()),
            Who::Visitor | Who::System | Who::Operator => {
                Counted::Visitor(self.tenant().uuid(), ip_prefix(self.request.client_ip()))
            }
        };
        if let Counted::Caller(_) = counted {
            // Together: each recording formats all fields of the span anew.
            tracing::record_all!(span, tenant = %self.tenant(), user = %who);
            self.request.notes.set_authenticated();
        } else {
            span.record("tenant", tracing::field::display(self.tenant()));
        }
        let _ = self.request.notes.caller.set(Arc::clone(&self.caller));
        let _ = self.request.notes.site.set(Arc::clone(&self.site));
        let rate = self.app.limits().request(counted, self.caller.per_minute)?;
        let _ = self.request.notes.rate.set(rate);
        Ok(())
    }
}

/// Language of the person, the browser, the tenant, whichever is first; digits of the tenant; clock of the person.
pub(crate) fn words(app: &App, request: &RequestInfo, caller: Option<&Caller>, site: Option<&Site>) -> Words {
    let messages = app.messages();
    let own = caller.and_then(|caller| caller.language.as_deref());
    let asked = || request.accept_language().and_then(|accept| messages.negotiate(accept));
    let tenants = || site.map(|site| site.language.as_str());
    let words = messages.words(own.or_else(asked).or_else(tenants).unwrap_or(FALLBACK));
    let Some(site) = site else { return words };
    let zone = caller
        .and_then(|caller| caller.user.as_ref()?.zone.as_deref())
        .unwrap_or(&site.zone);
    let words = words.region(&site.region);
    match jiff::tz::TimeZone::get(zone) {
        Ok(zone) => words.zone(zone),
        Err(_) => words,
    }
}

pub(crate) fn request_info(parts: &Parts) -> Result<&Arc<RequestInfo>> {
    parts
        .extensions
        .get()
        .ok_or_else(|| Error::internal("a route outside the edge's layer"))
}

/// The site a host belongs to; `None` at the installation's own host. A host of nobody is not found, whatever the path.
pub(crate) async fn site_of_host(app: &App, request: &RequestInfo) -> Result<Option<Arc<Site>>> {
    let host = request.host();
    if app.config().is_own_host(host) {
        return Ok(None);
    }
    match app.hosts().site(host).await? {
        Some(site) => Ok(Some(site)),
        None => Err(Problem::not_found().into()),
    }
}

async fn from_cookie(app: &App, request: &RequestInfo, site: Arc<Site>) -> Result<(Arc<Site>, Arc<Caller>)> {
    let audience = request.audience();
    let caller = match cookies::session(request, audience) {
        Some(cookie) => app.authenticate().session(&site, audience, cookie).await?,
        None => None,
    };
    let caller = caller.filter(|caller| caller.scope.tenant() == site.tenant());
    let caller = caller.unwrap_or_else(|| Arc::new(Caller::visitor(site.visitor.clone())));
    Ok((site, caller))
}

async fn from_bearer(
    app: &App,
    request: &RequestInfo,
    parts: &Parts,
    site: Option<Arc<Site>>,
) -> Result<(Arc<Site>, Arc<Caller>)> {
    let Some(header) = parts.headers.get(AUTHORIZATION) else {
        let site = site.ok_or_else(missing_credentials)?;
        let caller = Arc::new(Caller::visitor(site.visitor.clone()));
        return Ok((site, caller));
    };
    let token = header
        .to_str()
        .ok()
        .and_then(bearer_token)
        .ok_or_else(|| wrong_credentials(app, request))?;
    let caller = app
        .authenticate()
        .bearer(token)
        .await?
        .ok_or_else(|| wrong_credentials(app, request))?;
    let tenant = caller.scope.tenant();
    let site = match site {
        // Host and key of two tenants: neither is said to exist.
        Some(site) if site.tenant() != tenant => return Err(Problem::not_found().into()),
        Some(site) => site,
        None => app.hosts().of_tenant(tenant).await?.ok_or_else(Problem::not_found)?,
    };
    Ok((site, caller))
}

fn bearer_token(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && token.len() <= 4096).then_some(token)
}

fn missing_credentials() -> Problem {
    Problem::new(ProblemKind::Unauthenticated, "credentials_missing")
}

/// Wrong credentials cost the address a token of its bucket; when that is empty, guessing is over for a while.
fn wrong_credentials(app: &App, request: &RequestInfo) -> Problem {
    match app
        .limits()
        .request(Counted::Wrong(ip_prefix(request.client_ip())), None)
    {
        Ok(_) => Problem::new(ProblemKind::Unauthenticated, "credentials_wrong"),
        Err(too_many) => too_many,
    }
}

macro_rules! narrowed {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Ctx);

        impl Deref for $name {
            type Target = Ctx;

            fn deref(&self) -> &Ctx {
                &self.0
            }
        }

        impl $name {
            /// The context, no longer narrowed.
            pub fn into_ctx(self) -> Ctx {
                self.0
            }
        }

        impl FromRequestParts<App> for $name {
            type Rejection = Error;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
                let ctx = Ctx::from_request_parts(parts, app).await?;
                let check: fn(Who) -> Result<(), Problem> = $check;
                check(ctx.caller.who())?;
                Ok(Self(ctx))
            }
        }
    };
}

narrowed!(
    /// A member of the tenant's staff, or a program with an API key. What they may do, the operation checks.
    Staff,
    |who| match who {
        Who::Staff(_) | Who::ApiKey(..) => Ok(()),
        Who::Customer(_) => Err(Problem::new(ProblemKind::Forbidden, "staff_only")),
        _ => Err(missing_credentials()),
    }
);

narrowed!(
    /// A customer of the tenant, signed in at its site.
    Customer,
    |who| match who {
        Who::Customer(_) => Ok(()),
        Who::Staff(_) | Who::ApiKey(..) => Err(Problem::new(ProblemKind::Forbidden, "customers_only")),
        _ => Err(missing_credentials()),
    }
);

impl Ctx {
    /// Whose login this request belongs to.
    pub fn audience(&self) -> Audience {
        self.request.audience()
    }
}
