//! What may be done without, or with one's own, login.

use kernel::{FieldProblem, Id, Problem, ProblemKind, TenantId, UserId};
use platform::{Ctx, Result, Tx, audit};
use scoped_futures::ScopedFutureExt;
use serde_json::json;

use crate::email::Email;
use crate::links::{self, Purpose};
use crate::mails::{SendLink, SendWelcome};
use crate::passwords;
use crate::roles::{self, BuiltIn};
use crate::sign_in::store as counters;
use crate::sign_in::throttle::Counter;
use crate::state::Identity;
use crate::tenants::{self, Settings, Trades};
use crate::tokens;
use crate::users::{self, Kind, NewUser, State, User};

/// What a company says of itself when it signs up.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// Name of the company.
    pub company: String,
    /// Its name in hosts.
    pub slug: String,
    /// What it sells.
    pub trades: Trades,
    /// The owner's name.
    pub name: String,
    /// The owner's address.
    pub email: String,
    /// The owner's password.
    pub password: String,
}

/// All that is wrong with a form, at once.
#[derive(Default)]
struct Wrong(Vec<FieldProblem>);

impl Wrong {
    /// The value, or a note of what is wrong with it; `pointer` is the form's name for the field.
    fn take<T>(&mut self, pointer: &'static str, outcome: Result<T, Problem>) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(problem) => {
                let renamed = problem.fields.into_iter().map(|field| FieldProblem {
                    pointer: pointer.into(),
                    ..field
                });
                self.0.extend(renamed);
                None
            }
        }
    }

    fn done(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Problem {
                fields: self.0,
                ..Problem::refused("invalid_fields")
            })
        }
    }
}

fn email(text: &str) -> Result<Email, Problem> {
    Email::parse(text).ok_or_else(|| Problem::refused("invalid_fields").field("/email", "email_shape"))
}

/// Reads name, address and password of somebody new; says all that is wrong with them.
fn person(wrong: &mut Wrong, company: &str, name: &str, address: &str, password: &str) -> Option<(String, Email)> {
    let name = wrong.take("/name", users::parse_name(name));
    let address_read = wrong.take("/email", email(address));
    wrong.take(
        "/password",
        passwords::check(password, &[company, address]).map_err(|weakness| weakness.problem("/password")),
    );
    name.zip(address_read)
}

/// A company signs up at the installation's own host: tenant, roles, owner, and a mail to prove the address.
///
/// # Errors
/// Everything that is wrong with the form; a slug that is taken.
pub async fn sign_up(identity: &Identity, ask: SignUp) -> Result<TenantId> {
    let mut wrong = Wrong::default();
    let slug = wrong.take("/slug", tenants::parse_slug(&ask.slug));
    let settings = Settings {
        name: ask.company.trim().to_owned(),
        hue: 268,
        chroma_thousandths: 150,
        currency: "USD".to_owned(),
        time_zone: "UTC".to_owned(),
        locale: "en-US".to_owned(),
    };
    wrong.take("/company", tenants::check_settings(&settings));
    if ask.trades.key().is_empty() {
        wrong.take(
            "/trades",
            Err::<(), _>(Problem::refused("invalid_fields").field("/trades", "trade_missing")),
        );
    }
    let read = person(&mut wrong, &ask.company, &ask.name, &ask.email, &ask.password);
    wrong.done()?;
    let (slug, (name, email)) = slug.zip(read).expect("nothing was wrong, so everything was read");
    let hash = identity.hash_password(&ask.password).await?;
    let tenant = identity.platform().new_id::<TenantId>();
    let ctx = identity.system(tenant);
    let (slug, settings, name, email, hash) = (&slug, &settings, &name, &email, &hash);
    ctx.write(|tx| {
        async move {
            tenants::ops::create(tx, slug, ask.trades, settings.clone()).await?;
            let owner = roles::store::built_in(tx, BuiltIn::Owner).await?.id;
            let new = NewUser {
                kind: Kind::Staff,
                email: email.clone(),
                name: name.clone(),
                state: State::Unverified,
                password_hash: Some(hash.clone()),
                roles: vec![owner],
            };
            let user = users::ops::add(tx, new).await?;
            links::ops::send(tx, Purpose::Verify, user.id).await
        }
        .scope_boxed()
    })
    .await?;
    Ok(tenant)
}

/// A customer joins at the tenant's own site. Somebody who has a login there gets a mail, not an answer.
///
/// # Errors
/// Everything that is wrong with the form, but never that the address is known.
pub async fn join(
    ctx: &Ctx,
    identity: &Identity,
    company: &str,
    name: &str,
    address: &str,
    password: &str,
) -> Result<()> {
    let mut wrong = Wrong::default();
    let read = person(&mut wrong, company, name, address, password);
    wrong.done()?;
    let (name, email) = read.expect("nothing was wrong, so everything was read");
    let hash = identity.hash_password(password).await?;
    let (name, email, hash) = (&name, &email, &hash);
    ctx.write(|tx| {
        async move {
            if let Some((user, _)) = users::store::by_email(tx, email).await? {
                return match may_mail(tx, Some(email)).await? {
                    true => remind(tx, &user, "identity.join.known").await,
                    false => Ok(()),
                };
            }
            let new = NewUser {
                kind: Kind::Customer,
                email: email.clone(),
                name: name.clone(),
                state: State::Unverified,
                password_hash: Some(hash.clone()),
                roles: Vec::new(),
            };
            let user = users::ops::add(tx, new).await?;
            links::ops::send(tx, Purpose::Verify, user.id).await
        }
        .scope_boxed()
    })
    .await
}

/// Whether one more mail may go to an address because a stranger asked for it. Counted as wrong passwords are, known
/// addresses and others alike.
async fn may_mail(tx: &mut Tx, to: Option<&Email>) -> Result<bool> {
    let now = tx.now();
    let key = format!(
        "mail:{}",
        hex::encode(tokens::digest(&to.map_or_else(String::new, Email::key)))
    );
    counters::hold_failures(&mut tx.bookkeeping("a counter is held, not changed"), &key).await?;
    let asked = counters::failures(tx, &key).await?;
    if asked.wait_seconds(now).is_some() {
        return Ok(false);
    }
    let asked = asked.failed(Counter::Account, now);
    counters::put_failures(&mut tx.bookkeeping("how often a mail was asked for"), &key, asked).await?;
    Ok(true)
}

/// Sends somebody who has a login the mail that lets them go on.
async fn remind(tx: &mut Tx, user: &User, act: &'static str) -> Result<()> {
    let purpose = match user.state {
        State::Active | State::Unverified => Some(Purpose::Reset),
        State::Invited => Some(Purpose::Invite),
        State::Disabled => None,
    };
    audit::note(
        tx,
        act,
        &user.id.to_string(),
        json!({ "mail": purpose.map(Purpose::key) }),
        None,
    )
    .await?;
    match purpose {
        Some(purpose) => links::ops::send(tx, purpose, user.id).await,
        None => Ok(()),
    }
}

/// Somebody forgot a password. Asked too often, nothing is sent; the answer stays the same.
///
/// # Errors
/// When the database fails.
pub async fn forgot(ctx: &Ctx, address: &str) -> Result<()> {
    let email = &Email::parse(address);
    ctx.write(|tx| {
        async move {
            if !may_mail(tx, email.as_ref()).await? {
                return Ok(());
            }
            let user = match email {
                Some(email) => users::store::by_email(tx, email).await?,
                None => None,
            };
            match user {
                Some((user, _)) => remind(tx, &user, "identity.reset.asked").await,
                None => audit::note(tx, "identity.reset.asked", "unknown", json!({}), None).await,
            }
        }
        .scope_boxed()
    })
    .await
}

/// Whom a link that chooses a password is for.
///
/// # Errors
/// `link_spent` when it is unknown, too old or used.
pub(crate) async fn reader(ctx: &Ctx, purpose: Purpose, secret: &str) -> Result<User> {
    ctx.read(|r| {
        async move {
            let link = links::ops::look(r, purpose, secret)
                .await?
                .ok_or_else(|| Problem::refused("link_spent"))?;
            users::store::by_id(r, UserId::from_uuid(link.subject)).await
        }
        .scope_boxed()
    })
    .await
}

/// Chooses a password by a link from the mailbox (reset or invitation), which proves the address as well. Every session
/// ends and no device is trusted any more.
///
/// # Errors
/// `link_spent`, or what is wrong with the password.
pub(crate) async fn choose_password(
    ctx: &Ctx,
    identity: &Identity,
    company: &str,
    purpose: Purpose,
    secret: &str,
    password: &str,
) -> Result<User> {
    let user = reader(ctx, purpose, secret).await?;
    check_password(password, company, &user)?;
    let hash = &identity.hash_password(password).await?;
    ctx.write(|tx| {
        async move {
            let link = links::ops::spend(tx, purpose, secret).await?;
            let user = users::store::by_id(tx, UserId::from_uuid(link.subject)).await?;
            let now = tx.now();
            let user = if user.state == State::Active {
                user
            } else {
                tx.save(user.verify(now)).await?
            };
            let account = format!("account:{}", hex::encode(tokens::digest(&user.email.key())));
            let mut writer = tx.bookkeeping("whoever reads the mailbox is the owner: start afresh");
            counters::clear_failures(&mut writer, &account).await?;
            counters::forget_devices(&mut writer, user.id).await?;
            users::ops::set_password(tx, user.id, hash, None).await?;
            Ok(user)
        }
        .scope_boxed()
    })
    .await
}

/// Refuses a weak password.
///
/// # Errors
/// A problem of the field `/password`.
pub(crate) fn check_password(password: &str, company: &str, user: &User) -> Result<(), Problem> {
    passwords::check(password, &[company, user.email.as_str(), &user.name])
        .map_err(|weakness| weakness.problem("/password"))
}

/// Proves an address by a link from its mailbox and the password chosen on joining, and welcomes its owner. The mailbox
/// alone would not do: whoever joins with somebody else's address has chosen the password, and would be let in by that
/// person's click.
///
/// # Errors
/// `link_spent`; `joining_password_wrong`, which leaves the link good; `sign_in_busy`.
pub(crate) async fn verify(ctx: &Ctx, identity: &Identity, secret: &str, password: &str) -> Result<User> {
    let user = reader(ctx, Purpose::Verify, secret).await?;
    let email = &user.email;
    let found = ctx.read(|r| users::store::by_email(r, email).scope_boxed()).await?;
    let chosen = found.and_then(|(_, credentials)| credentials.password_hash);
    if !identity.is_password(password, chosen).await? {
        return Err(Problem::refused("joining_password_wrong")
            .field("/password", "joining_password_wrong")
            .into());
    }
    ctx.write(|tx| {
        async move {
            let link = links::ops::spend(tx, Purpose::Verify, secret).await?;
            let (user, now) = (
                users::store::by_id(tx, UserId::from_uuid(link.subject)).await?,
                tx.now(),
            );
            let first = user.email_verified_at.is_none();
            let user = tx.save(user.verify(now)).await?;
            crate::versions::raise(tx).await?;
            if first {
                tx.enqueue(&SendWelcome { user: user.id }).await?;
            }
            Ok(user)
        }
        .scope_boxed()
    })
    .await
}

/// Asks to sign in with another address: a mail goes there to prove it. Whether somebody has it already is not told, nor
/// that too many mails were sent there.
///
/// # Errors
/// When it is no address, or nobody is signed in.
pub async fn ask_new_email(tx: &mut Tx, address: &str) -> Result<()> {
    let user = users::ops::oneself(tx)?;
    let email = email(address)?;
    if !may_mail(tx, Some(&email)).await? {
        return Ok(());
    }
    audit::note(
        tx,
        "identity.user.email_change_asked",
        &user.to_string(),
        json!({}),
        None,
    )
    .await?;
    tx.enqueue(&SendLink {
        purpose: Purpose::ChangeEmail,
        user,
        new_email: Some(email.as_str().to_owned()),
    })
    .await
}

/// Moves a login to the address a link was sent to.
///
/// # Errors
/// `link_spent`; `email_taken` when somebody else signs in with it by now.
pub(crate) async fn change_email(ctx: &Ctx, secret: &str) -> Result<User> {
    ctx.write(|tx| {
        async move {
            let link = links::ops::spend(tx, Purpose::ChangeEmail, secret).await?;
            let user = users::store::by_id(tx, UserId::from_uuid(link.subject)).await?;
            let email = link
                .detail
                .as_deref()
                .and_then(Email::parse)
                .ok_or_else(|| Problem::refused("link_spent"))?;
            let now = tx.now();
            let changed = match tx.save(user.move_to(email, now)).await {
                Err(error) if error.is_unique_violation() => return Err(Problem::conflict("email_taken").into()),
                outcome => outcome?,
            };
            links::ops::spend_all(tx, changed.id).await?;
            crate::sessions::ops::end_all(tx, changed.id, None).await?;
            crate::versions::raise(tx).await?;
            Ok(changed)
        }
        .scope_boxed()
    })
    .await
}

/// A new password for oneself, after the present one was proved. Every other session ends.
///
/// # Errors
/// What is wrong with it, or nobody is signed in.
pub(crate) async fn change_password(
    ctx: &Ctx,
    identity: &Identity,
    company: &str,
    keep: kernel::SessionId,
    password: &str,
) -> Result<()> {
    let id = ctx
        .actor()
        .who
        .user()
        .ok_or_else(|| Problem::new(ProblemKind::Unauthenticated, "sign_in_needed"))?;
    let user = ctx.read(|r| users::store::by_id(r, id).scope_boxed()).await?;
    check_password(password, company, &user)?;
    let hash = &identity.hash_password(password).await?;
    ctx.write(|tx| users::ops::set_password(tx, id, hash, Some(keep)).scope_boxed())
        .await
}
