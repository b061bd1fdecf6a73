//! What an address is noted for, when that is worked out, and how long it is of
//! use.

use crate::features::account::Account;
use crate::features::failure_counters::rules::Alarm;
use crate::features::security_log::{Kind, Reason};
use std::time::Duration;

/// What anybody may want by typing an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A new password for the account that has it.
    PasswordReset,
    /// An account for whoever reads mail there.
    SignUp,
}

impl Wanted {
    /// What the log calls it.
    pub const fn kind(self) -> Kind {
        match self {
            Self::PasswordReset => Kind::PasswordResetAsked,
            Self::SignUp => Kind::SignUpAsked,
        }
    }

    /// Why nothing comes of it, for the log alone.
    pub const fn refusal(self, account: Option<&Account>) -> Option<Reason> {
        match (self, account) {
            (Self::PasswordReset, None) => Some(Reason::UnknownAccount),
            (Self::PasswordReset, Some(account)) => match account.shut_to_return() {
                Some(shut) => Some(shut.reason()),
                None => None,
            },
            (Self::SignUp, Some(_)) => Some(Reason::EmailTaken),
            (Self::SignUp, None) => None,
        }
    }
}

/// What an address was noted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Somebody wants mail there.
    Wanted(Wanted),
    /// Whoever has it is warned: too many wrong passwords were typed with it.
    Alarm(Alarm),
}

impl Purpose {
    /// All there are.
    pub const ALL: [Self; 4] = [
        Self::Wanted(Wanted::PasswordReset),
        Self::Wanted(Wanted::SignUp),
        Self::Alarm(Alarm::Tried),
        Self::Alarm(Alarm::Closed),
    ];

    /// As stored.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Wanted(Wanted::PasswordReset) => "password-reset",
            Self::Wanted(Wanted::SignUp) => "sign-up",
            Self::Alarm(Alarm::Tried) => "passwords-tried",
            Self::Alarm(Alarm::Closed) => "sign-in-closed",
        }
    }

    /// Who waits longer for a link has asked again; an alarm is still news when
    /// the server was away for a night.
    pub const fn of_use_for(self) -> Duration {
        match self {
            Self::Wanted(_) => Duration::from_hours(1),
            Self::Alarm(_) => Duration::from_hours(24),
        }
    }

    /// An attempt is counted before it is judged, and the right password takes its
    /// count back: until then nobody is alarmed.
    pub const fn answered_after(self) -> Duration {
        match self {
            Self::Wanted(_) => Duration::ZERO,
            Self::Alarm(_) => Duration::from_mins(1),
        }
    }
}
