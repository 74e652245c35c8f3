//! Domains of a tenant's own, pure, and the port that looks up their proof.

use async_trait::async_trait;
use kernel::{HostId, Instant, Problem};

/// Looks up TXT records. Never called inside a transaction.
#[async_trait]
pub trait TxtRecords: Send + Sync {
    /// The texts at `name`; an error means "could not be asked".
    async fn texts(&self, name: &str) -> Result<Vec<String>, String>;
}

/// A domain a tenant says is its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnHost {
    /// Its id.
    pub id: HostId,
    /// The host, lower case.
    pub host: String,
    /// What the TXT record must say.
    pub proof: String,
    /// When it was claimed.
    pub created_at: Instant,
    /// When the record was last looked for.
    pub checked_at: Option<Instant>,
    /// When it was found.
    pub verified_at: Option<Instant>,
}

impl OwnHost {
    /// Where the TXT record must stand.
    pub fn record_name(&self) -> String {
        format!("_entrepot.{}", self.host)
    }
}

/// Reads a host a tenant wants its site to answer at.
///
/// # Errors
/// A problem of the field `/host`: no host name, or the installation's own.
pub fn parse_host(text: &str, own_host: &str) -> Result<String, Problem> {
    let host = text.trim().trim_end_matches('.').to_ascii_lowercase();
    let refused = |code| Err(Problem::refused("invalid_fields").field("/host", code));
    let label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let numeric = host
        .rsplit('.')
        .next()
        .is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    if host.len() > 253 || !host.contains('.') || !host.split('.').all(label) || numeric {
        return refused("host_shape");
    }
    if host == own_host || host.ends_with(&format!(".{own_host}")) || host.ends_with(".localhost") {
        return refused("host_taken");
    }
    Ok(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_and_the_installations_own_refused() {
        assert_eq!(
            parse_host(" Shop.Example.COM. ", "entrepot.example"),
            Ok("shop.example.com".to_owned())
        );
        for (bad, code) in [
            ("shop", "host_shape"),
            ("shop example.com", "host_shape"),
            ("192.0.2.7", "host_shape"),
            ("https://shop.example.com", "host_shape"),
            ("-a.example.com", "host_shape"),
            ("entrepot.example", "host_taken"),
            ("northwind.entrepot.example", "host_taken"),
            ("a.localhost", "host_taken"),
        ] {
            assert_eq!(
                parse_host(bad, "entrepot.example").unwrap_err().fields[0].code,
                code,
                "{bad}"
            );
        }
    }
}
