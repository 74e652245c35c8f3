//! The steps of signing in. Unknown people cost the same work and get the same answer as known ones.

use std::net::IpAddr;

use kernel::{Change, Id, Problem, ProblemKind, SessionId, UserId};
use platform::{Ctx, Read, Result, Tx, audit};
use scoped_futures::ScopedFutureExt;
use serde_json::json;

use super::store;
use super::throttle::Counter;
use crate::email::Email;
use crate::links::{self, Purpose};
use crate::mails::NoticeNewSignIn;
use crate::passwords::Hasher;
use crate::sessions::ops::Place;
use crate::sessions::{self, Carrier, Session};
use crate::tokens;
use crate::totp;
use crate::users::store::{self as users, Credentials, PasswordOf};
use crate::users::{User, events::CredentialsChanged};

/// From where somebody tries to sign in.
#[derive(Clone, Debug)]
pub(crate) struct From {
    pub(crate) carrier: Carrier,
    pub(crate) ip: IpAddr,
    pub(crate) agent: String,
    /// The mark of a device people have signed in from before.
    pub(crate) device: Option<String>,
}

/// How a try ended, when it was not refused.
pub(crate) enum Outcome {
    /// Signed in.
    In(Box<SignedIn>),
    /// The password is right; a code is asked for. The ticket stands for the password on the next page.
    CodeWanted { ticket: String },
}

/// Somebody signed in.
pub(crate) struct SignedIn {
    pub(crate) user: User,
    pub(crate) session: Session,
    /// What carries the session: the cookie's value or the refresh token.
    pub(crate) secret: String,
    /// A mark for this device, when it has none yet.
    pub(crate) new_device: Option<String>,
}

/// What the tries of one person from one place are counted by.
struct Counters {
    account: String,
    network: Option<String>,
    known_device: bool,
}

impl Counters {
    fn of(account: &str, from: &From, known_device: bool) -> Self {
        if let Some(device) = from.device.as_deref().filter(|_| known_device) {
            // The owner's own device counts by itself: strangers cannot lock it out, nor does it help them guess.
            let key = format!("device:{}", hex::encode(tokens::digest(&format!("{device} {account}"))));
            return Self {
                account: key,
                network: None,
                known_device,
            };
        }
        let account = format!("account:{}", hex::encode(tokens::digest(account)));
        Self {
            account,
            network: Some(format!("network:{}", sessions::network(from.ip))),
            known_device,
        }
    }

    async fn wait_seconds(&self, read: &Read) -> Result<Option<u32>> {
        let now = read.now();
        let account = store::failures(read, &self.account).await?.wait_seconds(now);
        let network = match &self.network {
            Some(key) => store::failures(read, key).await?.wait_seconds(now),
            None => None,
        };
        Ok(account.max(network))
    }

    /// The same, with the counters held until the transaction ends: many guesses at once may all have passed the first
    /// look, and only one at a time passes here.
    async fn hold(&self, tx: &mut Tx) -> Result<Option<u32>> {
        let mut writer = tx.bookkeeping("a counter is held, not changed");
        for key in std::iter::once(&self.account).chain(&self.network) {
            store::hold_failures(&mut writer, key).await?;
        }
        self.wait_seconds(tx).await
    }

    async fn failed(&self, tx: &mut Tx) -> Result<Option<u32>> {
        let now = tx.now();
        let account = store::failures(tx, &self.account).await?.failed(Counter::Account, now);
        let network = match &self.network {
            Some(key) => Some((key, store::failures(tx, key).await?.failed(Counter::Network, now))),
            None => None,
        };
        let mut writer = tx.bookkeeping("failures are audited one by one; these rows only count them");
        store::put_failures(&mut writer, &self.account, account).await?;
        if let Some((key, network)) = network {
            store::put_failures(&mut writer, key, network).await?;
        }
        Ok(account.wait_seconds(now))
    }
}

fn throttled(seconds: u32) -> Problem {
    Problem::new(ProblemKind::TooMany, "sign_in_throttled")
        .arg("seconds", seconds)
        .retry_after(seconds)
}

fn wrong() -> Problem {
    Problem::new(ProblemKind::Unauthenticated, "sign_in_wrong")
}

/// Signs in with e-mail and password, and a code where one is wanted and given.
///
/// # Errors
/// `sign_in_wrong` whatever was wrong, `email_unverified`, `sign_in_throttled`, `sign_in_busy`.
pub(crate) async fn with_password(
    ctx: &Ctx,
    hasher: &Hasher,
    email: &str,
    password: String,
    code: Option<&str>,
    from: &From,
) -> Result<Outcome> {
    let email = Email::parse(email);
    let account = email.as_ref().map_or_else(String::new, Email::key);
    let (found, counters) = ctx
        .read(|r| look(r, email.as_ref(), &account, from).scope_boxed())
        .await?;
    let (user, stored) = found.map_or((None, None), |(user, credentials)| {
        (Some(user.id), credentials.password_hash)
    });
    let verified = hasher
        .verify(password.clone(), stored.clone())
        .await
        .map_err(Problem::from)?;
    let rehashed = match verified.matches && verified.outdated {
        true => Some(hasher.hash(password, ctx.secret_bytes()).await.map_err(Problem::from)?),
        false => None,
    };
    let proved = user.filter(|_| verified.matches).zip(stored);
    let (proved, counters, rehashed) = (&proved, &counters, &rehashed);
    let decided = ctx
        .write(|tx| decide(tx, user, proved.as_ref(), code, rehashed.as_deref(), counters, from).scope_boxed())
        .await?;
    decided.map_err(platform::Error::from)
}

async fn look(
    read: &Read,
    email: Option<&Email>,
    account: &str,
    from: &From,
) -> Result<(Option<(User, Credentials)>, Counters)> {
    let found = match email {
        Some(email) => users::by_email(read, email).await?,
        None => None,
    };
    let known_device = match (
        &found,
        from.device.as_deref().filter(|device| tokens::is_reference(device)),
    ) {
        (Some((user, _)), Some(device)) => store::is_known(read, user.id, tokens::digest(device)).await?,
        _ => false,
    };
    let counters = Counters::of(account, from, known_device);
    match counters.wait_seconds(read).await? {
        Some(seconds) => Err(throttled(seconds).into()),
        None => Ok((found, counters)),
    }
}

/// A refusal has to be counted and audited, so it commits: the outer result is the database's, the inner the person's.
type Decided = Result<Outcome, Problem>;

async fn decide(
    tx: &mut Tx,
    asked: Option<UserId>,
    proved: Option<&(UserId, String)>,
    code: Option<&str>,
    rehashed: Option<&str>,
    counters: &Counters,
    from: &From,
) -> Result<Decided> {
    if let Some(seconds) = counters.hold(tx).await? {
        return Ok(Err(throttled(seconds)));
    }
    let Some((id, checked_hash)) = proved else {
        return refuse(tx, asked, "password", counters, from).await;
    };
    let (user, credentials) = users::with_credentials(tx, *id).await?;
    if credentials.password_hash.as_deref() != Some(checked_hash.as_str()) {
        return refuse(tx, Some(*id), "password", counters, from).await;
    }
    if let Err(problem) = user.may_sign_in() {
        return if problem.code == "email_unverified" {
            Ok(Err(problem))
        } else {
            refuse(tx, Some(*id), "state", counters, from).await
        };
    }
    if user.two_factor {
        let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else {
            let ticket = links::ops::make(tx, Purpose::SecondFactor, id.uuid(), None).await?;
            return Ok(Ok(Outcome::CodeWanted { ticket }));
        };
        if !totp::ops::take(tx, *id, &credentials, code).await? {
            return refuse(tx, Some(*id), "code", counters, from).await;
        }
    }
    if let Some(hash) = rehashed {
        tx.save(Change::new(
            PasswordOf(*id, hash.to_owned()),
            CredentialsChanged {
                user: *id,
                what: "password_rehashed",
            },
        ))
        .await?;
    }
    succeed(tx, user, counters, from).await
}

/// The second page: the ticket stands for the password.
///
/// # Errors
/// As [`with_password`]; `link_spent` when the ticket is too old.
pub(crate) async fn with_ticket(ctx: &Ctx, ticket: &str, code: &str, from: &From) -> Result<Outcome> {
    let decided = ctx
        .write(|tx| decide_ticket(tx, ticket, code, from).scope_boxed())
        .await?;
    decided.map_err(platform::Error::from)
}

async fn decide_ticket(tx: &mut Tx, ticket: &str, code: &str, from: &From) -> Result<Decided> {
    let Some(link) = links::ops::look(tx, Purpose::SecondFactor, ticket).await? else {
        return Ok(Err(Problem::refused("link_spent")));
    };
    let (user, credentials) = users::with_credentials(tx, UserId::from_uuid(link.subject)).await?;
    let known = match from.device.as_deref().filter(|device| tokens::is_reference(device)) {
        Some(device) => store::is_known(tx, user.id, tokens::digest(device)).await?,
        None => false,
    };
    let counters = Counters::of(&user.email.key(), from, known);
    if let Some(seconds) = counters.hold(tx).await? {
        return Ok(Err(throttled(seconds)));
    }
    if user.may_sign_in().is_err() || !totp::ops::take(tx, user.id, &credentials, code).await? {
        let refused = refuse(tx, Some(user.id), "code", &counters, from).await?;
        return Ok(refused.map_err(|problem| {
            if problem.code == "sign_in_wrong" {
                Problem::refused("invalid_fields").field("/code", "code_wrong")
            } else {
                problem
            }
        }));
    }
    links::ops::spend(tx, Purpose::SecondFactor, ticket).await?;
    succeed(tx, user, &counters, from).await
}

async fn refuse(
    tx: &mut Tx,
    user: Option<UserId>,
    why: &'static str,
    counters: &Counters,
    from: &From,
) -> Result<Decided> {
    let blocked_seconds = counters.failed(tx).await?;
    let subject = user.map_or_else(|| "unknown".to_owned(), |user| user.to_string());
    let detail = json!({ "why": why, "network": sessions::network(from.ip), "blocked_seconds": blocked_seconds, "known_device": counters.known_device });
    audit::note(tx, "identity.sign_in.failed", &subject, detail, None).await?;
    Ok(Err(wrong()))
}

async fn succeed(tx: &mut Tx, user: User, counters: &Counters, from: &From) -> Result<Decided> {
    let place = Place {
        carrier: from.carrier,
        agent: sessions::agent_name(&from.agent),
        network: sessions::network(from.ip),
        // The very first device is no news to anybody.
        known_device: counters.known_device || user.signed_in_at.is_none(),
        two_factor: user.two_factor,
    };
    let (session, secret) = sessions::ops::start(tx, &user, &place).await?;
    let new_device = remember_device(tx, &user, session.id, counters, from).await?;
    let mut writer = tx.bookkeeping("part of the sign-in just saved");
    store::clear_failures(&mut writer, &counters.account).await?;
    users::mark_signed_in(&mut writer, user.id).await?;
    Ok(Ok(Outcome::In(Box::new(SignedIn {
        user,
        session,
        secret,
        new_device,
    }))))
}

/// Marks a new device, and tells its owner by mail unless it is the very first.
async fn remember_device(
    tx: &mut Tx,
    user: &User,
    session: SessionId,
    counters: &Counters,
    from: &From,
) -> Result<Option<String>> {
    if from.carrier == Carrier::Tokens {
        return Ok(None);
    }
    let known = from.device.as_deref().filter(|_| counters.known_device);
    let mut writer = tx.bookkeeping("which devices are known");
    if let Some(device) = known {
        store::seen_again(&mut writer, user.id, tokens::digest(device)).await?;
        return Ok(None);
    }
    let device = tokens::reference(writer.secret_bytes());
    store::remember(&mut writer, user.id, tokens::digest(&device)).await?;
    if user.signed_in_at.is_some() {
        tx.enqueue(&NoticeNewSignIn { user: user.id, session }).await?;
    }
    Ok(Some(device))
}

/// Proves once more that it is the same person, for acts that ask for it.
///
/// # Errors
/// As [`with_password`].
pub(crate) async fn prove_again(
    ctx: &Ctx,
    hasher: &Hasher,
    session: SessionId,
    email: &str,
    password: String,
    from: &From,
) -> Result<()> {
    let email = Email::parse(email);
    let account = email.as_ref().map_or_else(String::new, Email::key);
    let (found, counters) = ctx
        .read(|r| look(r, email.as_ref(), &account, from).scope_boxed())
        .await?;
    let (user, hash) = found
        .map(|(user, credentials)| (user.id, credentials.password_hash))
        .ok_or_else(wrong)?;
    let verified = hasher.verify(password, hash).await.map_err(Problem::from)?;
    let counters = &counters;
    let decided: Result<(), Problem> = ctx
        .write(|tx| {
            async move {
                if let Some(seconds) = counters.hold(tx).await? {
                    return Ok(Err(throttled(seconds)));
                }
                if !verified.matches {
                    return Ok(refuse(tx, Some(user), "step_up", counters, from).await?.map(|_| ()));
                }
                audit::note(
                    tx,
                    "identity.session.proved",
                    &user.to_string(),
                    json!({ "session": session }),
                    None,
                )
                .await?;
                let mut writer = tx.bookkeeping("audited just above");
                store::clear_failures(&mut writer, &counters.account).await?;
                sessions::store::mark_proved(&mut writer, session).await?;
                crate::versions::raise(tx).await?;
                Ok(Ok(()))
            }
            .scope_boxed()
        })
        .await?;
    decided.map_err(platform::Error::from)
}
