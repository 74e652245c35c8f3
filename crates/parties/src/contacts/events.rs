//! What happens to contacts, told to others. The subject is the customer or supplier they work at, so that one look at its
//! history shows them too; who they are travels sealed under their own key.

use kernel::{ContactId, Fact, Id, Personal};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

fn sample_contact() -> ContactId {
    ContactId::from_uuid(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0015))
}

const SAMPLE_OWNER: &str = "sup_01934000000070008000000000000014";

/// There is a new contact.
#[derive(Clone, Debug, Serialize)]
pub struct ContactAdded {
    /// Who.
    pub contact: ContactId,
    /// At whom: a customer's or supplier's id.
    pub owner: String,
    #[serde(skip)]
    pub(crate) personal: Value,
}

/// Something about a contact changed.
#[derive(Clone, Debug, Serialize)]
pub struct ContactChanged {
    /// Who.
    pub contact: ContactId,
    /// At whom: a customer's or supplier's id.
    pub owner: String,
    #[serde(skip)]
    pub(crate) personal: Value,
}

/// A contact was removed.
#[derive(Clone, Debug, Serialize)]
pub struct ContactRemoved {
    /// Who.
    pub contact: ContactId,
    /// At whom: a customer's or supplier's id.
    pub owner: String,
}

impl Fact for ContactAdded {
    const NAME: &'static str = "parties.contact.added";

    fn subject(&self) -> String {
        self.owner.clone()
    }

    fn personal(&self) -> Option<Personal> {
        Some(Personal {
            person: self.contact.uuid(),
            values: self.personal.clone(),
        })
    }

    fn sample() -> Self {
        Self {
            contact: sample_contact(),
            owner: SAMPLE_OWNER.into(),
            personal: json!({ "name": "Ravi Mehta" }),
        }
    }
}

impl Fact for ContactChanged {
    const NAME: &'static str = "parties.contact.changed";

    fn subject(&self) -> String {
        self.owner.clone()
    }

    fn personal(&self) -> Option<Personal> {
        Some(Personal {
            person: self.contact.uuid(),
            values: self.personal.clone(),
        })
    }

    fn sample() -> Self {
        Self {
            contact: sample_contact(),
            owner: SAMPLE_OWNER.into(),
            personal: json!({ "name": "Ravi Mehta" }),
        }
    }
}

impl Fact for ContactRemoved {
    const NAME: &'static str = "parties.contact.removed";

    fn subject(&self) -> String {
        self.owner.clone()
    }

    fn sample() -> Self {
        Self {
            contact: sample_contact(),
            owner: SAMPLE_OWNER.into(),
        }
    }
}
