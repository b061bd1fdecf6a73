use super::by::{Act, By, Changed, Whom};
use crate::app::App;
use crate::error::Result;
use crate::features::access_tokens;
use crate::features::access_tokens::rules::RevokeReason;
use crate::features::security_log::{Kind, Reason};
use crate::ids::TokenId;

/// Action: revokes one access token of an account.
pub async fn revoke_token(app: &App, by: By<'_>, whom: Whom<'_>, id: TokenId) -> Result<Changed> {
    let mut act = Act::begin(app, by, Kind::AccessTokenRevoked).await?;
    let Some(account) = act.account(whom).await? else {
        return act.refuse(None, Reason::UnknownAccount).await;
    };
    let (event, now) = (act.event().on(account.id), act.now);
    let reason = RevokeReason::Administrator;
    let done =
        access_tokens::revoke_one(&mut act.tx, app, event, account.id, id, reason, now).await?;
    act.tx.commit().await?;
    Ok(match done {
        Ok(()) => Changed::Done(Box::new(account), 0),
        Err(reason) => Changed::Refused(reason),
    })
}

/// Action: revokes all access tokens of an account.
pub async fn revoke_tokens(app: &App, by: By<'_>, whom: Whom<'_>) -> Result<Changed> {
    let mut act = Act::begin(app, by, Kind::AccessTokensRevoked).await?;
    let Some(account) = act.account(whom).await? else {
        return act.refuse(None, Reason::UnknownAccount).await;
    };
    let (reason, now) = (RevokeReason::Administrator, act.now);
    let revoked = access_tokens::end_all(&mut act.tx, account.id, reason, now).await?;
    act.done(account, revoked, Some(revoked.to_string())).await
}
