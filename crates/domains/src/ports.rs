//! What this room needs of registrars. Adapters implement it; nothing here may be called inside a transaction.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use kernel::{Instant, Money, RegistrarId};
use platform::TraceId;

/// What a registrar can do and how much at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Most names one availability call may carry.
    pub names_per_call: usize,
    /// Most availability calls under way at once.
    pub calls_at_once: usize,
    /// Availability calls allowed per minute.
    pub calls_per_minute: u32,
}

/// What one registrar says of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameAnswer {
    /// The name asked for, as an A-label, lower case.
    pub ascii: String,
    /// What it says.
    pub state: NameState,
    /// `false` when the registrar answered from its own cache.
    pub definitive: bool,
}

/// Whether a name can be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameState {
    /// Free; what the registrar would charge us for the first period, when it said so.
    Free {
        /// Our cost as the registrar states it.
        cost: Option<Money>,
        /// Years that cost is for.
        period_years: Option<u8>,
        /// The registry sells this name above its list price.
        premium: bool,
    },
    /// Registered or reserved.
    Taken,
    /// The registrar does not sell this ending or refuses the name for good; its words, for staff.
    Unsupported(String),
    /// No answer that could be trusted: time-out, limit, garbage. Never shown as free.
    Unknown(String),
}

/// A call failed as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallFailure {
    /// The registrar asks us to slow down; seconds to wait.
    #[error("registrar limit reached, wait {retry_after_seconds} s")]
    Limited {
        /// Seconds to wait.
        retry_after_seconds: u32,
    },
    /// It refused our credentials or our account: calling again is no use until a person acts.
    #[error("registrar refused our account: {0}")]
    Denied(String),
    /// It answered, and refused the call itself (a 4xx): the same call again is no use, and the line is well.
    #[error("registrar refused the call: {0}")]
    Refused(String),
    /// Could not be reached, answered 5xx, or garbage.
    #[error("registrar unreachable: {0}")]
    Down(String),
}

/// For whom a call is made, and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errand {
    /// When the answer is no longer of use.
    pub deadline: Instant,
    /// The request that caused the call: in every log line about it, and sent along where the protocol has a place for it.
    pub trace: TraceId,
}

/// A registrar account. One value per account; cheap to clone behind `Arc`.
#[async_trait]
pub trait Registrar: Send + Sync {
    /// What it can do.
    fn capabilities(&self) -> Capabilities;
    /// Asks about at most `capabilities().names_per_call` names (A-labels). An answer may lack names: those are unknown.
    async fn availability(&self, names: &[String], errand: Errand) -> Result<Vec<NameAnswer>, CallFailure>;
}

/// Finds the adapter that speaks for a registrar account.
#[async_trait]
pub trait Registrars: Send + Sync {
    /// The adapter of an account of the context's tenant, ready to use; nothing when none is connected. The answer is
    /// used for a minute. While it is the same `Arc`, breaker, pace and kept answers go on; another one starts afresh,
    /// so give another one only when account or credentials changed.
    async fn registrar(
        &self,
        ctx: &platform::Ctx,
        account: RegistrarId,
    ) -> platform::Result<Option<Arc<dyn Registrar>>>;
}

/// Adapters known beforehand: for tests, and for an installation whose accounts never change.
#[async_trait]
impl Registrars for HashMap<RegistrarId, Arc<dyn Registrar>> {
    async fn registrar(
        &self,
        _ctx: &platform::Ctx,
        account: RegistrarId,
    ) -> platform::Result<Option<Arc<dyn Registrar>>> {
        Ok(self.get(&account).cloned())
    }
}
