use super::{letters, rules};
use crate::app::App;
use crate::delivery;
use crate::error::{Refused, Result};
use crate::features::account;
use crate::features::account::rules::EmailAddress;
use crate::features::failure_counters::rules::Wait;
use crate::features::mailed_links::{self, Purpose};
use crate::features::security_log::{self, Event, Kind, Reason};
use crate::features::sessions::{self, Current};
use crate::http::Source;

/// What came of asking.
#[derive(Debug)]
pub enum Asked {
    /// Mail is on its way; whose address it is, is not said.
    Sent,
    /// Too many requests before.
    Wait(Wait),
}

/// Action: mails a link to the new address. Where that is another account's, its
/// owner hears of it instead, and all else is the same: the same statements, one
/// link that nobody gets, one mail.
pub async fn ask(
    app: &App,
    current: &Current,
    new: &EmailAddress,
    source: &Source,
) -> Result<Asked> {
    let now = app.clock.now();
    let id = current.account.id;
    let event = Event::by_owner(Kind::EmailChangeAsked, current.owner())
        .email(new.canonical())
        .from(source);
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let (purpose, since) = (Purpose::EmailChange, now.minus(rules::WITHIN));
    let most = i64::try_from(rules::MOST).unwrap_or(i64::MAX);
    let asked = mailed_links::made_since(&mut tx, purpose, id, since, most).await?;
    if let Some(remaining) = rules::wait(&asked, now) {
        let refused = event.refused(Reason::Throttled);
        security_log::record(&mut tx, refused, now, &app.random).await?;
        tx.commit().await?;
        return Ok(Asked::Wait(Wait::Account(remaining)));
    }
    let holder = account::by_email(&mut tx, new).await?;
    let reserved = mailed_links::is_reserved(&mut tx, new, Some(id), now).await?;
    let link = mailed_links::issue(&mut tx, app, purpose, id, new, now).await?;
    let letter = if reserved || holder.is_some_and(|holder| holder.id != id) {
        letters::somebody_tried(app, &current.account, now)
    } else {
        letters::to_confirm(app, &current.account, link, now)
    };
    delivery::enqueue(&mut tx, app, new.typed(), Some(id), &letter, now).await?;
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(Asked::Sent)
}

/// Action: gives up what was asked.
pub async fn cancel(app: &App, current: &Current, source: &Source) -> Result<()> {
    let now = app.clock.now();
    let (id, purpose) = (current.account.id, Purpose::EmailChange);
    let mut event = Event::by_owner(Kind::EmailChangeCancelled, current.owner()).from(source);
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let waited = mailed_links::pending(&mut tx, purpose, id, now).await?.is_some();
    if waited {
        mailed_links::void_purpose(&mut tx, purpose, id, now).await?;
    } else {
        event = event.refused(Reason::Link);
    }
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    if waited { Ok(()) } else { Err(Refused::NotFound.into()) }
}
