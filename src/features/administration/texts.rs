//! What administrators are told of text messages.

use super::store;
use crate::app::App;
use crate::delivery::{self, Letter, Purpose};
use crate::error::Result;
use crate::features::account;
use crate::features::second_factor::sms::caps;

/// Action: mails every administrator, once, that the day's text messages are
/// used up; how many were told.
pub async fn tell_of_stopped_texts(app: &App) -> Result<u64> {
    let now = app.clock.now();
    // Asked for every few seconds, and mostly there is nothing to write.
    let today = caps::today(&mut &app.db, now).await?;
    if today.stopped_at.is_none() || today.told_at.is_some() {
        return Ok(0);
    }
    let mut tx = app.db.begin().await?;
    if !caps::take_notice(&mut tx, now).await? {
        return Ok(0);
    }
    let mut told = 0;
    let product = &app.config.product_name;
    for id in store::administrators(&mut tx).await? {
        let Some(account) = account::by_id(&mut tx, id).await? else { continue };
        let text = delivery::text_for(app, &account, now);
        let subject = text.say("mail-texts-stopped-subject").with("product", product);
        let letter = Letter::new(&text, Purpose::TextsStopped, subject)
            .paragraph(
                text.say("mail-texts-stopped-text")
                    .with("product", product)
                    .number("limit", app.config.sms_daily_limit),
            )
            .paragraph(text.say("mail-texts-stopped-cause"))
            .paragraph(text.say("mail-texts-stopped-meanwhile"));
        delivery::enqueue(&mut tx, app, &account.email, Some(id), &letter, now).await?;
        told += 1;
    }
    tx.commit().await?;
    Ok(told)
}
