use super::letters;
use crate::app::App;
use crate::delivery;
use crate::error::Result;
use crate::features::access_tokens;
use crate::features::consents;
use crate::features::failure_counters::rules::Guarded;
use crate::features::security_log::{self, Actor, Event, Kind};
use crate::features::security_notices;
use crate::features::{account, failure_counters, known_devices, mailed_links, password, sessions};
use crate::features::{
    backup_codes, enrolments, pending_sign_ins, second_factor, suspicious_activity,
};
use crate::features::{login_notifications, notable_sign_ins, organisation_access, organisations};
use crate::ids::AccountId;
use crate::time::Timestamp;

const AT_ONCE: i64 = 100;

/// Action: erases the accounts whose time has come, and says how many. Each is
/// one transaction: another node, or a second try, finds it done or not begun.
pub async fn erase_due(app: &App) -> Result<u64> {
    let now = app.clock.now();
    let mut erased = 0;
    for id in account::due(&mut &app.db, now, AT_ONCE).await? {
        match erase(app, id, now).await {
            Ok(done) => erased += u64::from(done),
            // One that can't be erased must not keep the others.
            Err(error) => tracing::error!(%id, ?error, "an account could not be erased"),
        }
    }
    Ok(erased)
}

async fn erase(app: &App, id: AccountId, now: Timestamp) -> Result<bool> {
    // A long log is not one long transaction; nobody can keep this account any more.
    security_log::erase_ahead(app, id).await?;
    let mut tx = app.db.begin().await?;
    // Before its row is emptied, because the last message goes there.
    let Some(before) = account::by_id(&mut tx, id).await? else { return Ok(false) };
    if !account::erase(&mut tx, id, now).await? {
        return Ok(false);
    }
    password::remove(&mut tx, id).await?;
    sessions::remove_account(&mut tx, id).await?;
    access_tokens::remove_account(&mut tx, id).await?;
    consents::remove_account(&mut tx, id).await?;
    known_devices::remove_account(&mut tx, id).await?;
    mailed_links::remove_account(&mut tx, id).await?;
    notable_sign_ins::remove_account(&mut tx, id).await?;
    organisations::remove_account(&mut tx, &before).await?;
    organisation_access::remove_account(&mut tx, id).await?;
    login_notifications::remove_account(&mut tx, id).await?;
    pending_sign_ins::remove_account(&mut tx, id).await?;
    enrolments::discard(&mut tx, id).await?;
    backup_codes::remove_account(&mut tx, id).await?;
    second_factor::remove_account(&mut tx, id).await?;
    suspicious_activity::remove_account(&mut tx, id).await?;
    for guarded in [Guarded::Password, Guarded::Code, Guarded::BackupCode] {
        failure_counters::clear_account(app, &mut tx, guarded, id).await?;
    }
    delivery::withdraw(&mut tx, id).await?;
    security_log::erase_personal(&mut tx, id).await?;
    let letter = letters::erased(app, &before, now);
    security_notices::tell(&mut tx, app, &before, &letter, now).await?;
    security_notices::remove_account(&mut tx, id).await?;
    let event = Event::new(Kind::AccountErased).on(id).by(Actor::Server);
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(true)
}
