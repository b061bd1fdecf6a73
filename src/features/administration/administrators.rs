use super::by::{Act, By, Changed, Whom};
use super::{notices, store};
use crate::app::App;
use crate::error::Result;
use crate::features::account::{self, Account};
use crate::features::security_log::{Kind, Reason};

/// Action: lets an account administer the installation.
pub async fn make_administrator(app: &App, by: By<'_>, whom: Whom<'_>) -> Result<Changed> {
    let mut act = Act::begin(app, by, Kind::AdministratorMade).await?;
    let Some(account) = act.account(whom).await? else {
        return act.refuse(None, Reason::UnknownAccount).await;
    };
    if let Some(shut) = account.shut() {
        return act.refuse(Some(&account), shut.reason()).await;
    }
    let now = act.now;
    if !account::make_administrator(&mut act.tx, account.id, now).await? {
        return act.refuse(Some(&account), Reason::Already).await;
    }
    store::void_links(&mut act.tx, now).await?;
    notices::administrator_made(&mut act, &account).await?;
    act.done(Account { administrator_since: Some(now), ..account }, 0, None).await
}

/// Action: lets an account read everybody's log, and change nothing.
pub async fn make_auditor(app: &App, by: By<'_>, whom: Whom<'_>) -> Result<Changed> {
    let mut act = Act::begin(app, by, Kind::AuditorMade).await?;
    let Some(account) = act.account(whom).await? else {
        return act.refuse(None, Reason::UnknownAccount).await;
    };
    if let Some(shut) = account.shut() {
        return act.refuse(Some(&account), shut.reason()).await;
    }
    let now = act.now;
    if !account::make_auditor(&mut act.tx, account.id, now).await? {
        return act.refuse(Some(&account), Reason::Already).await;
    }
    notices::auditor_made(&mut act, &account).await?;
    act.done(Account { auditor_since: Some(now), ..account }, 0, None).await
}

/// Action: makes an auditor an ordinary account.
pub async fn unmake_auditor(app: &App, by: By<'_>, whom: Whom<'_>) -> Result<Changed> {
    let mut act = Act::begin(app, by, Kind::AuditorUnmade).await?;
    let Some(account) = act.account(whom).await? else {
        return act.refuse(None, Reason::UnknownAccount).await;
    };
    if !account::unmake_auditor(&mut act.tx, account.id).await? {
        return act.refuse(Some(&account), Reason::Already).await;
    }
    notices::auditor_unmade(&mut act, &account).await?;
    act.done(Account { auditor_since: None, ..account }, 0, None).await
}

/// Action: makes an administrator an ordinary account. One who can sign in
/// always stays.
pub async fn unmake_administrator(app: &App, by: By<'_>, whom: Whom<'_>) -> Result<Changed> {
    let mut act = Act::begin(app, by, Kind::AdministratorUnmade).await?;
    let Some(account) = act.account(whom).await? else {
        return act.refuse(None, Reason::UnknownAccount).await;
    };
    if account.administrator_since.is_none() {
        return act.refuse(Some(&account), Reason::Already).await;
    }
    if !account::has_other_administrator(&mut act.tx, account.id).await? {
        return act.refuse(Some(&account), Reason::LastAdministrator).await;
    }
    account::unmake_administrator(&mut act.tx, account.id).await?;
    notices::administrator_unmade(&mut act, &account).await?;
    act.done(Account { administrator_since: None, ..account }, 0, None).await
}
