//! What happens to sessions, told to others.

use kernel::{Fact, Id, SessionId, UserId};
use serde::Serialize;
use uuid::Uuid;

use super::model::Carrier;

/// Somebody signed in.
#[derive(Clone, Debug, Serialize)]
pub struct SignedIn {
    /// Who.
    pub user: UserId,
    /// Their session.
    pub session: SessionId,
    /// `browser` or `tokens`.
    pub carrier: &'static str,
    /// Whether a code was shown besides the password.
    pub two_factor: bool,
    /// Whether this device was known from before; the very first one counts as known.
    pub known_device: bool,
}

impl Fact for SignedIn {
    const NAME: &'static str = "identity.session.started";

    fn subject(&self) -> String {
        self.user.to_string()
    }

    fn sample() -> Self {
        let (user, session) = (
            UserId::from_uuid(Uuid::from_u128(2)),
            SessionId::from_uuid(Uuid::from_u128(4)),
        );
        Self {
            user,
            session,
            carrier: Carrier::Browser.key(),
            two_factor: false,
            known_device: true,
        }
    }
}

/// Sessions ended before their time.
#[derive(Clone, Debug, Serialize)]
pub struct SessionsEnded {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub sessions: Vec<SessionId>,
    /// `signed_out`, `ended_by_person`, `credentials_changed`, `refresh_reused`.
    pub why: &'static str,
}

impl Fact for SessionsEnded {
    const NAME: &'static str = "identity.session.ended";

    fn subject(&self) -> String {
        self.user.to_string()
    }

    fn sample() -> Self {
        Self {
            user: UserId::from_uuid(Uuid::from_u128(2)),
            sessions: vec![SessionId::from_uuid(Uuid::from_u128(4))],
            why: "signed_out",
        }
    }
}
