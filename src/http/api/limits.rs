//! How much one source may send that opens nothing: kept in this node's memory,
//! because counting in the database would cost more than what it keeps off.
//!
//! It protects the server, not the secrets: those have 256 bits. A token that is
//! right is never refused for what others on its network have sent.

use crate::time::Timestamp;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Sources that are remembered; more of them share one bucket.
const SOURCES: usize = 10_000;

/// A bucket a source: so many at once, and one more each time that so long has passed.
pub struct Limit {
    at_once: u32,
    every: Duration,
    /// When each source's bucket is full again.
    full_at: Mutex<HashMap<Option<IpAddr>, Timestamp>>,
}

impl Limit {
    /// Nobody has sent anything yet.
    pub fn new(at_once: u32, every: Duration) -> Self {
        Self { at_once, every, full_at: Mutex::default() }
    }

    /// Takes one from a source's bucket; how long to wait where it is empty.
    pub fn take(&self, source: Option<IpAddr>, now: Timestamp) -> Result<(), Duration> {
        let source = source.map(network);
        let mut all = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let key = if all.contains_key(&source) || all.len() < SOURCES {
            source
        } else {
            all.retain(|_, full_at| *full_at > now);
            source.filter(|_| all.len() < SOURCES)
        };
        let full_at = all.entry(key).or_insert(now);
        let next = (*full_at).max(now).plus(self.every);
        let latest = now.plus(self.every * self.at_once);
        if next > latest {
            return Err(next.since(latest));
        }
        *full_at = next;
        Ok(())
    }
}

/// A subscriber has a whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let limit = Limit::new(3, Duration::from_secs(10));
        let (one, other) = (Some([10, 0, 0, 1].into()), Some([10, 0, 0, 2].into()));
        for _ in 0..3 {
            assert_eq!(limit.take(one, NOW), Ok(()));
        }
        assert_eq!(limit.take(one, NOW), Err(Duration::from_secs(10)));
        let later = NOW.plus(Duration::from_secs(4));
        assert_eq!(limit.take(one, later), Err(Duration::from_secs(6)));
        assert_eq!(limit.take(other, later), Ok(()));
        assert_eq!(limit.take(None, later), Ok(()));
        assert_eq!(limit.take(one, NOW.plus(Duration::from_secs(10))), Ok(()));
        assert!(limit.take(one, NOW.plus(Duration::from_secs(10))).is_err());
    }

    #[test]
    fn a_subscriber_s_addresses_are_one_source() {
        let limit = Limit::new(1, Duration::from_secs(10));
        assert!(limit.take(Some("2001:db8:0:1::1".parse().unwrap()), NOW).is_ok());
        assert!(limit.take(Some("2001:db8:0:1:ffff::2".parse().unwrap()), NOW).is_err());
        assert!(limit.take(Some("2001:db8:0:2::1".parse().unwrap()), NOW).is_ok());
        assert!(limit.take(Some("::ffff:192.0.2.1".parse().unwrap()), NOW).is_ok());
        assert!(limit.take(Some("192.0.2.1".parse().unwrap()), NOW).is_err());
    }

    #[test]
    fn memory_is_bounded() {
        let limit = Limit::new(1, Duration::from_secs(10));
        for number in 0..20_000_u32 {
            let _ = limit.take(Some(std::net::Ipv4Addr::from(number).into()), NOW);
        }
        assert!(limit.full_at.lock().unwrap().len() <= SOURCES + 1);
        let later = NOW.plus(Duration::from_mins(1));
        assert!(limit.take(Some([192, 0, 2, 1].into()), later).is_ok());
        assert!(limit.full_at.lock().unwrap().len() < 3);
    }
}
