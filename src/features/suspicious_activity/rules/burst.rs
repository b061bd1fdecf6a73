//! A burst of failed sign-ins.

use super::{Group, in_order, is_typo};
use crate::features::security_log::{Entry, Kind, Outcome, Reason};
use std::time::Duration;

/// So many are a burst: more than somebody fails who has the password on a slip.
pub const BURST: usize = 5;

/// Within so long.
pub const WITHIN: Duration = Duration::from_hours(1);

/// The failed sign-ins, where there was a burst of them, or so many that not all of
/// them are read. What went wrong at the second factor is another finding.
pub fn burst(refused: &[Entry], arrivals: &[Entry], is_cut: bool) -> Option<Group> {
    let mut failed = in_order(refused);
    failed.retain(|event| {
        event.kind == Kind::SignIn && fails(event.outcome) && !is_typo(event, arrivals)
    });
    let is_burst = failed.windows(BURST).any(|some| match some {
        [first, .., last] => last.occurred_at.since(first.occurred_at) <= WITHIN,
        _ => false,
    });
    if is_burst || is_cut { Group::of(failed, is_cut) } else { None }
}

const fn fails(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Succeeded
        | Outcome::Refused(Reason::WrongCode | Reason::UsedCode | Reason::NoSecondFactor) => false,
        Outcome::Refused(_) => true,
    }
}
