//! The closed sets a price is named by. Operations and kinds are the pricing engine's.

use serde::{Deserialize, Serialize};

pub use engines::pricing::{Kind, Operation};

/// Whether we pay it or are paid it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// What a registrar charges us.
    Cost,
    /// What we charge.
    Sale,
}

impl Side {
    /// As addresses and the database write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Sale => "sale",
        }
    }

    /// From a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Cost, Self::Sale].into_iter().find(|side| side.name() == name)
    }
}
