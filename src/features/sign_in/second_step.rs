use super::{Arrival, Credentials, NewSession, arrive};
use crate::app::App;
use crate::error::Result;
use crate::features::account::{self, Account};
use crate::features::failure_counters::rules::Wait;
use crate::features::known_devices;
use crate::features::pending_sign_ins::{self, Begin, EndReason, Waiting};
use crate::features::second_factor::phone::{self, Sent};
use crate::features::second_factor::rules::Presented;
use crate::features::second_factor::{self, Admission, Admitted, Use, Who, letters};
use crate::features::security_log::{self, Actor, Event, Kind, Method, Reason};
use crate::features::security_notices;
use crate::features::sessions::rules::Proved;
use crate::features::sessions::{Current, Entrance};
use crate::http::Source;
use crate::ids::DeviceId;
use crate::secret::Token;
use crate::time::Timestamp;
use portcullis_db::Tx;

/// What somebody presents whose password was proved before.
#[derive(Debug)]
pub struct SecondStep {
    /// The second factor.
    pub presented: Presented,
    /// Whether this browser need not prove one for a while.
    pub trust: bool,
    /// The cookie of a known device, if the browser has one.
    pub device: Option<Token>,
    /// The session that the browser has so far, which ends.
    pub replaces: Option<Current>,
}

/// What came of it.
#[derive(Debug)]
pub enum Completed {
    /// A session.
    SignedIn {
        /// Its cookies.
        new: NewSession,
        /// Whether that has kept an account which was to be erased.
        kept: bool,
        /// How many backup codes are left, where one was used.
        codes_left: Option<i64>,
    },
    /// The code is not right, and why; another may follow.
    Wrong(Reason),
    /// Too many were wrong: the sign-in is over.
    Wait(Option<Wait>),
    /// The sign-in was over already.
    Over,
}

/// Step: a sign-in that waits for a second factor takes the place of the one that
/// waited in the same browser.
pub(super) async fn begin(
    tx: &mut Tx,
    app: &App,
    account: &Account,
    device: Option<DeviceId>,
    presented: &Credentials,
    source: &Source,
    now: Timestamp,
) -> Result<Token> {
    if let Some(waiting) = &presented.waiting {
        pending_sign_ins::end_replaced(tx, waiting, now).await?;
    }
    let return_to = presented.return_to.as_ref().map(super::ReturnPath::as_str);
    let asked = Begin { account: account.id, device, return_to };
    let (id, token) = pending_sign_ins::begin(tx, app, asked, now).await?;
    let held = account::second_factors(tx, account.id).await?;
    let ways = second_factor::ways(tx, app, account.id, held).await?;
    if ways.open.first() == Some(&Method::Sms) {
        // Where it has to wait, the page says how long, and offers other ways.
        phone::send(tx, app, account, Use::SignIn(id), source, now).await?;
    }
    Ok(token)
}

/// Action: the second factor of a sign-in.
pub async fn complete(
    app: &App,
    waiting: &Waiting,
    step: SecondStep,
    source: &Source,
) -> Result<Completed> {
    let now = app.clock.now();
    let account = &waiting.account;
    let id = account.id;
    let method = step.presented.method();
    let event = Event::new(Kind::SignIn).on(id).method(method).from(source);
    let device =
        known_devices::recognise(&mut &app.db, Some(id), step.device.as_ref(), now).await?;
    let who = Who { account: id, device, source };
    let admitted = match second_factor::admit(app, who, step.presented, now).await? {
        Admission::Admitted(admitted) => admitted,
        Admission::Wait(wait) => {
            let mut tx = app.db.begin().await?;
            let reason = EndReason::Throttled;
            pending_sign_ins::end(&mut tx, waiting.pending.id, reason, now).await?;
            security_log::record(&mut tx, event.refused(Reason::Throttled), now, &app.random)
                .await?;
            tx.commit().await?;
            return Ok(Completed::Wait(Some(wait)));
        }
    };
    let mut tx = app.db.begin().await?;
    if !account::lock_to_sign_in(&mut tx, id, now).await? {
        let reason = account::why_shut(&mut tx, id).await?;
        drop(tx);
        security_log::note(app, event.refused(reason)).await?;
        return Ok(Completed::Over);
    }
    let pending = waiting.pending.id;
    if !pending_sign_ins::end(&mut tx, pending, EndReason::Completed, now).await? {
        drop(tx);
        security_log::note(app, event.refused(Reason::OldForm)).await?;
        return Ok(Completed::Over);
    }
    let judged =
        second_factor::prove(&mut tx, app, id, &admitted, Use::SignIn(pending), now).await?;
    let proven = match judged {
        Ok(proven) => proven,
        Err(reason) => {
            drop(tx);
            let event = event.refused(reason);
            return refuse(app, waiting, &admitted, reason, event, source, now).await;
        }
    };
    if let Some(left) = proven.codes_left {
        let letter = letters::code_used(app, account, left, source, now);
        security_notices::tell(&mut tx, app, account, &letter, now).await?;
    }
    let entrance = Entrance::by(Proved::PASSWORD.and(proven.proved));
    let arrival = Arrival { entrance, device: step.device, replaces: step.replaces };
    let event = event.by(Actor::Account(id));
    let (new, kept) = arrive(&mut tx, app, account, arrival, event, source, now).await?;
    if step.trust && app.config.trust_browsers {
        let device = DeviceId::from_uuid(new.device.id());
        known_devices::trust(&mut tx, id, device, now).await?;
        let trusted = Event::new(Kind::BrowserTrusted).on(id).by(Actor::Account(id)).from(source);
        security_log::record(&mut tx, trusted, now, &app.random).await?;
    }
    tx.commit().await?;
    metrics::counter!("portcullis_sign_ins_total", "result" => "succeeded").increment(1);
    Ok(Completed::SignedIn { new, kept, codes_left: proven.codes_left })
}

/// The event of a wrong code, and the end of the sign-in where too many were.
async fn refuse(
    app: &App,
    waiting: &Waiting,
    admitted: &Admitted,
    reason: Reason,
    event: Event,
    source: &Source,
    now: Timestamp,
) -> Result<Completed> {
    let mut tx = app.db.begin().await?;
    let account = &waiting.account;
    let over = second_factor::refuse(&mut tx, app, account, admitted, event, source, now).await?;
    if over {
        pending_sign_ins::end(&mut tx, waiting.pending.id, EndReason::Throttled, now).await?;
    }
    tx.commit().await?;
    metrics::counter!("portcullis_sign_ins_total", "result" => reason.tag()).increment(1);
    Ok(if over { Completed::Wait(None) } else { Completed::Wrong(reason) })
}

/// Action: sends a code by text message for a sign-in.
pub async fn send_code(app: &App, waiting: &Waiting, source: &Source) -> Result<Sent> {
    let event = Event::new(Kind::CodeSent).on(waiting.account.id).method(Method::Sms).from(source);
    let use_of = Use::SignIn(waiting.pending.id);
    phone::send_code(app, &waiting.account, use_of, event, source).await
}

/// Action: gives up a sign-in that waits for a second factor.
pub async fn cancel(app: &App, waiting: &Waiting, source: &Source) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    pending_sign_ins::end(&mut tx, waiting.pending.id, EndReason::Cancelled, now).await?;
    let event = Event::new(Kind::SignInCancelled).on(waiting.account.id).from(source);
    security_log::record(&mut tx, event, now, &app.random).await?;
    Ok(tx.commit().await?)
}
