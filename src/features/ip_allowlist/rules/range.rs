use ipnet::{IpNet, Ipv4Net, Ipv4Subnets, Ipv6Net, Ipv6Subnets};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses from one to another, both of one family. An IPv4 address that is written as
/// an IPv6 one is the IPv4 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    first: IpAddr,
    last: IpAddr,
}

/// Why a text is no range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotARange {
    /// It is no address, network or range in any spelling that has one meaning.
    Unreadable,
    /// The address has bits beyond the network's length.
    HostBits(Range),
    /// The last address comes before the first.
    Backwards,
    /// One end is IPv4, the other IPv6.
    Families,
}

impl Range {
    /// Reads `address`, `address/length` or `first-last`, with a hyphen or an en dash.
    pub fn parse(text: &str) -> Result<Self, NotARange> {
        if let Some((first, last)) = text.split_once(['-', '–']) {
            return Self::between(address(first.trim())?, address(last.trim())?);
        }
        let Some((start, length)) = text.split_once('/') else {
            return address(text).map(|one| Self { first: one, last: one });
        };
        let network = network(start, length)?;
        let truncated = network.trunc();
        let range = Self { first: truncated.network(), last: truncated.broadcast() };
        if truncated == network { Ok(range) } else { Err(NotARange::HostBits(range)) }
    }

    /// One address.
    pub fn of(one: IpAddr) -> Self {
        let one = one.to_canonical();
        Self { first: one, last: one }
    }

    fn between(first: IpAddr, last: IpAddr) -> Result<Self, NotARange> {
        if first.is_ipv4() != last.is_ipv4() {
            return Err(NotARange::Families);
        }
        if last < first { Err(NotARange::Backwards) } else { Ok(Self { first, last }) }
    }

    /// Whether every address of its family is in it.
    pub fn is_everything(self) -> bool {
        match (self.first, self.last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => {
                first == Ipv4Addr::UNSPECIFIED && last == Ipv4Addr::BROADCAST
            }
            (IpAddr::V6(first), IpAddr::V6(last)) => {
                first == Ipv6Addr::UNSPECIFIED && last.to_bits() == u128::MAX
            }
            _ => false,
        }
    }

    /// Whether an address is in it.
    pub fn has(self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && self.first <= address && address <= self.last
    }

    /// Whether all of another is in it.
    pub fn covers(self, other: Self) -> bool {
        self.has(other.first) && self.has(other.last)
    }

    /// Whether some address is in both.
    pub fn meets(self, other: Self) -> bool {
        self.first.is_ipv4() == other.first.is_ipv4()
            && self.first <= other.last
            && other.first <= self.last
    }

    /// The first address.
    pub const fn first(self) -> IpAddr {
        self.first
    }

    /// The last address.
    pub const fn last(self) -> IpAddr {
        self.last
    }

    /// The fewest networks that are all of it together.
    pub fn networks(self) -> Vec<IpNet> {
        match (self.first, self.last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => {
                Ipv4Subnets::new(first, last, 0).map(IpNet::V4).collect()
            }
            (IpAddr::V6(first), IpAddr::V6(last)) => {
                Ipv6Subnets::new(first, last, 0).map(IpNet::V6).collect()
            }
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for Range {
    /// Its one spelling: an address, a network, or first and last.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            return write!(f, "{}", self.first);
        }
        match self.networks().as_slice() {
            [network] => write!(f, "{network}"),
            _ => write!(f, "{}-{}", self.first, self.last),
        }
    }
}

/// What the standard library reads: no zeros in front, no hexadecimal, no short forms, no
/// digits but ASCII ones.
fn address(text: &str) -> Result<IpAddr, NotARange> {
    text.parse::<IpAddr>().map(|one| one.to_canonical()).map_err(|_| NotARange::Unreadable)
}

fn network(start: &str, length: &str) -> Result<IpNet, NotARange> {
    let digits =
        !length.is_empty() && length.len() <= 3 && length.bytes().all(|b| b.is_ascii_digit());
    if !digits || (length.len() > 1 && length.starts_with('0')) {
        return Err(NotARange::Unreadable);
    }
    let length: u8 = length.parse().map_err(|_| NotARange::Unreadable)?;
    let start: IpAddr = start.parse().map_err(|_| NotARange::Unreadable)?;
    let read = match start {
        IpAddr::V4(start) => Ipv4Net::new(start, length).map(IpNet::V4),
        IpAddr::V6(start) => match (start.to_ipv4_mapped(), length.checked_sub(96)) {
            (Some(mapped), Some(length)) => Ipv4Net::new(mapped, length).map(IpNet::V4),
            _ => Ipv6Net::new(start, length).map(IpNet::V6),
        },
    };
    read.map_err(|_| NotARange::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn normal(text: &str) -> String {
        Range::parse(text).map_or_else(|why| format!("{why:?}"), |range| range.to_string())
    }

    /// IP-06: one meaning, or none.
    #[test]
    fn ip_06_quirks_are_refused() {
        for text in [
            "",
            " ",
            "010.0.0.1",
            "1.2.3",
            "1.2.3.4.5",
            "0x7f.1",
            "0x7f.0.0.1",
            "2130706433",
            "127.1",
            "256.0.0.1",
            "1.2.3.-4",
            "1.2.3.4/33",
            "1.2.3.4/-1",
            "1.2.3.4/+8",
            "1.2.3.4/08",
            "1.2.3.4/",
            "/24",
            "1.2.3.4/24/24",
            "1.2.3.4/2 4",
            "::1/129",
            "fe80::1%1",
            "[::1]",
            "::ffff:1.2.3",
            "1::2::3",
            "12345::",
            "１.2.3.4",
            "1.2.3.٤",
            "1。2。3。4",
            "example.com",
            "any",
            "*",
            "1.2.3.*",
            "1.2.3.4-",
            "-1.2.3.4",
            "1.2.3.4-5",
            "1.2.3.0/24-1.2.4.0/24",
            "1.2.3.4:80",
            "1.2.3.4\u{200b}",
        ] {
            assert_eq!(Range::parse(text), Err(NotARange::Unreadable), "{text:?}");
        }
        let meant = |text: &str| NotARange::HostBits(Range::parse(text).unwrap());
        assert_eq!(Range::parse("203.0.113.5/24"), Err(meant("203.0.113.0/24")));
        assert_eq!(Range::parse("::ffff:203.0.113.5/120"), Err(meant("203.0.113.0/24")));
        assert_eq!(Range::parse("2001:db8::1/32"), Err(meant("2001:db8::/32")));
        assert_eq!(Range::parse("1.2.3.5-1.2.3.4"), Err(NotARange::Backwards));
        assert_eq!(Range::parse("1.2.3.4-2001:db8::1"), Err(NotARange::Families));
        assert_eq!(Range::parse("::ffff:1.2.3.4-2001:db8::1"), Err(NotARange::Families));
    }

    #[test]
    fn every_spelling_has_one_normal_form() {
        for (text, form) in [
            ("203.0.113.7", "203.0.113.7"),
            ("203.0.113.7/32", "203.0.113.7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("::ffff:cb00:7107", "203.0.113.7"),
            ("203.0.113.0/24", "203.0.113.0/24"),
            ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
            ("203.0.113.0-203.0.113.255", "203.0.113.0/24"),
            ("203.0.113.0–203.0.113.9", "203.0.113.0-203.0.113.9"),
            ("203.0.113.9 - 203.0.113.9", "203.0.113.9"),
            ("2001:DB8:0:0::/32", "2001:db8::/32"),
            ("2001:db8::-2001:db8::9", "2001:db8::-2001:db8::9"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
        ] {
            assert_eq!(normal(text), form, "{text}");
            assert_eq!(normal(form), form);
        }
        let everything = |text: &str| Range::parse(text).unwrap().is_everything();
        for text in ["0.0.0.0/0", "::/0", "::ffff:0:0/96", "0.0.0.0-255.255.255.255"] {
            assert!(everything(text), "{text}");
        }
        assert!(!everything("0.0.0.0/1") && !everything("::/1"));
    }

    #[test]
    fn all_of_ipv6_is_nothing_of_ipv4() {
        let all = Range::parse("::/0").unwrap();
        assert!(all.has("2001:db8::1".parse().unwrap()));
        assert!(!all.has("192.0.2.1".parse().unwrap()));
        assert!(!all.has("::ffff:192.0.2.1".parse().unwrap()));
    }

    proptest! {
        #[test]
        fn networks_are_the_range_and_nothing_else(one: u32, other: u32, probe: u32) {
            let (first, last) = (one.min(other), one.max(other));
            let text = format!("{}-{}", Ipv4Addr::from(first), Ipv4Addr::from(last));
            let range = Range::parse(&text).unwrap();
            let probe = IpAddr::V4(Ipv4Addr::from(probe));
            let within = range.networks().iter().any(|network| network.contains(&probe));
            prop_assert_eq!(within, range.has(probe));
            prop_assert_eq!(Range::parse(&range.to_string()), Ok(range));
        }

        #[test]
        fn of_ipv6_too(one: u128, other: u128, probe: u128) {
            let (first, last) = (one.min(other), one.max(other));
            let text = format!("{}-{}", Ipv6Addr::from(first), Ipv6Addr::from(last));
            prop_assume!(Ipv6Addr::from(first).to_ipv4_mapped().is_none());
            prop_assume!(Ipv6Addr::from(last).to_ipv4_mapped().is_none());
            let range = Range::parse(&text).unwrap();
            let probe = Ipv6Addr::from(probe);
            prop_assume!(probe.to_ipv4_mapped().is_none());
            let probe = IpAddr::V6(probe);
            let within = range.networks().iter().any(|network| network.contains(&probe));
            prop_assert_eq!(within, range.has(probe));
            prop_assert_eq!(Range::parse(&range.to_string()), Ok(range));
        }
    }
}
