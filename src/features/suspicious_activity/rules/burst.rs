//! A burst of failed sign-ins.

use super::{Group, in_order, is_typo};
use crate::features::security_log::{Entry, Kind, Outcome, Reason};
use std::time::Duration;

/// So many are a burst: more than somebody fails who has the password on a slip.
pub const BURST: usize = 5;

/// Within so long.
pub const WITHIN: Duration = Duration::from_hours(1);

/// The failed sign-ins of bursts, or all of them where there are so many that not all
/// are read. What went wrong at the second factor is another finding.
pub fn burst(refused: &[Entry], arrivals: &[Entry], is_cut: bool) -> Option<Group> {
    let mut failed = in_order(refused);
    failed.retain(|event| {
        event.kind == Kind::SignIn && fails(event.outcome) && !is_typo(event, arrivals)
    });
    // Of more than are read, all count.
    let own = if is_cut { failed } else { within_bursts(failed) };
    Group::of(own, is_cut)
}

/// Those that have enough others around them.
fn within_bursts(failed: Vec<Entry>) -> Vec<Entry> {
    let mut own = vec![false; failed.len()];
    for (some, start) in failed.windows(BURST).zip(0..) {
        if let [first, .., last] = some
            && last.occurred_at.since(first.occurred_at) <= WITHIN
        {
            own.iter_mut().skip(start).take(BURST).for_each(|own| *own = true);
        }
    }
    failed.into_iter().zip(own).filter_map(|(event, own)| own.then_some(event)).collect()
}

const fn fails(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Succeeded
        | Outcome::Refused(Reason::WrongCode | Reason::UsedCode | Reason::NoSecondFactor) => false,
        Outcome::Refused(_) => true,
    }
}
