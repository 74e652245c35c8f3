//! Every kind of id, in one registry: time-ordered UUIDs (version 7), printed with the kind's prefix.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, de};
use uuid::Uuid;

/// An id could not be read: wrong prefix or not 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id that starts with {prefix}_")]
pub struct BadId {
    /// The prefix the kind asked for has.
    pub prefix: &'static str,
}

/// What every kind of id can do.
pub trait Id: Copy + fmt::Display + FromStr<Err = BadId> + Send + Sync + 'static {
    /// What the printed id starts with, without the underscore.
    const PREFIX: &'static str;
    /// The id of this kind that has this UUID.
    fn from_uuid(uuid: Uuid) -> Self;
    /// The UUID, as the databases keep it.
    fn uuid(self) -> Uuid;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// The id of nothing (all zeros): no row has it.
            pub const NONE: Self = Self(Uuid::nil());
        }

        impl Id for $name {
            const PREFIX: &'static str = $prefix;
            fn from_uuid(uuid: Uuid) -> Self { Self(uuid) }
            fn uuid(self) -> Uuid { self.0 }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self { Self(uuid) }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid { id.0 }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(self, f) }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                text.strip_prefix(concat!($prefix, "_"))
                    .filter(|hex| hex.len() == 32)
                    .and_then(|hex| Uuid::try_parse(hex).ok())
                    .map(Self)
                    .ok_or(BadId { prefix: $prefix })
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> { serializer.collect_str(self) }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                std::borrow::Cow::<str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    )*

        /// Every prefix in use, for the check that no two kinds share one.
        pub const ID_PREFIXES: &[&str] = &[$($prefix),*];
    };
}

ids! {
    /// A reseller company.
    TenantId = "ten";
    /// A person who signs in: staff or customer of one tenant.
    UserId = "usr";
    /// A set of permissions with a name.
    RoleId = "rol";
    /// A signed-in browser or a family of refresh tokens.
    SessionId = "ses";
    /// A key for the API.
    ApiKeyId = "key";
    /// A link of one purpose sent to one person.
    LinkId = "lnk";
    /// Who buys from a tenant.
    CustomerId = "cus";
    /// A price level of customers.
    GroupId = "grp";
    /// A person at a customer or supplier.
    ContactId = "con";
    /// Who a tenant buys from.
    SupplierId = "sup";
    /// A registrar account a tenant buys names through.
    RegistrarId = "reg";
    /// A list of sales prices.
    SalesListId = "sal";
    /// A named set of TLDs.
    TldGroupId = "tlg";
    /// One cell of a price over time.
    PriceId = "pri";
    /// The prices of one list and ending that begin together.
    PriceChangeId = "pch";
    /// A discount or a coupon.
    DiscountId = "dsc";
    /// A rule that makes sales prices from costs.
    PriceRuleId = "prl";
    /// Prices held for a customer: a quote.
    PriceLockId = "lck";
    /// A domain name held for a customer.
    DomainId = "dom";
    /// What a source of exchange rates said at one instant.
    RateSheetId = "rts";
    /// One run of an import, with what it found.
    ImportId = "imp";
    /// One run of archiving old prices.
    ArchiveRunId = "arr";
    /// A margin that staff were told of.
    MarginAlertId = "mga";
    /// Where prices are fetched from on a schedule.
    PriceSourceId = "psr";
    /// One fetching of a price source, with what it found.
    SyncRunId = "syn";
    /// An account of a company's books.
    LedgerAccountId = "acc";
    /// One transaction of a company's journal.
    LedgerTransactionId = "ltx";
    /// A part of a wallet that is set aside.
    WalletHoldId = "hld";
    /// A fact that happened.
    EventId = "evt";
    /// One line of the audit log.
    AuditId = "aud";
    /// Durable work.
    JobId = "job";
    /// Long work that a caller watches.
    OperationId = "opn";
    /// A message sent, or to be sent.
    MailId = "mai";
    /// A line in the console's bell.
    NoticeId = "ntc";
    /// A bulk availability check a visitor started.
    SearchId = "sea";
    /// A domain of a tenant's own, under which its site answers.
    HostId = "hos";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_writes_and_no_other_kind_reads_it() {
        let id = TenantId::from_uuid(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse::<TenantId>(), Ok(id));
        assert!(id.to_string().parse::<UserId>().is_err());
        assert!("ten_7".parse::<TenantId>().is_err());
    }

    #[test]
    fn no_two_kinds_share_a_prefix() {
        let mut prefixes = ID_PREFIXES.to_vec();
        prefixes.sort_unstable();
        prefixes.dedup();
        assert_eq!(prefixes.len(), ID_PREFIXES.len());
    }
}
