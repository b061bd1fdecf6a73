//! What a token may do, from where, and for how long.

mod expiry;
mod network;
mod permission;
mod sources;

pub use expiry::{NotAnExpiry, in_days, judge, lifetimes, next_due};
pub use network::network_of;
pub use permission::{Group, Permission, Permissions};
pub use sources::{NotSources, Sources};

use crate::time::Timestamp;
use std::time::Duration;

/// A token's last use may be so old on record (design §4.15).
pub const USE_LAG: Duration = Duration::from_mins(1);

/// Tokens of no use any more are listed for so long.
pub const KEPT_AFTER_END: Duration = Duration::from_hours(30 * 24);

/// Tokens that an account may have in use.
pub const MOST: i64 = 200;

/// Networks that are remembered of a token; one that was forgotten is new again.
pub const MOST_NETWORKS: i64 = 200;

/// How a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It opens what it may.
    Live,
    /// Its time is over.
    Expired,
    /// Somebody has revoked it.
    Revoked,
}

impl State {
    /// At a moment: from the millisecond of its expiry on it is expired.
    pub fn at(
        now: Timestamp,
        expires_at: Option<Timestamp>,
        revoked_at: Option<Timestamp>,
    ) -> Self {
        match (revoked_at, expires_at) {
            (Some(_), _) => Self::Revoked,
            (None, Some(at)) if at <= now => Self::Expired,
            (None, _) => Self::Live,
        }
    }
}

/// Why a token was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevokeReason {
    /// Its owner, or a token of theirs, said so.
    Owner,
    /// With all others of the account.
    All,
    /// At a reset of the password.
    PasswordReset,
    /// An administrator or the operator did.
    Administrator,
    /// It was found where it should not be.
    Leaked,
}

impl RevokeReason {
    /// As stored, and as the log says it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::All => "all",
            Self::PasswordReset => "password-reset",
            Self::Administrator => "administrator",
            Self::Leaked => "leaked",
        }
    }
}
