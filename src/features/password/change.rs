use super::rules::{Password, Rule, next_change};
use super::{Proof, broken_rules, hash, prove, store, stored};
use crate::app::App;
use crate::delivery::{self, Letter, Purpose};
use crate::error::{Refused, Result};
use crate::features::account::Account;
use crate::features::failure_counters::rules::{Guarded, Wait};
use crate::features::failure_counters::{self, Attempt, Charge};
use crate::features::revocation;
use crate::features::security_log::{self, Event, Kind, Reason};
use crate::features::security_notices;
use crate::features::sessions::rules::EndReason;
use crate::features::sessions::rules::Proved;
use crate::features::sessions::{self, Current};
use crate::features::{account, known_devices};
use crate::http::Source;
use crate::secret::Token;
use crate::time::Timestamp;
use portcullis_db::Tx;

/// What an owner asks for.
#[derive(Debug)]
pub struct ChangePassword {
    /// The password so far.
    pub current: Password,
    /// The new one.
    pub new: Password,
    /// Whether all other sessions end.
    pub sign_out_others: bool,
}

/// What came of it.
#[derive(Debug)]
pub enum ChangeOutcome {
    /// It is changed. The session has a new secret.
    Changed {
        /// The new cookie.
        session: Token,
        /// How many other sessions ended.
        ended: u64,
    },
    /// The current password is not right.
    WrongCurrent,
    /// The new password breaks rules.
    Broken(Vec<Rule>),
    /// The new password is the current one.
    Same,
    /// Too many attempts before.
    Wait(Wait),
}

/// Action: changes the password. The current one is itself the step-up.
pub async fn change(
    app: &App,
    current: &Current,
    device: Option<&Token>,
    source: &Source,
    asked: ChangePassword,
) -> Result<ChangeOutcome> {
    let now = app.clock.now();
    let id = current.account.id;
    let device = known_devices::recognise(&mut &app.db, Some(id), device, now).await?;
    let email = &current.account.email;
    let attempt = Attempt { guarded: Guarded::Password, account: Some(id), email, device, source };
    let Some(read) = stored(&mut &app.db, Some(id)).await? else {
        return Err(Refused::NotFound.into());
    };
    let refused = |reason| {
        Event::by_owner(Kind::PasswordChanged, current.owner()).refused(reason).from(source)
    };
    let charge = match prove(app, &attempt, Some(&read), &asked.current, now).await? {
        Proof::Right(charge) => charge,
        Proof::Wrong => {
            note(app, refused(Reason::WrongPassword), None).await?;
            return Ok(ChangeOutcome::WrongCurrent);
        }
        Proof::Wait(wait) => {
            note(app, refused(Reason::Throttled), None).await?;
            return Ok(ChangeOutcome::Wait(wait));
        }
    };
    // Judged only now, so that the answer tells nothing of a password to
    // somebody who does not know the current one.
    let broken = broken_rules(app, &asked.new);
    if !broken.is_empty() {
        note(app, refused(Reason::Policy), Some(&charge)).await?;
        return Ok(ChangeOutcome::Broken(broken));
    }
    if asked.new.reveal() == asked.current.reveal() {
        note(app, refused(Reason::Policy), Some(&charge)).await?;
        return Ok(ChangeOutcome::Same);
    }
    let hashed = match hash(app, id, &asked.new).await {
        Ok(hashed) => hashed,
        Err(error) => {
            failure_counters::take_back(app, &charge).await?;
            return Err(error);
        }
    };
    let mut tx = app.db.begin().await?;
    if !account::lock_active(&mut tx, id).await? {
        return Err(Refused::OldForm.into());
    }
    let changed_at = next_change(now, read.changed_at);
    if !store::replace(&mut tx, id, &read.phc, &hashed, changed_at).await? {
        return Err(Refused::OldForm.into());
    }
    let session = sessions::raise(&mut tx, app, &current.session, Proved::PASSWORD, now).await?;
    let ended = if asked.sign_out_others {
        let (kept, reason) = (Some(current.session.id), EndReason::PasswordChanged);
        revocation::end_everything(&mut tx, id, kept, reason, now).await?
    } else {
        revocation::end_flows(&mut tx, id, now).await?;
        0
    };
    account::clear_password_change_required(&mut tx, id).await?;
    tell_owner(&mut tx, app, &current.account, source, now).await?;
    failure_counters::forgive(&mut tx, &charge).await?;
    let event = Event::by_owner(Kind::PasswordChanged, current.owner())
        .detail(format!("other sessions ended: {ended}"))
        .from(source);
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(ChangeOutcome::Changed { session, ended })
}

/// Step: tells an account's owner that its password is another now.
pub async fn tell_owner(
    tx: &mut Tx,
    app: &App,
    account: &Account,
    source: &Source,
    now: Timestamp,
) -> Result<()> {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let subject = text.say("mail-password-changed-subject");
    let letter = Letter::new(&text, Purpose::PasswordChanged, subject)
        .paragraph(text.say("mail-password-changed-text").with("product", product))
        .about(source, now)
        .paragraph(text.say("mail-password-changed-not-you"));
    security_notices::tell(tx, app, account, &letter, now).await
}

/// A refusal has its event; where the password was right, its count goes back.
async fn note(app: &App, event: Event, charge: Option<&Charge>) -> Result<()> {
    let mut tx: Tx = app.db.begin().await?;
    if let Some(charge) = charge {
        failure_counters::forgive(&mut tx, charge).await?;
    }
    security_log::record(&mut tx, event, app.clock.now(), &app.random).await?;
    tx.commit().await?;
    Ok(())
}
