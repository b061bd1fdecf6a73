//! Where the server sends something because somebody with rights of a page has typed an
//! address: never into the operator's own networks, unless the operator says so.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// The addresses that may be sent to.
#[derive(Debug, Clone, Default)]
pub struct Outward {
    networks: Vec<IpNet>,
    loopback: bool,
}

/// IPv4 networks that are nobody's on the internet (IANA's registry of special ones).
const SPECIAL_V4: &[([u8; 4], u8)] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 3),
];

/// Of the addresses that IPv6 gives out, those that lead elsewhere or nowhere.
const SPECIAL_V6: &[([u16; 8], u8)] = &[
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

impl Outward {
    /// To everybody's addresses, these networks, and, for a server that only its own
    /// machine can reach, to that.
    pub const fn new(networks: Vec<IpNet>, loopback: bool) -> Self {
        Self { networks, loopback }
    }

    /// Whether an address may be sent to. Asked of what a name resolves to, each time.
    pub fn may_reach(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_everybodys(address)
            || self.loopback && address.is_loopback()
            || self.networks.iter().any(|network| network.contains(&address))
    }

    /// Whether a URL may be sent to, as far as it can be told before its host is looked
    /// up: over TLS, or to this machine where that is all there is.
    pub fn may_send(&self, url: &Url) -> bool {
        let (reaches, is_here) = match url.host() {
            Some(Host::Domain(name)) => {
                let here = name == "localhost" || name.ends_with(".localhost");
                (!here || self.loopback, here)
            }
            Some(Host::Ipv4(address)) => (self.may_reach(address.into()), address.is_loopback()),
            Some(Host::Ipv6(address)) => (self.may_reach(address.into()), address.is_loopback()),
            None => (false, false),
        };
        reaches && (url.scheme() == "https" || url.scheme() == "http" && is_here)
    }
}

fn is_everybodys(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|(network, length)| {
            Ipv4Net::new(Ipv4Addr::from(*network), *length)
                .is_ok_and(|network| network.contains(&address))
        }),
        IpAddr::V6(address) => {
            // Only these are given out; everything special lies outside, but for a few.
            let [first, ..] = address.segments();
            first & 0xe000 == 0x2000
                && !SPECIAL_V6.iter().any(|(network, length)| {
                    Ipv6Net::new(Ipv6Addr::from(*network), *length)
                        .is_ok_and(|network| network.contains(&address))
                })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outward(networks: &[&str], loopback: bool) -> Outward {
        Outward::new(networks.iter().map(|text| text.parse().unwrap()).collect(), loopback)
    }

    /// PL-04: what is the operator's own, in every way of writing it.
    #[test]
    fn pl_04_own_networks_are_not_sent_to() {
        let usual = outward(&[], false);
        for own in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.192",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001::1",
            "2002:7f00:1::",
            "2001:db8::1",
            "3fff::1",
            "100::1",
        ] {
            assert!(!usual.may_reach(own.parse().unwrap()), "{own}");
        }
        for other in ["8.8.8.8", "172.32.0.1", "::ffff:8.8.8.8", "2606:4700::1111"] {
            assert!(usual.may_reach(other.parse().unwrap()), "{other}");
        }
        let some = outward(&["10.1.0.0/16", "fd00::/8"], false);
        assert!(some.may_reach("10.1.2.3".parse().unwrap()));
        assert!(some.may_reach("::ffff:10.1.2.3".parse().unwrap()));
        assert!(some.may_reach("fd00::1".parse().unwrap()));
        assert!(!some.may_reach("10.2.0.1".parse().unwrap()));
    }

    #[test]
    fn pl_04_urls_go_over_tls_or_stay_here() {
        let url = |text: &str| Url::parse(text).unwrap();
        let (usual, local) = (outward(&[], false), outward(&[], true));
        assert!(usual.may_send(&url("https://app.example.com/logout")));
        assert!(local.may_send(&url("http://localhost:3000/logout")));
        assert!(local.may_send(&url("http://127.0.0.1:3000/logout")));
        for wrong in [
            "http://app.example.com/",
            "http://8.8.8.8/",
            "https://localhost/",
            "https://a.localhost/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://017700000001/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest/meta-data",
            "ftp://app.example.com/",
            "file:///etc/passwd",
        ] {
            assert!(!usual.may_send(&url(wrong)), "{wrong}");
        }
        assert!(!local.may_send(&url("http://app.example.com/")));
        assert!(!local.may_send(&url("https://10.0.0.1/")));
    }
}
