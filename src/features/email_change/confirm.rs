use super::{account_of, dead_now, letters, stored};
use crate::app::App;
use crate::delivery;
use crate::error::Result;
use crate::features::account;
use crate::features::mailed_links::{self, Dead, Purpose};
use crate::features::second_factor;
use crate::features::security_log::{self, Event, Kind, Reason};
use crate::features::security_notices;
use crate::http::Source;
use crate::ids::AccountId;

/// What came of confirming.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// The account has the address.
    Done(AccountId),
    /// Another account has it, or may still take it back.
    Taken,
    /// The link does not open.
    Dead(Dead),
}

/// Action: gives the account the address that the link was made for. Whoever has
/// the link reads mail there; who they are is not asked.
pub async fn confirm(app: &App, text: &str, source: &Source) -> Result<Confirmed> {
    const PURPOSE: Purpose = Purpose::EmailChange;
    let now = app.clock.now();
    let event = Event::new(Kind::EmailChanged).from(source);
    let link = match mailed_links::look(&mut &app.db, PURPOSE, text, now).await?.open() {
        Ok(link) => link,
        Err(dead) => {
            security_log::note(app, event.refused(Reason::Link)).await?;
            return Ok(Confirmed::Dead(dead));
        }
    };
    let mut tx = app.db.begin().await?;
    let id = account_of(&mut tx, &link).await?.id;
    let event = event.on(id);
    if !account::lock_open(&mut tx, id, now).await? {
        let reason = account::why_shut(&mut tx, id).await?;
        drop(tx);
        security_log::note(app, event.refused(reason)).await?;
        return Ok(Confirmed::Dead(Dead::Void));
    }
    if !mailed_links::spend(&mut tx, &link, now).await? {
        drop(tx);
        security_log::note(app, event.refused(Reason::Link)).await?;
        return Ok(Confirmed::Dead(dead_now(app, PURPOSE, text, now).await?));
    }
    let before = account_of(&mut tx, &link).await?;
    let (old, new) = (stored(&before.email)?, stored(&link.email)?);
    // In this order: whoever gives the address up meanwhile has then reserved it.
    if account::set_email(&mut tx, id, &new, now).await?.is_err()
        || mailed_links::is_reserved(&mut tx, &new, Some(id), now).await?
    {
        drop(tx);
        security_log::note(app, event.refused(Reason::EmailTaken)).await?;
        return Ok(Confirmed::Taken);
    }
    security_notices::remember(&mut tx, id, &old, now).await?;
    mailed_links::void_all(&mut tx, id, now).await?;
    mailed_links::void_for_address(&mut tx, Purpose::SignUp, &new, now).await?;
    // It was asked for by that factor, and of the two the old mailbox is sooner
    // stolen. A younger one may be the thief's own.
    let since = now.minus(Purpose::EmailUndo.lifetime());
    let letter = if second_factor::is_held_since(&mut tx, id, since).await? {
        letters::changed_for_good(app, &before, new.typed(), source, now)
    } else {
        let undo = mailed_links::issue(&mut tx, app, Purpose::EmailUndo, id, &old, now).await?;
        letters::changed_to_old(app, &before, new.typed(), undo, source, now)
    };
    delivery::enqueue(&mut tx, app, old.typed(), Some(id), &letter, now).await?;
    let letter = letters::changed_to_new(app, &before, source, now);
    delivery::enqueue(&mut tx, app, new.typed(), Some(id), &letter, now).await?;
    let letter = letters::changed_again(app, &before, new.typed(), source, now);
    let told = [old.typed(), new.typed()];
    security_notices::tell_former(&mut tx, app, id, &told, &letter, now).await?;
    let event = event.email(new.canonical());
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(Confirmed::Done(id))
}
