use super::by::{Act, By, Changed, Whom};
use super::notices;
use crate::app::App;
use crate::error::Result;
use crate::features::security_log::{Kind, Reason};
use crate::features::sessions;
use crate::features::sessions::rules::EndReason;
use crate::ids::SessionId;

/// The session that it is done in goes on.
const fn acting(by: By<'_>) -> Option<SessionId> {
    match by {
        By::Operator | By::Auditor(..) | By::Program(..) | By::Token(..) => None,
        By::Administrator(current, _) => Some(current.session.id),
    }
}

/// Action: ends all sessions of an account.
pub async fn end_sessions(app: &App, by: By<'_>, whom: Whom<'_>) -> Result<Changed> {
    let mut act = Act::begin(app, by, Kind::SessionsEnded).await?;
    let Some(account) = act.account(whom).await? else {
        return act.refuse(None, Reason::UnknownAccount).await;
    };
    let (reason, now) = (EndReason::Administrator, act.now);
    let ended = sessions::end_others(&mut act.tx, account.id, acting(by), reason, now).await?;
    if ended > 0 {
        notices::sessions_ended(&mut act, &account).await?;
    }
    act.done(account, ended, Some(ended.to_string())).await
}

/// Action: ends all sessions of the installation, and says how many. Nobody is
/// told by mail: at the next page they see it, and it says nothing of them.
pub async fn end_every_session(app: &App, by: By<'_>) -> Result<u64> {
    let mut act = Act::begin(app, by, Kind::EverySessionEnded).await?;
    let (reason, now) = (EndReason::Administrator, act.now);
    let ended = sessions::end_every(&mut act.tx, acting(by), reason, now).await?;
    let event = act.event().detail(ended.to_string());
    act.write(event).await?;
    Ok(ended)
}
