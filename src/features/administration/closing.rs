use super::by::{Act, By, Changed, Whom};
use crate::app::App;
use crate::error::Result;
use crate::features::account::Account;
use crate::features::closing::{self, Closed};
use crate::features::organisations;
use crate::features::security_log::{Kind, Reason};

/// Action: closes an account on its owner's request. It is erased after the same
/// time as one that its owner has closed.
pub async fn close(app: &App, by: By<'_>, whom: Whom<'_>) -> Result<Changed> {
    let mut act = Act::begin(app, by, Kind::AccountClosing).await?;
    let Some(id) = act.find(whom).await? else {
        return act.refuse(None, Reason::UnknownAccount).await;
    };
    // The rows of organisations come before an account's.
    let owner = organisations::is_last_owner(&mut act.tx, id).await?;
    let Some(account) = act.account(Whom::Id(id)).await? else {
        return act.refuse(None, Reason::UnknownAccount).await;
    };
    if by.is(account.id) {
        return act.refuse(Some(&account), Reason::OwnAccount).await;
    }
    if account.closes_at.is_some() {
        return act.refuse(Some(&account), Reason::Already).await;
    }
    let (event, now) = (act.event().on(account.id), act.now);
    let closed = closing::close(&mut act.tx, app, (&account, owner), event, None, now).await?;
    act.tx.commit().await?;
    Ok(match closed {
        Closed::Done { at, ended } => {
            Changed::Done(Box::new(Account { closes_at: Some(at), ..account }), ended)
        }
        Closed::Already => Changed::Refused(Reason::Already),
        Closed::LastOwner => Changed::Refused(Reason::LastOwner),
        Closed::LastAdministrator => Changed::Refused(Reason::LastAdministrator),
    })
}

/// Action: keeps an account that was to be erased.
pub async fn keep(app: &App, by: By<'_>, whom: Whom<'_>) -> Result<Changed> {
    let mut act = Act::begin(app, by, Kind::AccountKept).await?;
    let Some(account) = act.account(whom).await? else {
        return act.refuse(None, Reason::UnknownAccount).await;
    };
    let (event, now) = (act.event().on(account.id), act.now);
    if !closing::keep(&mut act.tx, app, &account, event, None, now).await? {
        return act.refuse(Some(&account), Reason::Already).await;
    }
    act.tx.commit().await?;
    Ok(Changed::Done(Box::new(Account { closes_at: None, ..account }), 0))
}
