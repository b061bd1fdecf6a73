//! What shuts an account, whatever somebody knows or holds. Every door asks here,
//! so that none forgets a way of being shut.

use super::Account;
use crate::features::security_log::Reason;

/// Why an account is shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shut {
    /// An administrator or the operator has suspended it.
    Suspended,
    /// Its owner, or whoever reads their mail, has locked it.
    Locked,
}

impl Shut {
    /// As the log says it.
    pub const fn reason(self) -> Reason {
        match self {
            Self::Suspended => Reason::Suspended,
            Self::Locked => Reason::Locked,
        }
    }
}

impl Account {
    /// Whether nothing may be done in it or with it: every door but those of the
    /// other two methods.
    pub const fn shut(&self) -> Option<Shut> {
        match (self.suspended_at, self.locked_at) {
            (Some(_), _) => Some(Shut::Suspended),
            (None, Some(_)) => Some(Shut::Locked),
            (None, None) => None,
        }
    }

    /// The same, where only that counts.
    pub const fn is_shut(&self) -> bool {
        self.shut().is_some()
    }

    /// At the doors of a sign-in, which a reset opens again: what else the sign-in
    /// takes then ends the lock, before there is a session.
    pub const fn shut_to_sign_in(&self) -> Option<Shut> {
        match (self.shut(), self.lock_reset_at) {
            (Some(Shut::Locked), Some(_)) => None,
            (shut, _) => shut,
        }
    }

    /// At the doors by which an owner comes back: a reset by mail, and an old
    /// address taken back.
    pub const fn shut_to_return(&self) -> Option<Shut> {
        match self.shut() {
            Some(Shut::Locked) => None,
            shut => shut,
        }
    }
}
