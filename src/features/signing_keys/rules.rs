//! When a key is made, when it signs, and how long it is published.

use crate::time::Timestamp;
use std::time::Duration;

pub use crate::features::applications::rules::Algorithm;

/// A key is published for so long before it signs, so that whoever keeps our keys
/// for a while has it by then.
pub const PUBLISHED_BEFORE: Duration = Duration::from_hours(24);
/// A key signs for so long.
pub const SIGNS_FOR: Duration = Duration::from_hours(90 * 24);
/// A key is published for so long after its last signature: much longer than
/// anything that we sign is good for.
pub const PUBLISHED_AFTER: Duration = Duration::from_hours(7 * 24);

/// A key's place among those of its algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// From 1 on, without gaps.
    pub number: i64,
    /// From when on it signs, until the next one does.
    pub signs_from: Timestamp,
}

/// The key to be made now, if one is due: the first signs at once, every later one
/// when it has been published for a day.
pub fn due(newest: Option<Turn>, now: Timestamp) -> Option<Turn> {
    let Some(newest) = newest else {
        return Some(Turn { number: 1, signs_from: now });
    };
    let ends = newest.signs_from.plus(SIGNS_FOR);
    let is_due = now >= ends.minus(PUBLISHED_BEFORE);
    // A server that has slept goes on with the old key for a day, so that there is
    // neither a gap nor a key that nobody has seen.
    let signs_from = ends.max(now.plus(PUBLISHED_BEFORE));
    is_due.then_some(Turn { number: newest.number.saturating_add(1), signs_from })
}

/// The one of an algorithm's keys that signs now: the newest whose turn has come.
pub fn signing(turns: &[Turn], now: Timestamp) -> Option<Turn> {
    let begun = turns.iter().filter(|turn| turn.signs_from <= now);
    begun.max_by_key(|turn| turn.number).copied()
}

/// Whether a key is published: from when it was made until what it signed last has
/// long been over. `next` is the key after it.
pub fn is_published(next: Option<Turn>, now: Timestamp) -> bool {
    next.is_none_or(|next| now < next.signs_from.plus(PUBLISHED_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: Timestamp = Timestamp::from_millis(1_795_510_800_000);

    #[test]
    fn each_key_waits_signs_and_stays_to_be_verified() {
        let first = due(None, START).unwrap();
        assert_eq!(first, Turn { number: 1, signs_from: START });
        let made = START.plus(SIGNS_FOR).minus(PUBLISHED_BEFORE);
        assert_eq!(due(Some(first), made.minus(Duration::from_millis(1))), None);
        let second = due(Some(first), made).unwrap();
        assert_eq!(second, Turn { number: 2, signs_from: START.plus(SIGNS_FOR) });
        let turns = [first, second];
        let change = second.signs_from;
        assert_eq!(signing(&turns, change.minus(Duration::from_millis(1))), Some(first));
        assert_eq!(signing(&turns, change), Some(second));
        let gone = change.plus(PUBLISHED_AFTER);
        assert!(is_published(Some(second), gone.minus(Duration::from_millis(1))));
        assert!(!is_published(Some(second), gone));
        assert!(is_published(None, gone.plus(SIGNS_FOR)));
    }

    proptest! {
        /// However long a server sleeps between its looks: there always is a key that
        /// signs, what signs was published a day before, and no two are made at once.
        #[test]
        fn there_is_always_a_key_and_none_comes_by_surprise(
            sleeps in prop::collection::vec(1_i64..20_000_000_000, 1..60)
        ) {
            let mut now = START;
            let first = due(None, now).unwrap();
            let mut turns = vec![first];
            for sleep in sleeps {
                now = Timestamp::from_millis(now.millis() + sleep);
                prop_assert!(signing(&turns, now).is_some());
                if let Some(next) = due(turns.last().copied(), now) {
                    prop_assert!(next.signs_from >= now.plus(PUBLISHED_BEFORE));
                    prop_assert_eq!(usize::try_from(next.number), Ok(turns.len() + 1));
                    turns.push(next);
                }
                prop_assert_eq!(due(turns.last().copied(), now), None);
                let signs = signing(&turns, now).unwrap();
                let next = turns.iter().find(|turn| turn.number == signs.number + 1).copied();
                prop_assert!(is_published(next, now));
            }
        }
    }
}
