use crate::app::App;
use crate::error::{Refused, Result};
use crate::features::access_tokens::{self, Bearer};
use crate::features::security_log::{self, Kind, Object, Reason};
use crate::features::sessions::rules::EndReason;
use crate::features::{revocation, sessions};
use crate::http::Source;
use crate::ids::SessionId;

/// Action: ends one session of the token's account.
pub async fn end_one(app: &App, bearer: &Bearer, id: SessionId, source: &Source) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    access_tokens::confirm(&mut tx, bearer, now).await?;
    let account = bearer.account.id;
    let ended = sessions::end(&mut tx, account, id, EndReason::SignedOutElsewhere, now).await?;
    let event = bearer.event(Kind::SessionEnded).from(source);
    let mut event = event.object(Object::Session, id.uuid());
    if !ended {
        event = event.refused(Reason::UnknownSession);
    }
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    if ended { Ok(()) } else { Err(Refused::NotFound.into()) }
}

/// Action: ends every session of the token's account, and whatever else could
/// become one; how many sessions ended.
pub async fn end_all(app: &App, bearer: &Bearer, source: &Source) -> Result<u64> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    access_tokens::confirm(&mut tx, bearer, now).await?;
    let (account, reason) = (bearer.account.id, EndReason::SignedOutElsewhere);
    let ended = revocation::end_everything(&mut tx, account, None, reason, now).await?;
    let event = bearer.event(Kind::OtherSessionsEnded).from(source);
    let event = event.detail(format!("{ended} token {}", bearer.token));
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(ended)
}
