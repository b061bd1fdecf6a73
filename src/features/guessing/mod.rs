//! An owner hears that somebody tries passwords for their account, and that
//! these have closed it to new browsers: each once, however long it goes on.

mod letters;
pub mod rules;

use crate::app::App;
use crate::delivery;
use crate::error::Result;
use crate::features::failure_counters::rules::Alarm;
use crate::features::mail_requests::rules::Purpose;
use crate::features::mail_requests::{self, Waiting};
use crate::features::security_notices;
use crate::features::{account, failure_counters, password};

/// Action: works out whom the alarms of the failure counters concern. One that
/// fails stays, and does not keep the others.
pub async fn answer_alarms(app: &App) -> Result<()> {
    for alarm in [Alarm::Tried, Alarm::Closed] {
        let mut after = None;
        loop {
            let alarms = mail_requests::waiting(app, Purpose::Alarm(alarm), after).await?;
            let Some(last) = alarms.last() else { break };
            after = Some(last.id);
            for request in &alarms {
                if let Err(error) = answer(app, alarm, request).await {
                    tracing::error!(?error, "an owner could not be told of guessed passwords");
                }
            }
        }
    }
    Ok(())
}

async fn answer(app: &App, alarm: Alarm, request: &Waiting) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(noted) = mail_requests::take(&mut tx, app, request).await? else { return Ok(()) };
    if let Some(account) = account::by_email(&mut tx, &noted.email).await?
        && account::lock_open(&mut tx, account.id, now).await?
        // Without a password there is nothing to guess.
        && password::stored(&mut tx, Some(account.id)).await?.is_some()
        && failure_counters::stands(app, &mut tx, account.id, alarm).await?
    {
        let (mail, since) = (rules::mail(alarm), now.minus(rules::QUIET_FOR));
        if !delivery::was_written(&mut tx, account.id, mail, since).await? {
            let letter = letters::of(app, alarm, &account, &noted, now);
            security_notices::tell(&mut tx, app, &account, &letter, now).await?;
        }
    }
    Ok(tx.commit().await?)
}
