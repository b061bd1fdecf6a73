//! What is read of the database, and remembered, of something that is presented; and what
//! an application is told of it.

use super::headers::{Headers, plain};
use crate::features::access_tokens;
use crate::features::account::Account;
use crate::features::application_sessions::{self, Proof};
use crate::features::applications::rules::Scopes;
use crate::features::organisation_access::{Proof as Came, Which};
use crate::features::organisations::Granted;
use crate::features::organisations::rules::Limits;
use crate::ids::{ApplicationSessionId, SessionId, TokenId};
use crate::time::Timestamp;
use axum::http::HeaderValue;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// What the database says of something that is presented. It opens nothing by itself.
#[derive(Debug)]
pub struct Row {
    held: Held,
    limits: Limits,
    headers: OnceLock<Headers>,
    /// When a use of it was last noted here: the column may lag behind.
    noted_at: AtomicI64,
}

/// Which of the two it is.
#[derive(Debug)]
pub(super) enum Held {
    /// An access token, and what the application may do with it.
    Token(access_tokens::Held, Scopes),
    /// An application session.
    Session(application_sessions::Held),
}

impl From<access_tokens::Held> for Row {
    fn from(held: access_tokens::Held) -> Self {
        let scopes = held.permissions.names().map(str::to_owned).collect();
        let limits = held.limits.clone();
        Self::new(Held::Token(held, scopes), limits)
    }
}

impl From<application_sessions::Held> for Row {
    fn from(held: application_sessions::Held) -> Self {
        let limits = Limits::to(held.organisation);
        Self::new(Held::Session(held), limits)
    }
}

impl Row {
    fn new(held: Held, limits: Limits) -> Self {
        Self { held, limits, headers: OnceLock::new(), noted_at: AtomicI64::new(i64::MIN) }
    }

    pub(super) const fn held(&self) -> &Held {
        &self.held
    }

    /// Whose it is.
    pub const fn account(&self) -> &Account {
        match &self.held {
            Held::Token(held, _) => &held.account,
            Held::Session(held) => &held.account,
        }
    }

    /// Whether a use is to be noted now.
    pub(super) fn is_note_due(&self, now: Timestamp, idle: Duration) -> bool {
        self.note_due_since(now, idle).is_some()
    }

    /// Whether a use is to be noted now: one of several at once is told so.
    pub(super) fn takes_note(&self, now: Timestamp, idle: Duration) -> bool {
        self.note_due_since(now, idle).is_some_and(|last| {
            self.noted_at
                .compare_exchange(last, now.millis(), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
        })
    }

    /// When the last one was noted here, if one is due.
    fn note_due_since(&self, now: Timestamp, idle: Duration) -> Option<i64> {
        let (is_due, lag) = match &self.held {
            Held::Token(held, _) => (held.is_use_due(now), access_tokens::USE_LAG),
            Held::Session(held) => {
                (held.is_use_due(now, idle), application_sessions::rules::use_lag(idle))
            }
        };
        let last = self.noted_at.load(Ordering::Relaxed);
        (is_due && now.since(Timestamp::from_millis(last)) >= lag).then_some(last)
    }

    const fn scopes(&self) -> &Scopes {
        match &self.held {
            Held::Token(_, scopes) => scopes,
            Held::Session(held) => &held.scopes,
        }
    }

    /// Bytes that it takes beside itself.
    pub(super) fn bytes(&self) -> usize {
        Headers::bytes(self.account(), self.scopes()) + self.held_bytes()
    }

    fn held_bytes(&self) -> usize {
        match &self.held {
            Held::Token(held, scopes) => {
                held.bytes() + scopes.bytes() + std::mem::size_of_val(self.limits.ids())
            }
            Held::Session(held) => held.bytes(),
        }
    }
}

/// What is said of something that is live.
#[derive(Debug, Clone)]
pub struct Answer {
    row: Arc<Row>,
    organisation: Option<Box<Granted>>,
}

/// What was presented, by its public names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// A personal access token.
    AccessToken(TokenId),
    /// An application session.
    ApplicationSession {
        /// Its own id.
        id: ApplicationSessionId,
        /// The session that it is a child of.
        parent: SessionId,
        /// What was proved there.
        proof: Proof,
    },
}

impl Answer {
    /// Of a row that opens what is asked for.
    pub(super) const fn of(row: Arc<Row>) -> Self {
        Self { row, organisation: None }
    }

    /// The same in an organisation that has let its owner in.
    pub(super) fn inside(self, granted: Box<Granted>) -> Self {
        Self { organisation: Some(granted), ..self }
    }

    /// What it is limited to.
    pub fn limits(&self) -> &Limits {
        &self.row.limits
    }

    /// Where it opens something, where an organisation was asked about.
    pub fn organisation(&self) -> Option<&Granted> {
        self.organisation.as_deref()
    }

    /// By what its owner comes, for what an organisation asks of them.
    pub fn came(&self) -> (Came, Option<SessionId>) {
        match self.credential() {
            Credential::AccessToken(_) => (Came::Token, None),
            Credential::ApplicationSession { parent, proof, .. } => {
                (Came::of(&proof), Some(parent))
            }
        }
    }

    /// Which organisation it is about: that which is asked for, or the one that it was made
    /// for.
    pub fn about<'a>(&self, asked: Option<Which<'a>>) -> Option<Which<'a>> {
        let own = match (&self.row.held, self.row.limits.ids()) {
            (Held::Session(_), [own]) => Some(Which::Id(*own)),
            _ => None,
        };
        asked.or(own)
    }

    /// Whose it is.
    pub fn account(&self) -> &Account {
        self.row.account()
    }

    /// What it is.
    pub fn credential(&self) -> Credential {
        match &self.row.held {
            Held::Token(held, _) => Credential::AccessToken(held.id),
            Held::Session(held) => Credential::ApplicationSession {
                id: held.id,
                parent: held.parent.id,
                proof: held.parent.proof(),
            },
        }
    }

    /// What the application may see and do with it: of permissions those alone that it
    /// declares itself.
    pub fn scopes(&self) -> &Scopes {
        self.row.scopes()
    }

    /// Who it is, in headers: the account's id, address, name and permissions, the
    /// organisation by its short name, and the role in it.
    pub fn headers(&self) -> [HeaderValue; 6] {
        let make = || Headers::of(self.account(), self.scopes());
        let Headers { user, email, name, permissions } = self.row.headers.get_or_init(make).clone();
        let [organisation, role] = match self.organisation() {
            Some(granted) => [plain(&granted.organisation.slug), plain(granted.role.tag())],
            None => [const { HeaderValue::from_static("") }; 2],
        };
        [user, email, name, permissions, organisation, role]
    }

    /// When it was made.
    pub fn made_at(&self) -> Timestamp {
        match &self.row.held {
            Held::Token(held, _) => held.created_at,
            Held::Session(held) => held.created_at,
        }
    }

    /// When it ends by itself, if it does.
    pub fn expires_at(&self) -> Option<Timestamp> {
        match &self.row.held {
            Held::Token(held, _) => held.expires_at,
            // Its parent may end before it does.
            Held::Session(held) => Some(held.expires_at.min(held.parent.expires_at)),
        }
    }

    /// Whether a second factor was proved. None ever is by an access token.
    pub fn has_two_factors(&self) -> bool {
        match &self.row.held {
            Held::Token(..) => false,
            Held::Session(held) => {
                matches!(held.parent.proof().acr(), application_sessions::Acr::TwoFactors)
            }
        }
    }
}
