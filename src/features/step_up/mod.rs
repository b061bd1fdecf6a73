//! Step-up: proving again who one is before a sensitive act. It lasts five
//! minutes, is kept per proven method, and gives the session a new secret.

pub mod web;

use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::failure_counters::rules::Wait;
use crate::features::failure_counters::{self, Attempt};
use crate::features::password::rules::Password;
use crate::features::password::{self, Proof};
use crate::features::security_log::{self, Event, Kind, Reason};
use crate::features::sessions::{self, Current};
use crate::features::{account, known_devices};
use crate::http::Source;
use crate::secret::Token;

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// Proved; the session has this new cookie.
    Proved(Token),
    /// The password is not right.
    Wrong,
    /// Too many attempts before.
    Wait(Wait),
}

/// Action: proves the password of the account that is signed in, and of no
/// other.
pub async fn step_up(
    app: &App,
    current: &Current,
    typed: &Password,
    device: Option<&Token>,
    source: &Source,
) -> Result<Outcome> {
    let now = app.clock.now();
    let id = current.account.id;
    let device = known_devices::recognise(&mut &app.db, Some(id), device, now).await?;
    let stored = password::stored(&mut &app.db, Some(id)).await?;
    let email = &current.account.email;
    let attempt = Attempt { account: Some(id), email, device, source };
    let proof = password::prove(app, &attempt, stored.as_ref(), typed, now).await?;
    let rehash = match (&proof, &stored) {
        (Proof::Right(_), Some(read)) => password::rehash(app, id, read, typed).await?,
        _ => None,
    };
    let event = Event::by_owner(Kind::StepUp, current.owner()).from(source);
    let mut tx = app.db.begin().await?;
    let (outcome, event) = match (proof, &stored) {
        (Proof::Right(charge), Some(read)) => {
            if !account::lock_active(&mut tx, id).await?
                || !password::is_unchanged(&mut tx, id, read).await?
            {
                return Err(Refused::OldForm.into());
            }
            if let Some(rehash) = rehash {
                password::upgrade(&mut tx, id, read, &rehash).await?;
            }
            let token = sessions::raise(&mut tx, app, &current.session, now).await?;
            failure_counters::forgive(&mut tx, &charge).await?;
            (Outcome::Proved(token), event)
        }
        (Proof::Wait(wait), _) => (Outcome::Wait(wait), event.refused(Reason::Throttled)),
        (Proof::Right(_) | Proof::Wrong, _) => {
            (Outcome::Wrong, event.refused(Reason::WrongPassword))
        }
    };
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(outcome)
}
