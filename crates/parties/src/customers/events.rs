//! What happens to customers, told to others. Who they are travels sealed.

use kernel::{CustomerId, Fact, GroupId, Id, Personal, UserId};
use serde::Serialize;
use uuid::Uuid;

use crate::party::Party;
use crate::record::State;

fn sample_customer() -> CustomerId {
    CustomerId::from_uuid(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0011))
}

fn sample_user() -> UserId {
    UserId::from_uuid(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0012))
}

/// A customer is known from now on.
#[derive(Clone, Debug, Serialize)]
pub struct CustomerAdded {
    /// Who.
    pub customer: CustomerId,
    /// Their price level.
    pub group: Option<GroupId>,
    /// Their login: they signed up by themselves.
    pub user: Option<UserId>,
    /// Where they are.
    pub country: Option<String>,
    #[serde(skip)]
    pub(crate) party: Party,
}

impl Fact for CustomerAdded {
    const NAME: &'static str = "parties.customer.added";

    fn subject(&self) -> String {
        self.customer.to_string()
    }

    fn personal(&self) -> Option<Personal> {
        self.party.personal(self.customer)
    }

    fn sample() -> Self {
        Self {
            customer: sample_customer(),
            group: None,
            user: Some(sample_user()),
            country: Some("IN".into()),
            party: Party::sample(),
        }
    }
}

/// Something about a customer changed.
#[derive(Clone, Debug, Serialize)]
pub struct CustomerChanged {
    /// Who.
    pub customer: CustomerId,
    /// Names of the fields that differ.
    pub fields: Vec<&'static str>,
    /// Their price level now.
    pub group: Option<GroupId>,
    /// Where they are now.
    pub country: Option<String>,
    #[serde(skip)]
    pub(crate) party: Party,
}

impl Fact for CustomerChanged {
    const NAME: &'static str = "parties.customer.changed";

    fn subject(&self) -> String {
        self.customer.to_string()
    }

    fn personal(&self) -> Option<Personal> {
        self.party.personal(self.customer)
    }

    fn sample() -> Self {
        Self {
            customer: sample_customer(),
            fields: vec!["phone", "city"],
            group: None,
            country: Some("IN".into()),
            party: Party::sample(),
        }
    }
}

/// A customer was archived or restored.
#[derive(Clone, Debug, Serialize)]
pub struct CustomerStateChanged {
    /// Who.
    pub customer: CustomerId,
    /// How they stand now.
    pub state: State,
}

impl Fact for CustomerStateChanged {
    const NAME: &'static str = "parties.customer.state_changed";

    fn subject(&self) -> String {
        self.customer.to_string()
    }

    fn sample() -> Self {
        Self {
            customer: sample_customer(),
            state: State::Archived,
        }
    }
}

/// A customer who was known signs in from now on.
#[derive(Clone, Debug, Serialize)]
pub struct CustomerLinked {
    /// Who.
    pub customer: CustomerId,
    /// Their login.
    pub user: UserId,
}

impl Fact for CustomerLinked {
    const NAME: &'static str = "parties.customer.linked";

    fn subject(&self) -> String {
        self.customer.to_string()
    }

    fn sample() -> Self {
        Self {
            customer: sample_customer(),
            user: sample_user(),
        }
    }
}
