use super::assets;
use super::csrf;
use super::visit::Visit;
use crate::features::account::Account;
use crate::places::{Attribution, Places};
use crate::text::{Moment, Say, Text};
use crate::time::Timestamp;
use std::sync::Arc;

/// Messages that a page can show once after a redirect.
pub(super) const FLASHES: &[&str] = &[
    "flash-password-changed",
    "flash-password-changed-others-ended",
    "flash-password-reset",
    "flash-password-reset-unlocked",
    "flash-password-reset-second-factor",
    "flash-profile-saved",
    "flash-signed-out",
    "flash-session-ended",
    "flash-other-sessions-ended",
    "flash-devices-forgotten",
    "flash-welcome",
    "flash-account-closing",
    "flash-account-kept",
    "flash-email-change-asked",
    "flash-email-change-cancelled",
    "flash-email-changed",
    "flash-admin-administrator-made",
    "flash-admin-administrator-unmade",
    "flash-admin-auditor-made",
    "flash-admin-auditor-unmade",
    "flash-admin-closed",
    "flash-admin-every-session-ended",
    "flash-admin-invitation-sent",
    "flash-admin-invited",
    "flash-admin-kept",
    "flash-admin-message-retried",
    "flash-admin-password-change-required",
    "flash-admin-reset-link-sent",
    "flash-admin-restored",
    "flash-admin-unlocked",
    "flash-admin-sessions-ended",
    "flash-admin-second-factor-removed",
    "flash-admin-suspended",
    "flash-admin-gate-saved",
    "flash-refused-already",
    "flash-refused-has-password",
    "flash-refused-last-administrator",
    "flash-refused-no-password",
    "flash-refused-no-second-factor",
    "flash-refused-own-account",
    "flash-refused-suspended",
    "flash-refused-locked",
    "flash-refused-unknown-message",
    "flash-notification-off",
    "flash-notification-on",
    "flash-refused-no-phone",
    "flash-authenticator-added",
    "flash-backup-code-used",
    "flash-code-sent",
    "flash-phone-added",
    "flash-backup-codes-made",
    "flash-second-factor-preferred",
    "flash-second-factor-removed",
    "flash-trust-ended",
    "flash-finding-answered",
    "flash-token-narrowed",
    "flash-token-renamed",
    "flash-token-revoked",
    "flash-tokens-revoked",
    "flash-admin-token-revoked",
    "flash-admin-tokens-revoked",
    "flash-access-removed",
    "flash-admin-application-changed",
    "flash-admin-application-made",
    "flash-admin-application-removed",
    "flash-admin-secret-revoked",
    "flash-refused-application-made",
    "flash-refused-secret-made",
    "flash-refused-too-many-secrets",
    "flash-refused-public-application",
    "flash-refused-token-made",
    "flash-refused-not-narrower",
    "flash-two-factor-disabled",
    "flash-two-factor-enabled",
    "flash-left",
    "flash-joined",
    "flash-invited",
    "flash-invitation-withdrawn",
    "flash-role-changed",
    "flash-member-removed",
    "flash-refused-last-owner",
    "flash-organisation-created",
    "flash-organisation-removed",
    "flash-organisation-saved",
    "flash-allowlist-confirmed",
    "flash-allowlist-saved",
    "flash-allowlist-off",
    "flash-refused-allowlist-same",
    "flash-two-factor-required",
    "flash-two-factor-not-required",
    "flash-refused-email-unverified",
    "flash-refused-enrolment-over",
    "flash-refused-few-backup-codes",
    "flash-refused-last-second-factor",
    "flash-refused-sign-in-over",
    "flash-refused-too-many-codes",
];

/// What every page is framed by.
pub struct Page {
    /// The product's name.
    pub product: String,
    /// BCP 47 tag.
    pub language: String,
    /// The token of each form on the page.
    pub csrf: String,
    /// The message that is its title and heading.
    pub title_key: &'static str,
    /// A message to show once.
    pub flash: Option<&'static str>,
    /// Who is there.
    pub signed_in: Option<SignedInView>,
    /// Whether the navigation leads to the administrator's pages.
    pub administrator: bool,
    /// Whether it leads to everybody's logs.
    pub auditor: bool,
    /// Whether nothing but a new password is open, so that there is no
    /// navigation.
    pub confined: bool,
    /// Which entry of the navigation is current.
    pub section: &'static str,
    /// What stands before the paths of embedded files.
    files: &'static str,
    places: Arc<Places>,
    text: Text,
}

/// Who is there, in the page's head.
pub struct SignedInView {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// The token of the form that signs out: their session's, also on a page
    /// whose own forms are for anybody.
    pub csrf: String,
}

impl Page {
    /// Whom a page must name that shows places.
    pub fn attributions(&self) -> Vec<Attribution> {
        self.places.attributions()
    }

    pub(super) fn new(visit: &Visit, title_key: &'static str, section: &'static str) -> Self {
        let account = visit.current.as_ref().map(|current| &current.account);
        let confined = account.is_some_and(|account| account.password_change_required_at.is_some());
        Self {
            administrator: !confined
                && account.is_some_and(|account| account.administrator_since.is_some()),
            auditor: !confined && account.is_some_and(Account::may_audit),
            confined,
            product: visit.app.config.product_name.clone(),
            language: visit.text.language().tag().to_owned(),
            csrf: visit.form_token.clone(),
            title_key,
            flash: visit.flash,
            signed_in: visit.current.as_ref().map(|current| SignedInView {
                name: current.account.name.clone(),
                email: current.account.email.clone(),
                csrf: csrf::session_token(&visit.app, current),
            }),
            section,
            // On the host of an application, nothing of ours is found elsewhere.
            files: if visit.is_at_gate() { "/gate" } else { "" },
            places: Arc::clone(&visit.app.places),
            text: visit.text.clone(),
        }
    }

    /// A message, to which arguments can be added.
    pub fn say(&self, key: impl Into<String>) -> Say<'_> {
        self.text.say(key)
    }

    /// The address of an embedded file.
    pub fn asset(&self, name: &str) -> String {
        format!("{}{}", self.files, assets::address(name))
    }

    /// A time as this reader sees it.
    pub fn moment(&self, at: Timestamp) -> Moment {
        self.text.moment(at)
    }
}

/// A field of a form: what was typed, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    /// What stands in it; always empty for secrets.
    pub value: String,
    /// What is wrong, in the reader's language.
    pub error: Option<String>,
}

impl Field {
    /// A field with a value and nothing wrong.
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), error: None }
    }

    /// What is wrong with it.
    #[must_use]
    pub fn wrong(mut self, error: impl std::fmt::Display) -> Self {
        self.error = Some(format!("{error}"));
        self
    }
}

/// One option of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// Whether it is the present one.
    pub selected: bool,
}
