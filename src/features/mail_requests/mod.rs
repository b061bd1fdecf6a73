//! An address is typed where anybody may type one: to recover an account, to
//! sign up or to sign in. The answer is the same whoever has it, and so is the
//! work until then: it is written down, sealed, and worked out afterwards.

pub mod rules;
mod store;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::account;
use crate::features::account::rules::EmailAddress;
use crate::features::failure_counters::rules::Wait;
use crate::features::failure_counters::{self, MailAdmission};
use crate::features::security_log::{self, Event, Reason};
use crate::http::Source;
use crate::ids::RequestId;
use crate::sealed;
use crate::time::Timestamp;
use portcullis_db::{Statement, Tx};
use rules::{Purpose, Wanted};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

pub use store::Waiting;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Requests that are read at once.
const A_ROUND: i64 = 64;

/// What is sealed: alike for every address, whoever has it.
#[derive(Serialize, Deserialize)]
struct Plain {
    email: String,
    address: Option<IpAddr>,
    user_agent: String,
}

/// An address that was typed, and from where.
#[derive(Debug, Clone)]
pub struct Noted {
    /// The address.
    pub email: EmailAddress,
    /// Where whoever typed it was.
    pub source: Source,
    /// When.
    pub at: Timestamp,
}

/// What is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Whatever comes of it, it comes by mail.
    Noted,
    /// Too much was asked from there before.
    Wait(Wait),
}

/// Action: notes that somebody wants mail to an address. Who has it changes
/// neither the answer nor the statements; mail is written later, by
/// [`waiting`]'s readers.
pub async fn ask(
    app: &App,
    wanted: Wanted,
    email: &EmailAddress,
    source: &Source,
) -> Result<Asked> {
    let now = app.clock.now();
    let account = account::by_email(&mut &app.db, email).await?;
    let mut event = Event::new(wanted.kind()).email(email.canonical()).from(source);
    if let Some(account) = &account {
        event = event.on(account.id);
    }
    let mut tx = app.db.begin().await?;
    let (to, from) = (email.canonical(), source.address);
    let asked = match failure_counters::admit_mail(app, &mut tx, to, from, now).await? {
        MailAdmission::Admitted => {
            note(&mut tx, app, Purpose::Wanted(wanted), email.typed(), source, now).await?;
            if let Some(reason) = wanted.refusal(account.as_ref()) {
                event = event.refused(reason);
            }
            Asked::Noted
        }
        MailAdmission::Enough => {
            event = event.refused(Reason::Throttled);
            Asked::Noted
        }
        MailAdmission::Wait(wait) => {
            // What was counted so far is not: waiting must not lengthen the wait.
            drop(tx);
            tx = app.db.begin().await?;
            event = event.refused(Reason::Throttled);
            Asked::Wait(wait)
        }
    };
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(asked)
}

/// Step: writes down an address and where it was typed, sealed.
pub async fn note(
    tx: &mut Tx,
    app: &App,
    purpose: Purpose,
    email: &str,
    source: &Source,
    now: Timestamp,
) -> Result<()> {
    let id = RequestId::new(now, &app.random);
    let plain = Plain {
        email: email.to_owned(),
        address: source.address,
        user_agent: source.user_agent.clone(),
    };
    let plain = serde_json::to_vec(&plain)
        .map_err(|error| Fault::new(format!("a request for mail can't be written: {error}")))?;
    let sealed = sealed::seal(&app.keys, &app.random, Waiting::place(id), &plain)?;
    store::insert(tx, id, purpose.tag(), &sealed, now).await
}

/// Requests of a purpose that nobody has answered and whose time has come, the
/// oldest first, after a given one.
pub async fn waiting(
    app: &App,
    purpose: Purpose,
    after: Option<RequestId>,
) -> Result<Vec<Waiting>> {
    let now = app.clock.now();
    let (since, until) = (now.minus(purpose.of_use_for()), now.minus(purpose.answered_after()));
    let after = after.unwrap_or(RequestId::from_uuid(uuid::Uuid::nil()));
    store::waiting(&mut &app.db, purpose.tag(), since, until, after, A_ROUND).await
}

/// Step: takes a request, and with it what was typed; none when another node has
/// it. It stays where the transaction is not committed.
pub async fn take(tx: &mut Tx, app: &App, request: &Waiting) -> Result<Option<Noted>> {
    if !store::take(tx, request.id).await? {
        return Ok(None);
    }
    let plain = sealed::open(&app.keys, Waiting::place(request.id), &request.sealed)?;
    let plain: Plain = serde_json::from_slice(&plain)
        .map_err(|error| Fault::new(format!("a request for mail can't be read: {error}")))?;
    let email = EmailAddress::parse(&plain.email)
        .map_err(|_| Fault::new("a request for mail holds no address"))?;
    let source = Source::new(plain.address, plain.user_agent, &app.places);
    Ok(Some(Noted { email, source, at: request.created_at }))
}

/// Step: removes requests that are of no use any more, and says how many.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let mut removed = 0;
    for purpose in Purpose::ALL {
        removed += store::prune(tx, purpose.tag(), now.minus(purpose.of_use_for())).await?;
    }
    Ok(removed)
}
