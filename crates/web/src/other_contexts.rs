//! Contexts that are not a tenant's whole: a link's one object, the operator's installation, nobody's own host.

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use kernel::{LinkId, Problem, ProblemKind};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::context::{Ctx, request_info, site_of_host};
use crate::error::{Error, Result};
use crate::limits::Counted;
use crate::messages::Words;
use crate::origin::ip_prefix;
use crate::ports::Caller;
use crate::request::RequestInfo;

/// What a link is for. A link of one purpose opens nothing of another.
pub trait LinkPurpose: Send + Sync + 'static {
    /// Stable name: `quote`, `verify_email`.
    const NAME: &'static str;
}

/// Somebody who holds a link: one purpose, one object, nothing else. The token is the path's `{token}`. It derefs to
/// [`Ctx`] with the link as its actor, which has no rights of its own.
pub struct LinkCtx<P> {
    ctx: Ctx,
    link: LinkId,
    subject: Uuid,
    token: String,
    purpose: PhantomData<fn() -> P>,
}

impl<P> LinkCtx<P> {
    /// Which link.
    pub fn link(&self) -> LinkId {
        self.link
    }

    /// The one object it opens.
    pub fn subject(&self) -> Uuid {
        self.subject
    }

    /// The token as it stood in the path, to spend the link with.
    pub fn token(&self) -> &str {
        &self.token
    }
}

impl<P> Deref for LinkCtx<P> {
    type Target = Ctx;

    fn deref(&self) -> &Ctx {
        &self.ctx
    }
}

impl<P: LinkPurpose> FromRequestParts<App> for LinkCtx<P> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let request = Arc::clone(request_info(parts)?);
        request.notes.set_secret_path();
        let site = site_of_host(app, &request).await?.ok_or_else(Problem::not_found)?;
        let token = path_token(parts).await.ok_or_else(Problem::not_found)?;
        let grant = app.authenticate().link(&site, P::NAME, &token).await?;
        let Some(grant) = grant.filter(|grant| grant.scope.tenant() == site.tenant()) else {
            app.limits()
                .request(Counted::Wrong(ip_prefix(request.client_ip())), None)?;
            return Err(Problem::not_found().into());
        };
        let ctx = Ctx::new(app, request, site, Arc::new(Caller::visitor(grant.scope)));
        ctx.admit()?;
        Ok(Self {
            ctx,
            link: grant.link,
            subject: grant.subject,
            token,
            purpose: PhantomData,
        })
    }
}

async fn path_token(parts: &mut Parts) -> Option<String> {
    let params = RawPathParams::from_request_parts(parts, &()).await.ok()?;
    params
        .iter()
        .find(|(name, _)| *name == "token")
        .map(|(_, value)| value.to_owned())
        .filter(|token| token.len() <= 512)
}

/// The operator of the installation: asks across tenants, always for a stated reason, and is always logged.
pub struct OperatorCtx {
    app: App,
    reason: String,
}

impl OperatorCtx {
    /// The edge's state.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Why, in the operator's words.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl FromRequestParts<App> for OperatorCtx {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let request = Arc::clone(request_info(parts)?);
        if site_of_host(app, &request).await?.is_some() {
            return Err(Problem::not_found().into());
        }
        let sent = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|header| header.to_str().ok()?.strip_prefix("Bearer "));
        let known = app.config().operator_token_sha256;
        if !sent.zip(known).is_some_and(|(sent, known)| is_same_token(sent, &known)) {
            app.limits()
                .request(Counted::Wrong(ip_prefix(request.client_ip())), None)?;
            tracing::warn!(ip = %request.client_ip(), path = request.path(), "somebody without the operator's token asked");
            return Err(Problem::new(ProblemKind::Unauthenticated, "credentials_wrong").into());
        }
        let reason = parts
            .headers
            .get("operator-reason")
            .and_then(|header| header.to_str().ok())
            .map(str::trim)
            .unwrap_or("");
        if reason.len() < 5 || reason.len() > 200 {
            return Err(Problem::refused("operator_reason_missing").into());
        }
        request.notes.set_authenticated();
        tracing::info!(path = request.path(), reason, "the operator asks");
        Ok(Self {
            app: app.clone(),
            reason: reason.to_owned(),
        })
    }
}

fn is_same_token(sent: &str, known: &[u8; 32]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(&Sha256::digest(sent.as_bytes()), known).is_ok()
}

/// Somebody at the installation's own host, which belongs to no tenant; at a tenant's host it is not found.
pub struct OwnHost {
    /// The edge's state.
    pub app: App,
    /// The request.
    pub request: Arc<RequestInfo>,
    /// The words of the answer.
    pub words: Words,
}

impl OwnHost {
    /// A token for the hidden field `csrf` of a form.
    pub fn csrf(&self) -> String {
        crate::csrf::issue(&self.app, &self.request)
    }
}

impl FromRequestParts<App> for OwnHost {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let request = Arc::clone(request_info(parts)?);
        if site_of_host(app, &request).await?.is_some() {
            return Err(Problem::not_found().into());
        }
        let rate = app
            .limits()
            .request(Counted::Visitor(Uuid::nil(), ip_prefix(request.client_ip())), None)?;
        let _ = request.notes.rate.set(rate);
        let words = crate::problem::words(app, &request);
        Ok(Self {
            app: app.clone(),
            request,
            words,
        })
    }
}

/// Whoever opens an address that both the installation's own host and the tenants' hosts have, such as `/`.
pub enum Visit {
    /// At the installation's own host.
    Own(OwnHost),
    /// At a tenant's.
    Tenant(Box<Ctx>),
}

impl FromRequestParts<App> for Visit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        if app.config().is_own_host(request_info(parts)?.host()) {
            return Ok(Self::Own(OwnHost::from_request_parts(parts, app).await?));
        }
        Ok(Self::Tenant(Box::new(Ctx::from_request_parts(parts, app).await?)))
    }
}
