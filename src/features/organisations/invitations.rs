//! Invitations to an organisation: by mail, for a week, for one address, and for one use.
//! Opening one changes nothing; `organisation_joining` accepts it.

mod store;

use super::rules::{INVITATION_LIFETIME, MOST_INVITATIONS, MOST_TO_ONE, Role};
use super::{Organisation, confirm, letters};
use crate::app::App;
use crate::delivery;
use crate::error::{Fault, Result};
use crate::features::account;
use crate::features::account::rules::EmailAddress;
use crate::features::mailed_links::Dead;
use crate::features::security_log::{self, Actor, Event, Kind, Object, Reason};
use crate::features::sessions::Current;
use crate::http::Source;
use crate::ids::{InvitationId, OrganisationId};
use crate::secret::{Kind as Secret, SecretHash, SecretText, Token};
use crate::time::Timestamp;
use portcullis_db::{Reader, Statement, Tx};
use std::time::Duration;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Somebody who is asked to join.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Its id; not a secret.
    pub id: InvitationId,
    /// What they are asked to join.
    pub organisation: OrganisationId,
    /// The address that it is for, as typed.
    pub email: String,
    /// What they would be.
    pub role: Role,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When it is of no use any more.
    pub expires_at: Timestamp,
    secret_hash: SecretHash,
    accepted_at: Option<Timestamp>,
    withdrawn_at: Option<Timestamp>,
}

/// Action: invites somebody.
pub async fn invite(
    app: &App,
    current: &Current,
    organisation: &Organisation,
    (email, role): (&EmailAddress, Role),
    source: &Source,
) -> Result<super::members::Done> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let own = confirm(&mut tx, current, organisation.id, Role::Admin).await?;
    let event = Event::new(Kind::MemberInvited)
        .by(Actor::Account(current.account.id))
        .in_session(current.session.id)
        .within(organisation.id)
        .email(email.typed())
        .detail(role.tag())
        .from(source);
    let known = account::by_email(&mut tx, email).await?;
    let is_member = match &known {
        Some(account) => super::store::role(&mut tx, organisation.id, account.id).await?.is_some(),
        None => false,
    };
    let (waiting, lately) = (
        store::open(&mut tx, organisation.id, now, MOST_INVITATIONS).await?.len(),
        store::count_to(&mut tx, organisation.id, email, now.minus(DAY)).await?,
    );
    let full = i64::try_from(waiting).unwrap_or(i64::MAX) >= MOST_INVITATIONS;
    let reason = if !own.may_manage(role) {
        Some(Reason::Role)
    } else if is_member {
        Some(Reason::Already)
    } else if full || lately >= MOST_TO_ONE {
        Some(Reason::TooMany)
    } else {
        None
    };
    if let Some(reason) = reason {
        security_log::record(&mut tx, event.refused(reason), now, &app.random).await?;
        tx.commit().await?;
        return Ok(Err(reason));
    }
    let by = Some(current.account.name.as_str());
    let id = send(&mut tx, app, organisation, (email, role), by, now).await?;
    let event = event.object(Object::Invitation, id.uuid());
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

const DAY: Duration = Duration::from_hours(24);

/// Step: an invitation, which takes the place of earlier ones to the address. Call with
/// the organisation locked.
pub async fn send(
    tx: &mut Tx,
    app: &App,
    organisation: &Organisation,
    (email, role): (&EmailAddress, Role),
    by: Option<&str>,
    now: Timestamp,
) -> Result<InvitationId> {
    store::replace(tx, organisation.id, email, now).await?;
    let id = InvitationId::new(now, &app.random);
    let token = Token::new(Secret::OrganisationInvitation, id.uuid(), &app.random);
    let invitation = Invitation {
        id,
        organisation: organisation.id,
        email: email.typed().to_owned(),
        role,
        created_at: now,
        expires_at: now.plus(INVITATION_LIFETIME),
        secret_hash: token.hash(),
        accepted_at: None,
        withdrawn_at: None,
    };
    store::insert(tx, &invitation, email).await?;
    let path = format!("/link/organisation/{}", token.encode().reveal());
    let link = SecretText::new(app.config.public_url.link(&path));
    let known = account::by_email(tx, email).await?;
    let text = match &known {
        Some(account) => delivery::text_for(app, account, now),
        None => app.text(None, now),
    };
    let letter = letters::invitation(app, &text, organisation, &invitation, by, link);
    let account = known.map(|account| account.id);
    delivery::enqueue(tx, app, email.typed(), account, &letter, now).await?;
    Ok(id)
}

/// Action: takes an invitation back.
pub async fn withdraw(
    app: &App,
    current: &Current,
    organisation: &Organisation,
    id: InvitationId,
    source: &Source,
) -> Result<super::members::Done> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let own = confirm(&mut tx, current, organisation.id, Role::Admin).await?;
    let event = Event::new(Kind::MemberInvitationWithdrawn)
        .by(Actor::Account(current.account.id))
        .in_session(current.session.id)
        .within(organisation.id)
        .object(Object::Invitation, id.uuid())
        .from(source);
    let found = store::find(&mut tx, id).await?;
    let found = found.filter(|found| found.organisation == organisation.id);
    let reason = match found {
        Some(found) if !own.may_manage(found.role) => Some(Reason::Role),
        Some(_) if store::withdraw(&mut tx, organisation.id, id, now).await? => None,
        Some(_) | None => Some(Reason::UnknownInvitation),
    };
    let event = match reason {
        Some(reason) => event.refused(reason),
        None => event,
    };
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(reason.map_or(Ok(()), Err))
}

/// Those that wait for an answer, the newest first.
pub async fn waiting(
    app: &App,
    organisation: OrganisationId,
    now: Timestamp,
) -> Result<Vec<Invitation>> {
    store::open(&mut &app.db, organisation, now, MOST_INVITATIONS).await
}

/// An invitation that can be accepted.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The invitation.
    pub invitation: Invitation,
    /// What it is to.
    pub organisation: Organisation,
    /// Whom it is for.
    pub email: EmailAddress,
    /// Whether they have an account.
    pub known: bool,
}

/// What the page of an invitation tells whoever holds it; looking changes nothing.
pub async fn open(
    app: &App,
    text: &str,
    now: Timestamp,
) -> Result<std::result::Result<Opened, Dead>> {
    let db = &mut &app.db;
    let invitation = match look(db, text, now).await? {
        Ok(invitation) => invitation,
        Err(dead) => return Ok(Err(dead)),
    };
    let organisation = super::store::by_id(db, invitation.organisation).await?;
    let organisation =
        organisation.ok_or_else(|| Fault::new("an invitation’s organisation is gone"))?;
    let email = EmailAddress::parse(&invitation.email)
        .map_err(|_| Fault::new("a stored address can't be read"))?;
    let known = account::by_email(db, &email).await?.is_some();
    Ok(Ok(Opened { invitation, organisation, email, known }))
}

/// What a presented text is.
async fn look(
    db: &mut impl Reader,
    text: &str,
    now: Timestamp,
) -> Result<std::result::Result<Invitation, Dead>> {
    let Some(token) = Token::parse(Secret::OrganisationInvitation, text) else {
        return Ok(Err(Dead::Unknown));
    };
    let found = store::find(db, InvitationId::from_uuid(token.id())).await?;
    let found = found.filter(|found| token.hash().matches(&found.secret_hash));
    Ok(match found {
        None => Err(Dead::Unknown),
        Some(found) if found.accepted_at.is_some() => Err(Dead::Used),
        Some(found) if found.withdrawn_at.is_some() => Err(Dead::Void),
        Some(found) if found.expires_at <= now => Err(Dead::Expired),
        Some(found) => Ok(found),
    })
}

/// Step: spends an invitation that was open when it was looked at; false where it no longer
/// is. `organisation_access` alone calls it, for whoever is where they may join.
pub async fn spend(tx: &mut Tx, invitation: &Invitation, now: Timestamp) -> Result<bool> {
    store::accept(tx, invitation, now).await
}

/// Step: nobody is asked to join an organisation that is removed.
pub(super) async fn remove_organisation(tx: &mut Tx, organisation: OrganisationId) -> Result<()> {
    store::remove_organisation(tx, organisation).await
}

/// Step: forgets what was sent to an address.
pub(super) async fn remove_address(tx: &mut Tx, email: &EmailAddress) -> Result<()> {
    store::remove_address(tx, email).await
}

/// Step: removes those that ended long ago, and says how many.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const KEPT: Duration = Duration::from_hours(30 * 24);
    store::prune(tx, now.minus(KEPT)).await
}
