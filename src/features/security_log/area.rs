//! What an event is about, as a reader asks for it.

use super::Kind;
use crate::text::{Say, Text};

/// A group of kinds: every kind stands in exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// Getting in, or trying to.
    SignIns,
    /// Choosing, changing and recovering a password.
    Passwords,
    /// Second factors, backup codes, trusted browsers.
    TwoFactor,
    /// What is done while signed in, and its end.
    Sessions,
    /// Personal access tokens.
    AccessTokens,
    /// Organisations: their members, and what they ask of them.
    Organisations,
    /// The account's e-mail address.
    Email,
    /// The account itself: made, changed, closed.
    Account,
    /// What was done by, or to, those who run the installation.
    Administration,
}

impl Area {
    /// All there are, in the order in which they are offered.
    pub const ALL: &[Self] = &[
        Self::SignIns,
        Self::Passwords,
        Self::TwoFactor,
        Self::Sessions,
        Self::AccessTokens,
        Self::Organisations,
        Self::Email,
        Self::Account,
        Self::Administration,
    ];

    /// As stored, asked for, and in the names of messages.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::SignIns => "sign-ins",
            Self::Passwords => "passwords",
            Self::TwoFactor => "two-factor",
            Self::Sessions => "sessions",
            Self::AccessTokens => "access-tokens",
            Self::Organisations => "organisations",
            Self::Email => "email",
            Self::Account => "account",
            Self::Administration => "administration",
        }
    }

    /// What it is about, for the reference of events.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::SignIns => "Getting in, or trying to.",
            Self::Passwords => "Choosing, changing and recovering a password.",
            Self::TwoFactor => "Second factors, backup codes, trusted browsers.",
            Self::Sessions => "What is done while signed in, and its end.",
            Self::AccessTokens => "Personal access tokens, by which programs come in.",
            Self::Organisations => "Organisations: their members, and what they ask of them.",
            Self::Email => "The account’s e-mail address.",
            Self::Account => "The account itself: made, changed, closed, exported.",
            Self::Administration => "What was done by, or to, those who run the installation.",
        }
    }

    /// What it is called.
    pub fn say(self, text: &Text) -> Say<'_> {
        match self {
            Self::SignIns => text.say("area-sign-ins"),
            Self::Passwords => text.say("area-passwords"),
            Self::TwoFactor => text.say("area-two-factor"),
            Self::Sessions => text.say("area-sessions"),
            Self::AccessTokens => text.say("area-access-tokens"),
            Self::Organisations => text.say("area-organisations"),
            Self::Email => text.say("area-email"),
            Self::Account => text.say("area-account"),
            Self::Administration => text.say("area-administration"),
        }
    }

    /// The one that a tag names.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|area| area.tag() == tag)
    }
}

impl Kind {
    /// What those do to an organisation who run the installation.
    pub const fn is_of_installation(self) -> bool {
        matches!(
            self,
            Self::OrganisationCreated | Self::OrganisationChanged | Self::OrganisationRemoved
        )
    }

    /// What it is about.
    pub const fn area(self) -> Area {
        match self {
            Self::SignIn | Self::SignInBegun | Self::SignInCancelled | Self::CodeSent => {
                Area::SignIns
            }
            Self::PasswordChanged
            | Self::PasswordResetAsked
            | Self::PasswordReset
            | Self::PasswordChangeRequired
            | Self::ResetLinkSent => Area::Passwords,
            Self::SecondFactorBegun
            | Self::SecondFactorAbandoned
            | Self::SecondFactorVerified
            | Self::TwoFactorEnabled
            | Self::SecondFactorAdded
            | Self::SecondFactorReplaced
            | Self::SecondFactorRemoved
            | Self::SecondFactorPreferred
            | Self::TwoFactorDisabled
            | Self::SecondFactorsRemoved
            | Self::BackupCodesPrepared
            | Self::BackupCodesConfirmed
            | Self::BrowserTrusted
            | Self::TrustEnded => Area::TwoFactor,
            Self::SignOut
            | Self::SessionEnded
            | Self::OtherSessionsEnded
            | Self::SessionsEnded
            | Self::EverySessionEnded
            | Self::StepUp
            | Self::DevicesForgotten
            | Self::FindingAnswered
            | Self::ApplicationSignedIn
            | Self::ApplicationAccessGranted
            | Self::ApplicationSignedOut
            | Self::AuthorizationCodeReplayed
            | Self::ApplicationAccessRemoved
            | Self::RequestRefused => Area::Sessions,
            Self::AccessTokenMade
            | Self::AccessTokenUsedElsewhere
            | Self::AccessTokenRevoked
            | Self::AccessTokensRevoked
            | Self::AccessTokenRenamed
            | Self::AccessTokenNarrowed
            | Self::AccessTokenExpired => Area::AccessTokens,
            Self::OrganisationCreated
            | Self::OrganisationChanged
            | Self::OrganisationRemoved
            | Self::MemberInvited
            | Self::MemberInvitationWithdrawn
            | Self::MemberJoined
            | Self::MemberRoleChanged
            | Self::MemberRemoved
            | Self::MemberLeft
            | Self::OrganisationAccess
            | Self::AllowlistChanged
            | Self::AllowlistConfirmed
            | Self::AllowlistRolledBack
            | Self::AllowlistDisabled
            | Self::TwoFactorRequirementChanged => Area::Organisations,
            Self::EmailChangeAsked
            | Self::EmailChangeCancelled
            | Self::EmailChanged
            | Self::EmailChangeUndone => Area::Email,
            Self::InvitationAccepted
            | Self::SignUpAsked
            | Self::SignedUp
            | Self::ProfileChanged
            | Self::LoginNotificationsChanged
            | Self::AccountCreated
            | Self::AccountInvited
            | Self::InvitationSent
            | Self::AccountSuspended
            | Self::AccountRestored
            | Self::AccountLocked
            | Self::AccountUnlocked
            | Self::AccountClosing
            | Self::AccountKept
            | Self::AccountErased
            | Self::LogExported => Area::Account,
            Self::AdministratorMade
            | Self::AdministratorUnmade
            | Self::AuditorMade
            | Self::AuditorUnmade
            | Self::AdministratorSetUp
            | Self::SetUp
            | Self::MessageRetried
            | Self::LogRead
            | Self::BackupMade
            | Self::GateRulesChanged
            | Self::SigningKeyMade
            | Self::SigningKeyRemoved
            | Self::ApplicationMade
            | Self::ApplicationChanged
            | Self::ApplicationRemoved
            | Self::ApplicationSecretMade
            | Self::ApplicationSecretRevoked
            | Self::TextsStopped => Area::Administration,
        }
    }
}
