//! What may stand in a list, what it lets in, and which version counts when. All of it
//! is decided from values: no clock, no database.

mod change;
mod list;
mod matcher;
mod range;

use crate::time::Timestamp;
use std::time::Duration;

pub use change::Change;
pub use list::{Entry, MOST, Overlap, Problem, Sent, Typed, Wrong, read, read_sent, without_flaws};
pub use matcher::Matcher;
pub use range::{NotARange, Range};

/// So long a new list waits for an owner or admin who comes in under it.
pub const TIME_TO_CONFIRM: Duration = Duration::from_mins(15);
/// What a preview looks back on.
pub const LOOKED_BACK: Duration = Duration::from_hours(30 * 24);

/// Which versions there are. What counts is worked out from it and the time, at each
/// check: no job has to run for a change to be undone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct State {
    /// The last that was saved; 0 for none.
    pub latest: i64,
    /// The one that counts where none is pending; 0 for none.
    pub in_force: i64,
    /// One that was not confirmed yet, and until when it can be.
    pub pending: Option<(i64, Timestamp)>,
}

impl State {
    /// The version that counts at a moment; 0 for none.
    pub fn counts(&self, now: Timestamp) -> i64 {
        match self.pending {
            Some((version, until)) if now < until => version,
            _ => self.in_force,
        }
    }

    /// The version that waits to be confirmed, and until when.
    pub fn waits(&self, now: Timestamp) -> Option<(i64, Timestamp)> {
        self.pending.filter(|(_, until)| now < *until)
    }

    /// The version that nobody has confirmed in time, until that is written down.
    pub fn undone(&self, now: Timestamp) -> Option<i64> {
        self.pending.filter(|(_, until)| *until <= now).map(|(version, _)| version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_alone_undoes_what_nobody_confirms() {
        let at = Timestamp::from_millis;
        let state = State { latest: 3, in_force: 2, pending: Some((3, at(100))) };
        assert_eq!((state.counts(at(99)), state.waits(at(99))), (3, Some((3, at(100)))));
        assert_eq!((state.counts(at(100)), state.waits(at(100))), (2, None));
        assert_eq!((state.undone(at(99)), state.undone(at(100))), (None, Some(3)));
        let quiet = State { pending: None, ..state };
        assert_eq!((quiet.counts(at(0)), quiet.undone(at(1000))), (2, None));
        assert_eq!(State::default().counts(at(5)), 0);
    }
}
