//! What happens to the portfolio, told to others.

use std::collections::BTreeMap;

use kernel::{Fact, Id, ImportId};
use serde::Serialize;
use uuid::Uuid;

/// Names a tenant holds elsewhere already were taken into its portfolio.
#[derive(Clone, Debug, Serialize)]
pub struct NamesAdopted {
    /// The run that brought them.
    pub run: ImportId,
    /// How many.
    pub names: usize,
    /// How many of each ending.
    pub endings: BTreeMap<String, usize>,
}

impl Fact for NamesAdopted {
    const NAME: &'static str = "domains.names.adopted";

    fn subject(&self) -> String {
        self.run.to_string()
    }

    fn sample() -> Self {
        Self {
            run: ImportId::from_uuid(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0041)),
            names: 3,
            endings: BTreeMap::from([("com".into(), 2), ("co.uk".into(), 1)]),
        }
    }
}
