//! A customer and what can happen to one.

use kernel::{Change, CustomerId, GroupId, Instant, Problem, UserId};
use platform::{Permission, Read};
use serde_json::{Value, json};

use super::events::{CustomerAdded, CustomerChanged, CustomerLinked, CustomerStateChanged};
use super::store;
use crate::groups;
use crate::party::{Party, PartyDraft};
use crate::permissions::{CUSTOMERS_EDIT, CUSTOMERS_READ};
use crate::record::store::by_id;
use crate::record::{self, Record, State};
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
    /// The login they sign in with at the tenant's site, if they have one.
    pub user: Option<UserId>,
}

/// Who buys from the tenant.
pub type Customer = Record<CustomerId, Details>;

/// Which customers a list asks for: those of a state, of a price level, of some words.
pub type Filter = crate::seek::Filter<GroupId>;

impl record::Details for Details {
    type Id = CustomerId;
    type Draft = CustomerDraft;
    type Added = CustomerAdded;
    type Changed = CustomerChanged;
    type StateChanged = CustomerStateChanged;

    const READ: Permission = CUSTOMERS_READ;
    const EDIT: Permission = CUSTOMERS_EDIT;

    fn read(draft: &CustomerDraft, had: Option<&Self>) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let party = Party::read(&draft.party, &mut faults);
        let company = faults.line("company", &draft.company, values::MAX_NAME);
        faults.done()?;
        Ok(Self {
            party,
            company,
            group: draft.group,
            user: had.and_then(|had| had.user),
        })
    }

    async fn fit(&self, read: &Read, had: Option<&Customer>) -> platform::Result<()> {
        only_with_this_email(read, self, had).await?;
        group_is_offered(read, self.group, had.and_then(|had| had.details.group)).await
    }

    fn differing(&self, other: &Self) -> Vec<&'static str> {
        let mut fields = self.party.differing(&other.party);
        fields.extend((self.company != other.company).then_some("company"));
        fields.extend((self.group != other.group).then_some("group_id"));
        fields
    }

    fn audited(&self) -> Value {
        json!({ "group": self.group, "country": self.party.country })
    }

    fn added(&self, id: CustomerId) -> CustomerAdded {
        CustomerAdded {
            customer: id,
            group: self.group,
            user: self.user,
            country: self.party.country.clone(),
            party: self.party.clone(),
        }
    }

    fn changed(&self, id: CustomerId, fields: Vec<&'static str>) -> CustomerChanged {
        CustomerChanged {
            customer: id,
            fields,
            group: self.group,
            country: self.party.country.clone(),
            party: self.party.clone(),
        }
    }

    fn state_changed(id: CustomerId, state: State) -> CustomerStateChanged {
        CustomerStateChanged { customer: id, state }
    }

    fn is_already(state: State) -> Problem {
        match state {
            State::Active => Problem::conflict("customer_active"),
            State::Archived => Problem::conflict("customer_archived"),
        }
    }
}

impl Customer {
    /// Signs in with this login from now on.
    pub(crate) fn link(self, user: UserId, now: Instant) -> Change<Self, CustomerLinked> {
        let fact = CustomerLinked {
            customer: self.id,
            user,
        };
        let mut after = self.next(now);
        after.details.user = Some(user);
        Change::new(after, fact)
    }
}

async fn only_with_this_email(read: &Read, details: &Details, had: Option<&Customer>) -> platform::Result<()> {
    let Some(email) = details.party.email.as_deref() else {
        return Ok(());
    };
    match store::by_email(read, email).await? {
        Some(other) if Some(other.id) != had.map(|had| had.id) => Err(exists(&other).into()),
        _ => Ok(()),
    }
}

/// The refusal of a second customer with an address.
pub(crate) fn exists(other: &Customer) -> Problem {
    let problem = Problem::conflict("customer_exists").arg("existing", other.id);
    problem.field("/email", "customer_email_taken")
}

/// A price level can be given while it is active; who has an archived one keeps it.
async fn group_is_offered(read: &Read, wanted: Option<GroupId>, had: Option<GroupId>) -> platform::Result<()> {
    let Some(group) = wanted.filter(|group| Some(*group) != had) else {
        return Ok(());
    };
    let state = by_id::<groups::Details>(read, group).await?.map(|group| group.state);
    let problem = Problem::refused("invalid_fields");
    let problem = match state {
        Some(State::Active) => return Ok(()),
        Some(State::Archived) => problem.field("/group_id", "group_archived"),
        None => problem.field("/group_id", "group_unknown"),
    };
    Err(problem.into())
}
