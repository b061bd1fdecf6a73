//! What the owner is told of their second factors. None of it can be switched
//! off.

use super::rules::method_of;
use crate::app::App;
use crate::delivery::{self, Letter, Purpose};
use crate::features::account::{Account, FactorKind};
use crate::features::security_log::{Kind, Method};
use crate::http::Source;
use crate::text::Text;
use crate::time::Timestamp;

/// A way to prove a second factor, as it is called within a sentence.
pub(super) fn name_of(text: &Text, method: Method) -> String {
    text.say(format!("way-{}", method.tag())).to_string()
}

/// A second factor was added, replaced or removed, or is the first one.
pub(super) fn changed(
    app: &App,
    account: &Account,
    done: Kind,
    kind: FactorKind,
    source: &Source,
    now: Timestamp,
) -> Letter {
    let text = delivery::text_for(app, account, now);
    let way = name_of(&text, method_of(kind));
    let product = &app.config.product_name;
    let (subject, said) = match done {
        Kind::TwoFactorEnabled => (
            text.say("mail-two-factor-enabled-subject"),
            text.say("mail-two-factor-enabled-text").with("way", way).with("product", product),
        ),
        Kind::SecondFactorReplaced => (
            text.say("mail-second-factor-replaced-subject"),
            text.say("mail-second-factor-replaced-text").with("way", way).with("product", product),
        ),
        Kind::SecondFactorRemoved => (
            text.say("mail-second-factor-removed-subject"),
            text.say("mail-second-factor-removed-text").with("way", way).with("product", product),
        ),
        _ => (
            text.say("mail-second-factor-added-subject"),
            text.say("mail-second-factor-added-text").with("way", way).with("product", product),
        ),
    };
    Letter::new(&text, Purpose::SecondFactorChanged, subject)
        .paragraph(said)
        .about(source, now)
        .paragraph(text.say("mail-second-factor-not-you"))
}

/// Two-factor authentication is off.
pub(super) fn disabled(app: &App, account: &Account, source: &Source, now: Timestamp) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let subject = text.say("mail-two-factor-disabled-subject");
    Letter::new(&text, Purpose::TwoFactorDisabled, subject)
        .paragraph(text.say("mail-two-factor-disabled-text").with("product", product))
        .about(source, now)
        .paragraph(text.say("mail-second-factor-not-you"))
}

/// A new set of backup codes counts.
pub(super) fn codes_made(app: &App, account: &Account, source: &Source, now: Timestamp) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let subject = text.say("mail-backup-codes-made-subject");
    Letter::new(&text, Purpose::BackupCodesMade, subject)
        .paragraph(text.say("mail-backup-codes-made-text").with("product", product))
        .about(source, now)
        .paragraph(text.say("mail-second-factor-not-you"))
}

/// A backup code was used, and how many are left.
pub fn code_used(
    app: &App,
    account: &Account,
    left: i64,
    source: &Source,
    now: Timestamp,
) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let subject = text.say("mail-backup-code-used-subject");
    Letter::new(&text, Purpose::BackupCodeUsed, subject)
        .paragraph(text.say("mail-backup-code-used-text").with("product", product))
        .paragraph(text.say("mail-backup-code-used-left").number("count", left))
        .about(source, now)
        .paragraph(text.say("mail-second-factor-not-you"))
}

/// Somebody who has the password types wrong codes.
pub(super) fn wrong_codes(app: &App, account: &Account, source: &Source, now: Timestamp) -> Letter {
    let text = delivery::text_for(app, account, now);
    let product = &app.config.product_name;
    let subject = text.say("mail-wrong-codes-subject");
    Letter::new(&text, Purpose::WrongCodes, subject)
        .paragraph(text.say("mail-wrong-codes-text").with("product", product))
        .about(source, now)
        .paragraph(text.say("mail-wrong-codes-not-you"))
}
