//! What is mailed about a lock.

use crate::app::App;
use crate::delivery::{self, Letter, Purpose};
use crate::features::account::Account;
use crate::http::Source;
use crate::secret::SecretText;
use crate::time::Timestamp;

/// Its button leads to the page that asks for a link, and does nothing by itself.
pub(super) fn locked(app: &App, account: &Account, source: &Source, now: Timestamp) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let subject = text.say("mail-account-locked-subject").with("product", product);
    let forgot = SecretText::new(app.config.public_url.link("/forgot-password"));
    let back = if account.second_factors.any() {
        text.say("mail-account-locked-back-second-factor")
    } else {
        text.say("mail-account-locked-back")
    };
    Letter::new(&text, Purpose::AccountLocked, subject)
        .paragraph(text.say("mail-account-locked-text").with("product", product))
        .paragraph(back)
        .action(text.say("mail-account-locked-button"), forgot)
        .about(source, now)
        .paragraph(text.say("mail-account-locked-not-you"))
}

/// To whoever has come back by a reset.
pub(super) fn unlocked(app: &App, account: &Account, source: &Source, now: Timestamp) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let subject = text.say("mail-account-unlocked-subject").with("product", product);
    Letter::new(&text, Purpose::AccountUnlocked, subject)
        .paragraph(text.say("mail-account-unlocked-text").with("product", product))
        .about(source, now)
        .paragraph(text.say("mail-account-unlocked-not-you"))
}
