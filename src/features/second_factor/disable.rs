use super::phone::{self, Sent};
use super::rules::Presented;
use super::{Admission, Removal, Use, Who, admit, letters, prove, refuse, remove_all};
use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::failure_counters::rules::{Guarded, Wait};
use crate::features::failure_counters::{self, Attempt};
use crate::features::password::rules::Password;
use crate::features::password::{self, Proof};
use crate::features::security_log::{self, Event, Kind, Method, Reason};
use crate::features::security_notices;
use crate::features::sessions::rules::{EndReason, Proved};
use crate::features::sessions::{self, Current};
use crate::features::{known_devices, revocation};
use crate::http::Source;
use crate::secret::Token;

/// What switches two-factor authentication off. Both together are the step-up.
#[derive(Debug)]
pub struct Disabling {
    /// The password.
    pub password: Password,
    /// A code, or a backup code.
    pub presented: Presented,
}

/// What came of it.
#[derive(Debug)]
pub enum DisableOutcome {
    /// It is off. The session has this new cookie.
    Disabled(Token),
    /// The password is not right.
    WrongPassword,
    /// The code is not, and why.
    WrongCode(Reason),
    /// Too many attempts before.
    Wait(Wait),
    /// It was off already.
    Off,
}

/// Action: switches two-factor authentication off.
pub async fn disable(
    app: &App,
    current: &Current,
    device: Option<&Token>,
    asked: Disabling,
    source: &Source,
) -> Result<DisableOutcome> {
    let now = app.clock.now();
    let account = &current.account;
    let id = account.id;
    let event = Event::by_owner(Kind::TwoFactorDisabled, current.owner())
        .method(asked.presented.method())
        .from(source);
    if !account.second_factors.any() {
        security_log::note(app, event.refused(Reason::Already)).await?;
        return Ok(DisableOutcome::Off);
    }
    let device = known_devices::recognise(&mut &app.db, Some(id), device, now).await?;
    let stored = password::stored(&mut &app.db, Some(id)).await?;
    let attempt = Attempt {
        guarded: Guarded::Password,
        account: Some(id),
        email: &current.account.email,
        device,
        source,
    };
    let proof = password::prove(app, &attempt, stored.as_ref(), &asked.password, now).await?;
    let (charge, stored) = match (proof, stored) {
        (Proof::Right(charge), Some(stored)) => (charge, stored),
        (Proof::Wait(wait), _) => {
            security_log::note(app, event.refused(Reason::Throttled)).await?;
            return Ok(DisableOutcome::Wait(wait));
        }
        (Proof::Right(_) | Proof::Wrong, _) => {
            security_log::note(app, event.refused(Reason::WrongPassword)).await?;
            return Ok(DisableOutcome::WrongPassword);
        }
    };
    let who = Who { account: id, device, source };
    let admitted = match admit(app, who, asked.presented, now).await? {
        Admission::Admitted(admitted) => admitted,
        Admission::Wait(wait) => {
            failure_counters::take_back(app, &charge).await?;
            security_log::note(app, event.refused(Reason::Throttled)).await?;
            return Ok(DisableOutcome::Wait(wait));
        }
    };
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    if !password::is_unchanged(&mut tx, id, &stored).await? {
        return Err(Refused::OldForm.into());
    }
    let use_of = Use::Disable(current.session.id);
    if let Err(reason) = prove(&mut tx, app, id, &admitted, use_of, now).await? {
        drop(tx);
        let mut tx = app.db.begin().await?;
        failure_counters::forgive(&mut tx, &charge).await?;
        let event = event.refused(reason);
        refuse(&mut tx, app, account, &admitted, event, source, now).await?;
        tx.commit().await?;
        return Ok(DisableOutcome::WrongCode(reason));
    }
    failure_counters::forgive(&mut tx, &charge).await?;
    remove_all(&mut tx, id, Removal::Owner, now).await?;
    let (kept, reason) = (Some(current.session.id), EndReason::SecondFactorChanged);
    revocation::end_everything(&mut tx, id, kept, reason, now).await?;
    let token = sessions::raise(&mut tx, app, &current.session, Proved::PASSWORD, now).await?;
    let letter = letters::disabled(app, account, source, now);
    security_notices::tell(&mut tx, app, account, &letter, now).await?;
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(DisableOutcome::Disabled(token))
}

/// Action: sends a code by text message for it.
pub async fn send_disable_code(app: &App, current: &Current, source: &Source) -> Result<Sent> {
    let event = Event::by_owner(Kind::CodeSent, current.owner()).method(Method::Sms).from(source);
    let use_of = Use::Disable(current.session.id);
    phone::send_code(app, &current.account, use_of, event, source).await
}
