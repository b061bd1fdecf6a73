//! How often an owner may ask: each time, mail goes to an address that is
//! perhaps somebody else's.

use crate::time::Timestamp;
use std::time::Duration;

/// So many requests …
pub const MOST: usize = 5;
/// … within so long.
pub const WITHIN: Duration = Duration::from_hours(1);

/// How long to wait after these requests, the newest first.
pub fn wait(asked: &[Timestamp], now: Timestamp) -> Option<Duration> {
    let oldest = asked.get(MOST - 1)?;
    let until = oldest.plus(WITHIN);
    (until > now).then(|| until.since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_within_an_hour_waits_for_the_first_to_be_an_hour_old() {
        let now = Timestamp::from_millis(1_700_000_000_000);
        let ago = |minutes| now.minus(Duration::from_mins(minutes));
        assert_eq!(wait(&[], now), None);
        assert_eq!(wait(&[ago(1), ago(2), ago(3), ago(4)], now), None);
        let five = [ago(1), ago(2), ago(3), ago(4), ago(50)];
        assert_eq!(wait(&five, now), Some(Duration::from_mins(10)));
        assert_eq!(wait(&[ago(1), ago(2), ago(3), ago(4), ago(60)], now), None);
    }
}
