use super::{Entry, Kind, Method, Outcome};
use crate::places::Places;
use crate::seen::Seen;
use crate::text::{Moment, Text};

/// An event as every page shows it.
pub struct EventRow {
    /// The name of its icon.
    pub icon: &'static str,
    /// What happened, in the reader's language.
    pub sentence: String,
    /// What it was done by, and where it came from.
    pub detail: String,
    /// The program, as it named itself.
    pub agent: String,
    /// Whether it was refused.
    pub refused: bool,
    /// When it happened.
    pub when: Moment,
}

impl Entry {
    /// Whether another account did it.
    pub fn is_by_another(&self) -> bool {
        self.actor.is_some() && self.actor != self.account
    }

    /// As the owner of the account sees it: where somebody else was, and by which
    /// session, is not theirs to know.
    #[must_use]
    pub fn for_owner(self) -> Self {
        if self.is_by_another() {
            Self { address: None, user_agent: None, session: None, actor: None, ..self }
        } else {
            self
        }
    }
}

/// The message that says what happened.
pub fn sentence_key(entry: &Entry) -> String {
    match entry.outcome {
        Outcome::Succeeded => format!("event-{}-succeeded", entry.kind.tag()),
        Outcome::Refused(reason) => format!("event-{}-refused-{}", entry.kind.tag(), reason.tag()),
    }
}

/// An event for a reader.
pub fn event_row(text: &Text, places: &Places, entry: Entry) -> EventRow {
    let sentence = sentence_key(&entry);
    let method = entry.detail.as_deref().and_then(Method::from_tag);
    let method = method.map(|method| text.say(format!("method-{}", method.tag())).to_string());
    let agent = entry.user_agent.unwrap_or_default();
    let (address, has_source) = (entry.address.as_deref(), entry.address.is_some());
    let seen = Seen::new(text, places, address, &agent);
    let device = Some(seen.device).filter(|_| !agent.is_empty());
    let place = Some(seen.place).filter(|_| has_source);
    let detail: Vec<String> = [method, device, place].into_iter().flatten().collect();
    EventRow {
        icon: match (entry.kind, entry.outcome) {
            // What somebody signed in on says more than that they did.
            (Kind::SignIn, Outcome::Succeeded) if !agent.is_empty() => seen.icon,
            (kind, outcome) => icon(kind, outcome),
        },
        sentence: text.say(sentence).to_string(),
        detail: detail.join(" · "),
        agent,
        refused: entry.outcome != Outcome::Succeeded,
        when: text.moment(entry.occurred_at),
    }
}

const fn icon(kind: Kind, outcome: Outcome) -> &'static str {
    match (outcome, kind) {
        (Outcome::Refused(_), _) => "alert-circle",
        (_, Kind::SignIn) => "computer",
        (
            _,
            Kind::SignOut
            | Kind::SessionEnded
            | Kind::OtherSessionsEnded
            | Kind::SessionsEnded
            | Kind::EverySessionEnded,
        ) => "log-out",
        (
            _,
            Kind::PasswordChanged
            | Kind::PasswordChangeRequired
            | Kind::PasswordReset
            | Kind::PasswordResetAsked
            | Kind::BackupCodesPrepared
            | Kind::BackupCodesConfirmed
            | Kind::AccessTokenMade
            | Kind::AccessTokenUsedElsewhere
            | Kind::AccessTokenRevoked
            | Kind::AccessTokensRevoked
            | Kind::AccessTokenRenamed
            | Kind::AccessTokenNarrowed
            | Kind::AccessTokenExpired
            | Kind::ApplicationSecretMade
            | Kind::ApplicationSecretRevoked
            | Kind::SigningKeyMade
            | Kind::SigningKeyRemoved,
        ) => "key",
        (
            _,
            Kind::ApplicationMade
            | Kind::ApplicationChanged
            | Kind::ApplicationRemoved
            | Kind::ApplicationAccessRemoved
            | Kind::ApplicationAccessGranted
            | Kind::ApplicationSignedIn
            | Kind::ApplicationSignedOut,
        ) => "grid",
        (
            _,
            Kind::ResetLinkSent
            | Kind::InvitationSent
            | Kind::MessageRetried
            | Kind::EmailChangeAsked
            | Kind::EmailChangeCancelled
            | Kind::EmailChanged
            | Kind::EmailChangeUndone,
        ) => "mail",
        (
            _,
            Kind::ProfileChanged
            | Kind::AccountCreated
            | Kind::AccountInvited
            | Kind::AdministratorSetUp,
        ) => "user",
        (
            _,
            Kind::OrganisationCreated
            | Kind::OrganisationChanged
            | Kind::OrganisationRemoved
            | Kind::MemberInvited
            | Kind::MemberInvitationWithdrawn
            | Kind::MemberJoined
            | Kind::MemberRoleChanged
            | Kind::MemberRemoved
            | Kind::MemberLeft,
        ) => "users",
        (
            _,
            Kind::AllowlistChanged
            | Kind::AllowlistConfirmed
            | Kind::AllowlistRolledBack
            | Kind::AllowlistDisabled,
        ) => "globe",
        (_, _) => "shield",
    }
}
