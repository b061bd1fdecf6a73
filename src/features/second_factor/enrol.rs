use super::authenticator::rules::Seed;
use super::phone::{self, Sent};
use super::rules::{Code, method_of};
use super::sms::{self, Binding, CodePurpose, PhoneNumber, TextAdmission};
use super::{letters, place, store};
use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::account::{self, FactorKind};
use crate::features::enrolments::{self, Begin, Enrolment};
use crate::features::failure_counters::rules::{Guarded, Wait};
use crate::features::failure_counters::{self, Attempt};
use crate::features::security_log::{self, Event, Kind, Method, Reason};
use crate::features::security_notices;
use crate::features::sessions::rules::{EndReason, Proved};
use crate::features::sessions::{self, Current};
use crate::features::{backup_codes, known_devices, revocation};
use crate::http::{ReturnPath, Source};
use crate::ids::{EnrolmentId, SecondFactorId};
use crate::secret::Token;
use crate::time::Timestamp;
use crate::{delivery, sealed};
use portcullis_db::Tx;
use zeroize::Zeroizing;

/// What came of beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// It is being set up.
    Done,
    /// The address has to be verified first.
    EmailUnverified,
}

/// What came of the first code.
#[derive(Debug)]
pub enum Enrolled {
    /// It was right, and backup codes are to be saved before anything changes.
    SaveCodes,
    /// It was right, and is held from now on. The session has this new cookie.
    Done(Token),
    /// It was not right.
    Wrong,
    /// Too many attempts before.
    Wait(Wait),
    /// Nothing is being set up.
    Nothing,
}

/// Action: begins to set up an authenticator app; what was being set up before is
/// given up. Where one is held, it stays until the new one is proved. Whoever was sent
/// here from somewhere goes on there afterwards.
pub async fn begin_authenticator(
    app: &App,
    current: &Current,
    return_to: Option<&ReturnPath>,
    source: &Source,
) -> Result<Begun> {
    let now = app.clock.now();
    let event = Event::by_owner(Kind::SecondFactorBegun, current.owner())
        .method(Method::Authenticator)
        .from(source);
    if current.account.email_verified_at.is_none() {
        security_log::note(app, event.refused(Reason::EmailUnverified)).await?;
        return Ok(Begun::EmailUnverified);
    }
    let seed = Seed::from_random(app.random.bytes());
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let asked = Begin {
        kind: FactorKind::Authenticator,
        secret: seed.bytes(),
        return_to: return_to.map(ReturnPath::as_str),
    };
    enrolments::begin(&mut tx, app, current, asked, now).await?;
    backup_codes::discard_pending(&mut tx, current.account.id).await?;
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(Begun::Done)
}

/// What came of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BegunPhone {
    /// It is being set up, and a code is on its way to it.
    Done,
    /// The address has to be verified first.
    EmailUnverified,
    /// Too many codes were asked for: the next is to be had in so many seconds.
    Wait(u64),
}

/// Action: begins to set up a phone, and sends its first code; what was being set
/// up before is given up. Where one is held, it stays until the new one is proved.
/// Whoever was sent here from somewhere goes on there afterwards.
pub async fn begin_phone(
    app: &App,
    current: &Current,
    number: &PhoneNumber,
    return_to: Option<&ReturnPath>,
    source: &Source,
) -> Result<BegunPhone> {
    let now = app.clock.now();
    let event =
        Event::by_owner(Kind::SecondFactorBegun, current.owner()).method(Method::Sms).from(source);
    if current.account.email_verified_at.is_none() {
        security_log::note(app, event.refused(Reason::EmailUnverified)).await?;
        return Ok(BegunPhone::EmailUnverified);
    }
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let asked = Begin {
        kind: FactorKind::Phone,
        secret: number.e164().as_bytes(),
        return_to: return_to.map(ReturnPath::as_str),
    };
    let id = enrolments::begin(&mut tx, app, current, asked, now).await?;
    backup_codes::discard_pending(&mut tx, current.account.id).await?;
    if let TextAdmission::Wait(seconds) =
        first_code(&mut tx, app, current, id, number, source, now).await?
    {
        drop(tx);
        security_log::note(app, event.refused(Reason::Throttled)).await?;
        return Ok(BegunPhone::Wait(seconds));
    }
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(BegunPhone::Done)
}

/// Action: sends the first code of the phone that is being set up once more.
pub async fn resend_first_code(app: &App, current: &Current, source: &Source) -> Result<Sent> {
    let now = app.clock.now();
    let event = Event::by_owner(Kind::CodeSent, current.owner()).method(Method::Sms).from(source);
    let found = being_set_up(app, current, now).await?;
    let Some((enrolment, secret)) = found.filter(|(enrolment, _)| {
        enrolment.kind == FactorKind::Phone && enrolment.proved_at.is_none()
    }) else {
        security_log::note(app, event.refused(Reason::NoSecondFactor)).await?;
        return Ok(Sent::NoPhone);
    };
    let number = phone::number(&secret)?;
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let sent = first_code(&mut tx, app, current, enrolment.id, &number, source, now).await?;
    let event = match sent {
        TextAdmission::Admitted => event,
        TextAdmission::Enough(_) => event.refused(Reason::Throttled),
        TextAdmission::Wait(seconds) => {
            drop(tx);
            security_log::note(app, event.refused(Reason::Throttled)).await?;
            return Ok(Sent::Wait(seconds));
        }
    };
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(Sent::Noted)
}

/// What this session sets up. A phone that gets no messages any more is none of
/// it: it would be held, and open nothing.
async fn being_set_up(
    app: &App,
    current: &Current,
    now: Timestamp,
) -> Result<Option<(Enrolment, Zeroizing<Vec<u8>>)>> {
    let Some((enrolment, secret)) = enrolments::current(app, current, now).await? else {
        return Ok(None);
    };
    let reached = match enrolment.kind {
        FactorKind::Authenticator => true,
        FactorKind::Phone => app.config.sms_reaches(phone::number(&secret)?.country()),
    };
    Ok(reached.then_some((enrolment, secret)))
}

async fn first_code(
    tx: &mut Tx,
    app: &App,
    current: &Current,
    id: EnrolmentId,
    number: &PhoneNumber,
    source: &Source,
    now: Timestamp,
) -> Result<TextAdmission> {
    let binding = binding(current, id);
    let text = delivery::text_for(app, &current.account, now);
    sms::send_code(tx, app, &binding, number, (&text, source.address), now).await
}

const fn binding(current: &Current, id: EnrolmentId) -> Binding {
    let (account, subject) = (current.account.id, id.uuid().into_bytes());
    Binding { account, purpose: CodePurpose::Enrolment, subject }
}

/// Action: gives up what is being set up.
pub async fn abandon(app: &App, current: &Current, source: &Source) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let mut event = Event::by_owner(Kind::SecondFactorAbandoned, current.owner()).from(source);
    if !enrolments::discard(&mut tx, current.account.id).await? {
        event = event.refused(Reason::NoSecondFactor);
    }
    backup_codes::discard_pending(&mut tx, current.account.id).await?;
    security_log::record(&mut tx, event, now, &app.random).await?;
    Ok(tx.commit().await?)
}

/// Action: the first code of what is being set up. With a second factor held
/// already it takes effect at once; else backup codes come first.
pub async fn verify(
    app: &App,
    current: &Current,
    device: Option<&Token>,
    code: &Code,
    source: &Source,
) -> Result<Enrolled> {
    let now = app.clock.now();
    let id = current.account.id;
    let event = Event::by_owner(Kind::SecondFactorVerified, current.owner()).from(source);
    let Some((enrolment, secret)) = being_set_up(app, current, now).await? else {
        security_log::note(app, event.refused(Reason::NoSecondFactor)).await?;
        return Ok(Enrolled::Nothing);
    };
    let event = event.method(method_of(enrolment.kind));
    if enrolment.proved_at.is_some() {
        security_log::note(app, event.refused(Reason::Already)).await?;
        return Ok(Enrolled::SaveCodes);
    }
    let device = known_devices::recognise(&mut &app.db, Some(id), device, now).await?;
    let attempt = Attempt {
        guarded: Guarded::Code,
        account: Some(id),
        email: &current.account.email,
        device,
        source,
    };
    let charge = match failure_counters::admit_alone(app, &attempt, now).await? {
        failure_counters::Admission::Admitted(charge) => charge,
        failure_counters::Admission::Wait(wait) => {
            security_log::note(app, event.refused(Reason::Throttled)).await?;
            return Ok(Enrolled::Wait(wait));
        }
    };
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let Some(step) = first_step(&mut tx, app, current, &enrolment, &secret, code, now).await?
    else {
        drop(tx);
        security_log::note(app, event.refused(Reason::WrongCode)).await?;
        return Ok(Enrolled::Wrong);
    };
    if !enrolments::prove(&mut tx, enrolment.id, step, now).await? {
        return Err(Refused::OldForm.into());
    }
    failure_counters::forgive(&mut tx, &charge).await?;
    if account::second_factors(&mut tx, id).await?.any() {
        let enrolment = enrolment.at_step(step);
        let token = take(&mut tx, app, current, &enrolment, &secret, source, now).await?;
        tx.commit().await?;
        return Ok(Enrolled::Done(token));
    }
    backup_codes::prepare(&mut tx, app, current, now).await?;
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(Enrolled::SaveCodes)
}

/// The time step of a right first code, which for a phone is zero; none for a
/// wrong one.
async fn first_step(
    tx: &mut Tx,
    app: &App,
    current: &Current,
    enrolment: &Enrolment,
    secret: &[u8],
    code: &Code,
    now: Timestamp,
) -> Result<Option<i64>> {
    match enrolment.kind {
        FactorKind::Authenticator => Seed::from_bytes(secret)?.matching_step(code, now),
        FactorKind::Phone => {
            let number = phone::number(secret)?;
            let binding = binding(current, enrolment.id);
            let right = sms::codes::spend(tx, app, &binding, &number, code.reveal(), now).await?;
            Ok(right.then_some(0))
        }
    }
}

/// Action: the owner has saved the backup codes. Where a second factor was being
/// set up, two-factor authentication is on from now on; else the new codes take
/// the old ones' place. None when there is nothing to confirm.
pub async fn confirm_codes(
    app: &App,
    current: &Current,
    source: &Source,
) -> Result<Option<(Kind, Token)>> {
    let now = app.clock.now();
    let being_set_up = being_set_up(app, current, now).await?;
    let being_set_up = being_set_up.filter(|(enrolment, _)| enrolment.proved_at.is_some());
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let event = Event::by_owner(Kind::BackupCodesConfirmed, current.owner()).from(source);
    if !backup_codes::confirm(&mut tx, app, current, now).await? {
        let refused = event.refused(Reason::NoSecondFactor);
        security_log::record(&mut tx, refused, now, &app.random).await?;
        tx.commit().await?;
        return Ok(None);
    }
    let confirmed = if let Some((enrolment, secret)) = being_set_up {
        let token = take(&mut tx, app, current, &enrolment, &secret, source, now).await?;
        (Kind::TwoFactorEnabled, token)
    } else if account::second_factors(&mut tx, current.account.id).await?.any() {
        let letter = letters::codes_made(app, &current.account, source, now);
        security_notices::tell(&mut tx, app, &current.account, &letter, now).await?;
        security_log::record(&mut tx, event, now, &app.random).await?;
        let proved = Proved::default();
        let token = sessions::raise(&mut tx, app, &current.session, proved, now).await?;
        (Kind::BackupCodesConfirmed, token)
    } else {
        // The enrolment ended meanwhile: codes alone are no second factor.
        return Err(Refused::OldForm.into());
    };
    tx.commit().await?;
    Ok(Some(confirmed))
}

/// Step: what was set up is held from now on, and everything ends that a change
/// of second factors ends.
async fn take(
    tx: &mut Tx,
    app: &App,
    current: &Current,
    enrolment: &Enrolment,
    secret: &[u8],
    source: &Source,
    now: Timestamp,
) -> Result<Token> {
    let (account, kind) = (&current.account, enrolment.kind);
    if !enrolments::finish(tx, enrolment.id, now).await? {
        return Err(Refused::OldForm.into());
    }
    let held = account::second_factors(tx, account.id).await?;
    let replaced = store::remove(tx, account.id, kind, "replaced", now).await?;
    sms::codes::void_all(tx, account.id).await?;
    let id = SecondFactorId::new(now, &app.random);
    let sealed = sealed::seal(&app.keys, &app.random, place(id, account.id), secret)?;
    let step = enrolment.last_step;
    store::insert(tx, id, account.id, kind, &sealed, step, source, now).await?;
    account::set_second_factors(tx, account.id, held.with(kind, true)).await?;
    let (kept, reason) = (Some(current.session.id), EndReason::SecondFactorChanged);
    revocation::end_everything(tx, account.id, kept, reason, now).await?;
    let proved = match kind {
        FactorKind::Authenticator => Proved { totp: true, ..Proved::default() },
        FactorKind::Phone => Proved { sms: true, ..Proved::default() },
    };
    let token = sessions::raise(tx, app, &current.session, proved, now).await?;
    let done = match (held.any(), replaced) {
        (false, _) => Kind::TwoFactorEnabled,
        (true, true) => Kind::SecondFactorReplaced,
        (true, false) => Kind::SecondFactorAdded,
    };
    let letter = letters::changed(app, account, done, kind, source, now);
    security_notices::tell(tx, app, account, &letter, now).await?;
    let event = Event::by_owner(done, current.owner()).method(method_of(kind)).from(source);
    security_log::record(tx, event, now, &app.random).await?;
    Ok(token)
}
