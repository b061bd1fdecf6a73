//! When to try again, and when to give up.

use crate::ids::MessageId;
use crate::time::Timestamp;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A message that is of use without a date of its own is tried for so long.
pub const USEFUL_FOR: Duration = Duration::from_hours(4 * 24);
/// Whoever has taken a message and is not heard of again has died with it.
pub const LEASE: Duration = Duration::from_secs(150);
const FIRST_PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_hours(6);

/// A place in a list of messages: the moment that orders it, and then the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueuePlace {
    /// When it is tried next, or since when it is not tried any more.
    pub at: Timestamp,
    /// Its id.
    pub id: MessageId,
}

impl fmt::Display for QueuePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.millis(), self.id)
    }
}

/// A text that names no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAPlace;

impl FromStr for QueuePlace {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let (millis, id) = text.split_once('.').ok_or(NotAPlace)?;
        let at = Timestamp::from_millis(millis.parse().map_err(|_| NotAPlace)?);
        Ok(Self { at, id: id.parse().map_err(|_| NotAPlace)? })
    }
}

/// What happens to a message that could not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is tried again.
    Again(Timestamp),
    /// It is not, unless an operator says so.
    Dead,
}

/// After so many failed attempts. `jitter` is random over its whole range, so
/// that messages that failed together are not all tried together.
pub fn after_failure(attempts: i64, now: Timestamp, expires_at: Timestamp, jitter: u8) -> Next {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(16);
    let pause = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_PAUSE);
    // From three quarters to five quarters.
    let at = now.plus(pause * 3 / 4 + pause / 2 * u32::from(jitter) / 255);
    if at < expires_at { Next::Again(at) } else { Next::Dead }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    #[test]
    fn pauses_grow_to_six_hours_and_end_with_the_message() {
        let far = NOW.plus(Duration::from_hours(1000));
        let pause = |attempts| match after_failure(attempts, NOW, far, 128) {
            Next::Again(at) => at.since(NOW).as_secs(),
            Next::Dead => panic!("there was time"),
        };
        assert_eq!(pause(1), 30);
        assert_eq!(pause(2), 60);
        assert_eq!(pause(40), 21_621);
        let soon = NOW.plus(Duration::from_secs(20));
        assert_eq!(after_failure(1, NOW, soon, 128), Next::Dead);
    }

    proptest! {
        #[test]
        fn a_message_is_tried_a_bounded_number_of_times(jitter: u8) {
            let expires_at = NOW.plus(USEFUL_FOR);
            let (mut at, mut attempts) = (NOW, 1);
            while let Next::Again(next) = after_failure(attempts, at, expires_at, jitter) {
                prop_assert!(next > at);
                (at, attempts) = (next, attempts + 1);
            }
            prop_assert!((15..60).contains(&attempts), "{} attempts", attempts);
        }
    }
}
