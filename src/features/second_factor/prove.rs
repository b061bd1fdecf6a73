use super::authenticator::rules::Seed;
use super::rules::Presented;
use super::sms::{self, Binding, CodePurpose};
use super::{letters, phone, place, store};
use crate::app::App;
use crate::error::Result;
use crate::features::account::{Account, FactorKind};
use crate::features::backup_codes;
use crate::features::failure_counters::rules::Wait;
use crate::features::failure_counters::{self, Attempt, Charge};
use crate::features::security_log::{self, Event, Reason};
use crate::features::security_notices;
use crate::features::sessions::rules::Proved;
use crate::http::Source;
use crate::ids::{AccountId, DeviceId, PendingSignInId, SessionId};
use crate::sealed;
use crate::time::Timestamp;
use portcullis_db::Tx;

/// After so many wrong codes in a row the owner is told, once: whoever types them
/// has the right password, or a session.
const TOLD_AT: i64 = 5;

/// Whose second factor, and from where.
#[derive(Debug, Clone, Copy)]
pub struct Who<'a> {
    /// The account.
    pub account: AccountId,
    /// The known device that it comes from.
    pub device: Option<DeviceId>,
    /// Where it comes from.
    pub source: &'a Source,
}

/// What a code is to open: one that was sent for one thing opens no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// A sign-in.
    SignIn(PendingSignInId),
    /// A step-up.
    StepUp(SessionId),
    /// Switching two-factor authentication off.
    Disable(SessionId),
}

impl Use {
    /// What a code by text message for it is bound to.
    pub(super) const fn binding(self, account: AccountId) -> Binding {
        let (purpose, subject) = match self {
            Self::SignIn(id) => (CodePurpose::SignIn, id.uuid()),
            Self::StepUp(id) => (CodePurpose::StepUp, id.uuid()),
            Self::Disable(id) => (CodePurpose::Disable, id.uuid()),
        };
        Binding { account, purpose, subject: subject.into_bytes() }
    }
}

/// A second factor that was counted and is now to be judged.
#[derive(Debug)]
#[must_use = "what is admitted is to be judged"]
pub struct Admitted {
    presented: Presented,
    charge: Charge,
}

/// Whether it may be judged.
#[derive(Debug)]
pub enum Admission {
    /// It may.
    Admitted(Admitted),
    /// Too many attempts before.
    Wait(Wait),
}

/// What was right.
#[derive(Debug)]
#[must_use = "a success takes back its count"]
pub struct Proven {
    /// What it proves.
    pub proved: Proved,
    /// How many backup codes are left, where one was used.
    pub codes_left: Option<i64>,
}

/// Action: counts an attempt, before anything is judged.
pub async fn admit(
    app: &App,
    who: Who<'_>,
    presented: Presented,
    now: Timestamp,
) -> Result<Admission> {
    let attempt = Attempt {
        guarded: presented.guarded(),
        account: Some(who.account),
        email: "",
        device: who.device,
        source: who.source,
    };
    Ok(match failure_counters::admit_alone(app, &attempt, now).await? {
        failure_counters::Admission::Admitted(charge) => {
            Admission::Admitted(Admitted { presented, charge })
        }
        failure_counters::Admission::Wait(wait) => Admission::Wait(wait),
    })
}

/// Step: judges and spends a second factor, and takes back its count; or says why
/// it is not right, and then the transaction must not be committed. Call with the
/// account locked.
pub async fn prove(
    tx: &mut Tx,
    app: &App,
    account: AccountId,
    admitted: &Admitted,
    for_what: Use,
    now: Timestamp,
) -> Result<std::result::Result<Proven, Reason>> {
    let mut codes_left = None;
    match &admitted.presented {
        Presented::Authenticator(code) => {
            let held = store::held(tx, account).await?;
            let Some(factor) = held.iter().find(|own| own.kind == FactorKind::Authenticator) else {
                return Ok(Err(Reason::NoSecondFactor));
            };
            let seed = sealed::open(&app.keys, place(factor.id, account), &factor.sealed)?;
            let Some(step) = Seed::from_bytes(&seed)?.matching_step(code, now)? else {
                return Ok(Err(Reason::WrongCode));
            };
            if step <= factor.last_step || !store::use_step(tx, factor.id, step, now).await? {
                return Ok(Err(Reason::UsedCode));
            }
        }
        Presented::Sms(code) => {
            let Some((factor, number)) = phone::held(tx, app, account).await? else {
                return Ok(Err(Reason::NoSecondFactor));
            };
            let binding = for_what.binding(account);
            if !sms::codes::spend(tx, app, &binding, &number, code.reveal(), now).await? {
                return Ok(Err(Reason::WrongCode));
            }
            store::note_use(tx, factor.id, now).await?;
        }
        Presented::BackupCode(code) => {
            let Some(left) = backup_codes::spend(tx, app, account, code, now).await? else {
                return Ok(Err(Reason::WrongCode));
            };
            codes_left = Some(left);
        }
    }
    failure_counters::forgive(tx, &admitted.charge).await?;
    Ok(Ok(Proven { proved: admitted.presented.proves(), codes_left }))
}

/// Step: the event of a second factor that was not right, and at the fifth in a
/// row a notice to the owner. Whether no more may follow without waiting.
pub async fn refuse(
    tx: &mut Tx,
    app: &App,
    account: &Account,
    admitted: &Admitted,
    event: Event,
    source: &Source,
    now: Timestamp,
) -> Result<bool> {
    let failures = admitted.charge.failures();
    if failures == TOLD_AT {
        let letter = letters::wrong_codes(app, account, source, now);
        security_notices::tell(tx, app, account, &letter, now).await?;
    }
    security_log::record(tx, event, now, &app.random).await?;
    Ok(failures >= TOLD_AT)
}

impl Admitted {
    /// What was presented.
    pub const fn presented(&self) -> &Presented {
        &self.presented
    }
}
