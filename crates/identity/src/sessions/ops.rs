//! What may be done with sessions: start, list, end, refresh, prove again.

use kernel::{Change, Problem, SessionId, UserId};
use platform::{Read, Result, Tx, Who};

use super::events::{SessionsEnded, SignedIn};
use super::model::{Carrier, Session, absolute_limit};
use super::store::{self, Ended, Started};
use crate::permissions::USERS_MANAGE;
use crate::tokens;
use crate::users::{Kind, User};
use crate::versions;

/// What a refresh token starts with.
pub(crate) const REFRESH_PREFIX: &str = "ert_";

/// A list nobody reads further.
const MOST_LISTED: usize = 200;

/// Where and how somebody signs in.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) carrier: Carrier,
    pub(crate) agent: String,
    pub(crate) network: String,
    pub(crate) known_device: bool,
    pub(crate) two_factor: bool,
}

/// A new session for somebody whose identity has been proved; also the secret that carries it, told once.
pub(crate) async fn start(tx: &mut Tx, user: &User, place: &Place) -> Result<(Session, String)> {
    let now = tx.now();
    let secret = match place.carrier {
        Carrier::Browser => tokens::reference(tx.secret_bytes()),
        Carrier::Tokens => tokens::with_tenant(REFRESH_PREFIX, tx.tenant(), tx.secret_bytes()),
    };
    let session = Session {
        id: tx.new_id(),
        user: user.id,
        kind: user.kind,
        carrier: place.carrier,
        created_at: now,
        proved_at: now,
        last_seen_at: now,
        ends_at: now.plus(absolute_limit(place.carrier)),
        ended_at: None,
        agent: place.agent.clone(),
        network: place.network.clone(),
    };
    let fact = SignedIn {
        user: user.id,
        session: session.id,
        carrier: place.carrier.key(),
        two_factor: place.two_factor,
        known_device: place.known_device,
    };
    let digest = tokens::digest(&secret);
    let started = tx.save(Change::new(Started { session, digest }, fact)).await?;
    Ok((started.session, secret))
}

/// Live sessions of a person: one's own, or anybody's with the permission to manage users.
///
/// # Errors
/// Somebody else's without the permission.
pub async fn list(read: &Read, user: UserId) -> Result<Vec<Session>> {
    may_see(read, user)?;
    let now = read.now();
    Ok(store::open_ones(read, user)
        .await?
        .into_iter()
        .filter(|session| session.is_live(now))
        .take(MOST_LISTED)
        .collect())
}

/// Ends one session of the person signed in.
///
/// # Errors
/// When they have no such session that has not ended.
pub async fn end(tx: &mut Tx, id: SessionId, why: &'static str) -> Result<()> {
    let own = tx.actor().who;
    let session = store::by_id(tx, id)
        .await?
        .filter(|session| session.ended_at.is_none())
        .filter(|session| [Who::Staff(session.user), Who::Customer(session.user)].contains(&own))
        .ok_or_else(Problem::not_found)?;
    end_these(tx, session.user, vec![id], why).await
}

/// Ends all sessions of the person signed in but this one; how many.
///
/// # Errors
/// When nobody is signed in.
pub async fn end_others(tx: &mut Tx, keep: SessionId) -> Result<usize> {
    let user = crate::users::ops::oneself(tx)?;
    let others: Vec<SessionId> = store::open_ones(tx, user)
        .await?
        .into_iter()
        .map(|s| s.id)
        .filter(|id| *id != keep)
        .collect();
    let count = others.len();
    if count > 0 {
        end_these(tx, user, others, "ended_by_person").await?;
    }
    Ok(count)
}

/// Ends everything a person is signed in with, after a change of what they prove themselves by.
pub(crate) async fn end_all(tx: &mut Tx, user: UserId, keep: Option<SessionId>) -> Result<()> {
    let ids: Vec<SessionId> = store::open_ones(tx, user)
        .await?
        .into_iter()
        .map(|s| s.id)
        .filter(|id| Some(*id) != keep)
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    end_these(tx, user, ids, "credentials_changed").await
}

async fn end_these(tx: &mut Tx, user: UserId, sessions: Vec<SessionId>, why: &'static str) -> Result<()> {
    tx.save(Change::new(
        Ended(sessions.clone()),
        SessionsEnded { user, sessions, why },
    ))
    .await?;
    versions::raise(tx).await
}

/// One's own sessions, or anybody's with the permission to manage users. A key acts in business, not on logins.
fn may_see(read: &Read, user: UserId) -> Result<()> {
    match read.actor().who {
        Who::Staff(own) | Who::Customer(own) if own == user => Ok(()),
        _ => read.allow(USERS_MANAGE),
    }
}

/// How using a refresh token ended. A reuse is no error: the revocation has to be committed.
pub(crate) enum Refreshed {
    /// The session goes on with a new token.
    Renewed(Session, String),
    /// Unknown, expired, or its session has ended.
    Invalid,
    /// It was used before: somebody has a copy. The session is ended for both.
    Reused,
}

/// Uses a refresh token and gives the next one.
pub(crate) async fn refresh(tx: &mut Tx, token: &str) -> Result<Refreshed> {
    let digest = tokens::digest(token);
    let Some((id, used)) = store::refresh_token(tx, digest).await? else {
        return Ok(Refreshed::Invalid);
    };
    let now = tx.now();
    let Some(session) = store::by_id(tx, id).await?.filter(|session| session.is_live(now)) else {
        return Ok(Refreshed::Invalid);
    };
    const WHY: &str = "a refresh goes on with a session that was audited when it began";
    // Of two uses at the same moment the second is a reuse, too.
    if used || !store::use_refresh_token(&mut tx.bookkeeping(WHY), digest).await? {
        end_these(tx, session.user, vec![id], "refresh_reused").await?;
        return Ok(Refreshed::Reused);
    }
    let next = tokens::with_tenant(REFRESH_PREFIX, tx.tenant(), tx.secret_bytes());
    let mut writer = tx.bookkeeping(WHY);
    store::insert_refresh(&mut writer, id, tokens::digest(&next)).await?;
    store::mark_seen(&mut writer, id).await?;
    Ok(Refreshed::Renewed(session, next))
}

/// Which cookie a kind of login has.
pub(crate) fn audience(kind: Kind) -> web::Audience {
    match kind {
        Kind::Staff => web::Audience::Console,
        Kind::Customer => web::Audience::Site,
    }
}
