use crate::time::Timestamp;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

/// Lifetimes that are offered, in days.
const OFFERED: &[i64] = &[7, 30, 60, 90];

/// The one that is chosen where nobody chooses.
const USUAL: i64 = 30;

/// The owner is told so long before a token expires.
const TOLD_BEFORE: &[Duration] = &[Duration::from_hours(7 * 24), DAY];

/// Days that are offered where the operator allows so long at most, and the one that
/// is chosen where nobody chooses.
pub fn lifetimes(longest: Option<Duration>) -> (Vec<i64>, i64) {
    let longest = longest.map_or(i64::MAX, whole_days);
    let mut offered: Vec<i64> = OFFERED.iter().copied().filter(|days| *days <= longest).collect();
    if offered.is_empty() {
        offered.push(longest);
    }
    let usual = offered.iter().copied().rfind(|days| *days <= USUAL);
    (offered, usual.unwrap_or(longest))
}

fn whole_days(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs() / DAY.as_secs()).unwrap_or(i64::MAX)
}

/// When a token expires that lives so many days from now.
pub fn in_days(now: Timestamp, days: i64) -> Timestamp {
    now.plus(DAY * u32::try_from(days).unwrap_or(u32::MAX))
}

/// What is wrong with a moment of expiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAnExpiry {
    /// It is over already.
    Past,
    /// It is later than the operator allows.
    TooLate,
}

/// A moment at which a token may expire.
pub fn judge(
    now: Timestamp,
    expires_at: Timestamp,
    longest: Option<Duration>,
) -> Result<Timestamp, NotAnExpiry> {
    if expires_at <= now {
        Err(NotAnExpiry::Past)
    } else if longest.is_some_and(|longest| expires_at > now.plus(longest)) {
        Err(NotAnExpiry::TooLate)
    } else {
        Ok(expires_at)
    }
}

/// When there is next something to tell of a token: that it expires, or that it has.
/// What is past is not told any more.
pub fn next_due(now: Timestamp, expires_at: Option<Timestamp>) -> Option<Timestamp> {
    let expires_at = expires_at.filter(|at| now < *at)?;
    let before = TOLD_BEFORE.iter().map(|before| expires_at.minus(*before));
    Some(before.filter(|at| now < *at).min().unwrap_or(expires_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_longer_than_allowed_is_offered() {
        let offered = |days: u64| lifetimes(Some(DAY * u32::try_from(days).unwrap()));
        assert_eq!(lifetimes(None), (vec![7, 30, 60, 90], 30));
        assert_eq!(offered(365), (vec![7, 30, 60, 90], 30));
        assert_eq!(offered(60), (vec![7, 30, 60], 30));
        assert_eq!(offered(10), (vec![7], 7));
        assert_eq!(offered(3), (vec![3], 3));
    }

    #[test]
    fn a_week_and_a_day_before_and_when_it_is_over() {
        let at = |days: i64| Timestamp::from_millis(days * 86_400_000);
        let end = Some(at(30));
        assert_eq!(next_due(at(0), end), Some(at(23)));
        assert_eq!(next_due(at(23), end), Some(at(29)));
        assert_eq!(next_due(at(24), end), Some(at(29)));
        assert_eq!(next_due(at(29), end), Some(at(30)));
        assert_eq!(next_due(at(30), end), None);
        assert_eq!(next_due(at(0), None), None);
        // One of a week is not announced as it is made.
        assert_eq!(next_due(at(0), Some(at(7))), Some(at(6)));
    }

    #[test]
    fn an_expiry_lies_ahead_and_within_the_limit() {
        let now = Timestamp::from_millis(0);
        let day = |days: i64| Timestamp::from_millis(days * 86_400_000);
        assert_eq!(judge(now, now, None), Err(NotAnExpiry::Past));
        assert_eq!(judge(now, day(9), Some(DAY * 9)), Ok(day(9)));
        let later = Timestamp::from_millis(day(9).millis() + 1);
        assert_eq!(judge(now, later, Some(DAY * 9)), Err(NotAnExpiry::TooLate));
        assert_eq!(judge(now, day(99_999), None), Ok(day(99_999)));
    }
}
