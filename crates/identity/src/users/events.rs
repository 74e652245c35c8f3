//! What happens to people who sign in, told to others. Names and addresses travel sealed.

use kernel::{Fact, Id, Personal, RoleId, UserId};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::model::{Kind, State};
use crate::email::Email;

fn sample_user() -> UserId {
    UserId::from_uuid(Uuid::from_u128(2))
}

/// A login came to be: sign-up, invitation, or a customer joined.
#[derive(Clone, Debug, Serialize)]
pub struct UserAdded {
    /// Who.
    pub user: UserId,
    /// Staff or customer.
    pub kind: Kind,
    /// Where the login begins.
    pub state: State,
    /// Roles of staff.
    pub roles: Vec<RoleId>,
    #[serde(skip)]
    pub(crate) email: Email,
    #[serde(skip)]
    pub(crate) name: String,
}

impl Fact for UserAdded {
    const NAME: &'static str = "identity.user.added";

    fn subject(&self) -> String {
        self.user.to_string()
    }

    fn personal(&self) -> Option<Personal> {
        Some(Personal {
            person: self.user.uuid(),
            values: json!({ "email": self.email.as_str(), "name": self.name }),
        })
    }

    fn sample() -> Self {
        let email = Email::parse("ann@example.com").expect("the sample is an address");
        Self {
            user: sample_user(),
            kind: Kind::Customer,
            state: State::Unverified,
            roles: Vec::new(),
            email,
            name: "Ann Example".into(),
        }
    }
}

/// Name, language or zone changed.
#[derive(Clone, Debug, Serialize)]
pub struct UserChanged {
    /// Who.
    pub user: UserId,
    /// Language, when not the tenant's.
    pub locale: Option<String>,
    /// Time zone, when not the tenant's.
    pub time_zone: Option<String>,
    #[serde(skip)]
    pub(crate) name: String,
}

impl Fact for UserChanged {
    const NAME: &'static str = "identity.user.changed";

    fn subject(&self) -> String {
        self.user.to_string()
    }

    fn personal(&self) -> Option<Personal> {
        Some(Personal {
            person: self.user.uuid(),
            values: json!({ "name": self.name }),
        })
    }

    fn sample() -> Self {
        Self {
            user: sample_user(),
            locale: Some("es".into()),
            time_zone: None,
            name: "Ann Example".into(),
        }
    }
}

/// A login was enabled, disabled or its address proved.
#[derive(Clone, Debug, Serialize)]
pub struct UserStateChanged {
    /// Who.
    pub user: UserId,
    /// Staff or customer.
    pub kind: Kind,
    /// Where the login stands now.
    pub state: State,
}

impl Fact for UserStateChanged {
    const NAME: &'static str = "identity.user.state_changed";

    fn subject(&self) -> String {
        self.user.to_string()
    }

    fn sample() -> Self {
        Self {
            user: sample_user(),
            kind: Kind::Customer,
            state: State::Active,
        }
    }
}

/// Somebody's roles changed.
#[derive(Clone, Debug, Serialize)]
pub struct UserRolesChanged {
    /// Who.
    pub user: UserId,
    /// Their roles now.
    pub roles: Vec<RoleId>,
}

impl Fact for UserRolesChanged {
    const NAME: &'static str = "identity.user.roles_changed";

    fn subject(&self) -> String {
        self.user.to_string()
    }

    fn sample() -> Self {
        Self {
            user: sample_user(),
            roles: vec![RoleId::from_uuid(Uuid::from_u128(3))],
        }
    }
}

/// Something about how somebody proves who they are changed.
#[derive(Clone, Debug, Serialize)]
pub struct CredentialsChanged {
    /// Who.
    pub user: UserId,
    /// `password`, `email`, `two_factor_on`, `two_factor_off`, `recovery_codes`.
    pub what: &'static str,
}

impl Fact for CredentialsChanged {
    const NAME: &'static str = "identity.user.credentials_changed";

    fn subject(&self) -> String {
        self.user.to_string()
    }

    fn sample() -> Self {
        Self {
            user: sample_user(),
            what: "password",
        }
    }
}
