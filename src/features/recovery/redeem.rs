use super::rules::Door;
use crate::app::App;
use crate::error::Result;
use crate::features::access_tokens;
use crate::features::access_tokens::rules::RevokeReason;
use crate::features::account::rules::EmailAddress;
use crate::features::account::{self, Account};
use crate::features::account_lock::{self, AfterReset};
use crate::features::failure_counters::rules::Guarded;
use crate::features::mailed_links::{self, Dead, Link};
use crate::features::password::rules::{Password, Rule};
use crate::features::revocation;
use crate::features::security_log::{self, Actor, Event, Kind, Reason};
use crate::features::sessions::Entrance;
use crate::features::sessions::rules::EndReason;
use crate::features::sessions::{self, Current};
use crate::features::sign_in::{NewSession, first_session};
use crate::features::{failure_counters, password};
use crate::http::Source;
use crate::ids::{AccountId, SessionId};
use crate::secret::Token;
use crate::time::Timestamp;
use portcullis_db::Tx;

/// What somebody who holds a link chooses.
#[derive(Debug)]
pub struct Chosen {
    /// The new password.
    pub password: Password,
    /// The cookie of a known device, if the browser has one.
    pub device: Option<Token>,
    /// The session that the browser has so far; a new one takes its place.
    pub replaces: Option<Current>,
    /// Whether access tokens are revoked, too. They survive a change otherwise.
    pub revoke_tokens: bool,
}

/// What came of it.
#[derive(Debug)]
pub enum Redeemed {
    /// The password is set. Nobody is signed in by a reset.
    Changed(AfterReset),
    /// The first password is set, and its owner signed in.
    SignedIn(NewSession),
    /// The password breaks rules; the account's link is as good as before.
    Broken(Box<Account>, Vec<Rule>),
    /// The link opens nothing.
    Dead(Dead),
}

/// Whose link this is, if it opens; looking changes nothing.
pub async fn owner(
    app: &App,
    door: Door,
    text: &str,
) -> Result<std::result::Result<Account, Dead>> {
    Ok(open(app, door, text, app.clock.now()).await?.map(|(_, account)| account))
}

/// Action: notes that somebody sent the form of a link that opens nothing.
pub async fn note_dead(app: &App, door: Door, source: &Source) -> Result<()> {
    security_log::note(app, Event::new(door.kind()).refused(Reason::Link).from(source)).await
}

/// Action: sets the password that the holder of a link has chosen, and spends
/// the link; everything that the old password opened ends.
pub async fn redeem(
    app: &App,
    door: Door,
    text: &str,
    chosen: Chosen,
    source: &Source,
) -> Result<Redeemed> {
    let now = app.clock.now();
    let refused = |reason| Event::new(door.kind()).refused(reason).from(source);
    let (link, account) = match open(app, door, text, now).await? {
        Ok(opened) => opened,
        Err(dead) => {
            security_log::note(app, refused(Reason::Link)).await?;
            return Ok(Redeemed::Dead(mailed_links::told(app, dead).await));
        }
    };
    let id = account.id;
    let broken = password::broken_rules(app, &chosen.password);
    if !broken.is_empty() {
        security_log::note(app, refused(Reason::Policy).on(id)).await?;
        return Ok(Redeemed::Broken(Box::new(account), broken));
    }
    let hashed = password::hash(app, id, &chosen.password).await?;
    let mut tx = app.db.begin().await?;
    if !lock(&mut tx, door, id, now).await?
        || !is_wanted(&mut tx, door, &account).await?
        || !mailed_links::spend(&mut tx, &link, now).await?
    {
        drop(tx);
        security_log::note(app, refused(Reason::Link).on(id)).await?;
        // Somebody was faster; the link itself says how.
        let dead = open(app, door, text, now).await?.err().unwrap_or(Dead::Void);
        return Ok(Redeemed::Dead(mailed_links::told(app, dead).await));
    }
    password::set(&mut tx, id, &hashed, now).await?;
    account::verify_email(&mut tx, id, now).await?;
    account::clear_password_change_required(&mut tx, id).await?;
    let ended =
        revocation::end_everything(&mut tx, id, None, EndReason::PasswordReset, now).await?;
    failure_counters::clear_account(app, &mut tx, Guarded::Password, id).await?;
    let event = Event::new(door.kind()).on(id).from(source);
    let (redeemed, event) = match door {
        Door::Reset => {
            if chosen.revoke_tokens {
                revoke_tokens(&mut tx, app, id, source, now).await?;
            }
            password::tell_owner(&mut tx, app, &account, source, now).await?;
            let lock = account_lock::reset(&mut tx, app, id, source, now).await?;
            (Redeemed::Changed(lock), event.detail(format!("sessions ended: {ended}")))
        }
        Door::Invitation => {
            if let Some(replaced) = &chosen.replaces {
                sessions::end_replaced(&mut tx, replaced, now).await?;
            }
            let new =
                first_session(&mut tx, app, id, Entrance::LINK, chosen.device, source, now).await?;
            let session = SessionId::from_uuid(new.session.id());
            (Redeemed::SignedIn(new), event.by(Actor::Account(id)).in_session(session))
        }
    };
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(redeemed)
}

/// Where there are none, there is nothing to tell of.
async fn revoke_tokens(
    tx: &mut Tx,
    app: &App,
    id: AccountId,
    source: &Source,
    now: Timestamp,
) -> Result<()> {
    let revoked = access_tokens::end_all(tx, id, RevokeReason::PasswordReset, now).await?;
    if revoked == 0 {
        return Ok(());
    }
    let event = Event::new(Kind::AccessTokensRevoked).on(id).from(source);
    security_log::record(tx, event.detail(revoked.to_string()), now, &app.random).await
}

async fn open(
    app: &App,
    door: Door,
    text: &str,
    now: Timestamp,
) -> Result<std::result::Result<(Link, Account), Dead>> {
    let mut db = &app.db;
    let link = match mailed_links::look(&mut db, door.purpose(), text, now).await?.open() {
        Ok(link) => link,
        Err(dead) => return Ok(Err(dead)),
    };
    let Some(id) = link.account else { return Ok(Err(Dead::Unknown)) };
    Ok(match account::by_id(&mut db, id).await? {
        Some(account) if door.shut(&account).is_some() || account.is_gone(now) => {
            Err(Dead::Unknown)
        }
        Some(account) if !is_for(&link, &account) => Err(Dead::Void),
        Some(account) => Ok((link, account)),
        None => Err(Dead::Unknown),
    })
}

/// A reset opens a locked account; nothing else does.
async fn lock(tx: &mut Tx, door: Door, id: AccountId, now: Timestamp) -> Result<bool> {
    match door {
        Door::Reset => account::lock_to_return(tx, id, now).await,
        Door::Invitation => account::lock_open(tx, id, now).await,
    }
}

/// What was sent to another address than the account has now proves nothing.
fn is_for(link: &Link, account: &Account) -> bool {
    match (EmailAddress::parse(&link.email), EmailAddress::parse(&account.email)) {
        (Ok(link), Ok(account)) => link.canonical() == account.canonical(),
        _ => false,
    }
}

/// An invitation sets a first password, and no other.
async fn is_wanted(tx: &mut Tx, door: Door, account: &Account) -> Result<bool> {
    Ok(match door {
        Door::Reset => true,
        Door::Invitation => password::stored(tx, Some(account.id)).await?.is_none(),
    })
}
