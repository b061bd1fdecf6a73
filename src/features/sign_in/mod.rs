//! Signing in: e-mail and password become a session, or where the account holds
//! a second factor, a sign-in that waits for it. Unknown address, wrong password
//! and suspended account look, cost and take the same.

mod second_step;
pub mod two_factor;
pub mod web;

use crate::app::App;
use crate::error::Result;
use crate::features::account::rules::EmailAddress;
use crate::features::account::{self, Account, Shut};
use crate::features::account_lock;
use crate::features::failure_counters::rules::{Guarded, Wait};
use crate::features::failure_counters::{self, Attempt, Charge};
use crate::features::notable_sign_ins::rules::Novelty;
use crate::features::notable_sign_ins::{self, SignedIn};
use crate::features::password::rules::Password;
use crate::features::password::{self, Proof, Rehash, Stored};
use crate::features::security_log::{self, Actor, Event, Kind, Method, Reason};
use crate::features::sessions::{self, Current, Entrance};
use crate::features::{closing, known_devices, login_notifications};
use crate::http::Source;
use crate::ids::{AccountId, DeviceId, SessionId};
use crate::secret::Token;
use crate::time::Timestamp;
use portcullis_db::Tx;

pub use crate::http::ReturnPath;
pub use second_step::{Completed, SecondStep, cancel, complete, send_code};

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
    /// The sign-in that waits in the browser so far, which ends.
    pub waiting: Option<Token>,
    /// The page that is wanted.
    pub return_to: Option<ReturnPath>,
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
    /// The password is right; with this cookie the second factor is asked for.
    SecondFactor(Token),
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
    let attempt =
        Attempt { guarded: Guarded::Password, account: id, email: &email, device, source };
    let proof = password::prove(app, &attempt, stored.as_ref(), &presented.password, now).await?;
    let (outcome, reason) = match (proof, account, stored) {
        (Proof::Right(charge), Some(account), Some(stored))
            if account.shut_to_sign_in().is_none() =>
        {
            let rehash = password::rehash(app, account.id, &stored, &presented.password).await?;
            let right = Right { account, stored, charge, rehash };
            match go_on(app, presented, right, device, source, now).await? {
                Ok(outcome) => return Ok(outcome),
                Err(reason) => (Outcome::Wrong, reason),
            }
        }
        (Proof::Right(_), Some(account), _) => {
            let shut = account.shut_to_sign_in().unwrap_or(Shut::Suspended);
            (Outcome::Wrong, shut.reason())
        }
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
async fn go_on(
    app: &App,
    presented: Credentials,
    right: Right,
    device: Option<DeviceId>,
    source: &Source,
    now: Timestamp,
) -> Result<std::result::Result<Outcome, Reason>> {
    let Right { account, stored, charge, rehash } = right;
    let id = account.id;
    let mut tx = app.db.begin().await?;
    if !account::lock_to_sign_in(&mut tx, id, now).await? {
        return Ok(Err(account::why_shut(&mut tx, id).await?));
    }
    if !password::is_unchanged(&mut tx, id, &stored).await? {
        return Ok(Err(Reason::WrongPassword));
    }
    if let Some(rehash) = rehash {
        password::upgrade(&mut tx, id, &stored, &rehash).await?;
    }
    failure_counters::forgive(&mut tx, &charge).await?;
    // What was given while the operator allowed it counts only while they do.
    let trusted =
        app.config.trust_browsers && known_devices::is_trusted(&mut tx, id, device, now).await?;
    let event = Event::new(Kind::SignIn).on(id).by(Actor::Account(id)).from(source);
    let outcome = if account::second_factors(&mut tx, id).await?.any() && !trusted {
        let token =
            second_step::begin(&mut tx, app, &account, device, &presented, source, now).await?;
        let begun = Event::new(Kind::SignInBegun).on(id).from(source);
        security_log::record(&mut tx, begun, now, &app.random).await?;
        Outcome::SecondFactor(token)
    } else {
        let entrance = Entrance::by_password(trusted);
        let event = if trusted { event.method(Method::TrustedBrowser) } else { event };
        let arrival = Arrival { entrance, device: presented.device, replaces: presented.replaces };
        let (new, kept) = arrive(&mut tx, app, &account, arrival, event, source, now).await?;
        Outcome::SignedIn { new, kept }
    };
    tx.commit().await?;
    if matches!(outcome, Outcome::SignedIn { .. }) {
        metrics::counter!("portcullis_sign_ins_total", "result" => "succeeded").increment(1);
    }
    Ok(Ok(outcome))
}

/// Somebody who has proved all that it takes.
struct Arrival {
    entrance: Entrance,
    device: Option<Token>,
    replaces: Option<Current>,
}

/// Step: the session of a sign-in that is done, and its event; whether it has
/// kept an account that was to be erased. Call with the account locked.
async fn arrive(
    tx: &mut Tx,
    app: &App,
    account: &Account,
    arrival: Arrival,
    event: Event,
    source: &Source,
    now: Timestamp,
) -> Result<(NewSession, bool)> {
    let id = account.id;
    // Before the new one, so that it takes no other session's place.
    if let Some(replaced) = &arrival.replaces {
        sessions::end_replaced(tx, replaced, now).await?;
    }
    account_lock::signed_in(tx, app, account, source, now).await?;
    let stays = Event::new(Kind::AccountKept).on(id).by(Actor::Account(id)).from(source);
    let kept = closing::keep(tx, app, account, stays, Some(source), now).await?;
    let entry = arrival.entrance.entry();
    let (new, novelty) =
        begin_session(tx, app, id, arrival.entrance, arrival.device, source, now).await?;
    let session = SessionId::from_uuid(new.session.id());
    let event = security_log::record_one(tx, event.in_session(session), now, &app.random).await?;
    if novelty.any() {
        let signed_in = SignedIn { event, account: id, session, entry };
        let notable = notable_sign_ins::keep(tx, signed_in, novelty, source, now).await?;
        login_notifications::tell(tx, app, id, &notable, source, now).await?;
    }
    Ok((new, kept))
}

/// Step: a session in a browser that becomes a known device, for an account whose
/// owner has just come to it: nobody is told. Call with the account locked and the
/// password just set.
pub async fn first_session(
    tx: &mut Tx,
    app: &App,
    account: AccountId,
    entrance: Entrance,
    device: Option<Token>,
    source: &Source,
    now: Timestamp,
) -> Result<NewSession> {
    Ok(begin_session(tx, app, account, entrance, device, source, now).await?.0)
}

/// The same, and what is new about it.
async fn begin_session(
    tx: &mut Tx,
    app: &App,
    account: AccountId,
    entrance: Entrance,
    device: Option<Token>,
    source: &Source,
    now: Timestamp,
) -> Result<(NewSession, Novelty)> {
    let novelty = notable_sign_ins::mark(tx, app, account, device.as_ref(), source, now).await?;
    let (device_id, device) =
        known_devices::remember(tx, app, account, device, source, now).await?;
    if novelty.device {
        failure_counters::begin_anew(app, tx, account, device_id).await?;
    }
    let (_, session) = sessions::create(tx, app, account, device_id, entrance, source, now).await?;
    Ok((NewSession { session, device }, novelty))
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
