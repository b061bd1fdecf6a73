//! "Export log": an account's own log, or for those who may the installation's,
//! as a file. It is an event before its first byte, its number an hour is bounded,
//! and it ends with the session that asked for it.

pub mod rules;
mod store;
pub mod web;

use crate::app::App;
use crate::error::{Fault, Refused, Result};
use crate::features::account::{self, Account};
use crate::features::security_log::export::{self, BATCH, Cursor, Format, Wanted, Whose};
use crate::features::security_log::{self, Actor, Event, Kind, Place, Reason};
use crate::features::sessions::{self, Current};
use crate::http::Source;
use crate::ids::SessionId;
use portcullis_db::Statement;
use std::time::Duration;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Who asks for it.
#[derive(Debug, Clone, Copy)]
pub enum Asker<'a> {
    /// The owner of the log.
    Owner(&'a Current, &'a Source),
    /// Somebody who may read logs that are not their own.
    Auditor(&'a Current, &'a Source),
    /// Whoever runs the server.
    Operator,
}

/// What came of asking.
pub enum Asked {
    /// It can be read.
    Granted(Box<Export>),
    /// There were too many lately: for so long.
    Wait(Duration),
}

/// An export that goes on for as long as somebody takes what it gives.
pub struct Export {
    app: App,
    wanted: Wanted,
    format: Format,
    for_session: Option<(SessionId, Right)>,
    part: Part,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Right {
    OwnLog,
    EveryLog,
}

impl Right {
    const fn holds(self, account: &Account) -> bool {
        match self {
            Self::OwnLog => account.password_change_required_at.is_none(),
            Self::EveryLog => rules::may_read_every_log(account),
        }
    }
}

enum Part {
    Head,
    After(Place),
    End,
}

/// Action: asks for an export, which is an event whether it is granted or not.
pub async fn ask(app: &App, asker: Asker<'_>, wanted: Wanted, format: Format) -> Result<Asked> {
    let now = app.clock.now();
    // The end is now: neither this event nor what comes after it.
    let wanted = Wanted { until: wanted.until.min(now), ..wanted };
    let counted = export::count(&mut &app.db, &wanted).await?;
    let mut event = Event::new(Kind::LogExported);
    if let Whose::Account(id) = wanted.whose {
        event = event.on(id);
    }
    let mut tx = app.db.begin().await?;
    let mut for_session = None;
    if let Asker::Owner(current, source) | Asker::Auditor(current, source) = asker {
        let right = match asker {
            Asker::Owner(..) => Right::OwnLog,
            Asker::Auditor(..) | Asker::Operator => Right::EveryLog,
        };
        sessions::confirm(&mut tx, current).await?;
        let may = account::by_id(&mut tx, current.account.id).await?;
        if !may.is_some_and(|account| right.holds(&account)) {
            return Err(Refused::NotFound.into());
        }
        event = event.by(Actor::Account(current.account.id));
        event = event.in_session(current.session.id).from(source);
        if !store::take_turn(&mut tx, current.account.id, now).await? {
            event = event.refused(Reason::Throttled);
            security_log::record(&mut tx, event, now, &app.random).await?;
            tx.commit().await?;
            return Ok(Asked::Wait(rules::EVERY));
        }
        for_session = Some((current.session.id, right));
    } else {
        event = event.by(Actor::Operator);
    }
    event = event.detail(rules::detail(&wanted, format, &format!("events={counted}")));
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    let app = app.clone();
    Ok(Asked::Granted(Box::new(Export { app, wanted, format, for_session, part: Part::Head })))
}

/// Action: notes that the log of an account was asked for that does not exist.
pub async fn note_unknown(app: &App, current: &Current, source: &Source) -> Result<()> {
    let event = Event::new(Kind::LogExported).by(Actor::Account(current.account.id));
    let event = event.in_session(current.session.id).from(source);
    security_log::note(app, event.refused(Reason::UnknownAccount)).await
}

/// Action: notes that the operator reads on from a place in the order of commits,
/// for as long as they like.
pub async fn follow(app: &App, wanted: &Wanted, format: Format, after: Cursor) -> Result<()> {
    let detail = rules::detail(wanted, format, &format!("after={}", after.number));
    let mut event = Event::new(Kind::LogExported).by(Actor::Operator).detail(detail);
    if let Whose::Account(id) = wanted.whose {
        event = event.on(id);
    }
    security_log::note(app, event).await
}

impl Export {
    /// The next lines, or nothing more. Nothing is held open in between.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        loop {
            let after = match self.part {
                Part::End => return Ok(None),
                Part::Head => {
                    self.part = Part::After(self.wanted.start());
                    let head = self.format.head()?;
                    if head.is_empty() {
                        continue;
                    }
                    return Ok(Some(head));
                }
                Part::After(place) => place,
            };
            self.confirm().await?;
            let batch = export::in_time(&mut &self.app.db, &self.wanted, after, BATCH).await?;
            self.part = batch.next.map_or(Part::End, Part::After);
            if !batch.records.is_empty() {
                return Ok(Some(self.format.lines(&batch.records)?));
            }
        }
    }

    /// A download can take longer than the session that began it lives.
    async fn confirm(&self) -> Result<()> {
        let Some((session, right)) = self.for_session else { return Ok(()) };
        match sessions::still_there(&self.app, session).await? {
            Some(account) if right.holds(&account) => Ok(()),
            _ => Err(Fault::new("an export’s session has ended").into()),
        }
    }
}

/// Step: forgets turns that hold nobody up any more.
pub async fn prune(tx: &mut portcullis_db::Tx, now: crate::time::Timestamp) -> Result<u64> {
    store::prune(tx, now).await
}
