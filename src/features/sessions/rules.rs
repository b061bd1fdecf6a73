//! How long a session lives.

use super::Session;
use crate::time::Timestamp;
use std::time::Duration;

/// A session's last activity may be so old on record (design §4.15).
const ACTIVITY_LAG: Duration = Duration::from_mins(1);

/// Rows of ended sessions are kept for so long.
pub const KEPT_AFTER_END: Duration = Duration::from_hours(30 * 24);

/// A step-up holds for so long.
pub const STEP_UP_LIFETIME: Duration = Duration::from_mins(5);

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// Its owner signed out of it.
    SignedOut,
    /// Its owner ended it from another session.
    SignedOutElsewhere,
    /// Somebody signed in anew in the same browser.
    Replaced,
    /// The account had too many.
    TooMany,
    /// The password was changed.
    PasswordChanged,
    /// The password was reset by a mailed link.
    PasswordReset,
    /// The account was suspended.
    Suspended,
    /// A change of the address was undone.
    EmailChangeUndone,
    /// The account is to be erased.
    Closing,
    /// An administrator or the operator ended it.
    Administrator,
}

impl EndReason {
    /// As stored.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::SignedOut => "signed-out",
            Self::SignedOutElsewhere => "signed-out-elsewhere",
            Self::Replaced => "replaced",
            Self::TooMany => "too-many",
            Self::PasswordChanged => "password-changed",
            Self::PasswordReset => "password-reset",
            Self::Suspended => "suspended",
            Self::EmailChangeUndone => "email-change-undone",
            Self::Closing => "closing",
            Self::Administrator => "administrator",
        }
    }
}

/// Whether a session is neither ended, nor too old, nor unused for too long.
pub fn is_live(session: &Session, now: Timestamp, idle: Duration) -> bool {
    session.ended_at.is_none()
        && now < session.expires_at
        && now < session.last_active_at.plus(idle)
}

/// Whether the activity on record is old enough to be written anew. The lag is
/// small beside the idle limit, so that a busy session never ends by it.
pub fn activity_is_due(last_active_at: Timestamp, now: Timestamp, idle: Duration) -> bool {
    now.since(last_active_at) >= ACTIVITY_LAG.min(idle / 10)
}

/// Whether the password was proved within the last minutes.
pub fn is_stepped_up(session: &Session, now: Timestamp) -> bool {
    session.password_at.is_some_and(|at| at <= now && now < at.plus(STEP_UP_LIFETIME))
}
