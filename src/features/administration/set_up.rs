use super::store;
use crate::app::App;
use crate::error::{Fault, Refused, Result};
use crate::features::account::{self, NewAccount};
use crate::features::password::rules::{Password, Rule};
use crate::features::security_log::{self, Actor, Event, Kind as EventKind, Reason};
use crate::features::sessions::Entrance;
use crate::features::sessions::{self, Current};
use crate::features::sign_in::{NewSession, first_session};
use crate::features::{mailed_links, password};
use crate::http::Source;
use crate::ids::new_uuid;
use crate::secret::{Kind, SecretText, Token};
use std::time::Duration;

/// A link opens for so long; a restart prints another.
pub const LIFETIME: Duration = Duration::from_hours(24);

/// What the first administrator types.
#[derive(Debug)]
pub struct SetUp {
    /// The account; it administers.
    pub account: NewAccount,
    /// Its password.
    pub password: Password,
    /// The cookie of a known device, if the browser has one.
    pub device: Option<Token>,
    /// The session that the browser has so far, which ends.
    pub replaces: Option<Current>,
}

/// What came of it.
#[derive(Debug)]
pub enum SetUpOutcome {
    /// The administrator is made and signed in.
    Done(NewSession),
    /// The password breaks rules.
    Broken(Vec<Rule>),
    /// Another account has the address.
    EmailTaken,
}

/// Action: a new link, while there is no administrator. Links that other nodes
/// have printed stay good until one is used.
pub async fn set_up_link(app: &App) -> Result<Option<SecretText>> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    account::lock_installation(&mut tx).await?;
    if account::has_administrator(&mut tx).await? {
        return Ok(None);
    }
    let token = Token::new(Kind::SetUp, new_uuid(now, &app.random), &app.random);
    store::insert_link(&mut tx, &token, now, now.plus(LIFETIME)).await?;
    tx.commit().await?;
    let path = format!("/set-up/{}", token.encode().reveal());
    Ok(Some(SecretText::new(app.config.public_url.link(&path))))
}

/// Whether a presented link would open; looking changes nothing.
pub async fn link_is_open(app: &App, token: &Token) -> Result<bool> {
    store::is_open(&mut &app.db, token, app.clock.now()).await
}

/// Action: makes the first administrator and spends the link, in one
/// transaction.
pub async fn set_up(
    app: &App,
    link: &Token,
    asked: SetUp,
    source: &Source,
) -> Result<SetUpOutcome> {
    let id = asked.account.id;
    let broken = password::broken_rules(app, &asked.password);
    if !broken.is_empty() {
        note_refused(app, Reason::Policy, source).await?;
        return Ok(SetUpOutcome::Broken(broken));
    }
    let hashed = password::hash(app, id, &asked.password).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    account::lock_installation(&mut tx).await?;
    if !store::spend_link(&mut tx, link, now).await? || account::has_administrator(&mut tx).await? {
        drop(tx);
        note_refused(app, Reason::Link, source).await?;
        return Err(Refused::NotFound.into());
    }
    store::void_links(&mut tx, now).await?;
    if account::create(&mut tx, &asked.account, now).await?.is_err()
        || mailed_links::is_reserved(&mut tx, &asked.account.email, None, now).await?
    {
        drop(tx);
        note_refused(app, Reason::EmailTaken, source).await?;
        return Ok(SetUpOutcome::EmailTaken);
    }
    if !account::lock_active(&mut tx, id).await? {
        return Err(Fault::new("a new account could not be locked").into());
    }
    password::set_first(&mut tx, id, &hashed, now).await?;
    if let Some(replaced) = &asked.replaces {
        sessions::end_replaced(&mut tx, replaced, now).await?;
    }
    let new = first_session(&mut tx, app, id, Entrance::LINK, asked.device, source, now).await?;
    let event = Event::new(EventKind::AdministratorSetUp)
        .on(id)
        .by(Actor::Account(id))
        .in_session(crate::ids::SessionId::from_uuid(new.session.id()))
        .from(source);
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(SetUpOutcome::Done(new))
}

/// Action: notes that somebody presented a link that does not open.
pub async fn note_wrong_link(app: &App, source: &Source) -> Result<()> {
    note_refused(app, Reason::Link, source).await
}

async fn note_refused(app: &App, reason: Reason, source: &Source) -> Result<()> {
    let event = Event::new(EventKind::SetUp).refused(reason).from(source);
    security_log::note(app, event).await
}
