use super::by::{Act, By, Changed, Whom};
use super::notices;
use crate::app::App;
use crate::error::Result;
use crate::features::account::{self, Account};
use crate::features::security_log::{Kind, Reason};

/// Action: unlocks an account whose owner can't come back by mail; the reason reaches
/// their mail and both logs. The password is what it was. What is suspended stays so.
pub async fn unlock(app: &App, by: By<'_>, whom: Whom<'_>, reason: &str) -> Result<Changed> {
    let mut act = Act::begin(app, by, Kind::AccountUnlocked).await?;
    let Some(account) = act.account(whom).await? else {
        return act.refuse(None, Reason::UnknownAccount).await;
    };
    if !account::set_unlocked(&mut act.tx, account.id).await? {
        return act.refuse(Some(&account), Reason::Already).await;
    }
    notices::unlocked(&mut act, &account, reason).await?;
    let account = Account { locked_at: None, lock_reset_at: None, ..account };
    act.done(account, 0, Some(reason.to_owned())).await
}
