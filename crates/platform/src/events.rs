//! Events: facts stored with the change that caused them, relayed to subscribers in commit order.

mod relay;

use kernel::{EventId, Id, Instant, TenantId};
use sea_orm::Value;
use serde::Serialize;

use crate::audit::Sealed;
use crate::{Result, Tx};

pub use relay::{Relay, Subscriber};

/// A stored fact, as subscribers see it.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// Place in the order of commits of the whole installation.
    pub position: i64,
    /// Whose.
    pub tenant: TenantId,
    /// Room, thing, what happened: `catalog.import.applied`.
    pub name: String,
    /// Version of the payload.
    pub version: u16,
    /// The printed id of the thing.
    pub subject: String,
    /// Who caused it.
    pub actor: String,
    /// The event this one reacts to.
    pub cause: Option<EventId>,
    /// Joins it with the request.
    pub trace_id: String,
    /// When.
    pub at: Instant,
    /// The fact.
    pub payload: serde_json::Value,
}

/// Stores an event; [`Tx::save`] calls it.
pub(crate) async fn record(
    tx: &mut Tx,
    name: &str,
    version: u16,
    subject: &str,
    payload: &serde_json::Value,
    sealed: Option<&Sealed>,
) -> Result<()> {
    const SQL: &str = "INSERT INTO event (tenant_id, id, name, version, subject, actor, cause, trace_id, at, payload, person_id, sealed) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let values: Vec<Value> = vec![
        tx.tenant().uuid().into(),
        tx.new_id::<EventId>().uuid().into(),
        name.into(),
        i32::from(version).into(),
        subject.into(),
        tx.actor().who.to_string().into(),
        tx.cause().map(Id::uuid).into(),
        tx.trace_id().to_string().into(),
        tx.now().micros().into(),
        payload.to_string().into(),
        sealed.map(|sealed| sealed.person).into(),
        sealed.map(|sealed| sealed.values.clone()).into(),
    ];
    tx.execute(SQL, values).await.map(|_| ())
}
