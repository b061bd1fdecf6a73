//! How long a session lives.

use super::Session;
use crate::features::account::FactorKinds;
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
    /// The account was locked.
    Locked,
    /// A change of the address was undone.
    EmailChangeUndone,
    /// The account is to be erased.
    Closing,
    /// An administrator or the operator ended it.
    Administrator,
    /// A second factor was added, replaced or removed.
    SecondFactorChanged,
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
            Self::Locked => "locked",
            Self::EmailChangeUndone => "email-change-undone",
            Self::Closing => "closing",
            Self::Administrator => "administrator",
            Self::SecondFactorChanged => "second-factor-changed",
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

/// What has just been proved.
#[expect(clippy::struct_excessive_bools, reason = "each stands for itself")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Proved {
    /// The password.
    pub password: bool,
    /// A code of the authenticator app.
    pub totp: bool,
    /// A code by SMS.
    pub sms: bool,
    /// A backup code.
    pub backup_code: bool,
}

/// When each was proved; none for what was not.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProvedAt {
    pub password: Option<Timestamp>,
    pub totp: Option<Timestamp>,
    pub sms: Option<Timestamp>,
    pub backup_code: Option<Timestamp>,
}

impl Proved {
    /// The password, and nothing else.
    pub const PASSWORD: Self = Self { password: true, totp: false, sms: false, backup_code: false };

    /// Both what is proved here and there.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            password: self.password || other.password,
            totp: self.totp || other.totp,
            sms: self.sms || other.sms,
            backup_code: self.backup_code || other.backup_code,
        }
    }

    /// Whether a second factor is among it.
    pub const fn has_second_factor(self) -> bool {
        self.totp || self.sms || self.backup_code
    }

    pub(super) fn at(self, now: Timestamp) -> ProvedAt {
        let at = |proved: bool| proved.then_some(now);
        ProvedAt {
            password: at(self.password),
            totp: at(self.totp),
            sms: at(self.sms),
            backup_code: at(self.backup_code),
        }
    }
}

/// How a session began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// By the password alone.
    Password,
    /// With a code of the authenticator app.
    Authenticator,
    /// With a code by SMS.
    Sms,
    /// With a backup code.
    BackupCode,
    /// By the password, in a browser that need not prove a second factor.
    TrustedBrowser,
    /// By a mailed link that set the password.
    Link,
}

impl Entry {
    /// All there are.
    pub const ALL: &[Self] = &[
        Self::Password,
        Self::Authenticator,
        Self::Sms,
        Self::BackupCode,
        Self::TrustedBrowser,
        Self::Link,
    ];

    /// As stored, and in the names of messages.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Authenticator => "authenticator",
            Self::Sms => "sms",
            Self::BackupCode => "backup-code",
            Self::TrustedBrowser => "trusted-browser",
            Self::Link => "link",
        }
    }

    /// The one that a stored tag names.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|entry| entry.tag() == tag)
    }
}

/// What a step-up is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every sensitive act.
    Everything,
    /// Replacing and removing second factors, and new backup codes: so much a
    /// backup code opens, so that a lost phone is not forever.
    SecondFactors,
}

/// Whether what the account holds was proved within the last minutes (design
/// §4.8): without a second factor the password, with an authenticator app its
/// code, with nothing but a phone the password and a code by SMS.
pub fn is_stepped_up(session: &Session, held: FactorKinds, scope: Scope, now: Timestamp) -> bool {
    let fresh =
        |at: Option<Timestamp>| at.is_some_and(|at| at <= now && now < at.plus(STEP_UP_LIFETIME));
    let by_backup_code = scope == Scope::SecondFactors && fresh(session.backup_code_at);
    if held.authenticator {
        fresh(session.totp_at) || by_backup_code
    } else if held.phone {
        fresh(session.password_at) && (fresh(session.sms_at) || by_backup_code)
    } else {
        fresh(session.password_at)
    }
}

/// Whether a session may begin: where two-factor authentication is on, not by
/// the password alone, unless the browser is trusted.
pub const fn may_begin(held: FactorKinds, proved: Proved, trusted: bool) -> bool {
    proved.password && (!held.any() || proved.has_second_factor() || trusted)
}
