//! Joining an organisation by an invitation: signed in with the address that it is for, or
//! by making an account with it.

pub mod web;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::account::rules::Name;
use crate::features::account::{self, NewAccount};
use crate::features::mailed_links::{self, Dead, Purpose};
use crate::features::organisation_access::{Admission, Admitted};
use crate::features::organisations::invitations::{Invitation, Opened};
use crate::features::organisations::{self, Organisation};
use crate::features::password;
use crate::features::password::rules::{Password, Rule};
use crate::features::security_log::{self, Actor, Event, Kind, Object, Reason};
use crate::features::sessions::{self, Current, Entrance};
use crate::features::sign_in::{NewSession, first_session};
use crate::http::Source;
use crate::ids::{AccountId, SessionId};
use crate::secret::Token;
use portcullis_db::Tx;

/// What came of accepting.
#[derive(Debug)]
pub enum Accepted {
    /// They are a member now.
    Joined(Organisation),
    /// They have been one all along; the invitation is spent.
    Already(Organisation),
    /// The invitation is for another address than theirs.
    OtherAddress,
    /// Nobody comes in from where they are.
    NotFromHere,
    /// It opens nothing.
    Dead(Dead),
}

/// Action: whoever is signed in accepts an invitation to their address.
pub async fn accept(
    app: &App,
    current: &Current,
    admission: &Admission,
    source: &Source,
) -> Result<Accepted> {
    let now = app.clock.now();
    let event = Event::by_owner(Kind::MemberJoined, current.owner()).from(source);
    let (admitted, event) = match admitted(app, event, admission).await? {
        Ok(admitted) => admitted,
        Err(Barred::NotFromHere) => return Ok(Accepted::NotFromHere),
        Err(Barred::Dead(dead)) => return Ok(Accepted::Dead(dead)),
    };
    let Opened { invitation, email, .. } = admitted.opened();
    let mut tx = app.db.begin().await?;
    organisations::lock(&mut tx, invitation.organisation).await?;
    sessions::confirm(&mut tx, current).await?;
    // As it is now: the address may have changed since the request came.
    let account = account::by_id(&mut tx, current.account.id).await?;
    if !account.is_some_and(|account| email.is_same_as(&account.email)) {
        let event = event.refused(Reason::OtherAddress);
        security_log::record(&mut tx, event, now, &app.random).await?;
        tx.commit().await?;
        return Ok(Accepted::OtherAddress);
    }
    if !admitted.spend(&mut tx, now).await? {
        let event = event.refused(Reason::Link);
        security_log::record(&mut tx, event, now, &app.random).await?;
        tx.commit().await?;
        return Ok(Accepted::Dead(Dead::Used));
    }
    // Whoever has opened the link reads the mail of that address.
    account::verify_email(&mut tx, current.account.id, now).await?;
    let (id, role) = (invitation.organisation, invitation.role);
    let joined = organisations::add(&mut tx, id, current.account.id, role, now).await?;
    let event = if joined { event } else { event.refused(Reason::Already) };
    security_log::record(&mut tx, event, now, &app.random).await?;
    let organisation = found(&mut tx, invitation).await?;
    tx.commit().await?;
    Ok(if joined { Accepted::Joined(organisation) } else { Accepted::Already(organisation) })
}

/// What somebody without an account types.
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

/// What came of it.
#[derive(Debug)]
pub enum SignedUp {
    /// They have an account, a session, and are a member.
    Joined(Organisation, Box<NewSession>),
    /// The password breaks rules.
    Broken(Vec<Rule>),
    /// The address has an account: whose it is signs in.
    EmailTaken,
    /// Nobody comes in from where they are.
    NotFromHere,
    /// It opens nothing.
    Dead(Dead),
}

/// Action: makes the account of whoever was invited, and a member of it.
pub async fn sign_up(
    app: &App,
    admission: &Admission,
    asked: SignUp,
    source: &Source,
) -> Result<SignedUp> {
    let now = app.clock.now();
    let event = Event::new(Kind::MemberJoined).from(source);
    let (admitted, event) = match admitted(app, event, admission).await? {
        Ok(admitted) => admitted,
        Err(Barred::NotFromHere) => return Ok(SignedUp::NotFromHere),
        Err(Barred::Dead(dead)) => return Ok(SignedUp::Dead(dead)),
    };
    let Opened { invitation, email, .. } = admitted.opened();
    let broken = password::broken_rules(app, &asked.password);
    if !broken.is_empty() {
        security_log::note(app, event.refused(Reason::Policy)).await?;
        return Ok(SignedUp::Broken(broken));
    }
    let new = NewAccount {
        id: AccountId::new(now, &app.random),
        email: email.clone(),
        email_verified_at: Some(now),
        name: asked.name,
        administrator: false,
    };
    let hashed = password::hash(app, new.id, &asked.password).await?;
    let mut tx = app.db.begin().await?;
    organisations::lock(&mut tx, invitation.organisation).await?;
    let refused = if !admitted.spend(&mut tx, now).await? {
        Some((Reason::Link, SignedUp::Dead(Dead::Used)))
    } else if account::create(&mut tx, &new, now).await?.is_err()
        || mailed_links::is_reserved(&mut tx, &new.email, None, now).await?
    {
        Some((Reason::EmailTaken, SignedUp::EmailTaken))
    } else {
        None
    };
    if let Some((reason, outcome)) = refused {
        drop(tx);
        security_log::note(app, event.refused(reason)).await?;
        return Ok(outcome);
    }
    if !account::lock_active(&mut tx, new.id).await? {
        return Err(Fault::new("a new account could not be locked").into());
    }
    password::set_first(&mut tx, new.id, &hashed, now).await?;
    mailed_links::void_for_address(&mut tx, Purpose::SignUp, &new.email, now).await?;
    let (id, role) = (invitation.organisation, invitation.role);
    organisations::add(&mut tx, id, new.id, role, now).await?;
    if let Some(replaced) = &asked.replaces {
        sessions::end_replaced(&mut tx, replaced, now).await?;
    }
    let session =
        first_session(&mut tx, app, new.id, Entrance::LINK, asked.device, source, now).await?;
    let event = event
        .on(new.id)
        .by(Actor::Account(new.id))
        .in_session(SessionId::from_uuid(session.session.id()));
    security_log::record(&mut tx, event, now, &app.random).await?;
    let organisation = found(&mut tx, invitation).await?;
    tx.commit().await?;
    Ok(SignedUp::Joined(organisation, Box::new(session)))
}

/// Why somebody does not come in.
enum Barred {
    NotFromHere,
    Dead(Dead),
}

/// What may be accepted, and the event that its acceptance is; or why not, written down.
async fn admitted<'a>(
    app: &App,
    event: Event,
    admission: &'a Admission,
) -> Result<std::result::Result<(&'a Admitted, Event), Barred>> {
    let (event, barred) = match admission {
        Admission::Admitted(admitted) => {
            return Ok(Ok((admitted, of(event, &admitted.opened().invitation))));
        }
        Admission::NotFromHere(invitation) => {
            (of(event, invitation).refused(Reason::AddressNotAllowed), Barred::NotFromHere)
        }
        Admission::Dead(dead) => (event.refused(Reason::Link), Barred::Dead(*dead)),
    };
    security_log::note(app, event).await?;
    Ok(Err(barred))
}

fn of(event: Event, invitation: &Invitation) -> Event {
    event
        .within(invitation.organisation)
        .object(Object::Invitation, invitation.id.uuid())
        .detail(invitation.role.tag())
}

async fn found(tx: &mut Tx, invitation: &Invitation) -> Result<Organisation> {
    let found = organisations::by_id(tx, invitation.organisation).await?;
    Ok(found.ok_or_else(|| Fault::new("an invitation’s organisation is gone"))?)
}
