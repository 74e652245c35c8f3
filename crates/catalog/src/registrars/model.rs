//! A registrar account and what can happen to it.

use kernel::{Change, Currency, Instant, Problem, RegistrarId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::credentials::Credentials;
use super::events::{RegistrarAdded, RegistrarChanged, RegistrarPaused, RegistrarResumed};
use crate::values::{self, Faults};

/// Whether names are bought through the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = RegistrarState)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Asked and bought from.
    Active,
    /// Neither, until resumed. Its costs stay in the book.
    Paused,
}

impl State {
    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
        }
    }

    /// From a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Active, Self::Paused]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// Which endings the account sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sells {
    /// Those it has a cost price for.
    Priced,
    /// Every ending of the price book, whether its cost is known or not.
    All,
}

impl Sells {
    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Priced => "priced",
            Self::All => "all",
        }
    }

    /// From a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Priced, Self::All].into_iter().find(|sells| sells.name() == name)
    }
}

/// Which adapter talks to an account. One more is a variant here and an arm where app connects accounts; the compiler
/// names both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdapterKind {
    /// Nobody is asked: only the account's prices are kept.
    None,
    /// GoDaddy's API.
    #[serde(rename = "godaddy")]
    GoDaddy,
}

impl AdapterKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::GoDaddy, Self::None];

    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::GoDaddy => "godaddy",
        }
    }

    /// From a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it can do nothing until the account has credentials.
    pub const fn needs_credentials(self) -> bool {
        matches!(self, Self::GoDaddy)
    }
}

/// The places an account can have in the order of asking.
const RANKS: std::ops::RangeInclusive<i64> = 1..=999;

/// A registrar account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registrar {
    /// Its id, which is also the id of its cost list.
    pub id: RegistrarId,
    /// Short name for files, settings and addresses: `godaddy`. Never changes.
    pub slug: String,
    /// As people call it.
    pub name: String,
    /// Which adapter talks to it. Never changes.
    pub kind: AdapterKind,
    /// Active or paused.
    pub state: State,
    /// Which endings it sells.
    pub sells: Sells,
    /// Lower is asked first, 1 to 999.
    pub rank: i64,
    /// The currency it charges in; costs imported without a currency of their own are in it.
    pub currency: Currency,
    /// Sealed credentials.
    pub(super) credentials: Option<Vec<u8>>,
    /// When they were last replaced; nothing when there are none.
    pub credentials_at: Option<Instant>,
    /// Raised with every change.
    pub version: i64,
    /// Since when we have it.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// What it takes to add an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRegistrar {
    /// Short name: letters, digits and hyphens.
    pub slug: String,
    /// As people call it.
    pub name: String,
    /// Which adapter talks to it.
    pub kind: AdapterKind,
    /// Which endings it sells.
    pub sells: Sells,
    /// Lower is asked first.
    pub rank: i64,
    /// The currency it charges in.
    pub currency: Currency,
    /// What the adapter signs with; sealed before it is stored.
    pub credentials: Option<Credentials>,
}

/// Everything about an account that can be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrarEdit {
    /// As people call it.
    pub name: String,
    /// Which endings it sells.
    pub sells: Sells,
    /// Lower is asked first.
    pub rank: i64,
    /// The currency it charges in. Prices recorded before keep theirs.
    pub currency: Currency,
    /// New credentials; nothing leaves those there are.
    pub credentials: Option<Credentials>,
}

impl Registrar {
    /// A new account, active at once. `sealed` are the draft's credentials.
    ///
    /// # Errors
    /// `invalid_fields`.
    pub fn open(
        id: RegistrarId,
        new: NewRegistrar,
        sealed: Option<Vec<u8>>,
        now: Instant,
    ) -> Result<Change<Self, RegistrarAdded>, Problem> {
        let mut faults = Faults::default();
        let slug = faults.need("/slug", "bad_slug", values::slug(&new.slug));
        let name = judge(&mut faults, &new.name, new.rank, new.kind, new.credentials.as_ref());
        faults.done()?;
        let NewRegistrar {
            kind,
            sells,
            rank,
            currency,
            ..
        } = new;
        let fact = RegistrarAdded {
            id,
            slug: slug.clone(),
            name: name.clone(),
            kind,
            currency,
        };
        let registrar = Self {
            id,
            slug,
            name,
            kind,
            state: State::Active,
            sells,
            rank,
            currency,
            credentials_at: sealed.is_some().then_some(now),
            credentials: sealed,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        Ok(Change::new(registrar, fact))
    }

    /// Described anew; nothing when nothing differs. `sealed` are the edit's credentials.
    ///
    /// # Errors
    /// `invalid_fields`.
    pub fn edit(
        self,
        edit: &RegistrarEdit,
        sealed: Option<Vec<u8>>,
        now: Instant,
    ) -> Result<Option<Change<Self, RegistrarChanged>>, Problem> {
        let mut faults = Faults::default();
        let name = judge(&mut faults, &edit.name, edit.rank, self.kind, edit.credentials.as_ref());
        faults.done()?;
        let RegistrarEdit {
            sells, rank, currency, ..
        } = *edit;
        let credentials_replaced = sealed.is_some();
        let described = (&name, sells, rank, currency);
        if !credentials_replaced && described == (&self.name, self.sells, self.rank, self.currency) {
            return Ok(None);
        }
        let before = json!({ "name": self.name, "sells": self.sells, "rank": self.rank, "currency": self.currency });
        let fact = RegistrarChanged {
            id: self.id,
            name: name.clone(),
            sells,
            rank,
            currency,
            credentials_replaced,
        };
        let (credentials, credentials_at) = match sealed {
            Some(sealed) => (Some(sealed), Some(now)),
            None => (self.credentials.clone(), self.credentials_at),
        };
        let after = Self {
            name,
            sells,
            rank,
            currency,
            credentials,
            credentials_at,
            ..self.next(now)
        };
        Ok(Some(Change::from(before, after, fact)))
    }

    /// Stops buying through it.
    ///
    /// # Errors
    /// `registrar_paused` when it is.
    pub fn pause(self, now: Instant) -> Result<Change<Self, RegistrarPaused>, Problem> {
        let fact = RegistrarPaused { id: self.id };
        match self.state {
            State::Paused => Err(Problem::conflict("registrar_paused")),
            State::Active => Ok(Change::from(
                json!({"state": self.state}),
                self.turned(State::Paused, now),
                fact,
            )),
        }
    }

    /// Buys through it again.
    ///
    /// # Errors
    /// `registrar_active` when it is.
    pub fn resume(self, now: Instant) -> Result<Change<Self, RegistrarResumed>, Problem> {
        let fact = RegistrarResumed { id: self.id };
        match self.state {
            State::Active => Err(Problem::conflict("registrar_active")),
            State::Paused => Ok(Change::from(
                json!({"state": self.state}),
                self.turned(State::Active, now),
                fact,
            )),
        }
    }

    fn turned(self, state: State, now: Instant) -> Self {
        Self {
            state,
            ..self.next(now)
        }
    }

    fn next(self, now: Instant) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }

    /// Whether nobody can be asked through it because its adapter has nothing to sign with.
    pub const fn lacks_credentials(&self) -> bool {
        self.kind.needs_credentials() && self.credentials.is_none()
    }
}

/// Notes what is wrong with what both a new account and an edit say; the name as it is kept.
fn judge(faults: &mut Faults, name: &str, rank: i64, kind: AdapterKind, credentials: Option<&Credentials>) -> String {
    let name = faults.need("/name", "bad_name", values::line(name));
    if !RANKS.contains(&rank) {
        faults.note("/rank", "bad_rank");
    }
    if let Some(credentials) = credentials {
        credentials.judge(kind, faults);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_as_what_it_names_and_as_the_api_writes_it() {
        for kind in AdapterKind::ALL {
            assert_eq!(AdapterKind::parse(kind.name()), Some(kind));
            assert_eq!(json!(kind), kind.name());
        }
        for sells in [Sells::Priced, Sells::All] {
            assert_eq!(Sells::parse(sells.name()), Some(sells));
            assert_eq!(json!(sells), sells.name());
        }
        for state in [State::Active, State::Paused] {
            assert_eq!(State::parse(state.name()), Some(state));
            assert_eq!(json!(state), state.name());
        }
    }
}
