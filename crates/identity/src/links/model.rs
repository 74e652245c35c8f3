//! What links are for and how long they live, pure.

use jiff::SignedDuration;
use kernel::{Instant, LinkId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a link may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Proves the address of somebody who joined or signed a company up.
    Verify,
    /// Lets somebody choose a new password.
    Reset,
    /// Lets an invited member of staff choose a first password.
    Invite,
    /// Proves a new address before the login moves there.
    ChangeEmail,
    /// Remembers, between two pages, that the password was right; never sent.
    SecondFactor,
}

impl Purpose {
    /// As stored, and as the edge names it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
            Self::Invite => "invite",
            Self::ChangeEmail => "change_email",
            Self::SecondFactor => "second_factor",
        }
    }

    /// Reads what is stored.
    pub fn parse(key: &str) -> Option<Self> {
        [
            Self::Verify,
            Self::Reset,
            Self::Invite,
            Self::ChangeEmail,
            Self::SecondFactor,
        ]
        .into_iter()
        .find(|purpose| purpose.key() == key)
    }

    /// A link that lets somebody in lives ten minutes. An invitation waits for its reader, and so does a proof of an
    /// address, which lets nobody in by itself.
    pub fn lifetime(self) -> SignedDuration {
        match self {
            Self::Reset => SignedDuration::from_mins(10),
            Self::SecondFactor => SignedDuration::from_mins(5),
            Self::Verify | Self::ChangeEmail => SignedDuration::from_hours(24),
            Self::Invite => SignedDuration::from_hours(72),
        }
    }
}

/// A link as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) id: LinkId,
    pub(crate) purpose: Purpose,
    pub(crate) subject: Uuid,
    /// What the purpose needs to know: the new address.
    pub(crate) detail: Option<String>,
    pub(crate) expires_at: Instant,
    pub(crate) used_at: Option<Instant>,
}

impl Link {
    pub(crate) fn is_good(&self, now: Instant) -> bool {
        self.used_at.is_none() && now < self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use kernel::Id;

    use super::*;

    #[test]
    fn a_reset_link_is_good_for_ten_minutes_and_one_use() {
        let expires_at = Instant::EPOCH.plus(Purpose::Reset.lifetime());
        let link = Link {
            id: LinkId::from_uuid(Uuid::nil()),
            purpose: Purpose::Reset,
            subject: Uuid::nil(),
            detail: None,
            expires_at,
            used_at: None,
        };
        assert!(link.is_good(Instant::from_micros(599_999_999)));
        assert!(!link.is_good(Instant::from_micros(600_000_000)));
        assert!(
            !Link {
                used_at: Some(Instant::EPOCH),
                ..link
            }
            .is_good(Instant::EPOCH)
        );
    }
}
