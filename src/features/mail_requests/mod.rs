//! An address is typed where anybody may type one: to recover an account or to
//! sign up. The answer is the same whoever has it, and so is the work until
//! then: the request is written down, sealed, and worked out afterwards.

mod store;

use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::account::rules::EmailAddress;
use crate::features::account::{self, Account};
use crate::features::failure_counters::rules::Wait;
use crate::features::failure_counters::{self, MailAdmission};
use crate::features::security_log::{self, Event, Kind, Reason};
use crate::http::Source;
use crate::ids::RequestId;
use crate::sealed;
use crate::time::Timestamp;
use portcullis_db::{Statement, Tx};
use std::time::Duration;

pub use store::Waiting;

pub(crate) const fn statements() -> &'static [Statement] {
    store::ALL
}

/// Who waits longer has asked again.
const OF_USE_FOR: Duration = Duration::from_hours(1);
/// Requests that are read at once.
const A_ROUND: i64 = 64;

/// What an address was typed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A new password for the account that has it.
    PasswordReset,
    /// An account for whoever reads mail there.
    SignUp,
}

impl Purpose {
    const fn tag(self) -> &'static str {
        match self {
            Self::PasswordReset => "password-reset",
            Self::SignUp => "sign-up",
        }
    }

    const fn kind(self) -> Kind {
        match self {
            Self::PasswordReset => Kind::PasswordResetAsked,
            Self::SignUp => Kind::SignUpAsked,
        }
    }

    /// Why nothing comes of it, for the log alone.
    const fn refusal(self, account: Option<&Account>) -> Option<Reason> {
        match (self, account) {
            (Self::PasswordReset, None) => Some(Reason::UnknownAccount),
            (Self::PasswordReset, Some(account)) if account.suspended_at.is_some() => {
                Some(Reason::Suspended)
            }
            (Self::SignUp, Some(_)) => Some(Reason::EmailTaken),
            (Self::PasswordReset, Some(_)) | (Self::SignUp, None) => None,
        }
    }
}

/// What is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Whatever comes of it, it comes by mail.
    Noted,
    /// Too much was asked from there before.
    Wait(Wait),
}

/// Action: notes that somebody typed an address. Who has it changes neither the
/// answer nor the statements; mail is written later, by [`waiting`]'s readers.
pub async fn ask(
    app: &App,
    purpose: Purpose,
    email: &EmailAddress,
    source: &Source,
) -> Result<Asked> {
    let now = app.clock.now();
    let account = account::by_email(&mut &app.db, email).await?;
    let mut event = Event::new(purpose.kind()).email(email.canonical()).from(source);
    if let Some(account) = &account {
        event = event.on(account.id);
    }
    let id = RequestId::new(now, &app.random);
    let typed = email.typed().as_bytes();
    let sealed = sealed::seal(&app.keys, &app.random, Waiting::place(id), typed)?;
    let mut tx = app.db.begin().await?;
    let (to, from) = (email.canonical(), source.address);
    let asked = match failure_counters::admit_mail(app, &mut tx, to, from, now).await? {
        MailAdmission::Admitted => {
            store::insert(&mut tx, id, purpose.tag(), &sealed, now).await?;
            if let Some(reason) = purpose.refusal(account.as_ref()) {
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

/// Requests of a purpose that nobody has answered, the oldest first, after a
/// given one.
pub async fn waiting(
    app: &App,
    purpose: Purpose,
    after: Option<RequestId>,
) -> Result<Vec<Waiting>> {
    let since = app.clock.now().minus(OF_USE_FOR);
    let after = after.unwrap_or(RequestId::from_uuid(uuid::Uuid::nil()));
    store::waiting(&mut &app.db, purpose.tag(), since, after, A_ROUND).await
}

/// Step: takes a request, and with it the address; none when another node has
/// it. It stays where the transaction is not committed.
pub async fn take(tx: &mut Tx, app: &App, request: &Waiting) -> Result<Option<EmailAddress>> {
    if !store::take(tx, request.id).await? {
        return Ok(None);
    }
    let plain = sealed::open(&app.keys, Waiting::place(request.id), &request.sealed)?;
    let email = std::str::from_utf8(&plain).ok().and_then(|text| EmailAddress::parse(text).ok());
    Ok(Some(email.ok_or_else(|| Fault::new("a request for mail holds no address"))?))
}

/// Step: removes requests that are of no use any more, and says how many.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    store::prune(tx, now.minus(OF_USE_FOR)).await
}
