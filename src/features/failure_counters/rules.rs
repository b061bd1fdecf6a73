//! How many failures are free, and how long to wait after more.

use crate::time::Timestamp;
use ipnet::{Ipv4Net, Ipv6Net};
use std::net::IpAddr;
use std::time::Duration;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CounterKind {
    /// Attempts at an account from anything but its known devices.
    Account,
    /// Attempts at an account from one of its known devices.
    Device,
    /// Codes of second factors, whichever they are, from anything but the
    /// account's known devices.
    CodeAccount,
    /// Codes of second factors from one of its known devices.
    CodeDevice,
    /// Backup codes from anything but the account's known devices.
    BackupCodeAccount,
    /// Backup codes from one of its known devices.
    BackupCodeDevice,
    /// One IPv4 address.
    Network32,
    /// One IPv6 subscriber line.
    Network64,
    /// One IPv6 site.
    Network48,
    /// All whose address is not known: one bucket, so that hiding does not help.
    Unknown,
    /// Mail that anybody may ask for to one e-mail address.
    MailAddress,
    /// Mail that was asked for from one IPv4 address.
    MailNetwork32,
    /// From one IPv6 subscriber line.
    MailNetwork64,
    /// From one IPv6 site.
    MailNetwork48,
    /// From where the address is not known.
    MailUnknown,
}

impl CounterKind {
    /// As stored.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Account => "password-account",
            Self::Device => "password-device",
            Self::CodeAccount => "code-account",
            Self::CodeDevice => "code-device",
            Self::BackupCodeAccount => "backup-code-account",
            Self::BackupCodeDevice => "backup-code-device",
            Self::Network32 => "network-32",
            Self::Network64 => "network-64",
            Self::Network48 => "network-48",
            Self::Unknown => "network-unknown",
            Self::MailAddress => "mail-address",
            Self::MailNetwork32 => "mail-network-32",
            Self::MailNetwork64 => "mail-network-64",
            Self::MailNetwork48 => "mail-network-48",
            Self::MailUnknown => "mail-network-unknown",
        }
    }

    /// Whether it is of a network and not of an account.
    pub const fn is_network(self) -> bool {
        matches!(
            self,
            Self::Network32
                | Self::Network64
                | Self::Network48
                | Self::Unknown
                | Self::MailNetwork32
                | Self::MailNetwork64
                | Self::MailNetwork48
                | Self::MailUnknown
        )
    }

    /// Whether it is of a known device.
    pub const fn is_of_device(self) -> bool {
        matches!(self, Self::Device | Self::CodeDevice | Self::BackupCodeDevice)
    }

    /// A counter untouched for so long starts anew.
    pub const fn forgotten_after(self) -> Duration {
        match self {
            Self::Account
            | Self::Device
            | Self::CodeAccount
            | Self::CodeDevice
            | Self::BackupCodeAccount
            | Self::BackupCodeDevice => Duration::from_hours(30 * 24),
            Self::Network32 | Self::Network64 | Self::Network48 | Self::Unknown => {
                Duration::from_hours(24)
            }
            Self::MailAddress => Duration::from_hours(1),
            // No success gives these back, so they are short: a large office is
            // forgotten whenever nobody there has asked for a while.
            Self::MailNetwork32 | Self::MailNetwork64 | Self::MailNetwork48 | Self::MailUnknown => {
                Duration::from_mins(15)
            }
        }
    }

    /// A counter that has reached this is not forgotten by time.
    pub const fn never_forgotten_from(self) -> i64 {
        match self.limits().spent_at {
            Some(spent) => spent,
            None => i64::MAX,
        }
    }

    const fn limits(self) -> Limits {
        match self {
            Self::Account | Self::CodeAccount | Self::BackupCodeAccount => Limits {
                free: 5,
                first_wait: 30,
                longest_wait: 3_600,
                spent_at: Some(ACCOUNT_SPENT_AT),
            },
            Self::Device | Self::CodeDevice | Self::BackupCodeDevice => {
                Limits { free: 5, first_wait: 30, longest_wait: 900, spent_at: Some(100) }
            }
            Self::Network32 | Self::Network64 => {
                Limits { free: 50, first_wait: 30, longest_wait: 900, spent_at: None }
            }
            Self::Network48 => {
                Limits { free: 200, first_wait: 30, longest_wait: 900, spent_at: None }
            }
            Self::Unknown | Self::MailUnknown => {
                Limits { free: 20, first_wait: 30, longest_wait: 900, spent_at: None }
            }
            // The third mail closes the hour.
            Self::MailAddress => {
                Limits { free: 3, first_wait: 3_600, longest_wait: 3_600, spent_at: None }
            }
            Self::MailNetwork32 | Self::MailNetwork64 => {
                Limits { free: 30, first_wait: 30, longest_wait: 900, spent_at: None }
            }
            Self::MailNetwork48 => {
                Limits { free: 100, first_wait: 30, longest_wait: 900, spent_at: None }
            }
        }
    }
}

/// What an attempt is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guarded {
    /// The password.
    Password,
    /// A code of a second factor: the authenticator app and the phone share one
    /// count, so that hopping between them gains nothing.
    Code,
    /// A backup code, which counts as a code too, but stays open when those are
    /// closed: it is the way out.
    BackupCode,
}

impl Guarded {
    /// The account's counters, the one that closes first.
    pub const fn of_account(self) -> &'static [CounterKind] {
        match self {
            Self::Password => &[CounterKind::Account],
            Self::Code => &[CounterKind::CodeAccount],
            Self::BackupCode => &[CounterKind::BackupCodeAccount, CounterKind::CodeAccount],
        }
    }

    /// Those of a known device.
    pub const fn of_device(self) -> &'static [CounterKind] {
        match self {
            Self::Password => &[CounterKind::Device],
            Self::Code => &[CounterKind::CodeDevice],
            Self::BackupCode => &[CounterKind::BackupCodeDevice, CounterKind::CodeDevice],
        }
    }

    /// Whether a counter is its own, and not one that it only adds to.
    pub const fn owns(self, kind: CounterKind) -> bool {
        match self {
            Self::BackupCode => !matches!(kind, CounterKind::CodeAccount | CounterKind::CodeDevice),
            Self::Password | Self::Code => true,
        }
    }

    /// The decision for one of its counters: where that is another's, only its
    /// waits hold, not its end.
    pub fn decide(self, kind: CounterKind, counted: Counted, now: Timestamp) -> Limit {
        match decide(kind, counted, now) {
            Limit::Spent if !self.owns(kind) => Limit::Open { wait_until: NO_WAIT },
            limit => limit,
        }
    }
}

struct Limits {
    /// Failures before the first wait.
    free: i64,
    /// Seconds; doubled with each further failure.
    first_wait: u64,
    /// Seconds.
    longest_wait: u64,
    /// Consecutive failures after which the counter opens no more by waiting
    /// (at most 100: NIST SP 800-63B-4 §3.2.2).
    spent_at: Option<i64>,
}

/// Long past, and not the present moment: of two requests at once, the one that
/// is counted second may have read the clock first.
const NO_WAIT: Timestamp = Timestamp::from_millis(0);

/// A counter after this attempt was counted, unless it had to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// So many consecutive failures, this attempt among them.
    Failures(i64),
    /// Not counted: it is to wait until then.
    WaitUntil(Timestamp),
}

impl Counted {
    /// The failures, where the attempt was counted.
    pub const fn failures(self) -> i64 {
        match self {
            Self::Failures(failures) => failures,
            Self::WaitUntil(_) => 0,
        }
    }
}

/// Whether the attempt may be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// It may, and until then no other.
    Open {
        /// When the next may.
        wait_until: Timestamp,
    },
    /// Not yet.
    Wait {
        /// For how long.
        remaining: Duration,
    },
    /// Not by waiting.
    Spent,
}

/// What the owner of an account is told of its counter, each at most once until a
/// success begins it anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// Somebody tries passwords.
    Tried,
    /// The last try before waiting opens nothing any more.
    Closed,
}

impl Alarm {
    /// The failures in a row that it is raised at.
    pub const fn threshold(self) -> i64 {
        match self {
            Self::Tried => TRIED_AT,
            Self::Closed => ACCOUNT_SPENT_AT,
        }
    }

    /// The one that an attempt raises. Each count is reached by one attempt alone,
    /// however many are made at once.
    pub const fn of(kind: CounterKind, counted: Counted) -> Option<Self> {
        match (kind, counted) {
            (CounterKind::Account, Counted::Failures(TRIED_AT)) => Some(Self::Tried),
            (CounterKind::Account, Counted::Failures(ACCOUNT_SPENT_AT)) => Some(Self::Closed),
            _ => None,
        }
    }
}

/// Nobody mistypes their own password so often.
const TRIED_AT: i64 = 10;
const ACCOUNT_SPENT_AT: i64 = 100;

/// Why an attempt is not judged now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Too many attempts at the account: for so long.
    Account(Duration),
    /// Too many attempts from the network: for so long.
    Network(Duration),
    /// Waiting does not open it: only a success on a known device, a reset, or
    /// the operator.
    Closed,
}

/// The decision for a counter.
pub fn decide(kind: CounterKind, counted: Counted, now: Timestamp) -> Limit {
    let limits = kind.limits();
    match counted {
        Counted::WaitUntil(until) => Limit::Wait { remaining: until.since(now) },
        Counted::Failures(failures) if limits.spent_at.is_some_and(|spent| failures > spent) => {
            Limit::Spent
        }
        Counted::Failures(failures) => {
            let wait = wait_after(&limits, failures);
            let wait_until = if wait.is_zero() { NO_WAIT } else { now.plus(wait) };
            Limit::Open { wait_until }
        }
    }
}

fn wait_after(limits: &Limits, failures: i64) -> Duration {
    let Ok(over) = u32::try_from(failures - limits.free) else {
        return Duration::ZERO;
    };
    let seconds = limits.first_wait.saturating_mul(2_u64.saturating_pow(over));
    Duration::from_secs(seconds.min(limits.longest_wait))
}

/// The networks that an address counts for.
pub fn networks(address: Option<IpAddr>) -> Vec<(CounterKind, String)> {
    match address {
        None => vec![(CounterKind::Unknown, "unknown".into())],
        Some(IpAddr::V4(address)) => {
            vec![(CounterKind::Network32, Ipv4Net::from(address).to_string())]
        }
        Some(IpAddr::V6(address)) => [(CounterKind::Network64, 64), (CounterKind::Network48, 48)]
            .into_iter()
            .filter_map(|(kind, length)| {
                Some((kind, Ipv6Net::new(address, length).ok()?.trunc().to_string()))
            })
            .collect(),
    }
}

/// The networks that an address counts for when it asks for mail.
pub fn mail_networks(address: Option<IpAddr>) -> Vec<(CounterKind, String)> {
    let of_mail = |kind| match kind {
        CounterKind::Network32 => CounterKind::MailNetwork32,
        CounterKind::Network64 => CounterKind::MailNetwork64,
        CounterKind::Network48 => CounterKind::MailNetwork48,
        CounterKind::Unknown => CounterKind::MailUnknown,
        other => other,
    };
    networks(address).into_iter().map(|(kind, network)| (of_mail(kind), network)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn wait(kind: CounterKind, failures: i64) -> Option<u64> {
        match decide(kind, Counted::Failures(failures), NOW) {
            Limit::Open { wait_until } => Some(wait_until.since(NOW).as_secs()),
            Limit::Wait { .. } | Limit::Spent => None,
        }
    }

    #[test]
    fn waits_grow_and_are_bounded() {
        let waits: Vec<_> =
            (1..=14).map(|failures| wait(CounterKind::Account, failures).unwrap()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
        assert_eq!(wait(CounterKind::Device, 100), Some(900));
        assert_eq!(wait(CounterKind::Account, 100), Some(3600));
    }

    #[test]
    fn a_hundred_in_a_row_is_the_end() {
        assert_eq!(wait(CounterKind::Account, 101), None);
        assert_eq!(wait(CounterKind::Device, 101), None);
        assert!(wait(CounterKind::Network32, 1_000_000).is_some());
    }

    #[test]
    fn pw_11_alarms_are_raised_twice_in_a_streak_and_by_accounts_alone() {
        let alarms = |kind| {
            let all = (1..=1_000)
                .map(|failures| (failures, Alarm::of(kind, Counted::Failures(failures))));
            all.filter_map(|(failures, alarm)| Some((failures, alarm?))).collect::<Vec<_>>()
        };
        assert_eq!(alarms(CounterKind::Account), [(10, Alarm::Tried), (100, Alarm::Closed)]);
        assert_eq!(alarms(CounterKind::Device), []);
        assert_eq!(alarms(CounterKind::Network32), []);
        assert_eq!(Alarm::of(CounterKind::Account, Counted::WaitUntil(NOW)), None);
        assert_eq!(wait(CounterKind::Account, Alarm::Closed.threshold()), Some(3600));
        assert_eq!(wait(CounterKind::Account, Alarm::Closed.threshold() + 1), None);
    }

    #[test]
    fn the_third_mail_closes_the_hour() {
        let waits: Vec<_> =
            (1..=4).map(|count| wait(CounterKind::MailAddress, count).unwrap()).collect();
        assert_eq!(waits, [0, 0, 3600, 3600]);
    }

    #[test]
    fn mail_has_counters_of_its_own() {
        for text in ["192.0.2.7", "2001:db8::7"] {
            let address = Some(text.parse().unwrap());
            let (own, other) = (mail_networks(address), networks(address));
            assert_eq!(own.len(), other.len());
            assert!(own.iter().zip(other).all(|(own, other)| {
                own.1 == other.1 && own.0.tag() == format!("mail-{}", other.0.tag())
            }));
        }
        assert_eq!(mail_networks(None)[0].0, CounterKind::MailUnknown);
    }

    #[test]
    fn addresses_count_for_their_networks() {
        let of = |text: &str| networks(Some(text.parse().unwrap()));
        assert_eq!(of("192.0.2.7"), [(CounterKind::Network32, "192.0.2.7/32".to_owned())]);
        assert_eq!(
            of("2001:db8:1:2:3:4:5:6"),
            [
                (CounterKind::Network64, "2001:db8:1:2::/64".to_owned()),
                (CounterKind::Network48, "2001:db8:1::/48".to_owned())
            ]
        );
        assert_eq!(networks(None).len(), 1);
    }

    proptest! {
        #[test]
        fn more_failures_never_wait_less(failures in 1_i64..99) {
            prop_assert!(wait(CounterKind::Account, failures) <= wait(CounterKind::Account, failures + 1));
        }
    }
}
