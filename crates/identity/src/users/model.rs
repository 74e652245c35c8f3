//! People who sign in, pure: their states and what may be done to them.

use kernel::{Change, Instant, Problem, RoleId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::events::{CredentialsChanged, UserAdded, UserChanged, UserStateChanged};
use crate::email::Email;

/// Which of the two sides of a tenant a login belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = UserKind)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Works for the tenant; signs in to the console.
    Staff,
    /// Buys from the tenant; signs in to its site.
    Customer,
}

impl Kind {
    /// As stored.
    pub fn key(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Customer => "customer",
        }
    }

    /// Reads what is stored.
    pub fn parse(key: &str) -> Option<Self> {
        [Self::Staff, Self::Customer].into_iter().find(|kind| kind.key() == key)
    }
}

/// Where a login stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = UserState)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Was sent an invitation and has no password yet.
    Invited,
    /// Chose a password; the address is not proved yet.
    Unverified,
    /// May sign in.
    Active,
    /// May not, until somebody enables it.
    Disabled,
}

impl State {
    const ALL: [Self; 4] = [Self::Invited, Self::Unverified, Self::Active, Self::Disabled];

    /// As stored.
    pub fn key(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Unverified => "unverified",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// Reads what is stored.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// A person who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Staff or customer.
    pub kind: Kind,
    /// Address they sign in with.
    pub email: Email,
    /// Name as shown.
    pub name: String,
    /// Where the login stands.
    pub state: State,
    /// When the address was proved.
    pub email_verified_at: Option<Instant>,
    /// Language, when not the tenant's.
    pub locale: Option<String>,
    /// Time zone, when not the tenant's.
    pub time_zone: Option<String>,
    /// Raised with each new picture; 0 is none.
    pub avatar_version: i64,
    /// Whether a code is asked besides the password.
    pub two_factor: bool,
    /// Raised with each change; the ETag.
    pub version: i64,
    /// Since when.
    pub created_at: Instant,
    /// When they last signed in.
    pub signed_in_at: Option<Instant>,
}

/// A login to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Staff or customer.
    pub kind: Kind,
    /// Address they sign in with.
    pub email: Email,
    /// Name as shown.
    pub name: String,
    /// Where the login begins.
    pub state: State,
    /// PHC string; none when invited.
    pub password_hash: Option<String>,
    /// Roles of staff.
    pub roles: Vec<RoleId>,
}

/// A login to be stored with what only the store knows.
#[derive(Clone, Debug)]
pub struct Added {
    /// The person.
    pub user: User,
    /// PHC string.
    pub password_hash: Option<String>,
    /// Roles of staff.
    pub roles: Vec<RoleId>,
}

/// Longest name of a person.
pub const NAME_CHARACTERS: usize = 100;

/// Reads a person's name.
///
/// # Errors
/// Empty or too long.
pub fn parse_name(text: &str) -> Result<String, Problem> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let refused = |code| Err(Problem::refused("invalid_fields").field("/name", code));
    match name.chars().count() {
        0 => refused("required"),
        count if count > NAME_CHARACTERS => refused("too_long"),
        _ => Ok(name),
    }
}

impl User {
    /// A login comes to be.
    pub fn add(id: UserId, new: NewUser, now: Instant) -> Change<Added, UserAdded> {
        let NewUser {
            kind,
            email,
            name,
            state,
            password_hash,
            roles,
        } = new;
        let fact = UserAdded {
            user: id,
            kind,
            state,
            roles: roles.clone(),
            email: email.clone(),
            name: name.clone(),
        };
        let user = Self {
            id,
            kind,
            email,
            name,
            state,
            email_verified_at: (state == State::Active).then_some(now),
            locale: None,
            time_zone: None,
            avatar_version: 0,
            two_factor: false,
            version: 1,
            created_at: now,
            signed_in_at: None,
        };
        Change::new(
            Added {
                user,
                password_hash,
                roles,
            },
            fact,
        )
    }

    /// Name, language and zone change.
    pub fn edit(self, name: String, locale: Option<String>, time_zone: Option<String>) -> Change<Self, UserChanged> {
        let before = json!({ "locale": self.locale, "time_zone": self.time_zone });
        let fact = UserChanged {
            user: self.id,
            locale: locale.clone(),
            time_zone: time_zone.clone(),
            name: name.clone(),
        };
        Change::from(
            before,
            Self {
                name,
                locale,
                time_zone,
                version: self.version + 1,
                ..self
            },
            fact,
        )
    }

    /// May sign in no more.
    ///
    /// # Errors
    /// When it already may not.
    pub fn disable(self) -> Result<Change<Self, UserStateChanged>, Problem> {
        if self.state == State::Disabled {
            return Err(Problem::conflict("user_already_disabled"));
        }
        Ok(self.to(State::Disabled))
    }

    /// May sign in again. Who never chose a password is invited again.
    ///
    /// # Errors
    /// When it is not disabled.
    pub fn enable(self, has_password: bool) -> Result<Change<Self, UserStateChanged>, Problem> {
        if self.state != State::Disabled {
            return Err(Problem::conflict("user_not_disabled"));
        }
        let state = match (has_password, self.email_verified_at) {
            (false, _) => State::Invited,
            (true, None) => State::Unverified,
            (true, Some(_)) => State::Active,
        };
        Ok(self.to(state))
    }

    /// The address is proved: somebody opened a link that was sent there. Disabled logins stay disabled.
    pub fn verify(self, now: Instant) -> Change<Self, UserStateChanged> {
        let state = if self.state == State::Disabled {
            State::Disabled
        } else {
            State::Active
        };
        Self {
            email_verified_at: Some(now),
            ..self
        }
        .to(state)
    }

    /// Signs in with another address from now on; a link sent there has just proved it.
    pub fn move_to(self, email: Email, now: Instant) -> Change<Self, CredentialsChanged> {
        let fact = CredentialsChanged {
            user: self.id,
            what: "email",
        };
        Change::new(
            Self {
                email,
                email_verified_at: Some(now),
                version: self.version + 1,
                ..self
            },
            fact,
        )
    }

    /// Has a new picture.
    pub fn picture(self) -> Change<Self, UserChanged> {
        let fact = UserChanged {
            user: self.id,
            locale: self.locale.clone(),
            time_zone: self.time_zone.clone(),
            name: self.name.clone(),
        };
        Change::new(
            Self {
                avatar_version: self.avatar_version + 1,
                version: self.version + 1,
                ..self
            },
            fact,
        )
    }

    fn to(self, state: State) -> Change<Self, UserStateChanged> {
        let before = json!({ "state": self.state });
        let fact = UserStateChanged {
            user: self.id,
            kind: self.kind,
            state,
        };
        Change::from(
            before,
            Self {
                state,
                version: self.version + 1,
                ..self
            },
            fact,
        )
    }

    /// Whether the person may be signed in once the password is right. An owner who has just signed a company up may
    /// look around before the address is proved; a customer may not, because orders will be found by that address.
    pub fn may_sign_in(&self) -> Result<(), Problem> {
        let refused = |code| Err(Problem::new(kernel::ProblemKind::Unauthenticated, code));
        match (self.state, self.kind) {
            (State::Active, _) | (State::Unverified, Kind::Staff) => Ok(()),
            (State::Unverified, Kind::Customer) => refused("email_unverified"),
            (State::Invited | State::Disabled, _) => refused("credentials_wrong"),
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Id;
    use uuid::Uuid;

    use super::*;

    fn user(kind: Kind, state: State) -> User {
        let email = Email::parse("ann@example.com").unwrap();
        let new = NewUser {
            kind,
            email,
            name: "Ann".into(),
            state,
            password_hash: None,
            roles: Vec::new(),
        };
        User::add(UserId::from_uuid(Uuid::nil()), new, Instant::EPOCH)
            .after
            .user
    }

    #[test]
    fn who_may_sign_in_follows_from_state_and_side() {
        let codes: Vec<Option<&str>> = [
            (Kind::Staff, State::Active),
            (Kind::Customer, State::Active),
            (Kind::Staff, State::Unverified),
            (Kind::Customer, State::Unverified),
            (Kind::Staff, State::Invited),
            (Kind::Staff, State::Disabled),
        ]
        .into_iter()
        .map(|(kind, state)| user(kind, state).may_sign_in().err().map(|p| p.code))
        .collect();
        assert_eq!(
            codes,
            [
                None,
                None,
                None,
                Some("email_unverified"),
                Some("credentials_wrong"),
                Some("credentials_wrong")
            ]
        );
    }

    #[test]
    fn disabling_and_enabling_come_back_to_where_they_were() {
        let disabled = user(Kind::Staff, State::Active).disable().unwrap().after;
        assert_eq!(disabled.state, State::Disabled);
        assert!(disabled.clone().disable().is_err());
        assert_eq!(disabled.clone().enable(true).unwrap().after.state, State::Active);
        assert_eq!(disabled.enable(false).unwrap().after.state, State::Invited);
        assert!(user(Kind::Staff, State::Active).enable(true).is_err());
    }

    #[test]
    fn opening_a_link_does_not_enable_a_disabled_login() {
        let disabled = user(Kind::Customer, State::Disabled);
        assert_eq!(disabled.verify(Instant::EPOCH).after.state, State::Disabled);
        assert_eq!(
            user(Kind::Customer, State::Unverified)
                .verify(Instant::EPOCH)
                .after
                .state,
            State::Active
        );
    }

    #[test]
    fn names_are_tidied_and_bounded() {
        assert_eq!(parse_name("  Ann \u{a0} Example\n"), Ok("Ann Example".to_owned()));
        assert!(parse_name(" ").is_err());
        assert!(parse_name(&"x".repeat(101)).is_err());
    }
}
