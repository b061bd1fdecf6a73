use super::rules::method_of;
use super::{letters, sms, store};
use crate::app::App;
use crate::error::Result;
use crate::features::account::{self, FactorKind};
use crate::features::security_log::{self, Event, Kind, Reason};
use crate::features::security_notices;
use crate::features::sessions::rules::{EndReason, Proved};
use crate::features::sessions::{self, Current};
use crate::features::{backup_codes, revocation};
use crate::http::Source;
use crate::secret::Token;

/// What came of it.
#[derive(Debug)]
pub enum Managed {
    /// It is done. The session has this new cookie, where it has one.
    Done(Option<Token>),
    /// The account holds none of the kind.
    NotHeld,
    /// It is the last one.
    Last,
}

/// Action: a second factor is asked for first from now on.
pub async fn prefer(
    app: &App,
    current: &Current,
    kind: FactorKind,
    source: &Source,
) -> Result<Managed> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let mut event = Event::by_owner(Kind::SecondFactorPreferred, current.owner())
        .method(method_of(kind))
        .from(source);
    let done = store::prefer(&mut tx, current.account.id, kind, now).await?;
    if !done {
        drop(tx);
        event = event.refused(Reason::NoSecondFactor);
        security_log::note(app, event).await?;
        return Ok(Managed::NotHeld);
    }
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(Managed::Done(None))
}

/// Action: removes a second factor while another stays.
pub async fn remove(
    app: &App,
    current: &Current,
    kind: FactorKind,
    source: &Source,
) -> Result<Managed> {
    let now = app.clock.now();
    let account = &current.account;
    let event = Event::by_owner(Kind::SecondFactorRemoved, current.owner())
        .method(method_of(kind))
        .from(source);
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let held = account::second_factors(&mut tx, account.id).await?;
    let refusal = match (held.has(kind), held.with(kind, false).any()) {
        (false, _) => Some((Reason::NoSecondFactor, Managed::NotHeld)),
        (true, false) => Some((Reason::LastSecondFactor, Managed::Last)),
        (true, true) => None,
    };
    if let Some((reason, outcome)) = refusal {
        security_log::record(&mut tx, event.refused(reason), now, &app.random).await?;
        tx.commit().await?;
        return Ok(outcome);
    }
    store::remove(&mut tx, account.id, kind, "removed", now).await?;
    sms::codes::void_all(&mut tx, account.id).await?;
    account::set_second_factors(&mut tx, account.id, held.with(kind, false)).await?;
    let (kept, reason) = (Some(current.session.id), EndReason::SecondFactorChanged);
    revocation::end_everything(&mut tx, account.id, kept, reason, now).await?;
    let proved = Proved::default();
    let token = sessions::raise(&mut tx, app, &current.session, proved, now).await?;
    let letter = letters::changed(app, account, Kind::SecondFactorRemoved, kind, source, now);
    security_notices::tell(&mut tx, app, account, &letter, now).await?;
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(Managed::Done(Some(token)))
}

/// Action: shows new backup codes, which count once their owner has saved them.
pub async fn generate_codes(app: &App, current: &Current, source: &Source) -> Result<Managed> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let event = Event::by_owner(Kind::BackupCodesPrepared, current.owner()).from(source);
    if !account::second_factors(&mut tx, current.account.id).await?.any() {
        let refused = event.refused(Reason::NoSecondFactor);
        security_log::record(&mut tx, refused, now, &app.random).await?;
        tx.commit().await?;
        return Ok(Managed::NotHeld);
    }
    backup_codes::prepare(&mut tx, app, current, now).await?;
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(Managed::Done(None))
}
