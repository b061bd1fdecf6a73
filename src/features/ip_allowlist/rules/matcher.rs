use super::Entry;
use crate::time::Timestamp;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use prefix_trie::PrefixMap;
use std::net::IpAddr;

/// A list as it is asked: a prefix trie for each family, so that an answer takes as long
/// with ten thousand entries as with ten. At each prefix stands until when it counts.
#[derive(Debug, Default)]
pub struct Matcher {
    ipv4: PrefixMap<Ipv4Net, i64>,
    ipv6: PrefixMap<Ipv6Net, i64>,
    networks: usize,
}

impl Matcher {
    /// Of a list.
    pub fn new(entries: &[Entry]) -> Self {
        let mut all = Self::default();
        for entry in entries {
            let until = entry.expires_at.map_or(i64::MAX, Timestamp::millis);
            for network in entry.range.networks() {
                all.networks += 1;
                let counts = match network {
                    IpNet::V4(network) => all.ipv4.entry(network).or_insert(until),
                    IpNet::V6(network) => all.ipv6.entry(network).or_insert(until),
                };
                *counts = until.max(*counts);
            }
        }
        all
    }

    /// Whether somebody who is there gets in: an address that is not known does not.
    pub fn allows(&self, address: Option<IpAddr>, now: Timestamp) -> bool {
        let counts = |until: &i64| now.millis() < *until;
        match address.map(|address| address.to_canonical()) {
            None => false,
            Some(IpAddr::V4(address)) => self.ipv4.cover_values(&address.into()).any(counts),
            Some(IpAddr::V6(address)) => self.ipv6.cover_values(&address.into()).any(counts),
        }
    }

    /// How much there is in it.
    pub const fn networks(&self) -> usize {
        self.networks
    }
}

#[cfg(test)]
mod tests {
    use super::super::Range;
    use super::*;
    use proptest::prelude::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    /// Addresses near each other, so that ranges and probes meet.
    fn near() -> impl Strategy<Value = IpAddr> {
        prop_oneof![
            (0_u32..600).prop_map(|low| IpAddr::V4(Ipv4Addr::from(0xcb00_7100 + low))),
            (0_u128..600)
                .prop_map(|low| IpAddr::V6(Ipv6Addr::from((0x2001_0db8_u128 << 96) + low))),
            (0_u32..600)
                .prop_map(|low| { IpAddr::V6(Ipv4Addr::from(0xcb00_7100 + low).to_ipv6_mapped()) }),
        ]
    }

    fn entry() -> impl Strategy<Value = Entry> {
        (near(), near(), prop::option::of(0_i64..10)).prop_filter_map(
            "of two families",
            |(one, other, expires)| {
                let (one, other) = (one.to_canonical(), other.to_canonical());
                let text = format!("{}-{}", one.min(other), one.max(other));
                let range = Range::parse(&text).ok()?;
                let expires_at = expires.map(Timestamp::from_millis);
                Some(Entry { range, label: String::new(), expires_at })
            },
        )
    }

    proptest! {
        #[test]
        fn a_trie_answers_as_looking_at_each_entry_does(
            entries in prop::collection::vec(entry(), 0..40),
            probes in prop::collection::vec(near(), 1..60),
            now in 0_i64..12,
        ) {
            let (matcher, now) = (Matcher::new(&entries), Timestamp::from_millis(now));
            for probe in probes {
                let one_by_one = entries.iter().any(|entry| {
                    entry.range.has(probe) && entry.expires_at.is_none_or(|until| now < until)
                });
                prop_assert_eq!(matcher.allows(Some(probe), now), one_by_one, "{}", probe);
            }
            prop_assert!(!matcher.allows(None, now));
        }
    }

    #[test]
    fn ten_thousand_entries_are_all_found() {
        let entries: Vec<Entry> = (0..10_000_u32)
            .map(|number| Entry {
                range: Range::of(IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + number * 7))),
                label: String::new(),
                expires_at: None,
            })
            .collect();
        let (matcher, now) = (Matcher::new(&entries), Timestamp::from_millis(0));
        for number in 0..70_000_u32 {
            let address = IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + number));
            assert_eq!(matcher.allows(Some(address), now), number % 7 == 0, "{address}");
        }
        assert_eq!(matcher.networks(), 10_000);
    }
}
