//! A session is a signed-in browser. Its secret is only in the cookie, hashed
//! at rest, and replaced at each rise of privilege; its id is public. It ends
//! when unused, when old, when its owner or an operator says so, and it is
//! refused everywhere from then on.

pub mod rules;
mod store;
pub mod web;

use crate::app::App;
use crate::error::{Fault, Refused, Result};
use crate::features::account::{self, Account};
use crate::features::application_sessions;
use crate::features::security_log::{self, Event, Kind as EventKind, Object, Owner, Reason};
use crate::http::Source;
use crate::ids::{AccountId, DeviceId, SessionId};
use crate::secret::{Kind, Token};
use crate::time::Timestamp;
use portcullis_db::{Statement, Tx};
use rules::{EndReason, Entry, Proved};

pub use store::{Listed, Session};

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// A session and the account that it is of: who is there.
#[derive(Debug, Clone)]
pub struct Current {
    /// The session.
    pub session: Session,
    /// Its account.
    pub account: Account,
}

impl Current {
    /// As the log names who is there.
    pub const fn owner(&self) -> Owner {
        (self.account.id, self.session.id)
    }
}

/// Action: who holds this cookie, if it is a live session's. Notes that the
/// session is in use, and from where, at most once a minute.
pub async fn authenticate(
    app: &App,
    cookie: &Token,
    source: &Source,
    now: Timestamp,
) -> Result<Option<Current>> {
    let Some(current) = store::find(&mut &app.db, SessionId::from_uuid(cookie.id())).await? else {
        return Ok(None);
    };
    let live = cookie.hash().matches(&current.session.secret_hash)
        && !current.account.is_shut()
        && rules::is_live(&current.session, now, app.config.session_idle);
    if !live {
        return Ok(None);
    }
    let last = current.session.last_active_at;
    if rules::activity_is_due(last, now, app.config.session_idle)
        && let Err(error) = touch(app, current.session.id, source, now).await
    {
        // It may lag; a page that only shows must not fail for it.
        tracing::warn!(?error, "a session's activity could not be noted");
    }
    Ok(Some(current))
}

/// Action: whose session it is, if it still lives: for what goes on longer than
/// the request that began it.
pub async fn still_there(app: &App, id: SessionId) -> Result<Option<Account>> {
    Ok(current(app, id).await?.map(|current| current.account))
}

/// Action: the same with the session, and what was proved in it.
pub async fn current(app: &App, id: SessionId) -> Result<Option<Current>> {
    let now = app.clock.now();
    Ok(store::find(&mut &app.db, id).await?.filter(|Current { session, account }| {
        !account.is_shut() && rules::is_live(session, now, app.config.session_idle)
    }))
}

async fn touch(app: &App, id: SessionId, source: &Source, now: Timestamp) -> Result<()> {
    let mut tx = app.db.begin().await?;
    store::touch(&mut tx, id, source.address_text().as_deref(), now).await?;
    Ok(tx.commit().await?)
}

/// Step: takes the account's row, and sees that account and session are still
/// what they were when the request came.
pub async fn confirm(tx: &mut Tx, current: &Current) -> Result<()> {
    if account::lock_active(tx, current.account.id).await?
        && store::is_current(tx, &current.session).await?
    {
        Ok(())
    } else {
        Err(Refused::OldForm.into())
    }
}

/// How somebody came in.
#[derive(Debug, Clone, Copy)]
pub struct Entrance {
    /// What they have proved just now.
    pub proved: Proved,
    /// Whether the browser is one that need not prove a second factor.
    pub trusted: bool,
    /// Whether a mailed link let them choose the password.
    pub by_link: bool,
}

impl Entrance {
    /// By a link that let them choose the password.
    pub const LINK: Self = Self { proved: Proved::PASSWORD, trusted: false, by_link: true };

    /// By what was proved.
    pub const fn by(proved: Proved) -> Self {
        Self { proved, trusted: false, by_link: false }
    }

    /// By the password, and perhaps the trust in the browser.
    pub const fn by_password(trusted: bool) -> Self {
        Self { proved: Proved::PASSWORD, trusted, by_link: false }
    }

    /// How a session that begins so is said to have begun.
    pub const fn entry(self) -> Entry {
        match self.proved {
            Proved { backup_code: true, .. } => Entry::BackupCode,
            Proved { totp: true, .. } => Entry::Authenticator,
            Proved { sms: true, .. } => Entry::Sms,
            _ if self.trusted => Entry::TrustedBrowser,
            _ if self.by_link => Entry::Link,
            _ => Entry::Password,
        }
    }
}

/// Step: makes a session for somebody who has just proved who they are. The
/// oldest ends where there would be too many. Call with the account's row taken.
/// It makes none in an account that is shut, and none on the password alone where
/// the account holds a second factor, whichever door asks.
pub async fn create(
    tx: &mut Tx,
    app: &App,
    account: AccountId,
    device: DeviceId,
    entrance: Entrance,
    source: &Source,
    now: Timestamp,
) -> Result<(SessionId, Token)> {
    let Some(owner) = account::by_id(tx, account).await?.filter(|owner| !owner.is_shut()) else {
        return Err(Fault::new("a session was to begin in a shut account").into());
    };
    if !rules::may_begin(owner.second_factors, entrance.proved, entrance.trusted) {
        return Err(Fault::new("a session was to begin without a second factor").into());
    }
    let surplus = store::live_ids(
        tx,
        account,
        now,
        now.minus(app.config.session_idle),
        app.config.session_limit - 1,
    )
    .await?;
    for id in surplus {
        end(tx, account, id, EndReason::TooMany, now).await?;
    }
    let id = SessionId::new(now, &app.random);
    let token = Token::new(Kind::Session, id.uuid(), &app.random);
    let expires_at = now.plus(app.config.session_absolute);
    store::insert(tx, id, account, &token.hash(), device, entrance, source, now, expires_at)
        .await?;
    Ok((id, token))
}

/// Step: gives the session a new secret and notes what its owner has just
/// proved. The old secret opens nothing from the commit on.
pub async fn raise(
    tx: &mut Tx,
    app: &App,
    session: &Session,
    proved: Proved,
    now: Timestamp,
) -> Result<Token> {
    let token = Token::new(Kind::Session, session.id.uuid(), &app.random);
    if store::raise(tx, session.id, &session.secret_hash, &token.hash(), proved, now).await? {
        Ok(token)
    } else {
        // Ended or rotated between the request's first look and now.
        Err(Refused::OldForm.into())
    }
}

/// Step: ends all of an account's sessions but one, with their children, and says how
/// many.
pub async fn end_others(
    tx: &mut Tx,
    account: AccountId,
    kept: Option<SessionId>,
    reason: EndReason,
    now: Timestamp,
) -> Result<u64> {
    let ended = store::end_others(tx, account, kept, reason, now).await?;
    application_sessions::end_children_of_account(tx, account, kept, now).await?;
    Ok(ended)
}

/// Step: ends one session of an account, with its children; false when there is none
/// such.
pub async fn end(
    tx: &mut Tx,
    account: AccountId,
    id: SessionId,
    reason: EndReason,
    now: Timestamp,
) -> Result<bool> {
    let ended = store::end(tx, account, id, reason, now).await?;
    if ended {
        application_sessions::end_children(tx, id, now).await?;
    }
    Ok(ended)
}

/// Step: ends all sessions of the installation but one, with their children, and says
/// how many. Call with the installation locked.
pub async fn end_every(
    tx: &mut Tx,
    kept: Option<SessionId>,
    reason: EndReason,
    now: Timestamp,
) -> Result<u64> {
    let ended = store::end_every(tx, kept, reason, now).await?;
    application_sessions::end_every_child(tx, kept, now).await?;
    Ok(ended)
}

/// Step: ends a session that a new one replaces in the same browser.
pub async fn end_replaced(tx: &mut Tx, replaced: &Current, now: Timestamp) -> Result<()> {
    end(tx, replaced.account.id, replaced.session.id, EndReason::Replaced, now).await?;
    Ok(())
}

/// Action: signs out of the session at hand.
pub async fn sign_out(app: &App, current: &Current, source: &Source) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    account::lock(&mut tx, current.account.id).await?;
    if end(&mut tx, current.account.id, current.session.id, EndReason::SignedOut, now).await? {
        let event = Event::by_owner(EventKind::SignOut, current.owner()).from(source);
        security_log::record(&mut tx, event, now, &app.random).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Where a browser comes with the secret of a session that has ended: whoever ended it may
/// still wait for other nodes, and nobody is told sooner than they. Who has made it up waits
/// for nobody.
pub async fn already_out(app: &App, cookie: &Token) -> Result<()> {
    let found = store::find(&mut &app.db, SessionId::from_uuid(cookie.id())).await?;
    if found.is_some_and(|found| cookie.hash().matches(&found.session.secret_hash)) {
        app.db.settled().await;
    }
    Ok(())
}

/// Action: signs another session of the same account out.
pub async fn sign_out_one(
    app: &App,
    current: &Current,
    id: SessionId,
    source: &Source,
) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    confirm(&mut tx, current).await?;
    let account = current.account.id;
    let ended = end(&mut tx, account, id, EndReason::SignedOutElsewhere, now).await?;
    let mut event = Event::by_owner(EventKind::SessionEnded, current.owner())
        .object(Object::Session, id.uuid())
        .from(source);
    if !ended {
        event = event.refused(Reason::UnknownSession);
    }
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    if ended { Ok(()) } else { Err(Refused::NotFound.into()) }
}

/// The account's live sessions, the last active first.
pub async fn list(app: &App, account: AccountId, now: Timestamp) -> Result<Vec<Listed>> {
    let idle_since = now.minus(app.config.session_idle);
    store::list(&mut &app.db, account, now, idle_since).await
}

/// Whether a session is still in use.
pub async fn is_live(app: &App, id: SessionId, now: Timestamp) -> Result<bool> {
    let found = store::find(&mut &app.db, id).await?;
    Ok(found.is_some_and(|found| {
        !found.account.is_shut() && rules::is_live(&found.session, now, app.config.session_idle)
    }))
}

/// Step: removes what ended long ago, and says how many.
pub async fn prune(tx: &mut Tx, app: &App, now: Timestamp) -> Result<u64> {
    let before = now.minus(rules::KEPT_AFTER_END);
    let idle_before = before.minus(app.config.session_idle);
    let children = application_sessions::prune(tx, before).await?;
    Ok(children + store::prune(tx, before, idle_before).await?)
}

/// Step: removes an account's sessions, with where they were used and their children.
pub async fn remove_account(tx: &mut Tx, account: AccountId) -> Result<()> {
    application_sessions::remove_account(tx, account).await?;
    store::remove_account(tx, account).await
}
