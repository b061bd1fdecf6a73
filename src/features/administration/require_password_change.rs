use super::by::{Act, By, Changed, Whom};
use super::notices;
use crate::app::App;
use crate::error::Result;
use crate::features::account::{self, Account};
use crate::features::password;
use crate::features::security_log::{Kind, Reason};

/// Action: nothing is open to the account but a new password, from the commit
/// on, in all of its sessions.
pub async fn require_password_change(app: &App, by: By<'_>, whom: Whom<'_>) -> Result<Changed> {
    let mut act = Act::begin(app, by, Kind::PasswordChangeRequired).await?;
    let Some(account) = act.account(whom).await? else {
        return act.refuse(None, Reason::UnknownAccount).await;
    };
    if password::stored(&mut act.tx, Some(account.id)).await?.is_none() {
        return act.refuse(Some(&account), Reason::NoPassword).await;
    }
    let now = act.now;
    if !account::require_password_change(&mut act.tx, account.id, now).await? {
        return act.refuse(Some(&account), Reason::Already).await;
    }
    notices::password_change_required(&mut act, &account).await?;
    act.done(Account { password_change_required_at: Some(now), ..account }, 0, None).await
}
