//! Telling an application that a session in it has ended (OpenID Connect Back-Channel
//! Logout): what is due is put into the outbox, and signed when it is sent.

use super::claims::seconds;
use super::rules::LOGOUT_TOKEN_LIFETIME;
use crate::app::App;
use crate::delivery::{self, Failure, LogoutNotice, Posted};
use crate::error::{Error, Result};
use crate::features::application_sessions::{due_logouts, take_due_logout};
use crate::features::{applications, signing_keys};
use crate::ids::new_uuid;
use crate::time::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

/// So many are moved a round.
const A_ROUND: i64 = 100;
/// An application that has not heard of it by then asks, and is told that nobody is
/// signed in.
const USEFUL_FOR: Duration = Duration::from_hours(24);
/// What it means that a session has ended, by its name in the standard.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// A logout token (§2.4).
#[derive(Debug, Serialize)]
pub struct LogoutClaims {
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
    jti: String,
    sub: String,
    sid: String,
    events: Value,
}

/// Action: puts what is due into the outbox, each once whichever node does; how many.
pub async fn enqueue_due(app: &App) -> Result<u64> {
    let now = app.clock.now();
    let mut moved = 0;
    for due in due_logouts(&mut &app.db, now, A_ROUND).await? {
        let mut tx = app.db.begin().await?;
        if take_due_logout(&mut tx, due.id).await? {
            let notice = LogoutNotice::new(due.application, due.account, due.id);
            let until = due.ended_at.plus(USEFUL_FOR);
            delivery::enqueue_logout(&mut tx, app, due.account, &notice, until, now).await?;
            moved += 1;
        }
        tx.commit().await?;
    }
    Ok(moved)
}

/// Action: tells an application, where it wants to hear by now.
pub async fn post(app: &App, posted: &Posted<LogoutNotice>) -> std::result::Result<(), Failure> {
    let later = |error: Error| Failure::Later(format!("a logout token can't be made: {error:?}"));
    let gone = || Failure::Never("the application no longer wants to hear of it".into());
    let notice = &posted.message;
    let id = notice.application().ok_or_else(gone)?;
    let found = applications::by_id(&mut &app.db, id).await.map_err(later)?;
    let application = found.ok_or_else(gone)?;
    let address = application.back_channel_logout_url.as_deref().ok_or_else(gone)?;
    let url = Url::parse(address).map_err(|_| gone())?;
    let now = app.clock.now();
    let signer = signing_keys::signer(app, application.id_token_algorithm, now).await;
    let claims = claims(app, &application.id.to_string(), notice, now);
    let token = signer.and_then(|it| it.sign("logout+jwt", &claims)).map_err(later)?;
    let form = serde_urlencoded::to_string([("logout_token", token)]);
    let form = form.map_err(|_| Failure::Never("a logout token can't be written".into()))?;
    app.poster.send(&app.config.outward, &url, form).await
}

fn claims(app: &App, audience: &str, notice: &LogoutNotice, now: Timestamp) -> LogoutClaims {
    LogoutClaims {
        iss: app.config.public_url.origin().to_owned(),
        aud: audience.to_owned(),
        iat: seconds(now),
        exp: seconds(now.plus(LOGOUT_TOKEN_LIFETIME)),
        // Another one at each attempt: a token that was taken is not taken again.
        jti: new_uuid(now, &app.random).to_string(),
        sub: notice.account().to_owned(),
        sid: notice.session().to_owned(),
        events: json!({ EVENT: {} }),
    }
}
