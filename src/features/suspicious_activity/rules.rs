//! What deserves a look, and when an answer settles it. Pure decisions over events
//! that are handed in: their order does not matter, nor that one is there twice.

mod burst;
mod change;
mod codes;
mod journey;
mod standing;

pub use burst::burst;
pub use change::{SOON, soon_after_a_new_device};
pub use codes::refused_codes;
pub use journey::{Arrived, Journey, Spot, journeys};
pub use standing::{Answered, KEPT_FOR, Span, Standing, standing};

use crate::features::security_log::Entry;
use crate::time::Timestamp;
use std::time::Duration;

/// Findings are shown for so long after what they are about.
pub const SHOWN_FOR: Duration = Duration::from_hours(28 * 24);

/// Whoever then signs in with the same browser from the same address within so long
/// has mistyped before.
pub const TYPO_WITHIN: Duration = Duration::from_mins(10);

/// Several events that are one finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// How many.
    pub count: usize,
    /// Whether there were more than are read.
    pub is_cut: bool,
    /// When the first of them was.
    pub first_at: Timestamp,
    /// The newest.
    pub newest: Entry,
}

impl Group {
    fn of(events: Vec<Entry>, is_cut: bool) -> Option<Self> {
        let first_at = events.first()?.occurred_at;
        let count = events.len();
        Some(Self { count, is_cut, first_at, newest: events.into_iter().next_back()? })
    }
}

/// Each once, the oldest first.
fn in_order(events: &[Entry]) -> Vec<Entry> {
    let mut events = events.to_vec();
    events.sort_by_key(|event| (event.occurred_at, event.id));
    events.dedup_by_key(|event| event.id);
    events
}

/// Whether the same browser then completed a sign-in from the same address. Where
/// neither is known nothing is the same.
fn is_typo(refused: &Entry, arrivals: &[Entry]) -> bool {
    let until = refused.occurred_at.plus(TYPO_WITHIN);
    refused.address.is_some()
        && arrivals.iter().any(|arrival| {
            (refused.occurred_at..=until).contains(&arrival.occurred_at)
                && arrival.address == refused.address
                && arrival.user_agent == refused.user_agent
        })
}

#[cfg(test)]
mod tests;
