//! A contact and what can happen to one.

use std::fmt;

use kernel::{Change, ContactId, CustomerId, Instant, Problem, SupplierId};
use serde_json::{Value, json};

use super::events::{ContactAdded, ContactChanged, ContactRemoved};
use crate::values::{self, Faults};

/// At whom a contact works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// At a customer.
    Customer(CustomerId),
    /// At a supplier.
    Supplier(SupplierId),
}

impl From<CustomerId> for Owner {
    fn from(id: CustomerId) -> Self {
        Self::Customer(id)
    }
}

impl From<SupplierId> for Owner {
    fn from(id: SupplierId) -> Self {
        Self::Supplier(id)
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Customer(id) => write!(f, "{id}"),
            Self::Supplier(id) => write!(f, "{id}"),
        }
    }
}

/// What somebody typed about a contact; empty text for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactDraft {
    /// Their name.
    pub name: String,
    /// What they do there.
    pub role: String,
    /// E-mail address.
    pub email: String,
    /// Phone number.
    pub phone: String,
}

/// A person at a customer or supplier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// At whom.
    pub owner: Owner,
    /// Their name.
    pub name: String,
    /// What they do there.
    pub role: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Raised with every change.
    pub version: i64,
    /// Since when they are known.
    pub created_at: Instant,
    /// When they were last changed.
    pub updated_at: Instant,
}

/// A contact about to be removed: storing it takes the row away.
pub(crate) struct Gone(pub(crate) ContactId);

impl Contact {
    /// A new contact.
    ///
    /// # Errors
    /// `invalid_fields`.
    pub fn open(
        id: ContactId,
        owner: Owner,
        draft: &ContactDraft,
        now: Instant,
    ) -> Result<Change<Self, ContactAdded>, Problem> {
        let contact = Self {
            id,
            owner,
            name: String::new(),
            role: None,
            email: None,
            phone: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
        .filled(draft)?;
        let fact = ContactAdded {
            contact: id,
            owner: owner.to_string(),
            personal: contact.personal(),
        };
        Ok(Change::new(contact, fact))
    }

    /// Other values; `None` when nothing differs.
    ///
    /// # Errors
    /// `invalid_fields`.
    pub fn edit(self, draft: &ContactDraft, now: Instant) -> Result<Option<Change<Self, ContactChanged>>, Problem> {
        let after = self.clone().filled(draft)?;
        if after == self {
            return Ok(None);
        }
        let after = Self {
            version: self.version + 1,
            updated_at: now,
            ..after
        };
        let fact = ContactChanged {
            contact: after.id,
            owner: after.owner.to_string(),
            personal: after.personal(),
        };
        Ok(Some(Change::new(after, fact)))
    }

    /// Forgotten.
    pub(crate) fn remove(self) -> Change<Gone, ContactRemoved> {
        let fact = ContactRemoved {
            contact: self.id,
            owner: self.owner.to_string(),
        };
        Change::new(Gone(self.id), fact)
    }

    fn filled(self, draft: &ContactDraft) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let after = Self {
            name: faults.required("name", &draft.name, values::MAX_NAME),
            role: faults.line("role", &draft.role, values::MAX_ROLE),
            email: faults.email("email", &draft.email),
            phone: faults.phone("phone", &draft.phone),
            ..self
        };
        faults.done()?;
        Ok(after)
    }

    fn personal(&self) -> Value {
        json!({ "name": self.name, "role": self.role, "email": self.email, "phone": self.phone })
    }
}
