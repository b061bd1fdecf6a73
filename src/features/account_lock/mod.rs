//! "Lock my account": everything ends, and nothing opens the account but a reset by
//! mail and, where it holds one, the second factor. It only takes away, so whoever is
//! in the account may do it at once, and so may whoever reads its mail.

mod letters;

use crate::app::App;
use crate::error::Result;
use crate::features::account::{self, Account};
use crate::features::revocation;
use crate::features::security_log::{self, Event, Kind, Reason};
use crate::features::security_notices;
use crate::features::sessions::rules::EndReason;
use crate::http::Source;
use crate::ids::SessionId;
use crate::time::Timestamp;
use portcullis_db::Tx;

/// From where it is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// From its own page, in a session.
    Overview(SessionId),
    /// By the link of a notice, signed in or not.
    NoticeLink,
    /// From the review of suspicious activity, in a session.
    Review(SessionId),
}

impl How {
    /// As the log says it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Overview(_) => "overview",
            Self::NoticeLink => "notice-link",
            Self::Review(_) => "review",
        }
    }

    fn event(self, account: &Account) -> Event {
        let event = match self {
            Self::Overview(session) | Self::Review(session) => {
                Event::by_owner(Kind::AccountLocked, (account.id, session))
            }
            Self::NoticeLink => Event::new(Kind::AccountLocked).on(account.id),
        };
        event.detail(self.tag())
    }
}

/// Step: locks an account, ends everything in it, and tells its owner; false when
/// it was locked already, or is gone. Both have their event: commit whatever comes
/// of it.
pub async fn lock(
    tx: &mut Tx,
    app: &App,
    account: &Account,
    how: How,
    source: &Source,
    now: Timestamp,
) -> Result<bool> {
    let id = account.id;
    let event = how.event(account).from(source);
    let locked = account::set_locked(tx, id, now).await?;
    let event = if locked {
        revocation::end_everything(tx, id, None, EndReason::Locked, now).await?;
        let letter = letters::locked(app, account, source, now);
        security_notices::tell(tx, app, account, &letter, now).await?;
        event
    } else {
        event.refused(Reason::Already)
    };
    security_log::record(tx, event, now, &app.random).await?;
    Ok(locked)
}
