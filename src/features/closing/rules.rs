//! How long an owner has.

use std::time::Duration;

/// From closing to erasing.
pub const TIME_TO_CHANGE_ONES_MIND: Duration = Duration::from_hours(14 * 24);
