//! Who changes what an organisation asks of its members, or takes its log elsewhere: one of
//! its owners and admins, in a session or by a program with a token of theirs.

use crate::error::Result;
use crate::features::access_tokens::{self, Bearer};
use crate::features::account::Account;
use crate::features::organisations;
use crate::features::organisations::rules::Role;
use crate::features::security_log::{Actor, Event, Kind};
use crate::features::sessions::Current;
use crate::http::Source;
use crate::ids::OrganisationId;
use crate::time::Timestamp;
use portcullis_db::Tx;

/// Which owner or admin it is, and by what they come.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// Somebody in a session.
    Session(&'a Current),
    /// A program with an access token of theirs.
    Token(&'a Bearer),
}

impl By<'_> {
    /// Whose session or token it is.
    pub const fn account(&self) -> &Account {
        match self {
            Self::Session(current) => &current.account,
            Self::Token(bearer) => &bearer.account,
        }
    }

    /// The beginning of an event in the organisation's log. More is said of it at its end.
    pub fn event(&self, kind: Kind, within: OrganisationId, source: &Source) -> Event {
        let event =
            Event::new(kind).by(Actor::Account(self.account().id)).within(within).from(source);
        match self {
            Self::Session(current) => event.in_session(current.session.id),
            Self::Token(_) => event,
        }
    }

    /// What is said at an event's end.
    pub fn detail(&self, said: &str) -> String {
        match self {
            Self::Session(_) => said.to_owned(),
            Self::Token(bearer) => format!("token {}; {said}", bearer.token),
        }
    }

    /// Step: takes the organisation's row and theirs, and sees that they may still.
    pub async fn confirm(
        &self,
        tx: &mut Tx,
        organisation: OrganisationId,
        now: Timestamp,
    ) -> Result<()> {
        match self {
            Self::Session(current) => {
                organisations::confirm(tx, current, organisation, Role::Admin).await?;
            }
            Self::Token(bearer) => {
                organisations::lock(tx, organisation).await?;
                access_tokens::confirm(tx, bearer, now).await?;
                let account = bearer.account.id;
                organisations::confirm_role(tx, account, organisation, Role::Admin).await?;
            }
        }
        Ok(())
    }
}
