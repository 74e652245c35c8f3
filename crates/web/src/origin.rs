//! Where a request really came from and was sent to: address, host and scheme, with proxies believed only if trusted.

use std::net::IpAddr;

use axum::http::{HeaderMap, Uri, header};

use crate::config::WebConfig;

/// Client address, host and scheme of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) ip: IpAddr,
    /// Lower case, with the port if one was named.
    pub(crate) authority: String,
    pub(crate) https: bool,
}

impl Origin {
    pub(crate) fn read(config: &WebConfig, peer: IpAddr, uri: &Uri, headers: &HeaderMap) -> Self {
        let peer = peer.to_canonical();
        let direct = uri
            .authority()
            .map(|authority| authority.as_str())
            .or_else(|| text(headers, header::HOST.as_str()));
        let mut origin = Self {
            ip: peer,
            authority: clean(direct.unwrap_or("")),
            https: config.https,
        };
        if !config.trusted_proxies.is_empty() && is_trusted(config, peer) {
            origin.ip = forwarded_ip(config, headers).unwrap_or(peer);
            if let Some(host) = text(headers, "x-forwarded-host") {
                origin.authority = clean(last(host));
            }
            if let Some(scheme) = text(headers, "x-forwarded-proto") {
                origin.https = last(scheme).eq_ignore_ascii_case("https");
            }
        }
        origin
    }

    /// The host without its port.
    pub(crate) fn host(&self) -> &str {
        match self.authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => &self.authority,
        }
        .trim_end_matches('.')
    }

    /// Whether browsers take this for a secure context without https.
    pub(crate) fn is_loopback(&self) -> bool {
        let host = self.host();
        host == "localhost" || host.ends_with(".localhost") || host == "127.0.0.1" || host == "[::1]"
    }
}

/// The nearest address that is no trusted proxy, read from the right: what stands left of it, anybody may have written.
fn forwarded_ip(config: &WebConfig, headers: &HeaderMap) -> Option<IpAddr> {
    let lines: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    let mut nearest = None;
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let ip = hop.trim().parse::<IpAddr>().ok()?.to_canonical();
        nearest = Some(ip);
        if !is_trusted(config, ip) {
            break;
        }
    }
    nearest
}

fn is_trusted(config: &WebConfig, ip: IpAddr) -> bool {
    config.trusted_proxies.iter().any(|net| net.contains(&ip))
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn last(list: &str) -> &str {
    list.rsplit(',').next().unwrap_or(list).trim()
}

fn clean(authority: &str) -> String {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    if authority.len() <= 260 && authority.bytes().all(allowed) {
        authority.to_ascii_lowercase()
    } else {
        String::new()
    }
}

/// What one client is counted by: the address, or the /48 of an IPv6 address, of which one customer usually has all.
pub(crate) fn ip_prefix(ip: IpAddr) -> u64 {
    match ip {
        IpAddr::V4(v4) => u64::from(v4.to_bits()),
        IpAddr::V6(v6) => u64::try_from(v6.to_bits() >> 80).unwrap_or(u64::MAX) | (1 << 63),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    fn config() -> WebConfig {
        WebConfig {
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
            ..WebConfig::new([0; 32])
        }
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    const FORWARDED: &[(&str, &str)] = &[
        ("host", "inner:8080"),
        ("x-forwarded-for", "1.1.1.1, 203.0.113.9, 10.0.0.2"),
        ("x-forwarded-host", "Shop.Example"),
        ("x-forwarded-proto", "https"),
    ];

    #[test]
    fn a_strangers_forwarded_headers_are_ignored() {
        let origin = Origin::read(
            &config(),
            ip("203.0.113.50"),
            &Uri::from_static("/"),
            &headers(FORWARDED),
        );
        assert_eq!(
            origin,
            Origin {
                ip: ip("203.0.113.50"),
                authority: "inner:8080".into(),
                https: false
            }
        );
        assert_eq!(origin.host(), "inner");
    }

    #[test]
    fn a_trusted_proxys_headers_name_the_client_host_and_scheme() {
        let origin = Origin::read(&config(), ip("10.0.0.1"), &Uri::from_static("/"), &headers(FORWARDED));
        assert_eq!(
            origin,
            Origin {
                ip: ip("203.0.113.9"),
                authority: "shop.example".into(),
                https: true
            }
        );
    }

    #[test]
    fn a_host_with_other_characters_is_no_host() {
        let origin = Origin::read(
            &config(),
            ip("1.2.3.4"),
            &Uri::from_static("/"),
            &headers(&[("host", "a/b\"c")]),
        );
        assert_eq!(origin.authority, "");
    }

    #[test]
    fn loopback_hosts_count_as_secure() {
        for (host, secure) in [
            ("northwind.localhost:8080", true),
            ("[::1]:80", true),
            ("shop.example", false),
        ] {
            let origin = Origin {
                ip: ip("::1"),
                authority: host.into(),
                https: false,
            };
            assert_eq!(origin.is_loopback(), secure, "{host}");
        }
    }

    #[test]
    fn an_ipv6_customer_is_counted_by_48_bits() {
        assert_eq!(ip_prefix(ip("2001:db8:1:2::3")), ip_prefix(ip("2001:db8:1:ffff::9")));
        assert_ne!(ip_prefix(ip("2001:db8:1::")), ip_prefix(ip("2001:db8:2::")));
        assert_ne!(ip_prefix(ip("1.2.3.4")), ip_prefix(ip("1.2.3.5")));
    }
}
