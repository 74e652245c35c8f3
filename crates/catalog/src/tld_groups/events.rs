//! What happens to groups of endings, told to others.

use kernel::{Fact, TldGroupId};
use serde::Serialize;
use uuid::Uuid;

/// A group was added, or means other endings or has another name now.
#[derive(Clone, Debug, Serialize)]
pub struct TldGroupChanged {
    /// The group.
    pub id: TldGroupId,
    /// Its version now; 1 when it was added.
    pub version: i64,
    /// Its name now.
    pub name: String,
    /// Its endings now, as A-labels.
    pub tlds: Vec<String>,
}

impl Fact for TldGroupChanged {
    const NAME: &'static str = "catalog.tld_group.changed";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        Self {
            id: TldGroupId::from(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0051)),
            version: 2,
            name: "European".into(),
            tlds: vec!["de".into(), "eu".into(), "fr".into()],
        }
    }
}
