//! How long an application session lives.

use super::{Held, Parent};
use crate::secret::Token;
use crate::time::Timestamp;
use std::time::Duration;

/// A use may be so old on record (design §4.15).
const USE_LAG: Duration = Duration::from_mins(1);

/// Why one ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Its parent did.
    WithSession,
    /// Its application, or somebody there, said so.
    SignedOut,
    /// Its owner has removed the application's access.
    AccessRemoved,
    /// Its application is removed.
    ApplicationRemoved,
    /// The code that made it was presented twice.
    CodeReplayed,
}

impl Ended {
    /// As stored.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::WithSession => "with-session",
            Self::SignedOut => "signed-out",
            Self::AccessRemoved => "access-removed",
            Self::ApplicationRemoved => "application-removed",
            Self::CodeReplayed => "code-replayed",
        }
    }
}

impl Parent {
    /// Whether it is neither ended, nor too old, nor unused for too long.
    pub fn is_live(&self, now: Timestamp, idle: Duration) -> bool {
        self.ended_at.is_none() && now < self.expires_at && now < self.last_active_at.plus(idle)
    }
}

impl Held {
    /// Whether this text is its secret.
    pub fn is_held_by(&self, secret: &Token) -> bool {
        secret.hash().matches(&self.secret_hash)
    }

    /// Whether it opens anything: it lives, its parent lives, its application is there,
    /// and everything is open to its account.
    pub fn is_good(&self, now: Timestamp, idle: Duration) -> bool {
        let account = &self.account;
        self.ended_at.is_none()
            && now < self.expires_at
            && !self.application_removed
            && self.parent.is_live(now, idle)
            && !account.is_shut()
            && !account.is_gone(now)
            && account.closes_at.is_none()
            && account.password_change_required_at.is_none()
    }
}

/// How old a use on record may be.
pub fn use_lag(idle: Duration) -> Duration {
    USE_LAG.min(idle / 10)
}

impl Held {
    /// Whether the use on record is old enough to be written anew.
    pub fn is_use_due(&self, now: Timestamp, idle: Duration) -> bool {
        let is_due = |at: Timestamp| now.since(at) >= use_lag(idle);
        self.last_used_at.is_none_or(is_due) || is_due(self.parent.last_active_at)
    }
}
