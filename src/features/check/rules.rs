//! What was presented, and whether it opens anything to the application that asks:
//! everything that is not said here is refused.

use super::Answer;
use crate::features::application_sessions;
use crate::features::organisation_access::{Refusal, Which};
use crate::features::{access_tokens, applications};
use crate::ids::ApplicationId;
use crate::secret::{Kind, Token};
use crate::time::Timestamp;
use std::net::IpAddr;
use std::time::Duration;

/// What a text is, by its form alone.
#[derive(Debug, Clone)]
pub enum Presented {
    /// A personal access token.
    AccessToken(Token),
    /// The secret of an application session.
    ApplicationSession(Token),
}

impl Presented {
    /// Nothing else is introspected: no cookie, no link, no secret of an application.
    pub fn parse(text: &str) -> Option<Self> {
        let token = Token::parse(Kind::AccessToken, text).map(Self::AccessToken);
        token.or_else(|| Token::parse(Kind::ApplicationSession, text).map(Self::ApplicationSession))
    }
}

/// How to learn by which program something was presented, as that names itself: asked only
/// where it is written down.
#[derive(Clone, Copy, Default)]
pub struct Program<'a>(Option<&'a (dyn Fn() -> String + Sync)>);

impl<'a> Program<'a> {
    /// A way to learn it.
    pub const fn new(name: &'a (dyn Fn() -> String + Sync)) -> Self {
        Self(Some(name))
    }

    /// The name; empty where there is no way to learn it.
    pub fn name(self) -> String {
        self.0.map(|name| name()).unwrap_or_default()
    }
}

impl std::fmt::Debug for Program<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Program(…)")
    }
}

/// What an application wants to know.
#[derive(Debug, Clone, Copy, Default)]
pub struct Question<'a> {
    /// What somebody has presented to it.
    pub presented: &'a str,
    /// Where they are, if that is told.
    pub end_user: Option<IpAddr>,
    /// By which program.
    pub program: Program<'a>,
    /// Permissions that are needed, all of them, with blanks between.
    pub required: &'a str,
    /// The organisation that it is about, if it is about one.
    pub organisation: Option<Which<'a>>,
}

impl<'a> Question<'a> {
    fn needed(&self) -> impl Iterator<Item = &'a str> {
        self.required.split(' ').filter(|name| !name.is_empty())
    }
}

/// The answer. Applications are told the first, or that it is not so.
#[derive(Debug)]
pub enum Verdict {
    /// It is live, it is this application's business, and it may what is required.
    Active(Answer),
    /// It would be, but the organisation that is asked about lets nobody in so.
    Refused(Box<Refusal>),
    /// It would be, but for whose it is there is no such organisation.
    Stranger,
    /// It is not, whatever the reason.
    Inactive,
}

/// Whether a token opens what is asked for. One that carries nothing of the application
/// that asks is none of its business; one that is limited to organisations opens nothing
/// where none is asked about.
pub fn token_opens(
    held: &access_tokens::Held,
    token: &Token,
    question: &Question<'_>,
    now: Timestamp,
) -> bool {
    held.is_held_by(token)
        && held.is_good(now)
        && held.is_accepted_from(question.end_user)
        && !held.permissions.is_empty()
        && (question.organisation.is_some() || !held.limits.is_limited())
        && question.needed().all(|name| held.permissions.has(name))
}

/// Whether an application session does: another application's opens nothing.
pub fn session_opens(
    held: &application_sessions::Held,
    application: ApplicationId,
    token: &Token,
    question: &Question<'_>,
    (now, idle): (Timestamp, Duration),
) -> bool {
    held.is_held_by(token)
        && held.is_good(now, idle)
        && held.application == application
        && question.needed().all(|name| held.scopes.permissions().any(|own| own == name))
}

/// Whether a session opens nothing for no other reason than that it has not been used for
/// long: what is remembered of its use may lag behind.
pub fn is_only_idle(held: &application_sessions::Held, now: Timestamp, idle: Duration) -> bool {
    !held.is_good(now, idle) && held.is_good(now, Duration::MAX)
}

/// Whether the secret that was looked up proves what asks; what has been proved already
/// names none.
pub fn is_proved(
    claim: Option<&applications::Claim>,
    secret: Option<&applications::HeldSecret>,
    now: Timestamp,
) -> bool {
    match (claim, secret) {
        (None, _) => true,
        (Some(claim), Some(secret)) => secret.proves(claim, now),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use proptest::prelude::*;
    use uuid::Uuid;

    const KINDS: &[Kind] = &[
        Kind::Session,
        Kind::Device,
        Kind::Browser,
        Kind::SetUp,
        Kind::Link,
        Kind::PendingSignIn,
        Kind::Notice,
        Kind::AccessToken,
        Kind::ApplicationSecret,
        Kind::ApplicationSession,
        Kind::AuthorizationCode,
    ];

    proptest! {
        /// SE-06: of all that Portcullis gives out two kinds are read, and of those one spelling.
        #[test]
        fn se_06_only_two_kinds_are_presented(id: u128, seed: u64, kind in 0..KINDS.len(), at: usize, to: char) {
            let kind = KINDS[kind];
            let token = Token::new(kind, Uuid::from_u128(id), &Random::seeded(seed));
            let text = token.encode().reveal().to_owned();
            let is_read = match Presented::parse(&text) {
                Some(Presented::AccessToken(read)) => kind == Kind::AccessToken && read.id() == token.id(),
                Some(Presented::ApplicationSession(read)) => {
                    kind == Kind::ApplicationSession && read.id() == token.id()
                }
                None => !matches!(kind, Kind::AccessToken | Kind::ApplicationSession),
            };
            prop_assert!(is_read);
            let mut changed: Vec<char> = text.chars().collect();
            let at = at % changed.len();
            changed[at] = to;
            let changed: String = changed.into_iter().collect();
            prop_assert!(changed == text || Presented::parse(&changed).is_none());
        }

        #[test]
        fn what_is_needed_is_every_name(names in proptest::collection::vec("[a-z]{1,4}:[a-z]{1,4}", 0..5)) {
            let joined = names.join("  ");
            let question = Question { required: &joined, ..Question::default() };
            prop_assert_eq!(question.needed().collect::<Vec<_>>(), names);
        }
    }

    #[test]
    fn a_claim_needs_a_secret() {
        let now = Timestamp::from_millis(0);
        assert!(is_proved(None, None, now));
        let secret = Token::new(Kind::ApplicationSecret, Uuid::nil(), &Random::seeded(1));
        let text = secret.encode().reveal().to_owned();
        let claim = applications::Claim::parse(&Uuid::nil().to_string(), &text).unwrap();
        assert!(!is_proved(Some(&claim), None, now));
    }
}
