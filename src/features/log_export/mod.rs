//! "Export log": an account's own log, or for those who may the installation's,
//! as a file. It is an event before its first byte, its number an hour is bounded,
//! and it ends with the session that asked for it.

pub mod api;
mod file;
pub mod rules;
mod store;
pub mod web;

use crate::app::App;
use crate::error::{Fault, Refused, Result};
use crate::features::access_tokens::rules::Permission;
use crate::features::access_tokens::{self, Bearer};
use crate::features::account::{self, Account};
use crate::features::organisation_access::{self, Question, Verdict, Which};
use crate::features::organisation_admins::By;
use crate::features::organisations::rules::Role;
use crate::features::security_log::export::{self, BATCH, Cursor, Format, Wanted, Whose};
use crate::features::security_log::{self, Actor, Event, Kind, Place, Reason};
use crate::features::sessions::{self, Current};
use crate::http::Source;
use crate::ids::{OrganisationId, SessionId};
use crate::secret::Token;
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
    /// An owner or admin of the organisation whose log it is.
    Organisation(&'a Current, &'a Source, OrganisationId),
    /// A program with a token of theirs.
    ProgramOf(&'a Bearer, &'a Token, &'a Source, OrganisationId),
    /// A program with a token of the owner's, and the token itself, by which it
    /// is seen that it still holds.
    Program(&'a Bearer, &'a Token, &'a Source),
    /// Whoever runs the server.
    Operator,
}

/// What came of asking.
pub enum Asked {
    /// It can be read.
    Granted(Box<Export>),
    /// There were too many lately: for so long.
    Wait(Duration),
    /// The cursor is not of this log.
    WrongCursor,
}

/// An export that goes on for as long as somebody takes what it gives.
pub struct Export {
    app: App,
    wanted: Wanted,
    format: Format,
    holder: Holder,
    order: Order,
    part: Part,
}

/// Who has to be there still while it goes on.
enum Holder {
    Nobody,
    Session(SessionId, Right),
    Member(SessionId, Box<Source>, OrganisationId),
    Token(Box<(Token, Source)>),
    TokenOf(Box<(Token, Source)>, OrganisationId),
}

/// In which order it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// In that of time.
    Time,
    /// In that of commits, after a cursor.
    Commits(Cursor),
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
    AfterCommit(Cursor),
    End,
}

/// Action: asks for an export, which is an event whether it is granted or not.
pub async fn ask(
    app: &App,
    asker: Asker<'_>,
    wanted: Wanted,
    format: Format,
    order: Order,
) -> Result<Asked> {
    let now = app.clock.now();
    let (wanted, more) = match order {
        Order::Time => {
            // The end is now: neither this event nor what comes after it.
            let wanted = Wanted { until: wanted.until.min(now), ..wanted };
            let counted = export::count(&mut &app.db, &wanted).await?;
            (wanted, format!("events={counted}"))
        }
        Order::Commits(after) => {
            if !export::is_of_this_log(&mut &app.db, after).await? {
                return Ok(Asked::WrongCursor);
            }
            (wanted, format!("after={}", after.number))
        }
    };
    let mut detail = rules::detail(&wanted, format, &more);
    let mut event = Event::new(Kind::LogExported);
    event = match wanted.whose {
        Whose::Account(id) => event.on(id),
        Whose::Organisation(id) => event.within(id),
        Whose::Installation => event,
    };
    let mut tx = app.db.begin().await?;
    let (turn, holder) = match asker {
        Asker::Operator => {
            event = event.by(Actor::Operator);
            (None, Holder::Nobody)
        }
        Asker::Program(bearer, token, source) => {
            access_tokens::confirm(&mut tx, bearer, now).await?;
            event = bearer.event(Kind::LogExported).from(source);
            detail = format!("{detail} token {}", bearer.token);
            let holder = Holder::Token(Box::new((token.clone(), source.clone())));
            (Some(bearer.account.id), holder)
        }
        Asker::Organisation(current, source, id) => {
            let by = By::Session(current);
            by.confirm(&mut tx, id, now).await?;
            event = by.event(Kind::LogExported, id, source);
            let holder = Holder::Member(current.session.id, Box::new(source.clone()), id);
            (Some(current.account.id), holder)
        }
        Asker::ProgramOf(bearer, token, source, id) => {
            let by = By::Token(bearer);
            by.confirm(&mut tx, id, now).await?;
            event = by.event(Kind::LogExported, id, source);
            detail = format!("{detail} token {}", bearer.token);
            let holder = Holder::TokenOf(Box::new((token.clone(), source.clone())), id);
            (Some(bearer.account.id), holder)
        }
        Asker::Owner(current, source) | Asker::Auditor(current, source) => {
            let right = match asker {
                Asker::Auditor(..) => Right::EveryLog,
                _ => Right::OwnLog,
            };
            sessions::confirm(&mut tx, current).await?;
            let may = account::by_id(&mut tx, current.account.id).await?;
            if !may.is_some_and(|account| right.holds(&account)) {
                return Err(Refused::NotFound.into());
            }
            event = event.by(Actor::Account(current.account.id));
            event = event.in_session(current.session.id).from(source);
            (Some(current.account.id), Holder::Session(current.session.id, right))
        }
    };
    if let Some(account) = turn
        && !store::take_turn(&mut tx, account, now).await?
    {
        event = event.refused(Reason::Throttled);
        security_log::record(&mut tx, event, now, &app.random).await?;
        tx.commit().await?;
        return Ok(Asked::Wait(rules::EVERY));
    }
    security_log::record(&mut tx, event.detail(detail), now, &app.random).await?;
    tx.commit().await?;
    let app = app.clone();
    Ok(Asked::Granted(Box::new(Export { app, wanted, format, holder, order, part: Part::Head })))
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
            if let (Part::Head, order) = (&self.part, self.order) {
                self.part = match order {
                    Order::Time => Part::After(self.wanted.start()),
                    Order::Commits(cursor) => Part::AfterCommit(cursor),
                };
                let head = self.format.head()?;
                if head.is_empty() {
                    continue;
                }
                return Ok(Some(head));
            }
            if matches!(self.part, Part::End) {
                return Ok(None);
            }
            self.confirm().await?;
            let db = &mut &self.app.db;
            let records = match self.part {
                Part::Head | Part::End => continue,
                Part::After(place) => {
                    let batch = export::in_time(db, &self.wanted, place, BATCH).await?;
                    self.part = batch.next.map_or(Part::End, Part::After);
                    batch.records
                }
                Part::AfterCommit(cursor) => {
                    let (batch, _) =
                        export::in_commit_order(db, &self.wanted, cursor, BATCH).await?;
                    self.part = batch.next.map_or(Part::End, Part::AfterCommit);
                    batch.records
                }
            };
            if !records.is_empty() {
                return Ok(Some(self.format.lines(&records)?));
            }
        }
    }

    /// A download can take longer than the session or token that began it lives.
    async fn confirm(&self) -> Result<()> {
        let holds = match &self.holder {
            Holder::Nobody => true,
            Holder::Session(session, right) => {
                let account = sessions::still_there(&self.app, *session).await?;
                account.is_some_and(|account| right.holds(&account))
            }
            Holder::Member(session, source, id) => {
                self.is_still_inside(*session, source, *id).await?
            }
            Holder::Token(own) => {
                let ((token, source), now) = (&**own, self.app.clock.now());
                let bearer = access_tokens::authenticate(&self.app, token, source, now).await?;
                bearer.is_some_and(|bearer| bearer.may(Permission::LogExport))
            }
            Holder::TokenOf(own, id) => self.is_still_let_in(&own.0, &own.1, *id).await?,
        };
        if holds {
            Ok(())
        } else {
            Err(Fault::new("an export’s session or token has ended").into())
        }
    }
}

impl Export {
    /// Role, allowlist and second factor count while it goes on, too.
    async fn is_still_inside(
        &self,
        session: SessionId,
        source: &Source,
        organisation: OrganisationId,
    ) -> Result<bool> {
        let Some(current) = sessions::current(&self.app, session).await? else {
            return Ok(false);
        };
        let question = Question::of(&current, source, Which::Id(organisation));
        Ok(Right::OwnLog.holds(&current.account) && self.is_granted(&question).await?)
    }

    /// The same of a program: its token, besides.
    async fn is_still_let_in(
        &self,
        token: &Token,
        source: &Source,
        organisation: OrganisationId,
    ) -> Result<bool> {
        let now = self.app.clock.now();
        let bearer = access_tokens::authenticate(&self.app, token, source, now).await?;
        match bearer.filter(|bearer| bearer.may(Permission::OrganisationsLog)) {
            None => Ok(false),
            Some(bearer) => {
                let which = Which::Id(organisation);
                self.is_granted(&Question::by_token(&bearer, source, which)).await
            }
        }
    }

    async fn is_granted(&self, question: &Question<'_>) -> Result<bool> {
        let verdict =
            organisation_access::decide(&self.app, question, self.app.clock.now()).await?;
        Ok(matches!(verdict, Verdict::Granted(granted) if granted.role >= Role::Admin))
    }
}

/// Step: forgets turns that hold nobody up any more.
pub async fn prune(tx: &mut portcullis_db::Tx, now: crate::time::Timestamp) -> Result<u64> {
    store::prune(tx, now).await
}
