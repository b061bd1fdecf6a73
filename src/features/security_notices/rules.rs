//! How long an address hears of an account that has given it up.

use std::time::Duration;

/// As long as a change of address can be undone.
pub const TOLD_FOR: Duration = Duration::from_hours(7 * 24);
