//! How many text messages may go where. Windows slide: what counts is the last
//! ten minutes, whenever they began.
//!
//! A number that nobody has proved yet may have about half of each cap, so that
//! whoever types other people's numbers can't use up what their owners need to
//! sign in.

use crate::time::Timestamp;
use ipnet::{Ipv4Net, Ipv6Net};
use std::net::IpAddr;
use std::time::Duration;

/// What is counted, in the order in which it is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CapKind {
    /// One account and one number: here the pause grows, too.
    Pair,
    /// One number, whoever asked.
    Number,
    /// One account, whatever number.
    Account,
    /// Notices to one account, which no code waits for.
    Notice,
    /// One IPv4 address.
    Network32,
    /// One IPv6 subscriber line.
    Network64,
    /// One IPv6 site.
    Network48,
    /// All whose address is not known.
    Unknown,
    /// All numbers but for their last four digits.
    Block,
}

/// At most so many within so long, and of them to numbers not proved yet.
struct Window {
    length: Duration,
    all: usize,
    unproved: usize,
}

const TEN_MINUTES: Duration = Duration::from_mins(10);
const HOUR: Duration = Duration::from_hours(1);
/// Nothing older counts.
pub(super) const DAY: Duration = Duration::from_hours(24);
/// The pause before the second message to a number; doubled before each further.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_mins(15);

const fn window(length: Duration, all: usize, unproved: usize) -> Window {
    Window { length, all, unproved }
}

impl CapKind {
    /// As stored.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::Pair => "pair",
            Self::Number => "number",
            Self::Account => "account",
            Self::Notice => "notice",
            Self::Network32 => "network-32",
            Self::Network64 => "network-64",
            Self::Network48 => "network-48",
            Self::Unknown => "network-unknown",
            Self::Block => "block",
        }
    }

    /// Whether it counts what one account has asked for, and nobody else.
    pub(super) const fn is_own(self) -> bool {
        matches!(self, Self::Pair | Self::Account | Self::Notice)
    }

    const fn windows(self) -> &'static [Window] {
        match self {
            Self::Pair | Self::Number => {
                const { &[window(TEN_MINUTES, 3, 2), window(HOUR, 5, 3), window(DAY, 10, 5)] }
            }
            Self::Account => {
                const { &[window(TEN_MINUTES, 5, 3), window(HOUR, 10, 5), window(DAY, 20, 8)] }
            }
            Self::Notice => {
                const { &[window(TEN_MINUTES, 2, 1), window(HOUR, 5, 3), window(DAY, 10, 5)] }
            }
            Self::Network32 | Self::Network64 | Self::Unknown => {
                const { &[window(TEN_MINUTES, 30, 10), window(HOUR, 60, 20), window(DAY, 200, 50)] }
            }
            Self::Network48 => {
                const { &[window(TEN_MINUTES, 60, 20), window(HOUR, 120, 40), window(DAY, 400, 100)] }
            }
            Self::Block => {
                const { &[window(TEN_MINUTES, 20, 6), window(HOUR, 40, 12), window(DAY, 100, 30)] }
            }
        }
    }
}

/// One message that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sent {
    at: Timestamp,
    proved: bool,
}

/// The messages of the last day, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct History(Vec<Sent>);

impl History {
    /// As stored: eight bytes for each, the lowest bit set where it was proved.
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let (whole, _) = bytes.as_chunks::<8>();
        let read = |chunk: &[u8; 8]| {
            let both = i64::from_be_bytes(*chunk);
            Sent { at: Timestamp::from_millis(both >> 1), proved: both & 1 == 1 }
        };
        Self(whole.iter().map(read).collect())
    }

    /// To be stored.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let write = |sent: &Sent| ((sent.at.millis() << 1) | i64::from(sent.proved)).to_be_bytes();
        self.0.iter().flat_map(write).collect()
    }

    /// With one more, and without what is too old to count.
    pub(super) fn with(mut self, now: Timestamp, proved: bool) -> Self {
        self.0.retain(|sent| sent.at > now.minus(DAY));
        self.0.push(Sent { at: now, proved });
        self
    }

    /// When the last one was sent.
    pub(super) fn last(&self) -> Option<Timestamp> {
        self.0.last().map(|sent| sent.at)
    }

    fn since(&self, start: Timestamp) -> impl Iterator<Item = &Sent> {
        self.0.iter().filter(move |sent| sent.at > start)
    }

    /// From when on one more may be sent; none for at once.
    pub(super) fn open_at(&self, kind: CapKind, now: Timestamp, proved: bool) -> Option<Timestamp> {
        let windows = kind.windows().iter().flat_map(|window| {
            let start = now.minus(window.length);
            let all = opens(self.since(start), window.all, window.length);
            let unproved = if proved {
                None
            } else {
                let own = self.since(start).filter(|sent| !sent.proved);
                opens(own, window.unproved, window.length)
            };
            [all, unproved]
        });
        let pause = (kind == CapKind::Pair).then(|| self.pause_ends(now)).flatten();
        windows.chain([pause]).flatten().filter(|at| *at > now).max()
    }

    /// The growing pause between two messages of the last hour.
    fn pause_ends(&self, now: Timestamp) -> Option<Timestamp> {
        let lately = self.since(now.minus(HOUR)).count();
        let last = self.0.last()?;
        let doublings = u32::try_from(lately.checked_sub(1)?).unwrap_or(u32::MAX);
        let pause = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_PAUSE);
        Some(last.at.plus(pause))
    }
}

/// When so many have left the window that one more has room.
fn opens<'a>(
    within: impl Iterator<Item = &'a Sent>,
    most: usize,
    length: Duration,
) -> Option<Timestamp> {
    let times: Vec<Timestamp> = within.map(|sent| sent.at).collect();
    let over = times.len().checked_sub(most)?;
    times.get(over).map(|at| at.plus(length))
}

/// The networks that an address counts for.
pub(super) fn networks(address: Option<IpAddr>) -> Vec<(CapKind, String)> {
    match address {
        None => vec![(CapKind::Unknown, "unknown".into())],
        Some(IpAddr::V4(address)) => vec![(CapKind::Network32, Ipv4Net::from(address).to_string())],
        Some(IpAddr::V6(address)) => [(CapKind::Network64, 64), (CapKind::Network48, 48)]
            .into_iter()
            .filter_map(|(kind, length)| {
                Some((kind, Ipv6Net::new(address, length).ok()?.trunc().to_string()))
            })
            .collect(),
    }
}

/// The day that a moment belongs to, in UTC.
pub(super) fn day(now: Timestamp) -> i64 {
    now.millis().div_euclid(86_400_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_510_800_000);

    fn seconds_until(at: Option<Timestamp>, now: Timestamp) -> u64 {
        at.map_or(0, |at| at.since(now).as_secs())
    }

    #[test]
    fn pauses_grow() {
        let (mut history, mut now) = (History::default(), NOW);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            let wait = history.open_at(CapKind::Pair, now, true);
            pauses.push(seconds_until(wait, now));
            now = wait.unwrap_or(now);
            history = history.with(now, true);
        }
        assert_eq!(pauses[..3], [0, 30, 60]);
        // Three in ten minutes, five an hour.
        assert_eq!(pauses[3..5], [510, 240]);
        assert!(pauses[5] > 1800);
        assert_eq!(history.open_at(CapKind::Pair, now.plus(HOUR), true), None);
    }

    #[test]
    fn three_in_ten_minutes_five_an_hour_ten_a_day() {
        let mut history = History::default();
        let mut sent = Vec::new();
        for second in 0..2 * 86_400 {
            let now = NOW.plus(Duration::from_secs(second));
            if history.open_at(CapKind::Number, now, true).is_none() {
                history = history.with(now, true);
                sent.push(second);
            }
        }
        assert_eq!(sent[..7], [0, 1, 2, 600, 601, 3600, 3601]);
        assert_eq!(sent.iter().filter(|at| **at < 86_400).count(), 10);
        assert_eq!(sent.len(), 20);
    }

    #[test]
    fn strangers_leave_the_owner_something() {
        let mut history = History::default();
        for second in 0..600 {
            let now = NOW.plus(Duration::from_secs(second));
            if history.open_at(CapKind::Number, now, false).is_none() {
                history = history.with(now, false);
            }
        }
        assert_eq!(history.0.len(), 2);
        assert_eq!(history.open_at(CapKind::Number, NOW.plus(TEN_MINUTES / 2), true), None);
    }

    fn kind() -> impl Strategy<Value = CapKind> {
        prop_oneof![
            Just(CapKind::Number),
            Just(CapKind::Account),
            Just(CapKind::Network32),
            Just(CapKind::Network48),
            Just(CapKind::Block),
        ]
    }

    proptest! {
        /// Whatever the times: no window ever holds more than its cap, and whoever
        /// waits as long as was said gets in.
        #[test]
        fn no_window_overflows(kind in kind(), steps in prop::collection::vec((0_u64..900, any::<bool>()), 1..300)) {
            let (mut history, mut now) = (History::default(), NOW);
            let mut sent: Vec<(Timestamp, bool)> = Vec::new();
            for (pause, proved) in steps {
                now = now.plus(Duration::from_secs(pause));
                if let Some(at) = history.open_at(kind, now, proved) {
                    prop_assert!(at > now);
                    prop_assert_eq!(history.open_at(kind, at, proved), None);
                    continue;
                }
                history = History::from_bytes(&history.clone().with(now, proved).bytes());
                sent.push((now, proved));
                for window in kind.windows() {
                    let lately: Vec<_> =
                        sent.iter().filter(|(at, _)| *at > now.minus(window.length)).collect();
                    prop_assert!(lately.len() <= window.all);
                    if !proved {
                        let unproved = lately.iter().filter(|(_, proved)| !proved).count();
                        prop_assert!(unproved <= window.unproved);
                    }
                }
            }
            prop_assert!(history.bytes().len() <= 8 * 400);
        }

        #[test]
        fn odd_bytes_break_nothing(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let history = History::from_bytes(&bytes);
            let _ = history.open_at(CapKind::Number, NOW, false);
            let _ = history.open_at(CapKind::Pair, NOW, false);
            let _ = history.with(NOW, true).bytes();
        }
    }
}
