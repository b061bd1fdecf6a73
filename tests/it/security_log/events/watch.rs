//! Compares what the log has gained with what it should have.

use crate::support::{Browser, TestApp};
use portcullis::features::security_log::{Entry, Kind, Outcome, Reason, Scope, newest};
use portcullis::ids::{AccountId, SessionId};
use portcullis::secret::{Kind as TokenKind, Token};
use std::collections::HashSet;

/// Who acts, and from where.
pub enum By<'a> {
    /// Nobody who has signed in.
    Stranger(&'a Browser),
    /// The owner, in the session of this browser as it was.
    Owner(AccountId, SessionId, &'a Browser),
    /// The command line.
    Operator,
}

/// Compares what the log has gained.
pub struct Watch<'a> {
    pub app: &'a TestApp,
    pub seen: HashSet<String>,
    pub kinds: HashSet<Kind>,
    pub reasons: HashSet<Reason>,
}

impl<'a> Watch<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        Self { app, seen: HashSet::new(), kinds: HashSet::new(), reasons: HashSet::new() }
    }

    pub async fn fresh(&mut self) -> Vec<Entry> {
        let all = newest(&mut &self.app.db, Scope::Installation, 10_000).await.unwrap();
        all.into_iter().filter(|entry| self.seen.insert(entry.id.to_string())).collect()
    }

    /// Something that a case has looked at by itself.
    pub fn saw(&mut self, kind: Kind) {
        self.kinds.insert(kind);
    }

    pub async fn nothing(&mut self) {
        assert_eq!(self.fresh().await, []);
    }

    /// One event, whoever's.
    pub async fn one_of(&mut self, kind: Kind, reason: Option<Reason>) -> Entry {
        let mut fresh = self.fresh().await;
        assert_eq!(fresh.len(), 1, "{kind:?} {reason:?}: {fresh:?}");
        let entry = fresh.remove(0);
        assert_eq!(
            (entry.kind, entry.outcome),
            (kind, reason.map_or(Outcome::Succeeded, Outcome::Refused))
        );
        self.kinds.insert(kind);
        self.reasons.extend(reason);
        entry
    }

    /// One event; `account` is whose log it stands in.
    pub async fn one(
        &mut self,
        kind: Kind,
        reason: Option<Reason>,
        account: Option<AccountId>,
        by: By<'_>,
    ) -> Entry {
        let mut fresh = self.fresh().await;
        assert_eq!(fresh.len(), 1, "{kind:?} {reason:?}: {fresh:?}");
        let entry = fresh.remove(0);
        assert_eq!((entry.kind, entry.account), (kind, account), "{entry:?}");
        assert_eq!(entry.outcome, reason.map_or(Outcome::Succeeded, Outcome::Refused), "{entry:?}");
        let (actor_kind, actor, session, browser) = match by {
            By::Stranger(browser) => ("anonymous", None, None, Some(browser)),
            By::Owner(id, session, browser) => ("account", Some(id), Some(session), Some(browser)),
            By::Operator => ("operator", None, None, None),
        };
        assert_eq!(entry.actor_kind, actor_kind, "{entry:?}");
        assert_eq!((entry.actor, entry.session), (actor, session), "{entry:?}");
        assert_eq!(entry.address, browser.map(|browser| browser.address.to_string()));
        assert_eq!(entry.user_agent, browser.map(|browser| browser.user_agent.clone()));
        let typed = [
            Kind::SignIn,
            Kind::AccountCreated,
            Kind::PasswordResetAsked,
            Kind::SignUpAsked,
            Kind::EmailChangeAsked,
            Kind::EmailChanged,
            Kind::EmailChangeUndone,
        ];
        if !typed.contains(&kind) {
            assert_eq!(entry.email, None, "{entry:?}");
        }
        self.kinds.insert(kind);
        self.reasons.extend(reason);
        entry
    }

    /// A sign-in: a refused one says which address was typed.
    pub async fn sign_in(
        &mut self,
        reason: Option<Reason>,
        account: Option<AccountId>,
        by: By<'_>,
        email: &str,
    ) {
        let entry = self.one(Kind::SignIn, reason, account, by).await;
        assert_eq!(entry.email.as_deref(), reason.map(|_| email), "{entry:?}");
    }
}

pub fn session(browser: &Browser) -> SessionId {
    let token = Token::parse(TokenKind::Session, &browser.session().unwrap()).unwrap();
    SessionId::from_uuid(token.id())
}

pub fn agent(app: &TestApp, name: &str) -> Browser {
    let mut browser = app.browser();
    browser.user_agent = format!("{name}'s browser");
    browser
}
