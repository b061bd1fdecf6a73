use super::{account_of, dead_now, letters, stored};
use crate::app::App;
use crate::delivery;
use crate::error::Result;
use crate::features::account;
use crate::features::mailed_links::{self, Dead, Purpose};
use crate::features::revocation;
use crate::features::security_log::{self, Event, Kind, Reason};
use crate::features::security_notices;
use crate::features::sessions::rules::EndReason;
use crate::http::Source;

/// What came of undoing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undone {
    /// The old address is back, and everybody is signed out.
    Done,
    /// Another account has the address.
    Taken,
    /// The link does not open.
    Dead(Dead),
}

/// Action: gives the account the link's address back, whatever it has now, and
/// shuts everybody out. That of a locked account stays locked. The earliest link wins: what was changed after it was
/// made can't be kept by undoing a later change.
pub async fn undo(app: &App, text: &str, source: &Source) -> Result<Undone> {
    const PURPOSE: Purpose = Purpose::EmailUndo;
    let now = app.clock.now();
    let event = Event::new(Kind::EmailChangeUndone).from(source);
    let link = match mailed_links::look(&mut &app.db, PURPOSE, text, now).await?.open() {
        Ok(link) => link,
        Err(dead) => {
            security_log::note(app, event.refused(Reason::Link)).await?;
            return Ok(Undone::Dead(mailed_links::told(app, dead).await));
        }
    };
    let mut tx = app.db.begin().await?;
    let id = account_of(&mut tx, &link).await?.id;
    let event = event.on(id);
    if !account::lock_to_return(&mut tx, id, now).await? {
        drop(tx);
        security_log::note(app, event.refused(Reason::Suspended)).await?;
        return Ok(Undone::Dead(mailed_links::told(app, Dead::Void).await));
    }
    if !mailed_links::spend(&mut tx, &link, now).await? {
        drop(tx);
        security_log::note(app, event.refused(Reason::Link)).await?;
        let dead = dead_now(app, PURPOSE, text, now).await?;
        return Ok(Undone::Dead(mailed_links::told(app, dead).await));
    }
    let before = account_of(&mut tx, &link).await?;
    let (replaced, back) = (stored(&before.email)?, stored(&link.email)?);
    if account::set_email(&mut tx, id, &back, now).await?.is_err() {
        drop(tx);
        security_log::note(app, event.refused(Reason::EmailTaken)).await?;
        return Ok(Undone::Taken);
    }
    mailed_links::void_undo_since(&mut tx, id, link.created_at, now).await?;
    revocation::end_everything(&mut tx, id, None, EndReason::EmailChangeUndone, now).await?;
    // What was changed since is a thief's: none of those addresses hears any more, and a
    // reset that was mailed there does not open what was locked.
    security_notices::forget_since(&mut tx, id, link.created_at).await?;
    account::clear_lock_reset(&mut tx, id).await?;
    let letter = letters::undone_to_old(app, &before, source, now);
    security_notices::tell(&mut tx, app, &before, &letter, now).await?;
    if replaced.canonical() != back.canonical() {
        let letter = letters::undone_to_replaced(app, &before, now);
        delivery::enqueue(&mut tx, app, replaced.typed(), Some(id), &letter, now).await?;
    }
    let event = event.email(back.canonical());
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(Undone::Done)
}
