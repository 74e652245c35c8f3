//! What happens to domains of a tenant's own, told to others.

use kernel::{Fact, HostId, Id};
use serde::Serialize;
use uuid::Uuid;

/// A domain was claimed, proved or given up.
#[derive(Clone, Debug, Serialize)]
pub struct HostChanged {
    /// Which.
    pub host_id: HostId,
    /// The host.
    pub host: String,
    /// `claimed`, `verified`, `removed`.
    pub what: &'static str,
}

impl Fact for HostChanged {
    const NAME: &'static str = "identity.host.changed";

    fn subject(&self) -> String {
        self.host_id.to_string()
    }

    fn sample() -> Self {
        Self {
            host_id: HostId::from_uuid(Uuid::from_u128(6)),
            host: "shop.example.com".into(),
            what: "verified",
        }
    }
}
