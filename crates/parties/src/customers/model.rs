//! A customer and what can happen to one.

use kernel::{Change, CustomerId, GroupId, Instant, Problem, UserId};
use serde_json::json;

use super::events::{CustomerAdded, CustomerChanged, CustomerLinked, CustomerStateChanged};
use crate::party::{Party, PartyDraft, State};
use crate::values::{self, Faults};

/// What somebody typed about a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerDraft {
    /// Name, ways to reach them, address, notes.
    pub party: PartyDraft,
    /// The company a person buys for; empty for none.
    pub company: String,
    /// Their price level.
    pub group: Option<GroupId>,
}

/// The same, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// Name, ways to reach them, address, notes.
    pub party: Party,
    /// The company a person buys for.
    pub company: Option<String>,
    /// Their price level.
    pub group: Option<GroupId>,
}

impl Details {
    /// Judges a draft.
    ///
    /// # Errors
    /// `invalid_fields` with every fault.
    pub fn read(draft: &CustomerDraft) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let party = Party::read(&draft.party, &mut faults);
        let company = faults.line("company", &draft.company, values::MAX_NAME);
        faults.done()?;
        Ok(Self {
            party,
            company,
            group: draft.group,
        })
    }

    fn differing(&self, other: &Self) -> Vec<&'static str> {
        let mut fields = self.party.differing(&other.party);
        fields.extend((self.company != other.company).then_some("company"));
        fields.extend((self.group != other.group).then_some("group_id"));
        fields
    }
}

/// Who buys from the tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// Who they are.
    pub details: Details,
    /// The login they sign in with at the tenant's site, if they have one.
    pub user: Option<UserId>,
    /// Traded with or archived.
    pub state: State,
    /// Raised with every change.
    pub version: i64,
    /// Since when they are known.
    pub created_at: Instant,
    /// When they were last changed.
    pub updated_at: Instant,
}

impl Customer {
    /// A new customer.
    pub fn open(id: CustomerId, details: Details, user: Option<UserId>, now: Instant) -> Change<Self, CustomerAdded> {
        let fact = CustomerAdded {
            customer: id,
            group: details.group,
            user,
            country: details.party.country.clone(),
            party: details.party.clone(),
        };
        let customer = Self {
            id,
            details,
            user,
            state: State::Active,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        Change::new(customer, fact)
    }

    /// Other details; `None` when nothing differs.
    pub fn edit(self, details: Details, now: Instant) -> Option<Change<Self, CustomerChanged>> {
        let fields = self.details.differing(&details);
        if fields.is_empty() {
            return None;
        }
        let before = json!({ "group": self.details.group, "country": self.details.party.country });
        let fact = CustomerChanged {
            customer: self.id,
            fields,
            group: details.group,
            country: details.party.country.clone(),
            party: details.party.clone(),
        };
        Some(Change::from(
            before,
            Self {
                details,
                ..self.next(now)
            },
            fact,
        ))
    }

    /// Offered nowhere from now on.
    ///
    /// # Errors
    /// `customer_archived` when they are.
    pub fn archive(self, now: Instant) -> Result<Change<Self, CustomerStateChanged>, Problem> {
        if self.state == State::Archived {
            return Err(Problem::conflict("customer_archived"));
        }
        Ok(self.turn(State::Archived, now))
    }

    /// Traded with again.
    ///
    /// # Errors
    /// `customer_active` when they are.
    pub fn restore(self, now: Instant) -> Result<Change<Self, CustomerStateChanged>, Problem> {
        if self.state == State::Active {
            return Err(Problem::conflict("customer_active"));
        }
        Ok(self.turn(State::Active, now))
    }

    /// Signs in with this login from now on.
    pub fn link(self, user: UserId, now: Instant) -> Change<Self, CustomerLinked> {
        let fact = CustomerLinked {
            customer: self.id,
            user,
        };
        let after = Self {
            user: Some(user),
            ..self.next(now)
        };
        Change::new(after, fact)
    }

    fn turn(self, state: State, now: Instant) -> Change<Self, CustomerStateChanged> {
        let before = json!({ "state": self.state });
        let fact = CustomerStateChanged {
            customer: self.id,
            state,
        };
        Change::from(
            before,
            Self {
                state,
                ..self.next(now)
            },
            fact,
        )
    }

    fn next(self, now: Instant) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Fact, Id};
    use uuid::Uuid;

    use super::*;

    fn details(name: &str) -> Details {
        let party = PartyDraft {
            name: name.into(),
            email: "asha@example.in".into(),
            ..PartyDraft::default()
        };
        Details::read(&CustomerDraft {
            party,
            ..CustomerDraft::default()
        })
        .unwrap()
    }

    fn customer() -> Customer {
        let id = CustomerId::from_uuid(Uuid::from_u128(1));
        Customer::open(id, details("Asha Nair"), None, Instant::from_micros(1)).after
    }

    #[test]
    fn an_edit_names_what_changed_and_an_empty_one_is_none() {
        let now = Instant::from_micros(2);
        assert!(customer().edit(details(" Asha Nair "), now).is_none());
        let change = customer().edit(details("Asha Menon"), now).unwrap();
        assert_eq!(change.fact.fields, ["name"]);
        assert_eq!((change.after.version, change.after.updated_at), (2, now));
    }

    #[test]
    fn archiving_and_restoring_alternate() {
        let now = Instant::from_micros(2);
        assert_eq!(customer().restore(now).unwrap_err().code, "customer_active");
        let archived = customer().archive(now).unwrap().after;
        assert_eq!(archived.clone().archive(now).unwrap_err().code, "customer_archived");
        assert_eq!(archived.restore(now).unwrap().after.state, State::Active);
    }

    #[test]
    fn no_payload_says_who_somebody_is() {
        let change = customer().edit(details("Asha Menon"), Instant::from_micros(2)).unwrap();
        let payload = serde_json::to_string(&change.fact).unwrap();
        assert!(!payload.contains("Asha") && !payload.contains('@'), "{payload}");
        assert!(
            change
                .fact
                .personal()
                .unwrap()
                .values
                .to_string()
                .contains("Asha Menon")
        );
    }
}
