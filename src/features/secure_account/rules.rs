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

/// Whether the password is the owner's own again: they have changed it since they
/// said that it was not they.
pub fn is_password_new(changed_at: Timestamp, since: Option<Timestamp>) -> bool {
    since.is_some_and(|since| changed_at >= since)
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
    ];
    entry.outcome == Outcome::Succeeded && DEEDS.contains(&entry.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_new_once_it_was_changed_since() {
        let at = Timestamp::from_millis;
        assert!(!is_password_new(at(5), None));
        assert!(!is_password_new(at(5), Some(at(6))));
        assert!(is_password_new(at(6), Some(at(6))));
    }
}
