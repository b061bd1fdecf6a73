//! What is read of the database, and remembered, of something that is presented; and what
//! an application is told of it.

use crate::features::access_tokens;
use crate::features::account::Account;
use crate::features::application_sessions::{self, Proof};
use crate::features::applications::rules::Scopes;
use crate::ids::{ApplicationSessionId, SessionId, TokenId};
use crate::time::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// What the database says of something that is presented. It opens nothing by itself.
#[derive(Debug)]
pub struct Row {
    held: Held,
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

impl Row {
    /// Of an access token.
    pub(super) fn token(held: access_tokens::Held) -> Self {
        let scopes = held.permissions.names().map(str::to_owned).collect();
        Self { held: Held::Token(held, scopes), noted_at: AtomicI64::new(i64::MIN) }
    }

    /// Of an application session.
    pub(super) const fn session(held: application_sessions::Held) -> Self {
        Self { held: Held::Session(held), noted_at: AtomicI64::new(i64::MIN) }
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

    /// Whether a use is to be noted now: one of several at once is told so.
    pub(super) fn takes_note(&self, now: Timestamp, idle: Duration) -> bool {
        let (is_due, lag) = match &self.held {
            Held::Token(held, _) => (held.is_use_due(now), access_tokens::USE_LAG),
            Held::Session(held) => {
                (held.is_use_due(now, idle), application_sessions::rules::use_lag(idle))
            }
        };
        let last = self.noted_at.load(Ordering::Relaxed);
        is_due
            && now.since(Timestamp::from_millis(last)) >= lag
            && self
                .noted_at
                .compare_exchange(last, now.millis(), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }

    /// Bytes that it takes beside itself.
    pub(super) fn bytes(&self) -> usize {
        match &self.held {
            Held::Token(held, scopes) => held.bytes() + scopes.bytes(),
            Held::Session(held) => held.bytes(),
        }
    }
}

/// What is said of something that is live.
#[derive(Debug, Clone)]
pub struct Answer(pub(super) Arc<Row>);

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
    /// Whose it is.
    pub fn account(&self) -> &Account {
        self.0.account()
    }

    /// What it is.
    pub fn credential(&self) -> Credential {
        match &self.0.held {
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
        match &self.0.held {
            Held::Token(_, scopes) => scopes,
            Held::Session(held) => &held.scopes,
        }
    }

    /// When it was made.
    pub fn made_at(&self) -> Timestamp {
        match &self.0.held {
            Held::Token(held, _) => held.created_at,
            Held::Session(held) => held.created_at,
        }
    }

    /// When it ends by itself, if it does.
    pub fn expires_at(&self) -> Option<Timestamp> {
        match &self.0.held {
            Held::Token(held, _) => held.expires_at,
            // Its parent may end before it does.
            Held::Session(held) => Some(held.expires_at.min(held.parent.expires_at)),
        }
    }

    /// Whether a second factor was proved. None ever is by an access token.
    pub fn has_two_factors(&self) -> bool {
        match &self.0.held {
            Held::Token(..) => false,
            Held::Session(held) => {
                matches!(held.parent.proof().acr(), application_sessions::Acr::TwoFactors)
            }
        }
    }
}
