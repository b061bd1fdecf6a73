//! Which mail an alarm is, and how often one is sent.

use crate::delivery::Purpose;
use crate::features::failure_counters::rules::Alarm;
use std::time::Duration;

/// A success begins a counter anew, so strangers could alarm an owner with each
/// of their sign-ins: for so long they are not told the same once more.
pub const QUIET_FOR: Duration = Duration::from_hours(24);

/// The mail that an alarm is told by.
pub const fn mail(alarm: Alarm) -> Purpose {
    match alarm {
        Alarm::Tried => Purpose::PasswordsTried,
        Alarm::Closed => Purpose::SignInClosed,
    }
}
