//! Step-up: proving again who one is before a sensitive act. It lasts five
//! minutes, is kept per proven method, and gives the session a new secret.

mod acts;
pub mod web;

use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::account::FactorKinds;
use crate::features::failure_counters::rules::{Guarded, Wait};
use crate::features::failure_counters::{self, Attempt, Charge};
use crate::features::known_devices;
use crate::features::password::rules::Password;
use crate::features::password::{self, Proof, Stored};
use crate::features::second_factor::phone::{self, Sent};
use crate::features::second_factor::rules::Presented;
use crate::features::second_factor::{self, Admission, Use, Who, letters};
use crate::features::security_log::{self, Event, Kind, Method, Reason};
use crate::features::security_notices;
use crate::features::sessions::rules::Proved;
use crate::features::sessions::{self, Current};
use crate::http::Source;
use crate::ids::DeviceId;
use crate::secret::Token;
use crate::time::Timestamp;

/// What is presented.
#[derive(Debug)]
pub enum Proofs {
    /// The password.
    Password(Password),
    /// A second factor.
    SecondFactor(Presented),
    /// Both.
    Both(Password, Presented),
}

/// What a step-up asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The password.
    pub password: bool,
    /// A second factor.
    pub second_factor: bool,
}

/// What a step-up asks for, by what the account holds (design §4.8).
pub const fn wanted(held: FactorKinds) -> Wanted {
    Wanted { password: !held.authenticator, second_factor: held.any() }
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// Proved; the session has this new cookie.
    Proved(Token),
    /// The password is not right.
    WrongPassword,
    /// The code is not, and why.
    WrongCode(Reason),
    /// Too many attempts before.
    Wait(Wait),
}

/// Who asks, and what is there to compare with.
struct Asker<'a> {
    app: &'a App,
    current: &'a Current,
    device: Option<DeviceId>,
    source: &'a Source,
    now: Timestamp,
}

/// Action: proves who the account's owner is, the one that is signed in, and no
/// other.
pub async fn step_up(
    app: &App,
    current: &Current,
    proofs: Proofs,
    device: Option<&Token>,
    source: &Source,
) -> Result<Outcome> {
    let now = app.clock.now();
    let account = Some(current.account.id);
    let device = known_devices::recognise(&mut &app.db, account, device, now).await?;
    let asker = Asker { app, current, device, source, now };
    let (password, presented) = match proofs {
        Proofs::Password(password) => (Some(password), None),
        Proofs::SecondFactor(presented) => (None, Some(presented)),
        Proofs::Both(password, presented) => (Some(password), Some(presented)),
    };
    let right = match password {
        None => None,
        Some(typed) => match asker.password(&typed).await? {
            Ok(right) => Some((right, typed)),
            Err(outcome) => return Ok(outcome),
        },
    };
    asker.finish(right, presented).await
}

/// Action: sends a code by text message for a step-up, where it could open it.
pub async fn send_code(app: &App, current: &Current, source: &Source) -> Result<Sent> {
    let event = Event::by_owner(Kind::CodeSent, current.owner()).method(Method::Sms).from(source);
    if current.account.second_factors.authenticator {
        security_log::note(app, event.refused(Reason::NoSecondFactor)).await?;
        return Ok(Sent::NoPhone);
    }
    let use_of = Use::StepUp(current.session.id);
    phone::send_code(app, &current.account, use_of, event, source).await
}

impl Asker<'_> {
    fn event(&self) -> Event {
        Event::by_owner(Kind::StepUp, self.current.owner()).from(self.source)
    }

    async fn password(
        &self,
        typed: &Password,
    ) -> Result<std::result::Result<(Charge, Stored), Outcome>> {
        let id = Some(self.current.account.id);
        let stored = password::stored(&mut &self.app.db, id).await?;
        let attempt = Attempt {
            guarded: Guarded::Password,
            account: id,
            email: &self.current.account.email,
            device: self.device,
            source: self.source,
        };
        let proof = password::prove(self.app, &attempt, stored.as_ref(), typed, self.now).await?;
        let (outcome, reason) = match (proof, stored) {
            (Proof::Right(charge), Some(stored)) => return Ok(Ok((charge, stored))),
            (Proof::Wait(wait), _) => (Outcome::Wait(wait), Reason::Throttled),
            (Proof::Right(_) | Proof::Wrong, _) => (Outcome::WrongPassword, Reason::WrongPassword),
        };
        security_log::note(self.app, self.event().refused(reason)).await?;
        Ok(Err(outcome))
    }

    async fn finish(
        &self,
        right: Option<((Charge, Stored), Password)>,
        presented: Option<Presented>,
    ) -> Result<Outcome> {
        let Self { app, current, device, source, now } = *self;
        let account = &current.account;
        let id = account.id;
        let mut event = self.event();
        let rehash = match &right {
            Some(((_, stored), typed)) => password::rehash(app, id, stored, typed).await?,
            None => None,
        };
        let admitted = match presented {
            None => None,
            Some(presented) => {
                event = event.method(presented.method());
                let who = Who { account: id, device, source };
                match second_factor::admit(app, who, presented, now).await? {
                    Admission::Admitted(admitted) => Some(admitted),
                    Admission::Wait(wait) => {
                        if let Some(((charge, _), _)) = &right {
                            failure_counters::take_back(app, charge).await?;
                        }
                        security_log::note(app, event.refused(Reason::Throttled)).await?;
                        return Ok(Outcome::Wait(wait));
                    }
                }
            }
        };
        let mut tx = app.db.begin().await?;
        sessions::confirm(&mut tx, current).await?;
        let mut proved = Proved { password: right.is_some(), ..Proved::default() };
        if let Some(admitted) = &admitted {
            let use_of = Use::StepUp(current.session.id);
            match second_factor::prove(&mut tx, app, id, admitted, use_of, now).await? {
                Ok(right) => {
                    proved = proved.and(right.proved);
                    if let Some(left) = right.codes_left {
                        let letter = letters::code_used(app, account, left, source, now);
                        security_notices::tell(&mut tx, app, account, &letter, now).await?;
                    }
                }
                Err(reason) => {
                    drop(tx);
                    let mut tx = app.db.begin().await?;
                    if let Some(((charge, _), _)) = &right {
                        failure_counters::forgive(&mut tx, charge).await?;
                    }
                    let event = event.refused(reason);
                    second_factor::refuse(&mut tx, app, account, admitted, event, source, now)
                        .await?;
                    tx.commit().await?;
                    return Ok(Outcome::WrongCode(reason));
                }
            }
        }
        if let Some(((charge, stored), _)) = &right {
            if !password::is_unchanged(&mut tx, id, stored).await? {
                return Err(Refused::OldForm.into());
            }
            if let Some(rehash) = &rehash {
                password::upgrade(&mut tx, id, stored, rehash).await?;
            }
            failure_counters::forgive(&mut tx, charge).await?;
        }
        let token = sessions::raise(&mut tx, app, &current.session, proved, now).await?;
        security_log::record(&mut tx, event, now, &app.random).await?;
        tx.commit().await?;
        Ok(Outcome::Proved(token))
    }
}
