//! What an owner is told. These notices can't be switched off.

use super::rules;
use crate::app::App;
use crate::delivery::{self, Letter};
use crate::features::account::Account;
use crate::features::failure_counters::rules::Alarm;
use crate::features::mail_requests::Noted;
use crate::secret::SecretText;
use crate::time::Timestamp;

pub(super) fn of(
    app: &App,
    alarm: Alarm,
    account: &Account,
    noted: &Noted,
    now: Timestamp,
) -> Letter {
    match alarm {
        Alarm::Tried => tried(app, account, noted, now),
        Alarm::Closed => closed(app, account, noted, now),
    }
}

fn tried(app: &App, account: &Account, noted: &Noted, now: Timestamp) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let count = Alarm::Tried.threshold();
    let opening =
        text.say("mail-passwords-tried-text").with("product", product).number("count", count);
    let page = SecretText::new(app.config.public_url.link("/settings/security"));
    let subject = text.say("mail-passwords-tried-subject").with("product", product);
    Letter::new(&text, rules::mail(Alarm::Tried), subject)
        .paragraph(opening)
        .paragraph(text.say("mail-passwords-tried-safe"))
        .action(text.say("mail-passwords-tried-button"), page)
        .about_last_try(&noted.source, noted.at)
        .paragraph(text.say("mail-passwords-tried-next"))
}

fn closed(app: &App, account: &Account, noted: &Noted, now: Timestamp) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let count = Alarm::Closed.threshold();
    let opening =
        text.say("mail-sign-in-closed-text").with("product", product).number("count", count);
    let page = SecretText::new(app.config.public_url.link("/forgot-password"));
    let subject = text.say("mail-sign-in-closed-subject").with("product", product);
    Letter::new(&text, rules::mail(Alarm::Closed), subject)
        .paragraph(opening)
        .paragraph(text.say("mail-sign-in-closed-open"))
        .action(text.say("mail-sign-in-closed-button"), page)
        .about_last_try(&noted.source, noted.at)
        .paragraph(text.say("mail-sign-in-closed-next"))
}
