use super::by::{Act, By, Changed, Whom};
use super::store;
use crate::app::App;
use crate::error::{Fault, Result};
use crate::features::account::{self, EmailTaken, NewAccount};
use crate::features::security_log::{Kind, Reason};
use crate::features::{mailed_links, password, recovery};

/// Action: mails an account's owner the link that sets a new password.
pub async fn send_reset_link(app: &App, by: By<'_>, whom: Whom<'_>) -> Result<Changed> {
    let mut act = Act::begin(app, by, Kind::ResetLinkSent).await?;
    let Some(account) = act.account(whom).await? else {
        return act.refuse(None, Reason::UnknownAccount).await;
    };
    if let Some(shut) = account.shut_to_return() {
        return act.refuse(Some(&account), shut.reason()).await;
    }
    if password::stored(&mut act.tx, Some(account.id)).await?.is_none() {
        return act.refuse(Some(&account), Reason::NoPassword).await;
    }
    recovery::send_reset_link(&mut act.tx, app, &account, None, act.now).await?;
    act.done(account, 0, None).await
}

/// Action: makes an account without a password, and mails its owner the link
/// that sets the first one.
pub async fn invite(app: &App, by: By<'_>, new: &NewAccount) -> Result<Changed> {
    let mut act = Act::begin(app, by, Kind::AccountInvited).await?;
    let now = act.now;
    if let Err(EmailTaken) = account::create(&mut act.tx, new, now).await? {
        return act.refuse(None, Reason::EmailTaken).await;
    }
    if mailed_links::is_reserved(&mut act.tx, &new.email, Some(new.id), now).await? {
        // The new row must go before the refusal is noted.
        drop(act);
        let act = Act::begin(app, by, Kind::AccountInvited).await?;
        return act.refuse(None, Reason::EmailTaken).await;
    }
    if new.administrator {
        store::void_links(&mut act.tx, now).await?;
    }
    let Some(account) = act.account(Whom::Id(new.id)).await? else {
        return Err(Fault::new("a new account could not be read back").into());
    };
    recovery::send_invitation(&mut act.tx, app, &account, now).await?;
    let detail = if new.administrator { "administrator" } else { "account" };
    act.done(account, 0, Some(detail.to_owned())).await
}

/// Action: mails the link that sets the first password once more; the earlier
/// one ends.
pub async fn resend_invitation(app: &App, by: By<'_>, whom: Whom<'_>) -> Result<Changed> {
    let mut act = Act::begin(app, by, Kind::InvitationSent).await?;
    let Some(account) = act.account(whom).await? else {
        return act.refuse(None, Reason::UnknownAccount).await;
    };
    if let Some(shut) = account.shut_to_return() {
        return act.refuse(Some(&account), shut.reason()).await;
    }
    if password::stored(&mut act.tx, Some(account.id)).await?.is_some() {
        return act.refuse(Some(&account), Reason::HasPassword).await;
    }
    recovery::send_invitation(&mut act.tx, app, &account, act.now).await?;
    act.done(account, 0, None).await
}
