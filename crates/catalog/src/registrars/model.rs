//! A registrar account and what can happen to it.

use kernel::{Change, Currency, Fact, Instant, Problem, RegistrarId};
use serde::{Deserialize, Serialize};

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

/// Which endings the account sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sells {
    /// Those it has a cost price for.
    Priced,
    /// Every ending of the price book, whether its cost is known or not.
    All,
}

/// A registrar account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registrar {
    /// Its id, which is also the id of its cost list.
    pub id: RegistrarId,
    /// Short name for files, settings and addresses: `godaddy`.
    pub slug: String,
    /// As people call it.
    pub name: String,
    /// Which adapter talks to it: `godaddy`, or `none` where prices only are kept.
    pub kind: String,
    /// Active or paused.
    pub state: State,
    /// Which endings it sells.
    pub sells: Sells,
    /// Lower is asked first.
    pub rank: i64,
    /// The currency it charges in.
    pub currency: Currency,
    /// Sealed credentials.
    pub(super) credentials: Option<Vec<u8>>,
    /// Since when we have it.
    pub created_at: Instant,
}

/// What it takes to add an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRegistrar {
    /// Short name: letters, digits and hyphens.
    pub slug: String,
    /// As people call it.
    pub name: String,
    /// Which adapter talks to it.
    pub kind: String,
    /// Which endings it sells.
    pub sells: Sells,
    /// Lower is asked first.
    pub rank: i64,
    /// The currency it charges in.
    pub currency: Currency,
    /// What the adapter needs in secret, in the clear; sealed before it is stored.
    pub credentials: Option<Vec<u8>>,
}

impl Registrar {
    /// A new account, active at once.
    pub fn open(
        id: RegistrarId,
        new: NewRegistrar,
        sealed: Option<Vec<u8>>,
        now: Instant,
    ) -> Result<Change<Self, RegistrarAdded>, Problem> {
        let slug = crate::slug(&new.slug).ok_or_else(|| Problem::refused("bad_slug").field("/slug", "bad_slug"))?;
        let name = crate::line(&new.name).ok_or_else(|| Problem::refused("bad_name").field("/name", "bad_name"))?;
        let fact = RegistrarAdded {
            id,
            slug: slug.clone(),
            name: name.clone(),
            kind: new.kind.clone(),
            currency: new.currency,
        };
        let NewRegistrar {
            kind,
            sells,
            rank,
            currency,
            ..
        } = new;
        let registrar = Self {
            id,
            slug,
            name,
            kind,
            state: State::Active,
            sells,
            rank,
            currency,
            credentials: sealed,
            created_at: now,
        };
        Ok(Change::new(registrar, fact))
    }

    /// Stops buying through it.
    pub fn pause(self) -> Result<Change<Self, RegistrarPaused>, Problem> {
        if self.state == State::Paused {
            return Err(Problem::conflict("registrar_paused"));
        }
        let fact = RegistrarPaused { id: self.id };
        Ok(Change::from(
            serde_json::json!({"state": "active"}),
            Self {
                state: State::Paused,
                ..self
            },
            fact,
        ))
    }

    /// Buys through it again.
    pub fn resume(self) -> Result<Change<Self, RegistrarResumed>, Problem> {
        if self.state == State::Active {
            return Err(Problem::conflict("registrar_active"));
        }
        let fact = RegistrarResumed { id: self.id };
        Ok(Change::from(
            serde_json::json!({"state": "paused"}),
            Self {
                state: State::Active,
                ..self
            },
            fact,
        ))
    }
}

/// A registrar account was added.
#[derive(Clone, Debug, Serialize)]
pub struct RegistrarAdded {
    /// The account.
    pub id: RegistrarId,
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The adapter's kind.
    pub kind: String,
    /// What it charges in.
    pub currency: Currency,
}

impl Fact for RegistrarAdded {
    const NAME: &'static str = "catalog.registrar.added";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        let id = RegistrarId::from(uuid::Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0001));
        Self {
            id,
            slug: "godaddy".into(),
            name: "GoDaddy".into(),
            kind: "godaddy".into(),
            currency: Currency::USD,
        }
    }
}

/// No more names are bought through the account.
#[derive(Clone, Debug, Serialize)]
pub struct RegistrarPaused {
    /// The account.
    pub id: RegistrarId,
}

/// Names are bought through the account again.
#[derive(Clone, Debug, Serialize)]
pub struct RegistrarResumed {
    /// The account.
    pub id: RegistrarId,
}

impl Fact for RegistrarPaused {
    const NAME: &'static str = "catalog.registrar.paused";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        Self {
            id: RegistrarAdded::sample().id,
        }
    }
}

impl Fact for RegistrarResumed {
    const NAME: &'static str = "catalog.registrar.resumed";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        Self {
            id: RegistrarAdded::sample().id,
        }
    }
}
