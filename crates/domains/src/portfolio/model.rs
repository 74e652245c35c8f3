//! A domain name that a tenant holds for a customer.

use jiff::SignedDuration;
use kernel::{Currency, CustomerId, DomainId, Instant, Money, PriceId, Problem, RegistrarId};

use crate::offers::DomainName;

/// Most names of one adoption: they are one transaction.
pub const MOST_ADOPTED: usize = 2_000;

/// No registry registers for longer than ten years; half a year more for grace and clocks.
const LONGEST_AHEAD: SignedDuration = SignedDuration::from_hours(24 * (3_653 + 183));

/// A domain name of the tenant's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Its id.
    pub id: DomainId,
    /// The name.
    pub name: DomainName,
    /// Whose it is.
    pub customer: CustomerId,
    /// The account it is held at.
    pub registrar: RegistrarId,
    /// Whether it is in use.
    pub state: State,
    /// The registry sells it above its list price, renewals perhaps too: never on the normal path.
    pub premium: bool,
    /// Whether it is to be renewed without being asked for.
    pub auto_renew: bool,
    /// When it was registered.
    pub registered_at: Instant,
    /// Until when it is paid at the registry.
    pub expires_at: Instant,
    /// What each year was sold for; empty where that is not known.
    pub by_year: Vec<Money>,
    /// In which currency it was sold.
    pub currency: Currency,
    /// Raised with every change.
    pub version: i64,
    /// Since when it is in the portfolio.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// Whether a name is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DomainState)]
pub enum State {
    /// Registered.
    Active,
    /// Its time is over; it may still be renewed or restored.
    Expired,
}

impl State {
    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
        }
    }

    /// From the stored name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Active, Self::Expired]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// A name that is held already and comes into the portfolio.
#[derive(Clone, Debug)]
pub struct Adoption {
    /// The name, as people write it.
    pub name: String,
    /// Whose it is.
    pub customer: CustomerId,
    /// The account it is held at.
    pub registrar: RegistrarId,
    /// When it was registered.
    pub registered_at: Instant,
    /// Until when it is paid at the registry.
    pub expires_at: Instant,
    /// Whether it is to be renewed without being asked for.
    pub auto_renew: bool,
    /// Whether the registry sells it above its list price.
    pub premium: bool,
    /// For how many years it was registered: what each of them cost is looked up in the price book, where prices of that
    /// day are known.
    pub years: u8,
}

/// Dates no registry gives: such a name is not taken in.
pub(crate) fn dates_are_possible(adoption: &Adoption, now: Instant) -> Result<(), &'static str> {
    if adoption.registered_at > now {
        Err("registered_in_the_future")
    } else if adoption.expires_at <= adoption.registered_at || adoption.expires_at > now.plus(LONGEST_AHEAD) {
        Err("expiry_impossible")
    } else {
        Ok(())
    }
}

/// A domain with the recorded prices it was sold at.
#[derive(Clone, Debug)]
pub(crate) struct Adopted {
    pub(crate) domain: Domain,
    pub(crate) prices: Vec<PriceId>,
}

/// All names of one adoption.
#[derive(Clone, Debug)]
pub(crate) struct Run(pub(crate) Vec<Adopted>);

/// Which names.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Under this ending, an A-label.
    pub ending: Option<String>,
    /// Of this customer.
    pub customer: Option<CustomerId>,
    /// At this account.
    pub registrar: Option<RegistrarId>,
    /// In this state.
    pub state: Option<State>,
    /// Whose name holds this text.
    pub search: Option<String>,
}

/// In which order, and from where on.
#[derive(Clone, Debug)]
pub struct Order {
    /// By name; by expiry if not.
    pub by_name: bool,
    /// The last first.
    pub descending: bool,
    /// The keys of the last row before.
    pub after: Option<(String, uuid::Uuid)>,
    /// How many rows.
    pub most: u64,
}

impl Order {
    /// What a row is ordered by: a page goes on behind it.
    pub fn place(&self, domain: &Domain) -> (String, uuid::Uuid) {
        let key = if self.by_name {
            domain.name.ascii().to_owned()
        } else {
            domain.expires_at.micros().to_string()
        };
        (key, kernel::Id::uuid(domain.id))
    }
}

/// The refusal of one of many names.
pub(crate) fn refused(position: usize, field: &str, code: &'static str) -> Problem {
    Problem::refused("invalid_fields").field(format!("/names/{position}/{field}"), code)
}
