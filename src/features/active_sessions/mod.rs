//! Active Sessions: who is in, and how to throw them out. It has nothing of its
//! own; it ends what the other rooms hold.

pub mod api;
mod by_token;
pub mod web;

use crate::app::App;
use crate::error::Result;
use crate::features::revocation;
use crate::features::security_log::{self, Event, Kind};
use crate::features::sessions::rules::EndReason;
use crate::features::sessions::{self, Current};
use crate::http::Source;

/// Action: signs every other session of the account out, ends whatever else could
/// become one (sign-ins that wait, mailed links, trust in browsers), and says how
/// many sessions ended.
pub async fn sign_out_others(app: &App, current: &Current, source: &Source) -> Result<u64> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    sessions::confirm(&mut tx, current).await?;
    let (account, kept) = (current.account.id, Some(current.session.id));
    let reason = EndReason::SignedOutElsewhere;
    let ended = revocation::end_everything(&mut tx, account, kept, reason, now).await?;
    let event = Event::by_owner(Kind::OtherSessionsEnded, current.owner())
        .detail(ended.to_string())
        .from(source);
    security_log::record(&mut tx, event, now, &app.random).await?;
    tx.commit().await?;
    Ok(ended)
}
