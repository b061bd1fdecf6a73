//! What a message says, before it is laid out as text and as HTML.

use super::{Mail, rules};
use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::account::Account;
use crate::http::Source;
use crate::places::Places;
use crate::secret::SecretText;
use crate::seen::Seen;
use crate::text::{Say, Text};
use crate::time::Timestamp;
use askama::Template;

macro_rules! purposes {
    ($($(#[$doc:meta])* $name:ident = $tag:literal,)+) => {
        /// Which message it is: a closed set.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Purpose { $($(#[$doc])* $name,)+ }

        impl Purpose {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// As stored, and in the names of messages.
            pub const fn tag(self) -> &'static str {
                match self { $(Self::$name => $tag,)+ }
            }
        }
    };
}

purposes! {
    /// The link that sets a new password.
    PasswordReset = "password-reset",
    /// The password was changed or reset.
    PasswordChanged = "password-changed",
    /// The link that a new account's owner sets the first password by.
    Invitation = "invitation",
    /// The link that proves a new address.
    EmailChange = "email-change",
    /// To the old address: the account has a new one, and how to undo that.
    EmailChanged = "email-changed",
    /// The old address is back.
    EmailChangeUndone = "email-change-undone",
    /// The link that proves the address of somebody who signs up.
    SignUp = "sign-up",
    /// Somebody tried to sign up with an address that has an account.
    AddressKnown = "address-known",
    /// The account will be erased, and how to keep it.
    AccountClosing = "account-closing",
    /// The account stays.
    AccountKept = "account-kept",
    /// The account is erased.
    AccountErased = "account-erased",
    /// A new password has to be chosen.
    PasswordChangeRequired = "password-change-required",
    /// Somebody who may has ended all of the account's sessions.
    SessionsEnded = "sessions-ended",
    /// The account administers the installation.
    AdministratorMade = "administrator-made",
    /// The account no longer does.
    AdministratorUnmade = "administrator-unmade",
    /// That the account may read every log.
    AuditorMade = "auditor-made",
    /// That it no longer may.
    AuditorUnmade = "auditor-unmade",
    /// A second factor was added, replaced or removed.
    SecondFactorChanged = "second-factor-changed",
    /// Two-factor authentication is off.
    TwoFactorDisabled = "two-factor-disabled",
    /// A new set of backup codes counts.
    BackupCodesMade = "backup-codes-made",
    /// A backup code was used.
    BackupCodeUsed = "backup-code-used",
    /// The password was right, and the codes after it were not.
    WrongCodes = "wrong-codes",
    /// An administrator has removed the second factors.
    SecondFactorsRemoved = "second-factors-removed",
    /// A code, by text message.
    TextCode = "text-code",
    /// To administrators: the day's text messages are used up.
    TextsStopped = "texts-stopped",
    /// Somebody tries passwords for the account.
    PasswordsTried = "passwords-tried",
    /// Too many wrong passwords have closed the account to new browsers.
    SignInClosed = "sign-in-closed",
    /// The account is suspended.
    AccountSuspended = "account-suspended",
    /// The account is open again.
    AccountRestored = "account-restored",
    /// The account is locked, and how to get back in.
    AccountLocked = "account-locked",
    /// It is not any more.
    AccountUnlocked = "account-unlocked",
    /// Somebody signed in with what is new to the account.
    NewSignIn = "new-sign-in",
    /// The same, by text message.
    SignInText = "sign-in-text",
    /// Notices of sign-ins were switched off.
    NotificationsChanged = "notifications-changed",
    /// A personal access token was made.
    AccessTokenMade = "access-token-made",
    /// A personal access token expires soon.
    AccessTokenExpiring = "access-token-expiring",
    /// A personal access token was found where it should not be, and is revoked.
    AccessTokenLeaked = "access-token-leaked",
    /// To an application: a session in it has ended.
    ApplicationLogout = "application-logout",
    /// Somebody is asked to join an organisation.
    MemberInvited = "member-invited",
    /// An administrator has made the account a member of an organisation.
    MemberAdded = "member-added",
    /// It has another role there.
    MemberRoleChanged = "member-role-changed",
    /// It belongs to it no more.
    MemberRemoved = "member-removed",
    /// The IP allowlist of an organisation was saved.
    AllowlistChanged = "allowlist-changed",
    /// Nobody has confirmed it, and the one before counts again.
    AllowlistRolledBack = "allowlist-rolled-back",
    /// The operator has switched it off.
    AllowlistDisabled = "allowlist-disabled",
    /// An organisation requires a second factor, which the account does not have.
    TwoFactorRequired = "two-factor-required",
}

/// A message to one person, in their language.
#[derive(Clone)]
pub struct Letter {
    pub(super) purpose: Purpose,
    subject: String,
    opening: Vec<String>,
    action: Option<Action>,
    /// The other thing to do instead.
    other: Option<Action>,
    about: Option<About>,
    /// What else is known of it.
    more: Vec<Fact>,
    closing: Vec<String>,
    pub(super) useful_until: Option<Timestamp>,
    text: Text,
}

#[derive(Clone)]
struct Action {
    label: String,
    link: SecretText,
}

/// The source is put into words when the message is laid out: that knows places.
#[derive(Clone)]
struct About {
    when: Fact,
    source: Source,
}

#[derive(Clone)]
struct Fact {
    label: String,
    value: String,
}

#[derive(Template)]
#[template(path = "delivery/mail.html")]
struct Html<'a> {
    letter: &'a Letter,
    facts: &'a [Fact],
    product: &'a str,
    site: &'a str,
    language: &'a str,
}

#[derive(Template)]
#[template(path = "delivery/mail.txt")]
struct Plain<'a> {
    letter: &'a Letter,
    facts: &'a [Fact],
    product: &'a str,
    site: &'a str,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Letter({})", self.purpose.tag())
    }
}

impl Letter {
    /// A message with its subject, which is its heading too.
    pub fn new(text: &Text, purpose: Purpose, subject: impl std::fmt::Display) -> Self {
        Self {
            purpose,
            subject: subject.to_string(),
            opening: Vec::new(),
            action: None,
            other: None,
            about: None,
            more: Vec::new(),
            closing: Vec::new(),
            useful_until: None,
            text: text.clone(),
        }
    }

    /// A paragraph: before the button, where there is one, else after it.
    #[must_use]
    pub fn paragraph(mut self, said: impl std::fmt::Display) -> Self {
        let part = if self.action.is_none() && self.about.is_none() {
            &mut self.opening
        } else {
            &mut self.closing
        };
        part.push(said.to_string());
        self
    }

    /// The one thing to do about it: a button, and its address in full.
    #[must_use]
    pub fn action(mut self, label: impl std::fmt::Display, link: SecretText) -> Self {
        self.action = Some(Action { label: label.to_string(), link });
        self
    }

    /// What to do instead: a second address.
    #[must_use]
    pub fn or_else(mut self, label: impl std::fmt::Display, link: SecretText) -> Self {
        self.other = Some(Action { label: label.to_string(), link });
        self
    }

    /// One thing more that is known of it, beside [`Self::about`].
    #[must_use]
    pub fn fact(mut self, label: impl std::fmt::Display, value: impl std::fmt::Display) -> Self {
        self.more.push(Fact { label: label.to_string(), value: value.to_string() });
        self
    }

    /// When, from where and by what it was done.
    #[must_use]
    pub fn about(self, source: &Source, at: Timestamp) -> Self {
        let when = self.text.say("mail-when").to_string();
        self.about_at(when, source, at)
    }

    /// The same of the last of several tries.
    #[must_use]
    pub fn about_last_try(self, source: &Source, at: Timestamp) -> Self {
        let when = self.text.say("mail-last-try").to_string();
        self.about_at(when, source, at)
    }

    fn about_at(mut self, label: String, source: &Source, at: Timestamp) -> Self {
        let when = Fact { label, value: self.text.moment(at).absolute };
        self.about = Some(About { when, source: source.clone() });
        self
    }

    fn facts(&self, places: &Places) -> Vec<Fact> {
        let Some(About { when, source }) = &self.about else { return Vec::new() };
        let address = source.address_text();
        let seen = Seen::new(&self.text, places, address.as_deref(), &source.user_agent);
        let fact = |label: Say<'_>, value| Fact { label: label.to_string(), value };
        let mut facts = vec![when.clone(), fact(self.text.say("mail-place"), seen.place)];
        if !source.user_agent.is_empty() {
            facts.push(fact(self.text.say("mail-browser"), seen.device));
        }
        facts.extend(self.more.iter().cloned());
        facts
    }

    /// What somebody gets at an address that the account had until lately: the same
    /// without its button, and why they get it.
    #[must_use]
    pub fn for_former_address(&self, until: Timestamp) -> Self {
        let until = self.text.moment(until).absolute;
        let why = self.text.say("mail-former-address").with("until", until).to_string();
        let mut copy = Self { action: None, other: None, ..self.clone() };
        copy.closing.push(why);
        copy
    }

    /// When it is of no use any more, such as a link's expiry.
    #[must_use]
    pub const fn useful_until(mut self, moment: Timestamp) -> Self {
        self.useful_until = Some(moment);
        self
    }

    pub(super) fn expires_at(&self, now: Timestamp) -> Timestamp {
        self.useful_until.unwrap_or_else(|| now.plus(rules::USEFUL_FOR))
    }

    /// Laid out for one address.
    pub(super) fn lay_out(&self, app: &App, to: &str) -> Result<Mail> {
        let (product, site) = (app.config.product_name.as_str(), &app.config.public_url.link("/"));
        let failed = |error| Fault::new(format!("a message can't be laid out: {error}"));
        let language = self.text.language().tag();
        let facts = &self.facts(&app.places);
        Ok(Mail {
            to: to.to_owned(),
            subject: self.subject.clone(),
            text: Plain { letter: self, facts, product, site }.render().map_err(failed)?,
            html: Html { letter: self, facts, product, site, language }.render().map_err(failed)?,
        })
    }

    fn say(&self, key: &str) -> Say<'_> {
        self.text.say(key)
    }
}

/// Text for an account's owner.
pub fn text_for(app: &App, account: &Account, now: Timestamp) -> Text {
    app.text(Some((account.language, &account.time_zone)), now)
}
