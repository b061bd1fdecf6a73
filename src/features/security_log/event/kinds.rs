//! The closed set: what can happen, why it is refused, and what it is done to.

macro_rules! tags {
    ($(#[$doc:meta])* $name:ident { $($(#[doc = $meaning:literal])+ $variant:ident = $tag:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[doc = $meaning])+ $variant,)+ }

        impl $name {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As stored, and in the names of messages.
            pub const fn tag(self) -> &'static str {
                match self { $(Self::$variant => $tag,)+ }
            }

            /// The one that a stored tag names.
            pub fn from_tag(tag: &str) -> Option<Self> {
                match tag { $($tag => Some(Self::$variant),)+ _ => None }
            }

            /// What it means, for the reference of events: its own comment.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($meaning),+),)+ }.trim_ascii()
            }
        }
    };
}

tags! {
    /// What was done or tried.
    Kind {
        /// Signing in, by all that it takes.
        SignIn = "sign-in",
        /// The password was right, and a second factor is asked for.
        SignInBegun = "sign-in-begun",
        /// Giving up a sign-in that waits for a second factor.
        SignInCancelled = "sign-in-cancelled",
        /// A code was sent by text message.
        CodeSent = "code-sent",
        /// Beginning to set up a second factor.
        SecondFactorBegun = "second-factor-begun",
        /// Giving that up.
        SecondFactorAbandoned = "second-factor-abandoned",
        /// The first code of a second factor that is being set up.
        SecondFactorVerified = "second-factor-verified",
        /// Two-factor authentication is on.
        TwoFactorEnabled = "two-factor-enabled",
        /// A further second factor was added.
        SecondFactorAdded = "second-factor-added",
        /// A second factor took another's place.
        SecondFactorReplaced = "second-factor-replaced",
        /// One of several second factors was removed.
        SecondFactorRemoved = "second-factor-removed",
        /// Another second factor is asked for first.
        SecondFactorPreferred = "second-factor-preferred",
        /// Two-factor authentication is off.
        TwoFactorDisabled = "two-factor-disabled",
        /// All second factors of an account were removed by somebody else.
        SecondFactorsRemoved = "second-factors-removed",
        /// New backup codes were shown, and don't count yet.
        BackupCodesPrepared = "backup-codes-prepared",
        /// New backup codes count, and the old ones don't.
        BackupCodesConfirmed = "backup-codes-confirmed",
        /// A browser need not prove a second factor for a while.
        BrowserTrusted = "browser-trusted",
        /// Every browser has to, again.
        TrustEnded = "trust-ended",
        /// Signing out of the session at hand.
        SignOut = "sign-out",
        /// Ending one other session.
        SessionEnded = "session-ended",
        /// Ending all sessions but one.
        OtherSessionsEnded = "other-sessions-ended",
        /// Changing the password.
        PasswordChanged = "password-changed",
        /// Asking for a link that sets a new password.
        PasswordResetAsked = "password-reset-asked",
        /// Setting a new password by a mailed link.
        PasswordReset = "password-reset",
        /// Setting the first password by a mailed link.
        InvitationAccepted = "invitation-accepted",
        /// Asking for a link that makes an account.
        SignUpAsked = "sign-up-asked",
        /// Making one's own account by a mailed link.
        SignedUp = "signed-up",
        /// Proving again who one is.
        StepUp = "step-up",
        /// Changing name, language or time zone.
        ProfileChanged = "profile-changed",
        /// Forgetting all known devices but one.
        DevicesForgotten = "devices-forgotten",
        /// An account was made.
        AccountCreated = "account-created",
        /// An account was suspended.
        AccountSuspended = "account-suspended",
        /// A suspended account was restored.
        AccountRestored = "account-restored",
        /// An account was locked, by its owner or whoever reads their mail.
        AccountLocked = "account-locked",
        /// A locked account is open again.
        AccountUnlocked = "account-unlocked",
        /// An account has to choose a new password.
        PasswordChangeRequired = "password-change-required",
        /// All sessions of an account were ended by somebody else.
        SessionsEnded = "sessions-ended",
        /// All sessions of the installation were ended.
        EverySessionEnded = "every-session-ended",
        /// A reset link was sent on somebody else's word.
        ResetLinkSent = "reset-link-sent",
        /// An account without a password was made, and its owner invited.
        AccountInvited = "account-invited",
        /// An invitation was sent once more.
        InvitationSent = "invitation-sent",
        /// An account administers the installation.
        AdministratorMade = "administrator-made",
        /// An account no longer does.
        AdministratorUnmade = "administrator-unmade",
        /// An account may read everybody's log.
        AuditorMade = "auditor-made",
        /// An account no longer may.
        AuditorUnmade = "auditor-unmade",
        /// A message that could not be sent is tried again.
        MessageRetried = "message-retried",
        /// The first administrator was made by the one-time link.
        AdministratorSetUp = "administrator-set-up",
        /// Somebody presented a set-up link that is none.
        SetUp = "set-up",
        /// A request that a page of ours did not send.
        RequestRefused = "request-refused",
        /// Somebody read a log that is not their own.
        LogRead = "log-read",
        /// Somebody exported a log, their own or another.
        LogExported = "log-exported",
        /// A backup was written.
        BackupMade = "backup-made",
        /// Asking for another e-mail address.
        EmailChangeAsked = "email-change-asked",
        /// Giving up what was asked.
        EmailChangeCancelled = "email-change-cancelled",
        /// Another address was proved and taken.
        EmailChanged = "email-changed",
        /// The old address came back.
        EmailChangeUndone = "email-change-undone",
        /// The account is to be erased.
        AccountClosing = "account-closing",
        /// It stays.
        AccountKept = "account-kept",
        /// Everything personal about it was erased.
        AccountErased = "account-erased",
        /// The day's text messages are used up, and no more are sent.
        TextsStopped = "texts-stopped",
        /// Switching notices of sign-ins on or off.
        LoginNotificationsChanged = "login-notifications-changed",
        /// Saying of something suspicious whether one did it oneself.
        FindingAnswered = "finding-answered",
        /// A personal access token was made.
        AccessTokenMade = "access-token-made",
        /// A personal access token was used from a network that it was not used from before.
        AccessTokenUsedElsewhere = "access-token-used-elsewhere",
        /// A personal access token opens nothing any more.
        AccessTokenRevoked = "access-token-revoked",
        /// None of an account's personal access tokens does.
        AccessTokensRevoked = "access-tokens-revoked",
        /// A personal access token has another name.
        AccessTokenRenamed = "access-token-renamed",
        /// A personal access token may do less.
        AccessTokenNarrowed = "access-token-narrowed",
        /// The time of a personal access token is over.
        AccessTokenExpired = "access-token-expired",
        /// An application got a session of its own in exchange for a code.
        ApplicationSignedIn = "application-signed-in",
        /// An owner was asked whether an application may see their account.
        ApplicationAccessGranted = "application-access-granted",
        /// An application has given up a session of its own.
        ApplicationSignedOut = "application-signed-out",
        /// A code came a second time: what it had been exchanged for has ended.
        AuthorizationCodeReplayed = "authorization-code-replayed",
        /// Who gets in to an application that the gate stands before was changed.
        GateRulesChanged = "gate-rules-changed",
        /// A key that signs ID tokens was made, and is published.
        SigningKeyMade = "signing-key-made",
        /// A key that signs ID tokens is published no longer.
        SigningKeyRemoved = "signing-key-removed",
        /// An application was made.
        ApplicationMade = "application-made",
        /// What an application is, where it lives or what it declares was changed.
        ApplicationChanged = "application-changed",
        /// An application was removed, with everybody's sessions in it.
        ApplicationRemoved = "application-removed",
        /// Another secret proves an application.
        ApplicationSecretMade = "application-secret-made",
        /// A secret of an application proves nothing any more.
        ApplicationSecretRevoked = "application-secret-revoked",
        /// An owner has taken back what an application may see, and ended their sessions in it.
        ApplicationAccessRemoved = "application-access-removed",
        /// An organisation was made.
        OrganisationCreated = "organisation-created",
        /// An organisation has another name or plan.
        OrganisationChanged = "organisation-changed",
        /// An organisation was removed, with all who belonged to it.
        OrganisationRemoved = "organisation-removed",
        /// Somebody was asked to join an organisation.
        MemberInvited = "member-invited",
        /// An invitation to an organisation was taken back.
        MemberInvitationWithdrawn = "member-invitation-withdrawn",
        /// Somebody became a member of an organisation.
        MemberJoined = "member-joined",
        /// A member of an organisation has another role.
        MemberRoleChanged = "member-role-changed",
        /// A member was removed from an organisation.
        MemberRemoved = "member-removed",
        /// A member left an organisation.
        MemberLeft = "member-left",
        /// A member was refused what is an organisation's. Written down once in ten minutes for
        /// each reason.
        OrganisationAccess = "organisation-access",
        /// The IP allowlist of an organisation was saved.
        AllowlistChanged = "allowlist-changed",
        /// An owner or admin came in under the new IP allowlist: it stays.
        AllowlistConfirmed = "allowlist-confirmed",
        /// Nobody did so in time, and the IP allowlist from before counts again.
        AllowlistRolledBack = "allowlist-rolled-back",
        /// The operator switched the IP allowlist of an organisation off.
        AllowlistDisabled = "allowlist-disabled",
        /// Members of an organisation need a second factor, or don't any more.
        TwoFactorRequirementChanged = "two-factor-requirement-changed",
    }
}

tags! {
    /// Why it was refused.
    Reason {
        /// The password is not right.
        WrongPassword = "wrong-password",
        /// The code is not right.
        WrongCode = "wrong-code",
        /// The code was right, and used before.
        UsedCode = "used-code",
        /// There is no such second factor.
        NoSecondFactor = "no-second-factor",
        /// It is the last one: that would switch two-factor authentication off.
        LastSecondFactor = "last-second-factor",
        /// The address was not verified.
        EmailUnverified = "email-unverified",
        /// There is no such account.
        UnknownAccount = "unknown-account",
        /// The account is suspended.
        Suspended = "suspended",
        /// The account is locked.
        Locked = "locked",
        /// Too many attempts before.
        Throttled = "throttled",
        /// The new password breaks a rule.
        Policy = "policy",
        /// The link is unknown, used or too old.
        Link = "link",
        /// Another account has the address.
        EmailTaken = "email-taken",
        /// There is no such session, or none of theirs.
        UnknownSession = "unknown-session",
        /// Somebody must be left to administer the installation.
        LastAdministrator = "last-administrator",
        /// Nobody may do that to themselves.
        OwnAccount = "own-account",
        /// It was so already.
        Already = "already",
        /// It has no password yet.
        NoPassword = "no-password",
        /// It has a password already.
        HasPassword = "has-password",
        /// There is no such message, or it is of no use any more.
        UnknownMessage = "unknown-message",
        /// It did not come from a page of ours.
        CrossSite = "cross-site",
        /// The form was made for another session, or before the secret changed.
        OldForm = "old-form",
        /// There is nothing suspicious of that name, or none of theirs.
        UnknownFinding = "unknown-finding",
        /// There is no such access token, or none of theirs.
        UnknownToken = "unknown-token",
        /// The account has as many access tokens as it may have.
        TooManyTokens = "too-many-tokens",
        /// It would allow an access token more than it may, or nothing at all.
        NotNarrower = "not-narrower",
        /// The owner has said no.
        Declined = "declined",
        /// The code is too old, or was given to another application or address, or to
        /// whoever knows something else.
        AuthorizationCode = "authorization-code",
        /// There is no such application, or none that the account has signed in to.
        UnknownApplication = "unknown-application",
        /// There is no such permission, or no application declares it any more.
        UnknownPermission = "unknown-permission",
        /// Another application declares the permission.
        PermissionTaken = "permission-taken",
        /// Another application lives at the origin.
        OriginTaken = "origin-taken",
        /// Somebody else has changed it meanwhile.
        ChangedMeanwhile = "changed-meanwhile",
        /// A public application has no secrets.
        PublicApplication = "public-application",
        /// The application has as many secrets as it may have.
        TooManySecrets = "too-many-secrets",
        /// There is no such secret, or none that proves anything.
        UnknownSecret = "unknown-secret",
        /// There is no such organisation, or none of theirs.
        UnknownOrganisation = "unknown-organisation",
        /// Another organisation has that short name.
        SlugTaken = "slug-taken",
        /// There is no such member.
        UnknownMember = "unknown-member",
        /// There is no such invitation, or it is of no use any more.
        UnknownInvitation = "unknown-invitation",
        /// Their role does not let them.
        Role = "role",
        /// An organisation must be left an owner.
        LastOwner = "last-owner",
        /// The invitation is for another address.
        OtherAddress = "other-address",
        /// The organisation’s plan does not have it.
        Plan = "plan",
        /// The page was older than what somebody else has saved since.
        StalePage = "stale-page",
        /// It would keep out whoever does it.
        LocksOut = "locks-out",
        /// The IP allowlist does not have the address, or none is known.
        AddressNotAllowed = "address-not-allowed",
        /// The organisation wants a second factor to be proved.
        SecondFactorRequired = "second-factor-required",
        /// There are as many as there may be.
        TooMany = "too-many",
    }
}

tags! {
    /// What an event was done to, where that is not the account.
    Object {
        /// A session.
        Session = "session",
        /// A message of the outbox.
        Message = "message",
        /// Another event.
        Event = "event",
        /// A personal access token.
        AccessToken = "access-token",
        /// An application.
        Application = "application",
        /// A key that signs ID tokens.
        SigningKey = "signing-key",
        /// An invitation to an organisation.
        Invitation = "invitation",
    }
}

tags! {
    /// How a second factor was proved, or why it need not be.
    Method {
        /// By a code of the authenticator app.
        Authenticator = "authenticator",
        /// By a code that came by SMS.
        Sms = "sms",
        /// By a backup code.
        BackupCode = "backup-code",
        /// Not at all: the browser is trusted.
        TrustedBrowser = "trusted-browser",
    }
}
