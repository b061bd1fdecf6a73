//! What is worth a second look, and what counts as done.

use crate::features::security_log::{Entry, Kind, Outcome};
use crate::time::Timestamp;
use std::time::Duration;

/// What came within so long is marked: it may be the intruder's.
pub const RECENT: Duration = Duration::from_hours(28 * 24);

/// The first moment that is recent.
pub fn recent_since(now: Timestamp) -> Timestamp {
    now.minus(RECENT)
}

/// Since when the owner is at it: since they said that it was not they, or else for a
/// day.
pub fn began_at(not_me_since: Option<Timestamp>, now: Timestamp) -> Timestamp {
    not_me_since.unwrap_or_else(|| now.minus(Duration::from_hours(24)))
}

/// Whether the password was changed among what was done.
pub fn has_new_password(done: &[Entry]) -> bool {
    done.iter().any(|entry| entry.kind == Kind::PasswordChanged)
}

/// Whether an event is something that makes an account safe again.
pub fn is_a_deed(entry: &Entry) -> bool {
    const DEEDS: &[Kind] = &[
        Kind::OtherSessionsEnded,
        Kind::SessionEnded,
        Kind::PasswordChanged,
        Kind::TwoFactorEnabled,
        Kind::SecondFactorAdded,
        Kind::SecondFactorReplaced,
        Kind::SecondFactorRemoved,
        Kind::TwoFactorDisabled,
        Kind::BackupCodesConfirmed,
        Kind::DevicesForgotten,
        Kind::TrustEnded,
        Kind::EmailChangeAsked,
        Kind::EmailChanged,
        Kind::AccessTokenRevoked,
        Kind::AccessTokensRevoked,
    ];
    entry.outcome == Outcome::Succeeded && DEEDS.contains(&entry.kind)
}
