use super::{send_invitation, send_reset_link};
use crate::app::App;
use crate::error::Result;
use crate::features::mail_requests::rules::{Purpose, Wanted};
use crate::features::mail_requests::{self, Waiting};
use crate::features::{account, password};

/// Action: works out what was asked for: who has the address, and which link
/// they need. A request that fails stays, and does not keep the others.
pub async fn answer_requests(app: &App) -> Result<()> {
    let purpose = Purpose::Wanted(Wanted::PasswordReset);
    let mut after = None;
    loop {
        let requests = mail_requests::waiting(app, purpose, after).await?;
        let Some(last) = requests.last() else { return Ok(()) };
        after = Some(last.id);
        for request in &requests {
            if let Err(error) = answer(app, request).await {
                tracing::error!(?error, "a request for a reset link could not be answered");
            }
        }
    }
}

async fn answer(app: &App, request: &Waiting) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(noted) = mail_requests::take(&mut tx, app, request).await? else { return Ok(()) };
    if let Some(account) = account::by_email(&mut tx, &noted.email).await?
        && account::lock_to_return(&mut tx, account.id, now).await?
    {
        if password::stored(&mut tx, Some(account.id)).await?.is_some() {
            send_reset_link(&mut tx, app, &account, Some(&noted), now).await?;
        } else {
            send_invitation(&mut tx, app, &account, now).await?;
        }
    }
    Ok(tx.commit().await?)
}
