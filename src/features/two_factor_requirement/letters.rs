//! What members are told who have no second factor.

use super::rules::Requirement;
use crate::app::App;
use crate::delivery::{self, Letter, Purpose};
use crate::error::Result;
use crate::features::account;
use crate::features::organisations::{Member, Organisation};
use crate::secret::SecretText;
use crate::time::Timestamp;
use portcullis_db::Tx;

/// Step: tells one that it is required, or reminds them.
pub(super) async fn required(
    tx: &mut Tx,
    app: &App,
    organisation: &Organisation,
    member: &Member,
    requirement: &Requirement,
    again: bool,
    now: Timestamp,
) -> Result<()> {
    let Some(account) = account::by_id(tx, member.account).await? else { return Ok(()) };
    if account.is_gone(now) {
        return Ok(());
    }
    let text = delivery::text_for(app, &account, now);
    let name = &organisation.name;
    let page = app.config.public_url.link("/settings/security/two-factor");
    let subject = if again {
        text.say("mail-two-factor-reminder-subject").with("organisation", name)
    } else {
        text.say("mail-two-factor-required-subject").with("organisation", name)
    };
    let letter = Letter::new(&text, Purpose::TwoFactorRequired, subject)
        .paragraph(text.say("mail-two-factor-required-text").with("organisation", name));
    let letter = if now < requirement.grace_until {
        let until = text.moment(requirement.grace_until).absolute;
        letter.paragraph(text.say("mail-two-factor-required-until").with("until", until))
    } else {
        letter.paragraph(text.say("mail-two-factor-required-now"))
    };
    let letter = if requirement.sms_excluded {
        letter.paragraph(text.say("mail-two-factor-required-no-sms"))
    } else {
        letter
    };
    let letter = letter.action(text.say("enable-two-factor-link"), SecretText::new(page));
    delivery::enqueue(tx, app, &account.email, Some(account.id), &letter, now).await
}
