//! What the edge is told about its surroundings: addresses, proxies, cookies, limits.

use ipnet::IpNet;

/// When cookies are marked `Secure` and get the `__Host-` prefix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CookieSecurity {
    /// Over https and on loopback hosts, which browsers trust as much. Plain http elsewhere gets cookies of another
    /// name without either, or nobody could sign in there; fit for a trial in one's own network only.
    #[default]
    WherePossible,
    /// Always: plain http on other hosts cannot sign in.
    Always,
}

/// Requests per minute and the burst allowed on top of a steady flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Refilled evenly over a minute.
    pub per_minute: u32,
    /// What may come at once.
    pub burst: u32,
}

/// How fast one caller may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitConfig {
    /// An API key or a signed-in user.
    pub caller: Pace,
    /// Everybody behind one address (IPv4) or /48 prefix (IPv6) who is not signed in, per tenant.
    pub visitor: Pace,
    /// Wrong credentials from one address or prefix.
    pub wrong_credentials: Pace,
    /// Names a tenant may have sent to registrars, a second on average.
    pub registrar_names_per_second: u32,
    /// Names that may be sent at once.
    pub registrar_names_burst: u32,
}

impl Default for LimitConfig {
    fn default() -> Self {
        Self {
            caller: Pace {
                per_minute: 600,
                burst: 100,
            },
            visitor: Pace {
                per_minute: 600,
                burst: 200,
            },
            wrong_credentials: Pace {
                per_minute: 2,
                burst: 100,
            },
            registrar_names_per_second: 60,
            registrar_names_burst: 1_000,
        }
    }
}

/// The edge's configuration.
#[derive(Clone)]
pub struct WebConfig {
    /// Base URL of the installation's own site, where tenants sign up: `https://entrepot.example`, without a slash at
    /// its end. Its host belongs to no tenant; nor do `localhost` and bare IP addresses.
    pub public_url: Option<String>,
    /// Only what these addresses say about the client's address, host and scheme is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether we ourselves answer https (certificates in files), without a proxy in front.
    pub https: bool,
    /// See [`CookieSecurity`].
    pub cookies: CookieSecurity,
    /// Shows what helps people who try the product out.
    pub demo: bool,
    /// SHA-256 of the operator's token; without it there is no operator over HTTP.
    pub operator_token_sha256: Option<[u8; 32]>,
    /// Key of the CSRF tokens, derived from the installation's secret.
    pub csrf_key: [u8; 32],
    /// Rate limits.
    pub limits: LimitConfig,
}

impl WebConfig {
    /// Defaults for a process that is reached directly on loopback.
    pub fn new(csrf_key: [u8; 32]) -> Self {
        Self {
            public_url: None,
            trusted_proxies: Vec::new(),
            https: false,
            cookies: CookieSecurity::default(),
            demo: false,
            operator_token_sha256: None,
            csrf_key,
            limits: LimitConfig::default(),
        }
    }

    /// Whether this host is the installation's own, of no tenant.
    pub fn is_own_host(&self, host: &str) -> bool {
        host == "localhost" || is_ip_literal(host) || self.public_host() == Some(host)
    }

    fn public_host(&self) -> Option<&str> {
        let after_scheme = self.public_url.as_deref()?.split("://").nth(1)?;
        Some(after_scheme.split(['/', ':']).next().unwrap_or(after_scheme))
    }
}

fn is_ip_literal(host: &str) -> bool {
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<std::net::IpAddr>()
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_installation_answers_at_localhost_addresses_and_its_public_host() {
        let config = WebConfig {
            public_url: Some("https://entrepot.example:8443/".into()),
            ..WebConfig::new([0; 32])
        };
        for host in ["localhost", "127.0.0.1", "[::1]", "10.1.2.3", "entrepot.example"] {
            assert!(config.is_own_host(host), "{host}");
        }
        assert!(!config.is_own_host("northwind.localhost"));
    }
}
