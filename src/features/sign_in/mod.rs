//! Signing in: e-mail and password become a session. Unknown address, wrong
//! password and suspended account look, cost and take the same.

mod return_path;
pub mod web;

use crate::app::App;
use crate::error::Result;
use crate::features::account::rules::EmailAddress;
use crate::features::account::{self, Account};
use crate::features::failure_counters::rules::Wait;
use crate::features::failure_counters::{self, Attempt, Charge};
use crate::features::password::rules::Password;
use crate::features::password::{self, Proof, Rehash, Stored};
use crate::features::security_log::{self, Actor, Event, Kind, Reason};
use crate::features::sessions::{self, Current};
use crate::features::{closing, known_devices};
use crate::http::Source;
use crate::ids::AccountId;
use crate::secret::Token;
use crate::time::Timestamp;

pub use return_path::ReturnPath;

/// What somebody who wants to sign in presents.
#[derive(Debug)]
pub struct Credentials {
    /// The address.
    pub email: EmailAddress,
    /// The password.
    pub password: Password,
    /// The cookie of a known device, if the browser has one.
    pub device: Option<Token>,
    /// The session that the browser has so far, which ends.
    pub replaces: Option<Current>,
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// A session.
    SignedIn {
        /// Its cookies.
        new: NewSession,
        /// Whether that has kept an account which was to be erased.
        kept: bool,
    },
    /// Address and password don't belong together, or not to anybody who may
    /// sign in; it is not said which.
    Wrong,
    /// Too many attempts before.
    Wait(Wait),
}

/// The cookies of somebody who has just signed in.
#[derive(Debug)]
pub struct NewSession {
    /// Of the session.
    pub session: Token,
    /// Of the device.
    pub device: Token,
}

/// Action: signs in.
pub async fn sign_in(app: &App, presented: Credentials, source: &Source) -> Result<Outcome> {
    let now = app.clock.now();
    let email = presented.email.canonical().to_owned();
    // One whose time is over is as unknown as one that never was.
    let account = account::by_email(&mut &app.db, &presented.email)
        .await?
        .filter(|account| !account.is_gone(now));
    let id = account.as_ref().map(|account| account.id);
    let device = known_devices::recognise(&mut &app.db, id, presented.device.as_ref(), now).await?;
    let stored = password::stored(&mut &app.db, id).await?;
    let attempt = Attempt { account: id, email: &email, device, source };
    let proof = password::prove(app, &attempt, stored.as_ref(), &presented.password, now).await?;
    let (outcome, reason) = match (proof, account, stored) {
        (Proof::Right(charge), Some(account), Some(stored)) if account.suspended_at.is_none() => {
            let rehash = password::rehash(app, account.id, &stored, &presented.password).await?;
            let right = Right { account, stored, charge, rehash };
            match open_session(app, presented, right, source, now).await? {
                Ok((new, kept)) => return Ok(Outcome::SignedIn { new, kept }),
                Err(reason) => (Outcome::Wrong, reason),
            }
        }
        (Proof::Right(_), Some(_), _) => (Outcome::Wrong, Reason::Suspended),
        (Proof::Wait(wait), ..) => (Outcome::Wait(wait), Reason::Throttled),
        (Proof::Wrong | Proof::Right(_), None, _) => (Outcome::Wrong, Reason::UnknownAccount),
        (Proof::Wrong, Some(_), _) => (Outcome::Wrong, Reason::WrongPassword),
    };
    refuse(app, id, &email, reason, source, now).await?;
    Ok(outcome)
}

/// Everything that a right password brings along.
struct Right {
    account: Account,
    stored: Stored,
    charge: Charge,
    rehash: Option<Rehash>,
}

/// One transaction: what was checked before is checked again in it, and says why
/// it no longer holds.
async fn open_session(
    app: &App,
    presented: Credentials,
    right: Right,
    source: &Source,
    now: Timestamp,
) -> Result<std::result::Result<(NewSession, bool), Reason>> {
    let Right { account, stored, charge, rehash } = right;
    let id = account.id;
    let mut tx = app.db.begin().await?;
    if !account::lock_active(&mut tx, id).await? {
        return Ok(Err(Reason::Suspended));
    }
    if !password::is_unchanged(&mut tx, id, &stored).await? {
        return Ok(Err(Reason::WrongPassword));
    }
    if let Some(rehash) = rehash {
        password::upgrade(&mut tx, id, &stored, &rehash).await?;
    }
    // Before the new one, so that it takes no other session's place.
    if let Some(replaced) = &presented.replaces {
        sessions::end_replaced(&mut tx, replaced, now).await?;
    }
    let actor = Actor::Account(id);
    let stays = Event::new(Kind::AccountKept).on(id).by(actor).from(source);
    let kept = closing::keep(&mut tx, app, &account, stays, Some(source), now).await?;
    let new = first_session(&mut tx, app, id, presented.device, source, now).await?;
    failure_counters::forgive(&mut tx, &charge).await?;
    let event = Event::new(Kind::SignIn)
        .on(id)
        .by(actor)
        .in_session(crate::ids::SessionId::from_uuid(new.session.id()))
        .from(source);
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    metrics::counter!("portcullis_sign_ins_total", "result" => "succeeded").increment(1);
    Ok(Ok((new, kept)))
}

/// Step: a session in a browser that becomes a known device. Call with the
/// account locked and the password proved or just set.
pub async fn first_session(
    tx: &mut portcullis_db::Tx,
    app: &App,
    account: AccountId,
    device: Option<Token>,
    source: &Source,
    now: Timestamp,
) -> Result<NewSession> {
    let (device_id, device) =
        known_devices::remember(tx, app, account, device, source, now).await?;
    let (_, session) = sessions::create(tx, app, account, device_id, source, now).await?;
    Ok(NewSession { session, device })
}

async fn refuse(
    app: &App,
    account: Option<AccountId>,
    email: &str,
    reason: Reason,
    source: &Source,
    now: Timestamp,
) -> Result<()> {
    let mut event = Event::new(Kind::SignIn).refused(reason).email(email).from(source);
    if let Some(account) = account {
        event = event.on(account);
    }
    let mut tx = app.db.begin().await?;
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    metrics::counter!("portcullis_sign_ins_total", "result" => reason.tag()).increment(1);
    Ok(())
}
