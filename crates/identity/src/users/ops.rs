//! What may be done with logins. Whatever takes a right away raises the tenant's version, so it bites at once.

use std::collections::BTreeSet;

use kernel::{Change, Problem, ProblemKind, RoleId, UserId};
use platform::{Read, Result, Tx, Who, audit};
use serde_json::json;

use super::events::{CredentialsChanged, UserRolesChanged};
use super::model::{Kind, NewUser, State, User};
use super::store::{self, Filter, PasswordOf, RolesOf};
use crate::email::Email;
use crate::permissions::{OWNERS_MANAGE, USERS_MANAGE, USERS_READ};
use crate::roles::{self, BuiltIn, Matrix, Role};
use crate::{links, sessions, versions};

/// People, newest first, with their roles.
///
/// # Errors
/// Without the permission to see users.
pub async fn list(
    read: &Read,
    filter: &Filter,
    after: Option<(i64, uuid::Uuid)>,
    rows: u64,
) -> Result<Vec<(User, Vec<RoleId>)>> {
    read.allow(USERS_READ)?;
    let users = store::list(read, filter, after, rows).await?;
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let mut roles = store::roles_of(read, &ids).await?;
    Ok(users
        .into_iter()
        .map(|user| {
            let own = roles.remove(&user.id).unwrap_or_default();
            (user, own)
        })
        .collect())
}

/// More people than any company has.
const MOST_EXPORTED: u64 = 100_000;

/// Everybody a filter finds, to be taken away in a file; who took it is audited.
///
/// # Errors
/// Without the permission to see users.
pub async fn export(tx: &mut Tx, filter: &Filter) -> Result<Vec<(User, Vec<RoleId>)>> {
    let people = list(tx, filter, None, MOST_EXPORTED).await?;
    audit::note(
        tx,
        "identity.users.exported",
        "users",
        json!({ "people": people.len() }),
        None,
    )
    .await?;
    Ok(people)
}

/// How many people a filter finds.
///
/// # Errors
/// Without the permission to see users.
pub async fn count(read: &Read, filter: &Filter) -> Result<u64> {
    read.allow(USERS_READ)?;
    store::count(read, filter).await
}

/// One person with their roles. Everybody may see themselves.
///
/// # Errors
/// Without the permission to see users, or when there is none.
pub async fn by_id(read: &Read, id: UserId) -> Result<(User, Vec<RoleId>)> {
    if read.actor().who.user() != Some(id) {
        read.allow(USERS_READ)?;
    }
    let user = store::by_id(read, id).await?;
    let roles = store::roles_of(read, &[id]).await?.remove(&id).unwrap_or_default();
    Ok((user, roles))
}

/// Names of these people, where there are any: for pages that tell who did what.
///
/// # Errors
/// Without the permission to see users.
pub async fn names(read: &Read, ids: &[UserId]) -> Result<Vec<(UserId, String)>> {
    read.allow(USERS_READ)?;
    store::names(read, ids).await
}

/// A login is made as it is: sign-up, joining, the demo's seed. Permissions are the caller's matter.
pub(crate) async fn add(tx: &mut Tx, new: NewUser) -> Result<User> {
    let (id, now) = (tx.new_id(), tx.now());
    match tx.save(User::add(id, new, now)).await {
        Err(error) if error.is_unique_violation() => {
            Err(Problem::refused("invalid_fields").field("/email", "email_taken").into())
        }
        outcome => Ok(outcome?.user),
    }
}

/// The login with this address, for the product's own work (seeds, commands).
///
/// # Errors
/// When the actor may not see logins.
pub async fn by_email(read: &Read, email: &str) -> Result<Option<User>> {
    read.allow(USERS_READ)?;
    let Some(email) = Email::parse(email) else {
        return Ok(None);
    };
    Ok(store::by_email(read, &email).await?.map(|(user, _)| user))
}

/// A login for the demo's seed or an installation's first steps: active, with a password and built-in roles.
///
/// # Errors
/// When the address is taken.
pub async fn seed(
    tx: &mut Tx,
    kind: Kind,
    email: &str,
    name: &str,
    password_hash: String,
    built_in: &[BuiltIn],
) -> Result<User> {
    tx.allow(USERS_MANAGE)?;
    let email = Email::parse(email).ok_or_else(|| Problem::refused("invalid_fields").field("/email", "email_shape"))?;
    let mut ids = Vec::new();
    for role in built_in {
        ids.push(roles::store::built_in(tx, *role).await?.id);
    }
    add(
        tx,
        NewUser {
            kind,
            email,
            name: name.to_owned(),
            state: State::Active,
            password_hash: Some(password_hash),
            roles: ids,
        },
    )
    .await
}

/// A new member of staff is invited by e-mail.
///
/// # Errors
/// A bad name or address, a taken address, or roles beyond the inviter's own.
pub async fn invite(tx: &mut Tx, matrix: &Matrix, email: &str, name: &str, role_ids: Vec<RoleId>) -> Result<User> {
    tx.allow(USERS_MANAGE)?;
    let role_ids = Vec::from_iter(BTreeSet::from_iter(role_ids));
    let email = Email::parse(email).ok_or_else(|| Problem::refused("invalid_fields").field("/email", "email_shape"))?;
    let name = super::parse_name(name)?;
    if role_ids.is_empty() {
        return Err(Problem::refused("invalid_fields")
            .field("/roles", "role_missing")
            .into());
    }
    may_give_roles(tx, matrix, &role_ids).await?;
    let user = add(
        tx,
        NewUser {
            kind: Kind::Staff,
            email,
            name,
            state: State::Invited,
            password_hash: None,
            roles: role_ids,
        },
    )
    .await?;
    links::ops::send(tx, links::Purpose::Invite, user.id).await?;
    Ok(user)
}

/// Sends the invitation (or the verification) once more.
///
/// # Errors
/// When the person already has a proved login.
pub async fn send_again(tx: &mut Tx, id: UserId) -> Result<()> {
    tx.allow(USERS_MANAGE)?;
    let user = store::by_id(tx, id).await?;
    match user.state {
        State::Invited => links::ops::send(tx, links::Purpose::Invite, id).await,
        State::Unverified => links::ops::send(tx, links::Purpose::Verify, id).await,
        State::Active | State::Disabled => Err(Problem::conflict("user_not_waiting").into()),
    }
}

/// Somebody gets exactly these roles.
///
/// # Errors
/// Roles beyond one's own; the last owner must stay one.
pub async fn set_roles(tx: &mut Tx, matrix: &Matrix, id: UserId, wanted: Vec<RoleId>) -> Result<()> {
    tx.allow(USERS_MANAGE)?;
    // a role named twice is held once
    let wanted = Vec::from_iter(BTreeSet::from_iter(wanted));
    let user = store::by_id(tx, id).await?;
    if user.kind == Kind::Customer {
        return Err(Problem::refused("customers_have_no_roles").into());
    }
    if wanted.is_empty() {
        return Err(Problem::refused("invalid_fields")
            .field("/roles", "role_missing")
            .into());
    }
    let before = store::roles_of(tx, &[id]).await?.remove(&id).unwrap_or_default();
    let owner = roles::store::built_in(tx, BuiltIn::Owner).await?.id;
    may_give_roles(tx, matrix, &before).await?;
    may_give_roles(tx, matrix, &wanted).await?;
    if before.contains(&owner) && !wanted.contains(&owner) {
        keep_an_owner(tx, id, owner).await?;
    }
    let fact = UserRolesChanged {
        user: id,
        roles: wanted.clone(),
    };
    tx.save(Change::from(json!({ "roles": before }), RolesOf(id, wanted), fact))
        .await?;
    versions::raise(tx).await
}

/// Somebody may sign in no more; all their sessions end and their keys count no more.
///
/// # Errors
/// Oneself, the last owner, or somebody with more rights.
pub async fn disable(tx: &mut Tx, matrix: &Matrix, id: UserId) -> Result<User> {
    tx.allow(USERS_MANAGE)?;
    if tx.actor().who.user() == Some(id) {
        return Err(Problem::conflict("not_oneself").into());
    }
    let user = store::by_id(tx, id).await?;
    let held = store::roles_of(tx, &[id]).await?.remove(&id).unwrap_or_default();
    may_give_roles(tx, matrix, &held).await?;
    let owner = roles::store::built_in(tx, BuiltIn::Owner).await?.id;
    if held.contains(&owner) {
        keep_an_owner(tx, id, owner).await?;
    }
    let user = tx.save(user.disable()?).await?;
    sessions::ops::end_all(tx, id, None).await?;
    versions::raise(tx).await?;
    Ok(user)
}

/// Somebody disabled may sign in again.
///
/// # Errors
/// When they are not disabled, or have more rights than the actor.
pub async fn enable(tx: &mut Tx, matrix: &Matrix, id: UserId) -> Result<User> {
    tx.allow(USERS_MANAGE)?;
    let (user, credentials) = store::with_credentials(tx, id).await?;
    let held = store::roles_of(tx, &[id]).await?.remove(&id).unwrap_or_default();
    may_give_roles(tx, matrix, &held).await?;
    let user = tx.save(user.enable(credentials.password_hash.is_some())?).await?;
    versions::raise(tx).await?;
    Ok(user)
}

/// Ends every session of somebody.
///
/// # Errors
/// Without the permission, or somebody with more rights.
pub async fn sign_out_everywhere(tx: &mut Tx, matrix: &Matrix, id: UserId) -> Result<()> {
    tx.allow(USERS_MANAGE)?;
    let user = store::by_id(tx, id).await?;
    let held = store::roles_of(tx, &[user.id]).await?.remove(&id).unwrap_or_default();
    may_give_roles(tx, matrix, &held).await?;
    sessions::ops::end_all(tx, id, None).await
}

/// Name, language and zone of the person signed in.
///
/// # Errors
/// A bad name, an unknown language or zone, or an edit meanwhile (`expected` is the version that was shown).
pub async fn edit_self(
    tx: &mut Tx,
    expected: Option<i64>,
    name: &str,
    locale: Option<String>,
    time_zone: Option<String>,
) -> Result<User> {
    let id = oneself(tx)?;
    let name = super::parse_name(name)?;
    if locale
        .as_deref()
        .is_some_and(|locale| !crate::tenants::LOCALES.contains(&locale))
    {
        return Err(Problem::refused("invalid_fields")
            .field("/locale", "locale_unknown")
            .into());
    }
    if time_zone
        .as_deref()
        .is_some_and(|zone| jiff::tz::TimeZone::get(zone).is_err())
    {
        return Err(Problem::refused("invalid_fields")
            .field("/time_zone", "time_zone_unknown")
            .into());
    }
    let user = store::by_id(tx, id).await?;
    if expected.is_some_and(|version| version != user.version) {
        return Err(Problem::new(ProblemKind::Stale, "changed_meanwhile").into());
    }
    let user = tx.save(user.edit(name, locale, time_zone)).await?;
    versions::raise(tx).await?;
    Ok(user)
}

/// A new password; every other session of the person ends, and no link sent before is any good.
pub(crate) async fn set_password(tx: &mut Tx, id: UserId, hash: &str, keep: Option<kernel::SessionId>) -> Result<()> {
    tx.save(Change::new(
        PasswordOf(id, hash.to_owned()),
        CredentialsChanged {
            user: id,
            what: "password",
        },
    ))
    .await?;
    links::ops::spend_all(tx, id).await?;
    sessions::ops::end_all(tx, id, keep).await?;
    versions::raise(tx).await
}

/// The person signed in. A key acts for its maker in business, not on their login.
pub(crate) fn oneself(read: &Read) -> Result<UserId> {
    match read.actor().who {
        Who::Staff(user) | Who::Customer(user) => Ok(user),
        Who::ApiKey(..) => Err(Problem::new(ProblemKind::Forbidden, "people_only").into()),
        _ => Err(Problem::new(ProblemKind::Unauthenticated, "sign_in_needed").into()),
    }
}

/// Nobody gives (or takes) roles that permit more than they themselves may.
async fn may_give_roles(tx: &Tx, matrix: &Matrix, ids: &[RoleId]) -> Result<()> {
    let all = roles::store::all(tx).await?;
    let given: Vec<&Role> = ids
        .iter()
        .map(|id| {
            all.iter()
                .find(|role| role.id == *id)
                .ok_or_else(|| Problem::refused("invalid_fields").field("/roles", "role_unknown"))
        })
        .collect::<Result<_, _>>()?;
    if given.iter().any(|role| role.built_in == Some(BuiltIn::Owner)) {
        tx.allow(OWNERS_MANAGE)?;
    }
    let permissions: BTreeSet<String> = roles::union(matrix, given);
    Ok(roles::may_give(&tx.actor().grants, &permissions)?)
}

async fn keep_an_owner(tx: &Tx, leaving: UserId, owner: RoleId) -> Result<()> {
    let others = store::holders(tx, owner)
        .await?
        .into_iter()
        .any(|holder| holder != leaving);
    if others {
        Ok(())
    } else {
        Err(Problem::conflict("last_owner").into())
    }
}
