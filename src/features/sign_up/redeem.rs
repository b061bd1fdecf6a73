use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::account::rules::{EmailAddress, Name};
use crate::features::account::{self, NewAccount};
use crate::features::mailed_links::{self, Dead, Link, Purpose};
use crate::features::password;
use crate::features::password::rules::{Password, Rule};
use crate::features::security_log::{self, Actor, Event, Kind, Reason};
use crate::features::sessions::Entrance;
use crate::features::sessions::{self, Current};
use crate::features::sign_in::{NewSession, first_session};
use crate::http::Source;
use crate::ids::{AccountId, SessionId};
use crate::secret::Token;
use crate::time::Timestamp;

/// What the holder of a link types.
#[derive(Debug)]
pub struct SignUp {
    /// Their name.
    pub name: Name,
    /// Their password.
    pub password: Password,
    /// The cookie of a known device, if the browser has one.
    pub device: Option<Token>,
    /// The session that the browser has so far, which ends.
    pub replaces: Option<Current>,
}

/// Why a link opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOpen {
    /// It is no link, or none any more.
    Dead(Dead),
    /// The address that it proves has an account by now.
    EmailTaken,
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// The account is made and its owner signed in.
    SignedUp(NewSession),
    /// The password breaks rules; the link to this address is as good as before.
    Broken(EmailAddress, Vec<Rule>),
    /// Nothing was made.
    NotOpen(NotOpen),
}

/// The address that a link proves, if it opens; looking changes nothing.
pub async fn address(app: &App, text: &str) -> Result<std::result::Result<EmailAddress, NotOpen>> {
    Ok(open(app, text, app.clock.now()).await?.map(|(_, email)| email))
}

/// Action: notes that somebody sent the form of a link that opens nothing.
pub async fn note_dead(app: &App, reason: NotOpen, source: &Source) -> Result<()> {
    security_log::note(app, refused(of(reason), source)).await
}

/// Action: makes the account of whoever has proved an address, and spends the
/// link.
pub async fn sign_up(app: &App, text: &str, asked: SignUp, source: &Source) -> Result<Outcome> {
    let now = app.clock.now();
    let (link, email) = match open(app, text, now).await? {
        Ok(opened) => opened,
        Err(reason) => {
            security_log::note(app, refused(of(reason), source)).await?;
            return Ok(Outcome::NotOpen(reason));
        }
    };
    let broken = password::broken_rules(app, &asked.password);
    if !broken.is_empty() {
        security_log::note(app, refused(Reason::Policy, source)).await?;
        return Ok(Outcome::Broken(email, broken));
    }
    let new = NewAccount {
        id: AccountId::new(now, &app.random),
        email,
        email_verified_at: Some(now),
        name: asked.name,
        administrator: false,
    };
    let hashed = password::hash(app, new.id, &asked.password).await?;
    let mut tx = app.db.begin().await?;
    let reason = if !mailed_links::spend(&mut tx, &link, now).await? {
        Some(NotOpen::Dead(Dead::Void))
    } else if account::create(&mut tx, &new, now).await?.is_err() {
        Some(NotOpen::EmailTaken)
    } else if mailed_links::is_reserved(&mut tx, &new.email, None, now).await? {
        Some(NotOpen::Dead(Dead::Void))
    } else {
        None
    };
    if let Some(found) = reason {
        drop(tx);
        // The link itself says more of what came between.
        let reason = open(app, text, now).await?.err().unwrap_or(found);
        security_log::note(app, refused(of(reason), source)).await?;
        return Ok(Outcome::NotOpen(reason));
    }
    if !account::lock_active(&mut tx, new.id).await? {
        return Err(Fault::new("a new account could not be locked").into());
    }
    password::set_first(&mut tx, new.id, &hashed, now).await?;
    mailed_links::void_for_address(&mut tx, Purpose::SignUp, &new.email, now).await?;
    if let Some(replaced) = &asked.replaces {
        sessions::end_replaced(&mut tx, replaced, now).await?;
    }
    let session =
        first_session(&mut tx, app, new.id, Entrance::LINK, asked.device, source, now).await?;
    let event = Event::new(Kind::SignedUp)
        .on(new.id)
        .by(Actor::Account(new.id))
        .in_session(SessionId::from_uuid(session.session.id()))
        .from(source);
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(Outcome::SignedUp(session))
}

async fn open(
    app: &App,
    text: &str,
    now: Timestamp,
) -> Result<std::result::Result<(Link, EmailAddress), NotOpen>> {
    let mut db = &app.db;
    let link = match mailed_links::look(&mut db, Purpose::SignUp, text, now).await?.open() {
        Ok(link) => link,
        Err(dead) => return Ok(Err(NotOpen::Dead(dead))),
    };
    let email = EmailAddress::parse(&link.email)
        .map_err(|_| Fault::new("a stored address can't be read"))?;
    Ok(if account::by_email(&mut db, &email).await?.is_some() {
        Err(NotOpen::EmailTaken)
    } else {
        Ok((link, email))
    })
}

const fn of(reason: NotOpen) -> Reason {
    match reason {
        NotOpen::Dead(_) => Reason::Link,
        NotOpen::EmailTaken => Reason::EmailTaken,
    }
}

fn refused(reason: Reason, source: &Source) -> Event {
    Event::new(Kind::SignedUp).refused(reason).from(source)
}
