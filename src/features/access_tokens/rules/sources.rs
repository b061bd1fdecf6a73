use ipnet::{IpNet, Ipv4Net};
use std::net::IpAddr;

/// Entries that a token may be limited to.
const MOST: usize = 50;

/// The networks that a token is accepted from; none for any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources(Vec<IpNet>);

/// What is wrong with one line of a list of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotSources {
    /// A line is no address and no network.
    Unreadable {
        /// Counted from one.
        line: usize,
    },
    /// A line has bits beyond its length.
    Beyond {
        /// Counted from one.
        line: usize,
        /// What was meant, perhaps.
        network: IpNet,
    },
    /// There are too many.
    TooMany {
        /// So many may be.
        most: usize,
    },
}

impl Sources {
    /// One address or network a line; empty lines count for nothing.
    pub fn parse(text: &str) -> Result<Self, Vec<NotSources>> {
        let (mut networks, mut wrong) = (Vec::new(), Vec::new());
        let lines = text.lines().map(str::trim).enumerate();
        for (index, entry) in lines.filter(|(_, entry)| !entry.is_empty()) {
            match read(entry, index + 1) {
                Ok(network) if networks.contains(&network) => {}
                Ok(network) => networks.push(network),
                Err(what) => wrong.push(what),
            }
            if networks.len() + wrong.len() > MOST {
                return Err(vec![NotSources::TooMany { most: MOST }]);
            }
        }
        if wrong.is_empty() { Ok(Self(networks)) } else { Err(wrong) }
    }

    /// Bytes that they take beside themselves.
    pub const fn bytes(&self) -> usize {
        self.0.len() * std::mem::size_of::<IpNet>()
    }

    /// As stored: one a line. What was stored and can't be read is none of these.
    pub fn text(&self) -> String {
        self.entries().collect::<Vec<_>>().join("\n")
    }

    /// Each as a person writes it: a single address without its length.
    pub fn entries(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|network| {
            if network.prefix_len() == network.max_prefix_len() {
                network.addr().to_string()
            } else {
                network.to_string()
            }
        })
    }

    /// Whether any will do.
    pub fn is_anywhere(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a request from there is accepted: one from nowhere known only
    /// where any will do.
    pub fn accept(&self, address: Option<IpAddr>) -> bool {
        self.is_anywhere()
            || address.is_some_and(|address| {
                let address = address.to_canonical();
                self.0.iter().any(|network| network.contains(&address))
            })
    }
}

fn read(entry: &str, line: usize) -> Result<IpNet, NotSources> {
    if let Ok(address) = entry.parse::<IpAddr>() {
        return Ok(IpNet::from(address.to_canonical()));
    }
    let network: IpNet = entry.parse().map_err(|_| NotSources::Unreadable { line })?;
    let truncated = network.trunc();
    if truncated != network {
        return Err(NotSources::Beyond { line, network: fold(truncated) });
    }
    Ok(fold(network))
}

/// An IPv4 network that is written as an IPv6 one is the IPv4 network.
fn fold(network: IpNet) -> IpNet {
    let IpNet::V6(mapped) = network else { return network };
    match (mapped.addr().to_ipv4_mapped(), mapped.prefix_len().checked_sub(96)) {
        (Some(address), Some(length)) => Ipv4Net::new(address, length).map_or(network, IpNet::V4),
        _ => network,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(entries: &str, address: &str) -> bool {
        Sources::parse(entries).unwrap().accept(Some(address.parse().unwrap()))
    }

    #[test]
    fn addresses_are_folded_before_they_are_compared() {
        for entries in ["192.0.2.7", "::ffff:192.0.2.7", "192.0.2.0/24", "::ffff:192.0.2.0/120"] {
            assert!(accepts(entries, "192.0.2.7"), "{entries}");
            assert!(accepts(entries, "::ffff:192.0.2.7"), "{entries}");
            assert!(!accepts(entries, "192.0.3.7"), "{entries}");
            assert!(!accepts(entries, "2001:db8::7"), "{entries}");
        }
        assert!(accepts("2001:db8::/32\n192.0.2.1", "2001:db8:1::1"));
        assert!(!accepts("::/0", "192.0.2.7"));
        assert!(Sources::parse("").unwrap().accept(None));
        assert!(!Sources::parse("0.0.0.0/0").unwrap().accept(None));
    }

    #[test]
    fn each_line_is_judged() {
        let wrong = |text| Sources::parse(text).unwrap_err();
        let unreadable = |line| NotSources::Unreadable { line };
        assert_eq!(wrong("192.0.2.1\n\nnowhere\nx"), [unreadable(3), unreadable(4)]);
        assert_eq!(wrong("192.0.2.300"), [unreadable(1)]);
        assert_eq!(wrong("192.0.2.1/33"), [unreadable(1)]);
        let network = "192.0.2.0/24".parse().unwrap();
        let beyond = NotSources::Beyond { line: 2, network };
        assert_eq!(wrong("192.0.2.0/24\n192.0.2.7/24"), [beyond]);
        let many: Vec<String> = (0..=MOST).map(|last| format!("192.0.2.{last}")).collect();
        let many = many.join("\n");
        assert_eq!(wrong(&many), [NotSources::TooMany { most: MOST }]);
    }

    #[test]
    fn what_is_stored_reads_back() {
        let sources = Sources::parse(" 192.0.2.7 \n2001:db8::/32\n192.0.2.7").unwrap();
        assert_eq!(sources.text(), "192.0.2.7\n2001:db8::/32");
        assert_eq!(Sources::parse(&sources.text()), Ok(sources));
    }
}
