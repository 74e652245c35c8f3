//! Addresses a tenant may have us call: those of the public internet, never those of our own network.
//!
//! Whoever types an address could otherwise have the product call what only this machine can reach. Literal addresses
//! are judged as written, names by what they resolve to at the moment of the call. Behind a proxy the proxy resolves
//! names, and its rules decide.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Resolves names to public addresses only.
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(format!("{} has no public address", name.as_str()).into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether the host of an address is not literally one of ours.
pub(super) fn may_call(url: &str) -> bool {
    // As the client reads it: `2130706433`, `0x7f000001` and `127.1` are all 127.0.0.1 there.
    let Ok(url) = Url::parse(url) else { return false };
    let Some(host) = url.host_str() else { return false };
    let bare = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    match bare.parse::<IpAddr>() {
        Ok(address) => is_public(address),
        Err(_) => !bare.is_empty() && bare != "localhost" && !bare.ends_with(".localhost"),
    }
}

/// Whether an address is one of the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let benchmarking = a == 198 && (b == 18 || b == 19);
    let protocols = a == 192 && b == 0 && c == 0;
    !(a == 0
        || a >= 240
        || shared
        || benchmarking
        || protocols
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // An address that carries one of the old kind is judged as that: mapped (::ffff:0:0/96) and NAT64 (64:ff9b::/96).
    if let Some(v4) = address.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let [first, second, .., high, low] = address.segments();
    if (first, second) == (0x64, 0xff9b) {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    // All that is given out is in 2000::/3; within it 6to4 and the documentation's addresses are nobody's.
    first & 0xe000 == 0x2000 && first != 0x2002 && (first, second) != (0x2001, 0xdb8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_our_own_network_may_not_be_called() {
        for own in [
            "http://127.0.0.1:8080/",
            "https://localhost/",
            "https://10.1.2.3/",
            "https://172.16.0.1/",
            "https://192.168.1.1/",
            "https://169.254.169.254/latest/meta-data/",
            "https://100.64.0.1/",
            "https://0.0.0.0/",
            "https://224.0.0.1/",
            "https://255.255.255.255/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[fe80::1]/",
            "https://[fd00::1]/",
            "https://[2002:7f00:1::]/",
            "https://2130706433/",
            "https://167772161:6443/",
            "https://0x7f000001/",
            "https://0x7f.1/",
            "https://017700000001/",
            "https://127.1/",
            "https://127.0.0.1./",
            "https://１２７.0.0.1/",
            "https://LOCALHOST./",
            "https://db.localhost/",
            "https://user@10.0.0.1/",
            "https:/\\10.0.0.1/",
            "file:///etc/passwd",
            "not an address",
        ] {
            assert!(!may_call(own), "{own}");
        }
        for public in [
            "https://api.porkbun.com/api",
            "https://8.8.8.8/",
            "https://[2a00:1450:4001:81b::200e]/",
        ] {
            assert!(may_call(public), "{public}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_into_our_own_network_is_not_resolved() {
        let resolved = PublicOnly.resolve("localhost".parse().unwrap()).await;
        assert!(resolved.is_err());
    }
}
