use super::Changed;
use crate::app::App;
use crate::error::Result;
use crate::features::account::rules::EmailAddress;
use crate::features::account::{self, Account};
use crate::features::closing::{self, Closed};
use crate::features::security_log::Actor;

/// Action: closes an account, by the operator. It is erased after the same time
/// as one that its owner has closed.
pub async fn close(app: &App, email: &EmailAddress) -> Result<Changed> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    account::lock_installation(&mut tx).await?;
    let Some(account) = account::by_email(&mut tx, email).await? else {
        return Ok(Changed::Unknown);
    };
    let closed = closing::close(&mut tx, app, &account, Actor::Operator, None, now).await?;
    tx.commit().await?;
    Ok(match closed {
        Closed::Done { at, ended } => {
            Changed::Done(Account { closes_at: Some(at), ..account }, ended)
        }
        Closed::Already => Changed::Already(account),
        Closed::LastAdministrator => Changed::LastAdministrator(account),
    })
}

/// Action: keeps an account that was to be erased, by the operator.
pub async fn keep(app: &App, email: &EmailAddress) -> Result<Changed> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(account) = account::by_email(&mut tx, email).await? else {
        return Ok(Changed::Unknown);
    };
    if !closing::keep(&mut tx, app, &account, Actor::Operator, None, now).await? {
        return Ok(Changed::Already(account));
    }
    tx.commit().await?;
    Ok(Changed::Done(Account { closes_at: None, ..account }, 0))
}
