//! A token expires by itself; its owner hears of that a week and a day before, and
//! the log afterwards. Whichever node comes first does it, once.

use super::letters;
use super::rules;
use super::store;
use crate::app::App;
use crate::delivery;
use crate::error::Result;
use crate::features::account;
use crate::features::security_log::{self, Actor, Event, Kind, Object};
use crate::ids::{AccountId, TokenId};
use crate::time::Timestamp;

const AT_ONCE: i64 = 100;

/// Action: tells of all that is due, and says of how many tokens.
pub async fn tell_due(app: &App) -> Result<u64> {
    let now = app.clock.now();
    let mut told = 0;
    for (id, account, due_at) in store::due(&mut &app.db, now, AT_ONCE).await? {
        match tell(app, id, account, due_at, now).await {
            Ok(done) => told += u64::from(done),
            // One that can't be told of must not keep the others.
            Err(error) => tracing::error!(%id, ?error, "an expiring token could not be told of"),
        }
    }
    Ok(told)
}

async fn tell(
    app: &App,
    id: TokenId,
    account: AccountId,
    due_at: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let mut tx = app.db.begin().await?;
    // The account first, as everywhere; the token's own guard decides which node it is.
    account::lock(&mut tx, account).await?;
    let Some(token) = store::one(&mut tx, account, id).await? else { return Ok(false) };
    let next = rules::next_due(now, token.expires_at);
    if !store::set_due(&mut tx, id, due_at, next).await? {
        return Ok(false);
    }
    let owner = account::by_id(&mut tx, account).await?;
    match token.expires_at {
        Some(at) if at <= now => {
            let event = Event::new(Kind::AccessTokenExpired).on(account).by(Actor::Server);
            let event = event.object(Object::AccessToken, id.uuid());
            security_log::record(&mut tx, event, now, &app.random).await?;
        }
        // Where nobody can come in, nobody can make another.
        Some(at)
            if let Some(owner) = owner.filter(|owner| !owner.is_shut() && !owner.is_gone(now)) =>
        {
            let letter = letters::expiring(app, &owner, &token, at, now);
            delivery::enqueue(&mut tx, app, &owner.email, Some(owner.id), &letter, now).await?;
        }
        _ => {}
    }
    tx.commit().await?;
    Ok(true)
}
