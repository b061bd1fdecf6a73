use super::by::{Act, By, Changed, Whom};
use super::notices;
use crate::app::App;
use crate::error::Result;
use crate::features::account::{self, Account};
use crate::features::failure_counters;
use crate::features::failure_counters::rules::Guarded;
use crate::features::revocation;
use crate::features::security_log::{Kind, Reason};
use crate::features::sessions::rules::EndReason;

/// Action: suspends an account. Its sessions end at the commit.
pub async fn suspend(
    app: &App,
    by: By<'_>,
    whom: Whom<'_>,
    reason: Option<&str>,
) -> Result<Changed> {
    let mut act = Act::begin(app, by, Kind::AccountSuspended).await?;
    let Some(account) = act.account(whom).await? else {
        return act.refuse(None, Reason::UnknownAccount).await;
    };
    if by.is(account.id) {
        return act.refuse(Some(&account), Reason::OwnAccount).await;
    }
    if account.suspended_at.is_some() {
        return act.refuse(Some(&account), Reason::Already).await;
    }
    if account.administrator_since.is_some()
        && !account::has_other_administrator(&mut act.tx, account.id).await?
    {
        return act.refuse(Some(&account), Reason::LastAdministrator).await;
    }
    let (id, now) = (account.id, act.now);
    account::suspend(&mut act.tx, id, now).await?;
    let ended =
        revocation::end_everything(&mut act.tx, id, None, EndReason::Suspended, now).await?;
    notices::suspended(&mut act, &account).await?;
    let account = Account { suspended_at: Some(now), ..account };
    act.done(account, ended, reason.map(str::to_owned)).await
}

/// Action: restores a suspended account, and forgets its failed sign-ins; one
/// that strangers have locked for good is restored by the same.
pub async fn restore(app: &App, by: By<'_>, whom: Whom<'_>) -> Result<Changed> {
    let mut act = Act::begin(app, by, Kind::AccountRestored).await?;
    let Some(account) = act.account(whom).await? else {
        return act.refuse(None, Reason::UnknownAccount).await;
    };
    let restored = account::restore(&mut act.tx, account.id).await?;
    let mut cleared = false;
    for guarded in [Guarded::Password, Guarded::Code, Guarded::BackupCode] {
        cleared |= failure_counters::clear_account(app, &mut act.tx, guarded, account.id).await?;
    }
    if !restored && !cleared {
        return act.refuse(Some(&account), Reason::Already).await;
    }
    if restored {
        notices::restored(&mut act, &account).await?;
    }
    act.done(Account { suspended_at: None, ..account }, 0, None).await
}
